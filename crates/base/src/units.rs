//! Quantities as types, and time at the border.
//!
//! Inside, a moment is whole unix seconds ([`Seconds`], `i64`); at the border it is RFC 3339 in UTC.
//! A hashrate is hashes a second; the field prints EH/s (10¹⁸ H/s).

use std::borrow::Cow;

use jiff::civil;
use jiff::fmt::temporal::Pieces;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// Unix time in whole seconds, UTC.
pub type Seconds = i64;

/// Seconds in a day.
pub const DAY: Seconds = 86_400;

/// Seconds in an hour.
pub const HOUR: Seconds = 3_600;

/// Hashes in an exahash.
pub const EXA: f64 = 1e18;

/// Hashes a second, printed as EH/s.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Hashrate(f64);

impl Hashrate {
    /// From exahashes a second.
    pub fn from_ehs(ehs: f64) -> Self {
        Self(ehs * EXA)
    }

    /// From expected hashes of work done in `seconds`.
    pub fn from_work(hashes: f64, seconds: f64) -> Self {
        Self(hashes / seconds)
    }

    /// In exahashes a second.
    pub fn ehs(self) -> f64 {
        self.0 / EXA
    }
}

impl Serialize for Hashrate {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_f64(self.ehs())
    }
}

/// Three quantiles of a posterior: 5, 50 and 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Quantiles<T = f64> {
    /// 5 % lie below.
    pub p05: T,
    /// The median, in the quantity's unit.
    pub p50: T,
    /// 95 % lie below.
    pub p95: T,
}

impl<T: Copy> Quantiles<T> {
    /// A known value: all three the same.
    pub fn point(value: T) -> Self {
        Self {
            p05: value,
            p50: value,
            p95: value,
        }
    }

    /// The same function of each quantile; `f` must be increasing.
    pub fn map<U>(self, f: impl Fn(T) -> U) -> Quantiles<U> {
        Quantiles {
            p05: f(self.p05),
            p50: f(self.p50),
            p95: f(self.p95),
        }
    }
}

/// A stretch of time, half-open: `start <= t < end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
pub struct Span {
    /// First second of the span.
    #[schemars(with = "Timestamp")]
    pub start: Seconds,
    /// First second after the span.
    #[schemars(with = "Timestamp")]
    pub end: Seconds,
}

impl Span {
    /// Length in seconds.
    pub fn seconds(self) -> Seconds {
        self.end - self.start
    }

    /// Length in days.
    pub fn days(self) -> f64 {
        self.seconds() as f64 / DAY as f64
    }

    /// Whether `t` lies inside.
    pub fn contains(self, t: Seconds) -> bool {
        self.start <= t && t < self.end
    }

    /// Whether a moment lies in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// An interval in which a moment lies: no earlier, no later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
pub struct Bracket {
    /// It did not happen before this.
    #[schemars(with = "Timestamp")]
    pub earliest: Seconds,
    /// It did not happen after this.
    #[schemars(with = "Timestamp")]
    pub latest: Seconds,
}

impl Bracket {
    /// A known moment.
    pub fn point(t: Seconds) -> Self {
        Self {
            earliest: t,
            latest: t,
        }
    }
}

/// A moment as a person writes it: to the second, or only the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `2022-01-05T10:45Z`, with or without seconds.
    Instant(Seconds),
    /// `2022-01-05`: some time that day, UTC. Holds the day's first second.
    Day(Seconds),
}

impl Moment {
    /// Reads `2022-01-05`, `2022-01-05T10:45Z`, `2022-01-05T10:45:00Z` or any offset in place of `Z`.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(t) = text.parse::<jiff::Timestamp>() {
            return Ok(Self::Instant(t.as_second()));
        }
        match text.parse::<civil::Date>() {
            Ok(day) if text.len() == 10 => Ok(Self::Day(i64::from(days_since_1970(day)) * DAY)),
            _ => last_days_of_9999(text).map(Self::Instant).ok_or_else(|| {
                format!("`{text}` is not a time: write 2022-01-05T10:45:00Z (UTC) or 2022-01-05")
            }),
        }
    }

    /// The moment itself, or the first second of the day.
    pub fn start(self) -> Seconds {
        match self {
            Self::Instant(t) | Self::Day(t) => t,
        }
    }

    /// The moment itself, or the last second of the day: when a dated publication is surely known.
    pub fn end(self) -> Seconds {
        match self {
            Self::Instant(t) => t,
            Self::Day(t) => t + DAY - 1,
        }
    }
}

/// As a document has it: RFC 3339 in UTC, or the day alone.
///
/// ```
/// use hashquake_base::units::Moment;
///
/// let day = Moment::parse("2022-01-05").unwrap();
/// let instant = Moment::parse("2022-01-05T16:45+06:00").unwrap();
/// assert_eq!(day.to_string(), "2022-01-05");
/// assert_eq!(instant.to_string(), "2022-01-05T10:45:00Z");
/// ```
impl core::fmt::Display for Moment {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&match self {
            Self::Instant(t) => rfc3339(*t),
            Self::Day(t) => date(*t),
        })
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "RFC 3339 in UTC, to the second, or a UTC day such as 2022-01-05.",
        })
    }

    fn inline_schema() -> bool {
        true
    }
}

/// The day of the first block, 2009-01-03: before it there was no chain.
pub const FIRST_SECOND: Seconds = 1_230_940_800;
/// The last second that a header can hold.
pub const LAST_SECOND: Seconds = u32::MAX as Seconds;

/// An instant at the very end of year 9999, which a timestamp leaves free for offsets.
fn last_days_of_9999(text: &str) -> Option<Seconds> {
    let pieces = Pieces::parse(text).ok()?;
    let since_midnight = pieces.time()?.duration_since(civil::Time::midnight());
    let days = i64::from(days_since_1970(pieces.date()));
    Some(days * DAY + since_midnight.as_secs() - i64::from(pieces.to_numeric_offset()?.seconds()))
}

/// The sentence for a time that no header can have.
pub(crate) fn outside_a_chain(found: &str) -> String {
    format!(
        "{found} lies outside what a chain can hold, {} to {}",
        rfc3339(FIRST_SECOND),
        rfc3339(LAST_SECOND)
    )
}

/// Reads a time as tables have it: unix seconds, or RFC 3339.
///
/// # Errors
/// A sentence that says what would be right.
pub fn parse_seconds(text: &str) -> Result<Seconds, String> {
    if let Ok(t) = text.parse() {
        return Ok(t);
    }
    match Moment::parse(text) {
        Ok(Moment::Instant(t)) => Ok(t),
        _ => Err(format!(
            "time `{text}` is neither unix seconds nor like 2022-01-05T10:45:00Z"
        )),
    }
}

fn days_since_1970(day: civil::Date) -> i32 {
    (day - civil::date(1970, 1, 1)).get_days()
}

/// The first second of a year, UTC.
///
/// ```
/// assert_eq!(hashquake_base::units::year_start(2022), 1_640_995_200);
/// ```
pub fn year_start(year: i16) -> Seconds {
    i64::from(days_since_1970(civil::date(year, 1, 1))) * DAY
}

/// RFC 3339 in UTC.
///
/// ```
/// assert_eq!(hashquake_base::units::rfc3339(1_641_379_500), "2022-01-05T10:45:00Z");
/// ```
pub fn rfc3339(t: Seconds) -> String {
    timestamp(t).to_string()
}

/// The UTC day of `t`, `2022-01-05`.
pub fn date(t: Seconds) -> String {
    rfc3339(t)[..10].to_string()
}

/// A moment as a library type; out of range saturates.
pub fn timestamp(t: Seconds) -> jiff::Timestamp {
    jiff::Timestamp::from_second(t).unwrap_or(if t < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    })
}

/// `serialize_with` for a moment.
pub fn serialize_time<S: Serializer>(t: &Seconds, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&rfc3339(*t))
}

/// `serialize_with` for the UTC day of a moment.
pub fn serialize_date<S: Serializer>(t: &Seconds, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&date(*t))
}

/// Unix seconds, written as RFC 3339 in UTC.
///
/// ```
/// use hashquake_base::units::Timestamp;
///
/// assert_eq!(Timestamp(1_641_379_500).to_string(), "2022-01-05T10:45:00Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub Seconds);

impl Timestamp {
    /// The nearest whole second.
    pub fn rounded(t: f64) -> Self {
        Self(libm::round(t) as Seconds)
    }
}

impl core::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&rfc3339(self.0))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339 in UTC, to the second.",
        })
    }

    fn inline_schema() -> bool {
        true
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row {
            start: String,
            end: String,
        }
        Row {
            start: rfc3339(self.start),
            end: rfc3339(self.end),
        }
        .serialize(s)
    }
}

impl Serialize for Bracket {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row {
            earliest: String,
            latest: String,
        }
        Row {
            earliest: rfc3339(self.earliest),
            latest: rfc3339(self.latest),
        }
        .serialize(s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_known_at_its_end() {
        let day = Moment::parse("2022-01-06").unwrap();
        assert_eq!(rfc3339(day.end()), "2022-01-06T23:59:59Z");
        let instant = Moment::parse("2022-01-06T02:51Z").unwrap();
        assert_eq!(rfc3339(instant.end()), "2022-01-06T02:51:00Z");
        assert!(
            Moment::parse("6 January")
                .unwrap_err()
                .contains("2022-01-05")
        );
        assert!(Moment::parse("2022-13-01").is_err());
    }
}
