//! The shipped thresholds, and those between them.
//!
//! The table is what `hashquake detect --calibrate` prints; between its rows a threshold is linear in the
//! logarithm of the rate, as the tail of a CUSUM is.

use std::fmt::Write;
use std::sync::OnceLock;

use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::table_reader::deserialize;
use serde::Deserialize;

use crate::detect::background::Background;
use crate::detect::bank::TESTS;

const TABLE: &str = include_str!("../../data/thresholds.csv");
const HEAD: &str =
    "background,false_alarms_per_year,fall_10,fall_20,fall_35,rise_11,rise_25,rise_54,hindsight";

/// What a shock must be worth to be called, nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Online, a test each.
    pub tests: [f64; TESTS],
    /// In hindsight, a stretch.
    pub hindsight: f64,
}

/// Thresholds for a number of false alarms a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// How the hashrate moves where there is no shock.
    pub background: Background,
    /// Shocks called a year without there being one.
    pub false_alarms_per_year: f64,
    /// What they must be worth.
    pub thresholds: Thresholds,
}

/// A number of false alarms a year for which there are no thresholds.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum RateError {
    /// Nothing is ever certain.
    #[error(
        "{asked} false alarms a year cannot be: a detector that never errs never calls anything. Give a number from {low} to {high}, for instance 1"
    )]
    NotPositive {
        /// What was asked for.
        asked: f64,
        /// The lowest in the table.
        low: f64,
        /// The highest in the table.
        high: f64,
    },
    /// The simulation did not go there.
    #[error(
        "{asked} false alarms a year lie outside the calibrated range: give a number from {low} to {high}"
    )]
    OutsideTable {
        /// What was asked for.
        asked: f64,
        /// The lowest in the table.
        low: f64,
        /// The highest in the table.
        high: f64,
    },
}

/// The shipped table, by background and rate.
pub fn shipped() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| parse(TABLE).expect("the shipped table is right"))
}

/// The thresholds for `false_alarms_per_year` on `background`.
///
/// # Errors
/// [`RateError`] when the rate is none or lies outside the table.
pub fn at(background: Background, false_alarms_per_year: f64) -> Result<Thresholds, RateError> {
    let rows: Vec<&Row> = shipped()
        .iter()
        .filter(|r| r.background == background)
        .collect();
    let rate = |i: usize| rows[i].false_alarms_per_year;
    let (asked, low, high) = (false_alarms_per_year, rate(0), rate(rows.len() - 1));
    if asked.is_nan() || asked <= 0.0 {
        return Err(RateError::NotPositive { asked, low, high });
    }
    if !(low..=high).contains(&asked) {
        return Err(RateError::OutsideTable { asked, low, high });
    }
    let i = rows
        .partition_point(|r| r.false_alarms_per_year < asked)
        .clamp(1, rows.len() - 1);
    let ln = libm::log;
    let part = (ln(asked) - ln(rate(i - 1))) / (ln(rate(i)) - ln(rate(i - 1)));
    let between = |a: f64, b: f64| a + part * (b - a);
    let (a, b) = (rows[i - 1].thresholds, rows[i].thresholds);
    Ok(Thresholds {
        tests: core::array::from_fn(|k| between(a.tests[k], b.tests[k])),
        hindsight: between(a.hindsight, b.hindsight),
    })
}

/// The table as CSV, as it is shipped.
pub fn to_csv(rows: &[Row]) -> String {
    let mut out = format!("{HEAD}\n");
    for row in rows {
        let _ = write!(
            out,
            "{},{}",
            row.background.word(),
            row.false_alarms_per_year
        );
        for nats in row.thresholds.tests {
            let _ = write!(out, ",{nats:.3}");
        }
        let _ = writeln!(out, ",{:.3}", row.thresholds.hindsight);
    }
    out
}

fn parse(text: &str) -> Result<Vec<Row>, Diagnostics> {
    #[derive(Deserialize)]
    struct Line(Background, f64, [f64; TESTS], f64);
    let row = |Line(background, false_alarms_per_year, tests, hindsight)| Row {
        background,
        false_alarms_per_year,
        thresholds: Thresholds { tests, hindsight },
    };
    let lines = deserialize("thresholds.csv", text)?;
    Ok(lines.into_iter().map(row).collect())
}
