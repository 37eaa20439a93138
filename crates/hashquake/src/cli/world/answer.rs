//! How an answer of the world is printed: as text, as rows or as a document.

use hashquake_base::provenance::Input;
use hashquake_base::units::Seconds;
use hashquake_report::envelope::Envelope;
use serde::Serialize;

use super::rows::Rows;
use crate::cli::output::{RowFormat, command, print, print_json, width};

/// An answer, and what it rests on.
pub struct Answer<T> {
    /// `--as-of`; all that is known where there is none.
    pub as_of: Option<Seconds>,
    /// Of the draws behind intervals; `None` where nothing is drawn.
    pub seed: Option<u64>,
    /// The tables that were read.
    pub inputs: Vec<Input>,
    /// The document.
    pub document: T,
}

impl<T: Serialize> Answer<T> {
    /// Prints it: `text` of a width for people, `rows` for CSV.
    pub fn print(
        self,
        format: RowFormat,
        text: fn(&T, usize) -> String,
        rows: fn(&T) -> Rows,
    ) -> anyhow::Result<()> {
        match format {
            RowFormat::Table => print(text(&self.document, width()).as_bytes()),
            RowFormat::Csv => print(&rows(&self.document).to_csv()?),
            RowFormat::Json => print_json(&Envelope::new(
                command(),
                self.as_of,
                self.seed,
                self.inputs,
                self.document,
            )),
        }
    }
}
