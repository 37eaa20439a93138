//! Weighted joint draws of where a loss fell, and what is read off them.

use crate::units::Quantiles;

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
    /// Their sum.
    pub total: f64,
}

/// Weighted quantiles of a value of the draws.
pub fn quantiles(draws: &[Draw], value: &dyn Fn(&Draw) -> f64) -> Quantiles {
    weighted(draws.iter().map(|d| (value(d), d.weight)))
}

/// Quantiles of (value, weight).
pub(super) fn weighted(values: impl Iterator<Item = (f64, f64)>) -> Quantiles {
    let mut values: Vec<(f64, f64)> = values.collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = values.iter().map(|v| v.1).sum();
    let at = |p: f64| {
        let mut below = 0.0;
        for (value, weight) in &values {
            below += weight;
            if below >= p * total {
                return *value;
            }
        }
        values.last().map_or(0.0, |v| v.0)
    };
    Quantiles {
        p05: at(0.05),
        p50: at(0.5),
        p95: at(0.95),
    }
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
