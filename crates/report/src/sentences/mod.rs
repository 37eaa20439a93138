//! Answers in plain sentences, from their documents alone.

pub mod replay;
pub mod simulation;
