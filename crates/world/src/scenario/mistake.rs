//! What is wrong in a scenario, and where: a file and its line, or a `--set`.

use core::fmt;

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as it was named, or `--set key=value`.
    pub file: String,
    /// Its line, from 1; absent for a `--set`.
    pub line: Option<usize>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where.
    pub place: Place,
    /// Path of the key, `events.cut.severity`; empty when it is about no single key.
    pub key: String,
    /// What is wrong and what would be right; begins with the key.
    pub what: String,
}

/// All mistakes of one scenario, in order of their places.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes {
    /// The file that was asked for.
    pub name: String,
    /// At least one.
    pub list: Vec<Mistake>,
}

impl Mistakes {
    /// Sorted, each once.
    pub(super) fn new(name: &str, mut list: Vec<Mistake>) -> Self {
        list.sort();
        list.dedup();
        Self {
            name: name.to_string(),
            list,
        }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.list.len();
        let word = if n == 1 { "mistake" } else { "mistakes" };
        write!(f, "{}: {n} {word}", self.name)?;
        for m in &self.list {
            write!(f, "\n  ")?;
            match m.place.line {
                Some(line) if m.place.file == self.name => write!(f, "line {line}: ")?,
                Some(line) => write!(f, "{}, line {line}: ", m.place.file)?,
                None => write!(f, "{}: ", m.place.file)?,
            }
            f.write_str(&m.what)?;
        }
        Ok(())
    }
}
