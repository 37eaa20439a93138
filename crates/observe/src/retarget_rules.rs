//! The reference rules of the retarget forecast: what other sites publish, by their formulas.
//!
//! n blocks after the epoch's first (at header time tₑ), at a moment `now`, el = now − tₑ, p the change
//! by which the epoch began, W and D its work and difficulty:
//!
//! | name | change of difficulty | date of the epoch's end |
//! |---|---|---|
//! | naive | 600 n / el − 1 | now + (2016 − n) el / n |
//! | naive_gamma | 2 weeks / (el + rest) − 1, rest = el · Gamma(2015 − n) / Gamma(n): the median | the same with one interval more |
//! | mempool_space | n < 503: span = el + (tₑ − t of block tip − 503)(1 + p), change 600 · 504 / span − 1; else 600 (n + 1) / el − 1; from −75 to +300 % | now + (2016 − n) · span / 503; else now + (2016 − n) el / n |
//! | bitview | 600 n / el − 1 | tₑ + 14 days |
//! | ma24h | 2 weeks / (el + (2015 − n) W / H) − 1, H the 24 h average | now + (2016 − n) W / H |
//! | ma7d_gamma | the same with H ~ Gamma of the last 7 days: the median | the same with one interval more |
//! | luxor_like | 2 weeks / (el + (2015 − n) a) − 1, a the mean of the last 2015 intervals, those before the epoch times 1 + p | now + (2016 − n) a |
//!
//! mempool.space and Bitview: their published source, as of 2025. Luxor publishes no formula for its
//! rolling-block estimate; "luxor_like" is ours, after its description. All read header times as they
//! stand. At n = 2015 the epoch is over and el ends at its last block.

use schemars::JsonSchema;
use serde::Serialize;

use crate::reference_rules::{Record, ReferenceRule};
use crate::retarget::ratio;
use hashquake_base::stats::special::beta_quantile;
use hashquake_base::units::{DAY, Seconds};
use hashquake_chain::blocks::{Blocks, EPOCH};

const INTERVALS: f64 = (EPOCH - 1) as f64;
const BLOCK_SECONDS: f64 = 600.0;
/// Blocks back that mempool.space reads early in an epoch.
const MEMPOOL_BLOCKS: u32 = 503;

/// A rule by which somebody predicts the next retarget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetargetRule {
    /// The epoch's average goes on.
    Naive,
    /// The epoch's average goes on, with the uncertainty of both parts.
    NaiveGamma,
    /// The rule of mempool.space.
    MempoolSpace,
    /// The rule of Bitview.
    Bitview,
    /// The average of the last day goes on.
    Ma24h,
    /// The average of the last week goes on, with its uncertainty.
    Ma7dGamma,
    /// A rolling average over 2015 blocks, after Luxor's description.
    LuxorLike,
}

/// What a rule says of the next retarget: one number each, without a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Change of difficulty, percent.
    pub change_percent: f64,
    /// When the first block under the new target is found, unix seconds.
    pub date: f64,
}

/// The rest of the epoch as a Gamma rule sees it: m intervals take scale · Gamma(m) / Gamma(shape).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    /// Intervals that the rule knows.
    pub shape: f64,
    /// Their sum, seconds at the present target.
    pub scale: f64,
}

impl RetargetRule {
    /// All, in the order of tables.
    pub const ALL: [Self; 7] = [
        Self::Naive,
        Self::NaiveGamma,
        Self::MempoolSpace,
        Self::Bitview,
        Self::Ma24h,
        Self::Ma7dGamma,
        Self::LuxorLike,
    ];

    /// The name in tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::NaiveGamma => "naive_gamma",
            Self::MempoolSpace => "mempool_space",
            Self::Bitview => "bitview",
            Self::Ma24h => "ma24h",
            Self::Ma7dGamma => "ma7d_gamma",
            Self::LuxorLike => "luxor_like",
        }
    }

    /// What the rule takes to go on, and so where it differs.
    pub fn assumes(self) -> &'static str {
        match self {
            Self::Naive => "the epoch's average goes on",
            Self::NaiveGamma => "the epoch's average goes on, known as well as its blocks allow",
            Self::MempoolSpace => {
                "the epoch's average goes on; in its first quarter 504 blocks, older ones rescaled"
            }
            Self::Bitview => "the epoch's average for the change, exactly two weeks for the date",
            Self::Ma24h => "the last day goes on, whose count errs by 8 %",
            Self::Ma7dGamma => "the last week goes on, with its uncertainty",
            Self::LuxorLike => "the last 2015 blocks go on, older ones rescaled",
        }
    }

    /// What the rule says; `None` while it lacks the blocks that it reads.
    pub fn answer(self, epoch: &EpochState) -> Option<Answer> {
        let n = f64::from(epoch.blocks);
        let goes_on = |interval: f64| Answer {
            change_percent: percent(ratio(epoch.elapsed + (INTERVALS - n) * interval)),
            date: epoch.now + (INTERVALS + 1.0 - n) * interval,
        };
        let has_average = epoch.blocks > 0;
        match self {
            Self::Naive => has_average.then(|| Answer {
                change_percent: percent(BLOCK_SECONDS * n / epoch.elapsed),
                ..goes_on(epoch.elapsed / n)
            }),
            Self::MempoolSpace => epoch.mempool_space(),
            Self::Bitview => has_average.then(|| Answer {
                change_percent: percent(BLOCK_SECONDS * n / epoch.elapsed),
                date: epoch.epoch_start + 14.0 * DAY as f64,
            }),
            Self::Ma24h => epoch.day_interval.map(goes_on),
            Self::LuxorLike => epoch.rolling_interval.map(goes_on),
            Self::NaiveGamma | Self::Ma7dGamma => {
                let rest = self.rest(epoch)?;
                let left = INTERVALS - n;
                Some(Answer {
                    change_percent: percent(ratio(epoch.elapsed + rest.median(left))),
                    date: epoch.now + rest.median(left + 1.0),
                })
            }
        }
    }

    /// The distribution behind the rule; `None` for a rule that gives a point only, and while it lacks
    /// blocks.
    pub fn rest(self, epoch: &EpochState) -> Option<Rest> {
        match self {
            Self::NaiveGamma => (epoch.blocks > 0).then(|| Rest {
                shape: f64::from(epoch.blocks),
                scale: epoch.elapsed,
            }),
            Self::Ma7dGamma => epoch.week,
            _ => None,
        }
    }
}

impl Rest {
    /// Median of the seconds that `m` intervals take.
    pub fn median(&self, m: f64) -> f64 {
        if m < 1.0 {
            return 0.0;
        }
        let b = beta_quantile(m, self.shape, 0.5);
        self.scale * b / (1.0 - b)
    }
}

fn percent(ratio: f64) -> f64 {
    100.0 * (ratio - 1.0)
}

/// The epoch at a moment, as the rules read it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EpochState {
    /// Blocks found after the epoch's first.
    pub blocks: u32,
    /// The moment, unix seconds.
    pub now: f64,
    /// Header time of the epoch's first block.
    pub epoch_start: f64,
    /// Seconds of the epoch so far.
    pub elapsed: f64,
    /// Change by which the epoch began, as a fraction.
    pub previous_change: Option<f64>,
    /// Seconds from block tip − 503 to the epoch's first, when it lies before that.
    pub mempool_before: Option<f64>,
    /// Mean of the last 2015 intervals, those before the epoch rescaled.
    pub rolling_interval: Option<f64>,
    /// Seconds a block at the present target and the hashrate of the last day.
    pub day_interval: Option<f64>,
    /// The last 7 days, as a distribution of the rest.
    pub week: Option<Rest>,
}

impl EpochState {
    /// At `now`, when the block at position `i` is the last; `None` when the epoch's first block is not
    /// in the data.
    pub fn at(blocks: &Blocks, record: &Record, i: usize, now: Seconds) -> Option<Self> {
        let n = blocks.height(i) % EPOCH;
        let first = i.checked_sub(n as usize)?;
        let time = |k: usize| f64::from(blocks.times()[k]);
        let epoch_start = time(first);
        let over = n == EPOCH - 1;
        let elapsed = if over { time(i) } else { now as f64 } - epoch_start;
        let work = record.work_eh(i);
        let previous_change = first
            .checked_sub(1)
            .map(|before| work / record.work_eh(before) - 1.0);
        let before = |k: u32| Some(epoch_start - time(i.checked_sub(k as usize)?));
        let rolling = || {
            let older = before(EPOCH - 1)? * (1.0 + previous_change?);
            Some((elapsed + older) / INTERVALS)
        };
        Some(Self {
            blocks: n,
            now: now as f64,
            epoch_start,
            elapsed: elapsed.max(1.0),
            previous_change,
            mempool_before: before(MEMPOOL_BLOCKS),
            rolling_interval: if over {
                Some(elapsed / INTERVALS)
            } else {
                rolling()
            },
            day_interval: ReferenceRule::Days(1)
                .point(record, i)
                .map(|h| work / h.ehs()),
            week: ReferenceRule::Days(7).posterior(record, i).map(|g| Rest {
                shape: g.shape,
                scale: g.rate * work,
            }),
        })
    }

    fn mempool_space(&self) -> Option<Answer> {
        let left = f64::from(EPOCH - self.blocks);
        let (ratio, interval) = if self.blocks < MEMPOOL_BLOCKS {
            let span = self.elapsed + self.mempool_before? * (1.0 + self.previous_change?);
            let blocks = f64::from(MEMPOOL_BLOCKS);
            (BLOCK_SECONDS * (blocks + 1.0) / span, span / blocks)
        } else {
            let blocks = f64::from(self.blocks);
            let ratio = BLOCK_SECONDS * (blocks + 1.0) / self.elapsed;
            (ratio, self.elapsed / blocks)
        };
        Some(Answer {
            change_percent: percent(ratio).clamp(-75.0, 300.0),
            date: self.now + left * interval,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1000 blocks at ten minutes, then a quarter of the hashrate goes and 144 blocks take 800 s each.
    fn a_day_and_a_half_after_a_shock() -> EpochState {
        let elapsed = 1000.0 * 600.0 + 144.0 * 800.0;
        EpochState {
            blocks: 1144,
            now: elapsed,
            epoch_start: 0.0,
            elapsed,
            previous_change: Some(0.0),
            mempool_before: None,
            rolling_interval: Some((elapsed + 871.0 * 600.0) / 2015.0),
            day_interval: Some(800.0),
            week: None,
        }
    }

    /// The change that comes is −14.3 %, at 1,412,800 s; mempool.space says −3.9 % and is 42 h early,
    /// Bitview is 56 h early.
    #[test]
    fn after_a_shock_the_rules_are_early_by_days() {
        let epoch = a_day_and_a_half_after_a_shock();
        let comes = 600_000.0 + 1016.0 * 800.0;
        let say = |rule: RetargetRule| rule.answer(&epoch).unwrap();
        let hours_early = |rule| (comes - say(rule).date) / 3600.0;
        assert!((say(RetargetRule::MempoolSpace).change_percent + 3.94).abs() < 0.01);
        assert!((hours_early(RetargetRule::MempoolSpace) - 42.3).abs() < 0.1);
        assert!((say(RetargetRule::Bitview).change_percent + 4.03).abs() < 0.01);
        assert!((hours_early(RetargetRule::Bitview) - 56.4).abs() < 0.1);
        assert_eq!(
            say(RetargetRule::Naive).change_percent,
            say(RetargetRule::Bitview).change_percent
        );
        assert!((say(RetargetRule::Ma24h).change_percent + 14.33).abs() < 0.01);
        assert!(hours_early(RetargetRule::Ma24h).abs() < 0.01);
        assert!((say(RetargetRule::LuxorLike).change_percent + 3.25).abs() < 0.01);
    }

    /// Early in an epoch mempool.space reads 503 intervals, the older ones stretched by the last change:
    /// 100 intervals of 500 s, 403 of 600 s before a rise of 20 %.
    #[test]
    fn mempool_space_rescales_what_lies_before_the_epoch() {
        let epoch = EpochState {
            blocks: 100,
            now: 50_000.0,
            epoch_start: 0.0,
            elapsed: 50_000.0,
            previous_change: Some(0.2),
            mempool_before: Some(403.0 * 600.0),
            rolling_interval: None,
            day_interval: None,
            week: None,
        };
        let span = 50_000.0 + 403.0 * 720.0;
        let said = RetargetRule::MempoolSpace.answer(&epoch).unwrap();
        assert!((said.change_percent - 100.0 * (600.0 * 504.0 / span - 1.0)).abs() < 1e-9);
        assert!((said.date - (50_000.0 + 1916.0 * span / 503.0)).abs() < 1e-6);
        assert!(RetargetRule::LuxorLike.answer(&epoch).is_none());
        let slow = EpochState {
            elapsed: 5e6,
            ..epoch
        };
        assert_eq!(
            RetargetRule::MempoolSpace
                .answer(&slow)
                .unwrap()
                .change_percent,
            -75.0
        );
    }

    /// The median of a Gamma rule with much data is the point.
    #[test]
    fn a_rule_with_its_uncertainty_has_the_point_as_its_median() {
        let epoch = a_day_and_a_half_after_a_shock();
        let point = RetargetRule::Naive.answer(&epoch).unwrap();
        let law = RetargetRule::NaiveGamma.answer(&epoch).unwrap();
        assert!((law.change_percent - point.change_percent).abs() < 0.1);
        assert!((law.date - point.date).abs() < 900.0);
    }
}
