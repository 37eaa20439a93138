//! The scorecard of retarget forecasts: hashquake's paths against the reference rules, at fixed blocks of
//! every epoch.
//!
//! At [`CHECKPOINTS`] blocks after an epoch's first, each rule predicts the change of difficulty and the
//! date. The truth is that of the real chain: 2 weeks over the span of the 2016 header times, and the
//! header time of the next epoch's first block. Scores: CRPS of ln of the change, times 100; absolute
//! error of its median; absolute error of the median date; share of outcomes inside the 90 % band. A
//! point has its absolute error for CRPS and no band. A moment is the header time of its last block; the
//! filter knows no later block, but for the cleaning of the last eleven times.

use libm::log;
use schemars::JsonSchema;
use serde::Serialize;

use crate::clean::Cleaned;
use crate::filter::Filter;
use crate::forecast::capacity::Capacity;
use crate::forecast::path::{ChainState, Model, Path};
use crate::forecast::state::StatePosterior;
use crate::reference_rules::Record;
use crate::retarget::ratio;
use crate::retarget_rules::{EpochState, Rest, RetargetRule};
use crate::score::{FILTER, SKIP_BLOCKS, difference};
use hashquake_base::fan::crps;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw;
use hashquake_base::stats::sample::quantile;
use hashquake_base::units::Span;
use hashquake_chain::blocks::{Blocks, EPOCH};

/// Blocks after an epoch's first at which its end is predicted.
pub const CHECKPOINTS: [u32; 5] = [202, 504, 1008, 1512, 1814];
/// Futures drawn at each checkpoint.
pub const DRAWS: usize = 1000;
/// Epochs in a batch of paired differences.
const BATCH_EPOCHS: usize = 4;

/// How a rule did at a checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RetargetScore {
    /// The rule; `hashquake` is this program's forecast.
    pub name: String,
    /// Blocks after the epoch's first.
    pub block: u32,
    /// Number of epochs scored.
    pub epochs: usize,
    /// CRPS of ln of the change, times 100.
    pub crps_percent: f64,
    /// CRPS less hashquake's: a rule that is better stands below 0.
    pub versus_hashquake_percent: f64,
    /// Standard error of that, from means of four epochs; `null` with fewer than two batches.
    #[schemars(with = "Option<f64>")]
    pub se: f64,
    /// Mean absolute error of the median, of ln of the change, times 100.
    pub mae_percent: f64,
    /// Mean absolute error of the median date.
    pub date_error_hours: f64,
    /// Share of outcomes inside the 90 % band; `null` for a rule that gives a point.
    pub coverage90: Option<f64>,
}

/// One forecast against what came.
#[derive(Clone, Copy, Debug)]
struct Scored {
    crps: f64,
    error: f64,
    hours: f64,
    inside: Option<bool>,
}

/// What the chain did.
#[derive(Clone, Copy, Debug)]
struct Truth {
    ln_ratio: f64,
    date: f64,
}

/// Scores `model` and every reference rule on the epochs that lie in `span` whole, with the first block of the
/// next; hashquake's rows first. `step` is called with the part done, 0 to 1.
pub fn retargets(
    blocks: &Blocks,
    span: Span,
    model: &Model,
    seed: u64,
    step: impl Fn(f64),
) -> Vec<RetargetScore> {
    let chain = Cleaned::new(blocks);
    let record = Record::new(blocks, &chain);
    let y = chain.intervals();
    let from = chain.first_at(span.start).max(SKIP_BLOCKS + 1);
    let end = chain.first_at(span.end);
    let starts = (from..end).filter(|&i| chain.height(i).is_multiple_of(EPOCH));
    let starts = starts.filter(|i| i + (EPOCH as usize) < end);
    let mut scores = vec![vec![Vec::new(); CHECKPOINTS.len()]; 1 + RetargetRule::ALL.len()];
    let mut filter = Filter::starting_on(&y, &model.regimes);
    let mut capacity = Capacity::default();
    let mut known = 0;
    for first in starts {
        let truth = truth(blocks, first);
        for (c, block) in CHECKPOINTS.into_iter().enumerate() {
            let i = first + block as usize;
            y[known..i].iter().for_each(|&y| {
                filter.advance(y);
                capacity.update(&filter, &model.regimes);
            });
            known = i;
            let Some(epoch) = EpochState::at(blocks, &record, i, blocks.times()[i].into()) else {
                continue;
            };
            let standing = ChainState {
                height: blocks.height(i),
                now: epoch.now,
                epoch_start: epoch.epoch_start,
                work_eh: record.work_eh(i),
            };
            let posterior = StatePosterior::of(&filter, &capacity, &model.regimes);
            let mut rng = stream(seed, standing.height, Purpose::RetargetScores);
            let futures = (0..DRAWS).map(|_| {
                let drawn = posterior.draw(&mut rng);
                let mut path = Path::new(model, standing, drawn, &mut rng);
                let seconds = path.finish_epoch(&mut rng);
                path.advance(1, &mut rng);
                (log(ratio(seconds)), path.at().now)
            });
            scores[0][c].push(Some(of_draws(futures.collect(), truth)));
            for (rule, scores) in RetargetRule::ALL.into_iter().zip(&mut scores[1..]) {
                scores[c].push(of_rule(rule, &epoch, truth, &mut rng));
            }
        }
        step(first as f64 / end as f64);
    }
    step(1.0);
    summarise(&scores)
}

fn truth(blocks: &Blocks, first: usize) -> Truth {
    let time = |i: usize| f64::from(blocks.times()[i]);
    let next = first + EPOCH as usize;
    Truth {
        ln_ratio: log(ratio(time(next - 1) - time(first))),
        date: time(next),
    }
}

/// Of futures: ln of the change, and the date.
fn of_draws(futures: Vec<(f64, f64)>, truth: Truth) -> Scored {
    let (mut changes, mut dates): (Vec<f64>, Vec<f64>) = futures.into_iter().unzip();
    changes.sort_unstable_by(f64::total_cmp);
    dates.sort_unstable_by(f64::total_cmp);
    let (low, high) = (quantile(&changes, 0.05), quantile(&changes, 0.95));
    Scored {
        crps: 100.0 * crps(&changes, truth.ln_ratio),
        error: 100.0 * (quantile(&changes, 0.5) - truth.ln_ratio).abs(),
        hours: (quantile(&dates, 0.5) - truth.date).abs() / 3600.0,
        inside: Some(low <= truth.ln_ratio && truth.ln_ratio <= high),
    }
}

fn of_rule(
    rule: RetargetRule,
    epoch: &EpochState,
    truth: Truth,
    rng: &mut rand_chacha::ChaCha8Rng,
) -> Option<Scored> {
    if let Some(Rest { shape, scale }) = rule.rest(epoch) {
        let left = f64::from(EPOCH - 1 - epoch.blocks);
        let futures = (0..DRAWS).map(|_| {
            let interval = scale / draw::gamma(rng, shape);
            let rest = interval * draw::gamma(rng, left);
            let next = -interval * log(draw::uniform(rng));
            (log(ratio(epoch.elapsed + rest)), epoch.now + rest + next)
        });
        return Some(of_draws(futures.collect(), truth));
    }
    let answer = rule.answer(epoch)?;
    let ratio = (1.0 + answer.change_percent / 100.0).clamp(0.25, 4.0);
    let error = 100.0 * (log(ratio) - truth.ln_ratio).abs();
    Some(Scored {
        crps: error,
        error,
        hours: (answer.date - truth.date).abs() / 3600.0,
        inside: None,
    })
}

fn summarise(scores: &[Vec<Vec<Option<Scored>>>]) -> Vec<RetargetScore> {
    let names = core::iter::once(FILTER).chain(RetargetRule::ALL.map(RetargetRule::name));
    let rows = names.zip(scores).flat_map(|(name, by_checkpoint)| {
        let checkpoints = CHECKPOINTS.iter().zip(by_checkpoint).zip(&scores[0]);
        checkpoints.map(move |((&block, scored), ours)| row(name, block, scored, ours))
    });
    rows.filter(|row| row.epochs > 0).collect()
}

fn row(
    name: &str,
    block: u32,
    scored: &[Option<Scored>],
    ours: &[Option<Scored>],
) -> RetargetScore {
    let known: Vec<Scored> = scored.iter().flatten().copied().collect();
    let mean = |of: fn(&Scored) -> f64| known.iter().map(of).sum::<f64>() / known.len() as f64;
    let pairs = scored.iter().zip(ours);
    let gaps = pairs.filter_map(|(a, b)| Some(a.as_ref()?.crps - b.as_ref()?.crps));
    let gaps: Vec<f64> = gaps.collect();
    let versus = difference(&gaps, BATCH_EPOCHS);
    let banded = known.iter().all(|s| s.inside.is_some());
    RetargetScore {
        name: name.to_string(),
        block,
        epochs: known.len(),
        crps_percent: mean(|s| s.crps),
        versus_hashquake_percent: versus.mean,
        se: versus.se,
        mae_percent: mean(|s| s.error),
        date_error_hours: mean(|s| s.hours),
        coverage90: banded.then(|| mean(|s| f64::from(u8::from(s.inside == Some(true))))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::REFERENCE_SPAN;
    use hashquake_chain::history;

    /// On every epoch of 2020–2024 CRPS, dates and coverage reach the figures that were set beforehand
    /// (docs/scores.md), and the CRPS of every rule that is published is beaten at every checkpoint.
    #[test]
    fn every_published_rule_is_beaten_at_every_checkpoint() {
        let blocks = &history::embedded().blocks;
        let rows = retargets(blocks, REFERENCE_SPAN, &Model::default(), 0, |_| ());
        let at = |name: &str, block: u32| {
            let row = rows.iter().find(|r| r.name == name && r.block == block);
            row.unwrap()
        };
        let crps = [2.95, 2.55, 1.65, 0.80, 0.44];
        let hours = [13.5, 12.0, 7.6, 3.7, 2.1];
        for ((block, crps), hours) in CHECKPOINTS.into_iter().zip(crps).zip(hours) {
            let ours = at(FILTER, block);
            assert!(ours.epochs >= 131, "{ours:?}");
            assert!(ours.crps_percent <= crps, "{ours:?}");
            assert!(ours.date_error_hours <= hours, "{ours:?}");
            let held = ours.coverage90.unwrap();
            assert!((0.87..=0.95).contains(&held), "{ours:?}");
            for rule in ["naive", "mempool_space", "bitview", "ma24h", "luxor_like"] {
                let theirs = at(rule, block);
                assert!(theirs.crps_percent > ours.crps_percent, "{theirs:?}");
                assert!(theirs.versus_hashquake_percent > 2.0 * theirs.se);
                assert_eq!(theirs.coverage90, None);
            }
        }
    }

    /// A span without a whole epoch has no rows.
    #[test]
    fn a_week_holds_no_epoch() {
        let start = REFERENCE_SPAN.end - 7 * hashquake_base::units::DAY;
        let span = Span {
            start,
            ..REFERENCE_SPAN
        };
        let blocks = &history::embedded().blocks;
        assert!(retargets(blocks, span, &Model::default(), 0, |_| ()).is_empty());
    }
}
