//! `hashquake data`: what the binary carries, verified and rebuilt.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::{Subcommand, ValueEnum};
use hashquake_base::provenance::digest;
use hashquake_base::units::{Seconds, Span, date};
use hashquake_chain::blocks::{Blocks, EPOCH};
use hashquake_chain::history::{self, Epoch, History};
use hashquake_chain::pool::is_same;
use hashquake_chain::retarget::{check_against_epochs, verify_epochs};
use hashquake_chain::rules::check_blocks;
use hashquake_chain::tables::{parse_blocks, parse_boundaries, parse_daily};
use hashquake_chain::target::CompactTarget;
use hashquake_observe::daily::daily;
use hashquake_observe::shares::parse_reports;
use hashquake_source::headers;
use hashquake_source::read::read;
use hashquake_world::atlas::{self, Case};
use hashquake_world::scenario::library;
use hashquake_world::table::{self, Table};
use serde::Serialize;

use super::input::now;
use hashquake_report::text;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake data
  hashquake data --format json
  hashquake data verify
  hashquake data verify --blocks blocks.csv.zst --boundaries epoch_headers.csv
  hashquake data verify --headers mainnet_headers_822528_830592.bin --daily daily.csv")]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// How to print the list
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

#[derive(Subcommand)]
enum Action {
    /// List everything embedded: source, licence, coverage, digest (the default)
    List,
    /// Recheck it: digests, every retarget since 2009, every block's rules, cases and reports
    Verify {
        /// Also hold it against a CSV (plain or zstd) of height,time,bits and perhaps pool
        #[arg(long, value_name = "FILE")]
        blocks: Option<PathBuf>,
        /// Also hold it against CSVs of epoch boundaries with height, time (or timestamp), bits
        #[arg(long, value_name = "FILE", num_args = 1..)]
        boundaries: Vec<PathBuf>,
        /// Also hold it against files of 80-byte headers, which carry their own proof of work
        #[arg(long, value_name = "FILE", num_args = 1..)]
        headers: Vec<PathBuf>,
        /// Also hold it against a CSV of blocks a UTC day: time and BlkCnt (or date and blocks)
        #[arg(long, value_name = "FILE")]
        daily: Option<PathBuf>,
    },
    /// Build the history file from tables of blocks and of epoch boundaries
    Build {
        /// CSV (plain or zstd) with height,time,bits,pool: the blocks to carry
        #[arg(long, value_name = "FILE")]
        blocks: PathBuf,
        /// CSVs with height, time (or timestamp) and bits of first and last blocks of epochs
        #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
        boundaries: Vec<PathBuf>,
        /// Where to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub fn run(args: Args) -> anyhow::Result<()> {
    match args.action {
        None | Some(Action::List) => list(args.format),
        Some(Action::Verify {
            blocks,
            boundaries,
            headers,
            daily,
        }) => {
            let history = verify_itself()?;
            if let Some(path) = &blocks {
                verify_blocks(&history, path)?;
            }
            boundaries
                .iter()
                .try_for_each(|path| verify_boundaries(&history, path))?;
            headers
                .iter()
                .try_for_each(|path| verify_headers(&history, path))?;
            daily
                .iter()
                .try_for_each(|path| verify_daily(&history, path))
        }
        Some(Action::Build {
            blocks,
            boundaries,
            out,
        }) => build(&blocks, &boundaries, &out),
    }
}

/// Something that the binary carries.
#[derive(Serialize)]
struct Item {
    name: String,
    what: String,
    coverage: String,
    source: String,
    licence: String,
    bytes: usize,
    sha256: String,
}

fn items() -> anyhow::Result<Vec<Item>> {
    let history = history::embedded();
    let day = |t: u32| date(Seconds::from(t));
    let times = history.blocks.times();
    let (first, last) = (
        times.first().context("no blocks")?,
        times.last().context("no blocks")?,
    );
    let bytes = history::embedded_bytes();
    let mut out = vec![Item {
        name: "history.hqh".to_string(),
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
    }];
    let reports = atlas::embedded_reports().as_bytes();
    for series in parse_reports("pool-reports.csv", reports)?.value {
        let (first, last) = (series.reports().next(), series.reports().last());
        let span = first.zip(last).map_or(String::new(), |((a, _), (b, _))| {
            format!("{} to {}, around the atlas's cases only", date(a), date(b))
        });
        out.push(Item {
            name: "pool-reports.csv".to_string(),
            what: format!("hashrate that {} itself reported: {} figures", series.pool(), series.reports().count()),
            coverage: span,
            source: "the pool's own list of found blocks; jlopp/bitcoin-utils @ 60e3356 slush_pool_history/slushpoolHistory.csv".to_string(),
            licence: "none stated; single figures embedded as facts with attribution".to_string(),
            bytes: reports.len(),
            sha256: digest(reports),
        });
    }
    out.extend(table::TABLES.iter().map(world_table));
    for (case, (name, text)) in atlas::cases().iter().zip(atlas::FILES) {
        out.push(Item {
            name: format!("{CASES}{name}"),
            what: format!(
                "{}: {} claims, {} statements, {} printed losses",
                case.title,
                case.claims.len(),
                case.timeline.len(),
                case.press.len()
            ),
            coverage: format!("{} to {}", date(case.window.start), date(case.window.end)),
            source: "named beside each claim and each piece of evidence".to_string(),
            licence: "facts with attribution, in our own words".to_string(),
            bytes: text.len(),
            sha256: digest(text.as_bytes()),
        });
    }
    out.extend(library::FILES.iter().map(|(name, text)| Item {
        name: format!("{SCENARIOS}{name}.toml"),
        what: "a question for `simulate`".to_string(),
        coverage: String::new(),
        source: "named beside each number; what has none is an assumption".to_string(),
        licence: "facts with attribution, in our own words".to_string(),
        bytes: text.len(),
        sha256: digest(text.as_bytes()),
    }));
    Ok(out)
}

fn world_table(table: &Table) -> Item {
    Item {
        name: format!("world/{}", table.name),
        what: table.what.to_string(),
        coverage: table.rows().map_or(String::new(), |n| format!("{n} rows")),
        source: table.source.to_string(),
        licence: table.licence.to_string(),
        bytes: table.text.len(),
        sha256: digest(table.text.as_bytes()),
    }
}

/// Where the cases stand, in the names of items.
const CASES: &str = "atlas/";
/// Where the scenarios stand, in the names of items.
const SCENARIOS: &str = "scenarios/";

/// All files of the atlas as one item: its digest is that of their texts one after another, by name.
fn whole_atlas(files: &[&Item]) -> Item {
    let mut texts: Vec<_> = atlas::FILES.to_vec();
    texts.sort_unstable();
    let all: String = texts.iter().map(|(_, text)| *text).collect();
    let cases = atlas::cases();
    let count = |of: fn(&Case) -> usize| cases.iter().map(of).sum::<usize>();
    let ends = cases.iter().map(|c| c.window.end).max();
    let starts = cases.iter().map(|c| c.window.start).min();
    Item {
        name: format!("{CASES}*.toml"),
        what: format!(
            "{} cases, one file each: {} claims, {} statements, {} printed losses",
            files.len(),
            count(|c| c.claims.len()),
            count(|c| c.timeline.len()),
            count(|c| c.press.len())
        ),
        coverage: starts.zip(ends).map_or(String::new(), |(a, b)| {
            format!("{} to {}; list: hashquake atlas", date(a), date(b))
        }),
        source: "named beside each claim and each piece of evidence".to_string(),
        licence: "facts with attribution, in our own words".to_string(),
        bytes: all.len(),
        sha256: digest(all.as_bytes()),
    }
}

/// All scenarios as one item: its digest is that of their texts one after another, by name.
fn all_scenarios(files: &[&Item]) -> Item {
    let mut texts: Vec<_> = library::FILES.to_vec();
    texts.sort_unstable();
    let all: String = texts.iter().map(|(_, text)| *text).collect();
    Item {
        name: format!("{SCENARIOS}*.toml"),
        what: format!("{} questions for `simulate`, one file each", files.len()),
        coverage: "list: hashquake scenarios".to_string(),
        source: "named beside each number; what has none is an assumption".to_string(),
        licence: "facts with attribution, in our own words".to_string(),
        bytes: all.len(),
        sha256: digest(all.as_bytes()),
    }
}

fn list(format: Format) -> anyhow::Result<()> {
    let items = items()?;
    if let Format::Json = format {
        anstream::println!("{}", serde_json::to_string_pretty(&items)?);
        return Ok(());
    }
    let header = [
        "name",
        "what",
        "coverage",
        "source and licence",
        "bytes",
        "sha256",
    ];
    let mut table = text::table(&header, 120);
    let (cases, others): (Vec<&Item>, Vec<&Item>) =
        items.iter().partition(|i| i.name.starts_with(CASES));
    let (scenarios, others): (Vec<&Item>, Vec<&Item>) = others
        .into_iter()
        .partition(|i| i.name.starts_with(SCENARIOS));
    let (atlas, scenarios) = (whole_atlas(&cases), all_scenarios(&scenarios));
    for i in others.into_iter().chain([&atlas, &scenarios]) {
        let source = format!("{} — {}", i.source, i.licence);
        let digest = format!("{}…", &i.sha256[..12]);
        table.add_row([
            &i.name,
            &i.what,
            &i.coverage,
            &source,
            &i.bytes.to_string(),
            &digest,
        ]);
    }
    anstream::println!(
        "{table}\nWhole digests: hashquake data --format json. Recheck: hashquake data verify."
    );
    Ok(())
}

/// Digests of what should be embedded, written down when it was last changed.
pub const DIGESTS: &str = include_str!("../../data/SHA256SUMS");

fn say(what: String) {
    anstream::println!("ok  {what}");
}

fn verify_itself() -> anyhow::Result<History> {
    let items = items()?;
    for item in &items {
        let line = DIGESTS
            .lines()
            .find(|l| l.ends_with(&format!("  {}", item.name)));
        let recorded = line.and_then(|l| l.split_whitespace().next());
        let recorded =
            recorded.with_context(|| format!("no digest on record for {}", item.name))?;
        ensure!(
            recorded == item.sha256,
            "{}: its digest is {}, on record is {recorded}",
            item.name,
            item.sha256
        );
    }
    say(format!(
        "digests of {} embedded files are those on record",
        items.len()
    ));
    let history = History::decode(history::embedded_bytes())?;
    let retargets = verify_epochs(&history.epochs, history.first_epoch)?;
    say(format!(
        "{retargets} retargets since 2009 recomputed from their epochs' own times"
    ));
    check_against_epochs(&history.blocks, &history.epochs, history.first_epoch)?;
    check_blocks(&history.blocks)?;
    say(format!(
        "{} blocks keep the rules of target and median time, and agree with their epochs",
        history.blocks.len()
    ));
    for (name, text) in atlas::FILES {
        Case::parse(name, text)?;
    }
    parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())?;
    say(format!(
        "{} cases and the pools' reports read without a mistake",
        atlas::FILES.len()
    ));
    Ok(history)
}

fn verify_blocks(history: &History, path: &Path) -> anyhow::Result<()> {
    let named = read(path)?;
    let other = parse_blocks(&named.name, &named.bytes)?.value;
    let agreed = agreement(history, &other).with_context(|| path.display().to_string())?;
    let pools = |blocks: &Blocks, i: usize| -> Option<String> {
        let pools = blocks.pools()?;
        Some(pools.names()[pools.index()[i] as usize].clone())
    };
    for j in 0..other.len() {
        let here = history.blocks.position(other.height(j));
        let known = here
            .and_then(|i| pools(&history.blocks, i))
            .zip(pools(&other, j));
        if let Some((here, there)) = known {
            ensure!(
                is_same(&here, &there),
                "{}: block {} was found by {there}, the history says {here}",
                path.display(),
                other.height(j)
            );
        }
    }
    say(format!(
        "{}: {agreed} of {} blocks known here, all agree",
        path.display(),
        other.len()
    ));
    Ok(())
}

fn verify_headers(history: &History, path: &Path) -> anyhow::Result<()> {
    let (other, _) = headers::read_headers(&read(path)?, None, now())?;
    check_against_epochs(&other, &history.epochs, history.first_epoch)
        .with_context(|| path.display().to_string())?;
    let agreed = agreement(history, &other).with_context(|| path.display().to_string())?;
    say(format!(
        "{}: {} headers prove their work and agree with the epochs, {agreed} of them with our blocks",
        path.display(),
        other.len()
    ));
    Ok(())
}

/// Blocks that both know; an error when they disagree in time or target.
fn agreement(history: &History, other: &Blocks) -> anyhow::Result<usize> {
    let known = |j: &usize| history.blocks.position(other.height(*j)).is_some();
    let first = (0..other.len()).find(known);
    let last = (0..other.len()).rev().find(known);
    let Some((first, last)) = first.zip(last) else {
        return Ok(0);
    };
    history.blocks.join(&other.range(first, last + 1))?;
    Ok(last + 1 - first)
}

fn verify_boundaries(history: &History, path: &Path) -> anyhow::Result<()> {
    let named = read(path)?;
    let rows = parse_boundaries(&named.name, &named.bytes)?.value;
    let known = rows
        .iter()
        .filter(|row| agrees(history, row).is_some())
        .count();
    if let Some(row) = rows.iter().find(|row| agrees(history, row) == Some(false)) {
        bail!(
            "{}: block {} disagrees with the embedded history",
            path.display(),
            row.0
        );
    }
    say(format!(
        "{}: {known} of {} boundaries known here, all agree",
        path.display(),
        rows.len()
    ));
    Ok(())
}

fn verify_daily(history: &History, path: &Path) -> anyhow::Result<()> {
    let times = history.blocks.times();
    let ends = times.first().zip(times.last()).context("no blocks")?;
    let observed = Span {
        start: Seconds::from(*ends.0),
        end: Seconds::from(*ends.1) + 1,
    };
    let days = daily(&history.blocks, observed, observed);
    let named = read(path)?;
    let other = parse_daily(&named.name, &named.bytes)?.value;
    let mut agreed = 0;
    for day in days.iter().filter(|d| !d.partial) {
        let Some(&(_, blocks)) = other.iter().find(|(start, _)| *start == day.start) else {
            continue;
        };
        ensure!(
            blocks == day.blocks,
            "{}: {} has {blocks} blocks, the history {}",
            path.display(),
            date(day.start),
            day.blocks
        );
        agreed += 1;
    }
    ensure!(
        agreed > 0,
        "{}: no day of it lies within the history",
        path.display()
    );
    say(format!(
        "{}: {agreed} daily counts known here, all agree",
        path.display()
    ));
    Ok(())
}

/// Whether a boundary agrees with the history; `None` where the history does not know it.
fn agrees(history: &History, &(height, time, bits): &(u32, u32, CompactTarget)) -> Option<bool> {
    let epoch = history.epoch_of(height)?;
    let known = match height % EPOCH {
        0 => Some(epoch.first_time),
        r if r == EPOCH - 1 => epoch.last_time,
        _ => history
            .blocks
            .position(height)
            .map(|i| history.blocks.times()[i]),
    };
    known.map(|t| t == time && epoch.bits == bits)
}

fn build(blocks: &Path, boundaries: &[PathBuf], out: &Path) -> anyhow::Result<()> {
    let named = read(blocks)?;
    let blocks = parse_blocks(&named.name, &named.bytes)?.value;
    check_blocks(&blocks).context(named.name)?;
    let last = blocks.last_height().context("no blocks")?;
    let mut known: BTreeMap<u32, (u32, CompactTarget)> = BTreeMap::new();
    for path in boundaries {
        let named = read(path)?;
        for (height, time, bits) in parse_boundaries(&named.name, &named.bytes)?.value {
            let other = known.insert(height, (time, bits));
            if other.is_some_and(|o| o != (time, bits)) {
                bail!(
                    "{}: block {height} disagrees with another boundary table",
                    path.display()
                );
            }
        }
    }
    for i in 0..blocks.len() {
        let (height, row) = (blocks.height(i), (blocks.times()[i], blocks.bits()[i]));
        if known.get(&height).is_some_and(|&other| other != row) {
            bail!("block {height} of the blocks disagrees with a boundary table");
        }
        if height % EPOCH == 0 || height % EPOCH == EPOCH - 1 {
            known.insert(height, row);
        }
    }
    let epochs = (0..=last / EPOCH).map(|e| {
        let &(first_time, bits) = known
            .get(&(e * EPOCH))
            .with_context(|| format!("no boundary table has block {}", e * EPOCH))?;
        let close = e * EPOCH + EPOCH - 1;
        let last_time = known.get(&close).filter(|_| close <= last).map(|row| row.0);
        ensure!(
            last_time.is_some() || close > last,
            "no boundary table has block {close}"
        );
        Ok(Epoch {
            first_time,
            last_time,
            bits,
        })
    });
    let epochs = epochs.collect::<anyhow::Result<Vec<_>>>()?;
    verify_epochs(&epochs, 0)?;
    let history = History {
        blocks,
        first_epoch: 0,
        epochs,
    };
    let bytes = history.encode()?;
    fs::write(out, &bytes).with_context(|| out.display().to_string())?;
    anstream::println!(
        "{}: {} blocks to height {last}, {} epochs, {} bytes, sha256 {}",
        out.display(),
        history.blocks.len(),
        history.epochs.len(),
        bytes.len(),
        digest(&bytes)
    );
    Ok(())
}
