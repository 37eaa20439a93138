//! Two months side by side.

use hashquake_base::format::{decimal, percent};
use hashquake_base::units::{Quantiles, date};
use hashquake_explain::comparison::{Change, Comparison, Direction, Measure, Side};

use crate::document::world::ResistanceCompared;
use crate::sentences::comparison::value;
use crate::table::Table;
use crate::text::table::wrap;

/// Each measure at both months, the answer in a paragraph, and what it rests on.
pub fn compare(answer: &ResistanceCompared, width: usize) -> String {
    let c = &answer.comparison;
    let mut table = Table::new(&[
        "measure",
        "before",
        "after",
        "probability it fell",
        "verdict",
    ]);
    c.changes.iter().for_each(|x| table.add_row(row(x)));
    for (what, of) in SIDES {
        table.add_row([what.to_string(), of(&c.before), of(&c.after)]);
    }
    let sources: Vec<&str> = answer.sources.clone();
    let (map, rest) = sources
        .split_first()
        .map_or(("", &[][..]), |(m, r)| (*m, r));
    let basis = format!(
        "Sources: {map}; {}; {}. The errors of both months are drawn independently.",
        known(c),
        rest.join("; ")
    );
    [
        table.to_text(width),
        wrap(&answer.verdict, width),
        wrap(&basis, width),
    ]
    .join("\n\n")
        + "\n"
}

fn row(x: &Change) -> [String; 5] {
    let name = match x.measure {
        Measure::HhiRegions => "concentration of countries (HHI)",
        Measure::LargestRegionPercent => "loss if the largest country goes dark",
        Measure::HhiPools => "concentration of pools (HHI)",
        Measure::GPerKwh => "carbon intensity, countries' averages",
    };
    let went = match x.direction {
        Direction::Fell => "fell",
        Direction::Rose => "rose",
        Direction::CannotTell => "cannot tell",
    };
    [
        name.to_string(),
        value(x.measure, x.before),
        value(x.measure, x.after),
        decimal(x.probability_fell, 2),
        went.to_string(),
    ]
}

/// A cell of a month.
type OfSide = fn(&Side) -> String;

/// What is shown of each month without being compared.
const SIDES: [(&str, OfSide); 4] = [
    ("largest country", |s| {
        let probability = decimal(s.largest_probability, 2);
        format!("{}, probability {probability}", s.largest_name)
    }),
    ("fewest countries with a majority", |s| {
        count(s.smallest_majority_regions)
    }),
    ("fewest pools with a majority", |s| {
        s.smallest_majority_pools
            .map_or("not covered".to_string(), count)
    }),
    ("coal in the mix, as printed", |s| {
        s.coal_percent.map_or("not known".to_string(), percent)
    }),
];

fn count(q: Quantiles<u32>) -> String {
    format!("{} ({} to {})", q.p50, q.p05, q.p95)
}

fn known(c: &Comparison) -> String {
    let side = |s: &Side| {
        let away = if s.months_away > 0.0 {
            format!(", the map's {} widened", s.map_month)
        } else {
            String::new()
        };
        format!("{} known from {}{away}", s.month, date(s.known_at))
    };
    format!("{} and {}", side(&c.before), side(&c.after))
}
