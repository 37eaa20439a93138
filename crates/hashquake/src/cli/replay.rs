//! `hashquake replay`: past shocks simulated from what was known before them, and scored against what came.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;
use comfy_table::CellAlignment;
use hashquake_base::provenance::Source;
use hashquake_base::units::{DAY, Moment, Seconds, date};
use hashquake_chain::history::{self, History};
use hashquake_replay::answer::{ReplaySummary, SharesGiven, document};
use hashquake_replay::score::Score;
use hashquake_replay::scored::{Ask, Field, Scored};
use hashquake_replay::{self, Information, Replay};
use hashquake_sim::Sampler;
use hashquake_source::read::read;
use hashquake_world::market::prices::parse_prices;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::output::print;
use crate::ask::history_source;
use hashquake_report::text;

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
    /// How blocks are found: each of them, or in strides; equal in law
    #[arg(long, value_enum, default_value_t = How::Leap)]
    sampler: How,
    /// Daily closes from a CSV (plain or zstd) with time,price_usd; those of the year before the start are drawn from
    #[arg(long, value_name = "FILE", requires = "case")]
    prices: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
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

#[derive(Clone, Copy, ValueEnum)]
enum How {
    Block,
    Leap,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let Some(case) = &args.case else {
        return list(args.format);
    };
    let replay = hashquake_replay::find(case)?;
    let ask = Ask {
        start: args.as_of,
        runs: args.runs,
        seed: args.seed,
        sampler: match args.sampler {
            How::Block => Sampler::Block,
            How::Leap => Sampler::Leap,
        },
        closes: args.prices.as_deref().map(closes).transpose()?,
    };
    let wanted = match args.information {
        Some(Known::AsKnown) => vec![Information::AsKnown],
        Some(Known::GivenDates) => vec![Information::GivenDates],
        None => replay.informations(),
    };
    let history = history::embedded();
    let (field, scored) = all(replay, &wanted, history, &ask).with_context(|| {
        args.prices.as_ref().map_or(case.clone(), |p| {
            format!("{case}, prices of {}", p.display())
        })
    })?;
    let mut sources = vec![history_source()];
    sources.extend(args.prices.iter().map(|path| Source {
        what: "prices before the start".to_string(),
        from: path.display().to_string(),
        licence: "the user's own file".to_string(),
    }));
    let version = env!("CARGO_PKG_VERSION");
    let command = command(&args, case, field.span.start);
    let document = document(replay, &field, scored, &ask, version, command, sources);
    let printed = match args.format {
        Format::Json => format!("{}\n", serde_json::to_string(&document)?),
        Format::Text => page(&document),
    };
    print(printed.as_bytes())
}

/// A moment of knowledge; after a day's end the runs start with the next.
/// Closes from a file of the user's own: time, dollars.
fn closes(path: &Path) -> anyhow::Result<Vec<(Seconds, f64)>> {
    let quotes = parse_prices(&path.display().to_string(), &read(path)?.bytes)?.value;
    Ok(quotes.iter().map(|q| (q.time, q.usd)).collect())
}

fn parse_start_of_runs(text: &str) -> Result<Seconds, String> {
    Ok(match Moment::parse(text)? {
        Moment::Day(day) => day + DAY,
        Moment::Instant(t) => t,
    })
}

fn all(
    replay: &Replay,
    wanted: &[Information],
    history: &History,
    ask: &Ask,
) -> anyhow::Result<(Field, Vec<Scored>)> {
    for information in wanted {
        replay.scenario(*information, ask.start)?;
    }
    let bar = ProgressBar::new(u64::from(ask.runs) * wanted.len() as u64);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len} runs")?);
    let field = Field::new(replay, history, ask)?;
    let one = |i: &Information| Scored::new(replay, *i, &field, history, ask, || bar.inc(1));
    let scored = wanted.iter().map(one).collect::<Result<_, _>>()?;
    bar.finish_and_clear();
    Ok((field, scored))
}

fn command(args: &Args, case: &str, start: Seconds) -> String {
    let mut out = format!(
        "hashquake replay {case} --runs {} --seed {}",
        args.runs, args.seed
    );
    if args.as_of.is_some() {
        let _ = write!(out, " --as-of {}", hashquake_base::units::rfc3339(start));
    }
    if let Some(known) = args.information.and_then(|i| i.to_possible_value()) {
        let _ = write!(out, " --information {}", known.get_name());
    }
    if matches!(args.sampler, How::Block) {
        out.push_str(" --sampler block");
    }
    if let Some(path) = &args.prices {
        let _ = write!(out, " --prices {}", path.display());
    }
    out
}

#[derive(Serialize)]
struct Listed {
    replay: &'static str,
    case: &'static str,
    start: String,
    end: String,
    event_from: String,
    event_to: String,
    information: Vec<Information>,
    as_known: String,
}

fn list(format: Format) -> anyhow::Result<()> {
    let rows = hashquake_replay::ALL.iter().map(|r| {
        let scenario = r.scenario(Information::AsKnown, None)?.scenario;
        let told: Vec<&str> = scenario.events.iter().map(|e| e.id.as_str()).collect();
        let event = r.event();
        Ok(Listed {
            replay: r.id,
            case: r.case,
            start: date(scenario.start),
            end: date(scenario.end),
            event_from: date(event.start),
            event_to: date(event.end),
            information: r.informations(),
            as_known: told.join(", "),
        })
    });
    let rows: Vec<Listed> = rows.collect::<anyhow::Result<_>>()?;
    let printed = match format {
        Format::Json => format!("{}\n", serde_json::to_string(&rows)?),
        Format::Text => {
            let mut table = text::plain_table(&["case", "runs from", "to", "event", "known then"]);
            for row in &rows {
                table.add_row([
                    row.replay,
                    &row.start,
                    &row.end,
                    &row.event_from,
                    if row.as_known.is_empty() {
                        "nothing"
                    } else {
                        &row.as_known
                    },
                ]);
            }
            format!("{}\n", table.trim_fmt())
        }
    };
    print(printed.as_bytes())
}

fn page(d: &ReplaySummary) -> String {
    let r = &d.simulation;
    let mut out = format!("{}\n\n", r.title);
    for paragraph in r.verdict.split("\n\n") {
        let _ = writeln!(out, "{}\n", text::wrap(paragraph));
    }
    let _ = writeln!(out, "{}\n", scores(d));
    let _ = writeln!(
        out,
        "Blocks a day: CRPS before, during and after the event\n\n{}\n",
        phases(d)
    );
    for given in &d.country_shares {
        let _ = writeln!(out, "{}\n", shares(given));
    }
    let _ = writeln!(
        out,
        "{}\n{}",
        text::wrap(&format!(
            "{} numbers without a source are assumptions; --format json lists them as priors.",
            r.priors.len()
        )),
        text::wrap(&format!("hashquake {}: {}", r.version, r.command))
    );
    out
}

fn scores(d: &ReplaySummary) -> String {
    let head = ["quantity", "information", "model", "CRPS", "90 % held", "n"];
    let mut table = text::plain_table(&head);
    for row in &d.scores {
        let Score {
            crps, coverage90, ..
        } = row;
        table.add_row([
            row.quantity.to_string(),
            row.information.words().to_string(),
            row.model.to_string(),
            format!("{crps:.2}"),
            format!("{:.0} %", 100.0 * coverage90),
            row.n.to_string(),
        ]);
    }
    right(&mut table, 3..6);
    table.trim_fmt()
}

fn phases(d: &ReplaySummary) -> String {
    let mut table = text::plain_table(&["information", "model", "before", "during", "after"]);
    for rows in d
        .phases
        .chunk_by(|a, b| a.score.information == b.score.information)
    {
        for first in rows.iter().filter(|p| p.phase == "during") {
            let of = |phase: &str| {
                let found = rows
                    .iter()
                    .find(|p| p.phase == phase && p.score.model == first.score.model);
                found.map_or("-".to_string(), |p| format!("{:.2}", p.score.crps))
            };
            table.add_row([
                first.score.information.words().to_string(),
                first.score.model.to_string(),
                of("before"),
                of("during"),
                of("after"),
            ]);
        }
    }
    right(&mut table, 2..5);
    table.trim_fmt()
}

fn shares(given: &SharesGiven) -> String {
    let s = &given.shares;
    let mut out = format!(
        "Shares in January 2022, percent, {}, from the map of {}\n\n",
        given.information.words(),
        s.map_month
    );
    let mut table = text::plain_table(&[
        "country",
        "came",
        "hashquake",
        "90 % range",
        "stays",
        "China at ten",
    ]);
    for row in &s.rows {
        table.add_row([
            row.region.to_string(),
            format!("{:.1}", row.came),
            format!("{:.1}", row.hashquake.p50),
            format!("{:.1} to {:.1}", row.hashquake.p05, row.hashquake.p95),
            format!("{:.1}", row.persistence),
            format!("{:.1}", row.china_at_ten),
        ]);
    }
    table.add_row([
        "mean error".to_string(),
        String::new(),
        format!("{:.2}", s.mae_hashquake),
        String::new(),
        format!("{:.2}", s.mae_persistence),
        format!("{:.2}", s.mae_china_at_ten),
    ]);
    right(&mut table, 1..6);
    out.push_str(&table.trim_fmt());
    out
}

fn right(table: &mut comfy_table::Table, columns: core::ops::Range<usize>) {
    for i in columns {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
