//! What the detector sees: the probability that a shock is called, how late, and the smallest visible by now.
//!
//! Simulated directly: 56 days of background, then the shock. Difficulty stays as it was at the onset, so
//! a shock longer than an epoch is shown slower than it would be. A run in which the detector already
//! tracks something at the onset is left out. A shock counts as called when an alarm of its direction
//! comes before two days after its end; so does one that the detector takes for a false alarm of the
//! week before, resumed. The same random numbers serve every shock, so that a larger
//! one is not seen less by luck.

use schemars::JsonSchema;
use serde::Serialize;

use crate::detect::background::{BLOCKS_A_DAY, Background, Chain};
use crate::detect::bank::{Detector, Direction, TESTS, Turn};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::bisect::bisect;
use hashquake_base::stats::sample::{quantile, quantiles_of};
use hashquake_base::units::Quantiles;

/// Days after its end within which an alarm still finds a shock.
pub const GRACE_DAYS: f64 = 2.0;
/// Days of background before the shock.
const BEFORE_DAYS: f64 = 56.0;
/// How near the smallest loss is found.
const LOSS_WIDTH: f64 = 0.00025;
const LARGEST_LOSS: f64 = 0.999;

/// A step of the hashrate and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shock {
    /// Share of the hashrate that goes; a gain is negative. Below 1.
    pub loss: f64,
    /// How long, days.
    pub days: f64,
}

/// How well a shock is seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Power {
    /// Share of the hashrate that goes; a gain is negative.
    pub loss_percent: f64,
    /// Days that it lasts.
    pub days: f64,
    /// Probability that it is called before two days after its end.
    pub probability: f64,
    /// Standard error of that.
    pub se: f64,
    /// Days from the onset to the call, when it is called.
    pub delay_days: Option<Quantiles>,
    /// Number of simulated shocks.
    pub runs: u32,
}

/// The smallest loss that is called while it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SmallestLoss {
    /// Days since its onset.
    pub days: f64,
    /// Called by then with a probability of one half.
    pub loss_percent_p50: f64,
    /// Called by then with a probability of 90 %.
    pub loss_percent_p90: f64,
    /// Number of simulated chains.
    pub runs: u32,
}

/// The probability and the delay for each of `shocks`, over `runs` simulated chains.
pub fn power(
    thresholds: [f64; TESTS],
    background: Background,
    shocks: &[Shock],
    runs: u32,
    seed: u64,
    mut progress: impl FnMut(),
) -> Vec<Power> {
    let mut delays = vec![Vec::new(); shocks.len()];
    let mut fair = 0;
    for run in 0..runs {
        if let Some(start) = Start::simulate(thresholds, background, run, seed) {
            fair += 1;
            for (delays, shock) in delays.iter_mut().zip(shocks) {
                delays.extend(start.delay(*shock, shock.days + GRACE_DAYS));
            }
        }
        progress();
    }
    let answer = |(delays, shock): (Vec<f64>, &Shock)| summarise(delays, *shock, fair);
    delays.into_iter().zip(shocks).map(answer).collect()
}

fn summarise(mut delays: Vec<f64>, shock: Shock, runs: u32) -> Power {
    let n = f64::from(runs.max(1));
    let probability = delays.len() as f64 / n;
    Power {
        loss_percent: 100.0 * shock.loss,
        days: shock.days,
        probability,
        se: (probability * (1.0 - probability) / n).sqrt(),
        delay_days: (!delays.is_empty()).then(|| quantiles_of(&mut delays)),
        runs,
    }
}

/// The smallest loss called by `days` after its onset.
pub fn smallest_visible(
    thresholds: [f64; TESTS],
    background: Background,
    days: f64,
    runs: u32,
    seed: u64,
    mut progress: impl FnMut(),
) -> SmallestLoss {
    let mut losses = Vec::new();
    for run in 0..runs {
        if let Some(start) = Start::simulate(thresholds, background, run, seed) {
            losses.push(start.smallest_loss(days));
        }
        progress();
    }
    losses.sort_unstable_by(f64::total_cmp);
    let at = |p: f64| match losses.is_empty() {
        true => 100.0,
        false => 100.0 * quantile(&losses, p),
    };
    SmallestLoss {
        days,
        loss_percent_p50: at(0.5),
        loss_percent_p90: at(0.9),
        runs: losses.len() as u32,
    }
}

/// The moment of an onset.
struct Start {
    chain: Chain,
    detector: Detector,
}

impl Start {
    /// `None` when the detector tracks something already.
    fn simulate(
        thresholds: [f64; TESTS],
        background: Background,
        run: u32,
        seed: u64,
    ) -> Option<Self> {
        let mut chain = Chain::new(background, stream(seed, run, Purpose::DetectorPower));
        let mut detector = Detector::new(thresholds);
        for _ in 0..(BEFORE_DAYS * BLOCKS_A_DAY) as u32 {
            detector.update(chain.interval(1.0));
        }
        (!detector.is_tracking()).then_some(Self { chain, detector })
    }

    /// Days from the onset to an alarm of the right direction, when it comes within `limit_days`.
    fn delay(&self, shock: Shock, limit_days: f64) -> Option<f64> {
        let (mut chain, mut detector) = (self.chain.clone(), self.detector.clone());
        let day = BLOCKS_A_DAY / self.chain.hashrate();
        let wanted = if shock.loss > 0.0 {
            Direction::Fall
        } else {
            Direction::Rise
        };
        let mut now = 0.0;
        loop {
            let kept = if now < shock.days * day {
                1.0 - shock.loss
            } else {
                1.0
            };
            let y = chain.interval(kept);
            now += y;
            if now > limit_days * day {
                return None;
            }
            if let Some(Turn::Alarm { test, .. } | Turn::Resume { test }) = detector.update(y) {
                return (Direction::of_test(test) == wanted).then_some(now / day);
            }
        }
    }

    fn smallest_loss(&self, days: f64) -> f64 {
        let unseen = |loss| self.delay(Shock { loss, days }, days).is_none();
        bisect(0.0, LARGEST_LOSS, LOSS_WIDTH, unseen).1
    }
}
