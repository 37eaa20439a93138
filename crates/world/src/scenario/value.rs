//! What the values of a scenario are once they are read.

use hashquake_base::diagnostics::Location;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{Moment, Seconds};

/// When something is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TimeSpec {
    /// At a moment.
    At(Seconds),
    /// So many seconds after the start.
    After(Distribution),
}

/// A stretch of another severity within an event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    pub location: Location,
    pub path: String,
    pub from: TimeSpec,
    pub to: TimeSpec,
    pub severity: f64,
}

/// A value as its type reads it, numbers in their base units.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Distribution(Distribution),
    Number(f64),
    Moment(Moment),
    TimeSpec(TimeSpec),
    Text(String),
    Texts(Vec<String>),
    Flag(bool),
    Weights(Vec<(String, f64)>),
    Stretches(Vec<Stretch>),
    Closes(Vec<(Seconds, f64)>),
}
