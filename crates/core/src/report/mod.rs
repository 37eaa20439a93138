//! From numbers to what leaves the program: the explanation's document, its sentences, its figures.

pub mod explain;
pub mod explanation;
pub mod figure;
pub mod judge;
pub mod page;
pub mod plot;
pub mod rehearsal;
pub mod replay;
pub mod svg;
pub mod verdict;
pub mod wording;

#[cfg(test)]
pub(crate) mod sample;
