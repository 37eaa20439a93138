//! Computes shards, on as many threads as one likes; without the feature `threads` one after the other.
//!
//! A shard runs on one thread with one scratch memory; threads take shards as they become free and hand
//! each one over when it is done, so that a break loses at most the shards in flight. In which order they
//! are done means nothing.

use core::ops::Range;

use super::shard::{Gathered, Keep};
use crate::output::{Arm, RunRecord};
use crate::simulate::Simulate;

/// A shard to be computed.
#[derive(Debug)]
pub struct Job<'s, S> {
    /// Its number, for the one who takes it.
    pub shard: u32,
    /// What is run.
    pub simulator: &'s S,
    /// Which runs of it.
    pub runs: Range<u32>,
}

/// Why not all shards are there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure<E> {
    /// The system gave no threads.
    #[error("{threads} threads could not be started: {why}; ask for fewer")]
    Threads {
        /// So many were wanted.
        threads: usize,
        /// What the system said.
        why: String,
    },
    /// The one who takes the shards gave up.
    #[error("a shard was not taken: {0}")]
    Taker(E),
}

/// One shard's sections. `tick` is called after each run.
pub fn shard<S: Simulate>(
    job: &Job<'_, S>,
    keep: &Keep,
    tick: &(impl Fn() + Sync),
) -> Vec<Vec<u8>> {
    let layout = job.simulator.layout();
    let mut scratch = job.simulator.scratch();
    let mut records = [RunRecord::shaped(layout), RunRecord::shaped(layout)];
    let mut gathered = Gathered::new(layout, keep, job.runs.len());
    for run in job.runs.clone() {
        for (arm, record) in [Arm::Counterfactual, Arm::Scenario]
            .into_iter()
            .zip(&mut records)
        {
            record.retargets.clear();
            record.blocks.clear();
            job.simulator.run(run, arm, &mut scratch, record);
        }
        gathered.push(run, [&records[0], &records[1]]);
        tick();
    }
    gathered.sections()
}

/// Computes shards and hands each over as soon as it is done, from the thread that did it; after a
/// refusal no new shard is begun. No `threads` means one for each core.
///
/// # Errors
/// [`Failure`].
pub fn shards<S: Simulate, E: Send>(
    jobs: &[Job<'_, S>],
    keep: &Keep,
    threads: Option<usize>,
    tick: impl Fn() + Sync,
    take: impl Fn(u32, Vec<Vec<u8>>) -> Result<(), E> + Sync,
) -> Result<(), Failure<E>> {
    let each = |job: &Job<'_, S>| take(job.shard, shard(job, keep, &tick));
    on_threads(jobs, threads, each)
}

#[cfg(feature = "threads")]
fn on_threads<J: Sync, E: Send>(
    jobs: &[J],
    threads: Option<usize>,
    each: impl Fn(&J) -> Result<(), E> + Sync,
) -> Result<(), Failure<E>> {
    use rayon::prelude::*;

    let threads = threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.build().map_err(|e| Failure::Threads {
        threads,
        why: e.to_string(),
    })?;
    pool.install(|| jobs.par_iter().with_max_len(1).try_for_each(&each))
        .map_err(Failure::Taker)
}

#[cfg(not(feature = "threads"))]
fn on_threads<J, E>(
    jobs: &[J],
    _threads: Option<usize>,
    each: impl Fn(&J) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    jobs.iter().try_for_each(each).map_err(Failure::Taker)
}
