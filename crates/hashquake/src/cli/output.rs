//! How an answer is printed: the formats that verbs offer, and the line width.

use std::env;
use std::io::{ErrorKind, Write};

use clap::ValueEnum;
use hashquake_report::envelope::Envelope;
use serde::Serialize;
use terminal_size::{Width, terminal_size};

/// Columns where neither `COLUMNS` nor a terminal says otherwise.
const WIDTH: u16 = 80;
/// Narrower, tables cannot be read; wider, sentences cannot.
const WIDTH_RANGE: (u16, u16) = (60, 200);

/// What `--format` takes where an answer is text or a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: sentences and tables
    #[default]
    #[value(alias = "text")]
    Table,
    /// One document, described in docs/json.md
    Json,
}

/// What `--format` takes where an answer is rows as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// For people: sentences and tables
    #[default]
    #[value(alias = "text")]
    Table,
    /// One document, described in docs/json.md
    Json,
    /// Rows, comma-separated, with a header
    Csv,
}

/// Columns that a text may take: `COLUMNS` where it is a number, else the terminal's, else 80; from 60
/// to 200.
#[allow(dead_code)] // until the verbs use it
pub fn width() -> usize {
    let asked = env::var("COLUMNS").ok();
    let terminal = || terminal_size().map(|(Width(columns), _)| columns);
    usize::from(fitting(asked.as_deref(), terminal))
}

fn fitting(asked: Option<&str>, terminal: impl Fn() -> Option<u16>) -> u16 {
    let asked = asked.and_then(|text| text.trim().parse().ok());
    let columns = asked.filter(|n| *n > 0).or_else(terminal);
    columns.unwrap_or(WIDTH).clamp(WIDTH_RANGE.0, WIDTH_RANGE.1)
}

/// Writes to standard output; a reader that has gone away is no error.
pub fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints a document.
#[allow(dead_code)] // until the verbs use it
pub fn print_json<T: Serialize>(envelope: &Envelope<T>) -> anyhow::Result<()> {
    print(envelope.to_json().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_is_what_was_asked_for_within_reason() {
        assert_eq!(fitting(Some("100"), || Some(132)), 100);
        assert_eq!(fitting(Some("20"), || None), 60);
        assert_eq!(fitting(Some("9999"), || None), 200);
        for nonsense in ["", "0", "wide", "-3", "70000"] {
            assert_eq!(fitting(Some(nonsense), || Some(132)), 132, "{nonsense}");
        }
        assert_eq!(fitting(None, || None), 80);
    }
}
