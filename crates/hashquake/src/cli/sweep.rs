//! `hashquake sweep`: a scenario at many points of its keys, each an ensemble with the same random numbers.

mod tables;
mod vary;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use hashquake_base::provenance::digest;
use hashquake_report::envelope::Envelope;
use hashquake_report::text::sweep as text;
use hashquake_sim::ensemble::design::{grid, latin_hypercube, sobol_points};
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::priors::prior_rows;
use hashquake_sim::ensemble::shard::{Keep, Row};
use hashquake_sim::ensemble::sweep::{Contrast, Design, SweepPlan, SweepSummary};
use hashquake_sim::output::Total;
use hashquake_sim::{Sampler, Simulation};
use hashquake_world::scenario::Resolved;
use serde::Serialize;

use self::vary::{Values, Vary};
use super::data::DIGESTS;
use super::output::{RowFormat, print, print_json, width};
use super::progress::Progress;
use super::run_args::{RunArgs, quoted, simulation};
use super::scenario_file::resolve;
use super::simulate::ensemble::{compute, missing, rows, runs_of};
use super::simulate::folder::{Folder, Label};
use crate::ask::{history_input, simulation_sources, start_inputs};
use crate::tables::store::Store;
use crate::tables::write;

/// Points of a sweep: more are a mistake.
const POINTS_MAX: usize = 100_000;

#[derive(clap::Args)]
#[command(after_help = "\
A key varies over values (key=a,b,c) or over a range (key=low..high, with a unit behind either end). Without \
another word the sweep is the grid of all values. --lhs spreads points over ranges; --tornado moves one key at a \
time to each end and leaves the rest as the scenario has it; --sobol tells which part of an output's variance \
each key carries when all vary over their ranges, and needs N·(keys + 2) points. Every point uses the same \
random numbers, so that points differ by their keys alone. --out keeps finished shards: after a break the same \
command goes on.

Examples:
  hashquake sweep kazakhstan-35-percent-3-weeks \\
      --vary events.cut.severity=0.1,0.2,0.35,0.5
  hashquake sweep kazakhstan-35-percent-3-weeks --tornado \\
      --vary events.cut.severity=0.1..0.5 --vary 'events.cut.duration=3..60 d'
  hashquake sweep kazakhstan-35-percent-3-weeks --sobol 64 --out sobol \\
      --totals lost_work_percent_days \\
      --vary events.cut.severity=0.1..0.5 --vary 'events.cut.duration=3..60 d'
  hashquake sweep price-shock --lhs 40 --format csv \\
      --vary events.crash.change=-0.6..-0.1")]
pub struct Args {
    /// Name of an embedded scenario, or a file
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// What varies: key=a,b,c or key=low..high (may be repeated)
    #[arg(long, value_name = "KEY=VALUES", required = true, value_parser = Vary::parse)]
    vary: Vec<Vary>,
    /// Change a key at every point (may be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// A Latin hypercube of N points
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["tornado", "sobol"])]
    lhs: Option<u32>,
    /// One key at a time, to each end
    #[arg(long, conflicts_with = "sobol")]
    tornado: bool,
    /// Sobol indices from N rows of points
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    sobol: Option<u32>,
    /// Totals to print
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = total, default_value = "depth_percent,lost_work_percent_days,first_retarget_percent,energy_gwh,revenue_musd")]
    totals: Vec<Total>,
    /// What tornado and Sobol indices are of
    #[arg(long, value_enum, default_value_t = Of::Difference)]
    of: Of,
    #[command(flatten)]
    how: RunArgs,
    /// Folder for tables, manifest and finished shards
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Files of tables in --out
    #[arg(long, value_enum, default_value_t = write::Format::DEFAULT)]
    tables: write::Format,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

/// Which of a total's three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Without the events
    Counterfactual,
    /// With them
    Scenario,
    /// Scenario minus counterfactual, run by run
    Difference,
}

impl From<Of> for Contrast {
    fn from(of: Of) -> Self {
        match of {
            Of::Counterfactual => Self::Counterfactual,
            Of::Scenario => Self::Scenario,
            Of::Difference => Self::Difference,
        }
    }
}

fn total(name: &str) -> Result<Total, String> {
    let found = Total::ALL.into_iter().find(|t| t.1 == name);
    found.map(|t| t.0).ok_or_else(|| {
        let known: Vec<&str> = Total::ALL.iter().map(|t| t.1).collect();
        format!(
            "`{name}` is not a valid total: expected one of {}",
            known.join(", ")
        )
    })
}

/// What makes two sweeps the same.
#[derive(Serialize)]
struct Identity<'a> {
    hashquake: &'static str,
    scenario: &'a str,
    points: usize,
    points_sha256: String,
    data_sha256: String,
    seed: u64,
    sampler: Sampler,
    runs: u32,
    shard_runs: u32,
}

/// A point: the value of each key that varies.
type Point = Vec<String>;

pub fn run(args: Args) -> anyhow::Result<()> {
    let base = resolve(&args.scenario, &args.set)?;
    let mut inputs = vec![history_input()];
    inputs.extend(base.inputs);
    inputs.extend(start_inputs());
    let base = base.resolved;
    let points = points(&args)?;
    let resolved = points
        .iter()
        .map(|point| at(&args, point))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let simulations = resolved
        .iter()
        .map(|r| simulation(r, args.how.options()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let plan = Plan::new(args.how.runs);
    let folder = match &args.out {
        Some(path) => Some(Folder::open(
            path,
            &identity(&args, &base, &resolved, plan),
            &base.text,
        )?),
        None => None,
    };
    let store = match &folder {
        Some(folder) => folder.store()?,
        None => Store::in_memory(),
    };
    let ensembles = computed(&args, &simulations, plan, &store)?;
    let summary = summary(&args, &base, &points, &simulations, &ensembles);
    let (as_of, seed) = (summary.as_of, summary.seed);
    let document = Envelope::new(command(&args), Some(as_of), Some(seed), inputs, summary);
    let answer = &document.answer;
    if let Some(folder) = &folder {
        tables::write(answer, folder, args.tables)?;
        folder.seal(Label::of_sweep(answer, &document.command), args.tables)?;
        store.remove()?;
    }
    match args.format {
        RowFormat::Table => print(text::sweep(answer, width()).as_bytes()),
        RowFormat::Json => print_json(&document),
        RowFormat::Csv => print(tables::csv(answer)?.as_bytes()),
    }
}

fn summary(
    args: &Args,
    base: &Resolved,
    points: &[Point],
    simulations: &[Simulation],
    ensembles: &[Vec<Row>],
) -> SweepSummary {
    let first = simulations.first();
    let model = first.map_or_else(Vec::new, Simulation::priors);
    let plan = SweepPlan {
        scenario: &base.scenario,
        keys: args.vary.iter().map(|v| v.key.clone()).collect(),
        points,
        design: design(args),
        totals: &args.totals,
        of: args.of.into(),
        runs: args.how.runs,
        sampler: args.how.sampler.into(),
        seed: args.how.seed,
        sources: first.map_or_else(Vec::new, |s| simulation_sources(base, s.world())),
        priors: prior_rows(&model, &base.priors),
    };
    SweepSummary::new(plan, ensembles)
}

fn design(args: &Args) -> Design {
    match (args.tornado, args.sobol) {
        (true, _) => Design::Tornado,
        (_, Some(_)) => Design::Sobol,
        _ => Design::Table,
    }
}

/// The points; an empty value leaves a key as the scenario has it.
fn points(args: &Args) -> anyhow::Result<Vec<Point>> {
    let vary = &args.vary;
    let seed = args.how.seed;
    let unit = |cube: Vec<Vec<f64>>| -> Vec<Point> {
        let one = |p: Vec<f64>| vary.iter().zip(p).map(|(v, x)| v.at(x)).collect();
        cube.into_iter().map(one).collect()
    };
    let rows = args.sobol.unwrap_or(0) as usize;
    let count = match (args.lhs, design(args)) {
        (Some(n), _) => n as usize,
        (_, Design::Sobol) => rows.saturating_mul(vary.len() + 2),
        (_, Design::Tornado) => 1 + 2 * vary.len(),
        _ => {
            if let Some(v) = vary
                .iter()
                .find(|v| matches!(v.values, Values::Range { .. }))
            {
                bail!(
                    "--vary {}: a range needs --lhs N, --tornado or --sobol N; a grid needs values, as in {}=1,2,3",
                    v.key,
                    v.key
                );
            }
            let sizes = vary.iter().map(|v| v.listed().len());
            sizes.fold(1, usize::saturating_mul)
        }
    };
    if count > POINTS_MAX {
        bail!("{count} points are too many: at most {POINTS_MAX}");
    }
    Ok(match (args.lhs, design(args)) {
        (Some(_), _) => unit(latin_hypercube(vary.len(), count, seed)),
        (_, Design::Sobol) => unit(sobol_points(vary.len(), rows, seed)),
        (_, Design::Tornado) => {
            let mut points = vec![vec![String::new(); vary.len()]];
            for (k, v) in vary.iter().enumerate() {
                for end in [0.0, 1.0] {
                    let mut point = vec![String::new(); vary.len()];
                    point[k] = v.at(end);
                    points.push(point);
                }
            }
            points
        }
        _ => {
            let lists: Vec<Vec<String>> = vary.iter().map(Vary::listed).collect();
            let sizes: Vec<usize> = lists.iter().map(Vec::len).collect();
            let pick = |p: Vec<usize>| p.iter().zip(&lists).map(|(i, l)| l[*i].clone()).collect();
            grid(&sizes).into_iter().map(pick).collect()
        }
    })
}

fn at(args: &Args, point: &Point) -> anyhow::Result<Resolved> {
    let varied = args
        .vary
        .iter()
        .zip(point)
        .filter(|(_, value)| !value.is_empty());
    let mut sets = args.set.clone();
    sets.extend(varied.map(|(vary, value)| vary.set(value)));
    let read = resolve(&args.scenario, &sets);
    Ok(read
        .with_context(|| format!("at the point {}", point.join(", ")))?
        .resolved)
}

/// The rows of each point.
fn computed(
    args: &Args,
    simulations: &[Simulation],
    plan: Plan,
    store: &Store,
) -> anyhow::Result<Vec<Vec<Row>>> {
    let keep = Keep::rows();
    let shards = simulations.len() as u32 * plan.shards();
    let wanted = missing(store, 0..shards, keep.sections())?;
    let progress = Progress::new("simulating", runs_of(plan, &wanted));
    let simulators: Vec<_> = simulations.iter().map(|r| (r, plan)).collect();
    compute(
        &simulators,
        &wanted,
        &keep,
        args.how.threads(),
        store,
        &progress,
    )?;
    drop(progress);
    let of = |point: u32| rows(store, point * plan.shards()..(point + 1) * plan.shards());
    (0..simulations.len() as u32).map(of).collect()
}

fn identity<'a>(args: &Args, base: &'a Resolved, points: &[Resolved], plan: Plan) -> Identity<'a> {
    let texts: String = points.iter().map(|p| p.text.as_str()).collect();
    Identity {
        hashquake: env!("CARGO_PKG_VERSION"),
        scenario: &base.scenario.id,
        points: points.len(),
        points_sha256: digest(texts.as_bytes()),
        data_sha256: digest(DIGESTS.as_bytes()),
        seed: args.how.seed,
        sampler: args.how.sampler.into(),
        runs: args.how.runs,
        shard_runs: plan.shard_runs(),
    }
}

fn command(args: &Args) -> String {
    let mut out = format!("hashquake sweep {}", args.scenario);
    for v in &args.vary {
        let values = match &v.values {
            Values::List(list) => list.join(","),
            Values::Range { low, high, unit } => format!("{low}..{high}{unit}"),
        };
        out.push_str(&format!(" --vary {}", quoted(&v.set(&values))));
    }
    for set in &args.set {
        out.push_str(&format!(" --set {}", quoted(set)));
    }
    match (args.lhs, args.tornado, args.sobol) {
        (Some(n), ..) => out.push_str(&format!(" --lhs {n}")),
        (_, true, _) => out.push_str(" --tornado"),
        (.., Some(n)) => out.push_str(&format!(" --sobol {n}")),
        _ => {}
    }
    let totals: Vec<&str> = args
        .totals
        .iter()
        .map(|t| Total::ALL[*t as usize].1)
        .collect();
    format!(
        "{out} --totals {} --of {} {}",
        totals.join(","),
        Contrast::from(args.of).word(),
        args.how.words()
    )
}
