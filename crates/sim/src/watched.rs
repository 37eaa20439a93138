//! The sampler of every block under a simulation's eyes: the longest wait, and block by block what a header
//! would say.
//!
//! Whether blocks are kept is decided once a run, by the type of the sampler. Keeping them draws nothing more: a
//! block's winner comes from bits that its word has anyway, its header time from (seed, run, height), so
//! that no other number of the run changes.
//!
//! A header's time is `⌊t − L⌋` and at least one above the median of the eleven before it, all of them
//! looked at; the [clock](crate::clock) gets fewer, and the two differ in some 10⁻⁸ of the
//! blocks. The winner is a region in proportion to its running hashrate. Leaves out pools, whose regions
//! mix, and stale blocks.

use crate::clock::Clock;
use crate::header_lag::{HeaderLag, Knots};
use crate::ledger::Waits;
use crate::mining::block::Block;
use crate::mining::{Leg, Miner, Winners};
use crate::output::RunBlock;
use crate::time::Micros;
use hashquake_base::units::Hashrate;
use hashquake_chain::clock::RecentTimes;

/// Every block, with the longest wait between two.
pub struct Watched {
    block: Block,
    lag: HeaderLag,
    waits: Waits,
}

impl Watched {
    /// The blocks of run `run` of `seed` from `start` on.
    pub fn new(seed: u64, run: u32, lag: Knots, start: Micros) -> Self {
        Self {
            block: Block::new(seed, run, lag),
            lag: HeaderLag::new(lag, seed, run),
            waits: Waits::new(start),
        }
    }

    /// The longest wait so far, seconds.
    pub fn longest_s(&self) -> f64 {
        self.waits.longest_s()
    }
}

impl Miner for Watched {
    fn mine(
        &mut self,
        clock: &mut Clock,
        hashrate: Hashrate,
        from: Micros,
        until: Micros,
        winners: &mut Winners,
    ) -> Leg {
        let Self { block, waits, .. } = self;
        let table = winners.table();
        let leg = block.mine_each(clock, hashrate, from, until, table, |at, _| waits.found(at));
        winners.add(0, u64::from(leg.blocks));
        leg
    }
}

/// The same, each block into a list.
pub struct Kept<'r> {
    watched: &'r mut Watched,
    recent: RecentTimes,
    list: &'r mut Vec<RunBlock>,
}

impl<'r> Kept<'r> {
    /// From the next block of `clock` on.
    pub fn new(watched: &'r mut Watched, clock: &Clock, list: &'r mut Vec<RunBlock>) -> Self {
        Self {
            watched,
            recent: clock.recent_times().clone(),
            list,
        }
    }
}

impl Miner for Kept<'_> {
    fn mine(
        &mut self,
        clock: &mut Clock,
        hashrate: Hashrate,
        from: Micros,
        until: Micros,
        winners: &mut Winners,
    ) -> Leg {
        let Self {
            watched: Watched { block, lag, waits },
            recent,
            list,
        } = self;
        let bits = clock.bits().to_consensus();
        let mut height = clock.next_height();
        let before = list.len();
        let table = winners.table();
        let leg = block.mine_each(clock, hashrate, from, until, table, |at, winner| {
            waits.found(at);
            let earliest = recent.median().map_or(0, |t| t.saturating_add(1));
            let time = lag.header_time(height, at, earliest);
            recent.push(time);
            list.push(RunBlock {
                height,
                time,
                bits,
                region: winner as u16,
            });
            height += 1;
        });
        for found in &list[before..] {
            winners.add(found.region.into(), 1);
        }
        leg
    }
}
