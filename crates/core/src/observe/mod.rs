//! What the chain and the pools show, and with what certainty.

pub mod clean;
pub mod loss;
