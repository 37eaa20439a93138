//! Moments and spans. All moments are UTC; a sentence says so once.

use crate::format::number::{amount, decimal};
use crate::units::{Bracket, DAY, Quantiles, Seconds, timestamp};

/// Where UTC is named beside it: `5 Jan 2022, 10:45`.
pub fn moment(t: Seconds) -> String {
    timestamp(t).strftime("%-d %b %Y, %H:%M").to_string()
}

/// In tables whose rows lie years apart: `2022-01-05 10:45`.
pub fn minute(t: Seconds) -> String {
    timestamp(t).strftime("%Y-%m-%d %H:%M").to_string()
}

/// In a sentence that names no zone elsewhere: `5 Jan 2022, 10:45 UTC`.
pub fn moment_utc(t: Seconds) -> String {
    format!("{} UTC", moment(t))
}

/// `5 Jan 2022`.
pub fn day(t: Seconds) -> String {
    timestamp(t).strftime("%-d %b %Y").to_string()
}

/// Where the year is known: `5 Jan 10:45`.
pub fn short_moment(t: Seconds) -> String {
    timestamp(t).strftime("%-d %b %H:%M").to_string()
}

/// The time of day in UTC: `10:45`.
pub fn clock(t: Seconds) -> String {
    timestamp(t).strftime("%H:%M").to_string()
}

/// `5 Jan 11:35 to 6 Jan 04:06`, with a day once where both ends share it, or the one moment.
pub fn bracket(b: Bracket) -> String {
    if b.earliest == b.latest {
        return short_moment(b.earliest);
    }
    let to = if b.earliest.div_euclid(DAY) == b.latest.div_euclid(DAY) {
        clock(b.latest)
    } else {
        short_moment(b.latest)
    };
    format!("{} to {to}", short_moment(b.earliest))
}

/// The 90 % range of a span, given in hours: `19 to 41 hours`, and days from three on.
pub fn hours_or_days(hours: Quantiles) -> String {
    let days = hours.p50 >= 72.0;
    let say = |h: f64| {
        if days {
            amount(h / 24.0)
        } else {
            decimal(h, 0)
        }
    };
    let unit = if days { "day" } else { "hour" };
    let (low, high) = (say(hours.p05), say(hours.p95));
    match (low == high, low.as_str()) {
        (true, "1") => format!("1 {unit}"),
        (true, _) => format!("{low} {unit}s"),
        (false, _) => format!("{low} to {high} {unit}s"),
    }
}

/// A span, given in days: `36 hours`, `5 days`.
pub fn days_words(days: f64) -> String {
    if days < 2.0 {
        format!("{} hours", decimal(days * 24.0, 0))
    } else {
        format!("{} days", decimal(days, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_within_a_day_names_the_day_once() {
        let b = |earliest, latest| bracket(Bracket { earliest, latest });
        assert_eq!(b(1_641_378_600, 1_641_381_300), "5 Jan 10:30 to 11:15");
        assert_eq!(
            b(1_641_378_600, 1_641_443_400),
            "5 Jan 10:30 to 6 Jan 04:30"
        );
        assert_eq!(b(1_641_378_600, 1_641_378_600), "5 Jan 10:30");
        assert_eq!(moment(1_641_379_500), "5 Jan 2022, 10:45");
    }

    #[test]
    fn spans_are_told_in_the_unit_of_their_size() {
        let hours = |p05, p50, p95| hours_or_days(Quantiles { p05, p50, p95 });
        assert_eq!(hours(19.0, 30.2, 41.0), "19 to 41 hours");
        assert_eq!(hours(120.0, 120.0, 120.0), "5 days");
        assert_eq!(hours(1.0, 1.0, 1.0), "1 hour");
        assert_eq!(hours(90.0, 100.0, 110.4), "3.8 to 4.6 days");
        assert_eq!(
            (days_words(1.5), days_words(5.2)),
            ("36 hours".into(), "5 days".into())
        );
    }
}
