//! Answers in plain sentences, from their documents alone.

pub mod comparison;
pub mod frequency;
pub mod replay;
pub mod simulation;
