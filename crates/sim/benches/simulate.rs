//! How fast a world of 20 regions and 200 fleets is simulated: years a second on one core, with decisions every
//! day, of both samplers, and of `block` with every block kept; how long a decision takes; and by how much two threads
//! are faster than one on an ensemble. Promises: `block` at least 500 years a second, `leap` at least twice `block`, two
//! threads at least 1.7 times one on two free cores.
//!
//! `cargo bench -p hashquake-sim --bench simulate`

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::time::Instant;

use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Moment};
use hashquake_chain::history;
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::run::{Job, shards};
use hashquake_sim::ensemble::shard::Keep;
use hashquake_sim::operators::decide;
use hashquake_sim::output::{Arm, RunRecord, Total};
use hashquake_sim::start::{Figure, Part, StartRegion, StartWorld};
use hashquake_sim::{Options, Sampler, Simulation};
use hashquake_world::scenario::{
    BehindCut, Event, EventKind, Fees, Filter, Growth, Price, Scenario,
};
use hashquake_world::shares::composition::Composition;

const REGIONS: usize = 20;
/// Of the regions, those in which registered and unregistered machines are told apart: 20 × 8 + 5 × 8.
const REGISTERED: usize = 5;
/// Short samples, the best of many: a neighbour on the machine then spoils some and not all.
const YEARS: u32 = 8;
const SAMPLES: u32 = 8;
const BEST_OF: u32 = 40;
const ENSEMBLE_RUNS: u32 = 1024;

fn scenario(events: Vec<Event>) -> Scenario {
    let start = Moment::parse("2022-01-05T10:45Z").unwrap().start();
    Scenario {
        id: "bench".to_string(),
        title: String::new(),
        question: String::new(),
        sources: Vec::new(),
        start,
        as_of: start,
        end: start + 365 * DAY,
        decision_seconds: DAY,
        price: Price::JumpDiffusion {
            start_usd: 45_000.0,
            drift_per_day: Distribution::Point(0.0),
            volatility_per_sqrt_day: Distribution::Point(0.035),
            jumps_per_day: Distribution::Point(0.05),
            jump_sd: Distribution::Point(0.1),
        },
        fees: Fees {
            btc_per_block: Distribution::Point(0.1),
            backlog_response: Distribution::Point(0.5),
        },
        growth: Growth {
            per_day: Distribution::Point(0.001),
            walk_per_sqrt_day: Distribution::Point(0.01),
        },
        events,
    }
}

fn shutdown() -> Event {
    Event {
        id: "cut".to_string(),
        kind: EventKind::InternetShutdown {
            severity: Distribution::Uniform {
                low: 0.5,
                high: 1.0,
            },
            restorations: Vec::new(),
            backup_share: Distribution::Point(0.1),
            backup_growth: Some(Distribution::Point(2e5)),
            behind_cut: BehindCut::Idle,
        },
        who: Filter {
            regions: vec!["R0".to_string()],
            ..Filter::default()
        },
        start: Distribution::Point(0.0),
        duration: Some(Distribution::Point(21.0 * DAY as f64)),
        recovery: Some(Distribution::Point(2e5)),
        source: None,
        known_at: None,
        line: 1,
    }
}

fn world(scenario: &Scenario) -> StartWorld {
    let known = StartWorld::known(scenario, history::embedded()).unwrap();
    let wide = |median: f64| Figure::prior(Distribution::LogNormal { median, sigma: 0.3 });
    let region = |i: usize| StartRegion {
        code: format!("R{i}"),
        row: Some(i),
        part: Part::Rest,
        tariff: wide(0.05),
        g_per_kwh: wide(400.0),
        registered: (i < REGISTERED).then(|| Figure::prior(Distribution::Point(0.4))),
    };
    StartWorld {
        shares: Composition::independent(&[(0.0, 0.5); REGIONS]),
        regions: (0..REGIONS).map(region).collect(),
        ..known
    }
}

fn plan(options: Options, events: Vec<Event>) -> Simulation {
    let scenario = scenario(events);
    let world = world(&scenario);
    let plan = Simulation::new(scenario, world, options).unwrap();
    assert_eq!((plan.layout().regions.len(), plan.fleets()), (REGIONS, 200));
    plan
}

fn years_per_second(options: Options, events: Vec<Event>, arm: Arm) -> f64 {
    let plan = plan(options, events);
    let mut scratch = plan.scratch();
    let mut record = RunRecord::shaped(plan.layout());
    let mut sum = 0.0;
    for sample in 0..SAMPLES {
        let mut best = f64::INFINITY;
        for _ in 0..BEST_OF {
            let begun = Instant::now();
            for run in 0..YEARS {
                plan.run(sample * YEARS + run, arm, &mut scratch, &mut record);
                black_box(record.totals[Total::Blocks as usize]);
            }
            best = best.min(begun.elapsed().as_secs_f64());
        }
        sum += best;
    }
    f64::from(SAMPLES * YEARS) / sum
}

fn decision_ns() -> f64 {
    let thresholds: Vec<f64> = (0..200).map(|f| 0.05 + 0.001 * f64::from(f)).collect();
    let stop: Vec<f64> = thresholds.iter().map(|x| 0.9 * x).collect();
    let (mut wanted, mut running) = (vec![1.0; 200], vec![1.0; 200]);
    let rounds = 1_000_000;
    let begun = Instant::now();
    for k in 0..rounds {
        let hashprice = 0.05 + 0.2 * f64::from(k % 100) / 100.0;
        let hashprice = black_box(hashprice);
        let changed = decide(
            hashprice,
            &thresholds,
            &stop,
            0.05,
            &mut wanted,
            &mut running,
        );
        black_box(changed);
    }
    begun.elapsed().as_secs_f64() * 1e9 / f64::from(rounds)
}

/// Seconds for an ensemble of years with its series, both arms.
fn ensemble_s(simulation: &Simulation, threads: usize) -> f64 {
    let plan = Plan::new(ENSEMBLE_RUNS);
    let keep = Keep::series(simulation.layout());
    let job = |shard| Job {
        shard,
        simulator: simulation,
        runs: plan.span(shard),
    };
    let jobs: Vec<_> = (0..plan.shards()).map(job).collect();
    let begun = Instant::now();
    let take = |_, sections| {
        black_box::<Vec<Vec<u8>>>(sections);
        Ok::<(), ()>(())
    };
    shards(&jobs, &keep, Some(threads), || (), take).unwrap();
    begun.elapsed().as_secs_f64()
}

fn two_threads() {
    let plan = plan(Options::default(), vec![shutdown()]);
    let mut best = [f64::INFINITY; 2];
    for _ in 0..5 {
        for (threads, best) in (1..).zip(&mut best) {
            *best = best.min(ensemble_s(&plan, threads));
        }
    }
    let [one, two] = best;
    println!(
        "{ENSEMBLE_RUNS} runs with both arms and series: {one:.2} s on one thread, {two:.2} s on two, {:.2} times as fast (best of five)",
        one / two
    );
}

fn main() {
    println!("{REGIONS} regions, 200 fleets, decisions every day, one core, best of {BEST_OF}");
    let mut speeds = Vec::new();
    for (name, sampler) in [("block", Sampler::Block), ("leap", Sampler::Leap)] {
        let options = Options {
            sampler,
            ..Options::default()
        };
        let counterfactual = years_per_second(options.clone(), Vec::new(), Arm::Counterfactual);
        let cut = years_per_second(options, vec![shutdown()], Arm::Scenario);
        println!(
            "{name:<6} {counterfactual:>7.0} years/s without events, {cut:>7.0} with a shutdown"
        );
        speeds.push((counterfactual, cut));
    }
    println!(
        "leap / block {:.2} without events, {:.2} with a shutdown",
        speeds[1].0 / speeds[0].0,
        speeds[1].1 / speeds[0].1
    );
    let kept = Options {
        sampler: Sampler::Block,
        keep_blocks: true,
        ..Options::default()
    };
    let kept = years_per_second(kept, vec![shutdown()], Arm::Scenario);
    println!("block, every block kept {kept:.0} years/s with a shutdown");
    println!("a decision of 200 fleets {:.0} ns", decision_ns());
    two_threads();
}
