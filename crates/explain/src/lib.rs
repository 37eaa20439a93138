//! From blocks, pools' reports and a case to the [`Explanation`](explanation::Explanation): how much was
//! lost, where, whose it was, why, what it cost, and which published claims hold.
//!
//! ```
//! use hashquake_chain::history;
//! use hashquake_explain::{Material, Question, explain};
//! use hashquake_world::atlas;
//!
//! let case = atlas::find("elliott-2022")?;
//! let material = Material::of_blocks(&history::embedded().blocks);
//! let answer = explain(&Question::of_case(case), &material)?;
//! let blocks = answer.evidence.blocks.expect("the chain holds the window");
//! assert!(blocks.loss_percent.p05 > 0.0, "block times alone show a loss");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each source of evidence is asked alone, then all together, then without each and under other choices, so
//! that a reader sees what the answer hangs on. [`analogue`] finds the past shocks that are nearest,
//! [`frequency`] says how often they come, [`comparison`] sets two moments of the network beside each other.
//!
//! Assumes that pools lose μ ± 5 points around the network's loss; other spreads stand in the sensitivity
//! rows. Leaves out what happened behind `as_of`, and any cause that is not in its list.

pub mod analogue;
pub mod attribution;
mod causes;
mod claim_assessor;
pub mod comparison;
mod context;
mod context_series;
pub mod event_study;
mod evidence;
mod explain;
pub mod explanation;
pub mod findings;
pub mod frequency;
mod fusion;
mod impact;
pub mod loss_claims;
mod place;
mod price;
pub mod price_claims;
mod question;
pub mod recovery;
mod sources;

pub use explain::explain;
pub use price::UNUSUAL;
pub use question::{ExplainError, Material, Question, Without};
