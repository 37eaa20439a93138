//! A pool's level before, during and after a window, and the change with its errors.

use libm::{exp, log};

use super::noise::Noise;
use super::series::Series;
use hashquake_base::stats::normal::Z95;
use hashquake_base::units::{Bracket, DAY, Quantiles, Span};

/// What a pool's series says of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolLoss {
    /// Mean of the reports before, EH/s.
    pub before_ehs: f64,
    /// Mean of the reports during.
    pub during_ehs: f64,
    /// Mean of the reports after the step back.
    pub after_ehs: Option<f64>,
    /// Reports in `during`.
    pub reports_during: usize,
    /// ln(during/before).
    pub ln_change: f64,
    /// Its error as a change of reported levels.
    pub ln_change_sd: f64,
    /// What the pool's own walk would have done between the two segments, one sigma.
    pub ln_wander_sd: f64,
    /// Between which reports it began; `None` without a step.
    pub onset: Option<Bracket>,
    /// Between which reports it ended; `None` without a step, or while it had not ended.
    pub end: Option<Bracket>,
    /// The measured noise.
    pub noise: Noise,
}

impl PoolLoss {
    /// Quantiles of the loss, a fraction of the level before.
    pub fn loss(&self) -> Quantiles {
        let at = |z: f64| 1.0 - exp(self.ln_change - z * self.ln_change_sd);
        Quantiles {
            p05: at(-Z95),
            p50: at(0.0),
            p95: at(Z95),
        }
    }

    /// Mean and sd of the loss for the fusion: the error of the levels and the pool's wander.
    pub fn mean_sd(&self) -> (f64, f64) {
        let variance =
            self.ln_wander_sd * self.ln_wander_sd + self.ln_change_sd * self.ln_change_sd;
        let kept = exp(self.ln_change);
        (1.0 - kept, kept * variance.sqrt())
    }
}

/// Levels of two stretches of reports, and the change between them.
pub(super) fn levels(
    series: &Series,
    noise: &Noise,
    before: std::ops::Range<usize>,
    during: std::ops::Range<usize>,
) -> PoolLoss {
    let mean =
        |r: &std::ops::Range<usize>| series.ehs[r.clone()].iter().sum::<f64>() / r.len() as f64;
    let last_before = series.times[before.end - 1];
    let day = Span {
        start: last_before - DAY,
        end: last_before,
    };
    let between = Span {
        start: series.times[during.start],
        end: series.times[during.end - 1],
    };
    let (a, b) = (&series.times[before.clone()], &series.times[during.clone()]);
    let variance = noise.mean_error(a, day) + noise.mean_error(b, between);
    let (before_ehs, during_ehs) = (mean(&before), mean(&during));
    PoolLoss {
        before_ehs,
        during_ehs,
        after_ehs: None,
        reports_during: during.len(),
        ln_change: log(during_ehs / before_ehs),
        ln_change_sd: variance.sqrt(),
        ln_wander_sd: noise.wander(a, b).sqrt(),
        onset: None,
        end: None,
        noise: *noise,
    }
}
