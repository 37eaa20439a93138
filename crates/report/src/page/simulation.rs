//! The report of a simulation as one HTML page that needs nothing else: question, answer, fans, totals,
//! what is assumed, sources, how to repeat it.

use std::fmt::Write;

use super::{opening, panel, parts};
use crate::figure::{Table, fans};
use crate::svg::escape;
use hashquake_base::fan::Fan;
use hashquake_base::format::column::sized;
use hashquake_base::format::column::{moment, sentence_case};
use hashquake_sim::ensemble::answer::SimulationSummary;

/// The page; the same simulation gives the same bytes.
pub fn page(r: &SimulationSummary) -> String {
    let mut out = String::with_capacity(300_000);
    let first = r.verdict.lines().next().unwrap_or_default();
    opening(&mut out, &r.title, first, &r.version);
    header(&mut out, r);
    for figure in fans::figures(r) {
        panel(&mut out, &figure, r.as_of, &r.version);
    }
    section(&mut out, "Over the whole run", &totals(r));
    section(&mut out, "What is assumed without a source", &priors(r));
    section(&mut out, "Sources", &sources(r));
    let _ = write!(
        out,
        "<section class=\"cite\">\n<h2>How to repeat it</h2>\n<p>hashquake {}, seed {}, {} runs, sampler {}. \
         The same version, seed and inputs give the same page:</p>\n<pre><code>{}</code></pre>\n</section>\n",
        escape(&r.version),
        r.seed,
        r.runs,
        escape(&r.sampler),
        escape(&r.command)
    );
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn header(out: &mut String, r: &SimulationSummary) {
    let _ = write!(
        out,
        "<header>\n<p class=\"kicker\">hashquake simulates</p>\n<h1>{}</h1>\n<p class=\"meta\">{}</p>\n\
         <p class=\"meta\">{} to {} UTC, on what was known by {} UTC; {} runs, each beside the same world \
         without the event.</p>\n</header>\n<section class=\"verdict\" aria-label=\"Answer\">\n",
        escape(&r.title),
        escape(&r.question),
        moment(r.start),
        moment(r.end),
        moment(r.as_of),
        r.runs
    );
    for (i, paragraph) in r.verdict.split("\n\n").enumerate() {
        let class = if i == 0 { " class=\"lead\"" } else { "" };
        let _ = writeln!(out, "<p{class}>{}</p>", escape(paragraph));
    }
    out.push_str("</section>\n");
}

fn section(out: &mut String, title: &str, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "<section>\n<h2>{title}</h2>");
    parts::table(out, title, table);
    out.push_str("</section>\n");
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
    let row = |p: &hashquake_sim::ensemble::answer::PriorRow| {
        vec![p.name.clone(), p.distribution.clone(), p.reason.clone()]
    };
    table.rows = r.priors.iter().map(row).collect();
    table
}

fn sources(r: &SimulationSummary) -> Table {
    let mut table = Table::new(&["What", "From", "Licence"]);
    let row = |s: &hashquake_explain::explanation::Source| {
        vec![s.what.clone(), s.from.clone(), s.licence.clone()]
    };
    table.rows = r.sources.iter().map(row).collect();
    table
}
