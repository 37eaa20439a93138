//! Reads single values of a scenario by their types, and notes every mistake with its place.
//!
//! What all TOML has (strings, numbers, moments) is the [`Reader`]'s; here are quantities with their units
//! and names. Distributions are in [`distributions`](super::distributions), lists and weights in
//! [`lists`](super::lists).

use std::cell::RefCell;

use super::model::Prior;
use super::units::{Dimension, Exchange, Unit, parse};
use super::value::{TimeSpec, Value};
use super::value_type::{ANY, Bounds, ValueType};
use hashquake_base::distribution::Distribution;
use hashquake_base::toml_reader::{Entry, Reader};
use hashquake_base::toml_tree::TomlValue;
use hashquake_base::units::Moment;

/// What all tables of a scenario share while they are read.
#[derive(Default)]
pub(super) struct ScenarioReader {
    pub toml: Reader,
    pub priors: RefCell<Vec<Prior>>,
    pub exchange: Exchange,
}

impl ScenarioReader {
    /// The value at `entry`; `unit` is what the key's name says.
    pub fn value(
        &self,
        entry: Entry<'_>,
        value_type: ValueType,
        unit: Option<&Unit>,
    ) -> Option<Value> {
        match value_type {
            ValueType::Distribution(d, bounds) => self
                .distribution(entry, d, unit, bounds)
                .map(Value::Distribution),
            ValueType::Quantity(d, bounds) => {
                let x = self.quantity(entry, d, unit)?;
                self.within(entry, (d, unit), bounds, (x, x))
                    .then_some(Value::Number(x))
            }
            ValueType::Moment | ValueType::Known => self.toml.moment(entry).map(Value::Moment),
            ValueType::TimeSpec => self.time_spec(entry).map(Value::TimeSpec),
            ValueType::UncertainTimeSpec if entry.node.table().is_some() => self
                .distribution(entry, Dimension::Duration, None, ANY)
                .map(|after| Value::TimeSpec(TimeSpec::After(after))),
            ValueType::UncertainTimeSpec => self.time_spec(entry).map(Value::TimeSpec),
            ValueType::Word(words) => self.toml.word(entry, words).map(Value::Text),
            ValueType::Text => self.toml.text(entry).map(Value::Text),
            ValueType::Texts => self.toml.texts(entry).map(Value::Texts),
            ValueType::Name => self.name(entry).map(Value::Text),
            ValueType::Flag => self.toml.flag(entry).map(Value::Flag),
            ValueType::Regions => self.regions(entry).map(Value::Texts),
            ValueType::Weights => self.weights(entry).map(Value::Weights),
            ValueType::Stretches => self.stretches(entry).map(Value::Stretches),
            ValueType::Closes => self.closes(entry).map(Value::Closes),
        }
    }

    /// A known quantity in its base unit.
    pub fn quantity(&self, entry: Entry<'_>, d: Dimension, unit: Option<&Unit>) -> Option<f64> {
        let found = match (&entry.node.value, unit) {
            (TomlValue::Number(x), Some(unit)) => Ok(unit.to_base(*x)),
            (TomlValue::Number(x), None) if d.bare() || !x.is_finite() => Ok(*x),
            (TomlValue::Number(x), None) => Err(format!(
                "{x} is without a unit; expected {}",
                d.expectation()
            )),
            (TomlValue::Text(text), None) => parse(d, text, &self.exchange),
            (_, Some(_)) => return self.toml.number(entry),
            _ => {
                self.toml.expected(entry, &d.expectation());
                return None;
            }
        };
        match found {
            Ok(x) if x.is_finite() => return Some(x),
            Ok(_) => self.toml.expected(entry, "a finite number"),
            Err(what) => self.toml.wrong(entry, &what),
        }
        None
    }

    /// Whether all of `range` lies within the bounds; else notes it.
    pub fn within(
        &self,
        entry: Entry<'_>,
        (d, unit): (Dimension, Option<&Unit>),
        bounds: Bounds,
        (low, high): (f64, f64),
    ) -> bool {
        let finite = low.is_finite() && high.is_finite();
        let inside = finite && bounds.contain(low) && bounds.contain(high);
        if inside {
            return true;
        }
        let show = |x: f64| match unit {
            Some(unit) => format!("{}", unit.from_base(x)),
            None => d.show(x),
        };
        let noun = unit.map_or_else(|| d.noun(), |_| "a number");
        let should = match bounds.words(show) {
            _ if !finite => format!("{noun} that is finite"),
            words if words.starts_with("between") => format!("{noun} {words}"),
            words => format!("{noun} of {words}"),
        };
        if low == high {
            self.toml.expected(entry, &should);
        } else {
            let (low, high) = (show(low), show(high));
            let what = format!("can be drawn from {low} to {high}; expected {should}");
            self.toml.wrong(entry, &what);
        }
        false
    }

    /// A moment, or a length of time after the start.
    pub fn time_spec(&self, entry: Entry<'_>) -> Option<TimeSpec> {
        if let TomlValue::Text(text) | TomlValue::Time(text) = &entry.node.value {
            if let Ok(moment) = Moment::parse(text) {
                let moment = self.toml.held(entry, moment)?;
                return Some(TimeSpec::At(moment.start()));
            }
            if let Ok(x) = parse(Dimension::Duration, text, &self.exchange) {
                return Some(TimeSpec::After(Distribution::Point(x)));
            }
        }
        self.toml.expected(
            entry,
            "a time like \"2022-01-05T10:45Z\" or a length of time after the start like \"3 weeks\"",
        );
        None
    }

    fn name(&self, entry: Entry<'_>) -> Option<String> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
        let text = entry.node.text();
        let name = text.filter(|t| !t.is_empty() && t.bytes().all(plain));
        if name.is_none() {
            let should = "a name in small letters, digits, - and _";
            self.toml.expected(entry, should);
        }
        name.map(str::to_string)
    }
}
