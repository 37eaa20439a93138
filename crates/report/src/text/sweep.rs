//! The answer of `sweep` for a terminal: a table of points, bars of a tornado, or Sobol indices.

use std::fmt::Write;

use hashquake_base::format::sized;
use hashquake_base::units::Quantiles;
use hashquake_sim::ensemble::sweep::{SweepSummary, TornadoRow};

use super::table::wrap;
use crate::table::Table;

/// Letters of the longest bar.
const BAR: f64 = 20.0;

/// The whole of it, sentences no wider than `width` letters.
pub fn sweep(s: &SweepSummary, width: usize) -> String {
    let points = s.points.iter().map(|p| p.point + 1).max().unwrap_or(0);
    let setting = format!(
        "{points} points of {} runs each, all with the same random numbers; means with the 90 % range of the mean.",
        s.runs
    );
    let said = match (s.tornado.is_empty(), s.sobol.is_empty()) {
        (false, _) => tornado(s, width),
        (_, false) => sobol(s, width),
        _ => points_table(s).to_text(width) + "\n",
    };
    format!(
        "{}\n\n{}\n\n{}\n\n{said}",
        s.title,
        wrap(&s.question, width),
        wrap(&setting, width)
    )
}

fn range(middle: f64, low: f64, high: f64) -> String {
    format!("{} ({} to {})", sized(middle), sized(low), sized(high))
}

fn points_table(s: &SweepSummary) -> Table {
    let mut head = vec!["point"];
    head.extend(s.keys.iter().map(String::as_str));
    head.extend(["total", "without", "with", "difference"]);
    let mut table = Table::new(&head);
    for p in &s.points {
        let mut row = vec![p.point.to_string()];
        row.extend(p.values.clone());
        row.push(p.quantity.replace('_', " "));
        row.extend([&p.counterfactual, &p.scenario].map(|t| sized(t.mean)));
        let d = &p.difference;
        row.push(range(d.mean, d.mean_p05, d.mean_p95));
        table.add_row(row);
    }
    table
}

/// Key by key a bar from the effect of the low end to that of the high one.
fn tornado(s: &SweepSummary, width: usize) -> String {
    let mut out = String::new();
    for same in s.tornado.chunk_by(|a, b| a.quantity == b.quantity) {
        let reach = |r: &TornadoRow| r.low_effect.p50.abs().max(r.high_effect.p50.abs());
        let most = same.iter().map(reach).fold(0.0, f64::max);
        let of = s.of.word();
        let _ = writeln!(out, "{}, {of}:", same[0].quantity.replace('_', " "));
        let mut table = Table::new(&["key", "value", "effect (90 %)", ""]);
        for r in same {
            for (value, q) in [(&r.low, r.low_effect), (&r.high, r.high_effect)] {
                let length = if most > 0.0 {
                    q.p50.abs() / most * BAR
                } else {
                    0.0
                };
                let letter = if q.p50 < 0.0 { "░" } else { "█" };
                let effect = range(q.p50, q.p05, q.p95);
                let bar = letter.repeat(length.round() as usize);
                table.add_row([r.key.clone(), value.clone(), effect, bar]);
            }
        }
        let _ = writeln!(out, "{}\n", table.to_text(width));
    }
    out.push_str("█ raises, ░ lowers, against the scenario as it stands.\n");
    out
}

fn sobol(s: &SweepSummary, width: usize) -> String {
    let mut table = Table::new(&["total", "key", "first order (90 %)", "total order (90 %)"]);
    let part = |q: Quantiles| format!("{:.2} ({:.2} to {:.2})", q.p50, q.p05, q.p95);
    for r in &s.sobol {
        table.add_row([
            r.quantity.replace('_', " "),
            r.key.clone(),
            part(r.first_order),
            part(r.total_order),
        ]);
    }
    let note = format!(
        "Parts of the variance of the mean {} over the ranges: first order is what goes when the key alone is known, total order what stays when all others are.",
        s.of.word()
    );
    format!("{}\n\n{}\n", table.to_text(width), wrap(&note, width))
}
