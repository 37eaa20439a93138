//! Blocks out of a hashrate: two samplers of one distribution.
//!
//! While the hashrate H and the expected hashes of a block W stand still, blocks are a Poisson process
//! of rate H/W, and each is found by one of several miners with chances in proportion to their
//! hashrates. Both samplers count in *exposure*, Λ(t) = ∫ H/W dt, the number of blocks to be expected:
//! in it the process has rate one whatever H and W do (the random time change; Daley and Vere-Jones, *An
//! Introduction to the Theory of Point Processes*, theorem 7.4.I). So the luck of a block, the exposure
//! it takes, is drawn once and for all, and a change of H or W in the midst of it only changes how fast
//! exposure passes. Two worlds with one seed have the same luck at the same height: their difference is
//! a paired difference.
//!
//! | | draws | gives |
//! |---|---|---|
//! | [`Block`](block::Block) | one unit exponential a block | each block's time and winner |
//! | [`Leap`](leap::Leap) | one Gamma(k) for k blocks at once | counts, retargets, their times |
//!
//! Both stop at the first retarget, at a halving, and at the end of the span they are given: whatever
//! follows from these is the caller's to decide before mining goes on.
//!
//! A block's time is rounded down to the microsecond; a sampler goes on from there after a retarget, so
//! half a microsecond in two weeks is lost.

pub mod block;
pub mod leap;

use crate::clock::Clock;
use crate::header_lag::HeaderLag;
use crate::time::Micros;
use hashquake_base::stats::alias::{Alias, WeightError};
use hashquake_base::units::{EXA, Hashrate};

/// Where a sampler stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The moment: of the last block, or the end of the span.
    pub at: Micros,
    /// Blocks found on the way.
    pub blocks: u32,
    /// Why it stopped.
    pub stop: Stop,
}

/// Why a sampler stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The span is over.
    End,
    /// The last block was an epoch's last: the next has another target.
    Retarget,
    /// The last block was the last with its subsidy.
    Halving,
}

/// A sampler of blocks.
pub trait Miner {
    /// Mines on `clock` with a constant `hashrate` from `from` on, up to a retarget, a halving or `until`,
    /// which itself is not in the span. Blocks are added to the counts of `winners`.
    ///
    /// Calls continue each other: the clock is always the same, and `from` is where the last one stopped.
    fn mine(
        &mut self,
        clock: &mut Clock,
        hashrate: Hashrate,
        from: Micros,
        until: Micros,
        winners: &mut Winners,
    ) -> Leg;
}

/// Who may find a block, and how many each has found.
#[derive(Clone, Debug)]
pub struct Winners {
    weights: Vec<f64>,
    table: Alias,
    counts: Vec<u64>,
}

impl Winners {
    /// Miners with `weights` in proportion to their hashrates.
    ///
    /// # Errors
    /// [`WeightError`].
    pub fn new(weights: &[f64]) -> Result<Self, WeightError> {
        Ok(Self {
            weights: weights.to_vec(),
            table: Alias::new(weights)?,
            counts: vec![0; weights.len()],
        })
    }

    /// One miner who finds every block: for worlds that do not ask who did, so that `leap` draws nobody.
    pub fn one() -> Self {
        Self::new(&[1.0]).expect("one weight above zero")
    }

    /// Other weights for the same miners; nothing is allocated.
    ///
    /// # Errors
    /// [`WeightError`]; the weights are then as they were.
    ///
    /// # Panics
    /// When they are more or fewer than before: a caller's mistake.
    pub fn set_weights(&mut self, weights: &[f64]) -> Result<(), WeightError> {
        self.table.fill(weights)?;
        self.weights.copy_from_slice(weights);
        Ok(())
    }

    /// Chooses a miner in proportion to the weights.
    pub fn table(&self) -> &Alias {
        &self.table
    }

    /// Counts `blocks` more for `miner`: for samplers that tell winners in another way.
    ///
    /// # Panics
    /// When there is no such miner: a caller's mistake.
    pub fn add(&mut self, miner: usize, blocks: u64) {
        self.counts[miner] += blocks;
    }

    /// Number of miners.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Never: there is at least one miner.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Blocks that each has found.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}

/// Blocks expected in a microsecond.
fn rate(clock: &Clock, hashrate: Hashrate) -> f64 {
    hashrate.ehs() * EXA / clock.block_hashes() * 1e-6
}

/// Adds the block found at `at` to the clock, with its header time.
fn push(clock: &mut Clock, lag: &HeaderLag, at: Micros) -> Option<Stop> {
    let time = lag.header_time(clock.next_height(), at, clock.earliest_time());
    if clock.push(time) {
        return Some(Stop::Retarget);
    }
    halving(clock)
}

fn halving(clock: &Clock) -> Option<Stop> {
    clock.halves().then_some(Stop::Halving)
}
