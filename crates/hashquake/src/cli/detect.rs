//! `hashquake detect`: the shocks in a stretch of chain, and what the detector can see at all.

mod measure;

use std::fmt::Write;

use anyhow::{Context, bail};
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table};
use hashquake_base::provenance::Source;
use hashquake_base::units::{Quantiles, Seconds, Span, date, rfc3339};
use hashquake_chain::blocks::Blocks;
use hashquake_chain::history;
use hashquake_observe::detect::background::Background;
use hashquake_observe::detect::bank::WARM_UP_BLOCKS;
use hashquake_observe::detect::event::{Event, State};
use hashquake_observe::detect::tally::{self, Known, Tally};
use hashquake_observe::detect::thresholds::{self, Thresholds};
use hashquake_observe::detect::{online, retrospective};
use hashquake_world::atlas;
use serde::Serialize;

use super::input::{Input, parse_as_of, parse_start};
use hashquake_report::text::plain_table;

const DAYS_A_YEAR: f64 = 365.25;

#[derive(clap::Args)]
#[command(after_help = "\
Say how many false alarms a year are right, not a percentage: the thresholds that give them are \
calibrated for the whole detector. A shock that lasts is one event. Losses are positive, gains negative; \
each interval is 90 %. \"real\" is the probability that the hashrate changed, from block times alone and \
a prior of six shocks a year; \"callable\" is the block at which the detector could first have called it.

Examples:
  hashquake detect
  hashquake detect --from 2021-04-01 --to 2021-08-01 --false-alarms-per-year 4
  hashquake detect --mode retrospective --from 2022-01-01 --to 2023-01-01
  hashquake detect --as-of 2021-04-18T12:00Z --from 2021-04-01
  hashquake detect --power --loss 13.4 --days 5
  hashquake detect --power --since 2022-01-05T10:45Z --as-of 2022-01-07
  hashquake detect --power --table
  hashquake detect --score
  hashquake detect --check --years 100
  hashquake detect --calibrate > thresholds.csv")]
pub struct Args {
    /// Start (UTC) [default: 28 days after the first block]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    from: Option<Seconds>,
    /// End, exclusive [default: the last block]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    to: Option<Seconds>,
    /// False alarms a year that are right, all tests and both directions together
    #[arg(
        long,
        value_name = "F",
        default_value_t = 1.0,
        allow_negative_numbers = true
    )]
    false_alarms_per_year: f64,
    /// As each block arrives, or with all of them
    #[arg(long, value_enum, default_value_t = Mode::Online)]
    mode: Mode,
    /// What a network without shocks does: the false alarms are counted on it
    #[arg(long, value_enum, default_value_t = Ground::Constant)]
    background: Ground,
    /// Use only the blocks that were known at this moment; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    measure: measure::Measure,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// As each block arrives
    Online,
    /// With all blocks, by Bayesian blocks
    Retrospective,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ground {
    /// The hashrate stays
    Constant,
    /// It grows, wanders and trembles
    Realistic,
}

impl Ground {
    fn background(self) -> Background {
        match self {
            Self::Constant => Background::Constant,
            Self::Realistic => Background::Realistic,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let thresholds = thresholds::at(args.background.background(), args.false_alarms_per_year);
    if args.measure.is_asked() {
        return measure::run(&args, thresholds);
    }
    let report = report(&args, thresholds)?;
    let text = match args.format {
        Format::Json => serde_json::to_string(&report)? + "\n",
        Format::Table if args.measure.score => tally_text(&report),
        Format::Table => table(&report),
    };
    super::output::print(text.as_bytes())
}

#[derive(Serialize)]
struct Report {
    version: &'static str,
    as_of: AsOf,
    mode: Mode,
    background: Background,
    false_alarms_per_year: f64,
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    from: Seconds,
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    to: Seconds,
    alarms_per_year: f64,
    events: Vec<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detection: Option<Tally>,
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct AsOf {
    height: u32,
    time: String,
}

fn report(
    args: &Args,
    thresholds: Result<Thresholds, thresholds::RateError>,
) -> anyhow::Result<Report> {
    let loaded = args.input.load(args.as_of)?;
    let first = *loaded
        .blocks
        .times()
        .first()
        .context("there are no blocks")?;
    let data_end = loaded.blocks.times().iter().max().copied().unwrap_or(first);
    let blocks = match args.as_of {
        Some(t) => loaded.blocks.as_of(t),
        None => loaded.blocks,
    };
    let tested = blocks.times().get(WARM_UP_BLOCKS as usize).copied();
    let last = blocks.times().last().copied().unwrap_or(first);
    let span = Span {
        start: args.from.unwrap_or(tested.unwrap_or(first).into()),
        end: args.to.unwrap_or(Seconds::from(last) + 1),
    };
    let mut wrong: Vec<String> = thresholds
        .as_ref()
        .err()
        .map(ToString::to_string)
        .into_iter()
        .collect();
    wrong.extend(wrong_moments(args, span, first.into(), data_end.into()));
    if wrong.is_empty() && (tested.is_none() || span.end <= Seconds::from(first)) {
        wrong.push(format!(
            "nothing can be tested: the first {WARM_UP_BLOCKS} blocks (28 days) only teach the detector the usual rate, and the blocks run from {} to {}",
            rfc3339(first.into()),
            rfc3339(last.into())
        ));
    }
    let thresholds = match thresholds {
        Ok(thresholds) if wrong.is_empty() => thresholds,
        _ => bail!("{}", wrong.join("\nerror: ")),
    };
    let mut events = match args.mode {
        Mode::Online => online(&blocks, &thresholds),
        Mode::Retrospective => retrospective(&blocks, &thresholds),
    };
    let known = known(atlas::cases().iter());
    tally::name(&mut events, &known, last.into());
    let detection = args
        .measure
        .score
        .then(|| tally::tally(&events, &independent(), span, last.into()));
    events.retain(|e| {
        let own = e.span(last.into());
        own.start < span.end && span.start < own.end
    });
    Ok(Report {
        version: env!("CARGO_PKG_VERSION"),
        as_of: AsOf {
            height: blocks.last_height().unwrap_or(0),
            time: rfc3339(last.into()),
        },
        mode: args.mode,
        background: args.background.background(),
        false_alarms_per_year: args.false_alarms_per_year,
        from: span.start,
        to: span.end,
        alarms_per_year: events.len() as f64 / (span.days() / DAYS_A_YEAR),
        events,
        detection,
        sources: loaded.sources,
    })
}

/// Every moment that cannot be, with what would be right.
fn wrong_moments(args: &Args, span: Span, first: Seconds, last: Seconds) -> Vec<String> {
    let mut wrong = Vec::new();
    let data = || {
        format!(
            "the blocks run from {} to {}",
            rfc3339(first),
            rfc3339(last)
        )
    };
    if let Some(t) = args.as_of {
        if t < first {
            wrong.push(format!(
                "--as-of {} lies before the first block: {}",
                rfc3339(t),
                data()
            ));
        } else if date(t) > date(last) {
            wrong.push(format!(
                "--as-of {} lies after the last block: {}",
                rfc3339(t),
                data()
            ));
        }
    }
    if span.start >= span.end {
        wrong.push(format!(
            "--from {} must lie before --to {} (or --as-of)",
            rfc3339(span.start),
            rfc3339(span.end)
        ));
    }
    if args.from.is_some_and(|t| t > last) || args.to.is_some_and(|t| t <= first) {
        wrong.push(format!(
            "no block between {} and {}: {}",
            rfc3339(span.start),
            rfc3339(span.end),
            data()
        ));
    }
    wrong
}

fn known(cases: impl Iterator<Item = &'static atlas::Case>) -> Vec<Known> {
    let known = |case: &atlas::Case| Known {
        id: case.id.clone(),
        window: case.window,
    };
    cases.map(known).collect()
}

/// The cases that a detector may be scored against: known from elsewhere, not picked from the chain. A
/// window that begins with a retarget was.
fn independent() -> Vec<Known> {
    let retargets: Vec<Seconds> = history::embedded()
        .epochs
        .iter()
        .map(|e| Seconds::from(e.first_time))
        .collect();
    known(
        atlas::cases()
            .iter()
            .filter(|c| !retargets.contains(&c.window.start)),
    )
}

/// How the online detector, at one false alarm a year on a constant background, did over `span`.
pub fn detection(blocks: &Blocks, span: Span) -> anyhow::Result<Tally> {
    let thresholds = thresholds::at(Background::Constant, 1.0)?;
    let first = blocks.times().first().copied().unwrap_or(0).into();
    let last = blocks.times().last().copied().unwrap_or(0).into();
    let tested = blocks.times().get(WARM_UP_BLOCKS as usize).copied();
    let span = Span {
        start: span.start.max(tested.map_or(first, Seconds::from)),
        end: span.end.min(last + 1),
    };
    Ok(tally::tally(
        &online(blocks, &thresholds),
        &independent(),
        span,
        last,
    ))
}

fn table(report: &Report) -> String {
    let mut table = plain_table(&[
        "onset (UTC)",
        "between",
        "end",
        "between",
        "loss, %",
        "range",
        "real",
        "callable",
        "atlas",
    ]);
    for event in &report.events {
        let (end, ends) = match (event.state, event.end) {
            (_, None) => ("goes on".to_string(), String::new()),
            (State::BecameNormal, Some(q)) => (format!("stays ({})", date(q.p50)), String::new()),
            (_, Some(q)) => (minute(q.p50), range(q)),
        };
        let loss = event.loss_percent;
        table.add_row([
            minute(event.onset.p50),
            range(event.onset),
            end,
            ends,
            format!("{:.1}", loss.p50),
            format!("{:.1} to {:.1}", loss.p05, loss.p95),
            format!("{:.2}", event.probability_real),
            event.called_at.map_or("never".to_string(), minute),
            event.atlas.clone().unwrap_or_default(),
        ]);
    }
    for column in [4, 5, 6] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = String::new();
    if !report.events.is_empty() {
        let _ = writeln!(out, "{}\n", table.trim_fmt());
    }
    let _ = writeln!(
        out,
        "{} between {} and {}, {:.1} a year, where {} a year would be false on a {} background. Blocks to {}. hashquake {}",
        match report.events.len() {
            0 => "No shock".to_string(),
            1 => "1 shock".to_string(),
            n => format!("{n} shocks"),
        },
        date(report.from),
        date(report.to),
        report.alarms_per_year,
        report.false_alarms_per_year,
        report.background.word(),
        report.as_of.height,
        report.version
    );
    out
}

fn tally_text(report: &Report) -> String {
    let Some(t) = &report.detection else {
        return String::new();
    };
    format!(
        "{}\n\n{} to {}, at {} false alarms a year on a {} background; atlas without the cases whose window begins with a retarget\n",
        tally_table(t).trim_fmt(),
        date(report.from),
        date(report.to),
        report.false_alarms_per_year,
        report.background.word()
    )
}

/// A tally as a table of one row.
pub fn tally_table(t: &Tally) -> Table {
    let mut table = plain_table(&[
        "alarms a year",
        "outside the atlas",
        "atlas events",
        "found",
        "median delay, days",
    ]);
    table.add_row([
        format!("{:.2}", t.alarms_per_year),
        format!("{:.2}", t.alarms_per_year_outside_atlas),
        t.events.to_string(),
        t.found.to_string(),
        t.delay_days_median
            .map_or("-".to_string(), |d| format!("{d:.1}")),
    ]);
    table
}

fn minute(t: Seconds) -> String {
    rfc3339(t)[..16].replace('T', " ")
}

/// 90 %, to the hour; the year stands beside it.
fn range(q: Quantiles<Seconds>) -> String {
    let hour = |t: Seconds| rfc3339(t)[5..13].replace('T', " ") + "h";
    format!("{} - {}", hour(q.p05), hour(q.p95))
}
