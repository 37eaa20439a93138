//! `hashquake explain`: what really happened in a window, and what was said about it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use hashquake_base::units::{Seconds, Span};
use hashquake_explain::attribution::causes::{CauseName, Priors, parse_weight};
use hashquake_explain::attribution::exposure::{GivenExposure, KnownPools, parse_given};
use hashquake_explain::attribution::outage::{self, Severity};
use hashquake_explain::{Material, Question, Without};
use hashquake_observe::shares::{Series, parse_reports};
use hashquake_report::figure::readme::readme_svg;
use hashquake_report::page::page;
use hashquake_report::text;
use hashquake_world::atlas::{self, Case, Region};
use hashquake_world::market::prices::{Prices, parse_prices};

use super::input::{Input, Loaded, find_case, parse_as_of, parse_start};
use super::output::{Format, command, print, print_json, width};
use crate::ask::{Provenance, explained, reports_input, reports_source};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake explain kazakhstan-2022
  hashquake explain kazakhstan-2022 --as-of 2022-01-06T12:00:00Z
  hashquake explain kazakhstan-2022 --without press --format json
  hashquake explain elliott-2022 --report elliott.html
  hashquake explain kazakhstan-2022 --prior unrest=5
  hashquake explain --from 2021-06-20 --to 2021-07-03
  hashquake explain --from 2022-11-06 --to 2022-11-12 --prices btcusd.csv
  hashquake explain my-case.toml --blocks blocks.csv --shares reports.csv")]
pub struct Args {
    /// A case of the atlas, or the path of a case file (.toml)
    #[arg(value_name = "CASE")]
    case: Option<String>,
    /// Start of the window (UTC), of one's own or instead of the case's
    #[arg(long, value_name = "T", value_parser = parse_start)]
    from: Option<Seconds>,
    /// End of the window, exclusive
    #[arg(long, value_name = "T", value_parser = parse_start)]
    to: Option<Seconds>,
    /// Use only what was known at this moment; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// Leave a source of evidence out (may be repeated)
    #[arg(long, value_name = "SOURCE", value_enum, value_delimiter = ',')]
    without: Vec<EvidenceSource>,
    /// Reports of pools from a CSV (`,`, `;` or tab; plain, gzip or zstd; - for standard input) with
    /// time,pool,hashrate_ehs, besides the embedded ones
    #[arg(long, value_name = "FILE")]
    shares: Option<PathBuf>,
    /// A region that may have lost something, by its ISO 3166 code, instead of the case's own (may be
    /// repeated)
    #[arg(long, value_name = "CODE")]
    region: Vec<String>,
    /// Where pools' miners stand, from a CSV pool,region,share_percent; a pool goes by a name that blocks carry
    #[arg(long, value_name = "FILE")]
    exposures: Option<PathBuf>,
    /// The outage hour by hour, from a CSV audience,region,from,to,severity_low,severity_high, instead of
    /// the embedded one; a time may be a bracket `T..T`
    #[arg(long, value_name = "FILE")]
    outage: Option<PathBuf>,
    /// Prices from a CSV (`,`, `;` or tab; plain, gzip or zstd; - for standard input) with
    /// time,price_usd, instead of the embedded ones; a time is the end of its bar
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    #[command(flatten)]
    input: Input,
    /// Seed of the random streams (pool shares, usual prices)
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Weigh a cause more or less before the evidence, 1 each (may be repeated): luck, internet_outage,
    /// power_cut, curtailment, unrest, ban, price, difficulty_or_halving, unknown
    #[arg(long, value_name = "CAUSE=WEIGHT")]
    prior: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Also write one self-contained page with figures
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Also write one picture of the whole story
    #[arg(long, value_name = "FILE.svg")]
    figure: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EvidenceSource {
    Blocks,
    Shares,
    Press,
    Timeline,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let (regions, priors) = weighed(&args)?;
    let mut case_file = Vec::new();
    let case = args.case.as_deref();
    let case = case
        .map(|name| find_case(name, &mut case_file))
        .transpose()?;
    let window = window(&args, case.as_ref())?;
    let mut loaded = args.input.load(args.as_of)?;
    loaded.inputs.extend(case_file);
    let series = series(args.shares.as_deref(), &mut loaded)?;
    let prices = prices(args.prices.as_deref(), &mut loaded)?;
    let without = Without {
        blocks: args.without.contains(&EvidenceSource::Blocks),
        shares: args.without.contains(&EvidenceSource::Shares),
        press: args.without.contains(&EvidenceSource::Press),
        timeline: args.without.contains(&EvidenceSource::Timeline),
    };
    let exposures = exposures(args.exposures.as_deref(), &series, &mut loaded)?;
    let outage = outage(args.outage.as_deref(), &mut loaded)?;
    let mut question = Question::of_window(window);
    question.case = case.as_ref();
    question.as_of = args.as_of;
    question.without = without;
    question.regions = &regions;
    question.exposures = &exposures;
    question.outage = &outage;
    question.seed = args.seed;
    question.priors = Priors::from_weights(&priors)?;
    let mut material = Material::of_blocks(&loaded.blocks);
    material.series = &series;
    material.prices = prices.as_ref();
    material.sources = &loaded.sources;
    material.notes = &loaded.notes;
    let from = Provenance {
        command: command(),
        inputs: loaded.inputs,
        notes: Vec::new(),
    };
    let answer = explained(&question, &material, from)?;
    for note in &answer.answer.explanation.notes[loaded.notes.len()..] {
        anstream::eprintln!("note: {note}");
    }
    let mut files = Vec::new();
    files.extend(args.report.as_ref().map(|path| (path, page(&answer))));
    files.extend(args.figure.as_ref().map(|path| (path, readme_svg(&answer))));
    write_all(&files)?;
    match args.format {
        Format::Table => print(text::explain::explain(&answer, width()).as_bytes()),
        Format::Json => print_json(&answer),
    }
}

/// Regions, and weights of causes.
type Asked = (Vec<Region>, Vec<(CauseName, f64)>);

/// The regions and the weights of causes that were asked for.
///
/// # Errors
/// Every mistake in them at once.
fn weighed(args: &Args) -> anyhow::Result<Asked> {
    let mut mistakes = Vec::new();
    let mut regions = Vec::new();
    for text in &args.region {
        match Region::parse(text) {
            Ok(region) => regions.push(region),
            Err(e) => mistakes.push(format!("--region {text}: {e}")),
        }
    }
    let mut weights: Vec<(CauseName, f64)> = Vec::new();
    for text in &args.prior {
        match parse_weight(text) {
            Ok((cause, _)) if weights.iter().any(|w| w.0 == cause) => {
                mistakes.push(format!(
                    "--prior {text}: that cause is weighed twice; give it one weight"
                ));
            }
            Ok(weight) => weights.push(weight),
            Err(e) => mistakes.push(format!("--prior {text}: {e}")),
        }
    }
    match mistakes.as_slice() {
        [] => Ok((regions, weights)),
        [one] => bail!("{one}"),
        all => bail!("{} mistakes\n  {}", all.len(), all.join("\n  ")),
    }
}

/// Writes all of `files` or none: each beside its place first, then all into place.
fn write_all(files: &[(&PathBuf, String)]) -> anyhow::Result<()> {
    let beside = |path: &PathBuf| {
        let mut name = path.clone().into_os_string();
        name.push(".hashquake-part");
        PathBuf::from(name)
    };
    let mut written = Vec::new();
    for (path, text) in files {
        if let Err(e) = fs::write(beside(path), text) {
            written.iter().for_each(|p| drop(fs::remove_file(p)));
            return Err(e).with_context(|| path.display().to_string());
        }
        written.push(beside(path));
    }
    for (path, _) in files {
        fs::rename(beside(path), path).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn window(args: &Args, case: Option<&Case>) -> anyhow::Result<Span> {
    let start = args.from.or(case.map(|c| c.window.start));
    let end = args.to.or(case.map(|c| c.window.end));
    let (Some(start), Some(end)) = (start, end) else {
        bail!(
            "say what to explain: a case such as kazakhstan-2022 (`hashquake atlas` lists all {}), or a window with both --from and --to",
            atlas::cases().len()
        );
    };
    if end <= start {
        let (from, to) = (
            hashquake_base::units::rfc3339(start),
            hashquake_base::units::rfc3339(end),
        );
        bail!("--from {from} is not before --to {to}");
    }
    Ok(Span { start, end })
}

fn series(path: Option<&Path>, loaded: &mut Loaded) -> anyhow::Result<Vec<Series>> {
    let mut series = parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())?.value;
    loaded.sources.push(reports_source());
    loaded.inputs.push(reports_input());
    if let Some(path) = path {
        let named = loaded.read(path, "reports of pools")?;
        let own = loaded.take(parse_reports(&named.name, &named.bytes)?);
        series.retain(|s| own.iter().all(|o| o.pool() != s.pool()));
        series.extend(own);
    }
    Ok(series)
}

fn prices(path: Option<&Path>, loaded: &mut Loaded) -> anyhow::Result<Option<Prices>> {
    let Some(path) = path else { return Ok(None) };
    let named = loaded.read(path, "price of a bitcoin")?;
    let quotes = loaded.take(parse_prices(&named.name, &named.bytes)?);
    Ok(Some(Prices::from_quotes(quotes, named.name)))
}

fn exposures(
    path: Option<&Path>,
    series: &[Series],
    loaded: &mut Loaded,
) -> anyhow::Result<Vec<GivenExposure>> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let named = loaded.read(path, "where pools' miners stand")?;
    let reporting: Vec<&str> = series.iter().map(Series::pool).collect();
    let pools = KnownPools {
        labels: loaded.blocks.pools().map_or(&[][..], |p| p.names()),
        reporting: &reporting,
    };
    let given = parse_given(&named.name, &named.bytes, pools, &code)?;
    Ok(loaded.take(given))
}

fn outage(path: Option<&Path>, loaded: &mut Loaded) -> anyhow::Result<Vec<Severity>> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let named = loaded.read(path, "the outage hour by hour")?;
    let stretches = outage::parse(&named.name, &named.bytes, &code)?;
    Ok(loaded.take(stretches))
}

fn code(written: &str) -> Result<String, String> {
    Region::parse(written).map(|r| r.code().to_string())
}
