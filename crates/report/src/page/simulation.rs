//! The report of a simulation as one HTML page that needs nothing else: question, answer, fans, totals,
//! what is assumed, sources, how to repeat it.

use hashquake_base::fan::Fan;
use hashquake_base::format::{moment, sentence_case, sized};
use hashquake_sim::ensemble::priors::PriorRow;
use hashquake_sim::ensemble::summary::SimulationSummary;
use maud::{Markup, html};

use super::closing::{section, sources};
use super::panel::{panel, unbroken};
use super::shell;
use crate::document::simulate::SimulateAnswer;
use crate::envelope::Envelope;
use crate::figure::fans;
use crate::table::Table;

/// The page; the same simulation gives the same bytes.
pub fn page(document: &Envelope<SimulateAnswer>) -> String {
    let SimulateAnswer {
        verdict,
        summary: r,
    } = &document.answer;
    let version = &document.version;
    let first = verdict.lines().next().unwrap_or_default();
    let main = html! {
        (header(r, verdict))
        @for figure in fans::figures(r) { (panel(&figure, r.as_of, version)) }
        (section("Over the whole run", &totals(r)))
        (section("What is assumed without a source", &priors(r)))
        (sources(&r.sources, "What"))
        section class="cite" {
            h2 { "How to repeat it" }
            p {
                "hashquake " (version) ", seed " (r.seed) ", " (r.runs) " runs, sampler " (r.sampler.word())
                ". The same version, seed and inputs give the same page:"
            }
            pre { code { (document.command) } }
        }
    };
    shell::document(&r.title, first, version, main)
}

fn header(r: &SimulationSummary, verdict: &str) -> Markup {
    html! {
        header {
            p class="kicker" { "hashquake simulates" }
            h1 { (r.title) }
            p class="meta" { (r.question) }
            p class="meta" {
                (moment(r.start)) " to " (moment(r.end)) " UTC, on what was known by " (moment(r.as_of))
                " UTC; " (r.runs) " runs, each beside the same world without the event."
            }
        }
        section class="verdict" aria-label="Answer" {
            @for (i, paragraph) in verdict.split("\n\n").enumerate() {
                p class=[(i == 0).then_some("lead")] { (unbroken(paragraph)) }
            }
        }
    }
}

fn totals(r: &SimulationSummary) -> Table {
    let mut table = Table::new(&[
        "Total",
        "Unit",
        "Without (90 %)",
        "With (90 %)",
        "Difference (90 %)",
    ]);
    let range = |f: &Fan| format!("{} ({} to {})", sized(f.p50), sized(f.p05), sized(f.p95));
    table.rows = r
        .summary
        .iter()
        .map(|s| {
            let fans = [&s.fans.counterfactual, &s.fans.scenario, &s.fans.difference];
            let mut row = vec![sentence_case(s.quantity), s.unit.to_string()];
            row.extend(fans.map(range));
            row
        })
        .collect();
    table
}

fn priors(r: &SimulationSummary) -> Table {
    let mut table = Table::new(&["What", "Distribution or value", "Why"]);
    let row = |p: &PriorRow| vec![p.name.clone(), p.distribution.clone(), p.reason.clone()];
    table.rows = r.priors.iter().map(row).collect();
    table
}
