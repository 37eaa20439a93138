//! The simulator's promises on one core: `block` at least 80 million blocks a second in the bare chain
//! loop (named ChaCha8 streams, exact retarget, winner), `leap` at least 10 times that; with 200 fleets
//! that decide every day, `block` at least 500 years a second and `leap` at least twice that. Beside them
//! the floors: ChaCha8's own bytes, one exponential function, one winner and one binomial, the two ways
//! to a retarget. Then the figures of a long equilibrium against their closed forms.
//!
//! The fleets are a stand-in: each runs or rests by a price of hashes with hysteresis, and the pools' weights
//! follow; it has no grid, no migration, no market.
//!
//! `cargo bench -p hashquake-sim --bench sim`
//!
//! Rivals and floors are compared within one run, so this bench takes its own time: the best of 400 samples of
//! about a millisecond, shorter than a neighbour's turn on the same core.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::time::Instant;

use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::alias::Alias;
use hashquake_base::stats::binomial::binomial;
use hashquake_base::units::Hashrate;
use hashquake_chain::history;
use hashquake_chain::retarget;
use hashquake_chain::target::CompactTarget;
use hashquake_sim::clock::Clock;
use hashquake_sim::engine::{Schedule, World, run};
use hashquake_sim::header_lag::MEASURED;
use hashquake_sim::mining::block::Block;
use hashquake_sim::mining::leap::Leap;
use hashquake_sim::mining::{Miner, Stop, Winners};
use hashquake_sim::time::Micros;
use rand_chacha::rand_core::Rng;

const YEARS: i64 = 4;
const START_HEIGHT: u32 = 840_672;
/// 24 April 2024, 15:00 UTC: after the headers before the start.
const START: Micros = Micros(1_713_970_800_000_000);
const POOLS: [f64; 20] = [
    31.0, 24.0, 11.0, 8.0, 6.0, 4.0, 3.0, 2.5, 2.0, 1.5, 1.2, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5,
    0.4, 0.4,
];

fn main() {
    floors();
    let start = clock();
    let block = best(|| mine_every_block(&start));
    let leap = best(|| mine(&start, &mut leap_of(0), &mut Winners::one()));
    let mut pools = Winners::new(&POOLS).expect("weights");
    let leap_with_winners = best(|| mine(&start, &mut leap_of(0), &mut pools));
    println!("bare chain, {YEARS} years, {} pools", POOLS.len());
    println!(
        "  block                {:8.1} million blocks/s",
        block / 1e6
    );
    println!("  leap                 {:8.1} million blocks/s", leap / 1e6);
    println!(
        "  leap, winners asked  {:8.1} million blocks/s",
        leap_with_winners / 1e6
    );
    println!("  leap / block         {:8.1}", leap / block);
    fleets();
    equilibrium();
}

fn fleets() {
    let start = clock();
    let years = |work: &dyn Fn(u32)| {
        best(|| {
            (0..YEARS_RUN).for_each(work);
            u64::from(YEARS_RUN)
        })
    };
    let pools = Winners::new(&POOLS).expect("weights");
    let nobody = Winners::one();
    let block = years(&|run| year(&start, &mut Block::new(0, run, MEASURED), &pools));
    let leap = years(&|run| year(&start, &mut leap_of(run), &nobody));
    let leap_with_winners = years(&|run| year(&start, &mut leap_of(run), &pools));
    println!("{FLEETS} fleets that decide daily, {} pools", POOLS.len());
    println!("  block                {block:8.0} years/s");
    println!("  leap                 {leap:8.0} years/s");
    println!("  leap, winners asked  {leap_with_winners:8.0} years/s");
    println!("  leap / block         {:8.1}", leap / block);
}

const YEARS_RUN: u32 = 3;
const FLEETS: usize = 200;

/// Fleets by what a hash must earn for them to run, as a share of what it earns at the start.
struct Fleets {
    strike: Vec<f64>,
    ehs: Vec<f64>,
    runs: Vec<bool>,
    earned_at_start: f64,
    hashrate: Hashrate,
    weights: [f64; POOLS.len()],
    winners: Winners,
    recorded: Vec<u32>,
}

impl Fleets {
    fn new(clock: &Clock, winners: &Winners) -> Self {
        let ehs = 1.4 * balance(clock).ehs() / FLEETS as f64;
        Self {
            strike: (0..FLEETS)
                .map(|i| 0.5 + i as f64 / FLEETS as f64)
                .collect(),
            ehs: vec![ehs; FLEETS],
            runs: vec![true; FLEETS],
            earned_at_start: earned(clock),
            hashrate: Hashrate::from_ehs(0.0),
            weights: POOLS,
            winners: winners.clone(),
            recorded: Vec::with_capacity(400),
        }
    }
}

fn earned(clock: &Clock) -> f64 {
    clock.subsidy_btc() / clock.block_hashes()
}

impl World for Fleets {
    fn hashrate(&self) -> Hashrate {
        self.hashrate
    }

    fn winners(&mut self) -> &mut Winners {
        &mut self.winners
    }

    fn next_event(&self) -> Option<Micros> {
        None
    }

    fn happen(&mut self, _: Micros, _: &Clock) {}

    fn retargeted(&mut self, _: Micros, _: &Clock) {}

    fn halved(&mut self, _: Micros, _: &Clock) {}

    fn decide(&mut self, _: Micros, clock: &Clock) {
        let earns = earned(clock) / self.earned_at_start;
        self.weights.fill(0.0);
        let mut running = 0.0;
        for (i, runs) in self.runs.iter_mut().enumerate() {
            let margin = if *runs { 0.97 } else { 1.03 };
            *runs = earns > self.strike[i] * margin;
            let ehs = if *runs { self.ehs[i] } else { 0.0 };
            running += ehs;
            self.weights[i % POOLS.len()] += ehs;
        }
        self.hashrate = Hashrate::from_ehs(running);
        if self.winners.len() == POOLS.len() {
            let set = self.winners.set_weights(&self.weights);
            set.expect("some fleet runs");
        }
    }

    fn record(&mut self, _: Micros, _: &Clock, blocks: u32) {
        self.recorded.push(blocks);
    }
}

fn year(start: &Clock, miner: &mut impl Miner, winners: &Winners) {
    let day = Micros(86_400_000_000);
    let schedule = Schedule {
        start: START,
        end: Micros(START.0 + 365 * day.0),
        decision_step: day,
        output_step: day,
    };
    let mut fleets = Fleets::new(start, winners);
    run(&mut fleets, miner, &mut start.clone(), &schedule);
    black_box(fleets.recorded);
}

fn clock() -> Clock {
    Clock::before(history::embedded(), START_HEIGHT).expect("the history reaches there")
}

/// The hashrate at which the start's target gives a block in ten minutes.
fn balance(clock: &Clock) -> Hashrate {
    Hashrate::from_work(clock.block_hashes(), 600.0)
}

fn leap_of(run: u32) -> Leap {
    Leap::new(0, run, MEASURED)
}

fn mine(clock: &Clock, miner: &mut impl Miner, winners: &mut Winners) -> u64 {
    let mut clock = clock.clone();
    let hashrate = balance(&clock);
    let until = Micros(START.0 + YEARS * 31_557_600 * 1_000_000);
    let (mut at, mut blocks) = (START, 0);
    loop {
        let leg = miner.mine(&mut clock, hashrate, at, until, winners);
        blocks += u64::from(leg.blocks);
        at = leg.at;
        if leg.stop == Stop::End {
            return blocks;
        }
    }
}

/// Every block's time and winner looked at.
fn mine_every_block(clock: &Clock) -> u64 {
    let mut clock = clock.clone();
    let hashrate = balance(&clock);
    let table = Alias::new(&POOLS).expect("weights");
    let until = Micros(START.0 + YEARS * 31_557_600 * 1_000_000);
    let mut miner = Block::new(0, 0, MEASURED);
    let (mut at, mut blocks) = (START, 0);
    let mut counts = [0u64; POOLS.len()];
    let mut times = 0i64;
    loop {
        let leg = miner.mine_each(&mut clock, hashrate, at, until, &table, |t, winner| {
            times ^= t.0;
            counts[winner as usize] += 1;
        });
        blocks += u64::from(leg.blocks);
        at = leg.at;
        if leg.stop == Stop::End {
            black_box((times, counts));
            return blocks;
        }
    }
}

const SAMPLES: usize = 400;

/// Items a second in the best sample.
fn best(mut work: impl FnMut() -> u64) -> f64 {
    let rate = |_| {
        let start = Instant::now();
        let items = work();
        items as f64 / start.elapsed().as_secs_f64()
    };
    (0..SAMPLES).map(rate).fold(0.0, f64::max)
}

fn floors() {
    const N: u64 = 100_000;
    let mut rng = stream(0, 0, Purpose::BlockLuck);
    let mut words = [0u8; 4096];
    let bytes = best(|| {
        (0..1_000).for_each(|_| rng.fill_bytes(black_box(&mut words)));
        1_000 * 4096
    });
    let exps = best(|| {
        (0..N).for_each(|i| {
            black_box(libm::exp(-(black_box(i) as f64) / N as f64));
        });
        N
    });
    let pools = Alias::new(&POOLS).expect("weights");
    let winners = best(|| {
        (0..N).for_each(|_| {
            black_box(pools.draw(u64::from(rng.next_u32())));
        });
        N
    });
    let binomials = best(|| {
        (0..1_000).for_each(|_| {
            black_box(binomial(&mut rng, 144, black_box(0.05)));
        });
        1_000
    });
    let bits = CompactTarget::from_consensus(0x1703_e8b3);
    let retargets = |next: fn(CompactTarget, u32, u32) -> CompactTarget| {
        best(|| {
            (0..1_000u32).for_each(|i| {
                black_box(next(black_box(bits), 1_000, 1_150_000 + i));
            });
            1_000
        })
    };
    println!("floors");
    println!(
        "  ChaCha8              {:8.2} GB/s, {:.1} ns for a block's 8 bytes",
        bytes / 1e9,
        8e9 / bytes
    );
    println!("  winner               {:8.2} ns", 1e9 / winners);
    println!("  Binomial(144, 0.05)  {:8.1} ns", 1e9 / binomials);
    println!("  libm::exp            {:8.2} ns", 1e9 / exps);
    println!(
        "  retarget, 256 bits   {:8.1} ns",
        1e9 / retargets(retarget::next_target)
    );
    println!(
        "  retarget, 128 bits   {:8.1} ns",
        1e9 / retargets(hashquake_sim::retarget::next_target)
    );
}

/// Constant hashrate: targets and intervals against their closed forms.
fn equilibrium() {
    const EPOCHS: usize = 260;
    const CHAINS: u32 = 1_200;
    let mut logs = Vec::new();
    let mut means = Vec::new();
    let start = clock();
    for run in 0..CHAINS {
        let mut clock = start.clone();
        let hashrate = balance(&clock);
        let mut miner = leap_of(run);
        let mut at = START;
        let mut of_run = Vec::new();
        // The first epoch's target is given, not reached.
        for epoch in 0..=EPOCHS {
            let (hashes, begun) = (clock.block_hashes(), at);
            loop {
                let leg = miner.mine(
                    &mut clock,
                    hashrate,
                    at,
                    Micros(i64::MAX),
                    &mut Winners::one(),
                );
                at = leg.at;
                if leg.stop == Stop::Retarget {
                    break;
                }
            }
            if epoch > 0 {
                of_run.push(libm::log(hashes));
                means.push((at - begun).as_seconds() / 2016.0);
            }
        }
        logs.push(of_run);
    }
    let levels: Vec<f64> = logs.concat();
    let steps: Vec<Vec<f64>> = logs
        .iter()
        .map(|l| l.windows(2).map(|w| w[1] - w[0]).collect())
        .collect();
    let all_steps: Vec<f64> = steps.concat();
    let products: Vec<f64> = steps
        .iter()
        .flat_map(|s| s.windows(2).map(|w| w[0] * w[1]))
        .collect();
    let lag1 = mean(&products) / (sd(&all_steps) * sd(&all_steps));
    let error = sd(&means) / (means.len() as f64).sqrt();
    println!("equilibrium, {} epochs", means.len());
    println!(
        "  sd of ln difficulty  {:8.3} %  (1/sqrt(2015): 2.228 %)",
        100.0 * sd(&levels)
    );
    println!(
        "  sd of its steps      {:8.3} %  (sqrt(2/2015): 3.150 %), lag-1 correlation {lag1:.3} (-0.5)",
        100.0 * sd(&all_steps)
    );
    println!(
        "  mean interval        {:8.3} s ± {error:.3}  (600·2016/2014: 600.596 s)",
        mean(&means)
    );
}

fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

fn sd(xs: &[f64]) -> f64 {
    let m = mean(xs);
    (xs.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (xs.len() - 1) as f64).sqrt()
}
