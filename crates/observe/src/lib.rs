//! What the chain and the pools show, and with what certainty.

pub mod band;
pub mod clean;
pub mod coverage;
pub mod daily;
pub mod detect;
pub mod drifting;
pub mod filter;
pub mod forecast;
pub mod fuse;
pub mod horizon;
pub mod interval;
pub mod likelihood;
pub mod loss;
pub mod reference_rules;
pub mod regime;
pub mod retarget;
pub mod retarget_rules;
pub mod retarget_score;
pub mod score;
pub mod shares;
pub mod shock;
pub mod smooth;
