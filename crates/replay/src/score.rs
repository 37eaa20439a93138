//! Draws against what was observed: the continuous ranked probability score, and how often the 90 % band held.
//!
//! CRPS = E|X − y| − E|X − X′|/2, in the quantity's unit, the mean over days, weeks, retargets or countries
//! (Gneiting and Raftery 2007). A retarget is scored when 99 of 100 simulated runs reach it before they
//! end, [`RUN_ON`](crate::RUN_ON) after the last day that is scored, and then for all models.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cases::Information;
use crate::outcome::Outcome;
use crate::predictions::Predictions;
use hashquake_base::fan::crps;
use hashquake_base::stats::sample::quantile;
use hashquake_base::units::{DAY, Seconds, Span, Timestamp, serialize_time};

/// What is predicted and scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoredQuantity {
    /// Blocks of a day.
    DailyBlocks,
    /// Hashrate of a week, EH/s.
    WeeklyHashrateEhs,
    /// Change of difficulty at a retarget, percent.
    RetargetPercent,
    /// Share of a country in January 2022, percent.
    CountrySharePercent,
}

impl ScoredQuantity {
    /// As in tables and documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::DailyBlocks => "daily_blocks",
            Self::WeeklyHashrateEhs => "weekly_hashrate_ehs",
            Self::RetargetPercent => "retarget_percent",
            Self::CountrySharePercent => "country_share_percent",
        }
    }
}

/// Who predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoredModel {
    /// The simulation of the replay's scenario.
    Hashquake,
    /// A reference rule: the last two weeks go on.
    Persistence,
    /// A reference rule: they go on and walk.
    RandomWalk,
    /// A reference rule: hashquake's own forecast, which knows no scenario.
    Forecast,
}

impl ScoredModel {
    /// As in tables and documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hashquake => "hashquake",
            Self::Persistence => "persistence",
            Self::RandomWalk => "random_walk",
            Self::Forecast => "forecast",
        }
    }
}

/// Days against the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// From the start to the event.
    Before,
    /// Whole days that touch the event.
    During,
    /// From its end to the last day that is scored.
    After,
}

/// Part of the runs that must reach a retarget.
const REACHED: f64 = 0.99;

/// How a model did.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Score {
    /// The predicted quantity; its name ends in its unit.
    pub quantity: ScoredQuantity,
    /// What was known when it was predicted.
    pub information: Information,
    /// The model that predicted.
    pub model: ScoredModel,
    /// Mean CRPS, in the quantity's unit.
    pub crps: f64,
    /// Part of the outcomes inside the 90 % band, percent.
    pub coverage_percent: f64,
    /// Mean absolute error of the median, in the quantity's unit.
    pub mae: f64,
    /// Number of outcomes that were scored.
    pub n: usize,
}

/// How a model did on the days before, during and after the event.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PhaseScore {
    /// Where these days lie against the event.
    pub phase: Phase,
    /// Start of the first of them.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub from: Seconds,
    /// End of the last of them.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub to: Seconds,
    /// Score of the daily counts of blocks in these days.
    #[serde(flatten)]
    pub score: Score,
}

/// Draws with their outcomes.
type Pair<'a> = (&'a [f64], f64);

/// The score of one model; `None` where there is nothing to score.
pub fn score<'a>(
    quantity: ScoredQuantity,
    information: Information,
    model: ScoredModel,
    pairs: impl Iterator<Item = Pair<'a>>,
) -> Option<Score> {
    let (mut sum, mut held, mut off, mut n) = (0.0, 0.0, 0.0, 0);
    for (draws, observed) in pairs {
        let mut sorted = draws.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (low, high) = (quantile(&sorted, 0.05), quantile(&sorted, 0.95));
        sum += crps(&sorted, observed);
        held += f64::from(u8::from(low <= observed && observed <= high));
        off += (quantile(&sorted, 0.5) - observed).abs();
        n += 1;
    }
    (n > 0).then(|| Score {
        quantity,
        information,
        model,
        crps: sum / n as f64,
        coverage_percent: 100.0 * held / n as f64,
        mae: off / n as f64,
        n,
    })
}

/// Heights of the retargets that are scored.
pub fn reached(outcome: &Outcome, simulated: &Predictions) -> Vec<(u32, f64)> {
    let runs = simulated.daily_blocks.first().map_or(0, Vec::len);
    let enough = |height: &u32| {
        let there = simulated.retargets.get(height).map_or(0, Vec::len);
        there as f64 >= REACHED * runs as f64
    };
    outcome
        .retargets
        .iter()
        .filter(|(h, _)| enough(h))
        .copied()
        .collect()
}

/// Scores of counts, weeks and retargets of each of `models`.
pub fn chain_scores(
    information: Information,
    outcome: &Outcome,
    retargets: &[(u32, f64)],
    models: &[(ScoredModel, &Predictions)],
) -> Vec<Score> {
    let daily = models.iter().filter_map(|(model, predictions)| {
        let pairs = days(predictions, outcome, 0..outcome.daily_blocks.len());
        score(ScoredQuantity::DailyBlocks, information, *model, pairs)
    });
    let weekly = models.iter().filter_map(|(model, predictions)| {
        let pairs = predictions.weekly_ehs.iter().zip(&outcome.weekly_ehs);
        let pairs = pairs.map(|(draws, observed)| (draws.as_slice(), *observed));
        score(
            ScoredQuantity::WeeklyHashrateEhs,
            information,
            *model,
            pairs,
        )
    });
    let changes = models.iter().filter_map(|(model, predictions)| {
        let of = |(height, observed): &(u32, f64)| {
            Some((predictions.retargets.get(height)?.as_slice(), *observed))
        };
        score(
            ScoredQuantity::RetargetPercent,
            information,
            *model,
            retargets.iter().filter_map(of),
        )
    });
    daily.chain(weekly).chain(changes).collect()
}

fn days<'a>(
    predictions: &'a Predictions,
    outcome: &'a Outcome,
    range: core::ops::Range<usize>,
) -> impl Iterator<Item = Pair<'a>> {
    range.map(|d| {
        (
            predictions.daily_blocks[d].as_slice(),
            outcome.daily_blocks[d],
        )
    })
}

/// Daily counts before, during and after the `event`, within `span`.
pub fn phase_scores(
    information: Information,
    outcome: &Outcome,
    span: Span,
    event: Span,
    models: &[(ScoredModel, &Predictions)],
) -> Vec<PhaseScore> {
    let count = outcome.daily_blocks.len();
    let day = |t: Seconds| ((t - span.start).max(0).div_euclid(DAY) as usize).min(count);
    let (from, to) = (day(event.start), day(event.end));
    let mut out = Vec::new();
    for (phase, range) in [
        (Phase::Before, 0..from),
        (Phase::During, from..to),
        (Phase::After, to..count),
    ] {
        for (model, predictions) in models {
            let pairs = days(predictions, outcome, range.clone());
            if let Some(score) = score(ScoredQuantity::DailyBlocks, information, *model, pairs) {
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
