//! How the attribution to regions did on simulated shocks, as tables.

use hashquake_base::format::decimal;
use hashquake_explain::attribution::coverage::{Kind, Timing};

use crate::document::score::{AttributionCoverage, OneRegion, TwoRegions};
use crate::table::Table;

/// One region dark, then two; each under its title.
pub(super) fn tables(answer: &AttributionCoverage) -> Vec<(String, Table)> {
    let one = answer.one_region.first().map(|first| {
        let title = format!(
            "One region dark for 5 days after 28 days to compare with, {} simulated cases of each kind: is its loss found?",
            first.cases
        );
        (title, one_region(&answer.one_region))
    });
    let two = answer.two_regions.first().map(|first| {
        let title = format!(
            "Two regions with 15 and 12 % of the network, any part of each dark, {} simulated cases: which was it?",
            first.cases
        );
        (title, two_regions(&answer.two_regions))
    });
    one.into_iter().chain(two).collect()
}

fn one_region(rows: &[OneRegion]) -> Table {
    let mut table = Table::new(&[
        "blocks",
        "true loss, %",
        "held, %",
        "mean width, points",
        "median log10 odds",
        "odds over 10:1, %",
    ]);
    for row in rows {
        let kind = match row.kind {
            Kind::Unmarked => "all together",
            Kind::MarkedDiffuse => "by pool, pools alike",
            Kind::MarkedConcentrated => "by pool, pools unlike",
            Kind::MarkedWrong => "by pool, unlike but taken for alike",
        };
        let c = row.coverage;
        table.add_row([
            kind.to_string(),
            row.loss_percent.to_string(),
            decimal(100.0 * c.covered, 1),
            decimal(100.0 * c.width, 1),
            decimal(c.log10_bayes_factor, 2),
            format!(
                "{} ±{}",
                decimal(100.0 * c.found, 1),
                decimal(100.0 * c.found_se, 1)
            ),
        ]);
    }
    table
}

fn two_regions(rows: &[TwoRegions]) -> Table {
    let mut table = Table::new(&[
        "dark",
        "said to be inseparable, %",
        "first held, %",
        "its width, points",
        "both together held, %",
        "their width, points",
    ]);
    for row in rows {
        let timing = match row.timing {
            Timing::Together => "for the same 5 days",
            Timing::InTurn => "one after the other, 2.5 days each",
        };
        let c = row.coverage;
        table.add_row([
            timing.to_string(),
            decimal(100.0 * c.inseparable, 0),
            decimal(100.0 * c.covered_first, 0),
            decimal(100.0 * c.width_first, 1),
            decimal(100.0 * c.covered_both, 0),
            decimal(100.0 * c.width_both, 1),
        ]);
    }
    table
}
