//! The answer of `simulate` for a terminal: sentences, totals, retargets, fans, regions, what is assumed.

use std::fmt::Write;

use hashquake_base::fan::Fan;
use hashquake_base::format::{capitalised, day, moment, sized};
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::priors::PriorRow;
use hashquake_sim::ensemble::summary::SimulationSummary;

use super::fans::terminal_fans;
use super::table::wrap;
use crate::document::simulate::SimulateAnswer;
use crate::envelope::Envelope;
use crate::table::Table;

/// Regions that are shown: those that change most.
const REGIONS: usize = 8;

/// The whole of it, no line wider than `width` letters.
pub fn simulate(document: &Envelope<SimulateAnswer>, width: usize) -> String {
    let SimulateAnswer {
        verdict,
        summary: r,
    } = &document.answer;
    let mut out = format!("{}\n\n{}\n\n", r.title, wrap(&r.question, width));
    let setting = format!(
        "{} runs from {} to {}, each beside the same world without the event; ranges hold 90 % of the runs.",
        r.runs,
        day(r.start),
        day(r.end)
    );
    let _ = writeln!(out, "{}\n", wrap(&setting, width));
    for paragraph in verdict.split("\n\n") {
        let _ = writeln!(out, "{}\n", wrap(paragraph, width));
    }
    let _ = writeln!(out, "{}\n", totals(r).to_text(width));
    if !r.retargets.is_empty() {
        let _ = writeln!(out, "{}\n", retargets(r).to_text(width));
    }
    let _ = writeln!(out, "{}\n", terminal_fans(r, width).trim_end());
    if let Some(table) = regions(r) {
        let _ = writeln!(out, "{}\n", table.to_text(width));
    }
    out.push_str(&priors(&r.priors, width));
    out.push_str(&footer(document, width));
    out
}

/// What `simulate --shard` says while shards of other machines are open.
pub fn shards(plan: Plan, open: usize) -> String {
    let done = plan.shards() as usize - open;
    format!(
        "{done} of {} shards are here. With all of them in one folder, the same command without --shard puts them together.\n",
        plan.shards()
    )
}

fn range(f: &Fan) -> String {
    format!("{} ({} to {})", sized(f.p50), sized(f.p05), sized(f.p95))
}

fn totals(r: &SimulationSummary) -> Table {
    let mut table = Table::new(&["over the run", "without", "with", "difference (90 %)"]);
    for row in &r.summary {
        let f = &row.fans;
        table.add_row([
            row.quantity.replace('_', " "),
            sized(f.counterfactual.p50),
            sized(f.scenario.p50),
            range(&f.difference),
        ]);
    }
    table
}

fn retargets(r: &SimulationSummary) -> Table {
    const SHOWN: usize = 6;
    let mut table = Table::new(&["retarget at", "about", "without, %", "with, % (90 %)"]);
    for row in r.retargets.iter().take(SHOWN) {
        table.add_row([
            row.height.to_string(),
            day(row.time(r.start)),
            sized(row.change_percent.counterfactual.p50),
            range(&row.change_percent.scenario),
        ]);
    }
    table
}

/// Shares of the regions whose share differs most, at the step at which it does.
fn regions(r: &SimulationSummary) -> Option<Table> {
    let rows = r.shares_that_differ();
    if rows.is_empty() {
        return None;
    }
    let mut table = Table::new(&[
        "share of hashrate, %",
        "differs most",
        "without",
        "with",
        "difference (90 %)",
    ]);
    for (series, time, f) in rows.into_iter().take(REGIONS) {
        table.add_row([
            series.region.clone().unwrap_or_default(),
            day(time),
            sized(f.counterfactual.p50),
            sized(f.scenario.p50),
            range(&f.difference),
        ]);
    }
    Some(table)
}

/// Two spaces before the first line of an item, four before the others.
fn item(text: &str, width: usize) -> String {
    let lines = wrap(text, width.saturating_sub(4));
    format!("  {}\n", lines.replace('\n', "\n    "))
}

fn priors(priors: &[PriorRow], width: usize) -> String {
    let mut out = String::from("Assumed without a source:\n");
    let (tables, own): (Vec<_>, Vec<_>) = priors.iter().partition(|p| p.of_region);
    for p in own {
        let line = format!(
            "{}: {}. {}.",
            p.name,
            p.distribution,
            capitalised(&p.reason)
        );
        out.push_str(&item(&line, width));
    }
    if !tables.is_empty() {
        let line = format!(
            "Wide priors stand for {} tariffs, carbon factors and parts of regions that no table knows (--format json lists them).",
            tables.len()
        );
        out.push_str(&item(&line, width));
    }
    out
}

fn footer(document: &Envelope<SimulateAnswer>, width: usize) -> String {
    let r = &document.answer.summary;
    let from: Vec<&str> = r.sources.iter().map(|s| s.from.as_str()).collect();
    let text = format!(
        "hashquake {}, as of {}, seed {}. Again: {}. Sources: {}.",
        document.version,
        moment(r.as_of),
        r.seed,
        document.command,
        from.join("; ")
    );
    format!("\n{}\n", wrap(&text, width))
}
