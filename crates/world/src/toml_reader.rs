//! Reads TOML so that every mistake is found at once, each with its line.
//!
//! `serde` stops at the first mistake; an author of a case wants all of them. A [`TableReader`] hands
//! out typed values by key, remembers which keys were asked for, and notes what is missing, of the wrong
//! kind or unknown; [`Document::finish`] returns the list.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use hashquake_base::diagnostics::{Diagnostic, Diagnostics, Location, nearest};
use hashquake_base::units::{Moment, Seconds};

/// A TOML text under reading.
pub struct Document<'a> {
    name: &'a str,
    text: &'a str,
    root: Spanned<DeTable<'a>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl<'a> Document<'a> {
    /// Parses; what cannot be parsed is noted, and the rest can still be read.
    pub fn parse(name: &'a str, text: &'a str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let document = Self {
            name,
            text,
            root,
            diagnostics: RefCell::default(),
        };
        for e in errors {
            let at = e.span().map_or(0, |s| s.start);
            document.note(at, "", format!("not TOML: {}", e.message().trim()));
        }
        document
    }

    /// The top-level table.
    pub fn root(&self) -> TableReader<'_, 'a> {
        TableReader {
            document: self,
            table: self.root.get_ref(),
            name: String::new(),
            at: 0,
            asked: RefCell::default(),
        }
    }

    /// `value` if nothing was wrong, else all mistakes.
    ///
    /// # Errors
    /// [`Diagnostics`].
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Diagnostics> {
        let list = self.diagnostics.into_inner();
        match value {
            Some(value) if list.is_empty() => Ok(value),
            _ => Err(Diagnostics::new(self.name, list)),
        }
    }

    fn note(&self, at: usize, key: &str, message: String) {
        let line = 1 + self.text[..at.min(self.text.len())].matches('\n').count();
        self.diagnostics.borrow_mut().push(Diagnostic {
            location: Location::line(self.name, line),
            key: key.to_string(),
            message,
        });
    }
}

/// One table of a document.
pub struct TableReader<'d, 'a> {
    document: &'d Document<'a>,
    table: &'d DeTable<'a>,
    name: String,
    at: usize,
    asked: RefCell<Vec<&'static str>>,
}

impl<'d, 'a> TableReader<'d, 'a> {
    fn get(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn place(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_string()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, should: &str) {
        let found = value.get_ref().type_str();
        let place = self.place(key);
        let what = format!("`{place}` is {found}, it should be {should}");
        self.document.note(value.span().start, &place, what);
    }

    fn need<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.table.contains_key(key) {
            let place = self.place(key);
            let what = format!("`{place}` is missing");
            self.document.note(self.at, &place, what);
        }
        value
    }

    /// Notes a mistake at `key`, or at the table when the key is not there.
    pub fn refuse(&self, key: &str, what: String) {
        let at = self.table.get(key).map_or(self.at, |v| v.span().start);
        let place = self.place(key);
        self.document.note(at, &place, format!("`{place}` {what}"));
    }

    /// A string that may be absent.
    pub fn optional_string(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(s) if s.trim().is_empty() => {
                self.refuse(key, "is empty".to_string());
                None
            }
            DeValue::String(s) => Some(s.to_string()),
            _ => {
                self.wrong(key, value, "a string");
                None
            }
        }
    }

    /// A string.
    pub fn string(&self, key: &'static str) -> Option<String> {
        self.need(key, self.optional_string(key))
    }

    /// A number that may be absent.
    pub fn optional_number(&self, key: &'static str) -> Option<f64> {
        let value = self.get(key)?;
        let digits = match value.get_ref() {
            DeValue::Integer(i) if i.radix() == 10 => i.as_str(),
            DeValue::Float(x) => x.as_str(),
            _ => {
                self.wrong(key, value, "a number");
                return None;
            }
        };
        let number = digits
            .replace('_', "")
            .parse::<f64>()
            .ok()
            .filter(|x| x.is_finite());
        if number.is_none() {
            self.refuse(key, format!("is {digits}, it should be a finite number"));
        }
        number
    }

    /// A number within bounds.
    pub fn number_in(&self, key: &'static str, low: f64, high: f64) -> Option<f64> {
        let x = self.need(key, self.optional_number(key))?;
        if (low..=high).contains(&x) {
            return Some(x);
        }
        self.refuse(
            key,
            format!("is {x}, it should lie between {low} and {high}"),
        );
        None
    }

    /// A moment, written as a string or as a TOML date, that may be absent.
    pub fn optional_moment(&self, key: &'static str) -> Option<Moment> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::String(s) => s.to_string(),
            DeValue::Datetime(d) => d.to_string(),
            _ => {
                self.wrong(key, value, "a time like \"2022-01-05T10:45Z\"");
                return None;
            }
        };
        match Moment::parse(&text) {
            Ok(moment) => Some(moment),
            Err(what) => {
                self.refuse(key, format!("cannot be read: {what}"));
                None
            }
        }
    }

    /// A moment.
    pub fn moment(&self, key: &'static str) -> Option<Moment> {
        self.need(key, self.optional_moment(key))
    }

    /// A moment to the second.
    pub fn instant(&self, key: &'static str) -> Option<Seconds> {
        match self.moment(key)? {
            Moment::Instant(t) => Some(t),
            Moment::Day(_) => {
                self.refuse(
                    key,
                    "is a day, it should be a time like 2022-01-05T10:45Z".into(),
                );
                None
            }
        }
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.need(key, self.optional_choice(key, words))
    }

    /// One of a few words, that may be absent.
    pub fn optional_choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let word = self.optional_string(key)?;
        let found = words
            .iter()
            .find(|(w, _)| *w == word)
            .map(|(_, value)| *value);
        if found.is_none() {
            let all = words.iter().map(|(w, _)| *w).collect::<Vec<_>>().join(", ");
            self.refuse(key, format!("is `{word}`, it should be one of {all}"));
        }
        found
    }

    /// A list of strings; absent is empty.
    pub fn strings(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of strings");
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in array {
            match item.get_ref().as_str() {
                Some(s) => out.push(s.to_string()),
                None => self.wrong(key, item, "a string"),
            }
        }
        out
    }

    /// A table.
    pub fn table(&self, key: &'static str) -> Option<TableReader<'d, 'a>> {
        let value = self.need(key, self.get(key))?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.child(key, value.span().start, table)),
            _ => {
                self.wrong(key, value, "a table");
                None
            }
        }
    }

    /// A list of tables; absent is empty.
    pub fn tables(&self, key: &'static str) -> Vec<TableReader<'d, 'a>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of tables");
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in array {
            match item.get_ref() {
                DeValue::Table(table) => out.push(self.child(key, item.span().start, table)),
                _ => self.wrong(key, item, "a table"),
            }
        }
        out
    }

    fn child(&self, key: &str, at: usize, table: &'d DeTable<'a>) -> TableReader<'d, 'a> {
        let name = self.place(key);
        TableReader {
            document: self.document,
            table,
            name,
            at,
            asked: RefCell::default(),
        }
    }

    /// Notes every key that nobody asked for, with the nearest one that would do.
    pub fn no_other_keys(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let word: &str = key.get_ref();
            if asked.contains(&word) {
                continue;
            }
            let hint = nearest(word, asked.iter().copied()).map_or_else(
                || format!("known are {}", asked.join(", ")),
                |k| format!("did you mean `{k}`?"),
            );
            let place = self.place(word);
            let what = format!("unknown key `{place}`; {hint}");
            self.document.note(key.span().start, &place, what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_listed_with_its_line() {
        let text = "id = 7\ntitel = \"x\"\n[window]\nstart = \"noon\"\nend = \"2022-01-10\"\n";
        let document = Document::parse("x.toml", text);
        let root = document.root();
        root.string("id");
        root.string("title");
        let window = root.table("window").unwrap();
        window.instant("start");
        window.instant("end");
        window.no_other_keys();
        root.no_other_keys();
        let wrong = document.finish(Some(())).unwrap_err();
        let lines: Vec<usize> = wrong.list.iter().filter_map(|d| d.location.line).collect();
        assert_eq!(lines, [1, 1, 2, 4, 5]);
        let text = wrong.to_string();
        assert!(text.contains("x.toml: 5 mistakes"), "{text}");
        assert!(text.contains("did you mean `title`?"), "{text}");
    }

    #[test]
    fn broken_syntax_is_a_problem_not_a_panic() {
        for text in [
            "[window",
            "a = = 1",
            "\u{0}",
            "a = 1\na = 2",
            "[[x]]\ny = [1, \n",
        ] {
            assert!(
                Document::parse("x", text).finish(Some(())).is_err(),
                "{text:?}"
            );
        }
    }
}
