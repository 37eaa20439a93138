//! The row that names the columns: found among the first rows by any separator, then read column by column.

use core::cmp::Reverse;

use super::columns::{Column, Place, find, plain};
use super::mistakes::Mistakes;
use super::records::{Records, TooLong};

/// Records among which the one that names the columns is looked for: titles and addresses may precede it.
const HEADS_MAX: usize = 4;
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// The row that names the columns, and where each of them stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) separator: u8,
    pub(super) line: usize,
    pub(super) names: Vec<String>,
    columns: &'static [Column],
    places: Vec<Option<Place>>,
}

impl Head {
    /// How many of the needed columns it names, and how many of all.
    fn score(&self) -> (usize, usize) {
        let there = |c: &&Column| find(c, self.names.iter().map(String::as_str)).is_some();
        let needed = self.columns.iter().filter(|c| c.needed).filter(there);
        (needed.count(), self.columns.iter().filter(there).count())
    }

    /// The best of the first rows by any separator; `None` without a row. When none of them names a needed
    /// column and one is too long to be read, that one.
    pub(super) fn best(text: &str, columns: &'static [Column]) -> Result<Option<Self>, TooLong> {
        let mut too_long = None;
        let heads = SEPARATORS.into_iter().flat_map(|separator| {
            let mut records = Records::new(text, separator);
            let mut out = Vec::new();
            while out.len() < HEADS_MAX
                && let Some(record) = records.next()
            {
                let record = match record {
                    Ok(record) => record,
                    Err(e) => {
                        too_long = too_long.or(Some(e));
                        break;
                    }
                };
                let mut names: Vec<String> = record.iter().map(str::to_string).collect();
                while names.last().is_some_and(String::is_empty) {
                    names.pop();
                }
                out.push(Self {
                    separator,
                    line: record.line,
                    names,
                    columns,
                    places: vec![None; columns.len()],
                });
            }
            out
        });
        let best = heads.min_by_key(|head| Reverse(head.score()));
        match too_long {
            Some(e) if best.as_ref().is_none_or(|b| b.score().0 == 0) => Err(e),
            _ => Ok(best),
        }
    }

    /// Finds each column, and notes those that are missing or named twice.
    pub(super) fn find_columns(&mut self, mistakes: &Mistakes) {
        let names = || self.names.iter().map(String::as_str);
        let mut places = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let found = find(column, names());
            if let Some((place, others)) = &found {
                let written = &self.names[place.index];
                for other in others.iter().map(|i| &self.names[*i]) {
                    if plain(other) == plain(written) {
                        let what = format!("column `{written}` is named twice");
                        mistakes.refuse(self.line, column.name, what);
                    } else {
                        mistakes.note(format!(
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
                expected(self.columns),
                self.found()
            );
            mistakes.refuse(self.line, "", what);
        }
        self.places = places;
    }

    /// What it names, in so far as that helps.
    pub(super) fn found(&self) -> String {
        const SHOWN: usize = 12;
        let short = |name: &String| name.chars().take(40).collect::<String>();
        let names: Vec<String> = self.names.iter().take(SHOWN).map(short).collect();
        let more = if self.names.len() > SHOWN { ",…" } else { "" };
        format!("{}{more}", names.join(","))
    }

    pub(super) fn place(&self, column: &str) -> Option<Place> {
        let at = self.columns.iter().position(|c| c.name == column)?;
        self.places[at]
    }

    /// A column as the file calls it.
    pub(super) fn written<'s>(&'s self, column: &'s str) -> &'s str {
        let place = self.place(column);
        place.map_or(column, |p| self.names[p.index].as_str())
    }
}

/// What the first row should name.
pub(super) fn expected(columns: &[Column]) -> String {
    let needed = columns.iter().filter(|c| c.needed);
    let names: Vec<&str> = needed.map(|c| c.name).collect();
    format!("a first row that names {}", names.join(","))
}
