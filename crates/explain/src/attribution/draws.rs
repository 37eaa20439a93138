//! Weighted joint draws of where a loss fell, and what is read off them.

use hashquake_base::stats::sample::weighted_quantiles;
use hashquake_base::units::Quantiles;

/// One joint draw. Losses are fractions of the network.
#[derive(Clone, Debug)]
pub struct Draw {
    /// Weights sum to one.
    pub weight: f64,
    /// Loss of each candidate.
    pub regions: Vec<f64>,
    /// Share of the network that each candidate had.
    pub shares: Vec<f64>,
    /// Loss in no listed region; negative where the network grew.
    pub not_attributed: f64,
    /// Loss of the whole network, a fraction.
    pub total: f64,
}

/// Weighted quantiles of a value of the draws.
pub fn quantiles(draws: &[Draw], value: &dyn Fn(&Draw) -> f64) -> Quantiles {
    weighted(draws.iter().map(|d| (value(d), d.weight)))
}

/// Quantiles of (value, weight); nought where no weight is positive.
pub(super) fn weighted(values: impl Iterator<Item = (f64, f64)>) -> Quantiles {
    weighted_quantiles(values).unwrap_or(Quantiles::point(0.0))
}

/// Correlation of the losses of two candidates.
pub(super) fn correlation(draws: &[Draw], i: usize, j: usize) -> f64 {
    let mean = |f: &dyn Fn(&Draw) -> f64| draws.iter().map(|d| d.weight * f(d)).sum::<f64>();
    let (a, b) = (mean(&|d| d.regions[i]), mean(&|d| d.regions[j]));
    let covariance = mean(&|d| (d.regions[i] - a) * (d.regions[j] - b));
    let va = mean(&|d| (d.regions[i] - a) * (d.regions[i] - a));
    let vb = mean(&|d| (d.regions[j] - b) * (d.regions[j] - b));
    covariance / (va * vb).sqrt().max(f64::MIN_POSITIVE)
}
