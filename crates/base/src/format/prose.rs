//! Numbers, spans and moments as a sentence says them.

use crate::units::{Quantiles, Seconds, rfc3339};

/// `13.4 %`.
pub fn percent(x: f64) -> String {
    let x = if x.abs() < 0.05 { 0.0 } else { x };
    format!("{} %", trimmed(x))
}

fn trimmed(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0")
        .map_or(text.clone(), String::from)
        .replace('-', "−")
}

/// A percentage, with a decimal below ten.
pub fn rounded(x: f64) -> String {
    let digits = if x.abs() < 10.0 { 1 } else { 0 };
    let text = format!("{x:.digits$}");
    let text = text.strip_suffix(".0").map_or(text.clone(), String::from);
    format!("{} %", text.replace('-', "−"))
}

/// `11.8 to 13.6 %`.
pub fn percent_range(q: Quantiles) -> String {
    format!("{} to {} %", trimmed(tidy(q.p05)), trimmed(tidy(q.p95)))
}

/// One decimal, with a proper minus.
pub fn decimal(x: f64) -> String {
    format!("{:.1}", tidy(x)).replace('-', "−")
}

fn tidy(x: f64) -> f64 {
    if x.abs() < 0.05 { 0.0 } else { x }
}

/// `a loss of 7 %`, `a gain of 2.2 %`.
pub fn signed_words(loss: f64) -> String {
    loss_or_gain(loss, rounded)
}

/// The same with its decimal.
pub fn exact_words(loss: f64) -> String {
    loss_or_gain(loss, percent)
}

fn loss_or_gain(loss: f64, say: fn(f64) -> String) -> String {
    if loss >= 0.0 {
        format!("a loss of {}", say(loss))
    } else {
        format!("a gain of {}", say(-loss))
    }
}

/// `a gain of 0.2 % to a loss of 14 %`.
pub fn range_words(q: Quantiles) -> String {
    if q.p05 >= 0.0 {
        return percent_range(q);
    }
    format!("{} to {}", exact_words(q.p05), exact_words(q.p95))
}

/// A span of hours as a person says it.
pub fn hours_or_days(hours: Quantiles) -> String {
    let days = hours.p50 >= 72.0;
    let unit = if days { "days" } else { "hours" };
    let say = |h: f64| {
        if days {
            trimmed(h / 24.0)
        } else {
            format!("{h:.0}")
        }
    };
    let (low, high) = (say(hours.p05), say(hours.p95));
    if low == high {
        let unit = if low == "1" {
            unit.trim_end_matches('s')
        } else {
            unit
        };
        format!("{low} {unit}")
    } else {
        format!("{low} to {high} {unit}")
    }
}

/// `36 hours`, `5 days`.
pub fn days_words(days: f64) -> String {
    if days < 2.0 {
        format!("{:.0} hours", days * 24.0)
    } else {
        format!("{days:.0} days")
    }
}

/// `6 January 2022 12:00 UTC`.
pub fn moment(t: Seconds) -> String {
    let text = rfc3339(t);
    format!("{} {} UTC", day_words(t), &text[11..16])
}

/// `6 January 2022`.
pub fn day_words(t: Seconds) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let text = rfc3339(t);
    let month = text[5..7].parse::<usize>().map_or("", |m| MONTHS[m - 1]);
    format!(
        "{} {month} {}",
        text[8..10].trim_start_matches('0'),
        &text[..4]
    )
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A count with its noun: `1 event`, `3 events`.
pub fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(percent(13.4), "13.4 %");
        assert_eq!(percent(-0.02), "0 %");
        assert_eq!(
            percent_range(Quantiles {
                p05: -0.24,
                p50: 7.0,
                p95: 13.96
            }),
            "−0.2 to 14 %"
        );
        assert_eq!(
            hours_or_days(Quantiles {
                p05: 19.0,
                p50: 30.2,
                p95: 41.0
            }),
            "19 to 41 hours"
        );
        assert_eq!(hours_or_days(Quantiles::point(120.0)), "5 days");
        assert_eq!(hours_or_days(Quantiles::point(1.0)), "1 hour");
        assert_eq!(moment(1_641_379_500), "5 January 2022 10:45 UTC");
        let names: Vec<String> = ["a", "b", "c"].map(String::from).into();
        assert_eq!(list(&names), "a, b and c");
    }
}
