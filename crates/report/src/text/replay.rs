//! The answers of `replay` for a terminal: the list, or sentences and tables of scores.

use std::fmt::Write;

use hashquake_base::units::date;
use hashquake_replay::Information;
use hashquake_replay::score::{Phase, PhaseScore};
use hashquake_replay::summary::{ReplaySummary, SharesGiven};

use super::table::wrap;
use crate::document::replay::{ReplayAnswer, ReplayList};
use crate::envelope::Envelope;
use crate::table::Table;

/// All replays as a table.
pub fn replays(list: &ReplayList, width: usize) -> String {
    let mut table = Table::new(&["case", "runs from", "to", "event", "known then"]);
    for row in &list.replays {
        let known = if row.as_known.is_empty() {
            "nothing".to_string()
        } else {
            row.as_known.join(", ")
        };
        table.add_row([
            row.replay.to_string(),
            date(row.start),
            date(row.end),
            format!("{} to {}", date(row.event_from), date(row.event_to)),
            known,
        ]);
    }
    table.to_text(width) + "\n"
}

/// The whole of one replay.
pub fn replay(document: &Envelope<ReplayAnswer>, width: usize) -> String {
    let ReplayAnswer { verdict, summary } = &document.answer;
    let mut out = format!("{}\n\n", summary.simulation.title);
    for paragraph in verdict.split("\n\n") {
        let _ = writeln!(out, "{}\n", wrap(paragraph, width));
    }
    let _ = writeln!(out, "{}\n", scores(summary).to_text(width));
    let _ = writeln!(
        out,
        "Blocks a day: CRPS before, during and after the event\n\n{}\n",
        phases(summary).to_text(width)
    );
    for given in &summary.country_shares {
        let _ = writeln!(out, "{}\n", shares(given, width));
    }
    let assumed = format!(
        "{} numbers without a source are assumptions; --format json lists them as priors.",
        summary.simulation.priors.len()
    );
    let again = format!("hashquake {}: {}", document.version, document.command);
    let _ = writeln!(out, "{}\n{}", wrap(&assumed, width), wrap(&again, width));
    out
}

fn information_words(information: Information) -> &'static str {
    match information {
        Information::AsKnown => "as known then",
        Information::GivenDates => "given the events' dates",
    }
}

fn scores(s: &ReplaySummary) -> Table {
    let head = ["quantity", "information", "model", "CRPS", "90 % held", "n"];
    let mut table = Table::new(&head);
    for row in &s.scores {
        table.add_row([
            row.quantity.word().to_string(),
            information_words(row.information).to_string(),
            row.model.word().to_string(),
            format!("{:.2}", row.crps),
            format!("{:.0} %", row.coverage_percent),
            row.n.to_string(),
        ]);
    }
    table
}

fn phases(s: &ReplaySummary) -> Table {
    let mut table = Table::new(&["information", "model", "before", "during", "after"]);
    let during = |p: &&PhaseScore| p.phase == Phase::During;
    for first in s.phases.iter().filter(during) {
        let of = |phase: Phase| {
            let same = |p: &&PhaseScore| {
                p.phase == phase
                    && p.score.model == first.score.model
                    && p.score.information == first.score.information
            };
            let found = s.phases.iter().find(same);
            found.map_or("-".to_string(), |p| format!("{:.2}", p.score.crps))
        };
        table.add_row([
            information_words(first.score.information).to_string(),
            first.score.model.word().to_string(),
            of(Phase::Before),
            of(Phase::During),
            of(Phase::After),
        ]);
    }
    table
}

fn shares(given: &SharesGiven, width: usize) -> String {
    let s = &given.shares;
    let mut table = Table::new(&[
        "country",
        "observed",
        "hashquake",
        "90 % range",
        "stays",
        "China at ten",
    ]);
    for row in &s.rows {
        let ours = row.hashquake_percent;
        table.add_row([
            row.region.to_string(),
            format!("{:.1}", row.observed_percent),
            format!("{:.1}", ours.p50),
            format!("{:.1} to {:.1}", ours.p05, ours.p95),
            format!("{:.1}", row.persistence_percent),
            format!("{:.1}", row.china_at_ten_percent),
        ]);
    }
    table.add_row([
        "mean error".to_string(),
        String::new(),
        format!("{:.2}", s.hashquake_mae_points),
        String::new(),
        format!("{:.2}", s.persistence_mae_points),
        format!("{:.2}", s.china_at_ten_mae_points),
    ]);
    format!(
        "Shares in January 2022, percent, {}, from the map of {}\n\n{}",
        information_words(given.information),
        s.map_month,
        table.to_text(width)
    )
}
