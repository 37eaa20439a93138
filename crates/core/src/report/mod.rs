//! From numbers to what leaves the program: the explanation's document, its sentences, its figures.

pub mod explain;
pub mod explanation;
pub mod judge;
pub mod verdict;
