//! Past shocks simulated from what was known before them, and scored against what was observed.
//!
//! A [`Replay`] is a case of the atlas, with two scenarios that begin before it. They are two information
//! sets, and only the first is a forecast:
//!
//! - **as known**: tables, blocks and events published by the start. What was announced is an event of
//!   uncertain date and strength; what nobody announced does not happen.
//! - **given dates**: dates and kinds of the events as they came, sizes as distributions; in China the edition of the
//!   map that describes the month before the ban may be read.
//!
//! [`outcome`] is what the chain did, [`predictions`] what a model said, [`reference_rules`] are the rules to be beaten,
//! [`shares`] the map's rows, [`score`] the comparison, [`contest`] who won. The walk of the whole network is the same for the
//! simulation and for the random walk ([`WALK_SD`]), so that a difference between the two is the model's.
//!
//! ```
//! use hashquake_replay::{Information, find};
//!
//! let replay = find("xinjiang-2021")?;
//! let scenario = replay.scenario(Information::AsKnown, None)?.scenario;
//! assert!(scenario.start < replay.event().start, "it begins before its event");
//! # Ok::<(), hashquake_replay::ReplayError>(())
//! ```
//!
//! A start that is moved back needs closes of its own, and then fees are a prior: those of the scenario were
//! not known yet. Left out: prices after the start (the price walks as it did in the year before), and an event's
//! effect on what was there before the start: a replay begins before its first event.

mod cases;
pub mod contest;
pub mod outcome;
pub mod predictions;
pub mod reference_rules;
pub mod score;
pub mod scored_replay;
pub mod shares;
pub mod summary;

pub use cases::{ALL, Information, RUN_ON, Replay, ReplayError, WALK_SD, find};
