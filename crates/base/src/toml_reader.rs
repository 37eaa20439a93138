//! Reads TOML so that every mistake is found at once, each with its place.
//!
//! `serde` stops at the first mistake; an author of a scenario or of a case wants all of them. A [`Reader`]
//! reads single values and collects what is wrong with them; a [`TableReader`] hands out the values of one
//! table by their keys, remembers which keys were asked for, and so knows what is missing and what is
//! unknown. Moments lie within what a chain can hold.
//!
//! ```
//! use hashquake_base::toml_reader::Reader;
//!
//! let reader = Reader::default();
//! let table = reader.parse("x.toml", "titel = 'A loss'\nloss_percent = '13.4'\n");
//! let root = reader.table(&table);
//! let (title, loss) = (root.string("title"), root.number_in("loss_percent", 0.0, 100.0));
//! root.no_other_keys();
//! let wrong = reader.finish("x.toml", title.zip(loss)).unwrap_err();
//! assert_eq!(wrong.to_string(), "\
//! x.toml: 3 mistakes
//!   line 1: unknown key `titel`; did you mean `title`?
//!   line 1: `title` is missing
//!   line 2: `loss_percent`: expected a number, found \"13.4\"; write it without quotation marks");
//! ```

use core::cell::{Cell, RefCell};

use crate::diagnostics::{Diagnostic, Diagnostics, Location, nearest};
use crate::toml_tree::{self, Node, Table, TomlValue};
use crate::units::{FIRST_SECOND, LAST_SECOND, Moment, Seconds, outside_a_chain};
use crate::written::between;

/// How a time is written.
const TIME: &str = "a time like \"2022-01-05T10:45Z\"";

/// Collects what is wrong while values are read.
#[derive(Debug, Default)]
pub struct Reader {
    found: RefCell<Vec<Diagnostic>>,
    incomplete: Cell<bool>,
}

/// A value with the path of its key: `events.cut.severity`.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'n> {
    /// The path, dotted; empty for the document itself.
    pub path: &'n str,
    /// The value that stands there.
    pub node: &'n Node,
}

/// The path of `key` in the table at `path`.
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_string()
    } else {
        format!("{path}.{key}")
    }
}

/// What is wrong.
impl Reader {
    /// Parses a text; where it is not TOML, what is missing may have stood there and is not noted any more.
    pub fn parse(&self, file: &str, text: &str) -> Table {
        let before = self.found.borrow().len();
        let table = toml_tree::parse(file, text, &mut self.found.borrow_mut());
        if self.found.borrow().len() == before && table.keys.is_empty() {
            self.note(
                Location::whole(file),
                "",
                "is empty: it has no key".to_string(),
            );
        }
        if self.found.borrow().len() > before {
            self.incomplete.set(true);
        }
        table
    }

    /// Says that part of the text could not be had, so that what is missing may stand there.
    pub fn set_incomplete(&self) {
        self.incomplete.set(true);
    }

    /// Whether part of the text could not be had.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete.get()
    }

    /// Notes a mistake in words of one's own.
    pub fn note(&self, location: Location, path: &str, message: String) {
        self.found.borrow_mut().push(Diagnostic {
            location,
            key: path.to_string(),
            message,
        });
    }

    /// Notes what a key does wrong: "`end` is not after `start`".
    pub fn refuse(&self, location: &Location, path: &str, what: &str) {
        self.note(location.clone(), path, format!("`{path}` {what}"));
    }

    /// Notes what is wrong with a value: "`end`: `noon` is not a time".
    pub fn wrong(&self, entry: Entry<'_>, what: &str) {
        let message = format!("`{}`: {what}", entry.path);
        self.note(entry.node.location.clone(), entry.path, message);
    }

    /// Notes that something else should stand there: "`end`: expected a time, found 7".
    pub fn expected(&self, entry: Entry<'_>, should: &str) {
        let mut what = format!("expected {should}, found {}", entry.node.found());
        let tables = entry.node.list().filter(|l| l.len() > 1);
        if should == "a table" && tables.is_some_and(|l| l.iter().all(|n| n.table().is_some())) {
            what.push_str(&format!(
                "; write it once, as [{0}] and not as [[{0}]]",
                entry.path
            ));
        }
        self.wrong(entry, &what);
    }

    /// Notes that a key is missing; `hint` follows, unless it is empty.
    pub fn missing(&self, location: &Location, path: &str, hint: &str) {
        if self.is_incomplete() {
            return;
        }
        let gap = if hint.is_empty() { "" } else { "; " };
        self.refuse(location, path, &format!("is missing{gap}{hint}"));
    }

    /// Notes a key that nobody knows, with the nearest of `known` to `word`.
    pub fn unknown(&self, location: &Location, path: &str, word: &str, known: &[&str]) {
        let hint = nearest(word, known.iter().copied()).map_or_else(
            || format!("known are {}", known.join(", ")),
            |k| format!("did you mean `{k}`?"),
        );
        let message = format!("unknown key `{path}`; {hint}");
        self.note(location.clone(), path, message);
    }

    /// `value` if nothing was wrong, else all mistakes of the input `name`.
    ///
    /// # Errors
    /// [`Diagnostics`].
    pub fn finish<T>(self, name: &str, value: Option<T>) -> Result<T, Diagnostics> {
        let list = self.found.into_inner();
        match value {
            Some(value) if list.is_empty() => Ok(value),
            _ => Err(Diagnostics::new(name, list)),
        }
    }
}

/// Single values; `None` once their mistake is noted.
impl Reader {
    /// A finite number.
    pub fn number(&self, entry: Entry<'_>) -> Option<f64> {
        match &entry.node.value {
            TomlValue::Number(x) if x.is_finite() => Some(*x),
            TomlValue::Number(_) => {
                self.expected(entry, "a finite number");
                None
            }
            TomlValue::Text(text) if text.trim().parse::<f64>().is_ok() => {
                let found = entry.node.found();
                let what =
                    format!("expected a number, found {found}; write it without quotation marks");
                self.wrong(entry, &what);
                None
            }
            _ => {
                self.expected(entry, "a number");
                None
            }
        }
    }

    /// A string that is not blank.
    pub fn text(&self, entry: Entry<'_>) -> Option<String> {
        let text = entry.node.text().filter(|t| !t.trim().is_empty());
        if text.is_none() {
            self.expected(entry, "a string that is not empty");
        }
        text.map(str::to_string)
    }

    /// A list of strings that are not blank.
    pub fn texts(&self, entry: Entry<'_>) -> Option<Vec<String>> {
        let list = self.list(entry, "a list of strings")?;
        let read: Vec<_> = list
            .iter()
            .map(|node| self.text(Entry { node, ..entry }))
            .collect();
        read.into_iter().collect()
    }

    /// `true` or `false`.
    pub fn flag(&self, entry: Entry<'_>) -> Option<bool> {
        match entry.node.value {
            TomlValue::Flag(b) => Some(b),
            _ => {
                self.expected(entry, "true or false");
                None
            }
        }
    }

    /// One of `words`.
    pub fn word(&self, entry: Entry<'_>, words: &[&str]) -> Option<String> {
        let text = entry.node.text();
        let found = text.filter(|t| words.contains(t));
        if found.is_none() {
            let near = text.and_then(|t| nearest(t, words.iter().copied()));
            let hint = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            let found = entry.node.found();
            let what = format!("expected one of {}, found {found}{hint}", words.join(", "));
            self.wrong(entry, &what);
        }
        found.map(str::to_string)
    }

    /// A moment that a chain can hold, as a string or as a TOML date.
    pub fn moment(&self, entry: Entry<'_>) -> Option<Moment> {
        let (TomlValue::Text(text) | TomlValue::Time(text)) = &entry.node.value else {
            self.expected(entry, TIME);
            return None;
        };
        match Moment::parse(text) {
            Ok(moment) => self.held(entry, moment),
            Err(what) => {
                self.wrong(entry, &what);
                None
            }
        }
    }

    /// The moment, unless no chain can hold it.
    pub fn held(&self, entry: Entry<'_>, moment: Moment) -> Option<Moment> {
        let inside = moment.start() >= FIRST_SECOND && moment.end() <= LAST_SECOND;
        if !inside {
            self.wrong(entry, &outside_a_chain(&entry.node.found()));
        }
        inside.then_some(moment)
    }

    /// A list of what `should` says.
    pub fn list<'n>(&self, entry: Entry<'n>, should: &str) -> Option<&'n [Node]> {
        let list = entry.node.list();
        if list.is_none() {
            self.expected(entry, should);
        }
        list
    }

    /// The reader of a document's top-level table.
    pub fn table<'r>(&'r self, table: &'r Table) -> TableReader<'r> {
        self.table_at(String::new(), table)
    }

    fn table_at<'r>(&'r self, path: String, table: &'r Table) -> TableReader<'r> {
        TableReader {
            reader: self,
            table,
            path,
            asked: RefCell::default(),
        }
    }
}

/// One table, read by its keys.
#[derive(Debug)]
pub struct TableReader<'r> {
    reader: &'r Reader,
    table: &'r Table,
    path: String,
    asked: RefCell<Vec<&'static str>>,
}

impl<'r> TableReader<'r> {
    fn path(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// Reads `key` with `read` if it is there.
    fn optional<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&'r Reader, Entry<'_>) -> Option<T>,
    ) -> Option<T> {
        self.asked.borrow_mut().push(key);
        let node = self.table.get(key)?;
        let path = self.path(key);
        read(self.reader, Entry { path: &path, node })
    }

    /// `value`, which was read from `key`; notes when the key is missing.
    fn required<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.table.get(key).is_none() {
            let path = self.path(key);
            self.reader.missing(&self.table.location, &path, "");
        }
        value
    }

    /// Notes a mistake at `key`, or at the table when the key is not there.
    pub fn refuse(&self, key: &str, what: &str) {
        let node = self.table.get(key);
        let location = node.map_or(&self.table.location, |n| &n.location);
        self.reader.refuse(location, &self.path(key), what);
    }

    /// A string that may be absent.
    pub fn optional_string(&self, key: &'static str) -> Option<String> {
        self.optional(key, Reader::text)
    }

    /// A string.
    pub fn string(&self, key: &'static str) -> Option<String> {
        self.required(key, self.optional_string(key))
    }

    /// A string that `parse` understands; its error says what would be right.
    pub fn parsed<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let read = |reader: &Reader, entry: Entry<'_>| {
            let text = reader.text(entry)?;
            parse(&text).map_err(|what| reader.wrong(entry, &what)).ok()
        };
        self.required(key, self.optional(key, read))
    }

    /// A list of strings that `parse` understands; absent is empty. `None` when any is wrong.
    pub fn all_parsed<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        if self.table.get(key).is_none() {
            self.asked.borrow_mut().push(key);
            return Some(Vec::new());
        }
        self.optional(key, |reader, entry| {
            let each = |node| {
                let entry = Entry { node, ..entry };
                let text = reader.text(entry)?;
                parse(&text).map_err(|what| reader.wrong(entry, &what)).ok()
            };
            let list = reader.list(entry, "a list of strings")?;
            let read: Vec<_> = list.iter().map(each).collect();
            read.into_iter().collect()
        })
    }

    /// A number that may be absent.
    pub fn optional_number(&self, key: &'static str) -> Option<f64> {
        self.optional(key, Reader::number)
    }

    /// A number between `low` and `high`, ends included.
    pub fn number_in(&self, key: &'static str, low: f64, high: f64) -> Option<f64> {
        self.required(key, self.optional_number_in(key, low, high))
    }

    /// A number between `low` and `high`, ends included, that may be absent.
    pub fn optional_number_in(&self, key: &'static str, low: f64, high: f64) -> Option<f64> {
        let read = |reader: &Reader, entry: Entry<'_>| {
            let x = reader.number(entry)?;
            let inside = (low..=high).contains(&x);
            if !inside {
                let should = format!("a number {}", between(low, high));
                reader.expected(entry, &should);
            }
            inside.then_some(x)
        };
        self.optional(key, read)
    }

    /// A moment that may be absent.
    pub fn optional_moment(&self, key: &'static str) -> Option<Moment> {
        self.optional(key, Reader::moment)
    }

    /// A moment.
    pub fn moment(&self, key: &'static str) -> Option<Moment> {
        self.required(key, self.optional_moment(key))
    }

    /// A moment to the second.
    pub fn instant(&self, key: &'static str) -> Option<Seconds> {
        let read = |reader: &Reader, entry: Entry<'_>| match reader.moment(entry)? {
            Moment::Instant(t) => Some(t),
            Moment::Day(_) => {
                let found = entry.node.found();
                reader.wrong(entry, &format!("expected {TIME}, found a day, {found}"));
                None
            }
        };
        self.required(key, self.optional(key, read))
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.required(key, self.optional_choice(key, words))
    }

    /// One of a few words, that may be absent.
    pub fn optional_choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let word = self.optional(key, |reader, entry| reader.word(entry, &known))?;
        let found = words.iter().find(|(w, _)| *w == word);
        found.map(|(_, value)| *value)
    }

    /// A list of strings; absent is empty.
    pub fn strings(&self, key: &'static str) -> Vec<String> {
        self.optional(key, Reader::texts).unwrap_or_default()
    }

    /// A table.
    pub fn table(&self, key: &'static str) -> Option<TableReader<'r>> {
        self.asked.borrow_mut().push(key);
        let node = self.required(key, self.table.get(key))?;
        self.child(key, node)
    }

    /// A list of tables; absent is empty.
    pub fn tables(&self, key: &'static str) -> Vec<TableReader<'r>> {
        self.asked.borrow_mut().push(key);
        let Some(node) = self.table.get(key) else {
            return Vec::new();
        };
        let Some(list) = node.list() else {
            let path = self.path(key);
            let should = format!("a list of tables, each [[{path}]]");
            self.reader.expected(Entry { path: &path, node }, &should);
            return Vec::new();
        };
        let children = list.iter().map(|node| self.child(key, node));
        children.flatten().collect()
    }

    fn child(&self, key: &str, node: &'r Node) -> Option<TableReader<'r>> {
        let path = self.path(key);
        let Some(table) = node.table() else {
            self.reader.expected(Entry { path: &path, node }, "a table");
            return None;
        };
        Some(self.reader.table_at(path, table))
    }

    /// Notes every key that nobody asked for, with the nearest one that would do.
    pub fn no_other_keys(&self) {
        let asked = self.asked.borrow();
        let others = self.table.keys.iter();
        for (name, node) in others.filter(|(name, _)| !asked.contains(&name.as_str())) {
            let path = self.path(name);
            self.reader.unknown(&node.location, &path, name, &asked);
        }
    }
}
