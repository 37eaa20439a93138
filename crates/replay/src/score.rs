//! Draws against what came: the continuous ranked probability score, and how often the 90 % band held.
//!
//! CRPS = E|X − y| − E|X − X′|/2, in the quantity's unit, the mean over days, weeks, retargets or countries
//! (Gneiting and Raftery 2007). A retarget is scored when 99 of 100 simulated runs reach it before they
//! end, [`RUN_ON`](super::RUN_ON) after the last day that is scored, and then for all models.

use serde::Serialize;

use super::Information;
use super::futures::Futures;
use super::truth::Truth;
use hashquake_base::fan::crps;
use hashquake_base::stats::sample::quantile;
use hashquake_base::units::{DAY, Seconds, Span, serialize_time};

/// Our own name in tables.
pub const HASHQUAKE: &str = "hashquake";

/// Part of the runs that must reach a retarget.
const REACHED: f64 = 0.99;

/// How a model did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The predicted quantity, named with its unit.
    pub quantity: &'static str,
    /// From what.
    pub information: Information,
    /// By whom.
    pub model: &'static str,
    /// Mean CRPS, in the quantity's unit.
    pub crps: f64,
    /// Part of the outcomes inside the 90 % band.
    pub coverage90: f64,
    /// Mean absolute error of the median.
    pub mae: f64,
    /// Outcomes.
    pub n: usize,
}

/// How a model did on the days before, during and after the event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseScore {
    /// `before`, `during` or `after`.
    pub phase: &'static str,
    /// Its first day.
    #[serde(serialize_with = "serialize_time")]
    pub from: Seconds,
    /// The day after its last.
    #[serde(serialize_with = "serialize_time")]
    pub to: Seconds,
    /// Of daily counts.
    #[serde(flatten)]
    pub score: Score,
}

/// Draws with their outcomes.
type Pair<'a> = (&'a [f64], f64);

/// The score of one model; `None` where there is nothing to score.
pub fn score<'a>(
    quantity: &'static str,
    information: Information,
    model: &'static str,
    pairs: impl Iterator<Item = Pair<'a>>,
) -> Option<Score> {
    let (mut sum, mut held, mut off, mut n) = (0.0, 0.0, 0.0, 0);
    for (draws, came) in pairs {
        let mut sorted = draws.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (low, high) = (quantile(&sorted, 0.05), quantile(&sorted, 0.95));
        sum += crps(&sorted, came);
        held += f64::from(u8::from(low <= came && came <= high));
        off += (quantile(&sorted, 0.5) - came).abs();
        n += 1;
    }
    (n > 0).then(|| Score {
        quantity,
        information,
        model,
        crps: sum / n as f64,
        coverage90: held / n as f64,
        mae: off / n as f64,
        n,
    })
}

/// Heights of the retargets that are scored.
pub fn reached(truth: &Truth, simulated: &Futures) -> Vec<(u32, f64)> {
    let runs = simulated.daily_blocks.first().map_or(0, Vec::len);
    let enough = |height: &u32| {
        let there = simulated.retargets.get(height).map_or(0, Vec::len);
        there as f64 >= REACHED * runs as f64
    };
    truth
        .retargets
        .iter()
        .filter(|(h, _)| enough(h))
        .copied()
        .collect()
}

/// Scores of counts, weeks and retargets of each of `models`.
pub fn chain_scores(
    information: Information,
    truth: &Truth,
    retargets: &[(u32, f64)],
    models: &[(&'static str, &Futures)],
) -> Vec<Score> {
    let daily = models.iter().filter_map(|(model, futures)| {
        let pairs = days(futures, truth, 0..truth.daily_blocks.len());
        score("daily_blocks", information, model, pairs)
    });
    let weekly = models.iter().filter_map(|(model, futures)| {
        let pairs = futures.weekly_ehs.iter().zip(&truth.weekly_ehs);
        let pairs = pairs.map(|(draws, came)| (draws.as_slice(), *came));
        score("weekly_hashrate_ehs", information, model, pairs)
    });
    let changes = models.iter().filter_map(|(model, futures)| {
        let of =
            |(height, came): &(u32, f64)| Some((futures.retargets.get(height)?.as_slice(), *came));
        score(
            "retarget_percent",
            information,
            model,
            retargets.iter().filter_map(of),
        )
    });
    daily.chain(weekly).chain(changes).collect()
}

fn days<'a>(
    futures: &'a Futures,
    truth: &'a Truth,
    range: core::ops::Range<usize>,
) -> impl Iterator<Item = Pair<'a>> {
    range.map(|d| (futures.daily_blocks[d].as_slice(), truth.daily_blocks[d]))
}

/// Daily counts before, during and after the `event`, within `span`.
pub fn phase_scores(
    information: Information,
    truth: &Truth,
    span: Span,
    event: Span,
    models: &[(&'static str, &Futures)],
) -> Vec<PhaseScore> {
    let count = truth.daily_blocks.len();
    let day = |t: Seconds| ((t - span.start).max(0).div_euclid(DAY) as usize).min(count);
    let (from, to) = (day(event.start), day(event.end));
    let mut out = Vec::new();
    for (phase, range) in [
        ("before", 0..from),
        ("during", from..to),
        ("after", to..count),
    ] {
        for (model, futures) in models {
            let pairs = days(futures, truth, range.clone());
            if let Some(score) = score("daily_blocks", information, model, pairs) {
                out.push(PhaseScore {
                    phase,
                    from: span.start + range.start as Seconds * DAY,
                    to: span.start + range.end as Seconds * DAY,
                    score,
                });
            }
        }
    }
    out
}
