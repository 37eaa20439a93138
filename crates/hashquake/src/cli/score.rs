//! `hashquake score`: how often the estimators were right, beside the rules that others publish.

mod attribution;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use hashquake_base::provenance::Source;
use hashquake_base::units::{Seconds, Span, date, rfc3339};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::coverage::{self, Coverage};
use hashquake_observe::detect::tally::Tally;
use hashquake_observe::forecast::path::Model;
use hashquake_observe::retarget_score::{self, CHECKPOINTS, RetargetScore};
use hashquake_observe::score::{self, EstimatorScores, NextBlocksScore, OneStepScore, PathScore};
use hashquake_source::read::read;
use serde::Serialize;

use attribution::Attribution;

use super::detect::{detection, tally_table};
use super::input::{Input, parse_start};
use super::progress::Progress;
use hashquake_report::text::plain_table;

/// Simulated shocks of each kind.
const CASES: u32 = 400;
/// Seed of the forecasts' draws.
const SEED: u64 = 0;

#[derive(clap::Args)]
#[command(after_help = "\
The row `hashquake` is this program; the others are the field's rules. As an estimator each is the best \
posterior that can be made of its blocks; as a forecast of the next retarget each is what it publishes. \
Differences are the other rule less hashquake, with standard errors. Without --paths only the real chain is \
scored.

Examples:
  hashquake score
  hashquake score --from 2023-01-01 --to 2025-01-01
  hashquake score --only retargets
  hashquake score --only detection
  hashquake score --only fusion
  hashquake score --only attribution
  hashquake score --only paths --paths reference/paths
  hashquake score --format json > score.json")]
pub struct Args {
    /// Start of the blocks to score (UTC) [default: all, but for the first 15 days]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    from: Option<Seconds>,
    /// End, exclusive
    #[arg(long, value_name = "T", value_parser = parse_start)]
    to: Option<Seconds>,
    #[command(flatten)]
    input: Input,
    /// Folder of synthetic chains: KIND.csv or KIND.csv.zst with path,time_s,difficulty,ln_h
    #[arg(long, value_name = "DIR")]
    paths: Option<PathBuf>,
    /// Score only one thing
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// The filter and the reference rules on the real chain
    Estimators,
    /// Forecasts of every retarget and the reference rules on the real chain
    Retargets,
    /// The detector on the real chain, against the atlas
    Detection,
    /// The filter and the reference rules on synthetic chains (--paths)
    Paths,
    /// Coverage of the fused interval on simulated shocks; takes some seconds
    Fusion,
    /// Coverage and power of the attribution to regions on simulated shocks; takes some seconds
    Attribution,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

#[derive(Serialize)]
struct Card {
    version: &'static str,
    as_of: String,
    sources: Vec<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    estimators: Vec<OneStepScore>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    next_blocks: Vec<NextBlocksScore>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    retargets: Vec<RetargetScore>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detection: Option<Tally>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fusion: Vec<Simulated>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribution: Option<Attribution>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<Kind>,
}

/// One kind of simulated shock.
#[derive(Serialize)]
struct Simulated {
    loss_percent: f64,
    reporting_pools: usize,
    cases: u32,
    #[serde(flatten)]
    came: Coverage,
}

#[derive(Serialize)]
struct Kind {
    kind: String,
    rows: Vec<PathScore>,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let loaded = args.input.load(None)?;
    let blocks = &loaded.blocks;
    let last = blocks.times().iter().max().context("there are no blocks")?;
    let wants = |what| args.only.is_none_or(|only| only == what);
    let estimators = match wants(Only::Estimators) {
        true => Some(real(&args, blocks)?),
        false => None,
    };
    let retargets = match wants(Only::Retargets) {
        true => retargets(&args, blocks)?,
        false => Vec::new(),
    };
    let detection = match wants(Only::Detection) {
        true => Some(detection(blocks, span(&args)?)?),
        false => None,
    };
    let fusion = if args.only == Some(Only::Fusion) {
        simulated()
    } else {
        Vec::new()
    };
    let attribution = (args.only == Some(Only::Attribution)).then(attribution::simulated);
    let paths = match (&args.paths, wants(Only::Paths)) {
        (Some(folder), true) => synthetic(folder)?,
        (None, true) if args.only.is_some() => bail!("--only paths needs --paths DIR"),
        _ => Vec::new(),
    };
    let (span, estimators, next_blocks) = match estimators {
        Some(card) => (Some(card.span), card.one_step, card.ahead),
        None => (None, Vec::new(), Vec::new()),
    };
    let card = Card {
        version: env!("CARGO_PKG_VERSION"),
        as_of: rfc3339(Seconds::from(*last)),
        sources: loaded.sources,
        span,
        estimators,
        next_blocks,
        retargets,
        detection,
        fusion,
        attribution,
        paths,
    };
    match args.format {
        Format::Json => anstream::println!("{}", serde_json::to_string(&card)?),
        Format::Table => print(&card),
    }
    Ok(())
}

fn span(args: &Args) -> anyhow::Result<Span> {
    let span = Span {
        start: args.from.unwrap_or(0),
        end: args.to.unwrap_or(Seconds::from(u32::MAX)),
    };
    if span.start >= span.end {
        bail!(
            "--from {} must lie before --to {}",
            rfc3339(span.start),
            rfc3339(span.end)
        );
    }
    Ok(span)
}

fn retargets(args: &Args, blocks: &Blocks) -> anyhow::Result<Vec<RetargetScore>> {
    let span = span(args)?;
    let bar = Progress::new("scoring retargets", 1000);
    let step = |part| bar.to((part * 1000.0) as u64);
    let rows = retarget_score::retargets(blocks, span, &Model::default(), SEED, step);
    if rows.is_empty() && args.only == Some(Only::Retargets) {
        bail!(
            "no whole epoch to score between {} and {}: the first 15 days of {} to {} only warm up",
            rfc3339(span.start),
            rfc3339(span.end),
            rfc3339(blocks.times().first().copied().unwrap_or(0).into()),
            rfc3339(blocks.times().last().copied().unwrap_or(0).into()),
        );
    }
    Ok(rows)
}

fn real(args: &Args, blocks: &Blocks) -> anyhow::Result<EstimatorScores> {
    let span = span(args)?;
    let bar = Progress::new("scoring blocks", 1000);
    let card = score::estimators(blocks, span, |part| bar.to((part * 1000.0) as u64));
    card.with_context(|| {
        format!(
            "fewer than two days of blocks to score between {} and {}: the first 15 days of {} to {} only warm up",
            rfc3339(span.start),
            rfc3339(span.end),
            rfc3339(blocks.times().first().copied().unwrap_or(0).into()),
            rfc3339(blocks.times().last().copied().unwrap_or(0).into()),
        )
    })
}

fn simulated() -> Vec<Simulated> {
    let kinds: Vec<(f64, usize)> = [0.0, 5.0, 13.4]
        .into_iter()
        .flat_map(|loss| [0, 1, 3, 8].map(|pools| (loss, pools)))
        .collect();
    let bar = Progress::new("simulating shocks", kinds.len() as u64);
    let run = |(loss_percent, reporting_pools)| {
        let came = coverage::simulate(loss_percent / 100.0, reporting_pools, CASES, 0);
        bar.forward();
        Simulated {
            loss_percent,
            reporting_pools,
            cases: CASES,
            came,
        }
    };
    kinds.into_iter().map(run).collect()
}

fn synthetic(folder: &Path) -> anyhow::Result<Vec<Kind>> {
    let place = || folder.display().to_string();
    let mut files: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .with_context(place)?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            let kind = name
                .strip_suffix(".csv.zst")
                .or_else(|| name.strip_suffix(".csv"))?;
            Some((kind.to_string(), path))
        })
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("{}: no KIND.csv or KIND.csv.zst in it", place());
    }
    let bar = Progress::new("scoring paths", files.len() as u64 * 16);
    let mut kinds = Vec::new();
    for (kind, path) in files {
        let paths = read_paths(&path)?;
        let rows = score::paths(&paths, || bar.forward());
        kinds.push(Kind { kind, rows });
    }
    Ok(kinds)
}

/// Columns path,time_s,difficulty,ln_h, the rows of a path together.
fn read_paths(file: &Path) -> anyhow::Result<Vec<score::Path>> {
    #[derive(serde::Deserialize)]
    struct Row {
        path: u32,
        time_s: f64,
        difficulty: f64,
        ln_h: f64,
    }
    let bytes = read(file)?.bytes;
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let mut paths: Vec<score::Path> = Vec::new();
    let mut current = None;
    for row in table.deserialize() {
        let row: Row = row.with_context(|| {
            format!(
                "{}: rows must be path,time_s,difficulty,ln_h",
                file.display()
            )
        })?;
        if current != Some(row.path) {
            paths.push(score::Path::default());
            current = Some(row.path);
        }
        let Some(path) = paths.last_mut() else {
            continue;
        };
        path.times_s.push(row.time_s);
        path.difficulty.push(row.difficulty);
        path.ln_hashrate.push(row.ln_h);
    }
    Ok(paths)
}

fn show(mut table: Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    anstream::println!("{}\n", table.trim_fmt());
}

fn signed(mean: f64, se: f64, places: usize) -> String {
    format!("{mean:+.places$} ±{se:.places$}")
}

fn print(card: &Card) {
    if let Some(span) = card.span {
        print_estimators(&card.estimators, span);
        print_next_blocks(&card.next_blocks);
    }
    if !card.retargets.is_empty() {
        print_retargets(&card.retargets);
    }
    if let Some(tally) = &card.detection {
        anstream::println!(
            "Shocks called online at one false alarm a year, against the atlas without the cases whose window begins with a retarget\n"
        );
        show(tally_table(tally));
    }
    if !card.fusion.is_empty() {
        print_fusion(&card.fusion);
    }
    if let Some(attribution) = &card.attribution {
        attribution::print(attribution);
    }
    for kind in &card.paths {
        anstream::println!(
            "Synthetic paths, {}: against the true hashrate\n",
            kind.kind
        );
        let mut table = plain_table(&[
            "rule",
            "regret, mnats",
            "RMSE, %",
            "90 % band holds, %",
            "its width, %",
        ]);
        for row in &kind.rows {
            table.add_row([
                row.name.clone(),
                format!("{:.2}", row.regret_mnats),
                format!("{:.1}", row.rmse_percent),
                format!("{:.0}", row.coverage_percent),
                format!("{:.0}", row.width_percent),
            ]);
        }
        show(table);
    }
    anstream::println!("Blocks to {}. hashquake {}", card.as_of, card.version);
}

fn print_fusion(rows: &[Simulated]) {
    anstream::println!(
        "Simulated shocks of 5 days, {CASES} of each kind: does the fused 90 % interval hold the truth?\n"
    );
    let head = [
        "true loss, %",
        "pools that report",
        "held, %",
        "mean width, points",
        "odds over 10:1, %",
    ];
    let mut table = plain_table(&head);
    for row in rows {
        table.add_row([
            format!("{}", row.loss_percent),
            row.reporting_pools.to_string(),
            format!("{:.1}", 100.0 * row.came.covered),
            format!("{:.1}", 100.0 * row.came.width),
            format!("{:.1}", 100.0 * row.came.found),
        ]);
    }
    show(table);
}

fn print_estimators(rows: &[OneStepScore], span: Span) {
    anstream::println!(
        "Real blocks, {} to {}: log score of the next interval, mnats a block more than MA14d\n",
        date(span.start),
        date(span.end)
    );
    let years: Vec<u16> = rows
        .iter()
        .filter(|r| r.name == score::FILTER)
        .filter_map(|r| r.year)
        .collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let head = ["rule", "all"].map(str::to_string);
    table.set_header(head.into_iter().chain(years.iter().map(u16::to_string)));
    for rule in rows.chunk_by(|a, b| a.name == b.name) {
        let scores = rule
            .iter()
            .map(|r| signed(r.log_score_mnats, r.log_score_se, 2));
        let name = core::iter::once(rule[0].name.clone());
        table.add_row(name.chain(scores));
    }
    show(table);
    anstream::println!("The same, less hashquake's; and how well the interval was predicted\n");
    let mut table = plain_table(&[
        "rule",
        "than hashquake",
        "50 % band",
        "90 % band",
        "PIT distance",
        "intervals",
    ]);
    for row in rows.iter().filter(|r| r.year.is_none()) {
        table.add_row([
            row.name.clone(),
            signed(row.versus_hashquake_mnats, row.se, 2),
            format!("{:.3}", row.coverage50),
            format!("{:.3}", row.coverage90),
            format!("{:.4}", row.pit_ks),
            row.n.to_string(),
        ]);
    }
    show(table);
}

fn print_next_blocks(rows: &[NextBlocksScore]) {
    for rows in rows.chunk_by(|a, b| a.blocks == b.blocks) {
        anstream::println!(
            "The time of the next {} blocks: nats a forecast more than MA7d, and how often it fell inside\n",
            rows[0].blocks
        );
        let mut table = plain_table(&[
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
                signed(row.nats, row.nats_se, 3),
                signed(row.versus_hashquake_nats, row.se, 3),
                format!("{:.3}", row.coverage50),
                format!("{:.3}", row.coverage90),
                row.n.to_string(),
            ]);
        }
        show(table);
    }
}

fn print_retargets(rows: &[RetargetScore]) {
    anstream::println!(
        "The next retarget, predicted so many blocks into each of {} epochs: CRPS of ln of the change, times 100\n",
        rows[0].epochs
    );
    by_checkpoint(rows, |r| format!("{:.2}", r.crps_percent));
    anstream::println!("The same, less hashquake's\n");
    by_checkpoint(rows, |r| signed(r.versus_hashquake_percent, r.se, 2));
    anstream::println!("Mean absolute error of its median, percent\n");
    by_checkpoint(rows, |r| format!("{:.2}", r.mae_percent));
    anstream::println!("Mean error of the median date, hours\n");
    by_checkpoint(rows, |r| format!("{:.1}", r.date_error_hours));
    anstream::println!("How often the 90 % band held\n");
    by_checkpoint(rows, |r| {
        r.coverage90.map_or("-".to_string(), |c| format!("{c:.2}"))
    });
}

fn by_checkpoint(rows: &[RetargetScore], cell: impl Fn(&RetargetScore) -> String) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let head = core::iter::once("rule".to_string());
    table.set_header(head.chain(CHECKPOINTS.iter().map(u32::to_string)));
    for rule in rows.chunk_by(|a, b| a.name == b.name) {
        let of = |block: &u32| rule.iter().find(|r| r.block == *block).map(&cell);
        let cells = CHECKPOINTS
            .iter()
            .map(|block| of(block).unwrap_or_default());
        table.add_row(core::iter::once(rule[0].name.clone()).chain(cells));
    }
    show(table);
}
