//! Shards from simulators into a store, and back out as rows and folded columns.

use anyhow::anyhow;
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::answer::Series;
use hashquake_sim::ensemble::bins::Counts;
use hashquake_sim::ensemble::fold::column;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::run::{Failure, Job, shards};
use hashquake_sim::ensemble::shard::{Keep, Row, read_rows};
use hashquake_sim::output::Layout;
use indicatif::{ProgressBar, ProgressStyle};

use crate::tables::store::Store;

/// Runs done, on a terminal.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Over the runs of these shards of a plan, the shards of which may be counted on and on.
    pub fn over(plan: Plan, wanted: &[u32]) -> Self {
        let span = |s: &u32| plan.span(s % plan.shards()).len() as u64;
        let bar = ProgressBar::new(wanted.iter().map(span).sum());
        let style = ProgressStyle::with_template(
            "{bar:32} {human_pos} of {human_len} runs, {per_sec}, {eta} left",
        );
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    /// Takes it away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// Those of the shards that are not in the store.
pub fn missing(store: &Store, shards: impl Iterator<Item = u32>, sections: usize) -> Vec<u32> {
    shards.filter(|s| !store.has(*s, sections)).collect()
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
    let tick = || progress.bar.inc(1);
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

/// The rows of shards, in order.
pub fn rows(store: &Store, shards: impl Iterator<Item = u32>) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for shard in shards {
        rows.extend(read_rows(&store.section(shard, 0)?)?);
    }
    Ok(rows)
}
