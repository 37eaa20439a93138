//! One row: its cells as names, numbers and moments, each mistake with the row's line.

use super::head::Head;
use super::mistakes::Mistakes;
use super::records::Record;
use crate::units::{Moment, Seconds};
use crate::written::{between, parse_number, parse_time, without_thousands};

/// One row under reading.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    pub(super) head: &'r Head,
    pub(super) mistakes: &'r Mistakes,
    pub(super) record: Record<'r>,
}

impl<'r> Row<'r> {
    /// Its line in the file, from 1.
    pub fn line(self) -> usize {
        self.record.line
    }

    /// A cell; empty where the column is missing.
    pub fn text(self, column: &str) -> &'r str {
        let place = self.head.place(column);
        place.and_then(|p| self.record.get(p.index)).unwrap_or("")
    }

    /// Notes a mistake in this row; `column` is empty where it is about no single one.
    pub fn refuse(self, column: &str, message: String) {
        self.mistakes.refuse(self.record.line, column, message);
    }

    /// Notes that a cell is wrong: its column as the file calls it, then `what`.
    fn refuse_cell(self, column: &str, what: &str) {
        let written = self.head.written(column);
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
        let factor = self.head.place(column).map_or(1.0, |p| p.factor);
        match parse_number(text).map(|x| x * factor) {
            Ok(x) if (low..=high).contains(&x) => return Some(x),
            Ok(_) => {
                let ends = between(low / factor, high / factor);
                let ends = format!("`{text}` is not a number {ends}");
                self.refuse_cell(column, &ends);
            }
            Err(e) => self.refuse_cell(column, &e),
        }
        None
    }

    /// A whole number up to `high`; commas can but stand between its thousands.
    pub fn whole_up_to(self, column: &str, high: u32) -> Option<u32> {
        let text = self.text(column);
        let grouped = without_thousands(text);
        match parse_number(grouped.as_deref().unwrap_or(text)) {
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
        let factor = self.head.place(column).map_or(1.0, |p| p.factor);
        let grouped = without_thousands(text);
        let text = grouped.as_deref().unwrap_or(text);
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
                    self.mistakes.a_zone_is_missing.set(true);
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
