//! The Cambridge map as printed.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::month::Month;
use crate::region::{self, Code};
use crate::table;

/// What the headline source is called where it is printed.
pub const MAP: &str = "Cambridge Bitcoin Electricity Consumption Index, mining map";

#[derive(Deserialize)]
struct Cell {
    month: Month,
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    percent: f64,
}

fn cells() -> &'static [Cell] {
    static CELLS: OnceLock<Vec<Cell>> = OnceLock::new();
    CELLS.get_or_init(|| table::rows(table::MAP))
}

/// The map's first month.
pub fn first_month() -> Month {
    cells()[0].month
}

/// The shares of a month as printed: region and percent.
pub fn printed(month: Month) -> impl Iterator<Item = (&'static str, f64)> {
    let of = cells().iter().filter(move |c| c.month == month);
    of.map(|c| (c.region, c.percent))
}
