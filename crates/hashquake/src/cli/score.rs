//! `hashquake score`: how often the estimators were right, beside the rules that others publish.

mod paths;
mod simulated;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use hashquake_base::units::{Seconds, Span, Timestamp, rfc3339};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::forecast::path::Model;
use hashquake_observe::retarget_score::{self, RetargetScore};
use hashquake_observe::score::{self, EstimatorScores};
use hashquake_report::document::LastBlock;
use hashquake_report::document::score::Scores;
use hashquake_report::envelope::Envelope;
use hashquake_report::text;

use super::detect::detection;
use super::input::{Input, parse_start};
use super::output::{Format, command, print, print_json, width};
use super::progress::Progress;
use super::window::{self, Asked};
use crate::ask::atlas_input;

/// Seed of all draws.
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

pub fn run(args: Args) -> anyhow::Result<()> {
    let mut loaded = args.input.load(None)?;
    let (_, last) = window::reach(&loaded.blocks)?;
    let blocks = &loaded.blocks;
    let span = span(&args, blocks)?;
    let wants = |what| args.only.is_none_or(|only| only == what);
    let estimators = match wants(Only::Estimators) {
        true => Some(estimators(blocks, span)?),
        false => None,
    };
    let retargets = match wants(Only::Retargets) {
        true => retargets(&args, blocks, span)?,
        false => Vec::new(),
    };
    let detection = match wants(Only::Detection) {
        true => Some(detection(blocks, span)?),
        false => None,
    };
    if detection.is_some() {
        loaded.inputs.push(atlas_input());
    }
    let last_block = LastBlock {
        height: blocks.last_height().unwrap_or(0),
        time: Timestamp(last),
    };
    let fusion = if args.only == Some(Only::Fusion) {
        simulated::fusion(SEED)
    } else {
        Vec::new()
    };
    let attribution = args.only == Some(Only::Attribution);
    let paths = match (&args.paths, wants(Only::Paths)) {
        (Some(folder), true) => paths::scores(folder, &mut loaded)?,
        (None, true) if args.only.is_some() => bail!("--only paths needs --paths DIR"),
        _ => Vec::new(),
    };
    let (window, estimators, next_blocks) = match estimators {
        Some(card) => (Some(card.span), card.one_step, card.ahead),
        None => (None, Vec::new(), Vec::new()),
    };
    let answer = Scores {
        last_block,
        window,
        estimators,
        next_blocks,
        retargets,
        detection,
        fusion,
        attribution: attribution.then(|| simulated::attribution(SEED)),
        paths,
        sources: loaded.sources,
    };
    let envelope = Envelope::new(command(), Some(last), Some(SEED), loaded.inputs, answer)
        .with_notes(loaded.notes);
    match args.format {
        Format::Json => print_json(&envelope),
        Format::Table => print(text::score::score(&envelope, width()).as_bytes()),
    }
}

fn span(args: &Args, blocks: &Blocks) -> anyhow::Result<Span> {
    let span = Span {
        start: args.from.unwrap_or(0),
        end: args.to.unwrap_or(Seconds::from(u32::MAX)),
    };
    let asked = Asked {
        from: args.from,
        to: args.to,
        as_of: None,
    };
    window::refuse(&window::mistakes(asked, span, window::reach(blocks)?))?;
    Ok(span)
}

fn retargets(args: &Args, blocks: &Blocks, span: Span) -> anyhow::Result<Vec<RetargetScore>> {
    let bar = Progress::new("scoring retargets", 1000);
    let step = |part| bar.to((part * 1000.0) as u64);
    let rows = retarget_score::retargets(blocks, span, &Model::default(), SEED, step);
    if rows.is_empty() && args.only == Some(Only::Retargets) {
        bail!("no whole epoch to score {}", only_warm_up(blocks, span)?);
    }
    Ok(rows)
}

fn estimators(blocks: &Blocks, span: Span) -> anyhow::Result<EstimatorScores> {
    let bar = Progress::new("scoring blocks", 1000);
    let scores = score::estimators(blocks, span, |part| bar.to((part * 1000.0) as u64));
    let why = only_warm_up(blocks, span)?;
    scores.with_context(|| format!("fewer than two days of blocks to score {why}"))
}

fn only_warm_up(blocks: &Blocks, span: Span) -> anyhow::Result<String> {
    let (first, last) = window::reach(blocks)?;
    Ok(format!(
        "between {} and {}: the first 15 days of {} to {} only warm up",
        rfc3339(span.start),
        rfc3339(span.end),
        rfc3339(first),
        rfc3339(last),
    ))
}
