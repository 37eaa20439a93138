//! What the binary carries, file by file and folder by folder.

use crate::ask::one_after_another;
use anyhow::Context;
use hashquake_base::provenance::digest;
use hashquake_base::units::{Seconds, date};
use hashquake_chain::history;
use hashquake_observe::shares::parse_reports;
use hashquake_report::document::data::{EmbeddedItem, Folder};
use hashquake_world::atlas::{self, Case};
use hashquake_world::scenario::library;
use hashquake_world::table::{self, Table};

/// Digests of what should be embedded, written down when it was last changed.
pub const DIGESTS: &str = include_str!("../../../data/SHA256SUMS");

/// Where the cases stand, in the names of items.
const CASES: &str = "atlas/";
/// Where the scenarios stand, in the names of items.
const SCENARIOS: &str = "scenarios/";
const OWN_WORDS: &str = "facts with attribution, in our own words";

/// Every embedded file, with its digest.
pub fn all() -> anyhow::Result<Vec<EmbeddedItem>> {
    let mut out = vec![history_item()?];
    out.extend(report_items()?);
    out.extend(table::TABLES.iter().map(world_table));
    let cases = atlas::cases().iter().zip(atlas::FILES);
    out.extend(cases.map(|(case, (name, text))| EmbeddedItem {
        name: format!("{CASES}{name}"),
        folder: Some(Folder::Atlas),
        what: format!(
            "{}: {} claims, {} statements, {} printed losses",
            case.title,
            case.claims.len(),
            case.timeline.len(),
            case.press.len()
        ),
        coverage: format!("{} to {}", date(case.window.start), date(case.window.end)),
        source: "named beside each claim and each piece of evidence".to_string(),
        licence: OWN_WORDS.to_string(),
        bytes: text.len(),
        sha256: digest(text.as_bytes()),
    }));
    out.extend(library::FILES.iter().map(|(name, text)| EmbeddedItem {
        name: format!("{SCENARIOS}{name}.toml"),
        folder: Some(Folder::Scenarios),
        what: "a question for `simulate`".to_string(),
        coverage: String::new(),
        source: "named beside each number; what has none is an assumption".to_string(),
        licence: OWN_WORDS.to_string(),
        bytes: text.len(),
        sha256: digest(text.as_bytes()),
    }));
    Ok(out)
}

fn history_item() -> anyhow::Result<EmbeddedItem> {
    let history = history::embedded();
    let day = |t: u32| date(Seconds::from(t));
    let times = history.blocks.times();
    let (first, last) = times.first().zip(times.last()).context("no blocks")?;
    let bytes = history::embedded_bytes();
    Ok(EmbeddedItem {
        name: "history.hqh".to_string(),
        folder: None,
        what: "height, header time, target and pool of every block; boundaries of every epoch".to_string(),
        coverage: format!(
            "blocks {} to {} ({} to {}); {} epochs from {}",
            history.blocks.first_height(),
            history.blocks.last_height().unwrap_or_default(),
            day(*first),
            day(*last),
            history.epochs.len(),
            history.epochs.first().map_or(String::new(), |e| day(e.first_time)),
        ),
        source: "github.com/sorukumar/bitcoin-mining-pools, dashboard/data/blocks_post_2020.parquet @ 63c2fb4 and blocks_post_2021.parquet @ ca5ba78 (older blocks: jlopp/bitcoin-blocks-by-mining-pool); epochs: bitcoinj/bitcoinj checkpoints @ 13e137e and EthanYuan/ckb-bitcoin-spv-testdata @ df33309".to_string(),
        licence: "BSD-2-Clause, (c) 2026 Saurabh Kumar; MIT; Apache-2.0; WTFPL".to_string(),
        bytes: bytes.len(),
        sha256: digest(bytes),
    })
}

fn report_items() -> anyhow::Result<Vec<EmbeddedItem>> {
    let reports = atlas::embedded_reports().as_bytes();
    let series = parse_reports("pool-reports.csv", reports)?.value;
    let items = series.iter().map(|series| {
        let (first, last) = (series.reports().next(), series.reports().last());
        let span = first.zip(last).map_or(String::new(), |((a, _), (b, _))| {
            format!("{} to {}, around the atlas's cases only", date(a), date(b))
        });
        EmbeddedItem {
            name: "pool-reports.csv".to_string(),
            folder: None,
            what: format!("hashrate that {} itself reported: {} figures", series.pool(), series.reports().count()),
            coverage: span,
            source: "the pool's own list of found blocks; jlopp/bitcoin-utils @ 60e3356 slush_pool_history/slushpoolHistory.csv".to_string(),
            licence: "none stated; single figures embedded as facts with attribution".to_string(),
            bytes: reports.len(),
            sha256: digest(reports),
        }
    });
    Ok(items.collect())
}

fn world_table(table: &Table) -> EmbeddedItem {
    EmbeddedItem {
        name: format!("world/{}", table.name),
        folder: None,
        what: table.what.to_string(),
        coverage: table.rows().map_or(String::new(), |n| format!("{n} rows")),
        source: table.source.to_string(),
        licence: table.licence.to_string(),
        bytes: table.text.len(),
        sha256: digest(table.text.as_bytes()),
    }
}

/// All cases as one item, and all scenarios.
pub fn folders(items: &[EmbeddedItem]) -> Vec<EmbeddedItem> {
    let count = |folder| items.iter().filter(|i| i.folder == Some(folder)).count();
    vec![
        whole_atlas(count(Folder::Atlas)),
        all_scenarios(count(Folder::Scenarios)),
    ]
}

fn whole_atlas(files: usize) -> EmbeddedItem {
    let all = one_after_another(atlas::FILES);
    let cases = atlas::cases();
    let count = |of: fn(&Case) -> usize| cases.iter().map(of).sum::<usize>();
    let ends = cases.iter().map(|c| c.window.end).max();
    let starts = cases.iter().map(|c| c.window.start).min();
    EmbeddedItem {
        name: format!("{CASES}*.toml"),
        folder: Some(Folder::Atlas),
        what: format!(
            "{files} cases, one file each: {} claims, {} statements, {} printed losses",
            count(|c| c.claims.len()),
            count(|c| c.timeline.len()),
            count(|c| c.press.len())
        ),
        coverage: starts.zip(ends).map_or(String::new(), |(a, b)| {
            format!("{} to {}; list: hashquake atlas", date(a), date(b))
        }),
        source: "named beside each claim and each piece of evidence".to_string(),
        licence: OWN_WORDS.to_string(),
        bytes: all.len(),
        sha256: digest(all.as_bytes()),
    }
}

fn all_scenarios(files: usize) -> EmbeddedItem {
    let all = one_after_another(library::FILES);
    EmbeddedItem {
        name: format!("{SCENARIOS}*.toml"),
        folder: Some(Folder::Scenarios),
        what: format!("{files} questions for `simulate`, one file each"),
        coverage: "list: hashquake scenarios".to_string(),
        source: "named beside each number; what has none is an assumption".to_string(),
        licence: OWN_WORDS.to_string(),
        bytes: all.len(),
        sha256: digest(all.as_bytes()),
    }
}
