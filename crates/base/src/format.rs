//! How numbers, spans and moments are written: [`mod@column`] for tables and figures, [`mod@prose`] for sentences.

pub mod column;
pub mod prose;
