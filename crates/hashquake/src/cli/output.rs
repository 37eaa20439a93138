//! How an answer is printed: the formats that verbs offer, and the line width.

use clap::ValueEnum;
use hashquake_report::envelope::Envelope;
use serde::Serialize;

/// What `--format` takes where an answer is text or a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: sentences and tables
    #[default]
    Table,
    /// One document, described in docs/json.md
    Json,
}

/// What `--format` takes where an answer is rows as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// For people: sentences and tables
    #[default]
    Table,
    /// One document, described in docs/json.md
    Json,
    /// Rows, comma-separated, with a header
    Csv,
}

/// Prints a document.
#[allow(dead_code)] // until the verbs use it
pub fn print_json<T: Serialize>(envelope: &Envelope<T>) -> anyhow::Result<()> {
    super::print(envelope.to_json().as_bytes())
}
