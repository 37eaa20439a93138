//! Reads tables of a scenario by the table of keys, and notes every mistake with its place.
//!
//! A key's [`Form`] says what may stand there; its value is read into an [`Item`], which the builder takes
//! by name. Distributions and their parameters are in [`distributions`](super::distributions).

use std::cell::{Cell, RefCell};

use super::keys::{Bounds, Form, Key, Need};
use super::tree::{Node, Table, Value, inline, stem};
use super::units::{Dimension, Exchange, Unit, parse};
use super::values::{Prior, Values};
use crate::region::Region;
use hashquake_base::diagnostics::nearest;
use hashquake_base::diagnostics::{Diagnostic, Location};
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{Moment, Seconds};

/// When something is: a moment, or a time after the start.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    At(Seconds),
    After(Distribution),
}

/// A stretch of another severity within an event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    pub at: Location,
    pub path: String,
    pub from: Mark,
    pub to: Mark,
    pub severity: f64,
}

/// A value as its form reads it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Distribution(Distribution),
    Number(f64),
    Moment(Moment),
    Mark(Mark),
    Text(String),
    Texts(Vec<String>),
    Flag(bool),
    Weights(Vec<(String, f64)>),
    Stretches(Vec<Stretch>),
    Closes(Vec<(Seconds, f64)>),
}

/// What all tables of a scenario share while they are read.
#[derive(Default)]
pub(super) struct Reader {
    pub mistakes: RefCell<Vec<Diagnostic>>,
    pub priors: RefCell<Vec<Prior>>,
    pub exchange: Exchange,
    /// Part of the text could not be had, so that what is missing may stand there.
    pub incomplete: Cell<bool>,
}

/// Where a value stands and what it is called.
#[derive(Clone, Copy)]
pub(super) struct Spot<'s> {
    pub node: &'s Node,
    pub path: &'s str,
}

impl Reader {
    /// Notes a mistake; `what` follows the key's name.
    pub fn refuse(&self, at: &Location, path: &str, what: &str) {
        self.mistakes.borrow_mut().push(Diagnostic {
            location: at.clone(),
            key: path.to_string(),
            message: format!("`{path}` {what}"),
        });
    }

    pub(super) fn wrong(&self, spot: Spot<'_>, should: &str) {
        let found = match &spot.node.value {
            Value::Text(_) | Value::Number(_) | Value::Flag(_) | Value::When(_) => {
                inline(spot.node)
            }
            other => other.kind().to_string(),
        };
        let what = format!("is {found}, it should be {should}");
        self.refuse(&spot.node.at, spot.path, &what);
    }

    /// Reads what `keys` name; `others` are allowed and left to somebody else.
    pub fn values<'r>(
        &'r self,
        table: &Table,
        path: &str,
        keys: &[&[Key]],
        others: &[&str],
    ) -> Values<'r> {
        let mut values = Values {
            reader: self,
            at: table.at.clone(),
            path: path.to_string(),
            items: Vec::new(),
            numbers: Vec::new(),
        };
        for key in keys.iter().copied().flatten() {
            values.read(table, key);
        }
        let spelt: Vec<String> = keys.iter().copied().flatten().flat_map(spellings).collect();
        let names = keys.iter().copied().flatten().map(|k| k.name);
        let names: Vec<&str> = names.chain(others.iter().copied()).collect();
        for (name, node) in &table.keys {
            if !spelt.contains(name) && !names.contains(&name.as_str()) {
                self.unknown(node, &values.place(name), name, &names);
            }
        }
        values
    }

    fn unknown(&self, node: &Node, path: &str, name: &str, known: &[&str]) {
        let hint = nearest(stem(name), known.iter().copied()).map_or_else(
            || format!("known are {}", known.join(", ")),
            |k| format!("did you mean `{k}`?"),
        );
        self.mistakes.borrow_mut().push(Diagnostic {
            location: node.at.clone(),
            key: path.to_string(),
            message: format!("unknown key `{path}`; {hint}"),
        });
    }

    pub(super) fn item(&self, spot: Spot<'_>, form: Form, unit: Option<&Unit>) -> Option<Item> {
        match form {
            Form::Distribution(d, bounds) => self
                .distribution(spot, d, unit, bounds)
                .map(Item::Distribution),
            Form::Quantity(d, bounds) => {
                let x = self.quantity(spot, d, unit)?;
                self.within(spot, (d, unit), bounds, (x, x))
                    .then_some(Item::Number(x))
            }
            Form::Moment | Form::Known => self.moment(spot).map(Item::Moment),
            Form::Mark => self.mark(spot).map(Item::Mark),
            Form::MarkDistribution if spot.node.table().is_some() => self
                .distribution(spot, Dimension::Duration, None, super::keys::ANY)
                .map(|distribution| Item::Mark(Mark::After(distribution))),
            Form::MarkDistribution => self.mark(spot).map(Item::Mark),
            Form::Word(words) => self.word(spot, words).map(Item::Text),
            Form::Text => self.text(spot).map(Item::Text),
            Form::Texts => self.texts(spot).map(Item::Texts),
            Form::Name => self.name(spot).map(Item::Text),
            Form::Flag => match spot.node.value {
                Value::Flag(b) => Some(Item::Flag(b)),
                _ => {
                    self.wrong(spot, "true or false");
                    None
                }
            },
            Form::Regions => self.regions(spot).map(Item::Texts),
            Form::Weights => self.weights(spot).map(Item::Weights),
            Form::Stretches => self.stretches(spot).map(Item::Stretches),
            Form::Closes => self.closes(spot).map(Item::Closes),
        }
    }

    /// A known quantity in its base unit.
    pub(super) fn quantity(
        &self,
        spot: Spot<'_>,
        d: Dimension,
        unit: Option<&Unit>,
    ) -> Option<f64> {
        let found = match (&spot.node.value, unit) {
            (Value::Number(x), _) if !x.is_finite() => Err("should be a finite number".to_string()),
            (Value::Number(x), Some(unit)) => Ok(unit.to_base(*x)),
            (Value::Number(x), None) if d.bare() => Ok(*x),
            (Value::Number(x), None) => {
                Err(format!("is {x}, without a unit; write {}", d.example()))
            }
            (Value::Text(text), None) => parse(d, text, &self.exchange),
            (Value::Text(text), Some(_)) => Err(format!(
                "is \"{text}\"; the unit stands in the key's name, so it should be a bare number"
            )),
            _ => {
                self.wrong(spot, &format!("like {}", d.example()));
                return None;
            }
        };
        found
            .map_err(|what| self.refuse(&spot.node.at, spot.path, &what))
            .ok()
    }

    /// Whether all of `range` lies within the bounds; else notes it.
    pub(super) fn within(
        &self,
        spot: Spot<'_>,
        (d, unit): (Dimension, Option<&Unit>),
        bounds: Bounds,
        (low, high): (f64, f64),
    ) -> bool {
        let inside = bounds.contain(low) && bounds.contain(high);
        if !inside {
            let found = if low == high {
                format!("is {}", inline(spot.node))
            } else {
                let show = |x| show(d, unit, x);
                format!("can be drawn from {} to {}", show(low), show(high))
            };
            let should = bounds.words(|x| show(d, unit, x));
            let what = format!("{found}, it should be {should}");
            self.refuse(&spot.node.at, spot.path, &what);
        }
        inside
    }

    fn moment(&self, spot: Spot<'_>) -> Option<Moment> {
        let (Value::Text(text) | Value::When(text)) = &spot.node.value else {
            self.wrong(spot, "a time like \"2022-01-05T10:45Z\"");
            return None;
        };
        let found = Moment::parse(text);
        found
            .map_err(|what| {
                self.refuse(&spot.node.at, spot.path, &format!("cannot be read: {what}"))
            })
            .ok()
    }

    fn mark(&self, spot: Spot<'_>) -> Option<Mark> {
        if let Value::Text(text) | Value::When(text) = &spot.node.value {
            if let Ok(moment) = Moment::parse(text) {
                return Some(Mark::At(moment.start()));
            }
            if let Ok(x) = parse(Dimension::Duration, text, &self.exchange) {
                return Some(Mark::After(Distribution::Point(x)));
            }
        }
        self.wrong(
            spot,
            "a time like \"2022-01-05T10:45Z\" or a length of time after the start like \"3 weeks\"",
        );
        None
    }

    fn text(&self, spot: Spot<'_>) -> Option<String> {
        let text = spot.node.text().filter(|t| !t.trim().is_empty());
        if text.is_none() {
            self.wrong(spot, "a string that is not empty");
        }
        text.map(str::to_string)
    }

    fn texts(&self, spot: Spot<'_>) -> Option<Vec<String>> {
        let Some(list) = spot.node.list() else {
            self.wrong(spot, "a list of strings");
            return None;
        };
        let each = |node| self.text(Spot { node, ..spot });
        list.iter().map(each).collect()
    }

    fn name(&self, spot: Spot<'_>) -> Option<String> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
        let text = spot.node.text();
        let name = text.filter(|t| !t.is_empty() && t.bytes().all(plain));
        if name.is_none() {
            self.wrong(spot, "a name in small letters, digits, - and _");
        }
        name.map(str::to_string)
    }

    pub(super) fn word(&self, spot: Spot<'_>, words: &[&str]) -> Option<String> {
        let text = spot.node.text();
        let found = text.filter(|t| words.contains(t));
        if found.is_none() {
            let near = text.and_then(|t| nearest(t, words.iter().copied()));
            let hint = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            self.wrong(spot, &format!("one of {}{hint}", words.join(", ")));
        }
        found.map(str::to_string)
    }

    fn region(&self, at: &Location, path: &str, code: &str) -> Option<String> {
        let region = Region::parse(code);
        region
            .map_err(|what| self.refuse(at, path, &format!("cannot be read: {what}")))
            .ok()
            .map(|r| r.code().to_string())
    }

    fn regions(&self, spot: Spot<'_>) -> Option<Vec<String>> {
        let Some(list) = spot.node.list() else {
            self.wrong(spot, "a list of regions like [\"KZ\", \"US-TX\"]");
            return None;
        };
        let each = |node: &Node| {
            let code = self.text(Spot { node, ..spot })?;
            self.region(&node.at, spot.path, &code)
        };
        let read: Vec<_> = list.iter().map(each).collect();
        let codes: Vec<String> = read.into_iter().collect::<Option<_>>()?;
        let twice = codes
            .iter()
            .enumerate()
            .find(|(i, c)| codes[..*i].contains(c));
        if let Some((_, code)) = twice {
            self.refuse(&spot.node.at, spot.path, &format!("names `{code}` twice"));
            return None;
        }
        Some(codes)
    }

    fn weights(&self, spot: Spot<'_>) -> Option<Vec<(String, f64)>> {
        let Some(table) = spot.node.table() else {
            self.wrong(spot, "weights of regions like { US = 0.6, RU = 0.4 }");
            return None;
        };
        let mut out = Vec::new();
        let mut good = true;
        for (code, node) in &table.keys {
            let path = format!("{}.{code}", spot.path);
            let region = self.region(&node.at, &path, code);
            let weight = match node.value {
                Value::Number(x) if x >= 0.0 && x.is_finite() => Some(x),
                _ => {
                    let spot = Spot { node, path: &path };
                    self.wrong(spot, "a number of at least 0");
                    None
                }
            };
            good &= region.is_some() && weight.is_some();
            out.extend(region.zip(weight));
        }
        if good && out.iter().all(|(_, w)| *w == 0.0) {
            self.refuse(&spot.node.at, spot.path, "has no weight above 0");
            good = false;
        }
        good.then_some(out)
    }

    fn stretches(&self, spot: Spot<'_>) -> Option<Vec<Stretch>> {
        const KEYS: [Key; 3] = [
            stretch_key("from", Form::Mark),
            stretch_key("to", Form::Mark),
            stretch_key(
                "severity",
                Form::Quantity(Dimension::Fraction, super::keys::PART),
            ),
        ];
        let Some(list) = spot.node.list() else {
            self.wrong(spot, "a list of { from, to, severity }");
            return None;
        };
        let each = |(n, node): (usize, &Node)| {
            let path = format!("{}[{n}]", spot.path);
            let Some(table) = node.table() else {
                self.wrong(Spot { node, path: &path }, "{ from, to, severity }");
                return None;
            };
            let v = self.values(table, &path, &[&KEYS], &[]);
            let (from, to, severity) = (v.mark("from"), v.mark("to"), v.number("severity"));
            Some(Stretch {
                at: node.at.clone(),
                path,
                from: from?,
                to: to?,
                severity: severity?,
            })
        };
        let read: Vec<_> = list.iter().enumerate().map(each).collect();
        read.into_iter().collect()
    }

    fn closes(&self, spot: Spot<'_>) -> Option<Vec<(Seconds, f64)>> {
        let Some(list) = spot.node.list().filter(|l| !l.is_empty()) else {
            self.wrong(
                spot,
                "a list of closes like [[\"2022-01-05T00:00Z\", 45906]]",
            );
            return None;
        };
        let each = |node: &Node| {
            let spot = Spot { node, ..spot };
            let Some([time, price]) = node.list() else {
                self.wrong(
                    spot,
                    "a time and dollars like [\"2022-01-05T00:00Z\", 45906]",
                );
                return None;
            };
            let time = self.moment(Spot { node: time, ..spot });
            let usd = match price.value {
                Value::Number(x) if x > 0.0 && x.is_finite() => Some(x),
                _ => {
                    self.wrong(
                        Spot {
                            node: price,
                            ..spot
                        },
                        "dollars, more than 0",
                    );
                    None
                }
            };
            Some((time?.end(), usd?))
        };
        let read: Vec<_> = list.iter().map(each).collect();
        let closes: Vec<(Seconds, f64)> = read.into_iter().collect::<Option<_>>()?;
        for (pair, node) in closes.windows(2).zip(&list[1..]) {
            if pair[1].0 <= pair[0].0 {
                let what = format!(
                    "goes back in time at {}; closes should stand in order of time",
                    inline(node)
                );
                self.refuse(&node.at, spot.path, &what);
                return None;
            }
        }
        Some(closes)
    }
}

/// A number as its key has it: in the unit of the key's name, or with its unit.
fn show(d: Dimension, unit: Option<&Unit>, x: f64) -> String {
    match unit {
        Some(unit) => format!("{}", unit.from_base(x)),
        None => d.show(x),
    }
}

const fn stretch_key(name: &'static str, form: Form) -> Key {
    Key {
        name,
        form,
        need: Need::Required,
        doc: "",
        example: "",
    }
}

/// All ways in which a key can be spelt: by itself, and with each unit that it may carry.
pub(super) fn spellings(key: &Key) -> Vec<String> {
    let mut out = vec![key.name.to_string()];
    if let Form::Distribution(d, _) | Form::Quantity(d, _) = key.form {
        let suffixes = d.units().iter().filter_map(|u| u.suffix);
        out.extend(suffixes.map(|s| format!("{}{s}", key.name)));
    }
    out
}
