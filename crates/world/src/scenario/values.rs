//! What one table of a scenario said, by its keys, and which of its numbers no source carries.

use super::model::Prior;
use super::overlay::stem;
use super::reader::ScenarioReader;
use super::value::{Stretch, TimeSpec, Value};
use super::value_type::{Key, Presence, ValueType};
use crate::words::Word;
use hashquake_base::diagnostics::{Location, nearest};
use hashquake_base::distribution::Distribution;
use hashquake_base::toml_reader::{Entry, join};
use hashquake_base::toml_tree::{Table, parse_value};
use hashquake_base::units::{Moment, Seconds};

/// What a table said, by its keys.
pub(super) struct Values<'r> {
    pub reader: &'r ScenarioReader,
    pub location: Location,
    pub path: String,
    values: Vec<(&'static str, Location, Value)>,
    /// Name, value, whether by default: quantities and distributions only.
    numbers: Vec<(&'static str, String, bool)>,
}

impl<'r> Values<'r> {
    /// Reads what `keys` name; `others` are allowed and left to somebody else.
    pub fn read(
        reader: &'r ScenarioReader,
        table: &Table,
        path: &str,
        keys: &[&[Key]],
        others: &[&str],
    ) -> Self {
        let mut values = Self {
            reader,
            location: table.location.clone(),
            path: path.to_string(),
            values: Vec::new(),
            numbers: Vec::new(),
        };
        let keys = || keys.iter().copied().flatten();
        keys().for_each(|key| values.read_key(table, key));
        let spelt: Vec<String> = keys().flat_map(Key::spellings).collect();
        let known: Vec<&str> = keys()
            .map(|k| k.name)
            .chain(others.iter().copied())
            .collect();
        for (name, node) in &table.keys {
            if !spelt.contains(name) && !known.contains(&name.as_str()) {
                let path = values.path(name);
                let word = stem(name);
                reader.toml.unknown(&node.location, &path, word, &known);
            }
        }
        values
    }

    fn path(&self, key: &str) -> String {
        join(&self.path, key)
    }

    fn read_key(&mut self, table: &Table, key: &Key) {
        let written = key.spellings();
        let mut found = table.keys.iter().filter(|(k, _)| written.contains(k));
        let Some((name, node)) = found.next() else {
            self.absent(key);
            return;
        };
        let path = self.path(name);
        if let Some((other, node)) = found.next() {
            let what = format!("says again what `{name}` says: one of them");
            let path = self.path(other);
            self.reader.toml.refuse(&node.location, &path, &what);
        }
        let suffix = &name[key.name.len()..];
        let unit = match key.value {
            ValueType::Distribution(d, _) | ValueType::Quantity(d, _) => {
                d.units().iter().find(|u| u.suffix == Some(suffix))
            }
            _ => None,
        };
        let entry = Entry { path: &path, node };
        if let Some(value) = self.reader.value(entry, key.value, unit) {
            self.values.push((key.name, node.location.clone(), value));
        }
        if needs_source(key.value) {
            self.numbers.push((key.name, node.to_string(), false));
        }
    }

    fn absent(&mut self, key: &Key) {
        let path = self.path(key.name);
        match key.presence {
            Presence::Optional(_) => {}
            Presence::Required => {
                let hint = format!("it should be like {}", key.example);
                self.reader.toml.missing(&self.location, &path, &hint);
            }
            Presence::Default(text) => {
                let node = parse_value("default", text);
                let entry = Entry {
                    path: &path,
                    node: &node,
                };
                if let Some(value) = self.reader.value(entry, key.value, None) {
                    self.values.push((key.name, self.location.clone(), value));
                }
                if needs_source(key.value) {
                    self.numbers.push((key.name, text.to_string(), true));
                }
            }
        }
    }

    /// Where the key's value stands, or the table.
    pub fn location(&self, key: &str) -> &Location {
        let found = self.values.iter().find(|(k, _, _)| *k == key);
        found.map_or(&self.location, |(_, location, _)| location)
    }

    /// Whether the file has the key, right or wrong.
    pub fn mentions(&self, key: &str) -> bool {
        self.numbers
            .iter()
            .any(|(k, _, default)| *k == key && !default)
    }

    /// Notes a mistake at a key.
    pub fn refuse(&self, key: &str, what: &str) {
        let path = self.path(key);
        self.reader.toml.refuse(self.location(key), &path, what);
    }

    fn value(&self, key: &str) -> Option<&Value> {
        let found = self.values.iter().find(|(k, _, _)| *k == key);
        found.map(|(_, _, value)| value)
    }

    pub fn distribution(&self, key: &str) -> Option<Distribution> {
        match self.value(key)? {
            Value::Distribution(x) => Some(x.clone()),
            _ => None,
        }
    }

    pub fn number(&self, key: &str) -> Option<f64> {
        match self.value(key)? {
            Value::Number(x) => Some(*x),
            _ => None,
        }
    }

    pub fn moment(&self, key: &str) -> Option<Moment> {
        match self.value(key)? {
            Value::Moment(x) => Some(*x),
            _ => None,
        }
    }

    pub fn time_spec(&self, key: &str) -> Option<TimeSpec> {
        match self.value(key)? {
            Value::TimeSpec(x) => Some(x.clone()),
            _ => None,
        }
    }

    pub fn text(&self, key: &str) -> Option<String> {
        match self.value(key)? {
            Value::Text(x) => Some(x.clone()),
            _ => None,
        }
    }

    pub fn texts(&self, key: &str) -> Vec<String> {
        match self.value(key) {
            Some(Value::Texts(x)) => x.clone(),
            _ => Vec::new(),
        }
    }

    /// One of the words of `W`.
    pub fn word<W: Word>(&self, key: &str) -> Option<W> {
        W::from_word(&self.text(key)?)
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.value(key)? {
            Value::Flag(x) => Some(*x),
            _ => None,
        }
    }

    pub fn weights(&self, key: &str) -> Vec<(String, f64)> {
        match self.value(key) {
            Some(Value::Weights(x)) => x.clone(),
            _ => Vec::new(),
        }
    }

    pub fn stretches(&self, key: &str) -> Vec<Stretch> {
        match self.value(key) {
            Some(Value::Stretches(x)) => x.clone(),
            _ => Vec::new(),
        }
    }

    pub fn closes(&self, key: &str) -> Option<Vec<(Seconds, f64)>> {
        match self.value(key)? {
            Value::Closes(x) => Some(x.clone()),
            _ => None,
        }
    }

    /// Puts on record which numbers of this table no source carries.
    pub fn record_priors(&self) {
        let sourced = self.text("source").is_some();
        let assumed = self.texts("assumed");
        let names: Vec<&str> = self.numbers.iter().map(|(k, _, _)| *k).collect();
        for word in &assumed {
            if !names.iter().any(|n| stem(n) == stem(word)) {
                let hint = nearest(word, names.iter().copied())
                    .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                let what = format!("names `{word}`, which is not a number of this table{hint}");
                self.refuse("assumed", &what);
            }
        }
        let open = |k: &str, default: bool| {
            default || !sourced || assumed.iter().any(|a| stem(a) == stem(k))
        };
        let numbers = self.numbers.iter().filter(|(k, _, d)| open(k, *d));
        let priors = numbers.map(|(k, value, default)| Prior {
            key: self.path(k),
            value: value.clone(),
            default: *default,
        });
        self.reader.priors.borrow_mut().extend(priors);
    }
}

/// Whether a value of this type holds a number that needs a source.
fn needs_source(value_type: ValueType) -> bool {
    match value_type {
        ValueType::Distribution(..)
        | ValueType::Quantity(..)
        | ValueType::UncertainTimeSpec
        | ValueType::TimeSpec
        | ValueType::Weights
        | ValueType::Stretches
        | ValueType::Closes => true,
        ValueType::Moment
        | ValueType::Known
        | ValueType::Word(_)
        | ValueType::Text
        | ValueType::Texts
        | ValueType::Name
        | ValueType::Flag
        | ValueType::Regions => false,
    }
}
