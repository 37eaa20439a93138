//! What one table of a scenario said, by its keys, and which of its numbers no source carries.

use super::keys::{Form, Key, Need};
use super::reader::{Item, Mark, Reader, Spot, Stretch, spellings};
use super::tree::{Table, inline, read_setting, stem};
use hashquake_base::diagnostics::Location;
use hashquake_base::diagnostics::nearest;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{Moment, Seconds};

/// A number that no source carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prior {
    /// Path of its key: `events.cut.backup`.
    pub key: String,
    /// Its value or distribution, as in the file.
    pub value: String,
    /// Whether it is a default that the file does not mention.
    pub default: bool,
}

/// What a table said, by its keys.
pub(super) struct Values<'r> {
    pub reader: &'r Reader,
    pub at: Location,
    pub path: String,
    pub(super) items: Vec<(&'static str, Location, Item)>,
    /// Name, value, whether by default: quantities and distributions only.
    pub(super) numbers: Vec<(&'static str, String, bool)>,
}

impl Values<'_> {
    pub fn place(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_string()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub fn read(&mut self, table: &Table, key: &Key) {
        let written = spellings(key);
        let mut found = table.keys.iter().filter(|(k, _)| written.contains(k));
        let Some((name, node)) = found.next() else {
            self.absent(key);
            return;
        };
        let path = self.place(name);
        if let Some((other, node)) = found.next() {
            let what = format!("says again what `{name}` says: one of them");
            self.reader.refuse(&node.at, &self.place(other), &what);
        }
        let suffix = &name[key.name.len()..];
        let unit = match key.form {
            Form::Distribution(d, _) | Form::Quantity(d, _) => {
                d.units().iter().find(|u| u.suffix == Some(suffix))
            }
            _ => None,
        };
        let spot = Spot { node, path: &path };
        if let Some(item) = self.reader.item(spot, key.form, unit) {
            self.items.push((key.name, node.at.clone(), item));
        }
        if counts(key.form) {
            self.numbers.push((key.name, inline(node), false));
        }
    }

    fn absent(&mut self, key: &Key) {
        match key.need {
            Need::Optional(_) => {}
            Need::Required if self.reader.incomplete.get() => {}
            Need::Required => {
                let what = format!("is missing; it should be like {}", key.example);
                self.reader.refuse(&self.at, &self.place(key.name), &what);
            }
            Need::Default(text) => {
                let node = read_setting("default", text);
                let path = self.place(key.name);
                let spot = Spot {
                    node: &node,
                    path: &path,
                };
                if let Some(item) = self.reader.item(spot, key.form, None) {
                    self.items.push((key.name, self.at.clone(), item));
                }
                if counts(key.form) {
                    self.numbers.push((key.name, text.to_string(), true));
                }
            }
        }
    }

    /// Where the key's value stands, or the table.
    pub fn at(&self, key: &str) -> &Location {
        let found = self.items.iter().find(|(k, _, _)| *k == key);
        found.map_or(&self.at, |(_, at, _)| at)
    }

    /// Whether the file has the key, right or wrong.
    pub fn mentions(&self, key: &str) -> bool {
        self.numbers
            .iter()
            .any(|(k, _, default)| *k == key && !default)
    }

    /// Notes a mistake at a key.
    pub fn refuse(&self, key: &str, what: &str) {
        self.reader.refuse(self.at(key), &self.place(key), what);
    }

    fn item(&self, key: &str) -> Option<Item> {
        let found = self.items.iter().find(|(k, _, _)| *k == key);
        found.map(|(_, _, item)| item.clone())
    }

    pub fn distribution(&self, key: &str) -> Option<Distribution> {
        match self.item(key)? {
            Item::Distribution(distribution) => Some(distribution),
            _ => None,
        }
    }

    pub fn number(&self, key: &str) -> Option<f64> {
        match self.item(key)? {
            Item::Number(x) => Some(x),
            _ => None,
        }
    }

    pub fn moment(&self, key: &str) -> Option<Moment> {
        match self.item(key)? {
            Item::Moment(m) => Some(m),
            _ => None,
        }
    }

    pub fn mark(&self, key: &str) -> Option<Mark> {
        match self.item(key)? {
            Item::Mark(m) => Some(m),
            _ => None,
        }
    }

    pub fn text(&self, key: &str) -> Option<String> {
        match self.item(key)? {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn texts(&self, key: &str) -> Vec<String> {
        match self.item(key) {
            Some(Item::Texts(texts)) => texts,
            _ => Vec::new(),
        }
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.item(key)? {
            Item::Flag(b) => Some(b),
            _ => None,
        }
    }

    pub fn weights(&self, key: &str) -> Vec<(String, f64)> {
        match self.item(key) {
            Some(Item::Weights(weights)) => weights,
            _ => Vec::new(),
        }
    }

    pub fn stretches(&self, key: &str) -> Vec<Stretch> {
        match self.item(key) {
            Some(Item::Stretches(stretches)) => stretches,
            _ => Vec::new(),
        }
    }

    pub fn closes(&self, key: &str) -> Option<Vec<(Seconds, f64)>> {
        match self.item(key)? {
            Item::Closes(closes) => Some(closes),
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
                let what = format!("names `{word}`, which is no number of this table{hint}");
                self.refuse("assumed", &what);
            }
        }
        let open = |k: &str, default: bool| {
            default || !sourced || assumed.iter().any(|a| stem(a) == stem(k))
        };
        let numbers = self.numbers.iter().filter(|(k, _, d)| open(k, *d));
        let priors = numbers.map(|(k, value, default)| Prior {
            key: self.place(k),
            value: value.clone(),
            default: *default,
        });
        self.reader.priors.borrow_mut().extend(priors);
    }
}

/// Whether a form holds a number that needs a source.
fn counts(form: Form) -> bool {
    matches!(
        form,
        Form::Distribution(..)
            | Form::Quantity(..)
            | Form::MarkDistribution
            | Form::Mark
            | Form::Weights
            | Form::Stretches
            | Form::Closes
    )
}
