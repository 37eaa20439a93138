//! An ensemble computed in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hashquake_sim::ensemble::bins::Counts;
use hashquake_sim::ensemble::fold::column;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::run::{Job, shards};
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::shard::{Column, Keep, read_path, read_rows};
use hashquake_sim::ensemble::summary::{RunDescription, SimulationSummary};
use hashquake_sim::output::Quantity;
use hashquake_sim::{Simulate, Simulation};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The numbers of `runs` runs.
///
/// # Errors
/// When a run cannot be folded, which is a mistake of this program.
pub fn summary(
    about: RunDescription<'_>,
    simulation: &Simulation,
    runs: u32,
) -> Result<SimulationSummary, Error> {
    let plan = Plan::new(runs);
    let layout = simulation.layout();
    let keep = Keep::series(layout);
    let done = computed(simulation, plan, &keep)?;
    let hashrate = Column::Network(Quantity::Hashrate);
    let path = keep.paths.iter().position(|c| *c == hashrate).unwrap_or(0);
    let (mut rows, mut hashrates) = (Vec::new(), Vec::new());
    for sections in &done {
        rows.extend(read_rows(&sections[0])?);
        hashrates.extend(read_path(&sections[keep.path_at(path)], layout.steps)?);
    }
    let mut counts = Counts::default();
    let mut series = Vec::with_capacity(keep.counted.len());
    for (index, which) in keep.counted.iter().enumerate() {
        let at = keep.counted_at(index);
        let sections: Vec<_> = done.iter().map(|shard| shard[at].clone()).collect();
        let fans = column(&sections, layout.steps, &mut counts)?;
        series.push(Series::new(*which, layout, fans));
    }
    Ok(SimulationSummary::new(about, &rows, series).with_security(&hashrates, &rows, layout))
}

/// The sections of every shard, in order.
fn computed(simulation: &Simulation, plan: Plan, keep: &Keep) -> Result<Vec<Vec<Vec<u8>>>, Error> {
    let job = |shard| Job {
        shard,
        simulator: simulation,
        runs: plan.span(shard),
    };
    let jobs: Vec<_> = (0..plan.shards()).map(job).collect();
    let done = Mutex::new(BTreeMap::new());
    let take = |shard, sections| -> Result<(), core::convert::Infallible> {
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        done.insert(shard, sections);
        Ok(())
    };
    shards(&jobs, keep, None, || (), take)?;
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(done.into_values().collect())
}
