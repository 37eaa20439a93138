//! The filter and the reference rules on synthetic paths, where the true hashrate is known.

use libm::{exp, log};
use schemars::JsonSchema;
use serde::Serialize;

use super::batches::{FILTER, SKIP_BLOCKS};
use crate::filter;
use crate::reference_rules::{Gamma, ReferenceRule, Trail};
use crate::regime::Parameters;
use hashquake_base::stats::special::gamma_quantile;

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
#[non_exhaustive]
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
