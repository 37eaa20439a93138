//! From numbers to what leaves the program: the explanation's document, its sentences, its figures.

pub mod explanation;
pub mod figure;
pub mod page;
pub mod plot;
pub mod svg;
pub mod wording;

#[cfg(test)]
pub(crate) mod sample;
