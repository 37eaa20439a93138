//! `hashquake atlas`: the past shocks, what block times say of each, their like and their frequency.

mod rates;
mod show;

use anyhow::{bail, ensure};
use clap::{Subcommand, ValueEnum};
use hashquake_base::format::{percent, percent_range};
use hashquake_base::units::{Seconds, Span, date, rfc3339};
use hashquake_chain::history;
use hashquake_explain::analogue::{BlockAnswer, Measured, Retarget, measure, nearest};
use hashquake_world::atlas::{self, Cause, Region, WindowBasis};
use serde::Serialize;

use super::input::parse_start;
use hashquake_report::text;

const WIDTH: u16 = 120;
/// The atlas in a sentence that stands below every list of it.
const NO_CENSUS: &str = "The atlas is what was collected, not a census: it leans towards what the press of the day wrote about.";

#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  hashquake atlas
  hashquake atlas --cause power_cut --sort loss
  hashquake atlas --region CN --from 2021-04-01 --to 2021-08-01
  hashquake atlas show texas-2021
  hashquake atlas nearest --loss 20 --days 4
  hashquake atlas rates
  hashquake atlas --min-loss 10 --format json"
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: List,
}

#[derive(Subcommand)]
enum Action {
    /// One case: window, statements, claims with their sources, and what the chain says
    Show(show::Args),
    /// The cases most like a loss of a given size and length
    Nearest(Nearest),
    /// Shocks a year by size and cause, and whether they are becoming rarer
    Rates(rates::Args),
}

#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    filter: Filter,
    /// Order of the list
    #[arg(long, value_enum, default_value_t = Sort::Date)]
    sort: Sort,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(clap::Args)]
#[command(after_help = "\
The distance is the root of ((loss - case's loss) / 10 points)^2 + log2(days / case's days)^2: ten points
of loss count as much as a doubling of the time. A case's loss is what block times alone say of its window.

Examples:
  hashquake atlas nearest --loss 20 --days 4
  hashquake atlas nearest --loss 13.4 --days 5 --cause internet_outage --format json")]
struct Nearest {
    /// The loss, percent of the network's hashrate
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true)]
    loss: f64,
    /// How long it lasted, days
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    days: f64,
    /// How many cases to name
    #[arg(long, value_name = "N", default_value_t = 5)]
    count: usize,
    #[command(flatten)]
    filter: Filter,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(clap::Args)]
struct Filter {
    /// Only cases of this cause (may be repeated)
    #[arg(long, value_name = "CAUSE", value_parser = Cause::parse, value_delimiter = ',')]
    cause: Vec<Cause>,
    /// Only cases in this country or part of one, ISO 3166: KZ, US-TX
    #[arg(long, value_name = "CODE", value_parser = Region::parse)]
    region: Option<Region>,
    /// Only windows that reach beyond this time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_start)]
    from: Option<Seconds>,
    /// Only windows that begin before this time
    #[arg(long, value_name = "T", value_parser = parse_start)]
    to: Option<Seconds>,
    /// Only cases of which block times say at least this loss, percent, as a median
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true)]
    min_loss: Option<f64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sort {
    /// By the start of the window
    Date,
    /// The largest loss first
    Loss,
    /// The longest window first
    Days,
    /// The strongest evidence of block times first
    Evidence,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    match args.action {
        None => list(&args.list),
        Some(Action::Show(args)) => show::run(&args),
        Some(Action::Nearest(args)) => analogues(&args),
        Some(Action::Rates(args)) => rates::run(&args),
    }
}

/// A case as a list prints it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    cause: Cause,
    regions: &'a [Region],
    window: Span,
    window_basis: &'a WindowBasis,
    days: f64,
    claims: usize,
    blocks: Option<BlockAnswer>,
    retarget: Option<Retarget>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<f64>,
}

impl<'a> Row<'a> {
    fn new(m: &Measured<'a>, distance: Option<f64>) -> Self {
        Self {
            id: &m.case.id,
            title: &m.case.title,
            cause: m.case.cause,
            regions: &m.case.regions,
            window: m.case.window,
            window_basis: &m.case.window_basis,
            days: m.days,
            claims: m.case.claims.len(),
            blocks: m.blocks,
            retarget: m.retarget,
            distance,
        }
    }
}

fn list(args: &List) -> anyhow::Result<()> {
    args.filter.check()?;
    let mut found = args
        .filter
        .apply(measure(history::embedded(), atlas::cases()));
    let loss = |m: &Measured<'_>| m.blocks.map_or(f64::NEG_INFINITY, |b| b.loss_percent.p50);
    let evidence = |m: &Measured<'_>| m.blocks.map_or(f64::NEG_INFINITY, |b| b.log10_bayes_factor);
    match args.sort {
        Sort::Date => found.sort_by_key(|m| m.case.window.start),
        Sort::Loss => found.sort_by(|a, b| loss(b).total_cmp(&loss(a))),
        Sort::Days => found.sort_by(|a, b| b.days.total_cmp(&a.days)),
        Sort::Evidence => found.sort_by(|a, b| evidence(b).total_cmp(&evidence(a))),
    }
    let rows: Vec<Row<'_>> = found.iter().map(|m| Row::new(m, None)).collect();
    print(&rows, args.format)
}

fn analogues(args: &Nearest) -> anyhow::Result<()> {
    ensure!(
        args.loss > -100.0 && args.loss < 100.0,
        "--loss {} is not a valid loss: it should lie between -100 and 100 percent",
        args.loss
    );
    ensure!(
        args.days > 0.0 && args.days.is_finite(),
        "--days {} is not a valid length: it should be more than 0",
        args.days
    );
    ensure!(
        args.count > 0,
        "--count 0 names no case: it should be at least 1"
    );
    args.filter.check()?;
    let found = args
        .filter
        .apply(measure(history::embedded(), atlas::cases()));
    let near = nearest(&found, args.loss, args.days);
    let row = |a: &hashquake_explain::analogue::Analogue<'static>| {
        Row::new(&a.measured, Some(a.distance))
    };
    let rows: Vec<Row<'_>> = near.iter().take(args.count).map(row).collect();
    print(&rows, args.format)
}

impl Filter {
    /// Refuses a stretch that runs backwards and a region without a case.
    fn check(&self) -> anyhow::Result<()> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to <= from
        {
            bail!(
                "--from {} is not before --to {}",
                rfc3339(from),
                rfc3339(to)
            );
        }
        if let Some(min) = self.min_loss {
            ensure!(
                min.abs() <= 100.0,
                "--min-loss {min} is not a valid loss: it should lie between -100 and 100 percent"
            );
        }
        let Some(region) = &self.region else {
            return Ok(());
        };
        let all = atlas::cases().iter().flat_map(|c| &c.regions);
        let mut known: Vec<&str> = all.clone().map(Region::code).collect();
        known.sort_unstable();
        known.dedup();
        ensure!(
            all.into_iter().any(|r| r.lies_in(region)),
            "no case lies in `{}`; the atlas has {}",
            region.code(),
            known.join(", ")
        );
        Ok(())
    }

    fn apply<'a>(&self, mut cases: Vec<Measured<'a>>) -> Vec<Measured<'a>> {
        cases.retain(|m| {
            let window = m.case.window;
            let loss = m.blocks.map(|b| b.loss_percent.p50);
            (self.cause.is_empty() || self.cause.contains(&m.case.cause))
                && self
                    .region
                    .as_ref()
                    .is_none_or(|asked| m.case.regions.iter().any(|r| r.lies_in(asked)))
                && self.from.is_none_or(|from| window.end > from)
                && self.to.is_none_or(|to| window.start < to)
                && self
                    .min_loss
                    .is_none_or(|min| loss.is_some_and(|l| l >= min))
        });
        cases
    }
}

/// A number as people write it, with a true minus.
fn minus(number: String) -> String {
    number.replace('-', "−")
}

fn print(rows: &[Row<'_>], format: Format) -> anyhow::Result<()> {
    if let Format::Json = format {
        anstream::println!("{}", serde_json::to_string_pretty(rows)?);
        return Ok(());
    }
    let total = atlas::cases().len();
    if rows.is_empty() {
        anstream::println!("No case passes; `hashquake atlas` lists all {total}.");
        return Ok(());
    }
    let with_distance = rows.iter().any(|r| r.distance.is_some());
    let mut header = vec![
        "case",
        "from",
        "days",
        "cause",
        "region",
        "loss",
        "90 % range",
        "log10 BF",
    ];
    if with_distance {
        header.insert(0, "distance");
    }
    let mut table = text::table(&header, WIDTH);
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    for r in rows {
        let codes: Vec<&str> = r.regions.iter().map(Region::code).collect();
        let mut cells = vec![
            r.id.to_string(),
            date(r.window.start),
            format!("{:.1}", r.days),
            r.cause.word().to_string(),
            codes.join(" "),
            r.blocks
                .map_or(String::new(), |b| percent(b.loss_percent.p50)),
            r.blocks
                .map_or(String::new(), |b| percent_range(b.loss_percent)),
            r.blocks.map_or(String::new(), |b| {
                minus(format!("{:.1}", b.log10_bayes_factor))
            }),
        ];
        if with_distance {
            cells.insert(0, r.distance.map_or(String::new(), |d| format!("{d:.2}")));
        }
        table.add_row(cells);
    }
    let words = format!(
        "{} of {total} cases. The loss is what block times alone say of the window against the days on both sides of it, computed now; a minus is a gain, and a fall that stays shows as a part of itself. {NO_CENSUS} More: hashquake atlas show CASE, hashquake explain CASE.",
        rows.len()
    );
    anstream::println!("{table}\n\n{}", text::wrap(&words));
    Ok(())
}
