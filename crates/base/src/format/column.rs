//! Numbers, moments and names as they stand in figures and tables: they keep their decimals, and their
//! spaces do not break.

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

/// An amount in at most three digits that count: `1,170`, `34.9`, `0.4`.
pub fn amount(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    let size = value.abs();
    if size < 99.95 {
        let text = decimal(value, 1);
        return text.strip_suffix(".0").map_or(text.clone(), String::from);
    }
    let mut unit = 1.0;
    while size / unit >= 999.5 {
        unit *= 10.0;
    }
    let digits = format!("{:.0}", (size / unit).round() * unit);
    let mut grouped = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(c);
    }
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{grouped}")
}

/// `340 to 2,060`.
pub fn amounts(q: Quantiles) -> String {
    format!("{} to {}", amount(q.p05), amount(q.p95))
}

/// A signed percentage: `+2.2 %`, `−7.1 %`.
pub fn change(value: f64) -> String {
    let text = percent(value);
    let grows = value > 0.0 && text != percent(0.0);
    if grows { format!("+{text}") } else { text }
}

/// A probability: `87 %`, `0.4 %`, `< 0.1 %`, `> 99.9 %`.
pub fn probability(p: f64) -> String {
    let percents = 100.0 * p;
    if percents < 0.1 {
        "<\u{a0}0.1\u{a0}%".to_string()
    } else if percents > 99.9 {
        ">\u{a0}99.9\u{a0}%".to_string()
    } else {
        let decimals = usize::from(!(9.95..=99.0).contains(&percents));
        format!("{}\u{a0}%", decimal(percents, decimals))
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

/// With so many decimals and its sign: `+0.7`, `−7.1`, `0.0`.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = decimal(value, decimals);
    let grows = value > 0.0 && text != decimal(0.0, decimals);
    if grows { format!("+{text}") } else { text }
}

/// `2022-01-05 10:45`; UTC.
pub fn minute(t: Seconds) -> String {
    timestamp(t).strftime("%Y-%m-%d %H:%M").to_string()
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
    capitalised(&key.replace('_', " "))
}

/// With a capital, else as it is.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// A phrase or a sentence as a sentence: with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let stop = if text.ends_with(['.', '?', '!', '”']) {
        ""
    } else {
        "."
    };
    capitalised(text) + stop
}

/// A p-value: `0.03`, `< 0.001`.
pub fn p_value(p: f64) -> String {
    match p {
        p if p < 0.001 => "<\u{a0}0.001".to_string(),
        p if p < 0.095 => decimal(p, 3),
        p => decimal(p, 2),
    }
}

/// As many decimals as the size of a number deserves.
pub fn sized(x: f64) -> String {
    let decimals = match x.abs() {
        a if a >= 100.0 || a == 0.0 => 0,
        a if a >= 10.0 => 1,
        a if a >= 0.1 => 2,
        _ => 4,
    };
    thousands(&decimal(x, decimals))
}

/// Commas between thousands.
fn thousands(text: &str) -> String {
    let (whole, rest) = text.split_once('.').map_or((text, ""), |(w, r)| (w, r));
    let digits = whole.trim_start_matches('−');
    let mut out = String::new();
    if whole.len() > digits.len() {
        out.push('−');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && digits.len() > 4 {
            out.push(',');
        }
        out.push(c);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
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
        assert_eq!(signed(0.66, 1), "+0.7");
        assert_eq!(
            (signed(-7.1, 0), signed(0.04, 1)),
            ("−7".into(), "0.0".into())
        );
        assert_eq!(minute(1_641_379_530), "2022-01-05 10:45");
    }

    #[test]
    fn amounts_keep_three_digits_and_group_them() {
        let cases = [
            (0.04, "0"),
            (9.96, "10"),
            (34.92, "34.9"),
            (118.4, "118"),
            (999.6, "1,000"),
            (34_949.0, "34,900"),
            (-1_234_567.0, "−1,230,000"),
        ];
        for (value, text) in cases {
            assert_eq!(amount(value), text);
        }
        assert_eq!(change(2.24), "+2.2\u{a0}%");
        assert_eq!(change(0.04), "0.0\u{a0}%");
        assert_eq!(probability(0.87), "87\u{a0}%");
        assert_eq!(probability(0.0444), "4.4\u{a0}%");
        assert_eq!(sentence("a phrase"), "A phrase.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(
            (p_value(0.0004), p_value(0.52)),
            ("<\u{a0}0.001".into(), "0.52".into())
        );
        assert_eq!(probability(1e-5), "<\u{a0}0.1\u{a0}%");
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
