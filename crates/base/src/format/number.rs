//! Numbers and percentages.

use std::fmt::Display;

use crate::units::Quantiles;

/// With so many decimals: `−7.3`, `1,234.5`; never minus zero, and `–` for what is not finite.
pub fn decimal(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    format!("{sign}{}", grouped(&text))
}

/// A whole number: `16,384`.
pub fn whole(value: impl Display) -> String {
    let text = value.to_string();
    match text.strip_prefix('-') {
        Some(digits) => format!("−{}", grouped(digits)),
        None => grouped(&text),
    }
}

/// Digits, and perhaps decimals, with commas between thousands.
fn grouped(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::with_capacity(text.len() + whole.len() / 3);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out + rest
}

/// An estimate in at most three digits that count and at most one decimal: `1,170`, `34.9`, `0.4`.
pub fn amount(value: f64) -> String {
    let size = value.abs();
    if size < 99.95 || !value.is_finite() {
        let text = decimal(value, 1);
        return text.strip_suffix(".0").map_or(text.clone(), String::from);
    }
    let mut unit = 1.0;
    while size / unit >= 999.5 {
        unit *= 10.0;
    }
    decimal((value / unit).round() * unit, 0)
}

/// The 90 % range of an estimate: `340 to 2,060`.
pub fn amounts(q: Quantiles) -> String {
    format!("{} to {}", amount(q.p05), amount(q.p95))
}

/// A number that stands beside others: with as many decimals as its size deserves, its whole digits as
/// they are: `12,346`, `34.9`, `0.26`, `0.0023`.
pub fn sized(value: f64) -> String {
    let decimals = match value.abs() {
        a if a >= 100.0 || a == 0.0 => 0,
        a if a >= 10.0 => 1,
        a if a >= 0.1 => 2,
        _ => 4,
    };
    decimal(value, decimals)
}

/// With its sign, also above zero: `+0.9`, `−8.9`, `0.0`.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = decimal(value, decimals);
    let grows = value > 0.0 && text.contains(|c: char| ('1'..='9').contains(&c));
    if grows { format!("+{text}") } else { text }
}

/// A percentage with its decimal: `12.7 %`, `−0.2 %`.
pub fn percent(value: f64) -> String {
    format!("{} %", decimal(value, 1))
}

/// A 90 % range in percent: `3.0 to 15.9 %`.
pub fn percent_range(q: Quantiles) -> String {
    format!("{} to {}", decimal(q.p05, 1), percent(q.p95))
}

/// A percentage that may fall or grow: `+2.2 %`, `−7.1 %`.
pub fn change(value: f64) -> String {
    format!("{} %", signed(value, 1))
}

/// A percentage for a headline, whole from ten on: `12 %`, `7.0 %`.
pub fn rounded(value: f64) -> String {
    format!("{} %", decimal(value, usize::from(value.abs() < 9.95)))
}

/// A probability, given as a part of one: `87 %`, `0.4 %`, `< 0.1 %`, `> 99.9 %`.
pub fn probability(p: f64) -> String {
    let percents = 100.0 * p;
    if percents < 0.1 {
        "< 0.1 %".to_string()
    } else if percents > 99.9 {
        "> 99.9 %".to_string()
    } else {
        let decimals = usize::from(!(9.95..=99.0).contains(&percents));
        format!("{} %", decimal(percents, decimals))
    }
}

/// A p-value: `0.03`, `< 0.001`.
pub fn p_value(p: f64) -> String {
    match p {
        p if p < 0.001 => "< 0.001".to_string(),
        p if p < 0.095 => decimal(p, 3),
        p => decimal(p, 2),
    }
}

/// A claimed number as it was written: no decimal that it did not have.
pub fn as_claimed(value: f64) -> String {
    decimal(value, usize::from((value - value.round()).abs() > 1e-9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_minus_sign_one_comma_and_no_minus_zero() {
        let cases = [
            (decimal(-0.04, 1), "0.0"),
            (decimal(-7.26, 1), "−7.3"),
            (decimal(1_234.56, 1), "1,234.6"),
            (decimal(-999_999.5, 0), "−1,000,000"),
            (decimal(f64::NAN, 1), "–"),
            (decimal(f64::NEG_INFINITY, 1), "–"),
            (whole(999), "999"),
            (whole(1_000), "1,000"),
            (whole(-1_234_567), "−1,234,567"),
        ];
        for (text, expected) in cases {
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn an_estimate_keeps_three_digits_and_a_compared_number_all_of_them() {
        let cases = [
            (0.04, "0", "0.0400"),
            (0.256, "0.3", "0.26"),
            (9.96, "10", "9.96"),
            (34.92, "34.9", "34.9"),
            (118.4, "118", "118"),
            (999.6, "1,000", "1,000"),
            (1_234.5, "1,230", "1,234"),
            (34_949.0, "34,900", "34,949"),
            (-1_234_567.0, "−1,230,000", "−1,234,567"),
            (0.0, "0", "0"),
        ];
        for (value, estimate, compared) in cases {
            assert_eq!(amount(value), estimate);
            assert_eq!(sized(value), compared);
        }
        assert_eq!(amount(f64::NAN), "–");
    }

    #[test]
    fn percentages_keep_their_decimal_and_their_sign() {
        let q = Quantiles {
            p05: -0.24,
            p50: 7.0,
            p95: 13.96,
        };
        let cases = [
            (percent(7.0), "7.0 %"),
            (percent(-0.02), "0.0 %"),
            (percent_range(q), "−0.2 to 14.0 %"),
            (change(2.24), "+2.2 %"),
            (change(0.04), "0.0 %"),
            (change(-7.1), "−7.1 %"),
            (signed(1_500.0, 0), "+1,500"),
            (rounded(11.7), "12 %"),
            (rounded(9.97), "10 %"),
            (rounded(6.96), "7.0 %"),
            (as_claimed(13.4), "13.4"),
            (as_claimed(12.0), "12"),
        ];
        for (text, expected) in cases {
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn chances_never_read_as_none_or_all() {
        let cases = [
            (0.87, "87 %"),
            (0.0444, "4.4 %"),
            (1e-5, "< 0.1 %"),
            (0.9999, "> 99.9 %"),
        ];
        for (p, text) in cases {
            assert_eq!(probability(p), text);
        }
        assert_eq!(
            (p_value(0.0004), p_value(0.52)),
            ("< 0.001".into(), "0.52".into())
        );
    }
}
