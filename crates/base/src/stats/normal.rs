//! The normal distribution and the log-normal one: their 5, 50 and 95 % points, and back from such points
//! to a standard deviation.

use libm::{exp, log};

use crate::stats::bisect::bisect;
use crate::stats::special::normal_cdf;
use crate::units::Quantiles;

/// The 95 % point of the standard normal.
pub const Z95: f64 = 1.644_853_626_951_472_7;

/// The `p` quantile of the standard normal, 0 < p < 1, exact to 10⁻¹⁵ within nine standard deviations.
pub fn normal_quantile(p: f64) -> f64 {
    let (low, high) = bisect(-9.0, 9.0, 0.0, |z| normal_cdf(z) < p);
    0.5 * (low + high)
}

/// Of a normal distribution.
pub fn normal_quantiles(mean: f64, sd: f64) -> Quantiles {
    Quantiles {
        p05: mean - Z95 * sd,
        p50: mean,
        p95: mean + Z95 * sd,
    }
}

/// Of a log-normal distribution; `ln_sd` is the standard deviation of the logarithm.
pub fn log_normal_quantiles(median: f64, ln_sd: f64) -> Quantiles {
    Quantiles {
        p05: median * exp(-Z95 * ln_sd),
        p50: median,
        p95: median * exp(Z95 * ln_sd),
    }
}

/// The standard deviation of the logarithm of a log-normal quantity between whose 5 and 95 % points `low`
/// and `high` lie.
pub fn ln_sd_between(low: f64, high: f64) -> f64 {
    log(high / low) / (2.0 * Z95)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_95_percent_point_has_95_percent_below_it() {
        assert!((normal_cdf(Z95) - 0.95).abs() < 1e-15);
        assert!((normal_quantile(0.95) - Z95).abs() < 1e-14);
        assert!((normal_quantile(0.025) + 1.959_963_984_540_054).abs() < 1e-14);
    }

    #[test]
    fn a_log_normal_gives_its_spread_back() {
        let q = log_normal_quantiles(40.0, 0.3);
        assert!((ln_sd_between(q.p05, q.p95) - 0.3).abs() < 1e-14);
        assert!((q.p05 * q.p95 - 1600.0).abs() < 1e-10);
    }
}
