//! Reads a comma-separated table so that every mistake is found at once, each with its line.
//!
//! The first row names the columns, in any order; empty lines and lines that begin with `#` are skipped.
//! What is wrong with one cell does not keep the others from being read.

use core::cell::RefCell;

use hashquake_base::diagnostics::{Diagnostic, Diagnostics, Location};
use hashquake_base::units::Moment;

/// A table under reading.
pub(super) struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<(usize, csv::StringRecord)>,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

/// A row with its line.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table,
    cells: &'t csv::StringRecord,
    pub(super) line: usize,
}

impl Table {
    /// Reads `text`; columns of `required` that are missing are one mistake in line 1, and then no row is
    /// read.
    pub(super) fn read(name: &str, text: &str, required: &[&str]) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut diagnostics = Vec::new();
        let header = reader.headers().cloned().unwrap_or_default();
        let columns: Vec<String> = header.iter().map(str::to_string).collect();
        let missing: Vec<String> = required
            .iter()
            .filter(|column| !columns.iter().any(|c| c == *column))
            .map(|column| format!("`{column}`"))
            .collect();
        if !missing.is_empty() {
            let what = format!(
                "no column {}: the first row must name {}",
                missing.join(", "),
                required.join(",")
            );
            diagnostics.push(diagnostic(name, 1, what));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                // Without its columns a row says nothing.
                Ok(_) if !missing.is_empty() => {}
                Ok(cells) => {
                    let line = cells.position().map_or(0, |p| p.line() as usize);
                    rows.push((line, cells));
                }
                Err(e) => {
                    let line = e.position().map_or(0, |p| p.line() as usize);
                    let what = match e.kind() {
                        csv::ErrorKind::UnequalLengths {
                            expected_len, len, ..
                        } => format!("{len} cells where the first row names {expected_len}"),
                        _ => format!("cannot be read: {e}"),
                    };
                    diagnostics.push(diagnostic(name, line, what));
                }
            }
        }
        Self {
            name: name.to_string(),
            columns,
            rows,
            diagnostics: RefCell::new(diagnostics),
        }
    }

    /// All rows that have as many cells as the first.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row {
            table: self,
            cells,
            line: *line,
        })
    }

    /// Notes a mistake.
    pub(super) fn refuse(&self, line: usize, what: String) {
        let found = diagnostic(&self.name, line, what);
        self.diagnostics.borrow_mut().push(found);
    }

    /// `value`, or every mistake that was noted.
    pub(super) fn finish<T>(self, value: T) -> Result<T, Diagnostics> {
        let list = self.diagnostics.into_inner();
        if list.is_empty() {
            return Ok(value);
        }
        Err(Diagnostics::new(&self.name, list))
    }
}

fn diagnostic(file: &str, line: usize, message: String) -> Diagnostic {
    Diagnostic {
        location: Location::line(file, line),
        key: String::new(),
        message,
    }
}

impl<'t> Row<'t> {
    /// A cell; empty where the column is missing.
    pub(super) fn text(&self, column: &str) -> &'t str {
        let place = self.table.columns.iter().position(|c| c == column);
        place.and_then(|i| self.cells.get(i)).unwrap_or("")
    }

    /// Notes a mistake in this row.
    pub(super) fn refuse(&self, what: String) {
        self.table.refuse(self.line, what);
    }

    /// A name; an empty cell is a mistake.
    pub(super) fn name(&self, column: &str) -> Option<&'t str> {
        let text = self.text(column);
        if text.is_empty() {
            self.refuse(format!("`{column}` is empty"));
            return None;
        }
        Some(text)
    }

    /// A number between `low` and `high`, ends included.
    pub(super) fn number_in(&self, column: &str, low: f64, high: f64) -> Option<f64> {
        let text = self.text(column);
        let value: Option<f64> = text.parse().ok();
        let value = value.filter(|x| (low..=high).contains(x));
        if value.is_none() {
            self.refuse(format!(
                "{column} `{text}` is not a number between {low} and {high}"
            ));
        }
        value
    }

    /// A day or a moment.
    pub(super) fn moment(&self, column: &str) -> Option<Moment> {
        match Moment::parse(self.text(column)) {
            Ok(moment) => Some(moment),
            Err(e) => {
                self.refuse(format!("{column}: {e}"));
                None
            }
        }
    }
}
