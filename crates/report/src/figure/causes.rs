//! Causes weighed against each other: what was believed before the evidence, and what after.
//!
//! A ring stands at the prior, a bar ends at the posterior. The posterior is the prior times the
//! likelihood of onset, end, size and place under the cause, scaled to sum to one over the causes that
//! were weighed; so it can be no surer than the list is complete, which is why "unknown" stands on it.

use super::pools::{ROW, columns, row_label, rules};
use crate::figure::frame::Frame;
use crate::figure::layout::Layout;
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, svg};
use crate::figure::scale::Scale;
use crate::svg::{Drawing, Mark};
use crate::table::Table;
use hashquake_base::format::{decimal, probability};
use hashquake_explain::explanation::Explanation;
use hashquake_explain::explanation::attribution::{CauseName, CauseRow};

const ID: &str = "causes";

/// The figure; `None` without causes.
pub fn figure(e: &Explanation) -> Option<Figure> {
    let rows = e.causes.as_slice();
    let first = rows.first()?;
    let description = rows
        .iter()
        .map(|c| {
            format!(
                "{}: {} before, {} after",
                name(c.cause),
                probability(c.prior),
                probability(c.posterior)
            )
        })
        .collect::<Vec<_>>()
        .join("; ");
    let picture = |layout| {
        let (drawing, height) = draw(rows, layout);
        svg(ID, layout, height, &description, drawing)
    };
    Some(Figure {
        id: ID.to_string(),
        title: finding(e, first, rows.get(1)),
        unit: "Probability of each cause before and after the evidence, percent".to_string(),
        note: "The probabilities before are assumptions and stand in the table; the evidence is the \
               likelihood ratio against luck, split into when it happened and how large and where it was. \
               Only the causes listed were weighed."
            .to_string(),
        key: Vec::new(),
        source: "the evidence and the dated statements below".to_string(),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(rows),
    })
}

/// A cause in words.
pub fn name(cause: CauseName) -> &'static str {
    match cause {
        CauseName::Luck => "luck, no loss",
        CauseName::InternetOutage => "internet outage",
        CauseName::PowerCut => "power cut",
        CauseName::Curtailment => "curtailment",
        CauseName::Unrest => "unrest",
        CauseName::Ban => "ban",
        CauseName::Price => "price",
        CauseName::DifficultyOrHalving => "difficulty or halving",
        CauseName::Unknown => "unknown",
    }
}

fn finding(e: &Explanation, first: &CauseRow, second: Option<&CauseRow>) -> String {
    let leads = e.findings.cause.is_some_and(|c| c.leads);
    let (leader, chance) = (name(first.cause), probability(first.posterior));
    match second {
        Some(next) if !leads => format!(
            "Not settled: {leader} ({chance}) or {} ({})",
            name(next.cause),
            probability(next.posterior)
        ),
        _ => format!("Of the causes weighed, most likely {leader}: {chance}"),
    }
}

fn draw(rows: &[CauseRow], layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let entries = [
        (Swatch::Mark("prior", Mark::Ring), "before the evidence"),
        (Swatch::Fill("bar-fill"), "after it"),
    ];
    let top = legend(&mut d, layout, 0.0, &entries) + layout.pick(20.0, 8.0);
    let frame = Frame {
        left: layout.pick(154.0, 148.0),
        right: layout.width() - layout.pick(150.0, 14.0),
        top,
        bottom: top + rows.len() as f64 * ROW,
    };
    let x = Scale::new((0.0, 100.0), frame.across());
    rules(&mut d, frame, x, layout);
    for (i, row) in rows.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * ROW;
        row_label(&mut d, frame, y, name(row.cause));
        let to = x.clamped(100.0 * row.posterior);
        d.rect("bar-fill", frame.left, y - 8.0, to - frame.left, 16.0);
        d.mark("prior", Mark::Ring, (x.clamped(100.0 * row.prior), y), 4.5);
        if layout == Layout::Wide {
            let cells = [probability(row.prior), probability(row.posterior)];
            columns(&mut d, "small", y + 4.0, &cells);
        }
    }
    d.line("zero", (frame.left, frame.top), (frame.left, frame.bottom));
    if layout == Layout::Wide {
        let heads = ["before".to_string(), "after".to_string()];
        columns(&mut d, "tick", frame.top - 4.0, &heads);
    }
    (d, frame.bottom + 24.0)
}

fn table(rows: &[CauseRow]) -> Table {
    let mut table = Table::new(&[
        "Cause",
        "Before",
        "log₁₀ likelihood ratio against luck",
        "of it when",
        "of it size and place",
        "After",
    ]);
    table.rows = rows
        .iter()
        .map(|c| {
            vec![
                name(c.cause).to_string(),
                probability(c.prior),
                decimal(c.log10_likelihood_ratio, 2),
                decimal(c.log10_timing, 2),
                decimal(c.log10_size, 2),
                probability(c.posterior),
            ]
        })
        .collect();
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_title_names_a_cause_only_when_one_leads() {
        let mut e = sample::kazakhstan();
        let title = figure(&e).unwrap().title;
        assert_eq!(
            title,
            "Of the causes weighed, most likely internet outage: 87 %"
        );
        for cause in &mut e.causes {
            cause.posterior = if cause.cause == CauseName::Unrest {
                0.5
            } else {
                0.05
            };
        }
        e.causes.sort_by(|a, b| b.posterior.total_cmp(&a.posterior));
        e.findings = hashquake_explain::findings::read(&e);
        let title = figure(&e).unwrap().title;
        assert!(title.starts_with("Not settled: unrest (50"), "{title}");
        e.causes.clear();
        assert!(figure(&e).is_none());
    }

    #[test]
    fn every_cause_has_a_row_in_order() {
        let e = sample::kazakhstan();
        let figure = figure(&e).unwrap();
        assert_eq!(figure.table.rows.len(), 9);
        assert_eq!(figure.table.rows[0][0], "internet outage");
        assert_eq!(figure.table.rows[0][2], "3.30");
        roxmltree::Document::parse(&figure.narrow).unwrap();
    }
}
