//! How an answer is printed: the formats that verbs offer, and the line width.

use std::env;
use std::io::{self, ErrorKind, Write};

use clap::ValueEnum;
use hashquake_report::envelope::Envelope;
use serde::Serialize;
use terminal_size::{Width, terminal_size_of};

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

/// Columns that a text may take: `COLUMNS` where it is a number, else those of the terminal that
/// standard output is, else 80; from 60
/// to 200.
pub fn width() -> usize {
    let asked = env::var("COLUMNS").ok();
    let terminal = || terminal_size_of(io::stdout()).map(|(Width(columns), _)| columns);
    usize::from(fitting(asked.as_deref(), terminal))
}

fn fitting(asked: Option<&str>, terminal: impl Fn() -> Option<u16>) -> u16 {
    let asked = asked.and_then(|text| text.trim().parse().ok());
    let columns = asked.filter(|n| *n > 0).or_else(terminal);
    columns.unwrap_or(WIDTH).clamp(WIDTH_RANGE.0, WIDTH_RANGE.1)
}

/// Options that say where and how to print, and change no answer; each takes a value.
const PRINTING: [&str; 3] = ["--format", "--figure", "--report"];

/// The command line that was given, without what only says where and how to print: it gives the same
/// answer again.
pub fn command() -> String {
    written(env::args().skip(1))
}

fn written(args: impl Iterator<Item = String>) -> String {
    let mut out = "hashquake".to_string();
    let mut is_value = false;
    for arg in args {
        let name = arg.split_once('=').map_or(arg.as_str(), |(name, _)| name);
        if is_value || PRINTING.contains(&name) {
            is_value = !is_value && name == arg;
            continue;
        }
        out.push(' ');
        out.push_str(&quoted(&arg));
    }
    out
}

/// An argument as a shell reads it back.
fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=+.,:/@%".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        return arg.to_string();
    }
    format!("'{}'", arg.replace('\'', "'\\''"))
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
pub fn print_json<T: Serialize>(envelope: &Envelope<T>) -> anyhow::Result<()> {
    print(envelope.to_json().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_gives_the_same_answer_again() {
        let args =
            "forecast --format json --shock loss=13,returns=lognormal(3d,0.6) --format=table";
        let args = args.split(' ').map(str::to_string);
        assert_eq!(
            written(args),
            "hashquake forecast --shock 'loss=13,returns=lognormal(3d,0.6)'"
        );
        let args = ["explain", "it's mine.toml", "--report", "page.html", ""];
        assert_eq!(
            written(args.map(str::to_string).into_iter()),
            r"hashquake explain 'it'\''s mine.toml' ''"
        );
    }

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
