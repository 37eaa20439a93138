//! `hashquake simulate`: a scenario run over and over, beside the same world without its events.

pub mod ensemble;
pub mod folder;
mod tables;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use hashquake_base::provenance::{Input, digest};
use hashquake_base::units::{Seconds, rfc3339};
use hashquake_report::document::simulate::SimulateAnswer;
use hashquake_report::envelope::Envelope;
use hashquake_report::page::simulation::page;
use hashquake_report::text::simulate as text;
use hashquake_sim::ensemble::plan::{Part, Plan};
use hashquake_sim::ensemble::shard::Keep;
use hashquake_sim::ensemble::summary::SimulationSummary;
use hashquake_sim::{Options, Simulate};
use hashquake_source::read::read;
use hashquake_world::market::prices::{Prices, parse_prices};
use hashquake_world::scenario::Resolved;

use self::ensemble::{compute, fold, hashrates, missing, runs_of};
use self::folder::{Folder, Identity, Label};
use super::data::DIGESTS;
use super::input::told;
use super::output::{Format, print, print_json, width};
use super::progress::Progress;
use super::run_args::{RunArgs, quoted, simulation};
use super::scenario_file::resolve;
use crate::ask::{Provenance, described, history_input, simulated, start_inputs};
use crate::tables::catalogue;
use crate::tables::store::Store;
use crate::tables::write::{self, replace_bytes};

#[derive(clap::Args)]
#[command(after_help = "\
A SCENARIO is a path (it ends in .toml or has a slash) or the name of an embedded scenario; `hashquake \
scenarios` lists them. Every run is made twice with the same random numbers, with the events and without: \
differences are differences within a run.

--out keeps finished shards, so that a broken run goes on where it was with the same command. With --shard i/n \
several machines share the work: let each write into a folder of its own, put the files of their shards/ into \
one, and run there without --shard. Tables are the same to the byte, whatever the threads and shards.

Examples:
  hashquake simulate kazakhstan-35-percent-3-weeks
  hashquake simulate scenarios/price-shock.toml --runs 1000 --out price-shock
  hashquake simulate kazakhstan-35-percent-3-weeks \\
      --set events.cut.severity=0.5 --report page.html
  hashquake simulate kazakhstan-levy-25-tenge --runs 10000 --out levy \\
      --shard 2/4
  hashquake simulate halving-2024 --prices btcusd.csv --format json
  hashquake simulate --schema > tables.md")]
pub struct Args {
    /// Name of an embedded scenario, or a file
    #[arg(value_name = "SCENARIO", required_unless_present = "schema")]
    scenario: Option<String>,
    /// Change a key of the scenario, after everything else (may be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Prices from a CSV (`,`, `;` or tab; plain, gzip or zstd; - for standard input) with
    /// time,price_usd, a time being the end of its bar: followed as they are where they reach beyond the start, else their daily returns are drawn in stretches
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    #[command(flatten)]
    how: RunArgs,
    /// Folder for tables, manifest and finished shards
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Compute only this part of the shards, as in 2/5
    #[arg(long, value_name = "I/N", value_parser = Part::parse, requires = "out")]
    shard: Option<Part>,
    /// Keep more: the regions' series run by run, every block (--sampler block), or the shards after the end
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        value_delimiter = ',',
        requires = "out"
    )]
    keep: Vec<Kept>,
    /// Files of tables in --out
    #[arg(long, value_enum, default_value_t = write::Format::DEFAULT)]
    tables: write::Format,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write the report as one page of HTML
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print what stands in the tables, as Markdown
    #[arg(long, conflicts_with = "scenario")]
    schema: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kept {
    /// Series of the regions, run by run
    Regions,
    /// Every block of every run; needs --sampler block
    Blocks,
    /// Finished shards, so that the same command answers again at once
    Shards,
}

/// The user's closes as the scenario's section on the price, so that they stand in it wherever it is written.
fn price_of(
    path: &Path,
    start: Seconds,
    notes: &mut Vec<String>,
) -> anyhow::Result<(String, Input)> {
    let named = read(path)?;
    let from = named.name;
    let quotes = told(parse_prices(&from, &named.bytes)?, notes);
    let prices = Prices::from_quotes(quotes, from.clone());
    let beyond = prices.daily().last().is_some_and(|q| q.time > start);
    let kind = if beyond { "path" } else { "bootstrap" };
    let closes: Vec<String> = prices
        .daily()
        .iter()
        .map(|q| format!("[\"{}\", {}]", rfc3339(q.time), q.usd))
        .collect();
    let price = format!(
        "price={{ kind = \"{kind}\", closes = [{}], source = {} }}",
        closes.join(", "),
        serde_json::to_string(&from)?
    );
    Ok((price, named.input))
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let Some(wanted) = &args.scenario else {
        return print(catalogue::document().as_bytes());
    };
    let mut notes = Vec::new();
    let (resolved, inputs) = resolved(&args, wanted, &mut notes)?;
    let options = Options {
        keep_blocks: args.keep.contains(&Kept::Blocks),
        ..args.how.options()
    };
    let simulation = simulation(&resolved, options)?;
    let layout = simulation.layout();
    let mut keep = if args.keep.contains(&Kept::Regions) {
        Keep::regions(layout)
    } else {
        Keep::series(layout)
    };
    keep.blocks = args.keep.contains(&Kept::Blocks);
    let plan = Plan::new(args.how.runs);
    let folder = match &args.out {
        Some(path) => Some(Folder::open(
            path,
            &identity(&args, &resolved, plan),
            &resolved.text,
        )?),
        None => None,
    };
    let store = match &folder {
        Some(folder) => folder.store()?,
        None => Store::in_memory(),
    };
    let part = args.shard.unwrap_or(Part::WHOLE);
    let wanted = missing(&store, part.of(plan.shards()), keep.sections())?;
    let progress = Progress::new("simulating", runs_of(plan, &wanted));
    compute(
        &[(&simulation, plan)],
        &wanted,
        &keep,
        args.how.threads(),
        &store,
        &progress,
    )?;
    drop(progress);
    let open = missing(&store, 0..plan.shards(), keep.sections())?;
    if args.shard.is_some() && !open.is_empty() {
        return print(text::shards(plan, open.len()).as_bytes());
    }
    let (rows, series) = fold(&store, plan, &keep, layout)?;
    let hashrates = hashrates(&store, plan, &keep, layout)?;
    let (seed, sampler) = (args.how.seed, args.how.sampler.into());
    let about = described(&resolved, &simulation, seed, sampler);
    let summary =
        SimulationSummary::new(about, &rows, series).with_security(&hashrates, &rows, layout);
    let document = envelope(&args, summary, inputs, notes);
    if let Some(folder) = &folder {
        let filled = tables::Filled {
            summary: &document.answer.summary,
            rows: &rows,
            layout,
            keep: &keep,
            plan,
        };
        filled.write(folder, &store, args.tables)?;
        let label = Label::of_simulation(&document.answer.summary, &document.command);
        folder.seal(label, args.tables)?;
    }
    if let Some(path) = &args.report {
        replace_bytes(path, page(&document).as_bytes())?;
    }
    if !args.keep.contains(&Kept::Shards) {
        store.remove()?;
    }
    match args.format {
        Format::Json => print_json(&document),
        Format::Table => print(text::simulate(&document, width()).as_bytes()),
    }
}

/// The scenario with its prices, and the files that were read.
fn resolved(
    args: &Args,
    wanted: &str,
    notes: &mut Vec<String>,
) -> anyhow::Result<(Resolved, Vec<Input>)> {
    let mut inputs = vec![history_input()];
    let mut read = resolve(wanted, &args.set)?;
    if let Some(path) = &args.prices {
        let mut sets = args.set.clone();
        let (price, input) = price_of(path, read.resolved.scenario.start, notes)?;
        sets.push(price);
        inputs.push(input);
        read = resolve(wanted, &sets)?;
    }
    inputs.extend(read.inputs);
    inputs.extend(start_inputs());
    Ok((read.resolved, inputs))
}

fn identity(args: &Args, resolved: &Resolved, plan: Plan) -> Identity {
    Identity {
        hashquake: env!("CARGO_PKG_VERSION").to_string(),
        scenario: resolved.scenario.id.clone(),
        scenario_sha256: digest(resolved.text.as_bytes()),
        data_sha256: digest(DIGESTS.as_bytes()),
        seed: args.how.seed,
        sampler: args.how.sampler.into(),
        runs: args.how.runs,
        shard_runs: plan.shard_runs(),
        shards: plan.shards(),
        regions_kept: args.keep.contains(&Kept::Regions),
        blocks_kept: args.keep.contains(&Kept::Blocks),
    }
}

fn envelope(
    args: &Args,
    summary: SimulationSummary,
    inputs: Vec<Input>,
    notes: Vec<String>,
) -> Envelope<SimulateAnswer> {
    let scenario = args.scenario.as_deref().unwrap_or_default();
    let mut command = format!("hashquake simulate {scenario}");
    for set in &args.set {
        command.push_str(&format!(" --set {}", quoted(set)));
    }
    if let Some(path) = &args.prices {
        command.push_str(&format!(" --prices {}", path.display()));
    }
    command.push_str(&format!(" {}", args.how.words()));
    let from = Provenance {
        command,
        inputs,
        notes,
    };
    simulated(summary, from)
}
