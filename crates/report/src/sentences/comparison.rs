//! Whether mining became more resistant between two months, in sentences.

use hashquake_base::format::{capitalised, decimal, list, percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_explain::comparison::{Change, Comparison, Direction, Measure};

/// The answer, made from the numbers.
pub fn more_resistant(c: &Comparison) -> String {
    let went = |direction: Direction| -> Vec<String> {
        let measures = c.changes.iter().filter(|x| x.direction == direction);
        measures.filter_map(moved).collect()
    };
    let (fell, rose, open) = (
        went(Direction::Fell),
        went(Direction::Rose),
        went(Direction::CannotTell),
    );
    let answer = match (fell.is_empty(), rose.is_empty(), open.is_empty()) {
        (false, true, true) => "yes, by every measure here",
        (false, true, false) => "in part: something fell, nothing rose, the rest is open",
        (true, false, true) => "no, by every measure here",
        (true, false, false) => "no: something rose, nothing fell",
        (false, false, _) => "mixed",
        (true, true, _) => "one cannot tell",
    };
    let mut out = format!(
        "More resistant in {} than in {}? {}.",
        c.after.month,
        c.before.month,
        capitalised(answer)
    );
    for (what, which) in [("Fell", fell), ("Rose", rose), ("Indistinguishable", open)] {
        if !which.is_empty() {
            out += &format!(" {what}: {}.", list(&which));
        }
    }
    let carbon = c.changes.iter().find(|x| x.measure == Measure::GPerKwh);
    if let Some(x) = carbon {
        let went = match x.direction {
            Direction::CannotTell => "is indistinguishable from no change",
            Direction::Fell => "fell",
            Direction::Rose => "rose",
        };
        let (before, after) = (value(x.measure, x.before), value(x.measure, x.after));
        out += &format!(" Carbon intensity {went}: {before} to {after}.");
    }
    out
}

/// How a measure of resistance moved; nothing of carbon, which is company only.
fn moved(x: &Change) -> Option<String> {
    let what = match x.measure {
        Measure::HhiRegions => "the concentration of countries",
        Measure::HhiPools => "the concentration of pools",
        Measure::LargestRegionPercent => "the share of the largest country",
        Measure::GPerKwh => return None,
    };
    let (before, after) = (value(x.measure, x.before), value(x.measure, x.after));
    Some(format!("{what}, from {before} to {after}"))
}

/// A measure's median with its 90 % range and unit.
pub(crate) fn value(measure: Measure, q: Quantiles) -> String {
    let digits = |decimals| q.map(|x| decimal(x, decimals));
    match measure {
        Measure::LargestRegionPercent => format!("{} ({})", percent(q.p50), percent_range(q)),
        Measure::GPerKwh => {
            let q = digits(0);
            format!("{} g/kWh ({} to {})", q.p50, q.p05, q.p95)
        }
        Measure::HhiRegions | Measure::HhiPools => {
            let q = digits(3);
            format!("{} ({} to {})", q.p50, q.p05, q.p95)
        }
    }
}
