//! What a model says: draws of each day's count, each week's hashrate, each retarget, each country's share.

use core::convert::Infallible;
use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::outcome::weekly_ehs;
use hashquake_base::units::{DAY, EXA};
use hashquake_sim::Simulate;
use hashquake_sim::Simulation;
use hashquake_sim::ensemble::bins::Counts;
use hashquake_sim::ensemble::fans::Fans;
use hashquake_sim::ensemble::fold;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::run::{Failure, Job, shards};
use hashquake_sim::ensemble::shard::{Column, Keep, Row, read_path, read_rows};
use hashquake_sim::output::{Arm, Layout, Quantity, RegionQuantity, RunRetarget};

/// Draws of everything that is scored, in no order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    /// Of each day, blocks.
    pub daily_blocks: Vec<Vec<f64>>,
    /// Of each whole week, EH/s.
    pub weekly_ehs: Vec<Vec<f64>>,
    /// By the first height under the new target, percent: of the predictions that reach it.
    pub retargets: BTreeMap<u32, Vec<f64>>,
}

impl Predictions {
    /// Adds one future.
    pub(super) fn push(
        &mut self,
        daily_blocks: &[f64],
        weekly_ehs: &[f64],
        retargets: impl Iterator<Item = (u32, f64)>,
    ) {
        for (columns, values) in [
            (&mut self.daily_blocks, daily_blocks),
            (&mut self.weekly_ehs, weekly_ehs),
        ] {
            columns.resize(values.len(), Vec::new());
            for (column, value) in columns.iter_mut().zip(values) {
                column.push(*value);
            }
        }
        for (height, percent) in retargets {
            self.retargets.entry(height).or_default().push(percent);
        }
    }
}

/// All runs of a simulation.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// Draws, totals and retargets of each run.
    pub rows: Vec<Row>,
    /// Quantiles of every column at every step.
    pub columns: Vec<(Column, Vec<Fans>)>,
    /// Of each run the network's hashrate, EH/s: `[counterfactual, scenario][step]`.
    pub hashrates: Vec<[Vec<f32>; 2]>,
    /// Of each run with its events, blocks of each step.
    blocks: Vec<Vec<f32>>,
    /// Of each region and run with its events, percent at each step.
    shares: Vec<Vec<Vec<f32>>>,
}

impl Simulated {
    /// Runs `simulation` so many times; `tick` is called after each.
    ///
    /// # Errors
    /// [`Failure`] when no threads can be had.
    pub fn run(
        simulation: &Simulation,
        runs: u32,
        tick: impl Fn() + Sync,
    ) -> Result<Self, Failure<Infallible>> {
        let layout = simulation.layout();
        let mut keep = Keep::series(layout);
        let shares = (0..layout.regions.len()).map(|r| Column::Region(RegionQuantity::Share, r));
        keep.paths = [Quantity::Hashrate, Quantity::Blocks]
            .map(Column::Network)
            .into_iter()
            .chain(shares)
            .collect();
        let plan = Plan::new(runs);
        let jobs: Vec<_> = (0..plan.shards())
            .map(|shard| Job {
                shard,
                simulator: simulation,
                runs: plan.span(shard),
            })
            .collect();
        let done = Mutex::new(vec![Vec::new(); jobs.len()]);
        shards(&jobs, &keep, None, tick, |shard, sections| {
            done.lock().expect("nobody panicked")[shard as usize] = sections;
            Ok(())
        })?;
        Ok(Self::fold(
            &done.into_inner().expect("nobody panicked"),
            &keep,
            layout,
        ))
    }

    fn fold(shards: &[Vec<Vec<u8>>], keep: &Keep, layout: &Layout) -> Self {
        const WHOLE: &str = "sections were made a moment ago";
        let rows = shards.iter().flat_map(|s| read_rows(&s[0]).expect(WHOLE));
        let mut counts = Counts::default();
        let column = |(i, column): (usize, &Column)| {
            let at = keep.counted_at(i);
            let sections: Vec<_> = shards.iter().map(|s| s[at].clone()).collect();
            let fans = fold::column(&sections, layout.steps, &mut counts).expect(WHOLE);
            (*column, fans)
        };
        let columns = keep.counted.iter().enumerate().map(column).collect();
        let both = |i: usize| {
            let section = keep.path_at(i);
            let read = move |s: &Vec<Vec<u8>>| read_path(&s[section], layout.steps).expect(WHOLE);
            shards.iter().flat_map(read)
        };
        let path = |i: usize| -> Vec<Vec<f32>> { both(i).map(|[_, scenario]| scenario).collect() };
        Self {
            rows: rows.collect(),
            columns,
            hashrates: both(0).collect(),
            blocks: path(1),
            shares: (2..keep.paths.len()).map(path).collect(),
        }
    }

    /// What is scored, with the events; `simulation` is the one that was run.
    pub fn predictions(&self, simulation: &Simulation) -> Predictions {
        let layout = simulation.layout();
        let first_work = simulation.world().clock.block_hashes() / EXA;
        let mut out = Predictions::default();
        for (row, blocks) in self.rows.iter().zip(&self.blocks) {
            let retargets = &row.retargets[Arm::Scenario as usize];
            let blocks: Vec<f64> = blocks.iter().map(|b| f64::from(*b)).collect();
            let work = daily_work(&blocks, layout, first_work, retargets);
            let changes = retargets
                .iter()
                .map(|r| (r.height, f64::from(r.change_percent)));
            out.push(&blocks, &weekly_ehs(&work), changes);
        }
        out
    }

    /// Of each run, the percent of each region on average over the steps from `from` to `to`.
    pub fn mean_shares(&self, from: usize, to: usize) -> Vec<Vec<f64>> {
        let mean = |steps: &Vec<f32>| {
            let sum: f64 = steps[from..to].iter().map(|x| f64::from(*x)).sum();
            sum / (to - from) as f64
        };
        let of_run = |run: usize| self.shares.iter().map(|r| mean(&r[run])).collect();
        (0..self.rows.len()).map(of_run).collect()
    }
}

/// Work of each day's blocks, EH. A day with a retarget has its blocks parted so that both parts are found at
/// one hashrate: with t seconds of each target W, they carry Σt / Σ(t/W) on average.
fn daily_work(
    blocks: &[f64],
    layout: &Layout,
    first_work_eh: f64,
    retargets: &[RunRetarget],
) -> Vec<f64> {
    let mut work = first_work_eh;
    let mut left = retargets.iter().peekable();
    let day = |(k, &count): (usize, &f64)| {
        let mut from = layout.start + k as i64 * layout.step;
        let end = from + DAY;
        let (mut seconds, mut rounds) = (0.0, 0.0);
        while let Some(next) = left.next_if(|r| r.time < end) {
            let part = (next.time - from).max(0) as f64;
            seconds += part;
            rounds += part / work;
            work *= 1.0 + f64::from(next.change_percent) / 100.0;
            from = next.time.max(from);
        }
        let part = (end - from) as f64;
        count * (seconds + part) / (rounds + part / work)
    };
    blocks.iter().enumerate().map(day).collect()
}
