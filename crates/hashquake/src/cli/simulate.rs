//! `hashquake simulate`: a scenario run over and over, beside the same world without its events.

pub mod ensemble;
pub mod folder;
mod tables;
mod text;

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::ValueEnum;
use hashquake_base::provenance::digest;
use hashquake_base::units::{Seconds, rfc3339};
use hashquake_chain::history;
use hashquake_report::page::simulation::page;
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::answer::{About, SimulationSummary, prior_rows};
use hashquake_sim::ensemble::plan::{Part, Plan};
use hashquake_sim::ensemble::shard::Keep;
use hashquake_sim::{Options, Sampler, Simulation};
use hashquake_source::read::read;
use hashquake_world::market::prices::{Prices, parse_prices};
use hashquake_world::scenario::Resolved;

use self::ensemble::{Progress, compute, fold, missing};
use self::folder::{Folder, Identity, Label};
use super::data::DIGESTS;
use super::output::print;
use super::scenario_file::resolve;
use crate::ask::{simulation_json, simulation_sources};
use crate::tables::catalogue;
use crate::tables::store::Store;
use crate::tables::write::{self, replace_bytes};

#[derive(clap::Args)]
#[command(after_help = "\
A SCENARIO is a path (it ends in .toml or has a slash) or the name of an embedded scenario; `hashquake
scenarios` lists them. Every run is made twice with the same random numbers, with the events and without:
differences are differences within a run.

--out keeps finished shards, so that a broken run goes on where it was with the same command. With --shard i/n
several machines share the work: let each write into a folder of its own, put the files of their shards/ into
one, and run there without --shard. Tables are the same to the byte, whatever the threads and shards.

Examples:
  hashquake simulate kazakhstan-35-percent-3-weeks
  hashquake simulate scenarios/price-shock.toml --runs 1000 --out price-shock
  hashquake simulate kazakhstan-35-percent-3-weeks --set events.cut.severity=0.5 --report page.html
  hashquake simulate kazakhstan-levy-25-tenge --runs 10000 --out levy --shard 2/4
  hashquake simulate halving-2024 --prices btcusd.csv --format json
  hashquake simulate --schema > tables.md")]
pub struct Args {
    /// Name of an embedded scenario, or a file
    #[arg(value_name = "SCENARIO", required_unless_present = "schema")]
    scenario: Option<String>,
    /// Change a key of the scenario, after everything else (may be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Prices from a CSV (plain or zstd) with time,price_usd, a time being the end of its bar: followed as they are
    /// where they reach beyond the start, else their daily returns are drawn in stretches
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    #[command(flatten)]
    how: How,
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
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report as one page of HTML
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print what stands in the tables, as Markdown
    #[arg(long, conflicts_with = "scenario")]
    schema: bool,
}

/// How often and how a scenario is run.
#[derive(clap::Args)]
pub struct How {
    /// Runs, each with both arms
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub runs: u32,
    /// Seed of all random numbers
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How blocks are found: each by itself, or as many at once as come before anything changes
    #[arg(long, value_enum, default_value_t = SamplerWord::Leap)]
    pub sampler: SamplerWord,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SamplerWord {
    /// Strides; the same law, faster
    Leap,
    /// Every block
    Block,
}

impl SamplerWord {
    pub fn word(self) -> &'static str {
        match self {
            Self::Leap => "leap",
            Self::Block => "block",
        }
    }

    fn sampler(self) -> Sampler {
        match self {
            Self::Leap => Sampler::Leap,
            Self::Block => Sampler::Block,
        }
    }
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl How {
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }

    /// The world and the scenario, ready to run.
    pub fn simulation(&self, resolved: &Resolved) -> anyhow::Result<Simulation> {
        simulation(resolved, self.options())
    }

    fn options(&self) -> Options {
        Options {
            seed: self.seed,
            sampler: self.sampler.sampler(),
            ..Options::default()
        }
    }

    /// The flags that change an answer.
    pub fn words(&self) -> String {
        format!(
            "--runs {} --seed {} --sampler {}",
            self.runs,
            self.seed,
            self.sampler.word()
        )
    }
}

fn simulation(resolved: &Resolved, options: Options) -> anyhow::Result<Simulation> {
    let scenario = resolved.scenario.clone();
    let id = scenario.id.clone();
    Simulation::known(scenario, history::embedded(), options).context(id)
}

/// The user's closes as the scenario's section on the price, so that they stand in it wherever it is written.
fn price_of(path: &Path, start: Seconds) -> anyhow::Result<String> {
    let from = path.display().to_string();
    let quotes = parse_prices(&from, &read(path)?.bytes)?.value;
    let prices = Prices::from_quotes(quotes, from.clone());
    let beyond = prices.daily().last().is_some_and(|q| q.time > start);
    let kind = if beyond { "path" } else { "bootstrap" };
    let closes: Vec<String> = prices
        .daily()
        .iter()
        .map(|q| format!("[\"{}\", {}]", rfc3339(q.time), q.usd))
        .collect();
    Ok(format!(
        "price={{ kind = \"{kind}\", closes = [{}], source = {} }}",
        closes.join(", "),
        serde_json::to_string(&from)?
    ))
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let Some(wanted) = &args.scenario else {
        return print(catalogue::document().as_bytes());
    };
    let mut resolved = resolve(wanted, &args.set)?;
    if let Some(path) = &args.prices {
        let mut sets = args.set.clone();
        sets.push(price_of(path, resolved.scenario.start)?);
        resolved = resolve(wanted, &sets)?;
    }
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
    let wanted = missing(&store, part.of(plan.shards()), keep.sections());
    let progress = Progress::over(plan, &wanted);
    compute(
        &[(&simulation, plan)],
        &wanted,
        &keep,
        args.how.threads(),
        &store,
        &progress,
    )?;
    progress.end();
    let open = missing(&store, 0..plan.shards(), keep.sections());
    if args.shard.is_some() && !open.is_empty() {
        return print(shards_text(plan, open.len()).as_bytes());
    }
    let (rows, series) = fold(&store, plan, &keep, layout)?;
    let about = about(&args, &resolved, &simulation);
    let document =
        hashquake_report::simulation::with_verdict(SimulationSummary::new(about, &rows, series));
    if let Some(folder) = &folder {
        let filled = tables::Filled {
            document: &document,
            rows: &rows,
            layout,
            keep: &keep,
            plan,
        };
        filled.write(folder, &store, args.tables)?;
        folder.seal(Label::of(&document), args.tables)?;
    }
    if let Some(path) = &args.report {
        replace_bytes(path, page(&document).as_bytes())?;
    }
    if !args.keep.contains(&Kept::Shards) {
        store.remove()?;
    }
    let printed = match args.format {
        Format::Json => simulation_json(&document).map_err(|e| anyhow!("{e}"))?,
        Format::Text => text::simulation(&document),
    };
    print(printed.as_bytes())
}

fn shards_text(plan: Plan, open: usize) -> String {
    let done = plan.shards() as usize - open;
    format!(
        "{done} of {} shards are here. With all of them in one folder, the same command without --shard puts them together.\n",
        plan.shards()
    )
}

fn identity(args: &Args, resolved: &Resolved, plan: Plan) -> Identity {
    Identity {
        hashquake: env!("CARGO_PKG_VERSION").to_string(),
        scenario: resolved.scenario.id.clone(),
        scenario_sha256: digest(resolved.text.as_bytes()),
        data_sha256: digest(DIGESTS.as_bytes()),
        seed: args.how.seed,
        sampler: args.how.sampler.word().to_string(),
        runs: args.how.runs,
        shard_runs: plan.shard_runs(),
        shards: plan.shards(),
        regions_kept: args.keep.contains(&Kept::Regions),
        blocks_kept: args.keep.contains(&Kept::Blocks),
    }
}

fn about<'a>(args: &'a Args, resolved: &'a Resolved, simulation: &'a Simulation) -> About<'a> {
    let mut command = format!(
        "hashquake simulate {}",
        args.scenario.as_deref().unwrap_or("")
    );
    for set in &args.set {
        command.push_str(&format!(" --set '{}'", set.replace('\'', "'\\''")));
    }
    command.push_str(&format!(" {}", args.how.words()));
    let mut model = Options::default().assumed.priors();
    model.extend(simulation.world().priors());
    About {
        version: env!("CARGO_PKG_VERSION"),
        command,
        scenario: &resolved.scenario,
        layout: simulation.layout(),
        seed: args.how.seed,
        sampler: args.how.sampler.word(),
        sources: simulation_sources(resolved, simulation.world()),
        priors: prior_rows(&model, &resolved.priors),
    }
}
