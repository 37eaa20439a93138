//! Weighted draws and back: quantiles of a sample, and draws from three quantiles.

use libm::{exp, log};

use crate::stats::normal::Z95;
use crate::units::Quantiles;

/// 5, 50 and 95 % of weighted values; `None` when no weight is positive.
pub fn weighted_quantiles(draws: impl IntoIterator<Item = (f64, f64)>) -> Option<Quantiles> {
    let mut draws: Vec<(f64, f64)> = draws.into_iter().filter(|d| d.1 > 0.0).collect();
    draws.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = draws.iter().map(|d| d.1).sum();
    let last = draws.last()?.0;
    let at = |p: f64| {
        let mut below = 0.0;
        let found = draws.iter().find(|d| {
            below += d.1;
            below >= p * total
        });
        found.map_or(last, |d| d.0)
    };
    Some(Quantiles {
        p05: at(0.05),
        p50: at(0.5),
        p95: at(0.95),
    })
}

/// The value below which a part `p` of a `sorted` sample of at least one lies, linear between its points.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    let i = place as usize;
    let next = sorted[(i + 1).min(sorted.len() - 1)];
    sorted[i] + (place - i as f64) * (next - sorted[i])
}

/// 5, 50 and 95 % of draws, at least one, in any order; they are left sorted.
pub fn quantiles_of(draws: &mut [f64]) -> Quantiles {
    draws.sort_unstable_by(f64::total_cmp);
    Quantiles {
        p05: quantile(draws, 0.05),
        p50: quantile(draws, 0.50),
        p95: quantile(draws, 0.95),
    }
}

/// The value at `z` standard deviations of a positive quantity known by three quantiles: log-normal on
/// each side of the median, so that all three are kept.
pub fn log_normal_between(q: Quantiles, z: f64) -> f64 {
    let side = if z < 0.0 {
        log(q.p50 / q.p05)
    } else {
        log(q.p95 / q.p50)
    };
    q.p50 * exp(side * z / Z95)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    use crate::stats::draw::normal;

    #[test]
    fn draws_between_quantiles_give_them_back() {
        let q = Quantiles {
            p05: 40.0,
            p50: 65.0,
            p95: 75.0,
        };
        let mut rng = stream(1, 0, Purpose::FusionCases);
        let draws = (0..200_000).map(|_| (log_normal_between(q, normal(&mut rng)), 1.0));
        let back = weighted_quantiles(draws).unwrap();
        for (a, b) in [(q.p05, back.p05), (q.p50, back.p50), (q.p95, back.p95)] {
            assert!((a - b).abs() < 0.25, "{a} came back as {b}");
        }
    }

    #[test]
    fn weights_count() {
        let q = weighted_quantiles([(1.0, 0.0), (2.0, 1.0), (3.0, 9.0)]).unwrap();
        assert_eq!((q.p05, q.p50, q.p95), (2.0, 3.0, 3.0));
        assert_eq!(weighted_quantiles([(1.0, 0.0)]), None);
    }
}
