//! The few laws that the likelihoods need, over `libm`, so that every machine prints the same digits.

pub mod alias;
pub mod binomial;
pub mod density;
pub mod draw;
pub mod exponential;
pub mod linear;
pub mod sample;
pub mod special;
