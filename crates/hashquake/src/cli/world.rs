//! `hashquake world`: the world's tables as a product of their own.

mod compare;
mod power;
mod shares;

use clap::{Subcommand, ValueEnum};
use hashquake_base::format::{list as in_words, percent, percent_range};
use hashquake_base::units::{Moment, Quantiles, Seconds, date};
use hashquake_world::machine;
use hashquake_world::month::Month;
use hashquake_world::place;
use hashquake_world::table;
use serde::Serialize;

use super::input::parse_as_of;
use hashquake_report::text;

const WIDTH: u16 = 120;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world list
  hashquake world shares --at 2022-01
  hashquake world shares --at 2022-01-05 --as-of 2022-01-06 --region KZ
  hashquake world shares --check
  hashquake world history KZ
  hashquake world efficiency --at 2022-01
  hashquake world carbon --at 2022-01 --region KZ
  hashquake world places KZ
  hashquake world compare 2021-04 2022-01
  hashquake world shares --at 2022-01 --format csv")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The tables: what they hold, from where, under which licence
    List(Plain),
    /// Countries' shares of the network at a moment, with intervals; other sources beside them
    Shares(shares::Args),
    /// One region's printed share, month by month
    History(shares::HistoryArgs),
    /// Machines with joules a terahash and months of release
    Machines(Plain),
    /// Joules a terahash of the whole fleet at a moment
    Efficiency(power::EfficiencyArgs),
    /// Grams of CO2 a kilowatt-hour: a region's, or the network's mix
    Carbon(power::CarbonArgs),
    /// The price of electricity, known or a prior, and the registered part of mining power
    Tariffs(power::TariffArgs),
    /// What is known below the country: unrest, mines, what inspections found
    Places(PlaceArgs),
    /// Two months side by side: is mining more resistant than it was?
    Compare(compare::Args),
}

#[derive(clap::Args)]
struct Plain {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world places KZ
  hashquake world places KZ-75 --as-of 2022-02-01 --format json")]
struct PlaceArgs {
    /// A country or a part of one, ISO 3166: KZ, KZ-75 (older codes such as KZ-ALA are followed)
    region: String,
    /// Only what was known then
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    match args.action {
        Action::List(plain) => list(plain.format),
        Action::Shares(args) => shares::run(&args),
        Action::History(args) => shares::history(&args),
        Action::Machines(plain) => machines(plain.format),
        Action::Efficiency(args) => power::efficiency(&args),
        Action::Carbon(args) => power::carbon(&args),
        Action::Tariffs(args) => power::tariffs(&args),
        Action::Places(args) => places(&args),
        Action::Compare(args) => compare::run(&args),
    }
}

/// A moment of the world: a month stands for its middle, a day for its first second.
fn parse_at(text: &str) -> Result<Seconds, String> {
    match (Month::parse(text), Moment::parse(text)) {
        (Ok(month), _) => Ok(month.start() + (month.end() - month.start()) / 2),
        (_, Ok(moment)) => Ok(moment.start()),
        _ => Err(format!(
            "`{text}` is neither a month nor a time: write 2022-01, 2022-01-05 or 2022-01-05T10:45:00Z"
        )),
    }
}

/// Rows to be printed in one of three ways.
struct Sheet<'a> {
    header: &'a [&'a str],
    rows: Vec<Vec<String>>,
    words: String,
}

/// Prints rows as a table with words below it or as CSV, or the document as JSON.
fn print<T: Serialize>(format: Format, document: &T, sheet: &Sheet<'_>) -> anyhow::Result<()> {
    match format {
        Format::Json => anstream::println!("{}", serde_json::to_string_pretty(document)?),
        Format::Csv => {
            let mut out = csv::Writer::from_writer(Vec::new());
            out.write_record(sheet.header)?;
            for row in &sheet.rows {
                out.write_record(row)?;
            }
            super::output::print(&out.into_inner()?)?;
        }
        Format::Table => {
            let words: Vec<String> = sheet.header.iter().map(|h| h.replace('_', " ")).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut table = text::table(&words, WIDTH);
            for column in table.column_iter_mut() {
                column.set_padding((0, 2));
            }
            table.add_rows(&sheet.rows);
            anstream::println!("{}", trimmed(&table.to_string()));
            if !sheet.words.is_empty() {
                anstream::println!("\n{}", text::wrap(&sheet.words));
            }
        }
    }
    Ok(())
}

/// Without the blanks that fill the last column.
fn trimmed(table: &str) -> String {
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// `37.8 % (28.1 to 48.6 %)`.
fn with_range(q: Quantiles) -> String {
    format!("{} ({})", percent(q.p50), percent_range(q))
}

fn opt<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |v| v.to_string())
}

fn list(format: Format) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Row {
        #[serde(flatten)]
        table: table::Table,
        rows: Option<usize>,
    }
    let row = |t: &table::Table| Row {
        table: *t,
        rows: t.rows(),
    };
    let document: Vec<Row> = table::TABLES.iter().map(row).collect();
    let cells = |t: &table::Table| {
        let rows = opt(t.rows());
        vec![
            t.name.into(),
            t.what.into(),
            rows,
            t.source.into(),
            t.licence.into(),
        ]
    };
    let sheet = Sheet {
        header: &["table", "what", "rows", "source", "licence"],
        rows: table::TABLES.iter().map(cells).collect(),
        words:
            "Digests: hashquake data --format json. What was left out of each: world/SOURCES.md."
                .into(),
    };
    print(format, &document, &sheet)
}

fn machines(format: Format) -> anyhow::Result<()> {
    let mut all: Vec<&machine::Machine> = machine::all().iter().collect();
    all.sort_by_key(|m| (m.released.is_none(), m.released));
    let undated = all.iter().filter(|m| m.released.is_none()).count();
    let cells = |m: &&machine::Machine| {
        vec![
            m.model.clone(),
            opt(m.released),
            format!("{:.1}", m.j_per_th),
            opt(m.th_per_s),
            opt(m.watts),
            m.source.clone(),
        ]
    };
    let sheet = Sheet {
        header: &[
            "model", "released", "j_per_th", "th_per_s", "watts", "source",
        ],
        rows: all.iter().map(cells).collect(),
        words: format!(
            "{} rows of three lists, which may disagree on a machine's date; {undated} without a sourced date are indicative only. Sources: cbeci, the Cambridge list to 2020-05; f2pool, the pool's list of March 2020; datasheets, makers' data sheets.",
            all.len()
        ),
    };
    print(format, &all, &sheet)
}

fn places(args: &PlaceArgs) -> anyhow::Result<()> {
    let mut facts = place::facts(&args.region)?;
    facts.retain(|f| args.as_of.is_none_or(|t| f.known_at <= t));
    let cells = |f: &&place::Fact| {
        let when = if f.from == f.to {
            f.from.clone()
        } else {
            format!("{} to {}", f.from, f.to)
        };
        vec![
            f.region.to_string(),
            hashquake_world::region::name(f.region).to_string(),
            f.kind.words().to_string(),
            when,
            opt(f.megawatts),
            f.fact.clone(),
            date(f.known_at),
            f.source.clone(),
        ]
    };
    let known: Vec<String> = {
        let mut codes: Vec<&str> = place::all().iter().map(|f| &f.region[..2]).collect();
        codes.dedup();
        codes.sort_unstable();
        codes.dedup();
        codes.iter().map(|c| (*c).to_string()).collect()
    };
    let words = if facts.is_empty() {
        format!(
            "Nothing is known here below the country; facts are at hand for {}.",
            in_words(&known)
        )
    } else {
        "A fact without a day of publication is known from the end of the period that it names."
            .into()
    };
    let sheet = Sheet {
        header: &[
            "region",
            "name",
            "kind",
            "when",
            "megawatts",
            "fact",
            "known_at",
            "source",
        ],
        rows: facts.iter().map(cells).collect(),
        words,
    };
    print(args.format, &facts, &sheet)
}
