//! The scorecard as tables.

use hashquake_base::format::{decimal, signed};
use hashquake_base::units::{Span, date};
use hashquake_observe::retarget_score::{CHECKPOINTS, RetargetScore};
use hashquake_observe::score::{FILTER, NextBlocksScore, OneStepScore};

use super::table::wrap;
use super::{attribution_score, columns, detect};
use crate::document::score::{FusionCoverage, PathScores, Scores};
use crate::envelope::Envelope;
use crate::table::Table;

/// Every table of what was scored, each under its title.
pub fn score(document: &Envelope<Scores>, width: usize) -> String {
    let answer = &document.answer;
    let mut parts: Vec<(String, Table)> = Vec::new();
    if let Some(window) = answer.window {
        parts.extend(estimators(&answer.estimators, window));
        parts.extend(next_blocks(&answer.next_blocks));
    }
    parts.extend(retargets(&answer.retargets));
    if let Some(tally) = &answer.detection {
        let title = "Shocks called online at one false alarm a year, against the atlas without the cases whose window begins with a retarget";
        parts.push((title.to_string(), detect::tally(tally)));
    }
    parts.extend(fusion(&answer.fusion));
    if let Some(attribution) = &answer.attribution {
        parts.extend(attribution_score::tables(attribution));
    }
    parts.extend(answer.paths.iter().map(paths));
    let mut out = String::new();
    for (title, table) in &parts {
        let rows = columns::to_text(table, 1, width);
        out.push_str(&format!("{}\n\n{rows}\n\n", wrap(title, width)));
    }
    let last = answer.last_block;
    out + &format!("Blocks to {}. hashquake {}\n", last.time, document.version)
}

/// A difference with its standard error.
fn with_error(mean: f64, se: f64, decimals: usize) -> String {
    format!("{} ±{}", signed(mean, decimals), decimal(se, decimals))
}

fn estimators(rows: &[OneStepScore], window: Span) -> [(String, Table); 2] {
    let ours = rows.iter().filter(|r| r.name == FILTER);
    let years = ours.filter_map(|r| r.year).map(|year| year.to_string());
    let head: Vec<String> = ["rule", "all"]
        .map(str::to_string)
        .into_iter()
        .chain(years)
        .collect();
    let mut by_year = Table::new(&head);
    for rule in rows.chunk_by(|a, b| a.name == b.name) {
        let scores = rule.iter();
        let scores = scores.map(|r| with_error(r.log_score_mnats, r.log_score_se, 2));
        by_year.add_row(core::iter::once(rule[0].name.clone()).chain(scores));
    }
    let mut against_ours = Table::new(&[
        "rule",
        "than hashquake",
        "50 % band",
        "90 % band",
        "PIT distance",
        "intervals",
    ]);
    for row in rows.iter().filter(|r| r.year.is_none()) {
        against_ours.add_row([
            row.name.clone(),
            with_error(row.versus_hashquake_mnats, row.se, 2),
            decimal(row.coverage50, 3),
            decimal(row.coverage90, 3),
            decimal(row.pit_ks, 4),
            row.n.to_string(),
        ]);
    }
    let title = format!(
        "Real blocks, {} to {}: log score of the next interval, mnats a block more than MA14d",
        date(window.start),
        date(window.end)
    );
    let second = "The same, less hashquake's; and how well the interval was predicted";
    [(title, by_year), (second.to_string(), against_ours)]
}

fn next_blocks(rows: &[NextBlocksScore]) -> Vec<(String, Table)> {
    let part = |rows: &[NextBlocksScore]| {
        let mut table = Table::new(&[
            "rule",
            "gain",
            "than hashquake",
            "50 % band",
            "90 % band",
            "forecasts",
        ]);
        for row in rows {
            table.add_row([
                row.name.clone(),
                with_error(row.nats, row.nats_se, 3),
                with_error(row.versus_hashquake_nats, row.se, 3),
                decimal(row.coverage50, 3),
                decimal(row.coverage90, 3),
                row.n.to_string(),
            ]);
        }
        let title = format!(
            "The time of the next {} blocks: nats a forecast more than MA7d, and how often it fell inside",
            rows[0].blocks
        );
        (title, table)
    };
    rows.chunk_by(|a, b| a.blocks == b.blocks)
        .map(part)
        .collect()
}

fn retargets(rows: &[RetargetScore]) -> Vec<(String, Table)> {
    let Some(first) = rows.first() else {
        return Vec::new();
    };
    let title = format!(
        "The next retarget, predicted so many blocks into each of {} epochs: CRPS of ln of the change, times 100",
        first.epochs
    );
    vec![
        (title, by_checkpoint(rows, |r| decimal(r.crps_percent, 2))),
        (
            "The same, less hashquake's".to_string(),
            by_checkpoint(rows, |r| with_error(r.versus_hashquake_percent, r.se, 2)),
        ),
        (
            "Mean absolute error of its median, percent".to_string(),
            by_checkpoint(rows, |r| decimal(r.mae_percent, 2)),
        ),
        (
            "Mean error of the median date, hours".to_string(),
            by_checkpoint(rows, |r| decimal(r.date_error_hours, 1)),
        ),
        (
            "How often the 90 % band held".to_string(),
            by_checkpoint(rows, |r| decimal(r.coverage90.unwrap_or(f64::NAN), 2)),
        ),
    ]
}

fn by_checkpoint(rows: &[RetargetScore], cell: impl Fn(&RetargetScore) -> String) -> Table {
    let blocks = CHECKPOINTS.iter().map(u32::to_string);
    let head: Vec<String> = core::iter::once("rule".to_string()).chain(blocks).collect();
    let mut table = Table::new(&head);
    for rule in rows.chunk_by(|a, b| a.name == b.name) {
        let at = |block: &u32| rule.iter().find(|r| r.block == *block).map(&cell);
        let cells = CHECKPOINTS.iter();
        let cells = cells.map(|block| at(block).unwrap_or_default());
        table.add_row(core::iter::once(rule[0].name.clone()).chain(cells));
    }
    table
}

fn fusion(rows: &[FusionCoverage]) -> Option<(String, Table)> {
    let first = rows.first()?;
    let mut table = Table::new(&[
        "true loss, %",
        "pools that report",
        "held, %",
        "mean width, points",
        "odds over 10:1, %",
    ]);
    for row in rows {
        table.add_row([
            row.loss_percent.to_string(),
            row.reporting_pools.to_string(),
            decimal(100.0 * row.coverage.covered, 1),
            decimal(100.0 * row.coverage.width, 1),
            decimal(100.0 * row.coverage.found, 1),
        ]);
    }
    let title = format!(
        "Simulated shocks of 5 days, {} of each kind: does the fused 90 % interval hold the truth?",
        first.cases
    );
    Some((title, table))
}

fn paths(scores: &PathScores) -> (String, Table) {
    let mut table = Table::new(&[
        "rule",
        "regret, mnats",
        "RMSE, %",
        "90 % band holds, %",
        "its width, %",
    ]);
    for row in &scores.rows {
        table.add_row([
            row.name.clone(),
            decimal(row.regret_mnats, 2),
            decimal(row.rmse_percent, 1),
            decimal(row.coverage_percent, 0),
            decimal(row.width_percent, 0),
        ]);
    }
    let title = format!(
        "Synthetic paths, {}: against the true hashrate",
        scores.kind
    );
    (title, table)
}
