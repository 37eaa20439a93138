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
mod records;

use core::cell::{Cell, RefCell};
use core::cmp::Reverse;

use serde::de::DeserializeOwned;

pub use self::columns::{Column, POOL_NAMES, TIME};
use self::columns::{Place, find, plain};
use self::records::{Record, Records};
use crate::diagnostics::{Diagnostic, Diagnostics, Location};
use crate::units::{Moment, Seconds};
use crate::written::{decode, parse_number, parse_time};

/// Rows of a table.
pub const ROWS_MAX: usize = 8_000_000;
/// Mistakes that are kept; further ones are counted.
const KEPT_MAX: usize = 1_000;
/// Records among which the one that names the columns is looked for: titles and addresses may precede it.
const HEADS_MAX: usize = 4;
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

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
    name: String,
    text: &'t str,
    head: Head,
    columns: &'static [Column],
    rows_max: usize,
    places: Vec<Option<Place>>,
    mistakes: RefCell<Vec<Diagnostic>>,
    /// Mistakes beyond those that are kept.
    further: Cell<usize>,
    notes: RefCell<Vec<String>>,
    a_zone_is_missing: Cell<bool>,
}

/// The row that names the columns.
#[derive(Clone, Debug, Default)]
struct Head {
    separator: u8,
    line: usize,
    names: Vec<String>,
}

impl Head {
    /// How many of the needed columns it names, and how many of all.
    fn score(&self, columns: &[Column]) -> (usize, usize) {
        let there = |c: &&Column| find(c, self.names.iter().map(String::as_str)).is_some();
        let needed = columns.iter().filter(|c| c.needed).filter(there);
        (needed.count(), columns.iter().filter(there).count())
    }

    /// The best of the first rows by any separator.
    fn best(text: &str, columns: &[Column]) -> Option<Self> {
        let heads = SEPARATORS.into_iter().flat_map(|separator| {
            let mut records = Records::new(text, separator);
            let mut out = Vec::new();
            while let Some(Ok(record)) = records.next()
                && out.len() < HEADS_MAX
            {
                let mut names: Vec<String> = record.iter().map(str::to_string).collect();
                while names.last().is_some_and(String::is_empty) {
                    names.pop();
                }
                out.push(Self {
                    separator,
                    line: record.line,
                    names,
                });
            }
            out
        });
        heads.min_by_key(|head| Reverse(head.score(columns)))
    }
}

/// One row under reading.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    table: &'r Table<'r>,
    record: Record<'r>,
}

impl<'t> Table<'t> {
    /// Finds the columns of a table.
    ///
    /// # Errors
    /// When it is no text, has no row, or lacks a needed column.
    pub fn open(
        name: &str,
        bytes: &'t [u8],
        columns: &'static [Column],
    ) -> Result<Self, Diagnostics> {
        let text = decode(name, bytes)?;
        let head = Head::best(text, columns);
        let has_rows = head.is_some();
        let mut table = Self {
            name: name.to_string(),
            text,
            head: head.unwrap_or_default(),
            columns,
            rows_max: ROWS_MAX,
            places: vec![None; columns.len()],
            mistakes: RefCell::default(),
            further: Cell::default(),
            notes: RefCell::default(),
            a_zone_is_missing: Cell::default(),
        };
        if has_rows {
            table.find_columns();
        } else {
            table.refuse_whole(format!("is empty: expected {}", table.expected()));
        }
        if table.mistakes.borrow().is_empty() {
            return Ok(table);
        }
        Err(table.wrong())
    }

    fn find_columns(&mut self) {
        let names = || self.head.names.iter().map(String::as_str);
        let mut places = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let found = find(column, names());
            if let Some((place, others)) = &found {
                let written = &self.head.names[place.index];
                for other in others.iter().map(|i| &self.head.names[*i]) {
                    if plain(other) == plain(written) {
                        let what = format!("column `{written}` is named twice");
                        self.refuse(self.head.line, column.name, what);
                    } else {
                        self.note(format!(
                            "`{written}` is read as {}, `{other}` is passed over",
                            column.name
                        ));
                    }
                }
            }
            places.push(found.map(|(place, _)| place));
        }
        let lacks = self.columns.iter().zip(&places);
        let lacks = lacks.filter(|(c, place)| c.needed && place.is_none());
        let missing: Vec<String> = lacks.map(|(c, _)| format!("`{}`", c.name)).collect();
        if !missing.is_empty() {
            let what = format!(
                "no column {}: expected {} (it names {})",
                missing.join(", "),
                self.expected(),
                self.found()
            );
            self.refuse(self.head.line, "", what);
        }
        self.places = places;
    }

    /// What the first row should name.
    fn expected(&self) -> String {
        let needed = self.columns.iter().filter(|c| c.needed);
        let names: Vec<&str> = needed.map(|c| c.name).collect();
        format!("a first row that names {}", names.join(","))
    }

    /// What it names, in so far as that helps.
    fn found(&self) -> String {
        const SHOWN: usize = 12;
        let short = |name: &String| name.chars().take(40).collect::<String>();
        let names: Vec<String> = self.head.names.iter().take(SHOWN).map(short).collect();
        let more = if self.head.names.len() > SHOWN {
            ",…"
        } else {
            ""
        };
        format!("{}{more}", names.join(","))
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
        let (expected, found) = (columns.join("` or `"), self.found());
        let what = format!("no column `{expected}` (the first row names {found})");
        self.refuse(self.head.line, "", what);
        Err(self.wrong())
    }

    /// Whether it has a column that may be missing.
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    fn place(&self, column: &str) -> Option<Place> {
        let at = self.columns.iter().position(|c| c.name == column)?;
        self.places[at]
    }

    /// Whether the file calls a column `name` (in lower case, letters and digits only).
    pub fn is_called(&self, column: &str, name: &str) -> bool {
        plain(self.written(column)) == name
    }

    /// A column as the file calls it.
    fn written<'s>(&'s self, column: &'s str) -> &'s str {
        let place = self.place(column);
        place.map_or(column, |p| self.head.names[p.index].as_str())
    }

    /// Hands every row to `read`, in the order of the file.
    pub fn each_row(&self, mut read: impl FnMut(Row<'_>)) {
        let mut records = Records::new(self.text, self.head.separator);
        let mut rows = 0;
        while let Some(record) = records.next() {
            let record = match record {
                Ok(record) => record,
                Err(line) => {
                    let what = "is longer than 64 kB: is a quotation mark not closed?";
                    self.refuse(line, "", what.to_string());
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
                table: self,
                record,
            });
        }
    }

    /// Notes a mistake in a line; `column` is empty where it is about no single one.
    pub fn refuse(&self, line: usize, column: &str, message: String) {
        self.push(Some(line), column, message);
    }

    /// Notes a mistake about the whole table.
    pub fn refuse_whole(&self, message: String) {
        self.push(None, "", message);
    }

    fn push(&self, line: Option<usize>, column: &str, message: String) {
        let mut mistakes = self.mistakes.borrow_mut();
        if mistakes.len() == KEPT_MAX {
            self.further.set(self.further.get() + 1);
            return;
        }
        let location = Location {
            file: self.name.clone(),
            line,
        };
        mistakes.push(Diagnostic {
            location,
            key: column.to_string(),
            message,
        });
    }

    /// Says how something was read that has several readings.
    pub fn note(&self, sentence: String) {
        self.notes.borrow_mut().push(sentence);
    }

    /// Whether a mistake was noted so far.
    pub fn is_wrong(&self) -> bool {
        !self.mistakes.borrow().is_empty()
    }

    fn wrong(self) -> Diagnostics {
        let mut all = Diagnostics::new(&self.name, self.mistakes.into_inner());
        all.further = self.further.get();
        all
    }

    /// `value` with the notes.
    ///
    /// # Errors
    /// Every mistake that was noted.
    pub fn finish<T>(self, value: T) -> Result<Parsed<T>, Diagnostics> {
        if self.is_wrong() {
            return Err(self.wrong());
        }
        let name = &self.name;
        let notes = self.notes.into_inner();
        let mut notes: Vec<String> = notes.iter().map(|n| format!("{name}: {n}")).collect();
        if self.a_zone_is_missing.get() {
            notes.push(format!("{name}: times without a zone are read as UTC"));
        }
        Ok(Parsed { value, notes })
    }
}

impl<'r> Row<'r> {
    /// Its line in the file, from 1.
    pub fn line(self) -> usize {
        self.record.line
    }

    /// A cell; empty where the column is missing.
    pub fn text(self, column: &str) -> &'r str {
        let place = self.table.place(column);
        place.and_then(|p| self.record.get(p.index)).unwrap_or("")
    }

    /// Notes a mistake in this row; `column` is empty where it is about no single one.
    pub fn refuse(self, column: &str, message: String) {
        self.table.refuse(self.record.line, column, message);
    }

    /// Notes that a cell is wrong: its column as the file calls it, then `what`.
    fn refuse_cell(self, column: &str, what: &str) {
        let written = self.table.written(column);
        self.refuse(column, format!("{written} {what}"));
    }

    /// A name; an empty cell is a mistake.
    pub fn name(self, column: &str) -> Option<&'r str> {
        let text = self.text(column);
        if text.is_empty() {
            self.refuse_cell(column, "is empty");
            return None;
        }
        Some(text)
    }

    /// A number between `low` and `high`, ends included, in the unit of our name of the column.
    pub fn number_in(self, column: &str, low: f64, high: f64) -> Option<f64> {
        let text = self.text(column);
        let factor = self.table.place(column).map_or(1.0, |p| p.factor);
        match parse_number(text).map(|x| x * factor) {
            Ok(x) if (low..=high).contains(&x) => return Some(x),
            Ok(_) => {
                let ends = format!(
                    "`{text}` is not a number between {} and {}",
                    low / factor,
                    high / factor
                );
                self.refuse_cell(column, &ends);
            }
            Err(e) => self.refuse_cell(column, &e),
        }
        None
    }

    /// A whole number up to `high`.
    pub fn whole_up_to(self, column: &str, high: u32) -> Option<u32> {
        let text = self.text(column);
        match parse_number(text) {
            Ok(x) if x.fract() == 0.0 && (0.0..=f64::from(high)).contains(&x) => {
                return Some(x as u32);
            }
            Ok(_) => {
                let what = format!("`{text}` is not a whole number from 0 to {high}");
                self.refuse_cell(column, &what);
            }
            Err(e) => self.refuse_cell(column, &e),
        }
        None
    }

    /// A moment or a day; without a zone it is UTC, which is then said in a note.
    pub fn moment(self, column: &str) -> Option<Moment> {
        let text = self.text(column);
        let factor = self.table.place(column).map_or(1.0, |p| p.factor);
        let read = match text.parse::<i64>() {
            Ok(finer) if factor < 1.0 => {
                let each = (1.0 / factor) as i64;
                parse_time(&finer.div_euclid(each).to_string())
            }
            _ => parse_time(text),
        };
        match read {
            Ok(time) => {
                if !time.zone_is_written {
                    self.table.a_zone_is_missing.set(true);
                }
                Some(time.moment)
            }
            Err(e) => {
                self.refuse(column, e);
                None
            }
        }
    }

    /// A moment to the second; a day alone is a mistake.
    pub fn instant(self, column: &str) -> Option<Seconds> {
        match self.moment(column)? {
            Moment::Instant(t) => Some(t),
            Moment::Day(_) => {
                let what = format!(
                    "`{}` is a day: expected a time such as 2022-01-05T10:45:00Z",
                    self.text(column)
                );
                self.refuse_cell(column, &what);
                None
            }
        }
    }
}

/// Reads a table of our own, whose columns are the fields of `T`, in any order.
///
/// # Errors
/// Every row that is no `T`, with its line.
pub fn deserialize<T: DeserializeOwned>(name: &str, text: &str) -> Result<Vec<T>, Diagnostics> {
    let mut records = Records::new(text, b',');
    let cells = |record: Record<'_>| csv::StringRecord::from(record.iter().collect::<Vec<_>>());
    let Some(Ok(head)) = records.next() else {
        return Ok(Vec::new());
    };
    let head = cells(head);
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    while let Some(record) = records.next() {
        let (line, read) = match record {
            Ok(record) => {
                let read = cells(record).deserialize(Some(&head));
                (record.line, read.map_err(|e| e.to_string()))
            }
            Err(line) => (line, Err("is longer than 64 kB".to_string())),
        };
        match read {
            Ok(row) => rows.push(row),
            Err(message) => wrong.push(Diagnostic {
                location: Location {
                    file: name.to_string(),
                    line: Some(line),
                },
                key: String::new(),
                message,
            }),
        }
    }
    if wrong.is_empty() {
        return Ok(rows);
    }
    Err(Diagnostics::new(name, wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

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
