//! Chains without a shock: what the detector's thresholds and its power are measured on.
//!
//! Intervals are in units of the hashrate at the start: y = E/h with E a unit exponential, so that
//! 144 units are a day while difficulty has followed the hashrate. The realistic background:
//! growth of 0.15 % a day, a walk of 0.8 % in the square root of a day, and a fast part
//! with a standard deviation of 2 % that forgets in 12 hours. Its episodes (one in 60 days, sizes
//! Laplace of scale 0.10) are left out: an episode is a change of hashrate, and an alarm on it is not
//! false. Time goes by the block, a 144th of a day each, and the path moves every `STEP` blocks.

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;

use hashquake_base::stats::draw::{normal, uniform};

/// Blocks a day at the usual pace.
pub const BLOCKS_A_DAY: f64 = 144.0;
/// Blocks a year at the usual pace.
pub const BLOCKS_A_YEAR: f64 = BLOCKS_A_DAY * 365.25;
/// Blocks between moves of the realistic hashrate: one hour.
const STEP: u32 = 6;
const GROWTH_A_DAY: f64 = 0.0015;
const WALK_PER_SQRT_DAY: f64 = 0.008;
const FAST_SD: f64 = 0.02;
const FAST_DAYS: f64 = 0.5;

/// What the hashrate does when there is no shock.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    /// The hashrate is constant.
    Constant,
    /// It grows, drifts and fluctuates.
    Realistic,
}

impl Background {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Constant, Self::Realistic];

    /// The word for it in tables and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Realistic => "realistic",
        }
    }
}

/// A chain of intervals, without end.
#[derive(Clone, Debug)]
pub struct Chain {
    background: Background,
    rng: ChaCha8Rng,
    until_step: u32,
    trend: f64,
    fast: f64,
    hashrate: f64,
}

impl Chain {
    /// Starts at a hashrate of 1.
    pub fn new(background: Background, rng: ChaCha8Rng) -> Self {
        Self {
            background,
            rng,
            until_step: STEP,
            trend: 0.0,
            fast: 0.0,
            hashrate: 1.0,
        }
    }

    /// The hashrate of the next interval, when no shock changes it.
    pub fn hashrate(&self) -> f64 {
        self.hashrate
    }

    /// The next interval, with the hashrate multiplied by `kept`.
    pub fn interval(&mut self, kept: f64) -> f64 {
        let y = -log(uniform(&mut self.rng)) / (self.hashrate * kept);
        if self.background == Background::Realistic {
            self.until_step -= 1;
            if self.until_step == 0 {
                self.step();
            }
        }
        y
    }

    fn step(&mut self) {
        let days = f64::from(STEP) / BLOCKS_A_DAY;
        let kept = exp(-days / FAST_DAYS);
        self.trend += GROWTH_A_DAY * days + WALK_PER_SQRT_DAY * days.sqrt() * normal(&mut self.rng);
        self.fast = kept * self.fast + FAST_SD * (1.0 - kept * kept).sqrt() * normal(&mut self.rng);
        self.hashrate = exp(self.trend + self.fast);
        self.until_step = STEP;
    }
}
