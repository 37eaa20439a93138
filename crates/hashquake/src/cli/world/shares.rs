//! `hashquake world shares` and `world history`.

use anyhow::{Context, ensure};
use hashquake_base::units::{Seconds, date, rfc3339};
use hashquake_report::document::world::{
    CountryShares, PrintedShare, PrintedShares, ShareHistory, ShareOfRegion, SharesCheck,
};
use hashquake_report::text;
use hashquake_world::month::Month;
use hashquake_world::shares::{self, Shares, provinces_printed, sources_at};
use hashquake_world::table::{self, EDITIONS, MAP, OTHERS, PROVINCES, REGIONS, SEASONS, SHARES};
use hashquake_world::{editions, region};

use super::answer::Answer;
use super::moment::parse_at;
use super::rows;
use crate::cli::input::parse_as_of;
use crate::cli::output::RowFormat;

#[derive(clap::Args)]
#[command(after_help = "\
A share's interval allows for what the map did not sample, for addresses hidden behind proxies, and for
months without data.

Examples:
  hashquake world shares --at 2022-01
  hashquake world shares --at 2022-01-05 --as-of 2022-01-06
  hashquake world shares --at 2021-04 --region CN-XJ
  hashquake world shares --at 2024-07 --all-sources
  hashquake world shares --check
  hashquake world shares --at 2022-01 --format csv")]
pub struct Args {
    /// The moment: a month, a day or a time (UTC) [default: the map's last month]
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Option<Seconds>,
    /// Only editions of the map published by then; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// One region: a country, or a province of China
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Every source's printed figures side by side
    #[arg(long, conflicts_with_all = ["region", "check"])]
    all_sources: bool,
    /// How well figures were predicted before they were printed
    #[arg(long, conflicts_with_all = ["at", "as_of", "region"])]
    check: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world history KZ
  hashquake world history CN-XJ --format csv")]
pub struct HistoryArgs {
    /// A country of the map, a province of China of its table, or `other`
    #[arg(value_name = "CODE")]
    region: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    if args.check {
        return check(args.format);
    }
    let known = shares::newest(args.as_of).with_context(|| {
        let first = editions::all().first().map_or(0, |e| e.known_at);
        format!(
            "no edition of the map was published by {}; the first is of {}: give a later --as-of",
            args.as_of.map_or(String::new(), rfc3339),
            date(first)
        )
    })?;
    let at = args.at.unwrap_or(known.start());
    if args.all_sources {
        return all_sources(at, args);
    }
    let shares = shares::at(at, args.as_of).context("the map has no such month")?;
    match &args.region {
        Some(code) => one(&shares, code, args),
        None => all(shares, args),
    }
}

fn all(shares: Shares, args: &Args) -> anyhow::Result<()> {
    let answer = Answer {
        as_of: args.as_of,
        seed: Some(0),
        inputs: table::inputs(&SHARES),
        document: CountryShares::new(shares, args.as_of),
    };
    answer.print(args.format, text::world::shares, rows::shares)
}

fn one(shares: &Shares, code: &str, args: &Args) -> anyhow::Result<()> {
    if code != "other" {
        region::find(code)?;
    }
    let share = shares.share(code)?;
    let mut tables = SHARES.to_vec();
    if shares.row(code).is_none() {
        tables.extend([PROVINCES, SEASONS]);
    }
    let answer = Answer {
        as_of: args.as_of,
        seed: Some(0),
        inputs: table::inputs(&tables),
        document: ShareOfRegion::new(share, shares),
    };
    answer.print(args.format, text::world::region, rows::region)
}

fn all_sources(at: Seconds, args: &Args) -> anyhow::Result<()> {
    let answer = Answer {
        as_of: args.as_of,
        seed: None,
        inputs: table::inputs(&[EDITIONS, MAP, OTHERS]),
        document: PrintedShares {
            surveys: sources_at(at, args.as_of),
        },
    };
    answer.print(args.format, text::world::printed, rows::printed)
}

fn check(format: RowFormat) -> anyhow::Result<()> {
    let answer = Answer {
        as_of: None,
        seed: Some(0),
        inputs: table::inputs(&SHARES),
        document: SharesCheck::of_all(),
    };
    answer.print(format, text::world::check, rows::check)
}

pub fn history(args: &HistoryArgs) -> anyhow::Result<()> {
    let code = if args.region == "other" {
        "other"
    } else {
        &region::find(&args.region)?.code
    };
    let mut tables = vec![REGIONS, EDITIONS, MAP];
    let mut printed: Vec<(Month, f64, Seconds)> = shares::history(code);
    if printed.is_empty() {
        tables.push(PROVINCES);
        let months = editions::months(None).context("no map")?;
        for i in 0..=months.last.since(months.first) {
            let month = months.first.plus(i);
            let found = provinces_printed(month)
                .into_iter()
                .find(|(c, ..)| *c == code);
            printed.extend(found.and_then(|(_, p, known)| Some((month, p, known?))));
        }
    }
    ensure!(
        !printed.is_empty(),
        "no source gives {} by month: the map has CA, CN, DE, IE, IR, KZ, MY, RU, US and other; the split of China has CN-BJ, CN-GD, CN-GS, CN-GZ, CN-NM, CN-SC, CN-SX, CN-XJ, CN-YN and CN-ZJ",
        region::name(code)
    );
    let month = |&(month, printed_percent, known_at): &(Month, f64, Seconds)| PrintedShare {
        month,
        printed_percent,
        known_at,
    };
    let answer = Answer {
        as_of: None,
        seed: None,
        inputs: table::inputs(&tables),
        document: ShareHistory {
            region: code.to_string(),
            source: shares::MAP,
            months: printed.iter().map(month).collect(),
        },
    };
    answer.print(args.format, text::world::history, rows::history)
}
