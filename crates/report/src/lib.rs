//! Documents into what people and programs read: sentences, tables, figures, pages, JSON. It computes
//! nothing.
//!
//! | module | what it makes |
//! |---|---|
//! | [`document`], [`envelope`] | the answer of each verb as JSON, in the one envelope |
//! | [`verdict`], [`sentences`], [`phrases`] | the answer in plain sentences |
//! | [`text`] | the same for a terminal of any width |
//! | [`figure`], [`svg`], [`plot`] | pictures, for a wide and for a narrow column |
//! | [`page`] | one HTML file that needs nothing else |
//!
//! ```
//! use hashquake_report::envelope::Envelope;
//!
//! let as_of = Some(1_641_470_400);
//! let envelope = Envelope::new("hashquake forecast", as_of, Some(0), Vec::new(), 0.7);
//! assert!(envelope.to_json().contains("2022-01-06T12:00:00Z"));
//! ```
//!
//! Orders, thresholds and verdicts come from the crates whose documents these are, so that a sentence, a
//! table and a figure never disagree. Leaves out bitmaps and anything that would need a script.

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
