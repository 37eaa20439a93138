//! Documents of verbs: what stands under `answer` in the [envelope](crate::envelope).
//!
//! Those that a library gives by itself (a forecast, an explanation) live in the crate that computes them;
//! here is what puts several answers together.

pub mod data;
pub mod detect;
pub mod forecast;
pub mod hashrate;
mod last_block;
pub mod score;

pub use last_block::LastBlock;
