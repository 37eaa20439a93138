//! The filter and the reference rules on real headers: one step ahead, and the time of the next blocks.

use schemars::JsonSchema;
use serde::Serialize;

use super::batches::{BATCH_BLOCKS, BATCH_FORECASTS, Difference, FILTER, SKIP_BLOCKS, difference};
use crate::clean::Cleaned;
use crate::filter::Filter;
use crate::horizon::Horizon;
use crate::interval::{Interval, coverage, kolmogorov};
use crate::reference_rules::{Gamma, Record, ReferenceRule};
use crate::regime::Parameters;
use hashquake_base::units::{Span, date};
use hashquake_chain::blocks::Blocks;

/// Block counts ahead that are scored.
pub const HORIZONS: [usize; 2] = [144, 1008];

/// One-step scores of one rule over a year or the whole span.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct OneStepScore {
    /// The rule; `hashquake` is this program's.
    pub name: String,
    /// UTC year of the blocks; `null` for all of them.
    pub year: Option<u16>,
    /// Mean log score less MA14d's, mnats a block.
    pub log_score_mnats: f64,
    /// Standard error of that; `null` with fewer than two batches.
    #[schemars(with = "Option<f64>")]
    pub log_score_se: f64,
    /// Mean log score less hashquake's, mnats a block: a rule that is better stands above 0.
    pub versus_hashquake_mnats: f64,
    /// Standard error of that; `null` with fewer than two batches.
    #[schemars(with = "Option<f64>")]
    pub se: f64,
    /// Share of intervals within the central 50 % of their forecast.
    pub coverage50: f64,
    /// Share within the central 90 %.
    pub coverage90: f64,
    /// Kolmogorov's distance of the PIT from the uniform distribution.
    pub pit_ks: f64,
    /// Number of intervals scored.
    pub n: usize,
}

/// Scores of one rule for the time of the next blocks.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NextBlocksScore {
    /// The rule; `hashquake` is this program's.
    pub name: String,
    /// Number of blocks ahead.
    pub blocks: usize,
    /// Log score less MA7d's, nats a forecast.
    pub nats: f64,
    /// Standard error of that; `null` with fewer than two batches.
    #[schemars(with = "Option<f64>")]
    pub nats_se: f64,
    /// Log score less hashquake's, nats a forecast.
    pub versus_hashquake_nats: f64,
    /// Standard error of that; `null` with fewer than two batches.
    #[schemars(with = "Option<f64>")]
    pub se: f64,
    /// Share of outcomes within the central 50 %.
    pub coverage50: f64,
    /// Share of outcomes within the central 90 %.
    pub coverage90: f64,
    /// Number of forecasts scored.
    pub n: usize,
}

/// The card of the estimators on real headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct EstimatorScores {
    /// What was scored: blocks whose cleaned time lies here.
    pub span: Span,
    /// One-step scores: for each rule, the filter first, all years together and then each.
    pub one_step: Vec<OneStepScore>,
    /// For each of [`HORIZONS`], a row a rule, the filter first.
    pub ahead: Vec<NextBlocksScore>,
}

/// Scores the filter and every reference rule on the blocks in `span`; what lies before the span in `blocks`
/// warms them up. `step` is called with the part done, 0 to 1. `None` when the span holds fewer than two
/// batches of blocks that can be scored.
pub fn estimators(blocks: &Blocks, span: Span, step: impl Fn(f64)) -> Option<EstimatorScores> {
    let cleaned = Cleaned::new(blocks);
    let first = cleaned.first_at(span.start).max(SKIP_BLOCKS + 1);
    let end = cleaned.first_at(span.end);
    if end < first + 2 * BATCH_BLOCKS {
        return None;
    }
    let record = Record::new(blocks, &cleaned);
    let y = cleaned.intervals();
    let ours = filter_scores(&y, first, end, &record, &step);
    let rules = ReferenceRule::ALL;
    let reference = one_step_scores(ReferenceRule::Days(14), &record, &y, first, end);
    let years = years(&cleaned, first, end);
    let mut one_step = one_step_rows(FILTER, &ours.one_step, &ours.one_step, &reference, &years);
    for (k, rule) in rules.into_iter().enumerate() {
        let scores = one_step_scores(rule, &record, &y, first, end);
        let name = rule.name();
        one_step.extend(one_step_rows(
            &name,
            &scores,
            &ours.one_step,
            &reference,
            &years,
        ));
        step(0.5 + 0.5 * (k + 1) as f64 / rules.len() as f64);
    }
    let mut ahead = Vec::new();
    for (&m, ours) in HORIZONS.iter().zip(&ours.ahead) {
        let starts = starts(m, first, end);
        let reference = ahead_outcomes(ReferenceRule::Days(7), &record, m, &starts);
        ahead.push(ahead_row(FILTER, m, ours, ours, &reference));
        for rule in rules {
            let outcomes = ahead_outcomes(rule, &record, m, &starts);
            ahead.push(ahead_row(&rule.name(), m, &outcomes, ours, &reference));
        }
    }
    step(1.0);
    Some(EstimatorScores {
        span: Span {
            start: cleaned.times()[first],
            end: cleaned.times()[end - 1] + 1,
        },
        one_step,
        ahead,
    })
}

/// ln score and PIT.
type Scored = (f64, f64);

/// What a rule says while it lacks its past.
const MISSING: Scored = (f64::NAN, f64::NAN);

/// Positions of the last known block: the m blocks after each lie within `first..end`.
fn starts(m: usize, first: usize, end: usize) -> Vec<usize> {
    (first - 1..end - 1)
        .step_by(m / 2)
        .take_while(|i| i + m < end)
        .collect()
}

/// The filter's scores.
struct Ours {
    one_step: Vec<Scored>,
    ahead: Vec<Vec<Scored>>,
}

/// One-step scores of blocks `first..end`, and outcomes for each of [`HORIZONS`].
fn filter_scores(
    y: &[f64],
    first: usize,
    end: usize,
    record: &Record,
    step: &impl Fn(f64),
) -> Ours {
    let parameters = Parameters::default();
    let mut filter = Filter::starting_on(y, &parameters);
    let horizons = HORIZONS.map(|m| (m, Horizon::new(m, &parameters)));
    let interval = Interval::new(parameters.step);
    let mut one_step = Vec::with_capacity(end - first);
    let mut ahead = vec![Vec::new(); HORIZONS.len()];
    for block in 1..end {
        let next = y[block - 1];
        let scored = block >= first;
        let pit = if scored {
            interval.pit(&filter, next)
        } else {
            f64::NAN
        };
        let score = filter.advance(next);
        if scored {
            one_step.push((score, pit));
        }
        for ((m, horizon), outcomes) in horizons.iter().zip(&mut ahead) {
            if block + 1 >= first && (block + 1 - first).is_multiple_of(m / 2) && block + m < end {
                let outcome = horizon.outcome(&filter, record.trail().sum(block, block + m));
                outcomes.push((outcome.ln_score, outcome.pit));
            }
        }
        if block % 10_000 == 0 {
            step(0.5 * block as f64 / end as f64);
        }
    }
    Ours { one_step, ahead }
}

fn one_step_scores(
    rule: ReferenceRule,
    record: &Record,
    y: &[f64],
    first: usize,
    end: usize,
) -> Vec<Scored> {
    (first..end)
        .map(|block| {
            let next = y[block - 1];
            let posterior = rule.posterior(record, block - 1);
            posterior.map_or(MISSING, |p| (p.ln_next(next), p.next_cdf(next)))
        })
        .collect()
}

fn ahead_outcomes(rule: ReferenceRule, record: &Record, m: usize, starts: &[usize]) -> Vec<Scored> {
    starts
        .iter()
        .map(|&i| {
            let sum = record.trail().sum(i, i + m);
            let scored = |p: Gamma| (p.ln_next_sum(m, sum), p.next_sum_cdf(m, sum));
            rule.posterior(record, i).map_or(MISSING, scored)
        })
        .collect()
}

/// The UTC years of blocks `first..end`, and where each begins and ends, counted from `first`.
fn years(cleaned: &Cleaned, first: usize, end: usize) -> Vec<(u16, core::ops::Range<usize>)> {
    let year = |k: usize| -> u16 {
        let day = date(cleaned.times()[first + k]);
        day[..4].parse().unwrap_or(0)
    };
    let (n, mut from, mut years) = (end - first, 0, Vec::new());
    while from < n {
        let this = year(from);
        let to = from + partition(n - from, |k| year(from + k) == this);
        years.push((this, from..to));
        from = to;
    }
    years
}

fn one_step_rows(
    name: &str,
    scores: &[Scored],
    ours: &[Scored],
    reference: &[Scored],
    years: &[(u16, core::ops::Range<usize>)],
) -> Vec<OneStepScore> {
    let row = |year: Option<u16>, part: core::ops::Range<usize>| {
        let scores = &scores[part.clone()];
        let gain = paired(scores, &reference[part.clone()], 1e3, BATCH_BLOCKS);
        let versus = paired(scores, &ours[part], 1e3, BATCH_BLOCKS);
        let pits = pits(scores);
        OneStepScore {
            name: name.to_string(),
            year,
            log_score_mnats: gain.mean,
            log_score_se: gain.se,
            versus_hashquake_mnats: versus.mean,
            se: versus.se,
            coverage50: coverage(&pits, 0.5),
            coverage90: coverage(&pits, 0.9),
            pit_ks: kolmogorov(&pits),
            n: gain.n,
        }
    };
    let all = core::iter::once(row(None, 0..scores.len()));
    let each = years
        .iter()
        .map(|(year, part)| row(Some(*year), part.clone()));
    all.chain(each).collect()
}

/// Mean of (score − other's score) · `scale`, where both are known.
fn paired(scores: &[Scored], others: &[Scored], scale: f64, batch: usize) -> Difference {
    let gains = scores.iter().zip(others);
    let gains: Vec<f64> = gains.map(|(a, b)| scale * (a.0 - b.0)).collect();
    difference(&gains, batch)
}

fn pits(scores: &[Scored]) -> Vec<f64> {
    let known = scores.iter().map(|s| s.1).filter(|pit| !pit.is_nan());
    known.collect()
}

/// First of `0..n` for which `holds` no longer does.
fn partition(n: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

fn ahead_row(
    name: &str,
    blocks: usize,
    scored: &[Scored],
    ours: &[Scored],
    reference: &[Scored],
) -> NextBlocksScore {
    let gain = paired(scored, reference, 1.0, BATCH_FORECASTS);
    let versus = paired(scored, ours, 1.0, BATCH_FORECASTS);
    let pits = pits(scored);
    NextBlocksScore {
        name: name.to_string(),
        blocks,
        nats: gain.mean,
        nats_se: gain.se,
        versus_hashquake_nats: versus.mean,
        se: versus.se,
        coverage50: coverage(&pits, 0.5),
        coverage90: coverage(&pits, 0.9),
        n: gain.n,
    }
}
