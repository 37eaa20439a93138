//! From numbers to what leaves the program: the explanation's document, its sentences, its figures.

pub mod document;
pub mod envelope;
pub mod figure;
pub mod page;
pub mod phrases;
pub mod plot;
pub mod sentences;
pub mod svg;
pub mod table;
pub mod text;
pub mod verdict;

#[cfg(test)]
pub(crate) mod sample;
