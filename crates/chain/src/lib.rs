//! The chain: headers and the rules that bind them, and the figures of every block that we carry.
//!
//! [`retarget`], [`clock`] and [`subsidy`] are the rules one by one, [`rules`] puts them together for
//! rows of height, time and target, [`header`] for whole 80-byte headers with their links and their
//! proof of work.

pub mod blocks;
pub mod clock;
pub mod hash;
pub mod header;
pub mod history;
pub mod pool;
mod pool_names;
pub mod retarget;
pub mod rules;
pub mod subsidy;
pub mod tables;
pub mod target;
mod uint;
