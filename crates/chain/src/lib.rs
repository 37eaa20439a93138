//! The chain: headers, the rules that bind them, and every block of 2020 to 2024.
//!
//! [`retarget`], [`clock`] and [`subsidy`] are the rules one by one; [`rules`] puts them together for rows
//! of height, time and target, [`header`] for whole 80-byte headers with their links and their proof of
//! work. [`history`] embeds 0.8 MB: times, targets and pools of the blocks of five years, and every epoch
//! since 2009. [`pool`] knows pools by any of their names, [`tables`] reads blocks from a table of one's own.
//!
//! ```
//! use hashquake_chain::{history, retarget};
//!
//! let blocks = &history::embedded().blocks;
//! let (first, next) = (blocks.position(715_680).unwrap(), blocks.position(717_696).unwrap());
//! let (times, bits) = (blocks.times(), blocks.bits());
//! // The retarget of 8 January 2022, from the header times of the epoch before it.
//! let target = retarget::next_target(bits[first], times[first], times[next - 1]);
//! assert_eq!(bits[next], target);
//! ```
//!
//! Assumes Bitcoin's main network. Leaves out transactions, scripts and signatures (so no C code), other
//! networks' rules, and the choice between branches: rows are one chain.

pub mod blocks;
pub mod clock;
pub mod hash;
pub mod header;
pub mod history;
mod outliers;
pub mod pool;
mod pool_names;
pub mod retarget;
pub mod rules;
pub mod subsidy;
pub mod tables;
pub mod target;
mod uint;
