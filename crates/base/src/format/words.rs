//! Numbers as words of a sentence, and keys as words.

use std::fmt::Display;

use crate::format::number::{percent, percent_range, rounded, whole};
use crate::units::Quantiles;

/// `1 day`, `3 days`, `1,008 blocks`.
pub fn count(number: impl Display, noun: &str) -> String {
    let text = whole(number);
    let plural = if text == "1" { "" } else { "s" };
    format!("{text} {noun}{plural}")
}

/// A loss in percent, negative for a gain, for a headline: `a loss of 12 %`, `a gain of 2.2 %`.
pub fn signed_words(loss: f64) -> String {
    loss_or_gain(loss, rounded)
}

/// The same with its decimal: `a loss of 11.7 %`.
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

/// A 90 % range of a loss: `a gain of 0.2 % to a loss of 14.0 %`; without words where all of it is a loss.
pub fn range_words(q: Quantiles) -> String {
    if q.p05 >= 0.0 {
        return percent_range(q);
    }
    format!("{} to {}", exact_words(q.p05), exact_words(q.p95))
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
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
    let ended = text.ends_with(['.', '?', '!', '”']);
    capitalised(text) + if ended { "" } else { "." }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_across_zero_says_which_end_is_a_gain() {
        let q = |p05, p95| Quantiles { p05, p50: 7.0, p95 };
        assert_eq!(range_words(q(6.7, 16.6)), "6.7 to 16.6 %");
        assert_eq!(
            range_words(q(-0.24, 13.9)),
            "a gain of 0.2 % to a loss of 13.9 %"
        );
        assert_eq!(signed_words(-2.2), "a gain of 2.2 %");
    }

    #[test]
    fn phrases_become_sentences_and_counts_agree() {
        assert_eq!(
            (sentence("a phrase"), sentence("Done.")),
            ("A phrase.".into(), "Done.".into())
        );
        let names: Vec<String> = ["a", "b", "c"].map(String::from).into();
        assert_eq!(list(&names), "a, b and c");
        assert_eq!(
            (count(1, "day"), count(1_008, "block")),
            ("1 day".into(), "1,008 blocks".into())
        );
    }
}
