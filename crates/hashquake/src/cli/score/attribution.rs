//! Simulated shocks that prove the attribution, as `score --only attribution` prints them.

use hashquake_explain::attribution::coverage::{
    self, Came, KINDS, Kind, TWO_DARK_TIMINGS, Timing, TwoDark,
};
use serde::Serialize;

use super::show;
use crate::cli::progress::Progress;
use hashquake_report::text::plain_table;

/// Simulated shocks of each kind and size.
const CASES: u32 = 1_000;
/// Simulated pairs of regions; each draws its own posterior.
const PAIRS: u32 = 40;
const LOSSES_PERCENT: [f64; 5] = [0.0, 5.0, 10.0, 13.4, 18.0];
const SEED: u64 = 0;

/// What came of all of them.
#[derive(Serialize)]
pub(super) struct Attribution {
    one_region: Vec<OneRegion>,
    two_regions: Vec<TwoRegions>,
}

#[derive(Serialize)]
struct OneRegion {
    kind: Kind,
    loss_percent: f64,
    cases: u32,
    #[serde(flatten)]
    came: Came,
}

#[derive(Serialize)]
struct TwoRegions {
    timing: Timing,
    cases: u32,
    #[serde(flatten)]
    came: TwoDark,
}

pub(super) fn simulated() -> Attribution {
    let kinds = KINDS.len() * LOSSES_PERCENT.len();
    let bar = Progress::new("simulating shocks", (kinds + TWO_DARK_TIMINGS.len()) as u64);
    let one = |kind, loss_percent| {
        let came = coverage::simulate(kind, loss_percent / 100.0, CASES, SEED);
        bar.forward();
        OneRegion {
            kind,
            loss_percent,
            cases: CASES,
            came,
        }
    };
    let two = |timing| {
        let came = coverage::two_dark(timing, PAIRS, SEED);
        bar.forward();
        TwoRegions {
            timing,
            cases: PAIRS,
            came,
        }
    };
    Attribution {
        one_region: KINDS
            .into_iter()
            .flat_map(|kind| LOSSES_PERCENT.map(|loss| one(kind, loss)))
            .collect(),
        two_regions: TWO_DARK_TIMINGS.into_iter().map(two).collect(),
    }
}

pub(super) fn print(card: &Attribution) {
    anstream::println!(
        "One region dark for 5 days after 28 days to compare with, {CASES} simulated cases of each kind: is its loss found?\n"
    );
    let mut table = plain_table(&[
        "blocks",
        "true loss, %",
        "held, %",
        "mean width, points",
        "median log10 odds",
        "odds over 10:1, %",
    ]);
    for row in &card.one_region {
        let kind = match row.kind {
            Kind::Unmarked => "all together",
            Kind::MarkedDiffuse => "by pool, pools alike",
            Kind::MarkedConcentrated => "by pool, pools unlike",
            Kind::MarkedWrong => "by pool, unlike but taken for alike",
        };
        let (found, se) = (100.0 * row.came.found, 100.0 * row.came.found_se);
        table.add_row([
            kind.to_string(),
            format!("{}", row.loss_percent),
            format!("{:.1}", 100.0 * row.came.covered),
            format!("{:.1}", 100.0 * row.came.width),
            format!("{:.2}", row.came.log10_bayes_factor),
            format!("{found:.1} ±{se:.1}"),
        ]);
    }
    show(table);
    anstream::println!(
        "Two regions with 15 and 12 % of the network, any part of each dark, {PAIRS} simulated cases: which was it?\n"
    );
    let mut table = plain_table(&[
        "dark",
        "said to be inseparable, %",
        "first held, %",
        "its width, points",
        "both together held, %",
        "their width, points",
    ]);
    for row in &card.two_regions {
        let timing = match row.timing {
            Timing::Together => "for the same 5 days",
            Timing::InTurn => "one after the other, 2.5 days each",
        };
        let percent = |x: f64| format!("{:.0}", 100.0 * x);
        table.add_row([
            timing.to_string(),
            percent(row.came.inseparable),
            percent(row.came.covered_first),
            format!("{:.1}", 100.0 * row.came.width_first),
            percent(row.came.covered_both),
            format!("{:.1}", 100.0 * row.came.width_both),
        ]);
    }
    show(table);
}
