//! How numbers, moments and names are written in figures and tables.
//!
//! Sentences have their own way in [`super::verdict`]; here numbers stand in columns, so they keep their
//! decimals, and their spaces do not break.

use crate::report::verdict::pool_name;
use crate::units::{Bracket, Quantiles, Seconds, timestamp};

/// With so many decimals and a true minus sign; never minus zero.
pub fn decimal(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.chars().all(|c| c == '0' || c == '.');
    if value < 0.0 && !zero {
        format!("−{text}")
    } else {
        text
    }
}

/// `12.7 %`, with a space that does not break.
pub fn percent(value: f64) -> String {
    format!("{}\u{a0}%", decimal(value, 1))
}

/// A claimed number as it was written: no decimal that it did not have.
pub fn as_claimed(value: f64) -> String {
    let decimals = usize::from((value - value.round()).abs() > 1e-9);
    decimal(value, decimals)
}

/// `3.0 to 15.9 %`.
pub fn interval(q: Quantiles) -> String {
    format!("{} to {}", decimal(q.p05, 1), percent(q.p95))
}

/// `5 Jan 2022, 10:45`; UTC.
pub fn moment(t: Seconds) -> String {
    timestamp(t).strftime("%-d %b %Y, %H:%M").to_string()
}

/// `5 Jan 2022`.
pub fn day(t: Seconds) -> String {
    timestamp(t).strftime("%-d %b %Y").to_string()
}

/// `5 Jan 10:45`; UTC.
pub fn short_moment(t: Seconds) -> String {
    timestamp(t).strftime("%-d %b %H:%M").to_string()
}

/// `5 Jan 11:35 to 6 Jan 04:06`, or the one moment.
pub fn bracket(b: Bracket) -> String {
    if b.earliest == b.latest {
        return short_moment(b.earliest);
    }
    let to = if b.earliest.div_euclid(86_400) == b.latest.div_euclid(86_400) {
        timestamp(b.latest).strftime("%H:%M").to_string()
    } else {
        short_moment(b.latest)
    };
    format!("{} to {to}", short_moment(b.earliest))
}

/// `data_centres` as `Data centres`.
pub fn sentence_case(key: &str) -> String {
    let spaced = key.replace('_', " ");
    let mut chars = spaced.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A pool's name for labels: without what it was called later.
pub fn pool_label(slug: &str) -> String {
    let name = pool_name(slug);
    match name.split_once(" (") {
        Some((short, _)) => short.to_string(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_print() {
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(decimal(-7.26, 1), "−7.3");
        assert_eq!(as_claimed(13.4), "13.4");
        assert_eq!(as_claimed(12.0), "12");
        assert_eq!(decimal(f64::NAN, 1), "–");
    }

    #[test]
    fn a_bracket_within_a_day_names_the_day_once() {
        let b = Bracket {
            earliest: 1_641_378_600,
            latest: 1_641_381_300,
        };
        assert_eq!(bracket(b), "5 Jan 10:30 to 11:15");
        assert_eq!(bracket(Bracket::point(1_641_378_600)), "5 Jan 10:30");
    }
}
