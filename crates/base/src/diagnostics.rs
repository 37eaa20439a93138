//! What is wrong in what a user gave, all of it at once, each mistake with its place.

use core::fmt;

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file as it was named, or `--set key=value`.
    pub file: String,
    /// Its line, from 1; absent for an argument and for what is about the whole file.
    pub line: Option<usize>,
}

/// A mistake in a file, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// File and line of the mistake.
    pub location: Location,
    /// Path of the key or name of the column; empty when it is about no single one.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// All mistakes of one input, in order of their places, each once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Diagnostics {
    /// The input that was asked for.
    pub name: String,
    /// At least one.
    pub list: Vec<Diagnostic>,
    /// How many more there are beyond the list.
    pub further: usize,
}

/// Mistakes that are printed; further ones are counted.
const SHOWN: usize = 20;

impl Location {
    /// A line of a file, from 1.
    pub fn line(file: &str, line: usize) -> Self {
        Self {
            file: file.to_string(),
            line: Some(line),
        }
    }

    /// A whole file, or an argument.
    pub fn whole(file: &str) -> Self {
        Self {
            file: file.to_string(),
            line: None,
        }
    }
}

impl Diagnostics {
    /// Sorted, each once.
    pub fn new(name: &str, mut list: Vec<Diagnostic>) -> Self {
        list.sort();
        list.dedup();
        Self {
            name: name.to_string(),
            list,
            further: 0,
        }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.list.len() + self.further;
        if let ([only], 1) = (self.list.as_slice(), n)
            && only.location == Location::whole(&self.name)
        {
            let colon = if only.message.starts_with("is ") {
                ""
            } else {
                ":"
            };
            return write!(f, "{}{colon} {}", self.name, only.message);
        }
        let word = if n == 1 { "mistake" } else { "mistakes" };
        write!(f, "{}: {n} {word}", self.name)?;
        for d in self.list.iter().take(SHOWN) {
            write!(f, "\n  ")?;
            match d.location.line {
                Some(line) if d.location.file == self.name => write!(f, "line {line}: ")?,
                Some(line) => write!(f, "{}, line {line}: ", d.location.file)?,
                None if d.location.file == self.name => {}
                None => write!(f, "{}: ", d.location.file)?,
            }
            f.write_str(&d.message)?;
        }
        match n.saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// The word of `known` nearest to `word`, if any is near: for "did you mean".
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    known
        .map(|k| (strsim::jaro_winkler(word, k), k))
        .filter(|(near, _)| *near > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}
