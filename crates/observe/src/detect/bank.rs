//! A bank of CUSUMs (Page 1954) against a discounted mean, both directions, and what follows an alarm.
//!
//! With y the interval in units of work and h the rate before, the test for a rate of q·h adds up
//! `s ← max(0, s + ln q + h (1 − q) y)`: the log-likelihood ratio of a change since the last zero
//! (Lorden 1971, Moustakides 1986: of all rules with as few false alarms it is the quickest for its q).
//! Six tests run side by side ([`RATIOS`]), with a threshold each; the detector is all of them together.
//!
//! h is a mean over 28 days, discounted block by block. A rise is held against h and the growth that a
//! mean lags behind by (4.2 %): otherwise a growing network is one long alarm.
//!
//! After an alarm the detector tracks the shock and raises no other: a CUSUM of the opposite question
//! (the rate before, against the mean since the onset) tells when the rate has returned; if after
//! [`RELEARN_BLOCKS`] it has not, the new level is the baseline. An alarm of the same direction within
//! [`RESUME_BLOCKS`] of a return resumes the shock: it had not ended. A state is 300 bytes; a block costs
//! about 10 ns.

/// The changes tested for, as ratios of the rate after to the rate before: falls of 10, 20 and 35 %,
/// and the rises that undo them.
pub const RATIOS: [f64; 6] = [0.90, 0.80, 0.65, 1.0 / 0.90, 1.0 / 0.80, 1.0 / 0.65];
/// What a growth of 0.15 % a day puts the rate above its mean over 28 days: a rise is more than that.
const USUAL_GROWTH: f64 = 1.042;
/// Number of tests.
pub const TESTS: usize = RATIOS.len();
/// e-folding of the baseline's weights: 28 days of blocks.
pub const BASELINE_BLOCKS: f64 = 4032.0;
/// Blocks that the baseline learns before anything is tested: 28 days.
pub const WARM_UP_BLOCKS: u64 = 4032;
/// A shock that has lasted so many blocks is the new normal: 28 days at the usual pace.
pub const RELEARN_BLOCKS: u64 = 4032;
/// A shock whose return lasted no longer than this goes on: seven days.
pub const RESUME_BLOCKS: u64 = 1008;
/// Evidence, nats, that the rate is back rather than still as since the onset.
pub const RETURN_NATS: f64 = 6.0;
/// A tracked shock is taken to be at least the smallest that is tested for.
const LEAST_FALL: f64 = RATIOS[0];
const DEEPEST_FALL: f64 = 0.02;

const LN_RATIOS: [f64; TESTS] = [
    -0.105_360_515_657_826_3,
    -0.223_143_551_314_209_76,
    -0.430_782_916_092_454_3,
    0.105_360_515_657_826_3,
    0.223_143_551_314_209_76,
    0.430_782_916_092_454_3,
];

/// Which way a rate went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Less hashrate than before.
    Fall,
    /// More hashrate than before.
    Rise,
}

impl Direction {
    /// Of the `test`-th of [`RATIOS`].
    pub fn of_test(test: usize) -> Self {
        if RATIOS[test] < 1.0 {
            Self::Fall
        } else {
            Self::Rise
        }
    }
}

/// A mean rate over the blocks behind, each weighing less than the one after it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Discounted {
    blocks: f64,
    work: f64,
}

impl Discounted {
    const KEPT: f64 = 1.0 - 1.0 / BASELINE_BLOCKS;

    /// Takes the next interval.
    pub fn update(&mut self, y: f64) {
        self.blocks = self.blocks * Self::KEPT + 1.0;
        self.work = self.work * Self::KEPT + y;
    }

    /// Blocks per unit of `y`; meaningless before the first.
    pub fn rate(self) -> f64 {
        self.blocks / self.work
    }

    /// What was taken after `earlier`, `taken` intervals ago.
    fn since(self, earlier: Self, taken: u64) -> Self {
        let kept = libm::exp(taken as f64 * libm::log1p(-1.0 / BASELINE_BLOCKS));
        Self {
            blocks: self.blocks - kept * earlier.blocks,
            work: self.work - kept * earlier.work,
        }
    }
}

/// Where a CUSUM last stood at zero.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Zero {
    taken: u64,
    baseline: Discounted,
}

/// Six CUSUMs.
#[derive(Clone, Debug, PartialEq)]
pub struct Bank {
    level: [f64; TESTS],
    zero: [Zero; TESTS],
}

impl Bank {
    /// All at zero, after `taken` intervals that gave `baseline`.
    pub fn new(taken: u64, baseline: Discounted) -> Self {
        Self {
            level: [0.0; TESTS],
            zero: [Zero { taken, baseline }; TESTS],
        }
    }

    /// Takes interval number `taken` (from zero); `baseline` knows those before it.
    pub fn update(&mut self, y: f64, taken: u64, baseline: Discounted) {
        let rate = baseline.rate();
        for k in 0..TESTS {
            if self.level[k] <= 0.0 {
                self.zero[k] = Zero { taken, baseline };
            }
            let usual = match Direction::of_test(k) {
                Direction::Fall => rate,
                Direction::Rise => rate * USUAL_GROWTH,
            };
            let gained = LN_RATIOS[k] + usual * (1.0 - RATIOS[k]) * y;
            self.level[k] = (self.level[k] + gained).max(0.0);
        }
    }

    /// Evidence of each test, nats.
    pub fn levels(&self) -> &[f64; TESTS] {
        &self.level
    }
}

/// What an interval brought about. Numbers count intervals: a change after `n` of them lies at the end
/// of the `n`-th.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// A shock is called.
    Alarm {
        /// Which of [`RATIOS`].
        test: usize,
        /// Intervals before the test's last zero.
        onset: u64,
    },
    /// The shock before has not ended after all.
    Resume {
        /// Which of [`RATIOS`].
        test: usize,
    },
    /// The rate is back.
    Return {
        /// Intervals before the last zero of the evidence for it.
        end: u64,
    },
    /// The shock has lasted so long that it is the baseline now.
    Normal,
}

#[derive(Clone, Debug, PartialEq)]
struct Track {
    direction: Direction,
    onset: Zero,
    since_onset: Discounted,
    back: f64,
    back_zero: u64,
    since_back: Discounted,
}

impl Track {
    fn new(test: usize, onset: Zero, now: Discounted, taken: u64) -> Self {
        Self {
            direction: Direction::of_test(test),
            onset,
            since_onset: now.since(onset.baseline, taken - onset.taken),
            back: 0.0,
            back_zero: taken,
            since_back: onset.baseline,
        }
    }

    /// Takes an interval of the tracked stretch.
    fn update(&mut self, y: f64, taken: u64) {
        self.since_onset.update(y);
        let before = self.onset.baseline.rate();
        let ratio = self.since_onset.rate() / before;
        let ratio = match self.direction {
            Direction::Fall => ratio.clamp(DEEPEST_FALL, LEAST_FALL),
            Direction::Rise => ratio.max(1.0 / LEAST_FALL),
        };
        if self.back <= 0.0 {
            self.back_zero = taken;
            self.since_back = self.onset.baseline;
        }
        self.since_back.update(y);
        let gained = -libm::log(ratio) - before * (1.0 - ratio) * y;
        self.back = (self.back + gained).max(0.0);
    }

    /// Whether it is over, and the baseline from then on.
    fn ended(&self, taken: u64) -> Option<(Turn, Discounted)> {
        if self.back > RETURN_NATS {
            let end = self.back_zero;
            Some((Turn::Return { end }, self.since_back))
        } else if taken - self.onset.taken >= RELEARN_BLOCKS {
            Some((Turn::Normal, self.since_onset))
        } else {
            None
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Watching(Bank),
    Tracking(Box<Track>),
}

/// The online detector.
#[derive(Clone, Debug, PartialEq)]
pub struct Detector {
    thresholds: [f64; TESTS],
    taken: u64,
    baseline: Discounted,
    phase: Phase,
    returned: Option<(Direction, u64)>,
}

impl Detector {
    /// A detector with a threshold, nats, for each of [`RATIOS`].
    pub fn new(thresholds: [f64; TESTS]) -> Self {
        let baseline = Discounted::default();
        Self {
            thresholds,
            taken: 0,
            baseline,
            phase: Phase::Watching(Bank::new(0, baseline)),
            returned: None,
        }
    }

    /// Whether a shock is being tracked.
    pub fn is_tracking(&self) -> bool {
        matches!(self.phase, Phase::Tracking(_))
    }

    /// Takes the next interval.
    pub fn update(&mut self, y: f64) -> Option<Turn> {
        let taken = self.taken;
        self.taken += 1;
        match &mut self.phase {
            Phase::Watching(_) if taken < WARM_UP_BLOCKS => {
                self.baseline.update(y);
                None
            }
            Phase::Watching(bank) => {
                bank.update(y, taken, self.baseline);
                self.baseline.update(y);
                let test = loudest(bank.levels(), &self.thresholds)?;
                let onset = bank.zero[test];
                let track = Track::new(test, onset, self.baseline, self.taken);
                let resumes = self.returned.is_some_and(|(direction, end)| {
                    direction == track.direction && onset.taken < end + RESUME_BLOCKS
                });
                self.phase = Phase::Tracking(Box::new(track));
                Some(if resumes {
                    Turn::Resume { test }
                } else {
                    Turn::Alarm {
                        test,
                        onset: onset.taken,
                    }
                })
            }
            Phase::Tracking(track) => {
                track.update(y, taken);
                let (turn, baseline) = track.ended(self.taken)?;
                self.returned = match turn {
                    Turn::Return { end } => Some((track.direction, end)),
                    _ => None,
                };
                self.baseline = baseline;
                self.phase = Phase::Watching(Bank::new(self.taken, baseline));
                Some(turn)
            }
        }
    }
}

/// The test furthest above its threshold.
fn loudest(levels: &[f64; TESTS], thresholds: &[f64; TESTS]) -> Option<usize> {
    let mut found = None;
    let mut most = 0.0;
    for k in 0..TESTS {
        let above = levels[k] - thresholds[k];
        if above > most {
            (found, most) = (Some(k), above);
        }
    }
    found
}
