//! `hashquake detect`: the shocks in a stretch of chain, and what the detector can see at all.

mod measure;

use clap::ValueEnum;
use hashquake_base::units::{Seconds, Span, Timestamp, rfc3339};
use hashquake_chain::blocks::Blocks;
use hashquake_chain::history;
use hashquake_observe::detect::background::Background;
use hashquake_observe::detect::bank::WARM_UP_BLOCKS;
use hashquake_observe::detect::tally::{self, KnownShock, Tally};
use hashquake_observe::detect::thresholds::{self, RateError, Thresholds};
use hashquake_observe::detect::{online, retrospective};
use hashquake_report::document::LastBlock;
use hashquake_report::document::detect::{DetectedShocks, Mode};
use hashquake_report::envelope::Envelope;
use hashquake_report::text;
use hashquake_world::atlas;

use super::input::{Input, Loaded, parse_as_of, parse_start};
use super::output::{Format, command, print, print_json, width};
use super::window::{self, Asked};
use crate::ask::atlas_input;

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
    #[arg(long, value_enum, default_value_t = ModeWord::Online)]
    mode: ModeWord,
    /// What a network without shocks does: the false alarms are counted on it
    #[arg(long, value_enum, default_value_t = BackgroundWord::Constant)]
    background: BackgroundWord,
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

/// What `--mode` takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeWord {
    /// As each block arrives
    Online,
    /// With all blocks, by Bayesian blocks
    Retrospective,
}

/// What `--background` takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BackgroundWord {
    /// The hashrate stays
    Constant,
    /// It grows, drifts and fluctuates
    Realistic,
}

impl BackgroundWord {
    fn background(self) -> Background {
        match self {
            Self::Constant => Background::Constant,
            Self::Realistic => Background::Realistic,
        }
    }
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let background = args.background.background();
    let thresholds = thresholds::at(background, args.false_alarms_per_year);
    if args.measure.is_asked() {
        let ask = measure::Ask {
            background,
            false_alarms_per_year: args.false_alarms_per_year,
            as_of: args.as_of,
            format: args.format,
        };
        return measure::run(&args.measure, ask, thresholds);
    }
    let loaded = args.input.load(args.as_of)?;
    let (_, last) = window::reach(&loaded.blocks)?;
    let (mut inputs, notes) = (loaded.inputs.clone(), loaded.notes.clone());
    inputs.push(atlas_input());
    let answer = shocks(&args, loaded, thresholds)?;
    let as_of = args.as_of.unwrap_or(last);
    let envelope = Envelope::new(command(), Some(as_of), None, inputs, answer).with_notes(notes);
    match args.format {
        Format::Json => print_json(&envelope),
        Format::Table => print(text::detect::shocks(&envelope, width()).as_bytes()),
    }
}

fn shocks(
    args: &Args,
    loaded: Loaded,
    thresholds: Result<Thresholds, RateError>,
) -> anyhow::Result<DetectedShocks> {
    let data = window::reach(&loaded.blocks)?;
    let blocks = match args.as_of {
        Some(t) => loaded.blocks.as_of(t),
        None => loaded.blocks,
    };
    let tested = blocks.times().get(WARM_UP_BLOCKS as usize).copied();
    let last = blocks.times().last().map_or(data.0, |t| Seconds::from(*t));
    let span = Span {
        start: args.from.unwrap_or(tested.map_or(data.0, Seconds::from)),
        end: args.to.unwrap_or(last + 1),
    };
    let thresholds = checked(args, span, data, (tested.is_some(), last), thresholds)?;
    let mut shocks = match args.mode {
        ModeWord::Online => online(&blocks, &thresholds),
        ModeWord::Retrospective => retrospective(&blocks, &thresholds),
    };
    tally::name(&mut shocks, &known(atlas::cases().iter()), last);
    let atlas_tally = args.measure.score;
    let atlas_tally = atlas_tally.then(|| tally::tally(&shocks, &independent(), span, last));
    shocks.retain(|shock| shock.span(last).overlaps(span));
    Ok(DetectedShocks {
        mode: match args.mode {
            ModeWord::Online => Mode::Online,
            ModeWord::Retrospective => Mode::Retrospective,
        },
        background: args.background.background(),
        false_alarms_per_year: args.false_alarms_per_year,
        window: span,
        last_block: LastBlock {
            height: blocks.last_height().unwrap_or(0),
            time: Timestamp(last),
        },
        shocks_per_year: shocks.len() as f64 / (span.days() / DAYS_A_YEAR),
        shocks,
        atlas_tally,
        sources: loaded.sources,
    })
}

/// The thresholds, when nothing that was asked for is wrong.
fn checked(
    args: &Args,
    span: Span,
    data: (Seconds, Seconds),
    (can_test, last): (bool, Seconds),
    thresholds: Result<Thresholds, RateError>,
) -> anyhow::Result<Thresholds> {
    let rate = thresholds.as_ref().err().map(ToString::to_string);
    let mut wrong: Vec<String> = rate.into_iter().collect();
    let asked = Asked {
        from: args.from,
        to: args.to,
        as_of: args.as_of,
    };
    wrong.extend(window::mistakes(asked, span, data));
    if wrong.is_empty() && (!can_test || span.end <= data.0) {
        wrong.push(format!(
            "nothing can be tested: the first {WARM_UP_BLOCKS} blocks (28 days) only teach the detector the usual rate, and the blocks run from {} to {}",
            rfc3339(data.0),
            rfc3339(last)
        ));
    }
    window::refuse(&wrong)?;
    Ok(thresholds?)
}

fn known(cases: impl Iterator<Item = &'static atlas::Case>) -> Vec<KnownShock> {
    let known = |case: &atlas::Case| KnownShock {
        id: case.id.clone(),
        window: case.window,
    };
    cases.map(known).collect()
}

/// The cases that a detector may be scored against: known from elsewhere, not picked from the chain. A
/// window that begins with a retarget was.
fn independent() -> Vec<KnownShock> {
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
