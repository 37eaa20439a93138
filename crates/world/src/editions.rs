//! When the editions of the Cambridge map were published: a month is known from the first that contains it.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::month::Month;
use crate::shares::printed::first_month;
use crate::table;
use hashquake_base::units::Seconds;

/// An edition of the Cambridge map.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Edition {
    /// The last month it contains.
    pub data_to: Month,
    /// When it was published.
    #[serde(deserialize_with = "table::known_at")]
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    pub known_at: Seconds,
    /// How well that day is known.
    pub precision: String,
    /// Where the dates are published.
    pub source: String,
}

/// The first and the last month of an edition.
#[derive(Clone, Copy, Debug)]
pub struct Months {
    /// The map's first month.
    pub first: Month,
    /// The edition's last.
    pub last: Month,
}

/// All editions, the oldest first.
pub fn all() -> &'static [Edition] {
    static ALL: OnceLock<Vec<Edition>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(table::EDITIONS))
}

/// The months known at `as_of`; `None` before the first edition.
pub fn months(as_of: Option<Seconds>) -> Option<Months> {
    let known = |e: &&Edition| as_of.is_none_or(|t| e.known_at <= t);
    let last = all().iter().filter(known).map(|e| e.data_to).max()?;
    let first = first_month();
    Some(Months { first, last })
}

/// When a month of the map was first published; `None` for a month that no edition contains.
pub fn known_at(month: Month) -> Option<Seconds> {
    let contains = all().iter().filter(|e| e.data_to >= month);
    contains.map(|e| e.known_at).min()
}
