//! What the chain and the pools show, and with what certainty.

pub mod band;
pub mod baseline;
pub mod clean;
pub mod filter;
pub mod horizon;
pub mod likelihood;
pub mod loss;
pub mod regime;
pub mod score;
pub mod smooth;
