//! Shards from simulators into a store, and back out as rows and folded columns.

use anyhow::anyhow;
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::bins::Counts;
use hashquake_sim::ensemble::fold::column;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::run::{Failure, Job, shards};
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::shard::{Column, Keep, Row, read_path, read_rows};
use hashquake_sim::output::{Layout, Quantity};

use crate::cli::progress::Progress;
use crate::tables::store::Store;

/// The runs of these shards of a plan, the shards of which may be counted on and on.
pub fn runs_of(plan: Plan, wanted: &[u32]) -> u64 {
    let span = |s: &u32| plan.span(s % plan.shards()).len() as u64;
    wanted.iter().map(span).sum()
}

/// Those of the shards that are not in the store.
///
/// # Errors
/// Where one is of another plan or format.
pub fn missing(
    store: &Store,
    shards: impl Iterator<Item = u32>,
    sections: usize,
) -> anyhow::Result<Vec<u32>> {
    let mut missing = Vec::new();
    for shard in shards {
        if !store.has(shard, sections)? {
            missing.push(shard);
        }
    }
    Ok(missing)
}

/// Computes shards into the store. Shards are counted on from one simulator to the next, each with the
/// same plan.
pub fn compute<S: Simulate>(
    simulators: &[(&S, Plan)],
    wanted: &[u32],
    keep: &Keep,
    threads: Option<usize>,
    store: &Store,
    progress: &Progress,
) -> anyhow::Result<()> {
    let job = |shard: &u32| {
        let each = simulators.first()?.1.shards();
        let (simulator, plan) = simulators.get((shard / each) as usize)?;
        Some(Job {
            shard: *shard,
            simulator: *simulator,
            runs: plan.span(shard % each),
        })
    };
    let jobs: Vec<_> = wanted.iter().filter_map(job).collect();
    let tick = || progress.forward();
    let put = |shard, sections: Vec<_>| store.put(shard, &sections);
    shards(&jobs, keep, threads, tick, put).map_err(|failure| match failure {
        Failure::Taker(e) => e,
        Failure::Threads { .. } => anyhow!("{failure}"),
    })
}

/// All rows in order, and all counted columns folded.
pub fn fold(
    store: &Store,
    plan: Plan,
    keep: &Keep,
    layout: &Layout,
) -> anyhow::Result<(Vec<Row>, Vec<Series>)> {
    let rows = rows(store, 0..plan.shards())?;
    let mut counts = Counts::default();
    let mut series = Vec::with_capacity(keep.counted.len());
    for (index, which) in keep.counted.iter().enumerate() {
        let sections = store.sections(plan.shards(), keep.counted_at(index))?;
        let fans = column(&sections, layout.steps, &mut counts)?;
        series.push(Series::new(*which, layout, fans));
    }
    Ok((rows, series))
}

/// The network's hashrate in each run, EH/s: `[counterfactual, scenario][step]`.
pub fn hashrates(
    store: &Store,
    plan: Plan,
    keep: &Keep,
    layout: &Layout,
) -> anyhow::Result<Vec<[Vec<f32>; 2]>> {
    let wanted = Column::Network(Quantity::Hashrate);
    let Some(place) = keep.paths.iter().position(|c| *c == wanted) else {
        return Ok(Vec::new());
    };
    let mut paths = Vec::with_capacity(plan.runs() as usize);
    for shard in 0..plan.shards() {
        let bytes = store.section(shard, keep.path_at(place))?;
        paths.extend(read_path(&bytes, layout.steps)?);
    }
    Ok(paths)
}

/// The rows of shards, in order.
pub fn rows(store: &Store, shards: impl Iterator<Item = u32>) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for shard in shards {
        rows.extend(read_rows(&store.section(shard, 0)?)?);
    }
    Ok(rows)
}
