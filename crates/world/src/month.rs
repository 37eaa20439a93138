//! A calendar month in UTC, the grain of most of the world's tables.

use core::fmt;

use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use hashquake_base::units::{DAY, Seconds, timestamp};

/// Days of an average month.
pub const DAYS: f64 = 365.25 / 12.0;

/// A month, counted from January of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// The month of the first block.
    pub const FIRST: Self = Self(12 * 2009);
    /// The last month whose end fits a header's 32 bits.
    pub const LAST: Self = Self(12 * 2106);

    /// Reads `2022-01`, a month from 2009-01 to 2106-01: those in which a block can have its time.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a month: write 2022-01");
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(wrong());
        }
        let (year, month): (i32, i32) = (
            year.parse().map_err(|_| wrong())?,
            month.parse().map_err(|_| wrong())?,
        );
        if !(1..=12).contains(&month) {
            return Err(wrong());
        }
        let read = Self(12 * year + month - 1);
        let (first, last) = (Self::FIRST, Self::LAST);
        if !(first..=last).contains(&read) {
            return Err(format!("`{text}` is not a month from {first} to {last}"));
        }
        Ok(read)
    }

    /// The month in which `t` lies.
    pub fn of(t: Seconds) -> Self {
        let day = timestamp(t).to_zoned(jiff::tz::TimeZone::UTC).date();
        Self(12 * i32::from(day.year()) + i32::from(day.month()) - 1)
    }

    /// Calendar year of the month.
    pub fn year(self) -> i16 {
        self.0.div_euclid(12) as i16
    }

    /// Its number within the year, 1 to 12.
    pub fn number(self) -> i8 {
        self.0.rem_euclid(12) as i8 + 1
    }

    /// Its first second.
    pub fn start(self) -> Seconds {
        let first = civil::date(self.year(), self.number(), 1);
        i64::from((first - civil::date(1970, 1, 1)).get_days()) * DAY
    }

    /// The first second after it.
    pub fn end(self) -> Seconds {
        self.plus(1).start()
    }

    /// So many months later; negative is earlier.
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// Months from `other` to this one.
    pub fn since(self, other: Self) -> i32 {
        self.0 - other.0
    }

    /// How far `t` lies outside the month, in average months; zero inside.
    pub fn distance(self, t: Seconds) -> f64 {
        let outside = (self.start() - t).max(t - self.end()).max(0);
        outside as f64 / DAY as f64 / DAYS
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl JsonSchema for Month {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Month".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "description": "A month in UTC, such as 2022-01." })
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::rfc3339;

    #[test]
    fn months_begin_and_end_where_the_calendar_says() {
        let month = Month::parse("2024-02").unwrap();
        assert_eq!(rfc3339(month.end()), "2024-03-01T00:00:00Z");
        assert_eq!(month.end() - month.start(), 29 * DAY);
        assert_eq!(Month::of(month.end() - 1), month);
        assert_eq!(Month::of(month.end()), month.plus(1));
        assert_eq!(month.plus(-2).to_string(), "2023-12");
        for wrong in ["2024-13", "2024-2", "2024", "24-02", "2024-00", "x"] {
            assert!(Month::parse(wrong).unwrap_err().contains("2022-01"));
        }
        for outside in ["0000-01", "0001-01", "2008-12", "2106-02", "9999-12"] {
            let told = Month::parse(outside).unwrap_err();
            assert!(told.contains("from 2009-01 to 2106-01"), "{told}");
        }
        assert_eq!(Month::parse("2009-01").unwrap(), Month::FIRST);
        assert_eq!(Month::parse("2106-01").unwrap(), Month::LAST);
        assert!(Month::LAST.end() <= Seconds::from(u32::MAX));
    }
}
