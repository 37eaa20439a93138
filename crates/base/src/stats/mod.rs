//! The few distributions that the likelihoods need, over `libm`, so that every machine prints the same digits.

pub mod alias;
pub mod binomial;
pub mod bisect;
pub mod density;
pub mod draw;
pub mod exponential;
pub mod linear;
pub mod normal;
pub mod sample;
pub mod special;
