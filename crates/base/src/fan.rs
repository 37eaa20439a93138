//! Five quantiles of a predictive distribution: the bands of 50 and 90 % and the median.

use schemars::JsonSchema;
use serde::Serialize;

use crate::stats::sample::quantile;

/// 5, 25, 50, 75 and 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Fan<T = f64> {
    /// 5 % lie below.
    pub p05: T,
    /// A quarter lies below.
    pub p25: T,
    /// The median, in the quantity's unit.
    pub p50: T,
    /// A quarter lies above.
    pub p75: T,
    /// 5 % lie above.
    pub p95: T,
}

impl Fan {
    /// Of draws, at least one, in any order; they are left sorted. Between two draws the line.
    pub fn of(draws: &mut [f64]) -> Self {
        draws.sort_unstable_by(f64::total_cmp);
        let at = |p| quantile(draws, p);
        Self {
            p05: at(0.05),
            p25: at(0.25),
            p50: at(0.5),
            p75: at(0.75),
            p95: at(0.95),
        }
    }
}

impl Fan {
    /// Whether nine draws in ten agree on the sign.
    pub fn excludes_zero(&self) -> bool {
        self.p05 > 0.0 || self.p95 < 0.0
    }
}

impl<T: Copy> Fan<T> {
    /// The same increasing function of each quantile.
    pub fn map<U>(self, f: impl Fn(T) -> U) -> Fan<U> {
        Fan {
            p05: f(self.p05),
            p25: f(self.p25),
            p50: f(self.p50),
            p75: f(self.p75),
            p95: f(self.p95),
        }
    }
}

/// The continuous ranked probability score of `sorted` draws against what came, in their unit:
/// E|X − y| − E|X − X′|/2. Of a single draw it is the absolute error.
///
/// Gneiting and Raftery 2007, section 4.2.
pub fn crps(sorted: &[f64], came: f64) -> f64 {
    let n = sorted.len() as f64;
    let mut error = 0.0;
    let mut spread = 0.0;
    for (k, x) in sorted.iter().enumerate() {
        error += (x - came).abs();
        spread += (2.0 * k as f64 + 1.0 - n) * x;
    }
    error / n - spread / (n * n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_of_a_point_is_its_error_and_of_a_uniform_law_its_integral() {
        assert!((crps(&[3.0], 5.0) - 2.0).abs() < 1e-12);
        let uniform: Vec<f64> = (0..10_000).map(|k| (f64::from(k) + 0.5) / 1e4).collect();
        assert!((crps(&uniform, 0.5) - 1.0 / 12.0).abs() < 1e-6);
        assert!((crps(&uniform, 1.0) - 1.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn quantiles_lie_on_the_line_between_draws() {
        let mut draws: Vec<f64> = (0..101).rev().map(f64::from).collect();
        let fan = Fan::of(&mut draws);
        assert_eq!(
            (fan.p05, fan.p25, fan.p50, fan.p75, fan.p95),
            (5.0, 25.0, 50.0, 75.0, 95.0)
        );
        assert_eq!(Fan::of(&mut [2.0]).p95, 2.0);
    }
}
