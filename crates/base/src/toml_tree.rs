//! A TOML text as a tree whose values know where they were written.
//!
//! `toml`'s own tree borrows from one text. A scenario is put together from several files and from
//! settings, and a mistake found afterwards must still name the file and the line it came from. Numbers
//! are `f64`, however they are written: `1`, `1.0`, `0x1` and `1e0` are the same.

use core::fmt::{self, Write};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Diagnostic, Location};
use crate::written::short;

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its first line.
    pub location: Location,
    /// What stands there.
    pub value: TomlValue,
}

/// What TOML can say.
#[derive(Clone, Debug, PartialEq)]
pub enum TomlValue {
    /// A string.
    Text(String),
    /// An integer of any base, or a float; not always finite.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A date or a time without quotation marks, as it was written.
    Time(String),
    /// An array, or tables under one `[[name]]`.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Keys with their values in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Where it begins.
    pub location: Location,
    /// Each key once.
    pub keys: Vec<(String, Node)>,
}

impl Table {
    /// A table that nothing was written into.
    pub fn empty(location: Location) -> Self {
        Self {
            location,
            keys: Vec::new(),
        }
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.keys.iter().find(|(k, _)| k == key).map(|(_, n)| n)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let found = self.keys.iter_mut().find(|(k, _)| k == key);
        found.map(|(_, node)| node)
    }

    /// Takes `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.keys.iter().position(|(k, _)| k == key)?;
        Some(self.keys.remove(at).1)
    }
}

impl Node {
    /// Its string.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            TomlValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its table.
    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            TomlValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Its table, to be changed.
    pub fn table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            TomlValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Its list.
    pub fn list(&self) -> Option<&[Self]> {
        match &self.value {
            TomlValue::List(list) => Some(list),
            _ => None,
        }
    }

    /// What it is, for a sentence: a short value itself, else its kind.
    pub fn found(&self) -> String {
        const SHOWN_MAX: usize = 60;
        match &self.value {
            TomlValue::List(list) if list.is_empty() => "an empty list".to_string(),
            TomlValue::List(list) => match list.iter().all(|n| n.table().is_some()) {
                true if list.len() == 1 => "a list of one table".to_string(),
                true => format!("a list of {} tables", list.len()),
                false => "a list".to_string(),
            },
            TomlValue::Table(_) => "a table".to_string(),
            _ => {
                let text = self.to_string();
                match text.char_indices().nth(SHOWN_MAX) {
                    Some((end, _)) => format!("{}…", &text[..end]),
                    None => text,
                }
            }
        }
    }
}

/// The value on one line, as TOML.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            TomlValue::Text(text) => f.write_str(&quoted(text)),
            TomlValue::Number(x) => f.write_str(&number(*x)),
            TomlValue::Flag(b) => write!(f, "{b}"),
            TomlValue::Time(text) => f.write_str(text),
            TomlValue::List(list) => {
                let all: Vec<String> = list.iter().map(Self::to_string).collect();
                write!(f, "[{}]", all.join(", "))
            }
            TomlValue::Table(table) => {
                let pair = |(k, n): &(String, Self)| format!("{} = {n}", key(k));
                let pairs: Vec<String> = table.keys.iter().map(pair).collect();
                write!(f, "{{ {} }}", pairs.join(", "))
            }
        }
    }
}

fn number(x: f64) -> String {
    if x.is_nan() {
        "nan".to_string()
    } else {
        short(x)
    }
}

/// A key as TOML: bare where it can be.
pub fn key(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !name.is_empty() && name.bytes().all(plain) {
        name.to_string()
    } else {
        quoted(name)
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Reads a text called `file`. What is not TOML is put into `found`, and the rest can still be used.
pub fn parse(file: &str, text: &str, found: &mut Vec<Diagnostic>) -> Table {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::of(file, text);
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut last = None;
    for e in errors {
        let at = e.span().unwrap_or(0..0);
        let location = lines.location(at.start);
        // What follows on the same line follows from it.
        if last.as_ref() == Some(&location) {
            continue;
        }
        let what = e.message().trim();
        let message = match text.get(at) {
            Some(key) if what == "duplicate key" => format!("not TOML: duplicate key `{key}`"),
            _ => format!("not TOML: {what}"),
        };
        last = Some(location.clone());
        found.push(Diagnostic {
            location,
            key: String::new(),
            message,
        });
    }
    lines.table(0, root.get_ref())
}

/// Reads a value that was given outside of any file: as TOML if it is TOML, else as a string.
pub fn parse_value(name: &str, text: &str) -> Node {
    let location = Location::whole(name);
    let Ok(value) = DeValue::parse(text) else {
        return Node {
            location,
            value: TomlValue::Text(text.to_string()),
        };
    };
    let mut node = Lines::of(name, text).node(&value);
    without_lines(&mut node, &location);
    node
}

fn without_lines(node: &mut Node, location: &Location) {
    node.location = location.clone();
    match &mut node.value {
        TomlValue::List(list) => list.iter_mut().for_each(|n| without_lines(n, location)),
        TomlValue::Table(table) => {
            table.location = location.clone();
            let nodes = table.keys.iter_mut();
            nodes.for_each(|(_, n)| without_lines(n, location));
        }
        _ => {}
    }
}

struct Lines<'t> {
    file: &'t str,
    /// Where each line break stands, in bytes.
    breaks: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(file: &'t str, text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { file, breaks }
    }

    fn location(&self, at: usize) -> Location {
        let before = self.breaks.partition_point(|b| *b < at);
        Location::line(self.file, 1 + before)
    }

    fn table(&self, at: usize, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &toml::de::DeString<'_> = key.get_ref();
            (name.to_string(), self.node(value))
        };
        Table {
            location: self.location(at),
            keys: entries.into_iter().map(entry).collect(),
        }
    }

    fn node(&self, spanned: &Spanned<DeValue<'_>>) -> Node {
        let at = spanned.span().start;
        let value = match spanned.get_ref() {
            DeValue::String(s) => TomlValue::Text(s.to_string()),
            DeValue::Integer(i) => TomlValue::Number(integer(i.as_str(), i.radix())),
            DeValue::Float(x) => TomlValue::Number(decimal(x.as_str())),
            DeValue::Boolean(b) => TomlValue::Flag(*b),
            DeValue::Datetime(d) => TomlValue::Time(d.to_string()),
            DeValue::Array(list) => TomlValue::List(list.iter().map(|n| self.node(n)).collect()),
            DeValue::Table(table) => TomlValue::Table(self.table(at, table)),
        };
        Node {
            location: self.location(at),
            value,
        }
    }
}

fn integer(digits: &str, radix: u32) -> f64 {
    let plain = digits.replace('_', "");
    let whole = i128::from_str_radix(&plain, radix);
    whole.map_or_else(|_| decimal(digits), |x| x as f64)
}

fn decimal(digits: &str) -> f64 {
    digits.replace('_', "").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<TomlValue> {
        let mut found = Vec::new();
        let table = parse("x", text, &mut found);
        assert!(found.is_empty(), "{found:?}");
        table.keys.into_iter().map(|(_, n)| n.value).collect()
    }

    /// A hundred thousand keys took a minute when lines were counted from the start for each.
    #[test]
    fn a_place_in_a_text_is_the_line_that_it_stands_in() {
        let text = "a = 1\nb = [\n  2,\n  3]\n\n[c]\nd = 4";
        let mut found = Vec::new();
        let table = parse("x", text, &mut found);
        let line = |n: &Node| n.location.clone();
        let list = table.get("b").and_then(Node::list).unwrap();
        let d = table
            .get("c")
            .and_then(Node::table)
            .and_then(|c| c.get("d"));
        let seen = [table.get("a").unwrap(), &list[0], &list[1], d.unwrap()].map(line);
        assert_eq!(seen, [1, 3, 4, 7].map(|n| Location::line("x", n)));
        let many: String = (0..100_000).map(|i| format!("k{i} = 1\n")).collect();
        let table = parse("x", &many, &mut found);
        assert_eq!(line(&table.keys[99_999].1), Location::line("x", 100_000));
    }

    #[test]
    fn a_number_is_the_same_in_each_of_its_spellings() {
        let text = "a = 16\nb = 16.0\nc = 0x10\nd = 0o20\ne = 0b1_0000\nf = 1.6e1\ng = +1_6\n";
        assert!(values(text).iter().all(|v| *v == TomlValue::Number(16.0)));
        let large = "a = 9223372036854775808\nb = 9_223_372_036_854_775_808.0\n";
        let two_to_63 = TomlValue::Number(9_223_372_036_854_775_808.0);
        assert!(values(large).iter().all(|v| *v == two_to_63));
        let digits = format!("a = 1{}\n", "0".repeat(50));
        assert_eq!(values(&digits), [TomlValue::Number(1e50)]);
    }

    #[test]
    fn a_value_reads_as_it_is_written() {
        let text = "a = \"q \\\" \\\\ \\u0007\"\nb = [1, 2.5, -3e20, 1e-9]\nc = { \"odd key\" = true, d = 2022-01-05T10:45:00Z }\ne = inf\n";
        let mut found = Vec::new();
        let table = parse("x", text, &mut found);
        for (_, node) in &table.keys {
            let again = parse_value("y", &node.to_string());
            assert_eq!(again.to_string(), node.to_string());
            assert_eq!(again.location, Location::whole("y"));
        }
    }

    #[test]
    fn byte_order_marks_and_carriage_returns_shift_no_line() {
        let text = "\u{feff}a = 1\r\n\r\nb = 2\r\n";
        let mut found = Vec::new();
        let table = parse("x", text, &mut found);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(table.keys[0].1.location, Location::line("x", 1));
        assert_eq!(table.keys[1].1.location, Location::line("x", 3));
    }

    #[test]
    fn each_break_of_syntax_has_its_line_and_the_rest_is_read() {
        let mut found = Vec::new();
        let table = parse("x", "a = 1\nb = = 2\nc = 3\nc = 4\n", &mut found);
        let lines: Vec<_> = found.iter().map(|d| d.location.line).collect();
        assert_eq!(lines, [Some(2), Some(4)], "{found:?}");
        assert!(
            found.iter().all(|d| d.message.starts_with("not TOML: ")),
            "{found:?}"
        );
        assert!(found[1].message.ends_with("duplicate key `c`"), "{found:?}");
        assert!(table.get("a").is_some() && table.get("c").is_some());
        for text in ["[window", "\u{0}", "[[x]]\ny = [1, \n", "a = 1\r2"] {
            let mut found = Vec::new();
            parse("x", text, &mut found);
            assert!(!found.is_empty(), "{text:?}");
        }
    }
}
