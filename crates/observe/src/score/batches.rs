//! What is scored, in which batches, and the mean difference of two rules' scores with its error.

use schemars::JsonSchema;
use serde::Serialize;

/// Intervals at the start that are not scored: 15 days.
pub const SKIP_BLOCKS: usize = 15 * 144;
/// Blocks in a batch of one-step scores.
pub const BATCH_BLOCKS: usize = 144;
/// Forecasts in a batch of next-m scores.
pub const BATCH_FORECASTS: usize = 10;

/// Our own name in tables: the filter, and the forecast from it.
pub const FILTER: &str = "hashquake";

/// A mean difference with its batch standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Difference {
    /// The mean of all scores, in their unit.
    pub mean: f64,
    /// Standard error of the mean, from batches.
    pub se: f64,
    /// Scores that both have.
    pub n: usize,
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

#[cfg(test)]
mod tests {
    use super::*;

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
