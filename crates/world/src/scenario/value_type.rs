//! What may stand at a key, between which bounds, and whether it must: what the table of keys is written in.

use super::units::Dimension;

/// What may stand at a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueType {
    /// A quantity, or a distribution of one drawn once a run.
    Distribution(Dimension, Bounds),
    /// A quantity that is known.
    Quantity(Dimension, Bounds),
    /// A moment; a day means its first second.
    Moment,
    /// A moment as of which something is known; a day means its last second.
    Known,
    /// A moment, or a length of time after the start.
    TimeSpec,
    /// A moment, or a distribution of a length of time after the start.
    UncertainTimeSpec,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// Any text.
    Text,
    /// A list of free words.
    Texts,
    /// A name in small letters, digits, `-` and `_`.
    Name,
    /// True or false.
    Flag,
    /// Codes of regions.
    Regions,
    /// Weights by codes of regions.
    Weights,
    /// Stretches `{ from, to, severity }` within an event.
    Stretches,
    /// Closes `[time, dollars]` in order of time.
    Closes,
}

/// Between what a number may lie, in the base unit of its dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The least that may stand.
    pub low: f64,
    /// The most that may stand; may be infinite.
    pub high: f64,
    /// Whether `low` itself is too little.
    pub above: bool,
}

/// A part of a whole: 0 to 1.
pub const PART: Bounds = Bounds {
    low: 0.0,
    high: 1.0,
    above: false,
};
/// Zero and above.
pub const FROM_ZERO: Bounds = Bounds {
    low: 0.0,
    high: f64::INFINITY,
    above: false,
};
/// More than nothing.
pub const POSITIVE: Bounds = Bounds {
    low: 0.0,
    high: f64::INFINITY,
    above: true,
};
/// Any finite number.
pub const ANY: Bounds = Bounds {
    low: f64::NEG_INFINITY,
    high: f64::INFINITY,
    above: false,
};
/// A change that leaves something.
pub const ABOVE_MINUS_ONE: Bounds = Bounds {
    low: -1.0,
    high: f64::INFINITY,
    above: true,
};

impl Bounds {
    /// Whether `x` lies between them.
    pub fn contain(self, x: f64) -> bool {
        x <= self.high
            && if self.above {
                x > self.low
            } else {
                x >= self.low
            }
    }

    /// In words, with `show` for a number; empty when anything goes.
    pub fn words(self, show: impl Fn(f64) -> String) -> String {
        let (low, high) = (show(self.low), show(self.high));
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) => format!("between {low} and {high}"),
            (true, false) if self.above => format!("more than {low}"),
            (true, false) => format!("at least {low}"),
            (false, true) => format!("at most {high}"),
            (false, false) => String::new(),
        }
    }
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The key must be there.
    Required,
    /// It may be absent, which means this.
    Optional(&'static str),
    /// Absent means this value, as TOML; an assumption.
    Default(&'static str),
}

/// A key of a scenario file: its type, bounds, meaning and an example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    /// Its name; a quantity may carry its unit behind it (`cap_mw`).
    pub name: &'static str,
    /// What may stand there.
    pub value: ValueType,
    /// Whether it must.
    pub presence: Presence,
    /// What it means.
    pub doc: &'static str,
    /// A value, as TOML.
    pub example: &'static str,
}

/// Something that comes in several kinds, each with keys of its own; `N` are the words of `kind`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind<N: 'static> {
    /// Which it is.
    pub name: N,
    /// What it is, for people.
    pub doc: &'static str,
    /// Its own keys.
    pub keys: &'static [Key],
    /// Whether it is spread over its duration, so that it must have one.
    pub spread: bool,
}

/// A key, in the order in which tables of keys are written.
pub(super) const fn key(
    name: &'static str,
    value: ValueType,
    presence: Presence,
    example: &'static str,
    doc: &'static str,
) -> Key {
    Key {
        name,
        value,
        presence,
        doc,
        example,
    }
}

impl Key {
    /// All ways in which it can be spelt: by itself, and with each unit that it may carry.
    pub fn spellings(&self) -> Vec<String> {
        let mut out = vec![self.name.to_string()];
        if let ValueType::Distribution(d, _) | ValueType::Quantity(d, _) = self.value {
            let suffixes = d.units().iter().filter_map(|u| u.suffix);
            out.extend(suffixes.map(|s| format!("{}{s}", self.name)));
        }
        out
    }
}
