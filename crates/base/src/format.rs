//! How numbers, spans and moments are written: [`column`] for tables and figures, [`prose`] for sentences.

pub mod column;
pub mod prose;
