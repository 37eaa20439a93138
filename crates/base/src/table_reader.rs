//! The one reader of tables of numbers: separated values with a first row that names the columns.
//!
//! Names of columns stand in any order, case and punctuation, under any of their usual names
//! ([`Column`]); the separator is a comma, a semicolon or a tab; blank lines and lines that begin with `#`
//! are passed over and counted, so that a line is the file's own. All mistakes are collected, each with
//! its line. What is read in one way of several is said in a note.
//!
//! A table has at most 8 million rows and a row 64 kB. Rows are handed over one by one, and nothing of
//! them is kept.
//!
//! ```
//! use hashquake_base::table_reader::{Column, TIME, Table};
//! const COLUMNS: &[Column] = &[TIME, Column::needed("price_usd", &["price", "usd"])];
//! let text = "Timestamp;USD\n\n2022-01-05 10:45;46414.22\n";
//! let table = Table::open("prices.csv", text.as_bytes(), COLUMNS)?;
//! let mut rows = Vec::new();
//! table.each_row(|row| {
//!     if let (Some(t), Some(usd)) = (row.instant("time"), row.number_in("price_usd", 0.0, 1e12)) {
//!         rows.push((row.line(), t, usd));
//!     }
//! });
//! let read = table.finish(rows)?;
//! assert_eq!(read.value, [(3, 1_641_379_500, 46_414.22)]);
//! assert!(read.notes[0].contains("UTC"));
//! # Ok::<(), hashquake_base::diagnostics::Diagnostics>(())
//! ```

mod columns;
mod head;
mod mistakes;
mod own_table;
mod records;
mod row;

pub use self::columns::{Column, POOL_NAMES, TIME};
pub use self::own_table::deserialize;
pub use self::row::Row;

use self::columns::plain;
use self::head::{Head, expected};
use self::mistakes::Mistakes;
use self::records::Records;
use crate::diagnostics::Diagnostics;
use crate::written::decode;

/// Rows of a table.
pub const ROWS_MAX: usize = 8_000_000;

/// What a table says, and in which way it was read where there were several.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    /// What it says.
    pub value: T,
    /// Sentences for the reader of the answer.
    pub notes: Vec<String>,
}

/// A table under reading.
pub struct Table<'t> {
    text: &'t str,
    head: Head,
    rows_max: usize,
    mistakes: Mistakes,
}

impl<'t> Table<'t> {
    /// Finds the columns of a table.
    ///
    /// # Errors
    /// When it is not text, has no row, or lacks a needed column.
    pub fn open(
        name: &str,
        bytes: &'t [u8],
        columns: &'static [Column],
    ) -> Result<Self, Diagnostics> {
        let text = decode(name, bytes)?;
        let mistakes = Mistakes::of(name);
        let mut head = match Head::best(text, columns) {
            Ok(Some(head)) => head,
            Ok(None) => {
                mistakes.refuse_whole(format!("is empty: expected {}", expected(columns)));
                return Err(mistakes.into_diagnostics());
            }
            Err(e) => {
                mistakes.refuse(e.line, "", e.why.to_string());
                return Err(mistakes.into_diagnostics());
            }
        };
        head.find_columns(&mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes.into_diagnostics());
        }
        Ok(Self {
            text,
            head,
            rows_max: ROWS_MAX,
            mistakes,
        })
    }

    /// The same with fewer rows allowed than [`ROWS_MAX`], where they are held against each other.
    pub fn of_at_most(self, rows_max: usize) -> Self {
        Self { rows_max, ..self }
    }

    /// The table itself when it has one of these columns.
    ///
    /// # Errors
    /// When it has none.
    pub fn with_one_of(self, columns: &[&str]) -> Result<Self, Diagnostics> {
        if columns.iter().any(|column| self.has(column)) {
            return Ok(self);
        }
        let (expected, found) = (columns.join("` or `"), self.head.found());
        let what = format!("no column `{expected}` (the first row names {found})");
        self.refuse(self.head.line, "", what);
        Err(self.mistakes.into_diagnostics())
    }

    /// Whether it has a column that may be missing.
    pub fn has(&self, column: &str) -> bool {
        self.head.place(column).is_some()
    }

    /// Whether the file calls a column `name` (in lower case, letters and digits only).
    pub fn is_called(&self, column: &str, name: &str) -> bool {
        plain(self.head.written(column)) == name
    }

    /// Hands every row to `read`, in the order of the file.
    pub fn each_row(&self, mut read: impl FnMut(Row<'_>)) {
        let mut records = Records::new(self.text, self.head.separator);
        let mut rows = 0;
        while let Some(record) = records.next() {
            let record = match record {
                Ok(record) => record,
                Err(e) => {
                    self.refuse(e.line, "", e.why.to_string());
                    continue;
                }
            };
            if record.line <= self.head.line || record.iter().all(str::is_empty) {
                continue;
            }
            rows += 1;
            if rows > self.rows_max {
                let what = format!("is one row too many: at most {} are read", self.rows_max);
                return self.refuse(record.line, "", what);
            }
            let names = self.head.names.len();
            if record.len() < names || record.iter().skip(names).any(|cell| !cell.is_empty()) {
                let cells = record.len();
                let what = format!("{cells} cells where the first row names {names}");
                self.refuse(record.line, "", what);
                continue;
            }
            read(Row {
                head: &self.head,
                mistakes: &self.mistakes,
                record,
            });
        }
    }

    /// Notes a mistake in a line; `column` is empty where it is about no single one.
    pub fn refuse(&self, line: usize, column: &str, message: String) {
        self.mistakes.refuse(line, column, message);
    }

    /// Notes a mistake about the whole table.
    pub fn refuse_whole(&self, message: String) {
        self.mistakes.refuse_whole(message);
    }

    /// Says how something was read that has several readings.
    pub fn note(&self, sentence: String) {
        self.mistakes.note(sentence);
    }

    /// Whether a mistake was noted so far.
    pub fn is_wrong(&self) -> bool {
        !self.mistakes.is_empty()
    }

    /// `value` with the notes.
    ///
    /// # Errors
    /// Every mistake that was noted.
    pub fn finish<T>(self, value: T) -> Result<Parsed<T>, Diagnostics> {
        if self.is_wrong() {
            return Err(self.mistakes.into_diagnostics());
        }
        let notes = self.mistakes.into_notes();
        Ok(Parsed { value, notes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Seconds;

    const COLUMNS: &[Column] = &[
        TIME,
        Column::needed("pool", POOL_NAMES),
        Column::optional("hashrate_ehs", &["hashrateeh"]).scaled(&[("hashratephs", 1e-3)]),
    ];

    type Rows = Vec<(usize, Seconds, f64)>;

    fn read(text: &str) -> Result<Parsed<Rows>, Diagnostics> {
        let table = Table::open("t.csv", text.as_bytes(), COLUMNS)?;
        let mut rows = Vec::new();
        table.each_row(|row| {
            let cells = (row.instant("time"), row.name("pool"));
            let ehs = row.number_in("hashrate_ehs", 0.0, 1e9);
            if let ((Some(t), Some(_)), Some(ehs)) = (cells, ehs) {
                rows.push((row.line(), t, ehs));
            }
        });
        table.finish(rows)
    }

    fn refused(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn one_table_in_many_dialects() {
        let plain = read("time,pool,hashrate_ehs\n1641379500,a,12.5\n").unwrap();
        assert_eq!(plain.value, [(2, 1_641_379_500, 12.5)]);
        assert!(plain.notes.is_empty());
        for text in [
            "\u{feff}Block Time\tPool Name\tHashrate (PH/s)\tnote\r\n1641379500\ta\t12500\tx\r\n",
            "MINER;Timestamp_ms;Hashrate [EH]\n\"a\";1641379500000;12.5;\n",
            "pool,time,hashrate_ehs,,\na,2022-01-05T10:45Z,12.5,,\n,,,,\n",
        ] {
            assert_eq!(read(text).unwrap(), plain, "{text}");
        }
        let titled =
            read("https://somewhere\n# note\npool,unix,date,hashrate_ehs\na,1641379500,x,12.5\n");
        let titled = titled.unwrap();
        assert_eq!(titled.value, [(4, 1_641_379_500, 12.5)]);
        assert_eq!(
            titled.notes,
            ["t.csv: `unix` is read as time, `date` is passed over"]
        );
        let local = read("time,pool,hashrate_ehs\n2022-01-05 10:45,a,12.5\n").unwrap();
        assert_eq!(local.value, plain.value);
        assert_eq!(local.notes, ["t.csv: times without a zone are read as UTC"]);
    }

    #[test]
    fn all_mistakes_are_told_with_the_files_own_lines() {
        let e = refused(
            "# a\n\ntime,pool,Hashrate PH/s\n\n1641379500,a,1\r\n\nnoon,,-1\n1641379500,a\n1641379500,a,12,5\n2022-01-05,a,1e300\n",
        );
        for part in [
            "t.csv: 7 mistakes",
            "line 7: Hashrate PH/s `-1` is not a number between 0 and 1000000000000",
            "line 7: pool is empty",
            "line 7: time `noon` is neither",
            "line 8: 2 cells where the first row names 3",
            "line 9: 4 cells where the first row names 3",
            "line 10: Hashrate PH/s `1e300`",
            "line 10: time `2022-01-05` is a day",
        ] {
            assert!(e.contains(part), "{part}\n{e}");
        }
        let rows = "x,,\n".repeat(3_000);
        let e = refused(&format!("time,pool,hashrate_ehs\n{rows}"));
        assert!(e.starts_with("t.csv: 9000 mistakes"), "{e}");
        assert!(e.ends_with("and 8980 more"), "{e}");
        assert_eq!(e.lines().count(), 22, "{e}");
    }

    #[test]
    fn what_is_no_such_table_is_said() {
        for (text, part) in [
            ("", "is empty: expected a first row that names time,pool"),
            ("# only\n\n", "is empty"),
            ("a,b\n1,2\n", "line 1: no column `time`, `pool`"),
            (
                "time,pool,pool\n1,2,3\n",
                "line 1: column `pool` is named twice",
            ),
            ("time,pool\n\"1,2\n", "line 2: 1 cells"),
        ] {
            let e = refused(text);
            assert!(e.contains(part), "{part}\n{e}");
        }
        let (cells, long) = ("time,pool,".repeat(600), "x".repeat(70_000));
        let many = "time,pool,".repeat(100_000);
        for (text, part) in [
            (cells.clone(), "line 1: has over 1,000 cells"),
            (many, "line 1: is longer than 64 kB"),
            (format!("\n{long}\n"), "line 2: is longer than 64 kB"),
            (
                format!("time,pool\n{cells}\n"),
                "line 2: has over 1,000 cells",
            ),
            (
                format!("time,pool\n1,{long}\n"),
                "line 2: is longer than 64 kB",
            ),
        ] {
            let e = refused(&text);
            assert!(e.ends_with(part), "{part}\n{e}");
        }
    }

    #[test]
    fn our_own_tables_are_read_by_the_names_of_their_fields() {
        #[derive(serde::Deserialize, Debug, PartialEq)]
        struct Mine {
            b: f64,
            a: Option<u32>,
        }
        let rows: Vec<Mine> = deserialize("m.csv", "# x\n\na,b\n1,2.5\n\n,3\n").unwrap();
        assert_eq!(rows[1], Mine { b: 3.0, a: None });
        let e = deserialize::<Mine>("m.csv", "a,b\n\n1,x\n").unwrap_err();
        assert!(e.to_string().contains("line 3"), "{e}");
    }
}
