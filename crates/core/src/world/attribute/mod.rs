//! Where and why: what the evidence says of a loss beyond its size.

pub mod causes;
