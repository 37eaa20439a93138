//! Documents of verbs: what stands under `answer` in the [envelope](crate::envelope).
//!
//! Those that a library gives by itself (a forecast, an explanation) live in the crate that computes them;
//! here is what puts several answers together.

pub mod atlas;
pub mod check;
pub mod data;
pub mod detect;
pub mod explain;
pub mod forecast;
pub mod hashrate;
mod last_block;
pub mod replay;
pub mod scenarios;
pub mod score;
pub mod simulate;
pub mod world;

pub use last_block::LastBlock;
