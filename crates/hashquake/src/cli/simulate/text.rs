//! A simulation as text for a terminal: sentences, totals, retargets, fans, regions, what is assumed.

use std::fmt::Write;

use comfy_table::{CellAlignment, Table};
use hashquake_base::fan::Fan;
use hashquake_base::format::column::capitalised;
use hashquake_base::format::column::sized;
use hashquake_base::format::column::{day, moment};
use hashquake_base::units::Seconds;
use hashquake_report::simulation::plot::terminal_fans;
use hashquake_sim::ensemble::answer::SimulationSummary;
use hashquake_sim::ensemble::shard::Column;
use hashquake_sim::output::RegionQuantity;

use hashquake_report::text::{plain_table, wrap};

const WIDTH: usize = 80;
/// Regions that are shown: those that change most.
const REGIONS: usize = 8;

/// The whole of it.
pub fn simulation(r: &SimulationSummary) -> String {
    let mut out = format!("{}\n\n{}\n\n", r.title, wrap(&r.question));
    let setting = format!(
        "{} runs from {} to {}, each beside the same world without the event; ranges hold 90 % of the runs.",
        r.runs,
        day(r.start),
        day(r.end)
    );
    let _ = writeln!(out, "{}\n", wrap(&setting));
    for paragraph in r.verdict.split("\n\n") {
        let _ = writeln!(out, "{}\n", wrap(paragraph));
    }
    let _ = writeln!(out, "{}\n", totals(r));
    if !r.retargets.is_empty() {
        let _ = writeln!(out, "{}\n", retargets(r));
    }
    let _ = writeln!(out, "{}\n", terminal_fans(r, WIDTH).trim_end());
    if let Some(table) = regions(r) {
        let _ = writeln!(out, "{table}\n");
    }
    out.push_str(&footer(r));
    out
}

fn range(f: &Fan) -> String {
    format!("{} ({} to {})", sized(f.p50), sized(f.p05), sized(f.p95))
}

/// The first column left, the rest right.
fn aligned(mut table: Table) -> Table {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn totals(r: &SimulationSummary) -> Table {
    let mut table = plain_table(&["over the run", "without", "with", "difference (90 %)"]);
    for row in &r.summary {
        let f = &row.fans;
        table.add_row([
            row.quantity.replace('_', " "),
            sized(f.counterfactual.p50),
            sized(f.scenario.p50),
            range(&f.difference),
        ]);
    }
    aligned(table)
}

fn retargets(r: &SimulationSummary) -> Table {
    const SHOWN: usize = 6;
    let mut table = plain_table(&["retarget at", "about", "without, %", "with, % (90 %)"]);
    for row in r.retargets.iter().take(SHOWN) {
        let days = row.days_after_start.scenario.p50;
        table.add_row([
            row.height.to_string(),
            day(r.start + (days * 86_400.0) as Seconds),
            sized(row.change_percent.counterfactual.p50),
            range(&row.change_percent.scenario),
        ]);
    }
    aligned(table)
}

/// Shares of the regions whose share differs most, at the step at which it does.
fn regions(r: &SimulationSummary) -> Option<Table> {
    let share = |c: Column| matches!(c, Column::Region(RegionQuantity::Share, _));
    let mut rows: Vec<_> = r
        .series
        .iter()
        .filter(|s| share(s.column))
        .filter_map(|s| Some((s.region.as_deref()?, s.most_different()?)))
        .filter(|(_, (_, f))| f.difference.excludes_zero())
        .collect();
    rows.sort_by(|a, b| {
        let size = |r: &(&str, (Seconds, &hashquake_sim::ensemble::fold::Fans))| {
            r.1.1.difference.p50.abs()
        };
        size(b).total_cmp(&size(a)).then(a.0.cmp(b.0))
    });
    if rows.is_empty() {
        return None;
    }
    let mut table = plain_table(&[
        "share of hashrate, %",
        "differs most",
        "without",
        "with",
        "difference (90 %)",
    ]);
    for (region, (time, f)) in rows.into_iter().take(REGIONS) {
        table.add_row([
            region.to_string(),
            day(time),
            sized(f.counterfactual.p50),
            sized(f.scenario.p50),
            range(&f.difference),
        ]);
    }
    Some(aligned(table))
}

fn footer(r: &SimulationSummary) -> String {
    let mut out = String::from("Assumed without a source:\n");
    let (tables, own): (Vec<_>, Vec<_>) = r.priors.iter().partition(|p| {
        ["tariff.", "carbon.", "part."]
            .iter()
            .any(|w| p.name.starts_with(w))
    });
    for p in own {
        let line = format!(
            "{}: {}. {}.",
            p.name,
            p.distribution,
            capitalised(&p.reason)
        );
        let _ = writeln!(out, "  {}", wrap(&line).replace('\n', "\n    "));
    }
    if !tables.is_empty() {
        let line = format!(
            "Wide priors stand for {} tariffs, carbon factors and parts of regions that no table knows (--format json lists them).",
            tables.len()
        );
        let _ = writeln!(out, "  {}", wrap(&line).replace('\n', "\n    "));
    }
    let from: Vec<&str> = r.sources.iter().map(|s| s.from.as_str()).collect();
    let text = format!(
        "hashquake {}, as of {}, seed {}. Again: {}. Sources: {}.",
        r.version,
        moment(r.as_of),
        r.seed,
        r.command,
        from.join("; ")
    );
    let _ = writeln!(out, "\n{}", wrap(&text));
    out
}
