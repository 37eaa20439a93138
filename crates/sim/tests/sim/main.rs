//! The simulator's bare engine: the clock against the real chain, the samplers against closed forms,
//! against each other, and against the rules that every real block keeps.

mod chain;
mod engine;
mod samplers;

use hashquake_base::units::Hashrate;
use hashquake_chain::history;
use hashquake_sim::clock::Clock;
use hashquake_sim::header_lag::NONE;
use hashquake_sim::mining::block::Block;
use hashquake_sim::mining::leap::Leap;
use hashquake_sim::mining::{Miner, Stop, Winners};
use hashquake_sim::time::Micros;

/// First block of an epoch, 24 April 2024, and a moment after the headers before it.
const START_HEIGHT: u32 = 840_672;
const START: Micros = Micros(1_713_970_800_000_000);
const DAY: i64 = 86_400_000_000;
const NEVER: Micros = Micros(i64::MAX);

fn start() -> Clock {
    Clock::before(history::embedded(), START_HEIGHT).unwrap()
}

/// The hashrate that finds a block of the clock's target in `seconds` on average.
fn pace(clock: &Clock, seconds: f64) -> Hashrate {
    Hashrate::from_work(clock.block_hashes(), seconds)
}

/// The moment of the next retarget at a constant hashrate.
fn next_retarget(
    miner: &mut impl Miner,
    clock: &mut Clock,
    hashrate: Hashrate,
    from: Micros,
) -> Micros {
    let mut at = from;
    loop {
        let leg = miner.mine(clock, hashrate, at, NEVER, &mut Winners::one());
        at = leg.at;
        if leg.stop == Stop::Retarget {
            return at;
        }
    }
}

fn both(seed: u64) -> [Box<dyn Miner>; 2] {
    [
        Box::new(Block::new(seed, 0, NONE)),
        Box::new(Leap::new(seed, 0, NONE)),
    ]
}

fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

fn variance(xs: &[f64]) -> f64 {
    let m = mean(xs);
    xs.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (xs.len() - 1) as f64
}
