//! Lists: the tables, the machines, and what is known below the country.

use hashquake_base::format::{decimal, list};
use hashquake_base::units::date;

use super::cells::{or_empty, page};
use crate::document::world::{MachineList, PlaceFact, PlaceFacts, TableList};
use crate::table::Table;

/// The embedded tables.
pub fn tables(answer: &TableList, width: usize) -> String {
    let mut table = Table::new(&["table", "what", "rows", "source", "licence"]);
    for t in &answer.tables {
        table.add_row([
            t.name.to_string(),
            t.what.to_string(),
            or_empty(t.rows),
            t.source.to_string(),
            t.licence.to_string(),
        ]);
    }
    let words = "Digests: hashquake data --format json. What was left out of each: crates/world/data/SOURCES.md.";
    page(&table, words, width)
}

/// The machines by month of release.
pub fn machines(answer: &MachineList, width: usize) -> String {
    let head = ["model", "released", "J/TH", "TH/s", "watts", "source"];
    let mut table = Table::new(&head);
    for m in &answer.machines {
        table.add_row([
            m.model.clone(),
            or_empty(m.released),
            decimal(m.j_per_th, 1),
            or_empty(m.th_per_s),
            or_empty(m.watts),
            m.source.clone(),
        ]);
    }
    let undated = answer.machines.iter().filter(|m| m.released.is_none());
    let words = format!(
        "{} rows of three lists, which may disagree on a machine's date; {} without a sourced date are indicative only. Sources: cbeci, the Cambridge list to 2020-05; f2pool, the pool's list of March 2020; datasheets, makers' data sheets.",
        answer.machines.len(),
        undated.count()
    );
    page(&table, &words, width)
}

/// What is known of a region and of all that lies in it.
pub fn places(answer: &PlaceFacts, width: usize) -> String {
    let mut table = Table::new(&[
        "region", "name", "kind", "when", "MW", "fact", "known at", "source",
    ]);
    for f in &answer.facts {
        table.add_row([
            f.region.to_string(),
            f.name.to_string(),
            f.kind.words().to_string(),
            when(f),
            or_empty(f.power_mw),
            f.fact.clone(),
            date(f.known_at),
            f.source.clone(),
        ]);
    }
    if answer.facts.is_empty() {
        let known = list(&answer.known_countries);
        let words =
            format!("Nothing is known here below the country; facts are at hand for {known}.");
        return page(&table, &words, width);
    }
    let words =
        "A fact without a day of publication is known from the end of the period that it names.";
    page(&table, words, width)
}

fn when(f: &PlaceFact) -> String {
    if f.from == f.to {
        f.from.clone()
    } else {
        format!("{} to {}", f.from, f.to)
    }
}
