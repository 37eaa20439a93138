//! Cells and lines that the tables of the world share.

use hashquake_base::format::{decimal, percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_world::month::Month;

use crate::table::Table;
use crate::text::table::wrap;

/// A table with words below it.
pub(super) fn page(table: &Table, words: &str, width: usize) -> String {
    format!("{}\n\n{}\n", table.to_text(width), wrap(words, width))
}

/// What is not known is an empty cell.
pub(super) fn or_empty<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |v| v.to_string())
}

/// `37.8 % (28.1 to 48.6 %)`.
pub(super) fn with_range(q: Quantiles) -> String {
    format!("{} ({})", percent(q.p50), percent_range(q))
}

/// The 90 % range alone: `52 to 85`.
pub(super) fn range(q: Quantiles, decimals: usize) -> String {
    format!(
        "{} to {}",
        decimal(q.p05, decimals),
        decimal(q.p95, decimals)
    )
}

/// The stretch that a figure describes: `2021-12`, `2021-09 to 2021-12`.
pub(super) fn months(from: Month, to: Month) -> String {
    if from == to {
        from.to_string()
    } else {
        format!("{from} to {to}")
    }
}
