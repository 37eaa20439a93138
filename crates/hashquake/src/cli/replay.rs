//! `hashquake replay`: past shocks simulated from what was known before them, and scored against what came.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use hashquake_base::provenance::Input;
use hashquake_base::units::{DAY, Moment, Seconds, rfc3339};
use hashquake_chain::history;
use hashquake_replay::scored_replay::{Benchmark, ReplayOptions, ScoredReplay};
use hashquake_replay::summary::ReplaySummary;
use hashquake_replay::{Information, Replay};
use hashquake_report::document::replay::{ReplayAnswer, ReplayList};
use hashquake_report::envelope::Envelope;
use hashquake_report::text::replay as text;
use hashquake_world::atlas;
use hashquake_world::market::prices::parse_prices;
use hashquake_world::scenario::library;

use super::input::{read_input, told};
use super::output::{Format, print, print_json, width};
use super::progress::Progress;
use super::run_args::SamplerArg;
use crate::ask::{
    atlas_input, case_input, history_input, history_source, scenario_input, scenarios_input,
    start_inputs,
};

#[derive(clap::Args)]
#[command(after_help = "\
Each case is simulated twice: as known then, with nothing that was published later, which is a forecast; and given the \
dates on which the events came, their sizes still uncertain. Beside it stand persistence (the last two weeks \
go on), a random walk from them, and hashquake's own forecast. CRPS is an error in the quantity's unit: the \
lower the better.

Examples:
  hashquake replay
  hashquake replay china-2021
  hashquake replay china-2021 --as-of 2021-05-21 --information as_known
  hashquake replay kazakhstan-2022 --runs 5000 --format json
  hashquake replay elliott-2022 --as-of 2022-12-14 --prices btcusd.csv")]
pub struct Args {
    /// The case; without it all are listed
    #[arg(value_name = "CASE")]
    case: Option<String>,
    /// The moment of knowledge and start of the runs (UTC); a day means its end [default: the case's]
    #[arg(long, value_name = "T", value_parser = parse_start_of_runs, requires = "case")]
    as_of: Option<Seconds>,
    /// Runs, and draws of every reference rule
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    runs: u32,
    /// Seed of all streams
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only one information set [default: all that the case has]
    #[arg(long, value_enum, requires = "case")]
    information: Option<Known>,
    /// How blocks are found: each of them, or in strides; equal in distribution
    #[arg(long, value_enum, default_value_t = SamplerArg::Leap)]
    sampler: SamplerArg,
    /// Daily closes from a CSV (`,`, `;` or tab; plain, gzip or zstd; - for standard input) with
    /// time,price_usd; those of the year before the start are drawn from
    #[arg(long, value_name = "FILE", requires = "case")]
    prices: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Known {
    /// Only what was published by the start
    AsKnown,
    /// The dates and kinds of the events as they came
    GivenDates,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let Some(case) = &args.case else {
        return list(args.format);
    };
    let replay = hashquake_replay::find(case)?;
    let mut sources = vec![history_source()];
    let mut inputs = replay_inputs(replay)?;
    let mut notes = Vec::new();
    let closes = match &args.prices {
        Some(path) => {
            let what = "prices before the start";
            let named = read_input(path, what, &mut sources, &mut inputs)?;
            let quotes = told(parse_prices(&named.name, &named.bytes)?, &mut notes);
            Some(quotes.iter().map(|q| (q.time, q.usd)).collect())
        }
        None => None,
    };
    let options = ReplayOptions {
        start: args.as_of,
        runs: args.runs,
        seed: args.seed,
        sampler: args.sampler.into(),
        closes,
    };
    let wanted = match args.information {
        Some(Known::AsKnown) => vec![Information::AsKnown],
        Some(Known::GivenDates) => vec![Information::GivenDates],
        None => replay.informations(),
    };
    let (benchmark, scored) = all(replay, &wanted, &options).with_context(|| {
        args.prices.as_ref().map_or(case.clone(), |p| {
            format!("{case}, prices of {}", p.display())
        })
    })?;
    let summary = ReplaySummary::new(replay, &benchmark, scored, &options, sources)
        .context("no information set was asked for")?;
    let as_of = summary.simulation.as_of;
    let command = command(&args, case, benchmark.span.start);
    let answer = ReplayAnswer::new(summary);
    let document =
        Envelope::new(command, Some(as_of), Some(args.seed), inputs, answer).with_notes(notes);
    match args.format {
        Format::Json => print_json(&document),
        Format::Table => print(text::replay(&document, width()).as_bytes()),
    }
}

/// The embedded files: blocks, the case, its scenarios and the tables of the start.
fn replay_inputs(replay: &Replay) -> anyhow::Result<Vec<Input>> {
    let mut inputs = vec![history_input(), case_input(atlas::find(replay.case)?)];
    for id in std::iter::once(replay.as_known).chain(replay.given_dates) {
        inputs.push(scenario_input(id, &library::find(id)?.text));
    }
    inputs.extend(start_inputs());
    Ok(inputs)
}

/// A moment of knowledge; after a day's end the runs start with the next.
fn parse_start_of_runs(text: &str) -> Result<Seconds, String> {
    Ok(match Moment::parse(text)? {
        Moment::Day(day) => day + DAY,
        Moment::Instant(t) => t,
    })
}

fn all(
    replay: &Replay,
    wanted: &[Information],
    options: &ReplayOptions,
) -> anyhow::Result<(Benchmark, Vec<ScoredReplay>)> {
    for information in wanted {
        replay.scenario(*information, options.start)?;
    }
    let history = history::embedded();
    let progress = Progress::new("simulating", u64::from(options.runs) * wanted.len() as u64);
    let benchmark = Benchmark::new(replay, history, options)?;
    let tick = || progress.forward();
    let one = |i: &Information| ScoredReplay::new(replay, *i, &benchmark, history, options, tick);
    let scored = wanted.iter().map(one).collect::<Result<_, _>>()?;
    Ok((benchmark, scored))
}

fn command(args: &Args, case: &str, start: Seconds) -> String {
    let mut out = format!(
        "hashquake replay {case} --runs {} --seed {}",
        args.runs, args.seed
    );
    if args.as_of.is_some() {
        let _ = write!(out, " --as-of {}", rfc3339(start));
    }
    if let Some(known) = args.information.and_then(|i| i.to_possible_value()) {
        let _ = write!(out, " --information {}", known.get_name());
    }
    if args.sampler == SamplerArg::Block {
        out.push_str(" --sampler block");
    }
    if let Some(path) = &args.prices {
        let _ = write!(out, " --prices {}", path.display());
    }
    out
}

fn list(format: Format) -> anyhow::Result<()> {
    let list = ReplayList::all()?;
    match format {
        Format::Json => print_json(&Envelope::new(
            "hashquake replay",
            None,
            None,
            vec![atlas_input(), scenarios_input()],
            list,
        )),
        Format::Table => print(text::replays(&list, width()).as_bytes()),
    }
}
