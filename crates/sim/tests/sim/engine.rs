//! The loop: order, bookkeeping, and worlds in pairs.

use std::collections::VecDeque;

use hashquake_base::units::Hashrate;
use hashquake_chain::blocks::EPOCH;
use hashquake_sim::clock::Clock;
use hashquake_sim::engine::{Schedule, World, run};
use hashquake_sim::header_lag::{MEASURED, NONE};
use hashquake_sim::mining::Winners;
use hashquake_sim::mining::leap::Leap;
use hashquake_sim::time::Micros;

use crate::{DAY, START, START_HEIGHT, both, mean, pace, start, variance};

/// A world that does what it is told and writes down what it hears.
struct Script {
    hashrate: Hashrate,
    winners: Winners,
    /// Moment and hundredths of the hashrate, in order.
    events: VecDeque<(Micros, u32)>,
    /// Day, and what happened.
    heard: Vec<(f64, &'static str)>,
    recorded: Vec<u32>,
}

impl Script {
    /// The hashrate, and from which day on it is how many hundredths of it.
    fn new(hashrate: Hashrate, percent_from_day: &[(f64, u32)]) -> Self {
        let due = |&(day, percent): &(f64, u32)| (on_day(day), percent);
        Self {
            hashrate,
            winners: Winners::one(),
            events: percent_from_day.iter().map(due).collect(),
            heard: Vec::new(),
            recorded: Vec::new(),
        }
    }

    fn hear(&mut self, at: Micros, what: &'static str) {
        self.heard.push(((at - START).0 as f64 / DAY as f64, what));
    }
}

fn on_day(day: f64) -> Micros {
    Micros(START.0 + (day * DAY as f64) as i64)
}

impl World for Script {
    fn hashrate(&self) -> Hashrate {
        self.hashrate
    }

    fn winners(&mut self) -> &mut Winners {
        &mut self.winners
    }

    fn next_event(&self) -> Option<Micros> {
        self.events.front().map(|due| due.0)
    }

    fn happen(&mut self, at: Micros, _: &Clock) {
        let (_, percent) = self.events.pop_front().unwrap();
        self.hashrate = Hashrate::from_ehs(self.hashrate.ehs() * f64::from(percent) / 100.0);
        self.hear(at, "event");
    }

    fn retargeted(&mut self, at: Micros, _: &Clock) {
        self.hear(at, "retarget");
    }

    fn halved(&mut self, at: Micros, _: &Clock) {
        self.hear(at, "halving");
    }

    fn decide(&mut self, at: Micros, _: &Clock) {
        self.hear(at, "decision");
    }

    fn record(&mut self, at: Micros, _: &Clock, blocks: u32) {
        self.recorded.push(blocks);
        self.hear(at, "output");
    }
}

fn days(days: i64) -> Schedule {
    Schedule {
        start: START,
        end: Micros(START.0 + days * DAY),
        decision_step: Micros(DAY),
        output_step: Micros(DAY),
    }
}

#[test]
fn at_one_moment_events_come_before_decisions_and_decisions_before_outputs() {
    let start = start();
    let mut world = Script::new(pace(&start, 600.0), &[(1.0, 50), (1.5, 100), (2.0, 100)]);
    run(
        &mut world,
        &mut Leap::new(1, 0, NONE),
        &mut start.clone(),
        &days(2),
    );
    let expected = [
        (0.0, "decision"),
        (1.0, "event"),
        (1.0, "decision"),
        (1.0, "output"),
        (1.5, "event"),
        (2.0, "event"),
        (2.0, "decision"),
        (2.0, "output"),
    ];
    assert_eq!(world.heard, expected);
}

#[test]
fn every_block_is_recorded_once_and_every_retarget_heard() {
    let start = start();
    for mut miner in both(10) {
        let mut clock = start.clone();
        let mut world = Script::new(pace(&start, 600.0), &[(20.0, 65), (41.0, 154)]);
        run(&mut world, miner.as_mut(), &mut clock, &days(100));
        let recorded: u32 = world.recorded.iter().sum();
        assert_eq!(recorded, clock.next_height() - START_HEIGHT);
        assert_eq!(world.winners.counts(), [u64::from(recorded)]);
        let heard = |what| world.heard.iter().filter(|h| h.1 == what).count() as u32;
        assert_eq!(heard("retarget"), recorded / EPOCH);
        assert_eq!((heard("decision"), heard("output")), (101, 100));
    }
}

/// The promise of paired worlds: nothing differs before the event, and after it the mean of the
/// differences is the event's size: 35 % of ten days' blocks, as no retarget comes between.
#[test]
fn a_world_with_an_event_differs_from_its_twin_only_after_it() {
    let start = start();
    let mut lost = Vec::new();
    for seed in 0..400 {
        let [calm, shaken] = [&[][..], &[(2.0, 65)][..]].map(|events| {
            let mut world = Script::new(pace(&start, 600.0), events);
            run(
                &mut world,
                &mut Leap::new(seed, 0, MEASURED),
                &mut start.clone(),
                &days(12),
            );
            world.recorded
        });
        assert_eq!(calm[..2], shaken[..2]);
        lost.push(calm[2..].iter().sum::<u32>() as f64 - shaken[2..].iter().sum::<u32>() as f64);
    }
    let expected = 0.35 * 1440.0;
    let error = (variance(&lost) / lost.len() as f64).sqrt();
    assert!(
        (mean(&lost) - expected).abs() < 3.0 * error,
        "{} ± {error}",
        mean(&lost)
    );
    // Independent worlds would differ with the sd of √(1440 + 936) = 49 blocks.
    assert!(
        variance(&lost).sqrt() < 0.8 * 49.0,
        "{}",
        variance(&lost).sqrt()
    );
}
