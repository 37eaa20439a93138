//! How numbers, spans and moments are written for people: in sentences, tables, figures and pages alike.
//!
//! | what | written | by |
//! |---|---|---|
//! | a number | `−1,234.5` | [`decimal`], [`whole`] |
//! | an estimate in three digits | `1,170`, `34.9`, `0.4` | [`amount`] |
//! | numbers to be compared | `12,346`, `34.9`, `0.26` | [`sized`] |
//! | a percentage | `12.7 %`, `3.0 to 15.9 %`, `+2.2 %` | [`percent`], [`percent_range`], [`change`] |
//! | a probability | `87 %`, `< 0.1 %` | [`probability`] |
//! | a moment | `5 Jan 2022, 10:45 UTC`, `5 Jan 2022` | [`moment_utc`], [`moment`], [`day`] |
//! | a moment in a column | `2022-01-05 10:45` | [`minute`] |
//!
//! Commas stand between thousands from 1,000 on, a minus is U+2212, zero has no sign, and what is not a
//! finite number is an en dash. JSON, CSV and the coordinates of figures are not for people and do not
//! pass here. Left out: spaces that do not break, which only a page needs and sets itself; other
//! languages.

mod number;
mod time;
mod words;

pub use number::{
    amount, amounts, as_claimed, change, decimal, p_value, percent, percent_range, probability,
    rounded, signed, sized, whole,
};
pub use time::{
    bracket, clock, day, days_words, hours_or_days, minute, moment, moment_utc, short_moment,
};
pub use words::{
    capitalised, count, exact_words, list, range_words, sentence, sentence_case, signed_words,
};
