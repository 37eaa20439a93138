//! The loop: mine until something is due, let it happen, go on.
//!
//! Between two things that are due the hashrate stands still, so a sampler may stride through. Due are the
//! world's own events (a ban takes effect, machines arrive), decisions of the operators and outputs, both
//! at fixed steps from the start on; retargets and halvings come out of the mining itself. What is due at
//! one moment happens in this order:
//!
//! ```text
//! scenario events → block → retarget → decisions → outputs
//! ```
//!
//! A scenario's event holds from its moment on, so a block of the same microsecond is found under it; a
//! retarget is the work of its block; a decision sees the block and the new target; an output sees all
//! of it.
//!
//! What a world is, its regions, fleets, prices, is not known here: a [`World`] says how much hashrate
//! runs and who may find blocks, and hears what happens. The loop allocates nothing.

use crate::clock::Clock;
use crate::mining::{Miner, Stop, Winners};
use crate::time::Micros;
use hashquake_base::units::Hashrate;

/// What mines, decides and is measured.
pub trait World {
    /// The hashrate that runs until something happens again.
    fn hashrate(&self) -> Hashrate;

    /// Who may find the next blocks, and what each has found.
    fn winners(&mut self) -> &mut Winners;

    /// The moment of its next own event, if one is to come. Events in the past happen at once.
    fn next_event(&self) -> Option<Micros>;

    /// Its next event happens; it must not be the next any more.
    fn happen(&mut self, at: Micros, clock: &Clock);

    /// The next block has another target.
    fn retargeted(&mut self, at: Micros, clock: &Clock);

    /// The next block has half the subsidy.
    fn halved(&mut self, at: Micros, clock: &Clock);

    /// Operators decide what runs.
    fn decide(&mut self, at: Micros, clock: &Clock);

    /// A step of the outputs is over, in which `blocks` were found.
    fn record(&mut self, at: Micros, clock: &Clock, blocks: u32);
}

/// What is due, in the order in which it happens at one moment. Blocks come behind `Scenario`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Scenario,
    Decision,
    Output,
}

impl Rank {
    /// The end, itself outside, of the span of blocks that come before something of this rank at `at`.
    fn blocks_until(self, at: Micros) -> Micros {
        Micros(at.0.saturating_add(i64::from(self > Self::Scenario)))
    }
}

/// When a run begins and ends, and how often decisions and outputs are due. Steps are above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The first decision is here.
    pub start: Micros,
    /// Nothing happens after it; what is due at it still happens.
    pub end: Micros,
    /// From one decision to the next.
    pub decision_step: Micros,
    /// From one output to the next; the first is one step after the start.
    pub output_step: Micros,
}

/// Runs `world` on `clock` with blocks from `miner`.
///
/// # Panics
/// When a step of the schedule is not above zero: a caller's mistake.
pub fn run(
    world: &mut impl World,
    miner: &mut (impl Miner + ?Sized),
    clock: &mut Clock,
    schedule: &Schedule,
) {
    let steps = [schedule.decision_step, schedule.output_step];
    assert!(steps.iter().all(|s| s.0 > 0), "steps above zero");
    let mut decision = schedule.start;
    let mut output = schedule.start + schedule.output_step;
    let mut progress = Progress {
        at: schedule.start,
        blocks: 0,
    };
    loop {
        let own = world.next_event().map(|at| (at, Rank::Scenario));
        let (at, rank) = own
            .into_iter()
            .chain([(decision, Rank::Decision), (output, Rank::Output)])
            .min()
            .expect("a decision is always to come");
        if at > schedule.end {
            break;
        }
        progress.mine(world, miner, clock, rank.blocks_until(at));
        match rank {
            Rank::Decision => {
                world.decide(at, clock);
                decision = decision + schedule.decision_step;
            }
            Rank::Output => {
                world.record(at, clock, std::mem::take(&mut progress.blocks));
                output = output + schedule.output_step;
            }
            Rank::Scenario => world.happen(at.max(schedule.start), clock),
        }
    }
    progress.mine(world, miner, clock, schedule.end);
}

/// How far the mining came, and the blocks since the last output.
struct Progress {
    at: Micros,
    blocks: u32,
}

impl Progress {
    fn mine(
        &mut self,
        world: &mut impl World,
        miner: &mut (impl Miner + ?Sized),
        clock: &mut Clock,
        until: Micros,
    ) {
        while self.at < until {
            let hashrate = world.hashrate();
            let leg = miner.mine(clock, hashrate, self.at, until, world.winners());
            self.at = leg.at;
            self.blocks += leg.blocks;
            match leg.stop {
                Stop::End => {}
                Stop::Retarget => world.retargeted(leg.at, clock),
                Stop::Halving => world.halved(leg.at, clock),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_belongs_behind_an_event_and_before_a_decision_of_its_moment() {
        let at = Micros(5);
        assert_eq!(Rank::Scenario.blocks_until(at), at);
        for later in [Rank::Decision, Rank::Output] {
            assert_eq!(later.blocks_until(at), Micros(6));
        }
    }
}
