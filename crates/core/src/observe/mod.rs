//! What the chain and the pools show, and with what certainty.

pub mod clean;
pub mod coverage;
pub mod daily;
pub mod drifting;
pub mod fuse;
pub mod loss;
pub mod retarget;
pub mod shares;
