//! The scorecard of the estimators: the filter ("hashquake") against the reference rules, on real headers and
//! on synthetic paths whose truth is known.
//!
//! - One step: mean log score of each interval, less that of MA14d's posterior, in mnats a block; by year.
//!   With it the PIT of each interval: how often central intervals held, and its distance from uniform.
//! - Next m = 144 and 1008: log score of the time of the next m blocks, a start every m/2, less MA7d's, in
//!   nats a forecast, and how often 50 and 90 % intervals held.
//! - Paths: regret against the true rate (mnats a block), RMSE of ln H, coverage and width of 90 % bands.
//!
//! All rules are scored as Gamma posteriors (a plug-in average can lose any amount on one gap).
//! Differences are paired; a standard error is that of the means of batches: 144 blocks, or
//! [`BATCH_FORECASTS`] forecasts, which overlap by half. The first [`SKIP_BLOCKS`] intervals are not
//! scored, nor a block for which the rule or its reference still lacks its past.

use libm::{exp, log};
use schemars::JsonSchema;
use serde::Serialize;

use crate::clean::Cleaned;
use crate::filter::{self, Filter};
use crate::horizon::Horizon;
use crate::interval::{Interval, coverage, kolmogorov};
use crate::reference_rules::{Gamma, Record, ReferenceRule, Trail};
use crate::regime::Parameters;
use hashquake_base::stats::special::gamma_quantile;
use hashquake_base::units::{Seconds, Span, date};
use hashquake_chain::blocks::Blocks;

/// Intervals at the start that are not scored: 15 days.
pub const SKIP_BLOCKS: usize = 15 * 144;
/// Blocks in a batch of one-step scores.
pub const BATCH_BLOCKS: usize = 144;
/// Forecasts in a batch of next-m scores.
pub const BATCH_FORECASTS: usize = 10;
/// Block counts ahead that are scored.
pub const HORIZONS: [usize; 2] = [144, 1008];
/// Our own name in tables: the filter, and the forecast from it.
pub const FILTER: &str = "hashquake";

/// A mean difference with its batch standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// The mean of all scores, in their unit.
    pub mean: f64,
    /// Standard error of the mean, from batches.
    pub se: f64,
    /// Scores that both have.
    pub n: usize,
}

/// One-step scores of one rule over a year or the whole span.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OneStepScore {
    /// The rule; `hashquake` is this program's.
    pub name: String,
    /// UTC year of the blocks; `None` for all of them.
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
    /// Intervals scored.
    pub n: usize,
}

/// Scores of one rule for the time of the next blocks.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NextBlocksScore {
    /// The rule; `hashquake` is this program's.
    pub name: String,
    /// Blocks ahead.
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
    /// Forecasts scored.
    pub n: usize,
}

/// The card of the estimators on real headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
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

/// Mean of `gains` where there is one, with the standard error of the means of whole batches.
pub(crate) fn difference(gains: &[f64], batch: usize) -> Difference {
    let gains: Vec<f64> = gains.iter().copied().filter(|g| !g.is_nan()).collect();
    let mean = |xs: &[f64]| xs.iter().sum::<f64>() / xs.len() as f64;
    let means: Vec<f64> = gains.chunks_exact(batch).map(mean).collect();
    let centre = mean(&means);
    let n = means.len() as f64;
    let spread: f64 = means.iter().map(|m| (m - centre) * (m - centre)).sum();
    Difference {
        mean: mean(&gains),
        se: (spread / (n * (n - 1.0))).sqrt(),
        n: gains.len(),
    }
}

/// A synthetic chain whose hashrate is known, as in `reference/paths`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// Block times since the path's start, seconds.
    pub times_s: Vec<f64>,
    /// Difficulty of each block; at 1 and hashrate 1 a block takes 600 s.
    pub difficulty: Vec<f64>,
    /// True ln hashrate when each block was found.
    pub ln_hashrate: Vec<f64>,
}

/// How a rule did on paths: means over blocks, then over paths.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PathScore {
    /// The rule; `hashquake` is this program's.
    pub name: String,
    /// Log score of the truth less that of the rule, mnats a block.
    pub regret_mnats: f64,
    /// Root mean square error of ln hashrate, %.
    pub rmse_percent: f64,
    /// Blocks at which the 90 % band held the truth, %.
    pub coverage_percent: f64,
    /// Mean width of the 90 % band in ln hashrate, %.
    pub width_percent: f64,
}

/// Rules that are scored on paths, besides the filter.
pub const PATH_RULES: [ReferenceRule; 6] = [
    ReferenceRule::Days(1),
    ReferenceRule::Days(3),
    ReferenceRule::Days(7),
    ReferenceRule::Days(14),
    ReferenceRule::Core(120),
    ReferenceRule::Core(1008),
];

/// Scores the filter and [`PATH_RULES`] on `paths`, the filter first. Blocks of the first 15 days are
/// not scored; a path that has no more is passed over. `step` is called after each path.
pub fn paths(paths: &[Path], step: impl Fn()) -> Vec<PathScore> {
    let mut bands = GammaBands::default();
    let mut sums = vec![[0.0; 4]; PATH_RULES.len() + 1];
    let mut scored = 0.0;
    for path in paths {
        if path.times_s.len() > SKIP_BLOCKS {
            let rows = path_rows(path, &mut bands);
            for (sum, row) in sums.iter_mut().zip(rows) {
                sum.iter_mut().zip(row).for_each(|(s, r)| *s += r);
            }
            scored += 1.0;
        }
        step();
    }
    let names = core::iter::once(FILTER.to_string()).chain(PATH_RULES.map(ReferenceRule::name));
    names
        .zip(sums)
        .map(|(name, sum)| {
            let [regret_mnats, rmse_percent, coverage_percent, width_percent] =
                sum.map(|s| s / scored);
            PathScore {
                name,
                regret_mnats,
                rmse_percent,
                coverage_percent,
                width_percent,
            }
        })
        .collect()
}

/// A rule's answer at a block: its log score of the block's interval, then ln hashrate and its band.
struct Answer {
    block: usize,
    log_score: f64,
    ln_mean: f64,
    ln_low: f64,
    ln_high: f64,
}

fn path_rows(path: &Path, bands: &mut GammaBands) -> Vec<[f64; 4]> {
    let n = path.times_s.len();
    let mut times = vec![0.0];
    times.extend(&path.times_s);
    let y: Vec<f64> = (0..n)
        .map(|k| (times[k + 1] - times[k]).max(1e-3) / (600.0 * path.difficulty[k]))
        .collect();
    let filtered = filter::run(&y, &Parameters::default());
    let trail = Trail::new(times, &y);
    let filter_answers = (SKIP_BLOCKS..n).map(|k| {
        let estimate = filtered.estimates[k];
        Answer {
            block: k,
            log_score: filtered.log_score[k],
            ln_mean: estimate.ln_mean,
            ln_low: log(estimate.rate.p05),
            ln_high: log(estimate.rate.p95),
        }
    });
    let mut rows = vec![path_row(path, &y, filter_answers)];
    for rule in PATH_RULES {
        let answers = (SKIP_BLOCKS..n).filter_map(|k| {
            let before = rule.trailing(&trail, k)?;
            let after = rule.trailing(&trail, k + 1)?;
            let (low, high) = bands.ln_band(after);
            Some(Answer {
                block: k,
                log_score: before.ln_next(y[k]),
                ln_mean: log(after.shape / after.rate),
                ln_low: low,
                ln_high: high,
            })
        });
        rows.push(path_row(path, &y, answers));
    }
    rows
}

fn path_row(path: &Path, y: &[f64], answers: impl Iterator<Item = Answer>) -> [f64; 4] {
    let (mut regret, mut square, mut held, mut width, mut n) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for answer in answers {
        let truth = path.ln_hashrate[answer.block];
        regret += truth - exp(truth) * y[answer.block] - answer.log_score;
        square += (answer.ln_mean - truth) * (answer.ln_mean - truth);
        held += f64::from(u8::from(answer.ln_low <= truth && truth <= answer.ln_high));
        width += answer.ln_high - answer.ln_low;
        n += 1.0;
    }
    [
        1e3 * regret / n,
        1e2 * (square / n).sqrt(),
        1e2 * held / n,
        1e2 * width / n,
    ]
}

/// ln of the 5 and 95 % points of Gamma(n, rate 1), each shape computed once.
#[derive(Default)]
struct GammaBands {
    known: Vec<Option<(f64, f64)>>,
}

impl GammaBands {
    fn ln_band(&mut self, posterior: Gamma) -> (f64, f64) {
        let n = posterior.shape as usize;
        if self.known.len() <= n {
            self.known.resize(n + 1, None);
        }
        let at = |p| log(gamma_quantile(posterior.shape, p));
        let (low, high) = *self.known[n].get_or_insert_with(|| (at(0.05), at(0.95)));
        let ln_rate = log(posterior.rate);
        (low - ln_rate, high - ln_rate)
    }
}

/// The whole of 2020–2024: what the figures in docs/scores.md are about.
pub const REFERENCE_SPAN: Span = Span {
    start: 1_577_836_800 as Seconds,
    end: 1_735_689_600 as Seconds,
};

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::history;

    /// The figures that were set beforehand (docs/scores.md), on every block of 2020–2024.
    #[test]
    fn the_filter_beats_the_reference_rules_on_the_real_chain() {
        let card = estimators(&history::embedded().blocks, REFERENCE_SPAN, |_| ()).unwrap();
        let gain = |name: &str| {
            let all = |r: &&OneStepScore| r.name == name && r.year.is_none();
            card.one_step.iter().find(all).unwrap().log_score_mnats
        };
        let filter = gain(FILTER);
        assert!(filter >= 0.20, "{filter}");
        assert!(filter - gain("MA24h") >= 2.5, "{}", gain("MA24h"));
        assert!(filter - gain("Core120") >= 3.2, "{}", gain("Core120"));
        let ahead = &card.ahead[0];
        assert_eq!((ahead.blocks, ahead.name.as_str()), (144, FILTER));
        assert!(ahead.nats >= 0.01, "{ahead:?}");
        assert!((0.48..=0.54).contains(&ahead.coverage50), "{ahead:?}");
        assert!((0.88..=0.92).contains(&ahead.coverage90), "{ahead:?}");
    }

    #[test]
    fn a_batch_error_knows_the_spread_of_the_means() {
        let got = difference(&[1.0, 3.0, 2.0, 4.0, f64::NAN, 6.0, 8.0], 2);
        let want = Difference {
            mean: 4.0,
            se: libm::sqrt(7.0 / 3.0),
            n: 6,
        };
        assert_eq!((got.mean, got.n), (want.mean, want.n));
        assert!((got.se - want.se).abs() < 1e-12);
    }
}
