//! From numbers to what leaves the program: the explanation's document, its sentences, its figures.

pub mod explanation;
