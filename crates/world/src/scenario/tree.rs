//! A TOML text as a tree that knows where each value was written: what `extends` and `--set` work on.
//!
//! `toml`'s own tree borrows from one text. Here a scenario is put together from several, and a mistake
//! found afterwards must still name the file and the line it came from.

use core::fmt::Write;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::units::suffixes;
use hashquake_base::diagnostics::nearest;
use hashquake_base::diagnostics::{Diagnostic, Location};

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub at: Location,
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Number(f64),
    Flag(bool),
    When(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys with their values in the order of the file, and where the table begins.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub at: Location,
    pub keys: Vec<(String, Node)>,
}

impl Value {
    /// What it is, with its article.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::When(_) => "a time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Node {
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    fn table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.keys.iter().find(|(k, _)| k == key).map(|(_, n)| n)
    }

    /// Puts `node` at `key` in place of whatever says the same in other words: the key with another unit
    /// in its name, or a `duration` where there was an `end`.
    pub fn put(&mut self, key: &str, node: Node) {
        let same = |k: &str| stem(k) == stem(key);
        let at = self.keys.iter().position(|(k, _)| same(k));
        self.keys.retain(|(k, _)| !same(k));
        let at = at.unwrap_or(self.keys.len()).min(self.keys.len());
        self.keys.insert(at, (key.to_string(), node));
    }

    fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.keys.iter().position(|(k, _)| k == key)?;
        Some(self.keys.remove(at).1)
    }
}

/// A key without the unit in its name; `end` is another word for `duration`.
pub(super) fn stem(key: &str) -> &str {
    let short = suffixes()
        .into_iter()
        .find_map(|s| key.strip_suffix(s))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(key);
    if short == "end" { "duration" } else { short }
}

/// Reads a text; what is not TOML is noted, and the rest can still be used.
pub(super) fn read(file: &str, text: &str, mistakes: &mut Vec<Diagnostic>) -> Table {
    let lines = Lines { file, text };
    let (root, errors) = DeTable::parse_recoverable(text);
    for e in errors {
        let at = e.span().map_or(0, |s| s.start);
        mistakes.push(Diagnostic {
            location: lines.place(at),
            key: String::new(),
            message: format!("not TOML: {}", e.message().trim()),
        });
    }
    lines.table(0, root.get_ref())
}

/// Reads the value of a `--set`: as TOML if it is TOML, else as a string.
pub(super) fn read_setting(file: &str, text: &str) -> Node {
    let place = Location::whole(file);
    let Ok(value) = DeValue::parse(text) else {
        return Node {
            at: place,
            value: Value::Text(text.to_string()),
        };
    };
    let mut node = Lines { file, text }.node(&value);
    forget_lines(&mut node, &place);
    node
}

fn forget_lines(node: &mut Node, place: &Location) {
    node.at = place.clone();
    match &mut node.value {
        Value::List(list) => list.iter_mut().for_each(|n| forget_lines(n, place)),
        Value::Table(table) => {
            table.at = place.clone();
            let nodes = table.keys.iter_mut();
            nodes.for_each(|(_, n)| forget_lines(n, place));
        }
        _ => {}
    }
}

struct Lines<'t> {
    file: &'t str,
    text: &'t str,
}

impl Lines<'_> {
    fn place(&self, at: usize) -> Location {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        Location::line(self.file, line)
    }

    fn table(&self, at: usize, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &toml::de::DeString<'_> = key.get_ref();
            (name.to_string(), self.node(value))
        };
        Table {
            at: self.place(at),
            keys: entries.into_iter().map(entry).collect(),
        }
    }

    fn node(&self, spanned: &Spanned<DeValue<'_>>) -> Node {
        let at = spanned.span().start;
        let value = match spanned.get_ref() {
            DeValue::String(s) => Value::Text(s.to_string()),
            DeValue::Integer(i) => {
                let digits = i.as_str().replace('_', "");
                let whole = i128::from_str_radix(&digits, i.radix());
                Value::Number(whole.map_or(f64::NAN, |x| x as f64))
            }
            DeValue::Float(x) => {
                Value::Number(x.as_str().replace('_', "").parse().unwrap_or(f64::NAN))
            }
            DeValue::Boolean(b) => Value::Flag(*b),
            DeValue::Datetime(d) => Value::When(d.to_string()),
            DeValue::Array(list) => Value::List(list.iter().map(|n| self.node(n)).collect()),
            DeValue::Table(table) => Value::Table(self.table(at, table)),
        };
        Node {
            at: self.place(at),
            value,
        }
    }
}

/// What a scenario says of itself and not for those that extend it.
const OWN: [&str; 4] = ["id", "title", "question", "extends"];
/// Tables whose keys are taken over one by one.
const SECTIONS: [&str; 4] = ["exchange", "price", "fees", "growth"];

/// `child` laid over `parent`: sections key by key, events by their ids, sources together, all else
/// replaced. A section or event that states its own `kind` replaces the other whole.
pub(super) fn over(mut parent: Table, child: Table) -> Table {
    parent.keys.retain(|(k, _)| !OWN.contains(&k.as_str()));
    parent.at = child.at;
    for (key, node) in child.keys {
        let Some(old) = parent.take(&key) else {
            parent.put(&key, node);
            continue;
        };
        let node = match key.as_str() {
            "events" => events_over(old, node),
            "sources" => both(old, node),
            k if SECTIONS.contains(&k) => table_over(old, node),
            _ => node,
        };
        parent.put(&key, node);
    }
    let (own, rest) = parent
        .keys
        .into_iter()
        .partition::<Vec<_>, _>(|(k, _)| OWN.contains(&k.as_str()));
    parent.keys = own.into_iter().chain(rest).collect();
    parent
}

fn both(old: Node, new: Node) -> Node {
    let value = match (old.value, new.value) {
        (Value::List(old), Value::List(new)) => Value::List(old.into_iter().chain(new).collect()),
        (_, value) => value,
    };
    Node { at: new.at, value }
}

fn table_over(mut old: Node, new: Node) -> Node {
    let whole = new.table().is_none_or(|t| t.get("kind").is_some());
    match (old.table_mut(), new.value) {
        (Some(table), Value::Table(change)) if !whole => {
            change.keys.into_iter().for_each(|(k, n)| table.put(&k, n));
            old
        }
        (_, value) => Node { at: new.at, value },
    }
}

fn events_over(old: Node, new: Node) -> Node {
    let (Value::List(mut events), Value::List(changes)) = (old.value, new.value.clone()) else {
        return new;
    };
    for change in changes {
        let id = change.table().and_then(|t| t.get("id")?.text());
        let found = events
            .iter()
            .position(|e| id.is_some() && e.table().and_then(|t| t.get("id")?.text()) == id);
        match found {
            Some(at) => {
                let old = events.remove(at);
                events.insert(at, table_over(old, change));
            }
            None => events.push(change),
        }
    }
    Node {
        at: new.at,
        value: Value::List(events),
    }
}

/// Where a path of a `--set` leads: the table that holds its last key.
///
/// # Errors
/// What is not there, and what is.
pub(super) fn holder<'t>(root: &'t mut Table, path: &[&str]) -> Result<&'t mut Table, String> {
    let mut table = root;
    let mut at = String::new();
    for (depth, word) in path.iter().enumerate() {
        if depth == 0 && SECTIONS.contains(word) && table.get(word).is_none() {
            let node = Node {
                at: table.at.clone(),
                value: Value::Table(Table {
                    at: table.at.clone(),
                    keys: Vec::new(),
                }),
            };
            table.put(word, node);
        }
        let known: Vec<String> = names(table, depth, path);
        let found = if depth == 1 && path[0] == "events" {
            event_mut(table, word)
        } else if depth == 0 && *word == "events" {
            at.push_str("events");
            continue;
        } else {
            table
                .keys
                .iter_mut()
                .find(|(k, _)| k == word)
                .map(|(_, n)| n)
        };
        let inner = found.and_then(Node::table_mut);
        let Some(inner) = inner else {
            return Err(missing(&at, word, &known));
        };
        table = inner;
        at = if at.is_empty() {
            (*word).to_string()
        } else {
            format!("{at}.{word}")
        };
    }
    Ok(table)
}

/// What could have stood at this place of a path.
fn names(table: &Table, depth: usize, path: &[&str]) -> Vec<String> {
    if depth == 1 && path[0] == "events" {
        let list = table.get("events").and_then(Node::list).unwrap_or_default();
        let ids = list.iter().filter_map(|e| e.table()?.get("id")?.text());
        return ids.map(str::to_string).collect();
    }
    if depth == 0 {
        let words = SECTIONS.iter().chain(&["events"]);
        return words.map(|w| (*w).to_string()).collect();
    }
    let inner = table.keys.iter().filter(|(_, n)| n.table().is_some());
    inner.map(|(k, _)| k.clone()).collect()
}

fn event_mut<'t>(root: &'t mut Table, id: &str) -> Option<&'t mut Node> {
    let events = root.keys.iter_mut().find(|(k, _)| k == "events")?;
    let Value::List(list) = &mut events.1.value else {
        return None;
    };
    list.iter_mut()
        .find(|e| e.table().and_then(|t| t.get("id")?.text()) == Some(id))
}

fn missing(at: &str, word: &str, known: &[String]) -> String {
    let what = match at {
        "events" => format!("there is no event `{word}`"),
        "" => format!("there is no table `{word}`"),
        _ => format!("there is no table `{word}` in `{at}`"),
    };
    match nearest(word, known.iter().map(String::as_str)) {
        Some(near) => format!("{what}; did you mean `{near}`?"),
        None if known.is_empty() => what,
        None => format!("{what}; there are {}", known.join(", ")),
    }
}

/// The tree as TOML again, each section and event a table of its own.
pub(super) fn write(root: &Table) -> String {
    let mut out = String::new();
    let plain = |n: &Node| n.table().is_none();
    for (key, node) in &root.keys {
        if plain(node) && key != "events" {
            let _ = writeln!(out, "{} = {}", bare(key), inline(node));
        }
    }
    for (key, node) in &root.keys {
        if let Some(table) = node.table() {
            let _ = writeln!(out, "\n[{}]", bare(key));
            write_keys(&mut out, table);
        }
    }
    let events = root.get("events").and_then(Node::list).unwrap_or_default();
    for event in events.iter().filter_map(Node::table) {
        out.push_str("\n[[events]]\n");
        write_keys(&mut out, event);
    }
    out
}

fn write_keys(out: &mut String, table: &Table) {
    for (key, node) in &table.keys {
        let _ = writeln!(out, "{} = {}", bare(key), inline(node));
    }
}

fn bare(key: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !key.is_empty() && key.bytes().all(plain) {
        key.to_string()
    } else {
        quoted(key)
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

/// A value on one line, as TOML.
pub(super) fn inline(node: &Node) -> String {
    let all = |list: &[Node]| list.iter().map(inline).collect::<Vec<_>>().join(", ");
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::Number(x) => format!("{x}"),
        Value::Flag(b) => b.to_string(),
        Value::When(text) => text.clone(),
        Value::List(list) => format!("[{}]", all(list)),
        Value::Table(table) => {
            let pair = |(k, n): &(String, Node)| format!("{} = {}", bare(k), inline(n));
            let pairs: Vec<String> = table.keys.iter().map(pair).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}
