//! How many of n succeed, each with chance p, and how n fall into classes: exact draws, whatever n.
//!
//! Hörmann, *The generation of binomial random variates*, J. Stat. Comput. Simul. 46, 1993, algorithm
//! BTRS: rejection from a transformed hat whose price does not grow with n, where min(np, nq) ≥ 10;
//! below that the distribution function is walked from zero, which takes about np steps. Chances above
//! one half are drawn as the failures of their complement.

use libm::{exp, floor, lgamma, log, log1p};
use rand_chacha::ChaCha8Rng;

use crate::stats::draw::uniform;

/// Smallest mean at which rejection has a bounded hat (Hörmann 1993).
const MEAN_MIN: f64 = 10.0;

/// Binomial(n, chance). A chance outside [0, 1] counts as the nearer end.
pub fn binomial(rng: &mut ChaCha8Rng, n: u32, chance: f64) -> u32 {
    if n == 0 || chance <= 0.0 {
        return 0;
    }
    if chance >= 1.0 {
        return n;
    }
    if chance > 0.5 {
        return n - lower_half(rng, n, 1.0 - chance);
    }
    lower_half(rng, n, chance)
}

/// `n` into classes of the given `weights`, as the counts of each: one binomial a class. Weights are finite
/// and not negative, and one is above zero.
pub fn multinomial(rng: &mut ChaCha8Rng, n: u32, weights: &[f64], counts: &mut [u32]) {
    let mut left = n;
    let mut weight_left: f64 = weights.iter().sum();
    let last = weights.iter().rposition(|&w| w > 0.0);
    for (i, (count, &weight)) in counts.iter_mut().zip(weights).enumerate() {
        let all = Some(i) == last;
        *count = if all {
            left
        } else {
            binomial(rng, left, weight / weight_left)
        };
        left -= *count;
        weight_left -= weight;
    }
}

fn lower_half(rng: &mut ChaCha8Rng, n: u32, p: f64) -> u32 {
    if f64::from(n) * p < MEAN_MIN {
        by_inversion(rng, n, p)
    } else {
        by_rejection(rng, n, p)
    }
}

fn by_inversion(rng: &mut ChaCha8Rng, n: u32, p: f64) -> u32 {
    let odds = p / (1.0 - p);
    let at_zero = exp(f64::from(n) * log1p(-p));
    loop {
        let mut chance = at_zero;
        let mut u = uniform(rng);
        for k in 0..=n {
            if u < chance {
                return k;
            }
            u -= chance;
            chance *= odds * f64::from(n - k) / f64::from(k + 1);
        }
        // Rounding left nothing of u for any count: draw again.
    }
}

fn by_rejection(rng: &mut ChaCha8Rng, count: u32, p: f64) -> u32 {
    let n = f64::from(count);
    let spread = (n * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * spread;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let centre = n * p + 0.5;
    let alpha = (2.83 + 5.1 / b) * spread;
    let sure = 0.92 - 4.2 / b;
    let mode = floor((n + 1.0) * p);
    loop {
        let u = uniform(rng) - 0.5;
        let v = uniform(rng);
        let edge = 0.5 - u.abs();
        let k = floor((2.0 * a / edge + b) * u + centre);
        if edge >= 0.07 && v <= sure {
            return k as u32;
        }
        if k < 0.0 || k > n {
            continue;
        }
        let ln_ratio =
            lgamma(mode + 1.0) + lgamma(n - mode + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
                + (k - mode) * log(p / (1.0 - p));
        if log(v * alpha / (a / (edge * edge) + b)) <= ln_ratio {
            return k as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    use crate::stats::special::gamma_cdf;

    /// Pearson's statistic against the closed probabilities, cells below ten expected put together.
    fn chi_square(counts: &[u32], n: u32, p: f64) -> (f64, f64) {
        let total = f64::from(counts.iter().sum::<u32>());
        let (mut statistic, mut cells, mut seen, mut expected) = (0.0, 0.0, 0.0, 0.0);
        for (k, &count) in counts.iter().enumerate() {
            let (m, k) = (f64::from(n), k as f64);
            let ln = lgamma(m + 1.0) - lgamma(k + 1.0) - lgamma(m - k + 1.0)
                + k * log(p)
                + (m - k) * log1p(-p);
            seen += f64::from(count);
            expected += total * exp(ln);
            if expected >= 10.0 {
                statistic += (seen - expected) * (seen - expected) / expected;
                (seen, expected) = (0.0, 0.0);
                cells += 1.0;
            }
        }
        (statistic, cells - 1.0)
    }

    #[test]
    fn counts_have_the_binomial_law_on_both_sides_of_every_seam() {
        let mut rng = stream(11, 0, Purpose::LeapCounts);
        for (n, p) in [
            (1, 0.3),
            (40, 0.2),
            (40, 0.26),
            (2003, 0.0715),
            (2003, 0.5),
            (2003, 0.93),
            (2003, 0.004),
        ] {
            let mut counts = vec![0u32; n as usize + 1];
            for _ in 0..100_000 {
                counts[binomial(&mut rng, n, p) as usize] += 1;
            }
            let (statistic, freedom) = chi_square(&counts, n, p);
            let tail = 1.0 - gamma_cdf(freedom.max(1.0) / 2.0, statistic / 2.0);
            assert!(
                tail > 1e-3,
                "n {n}, p {p}: {statistic} on {freedom}, {tail}"
            );
        }
    }

    #[test]
    fn classes_share_what_there_is_and_none_without_weight() {
        let mut rng = stream(12, 0, Purpose::LeapWinners);
        let weights = [3.0, 0.0, 1.0, 6.0, 0.0];
        let mut sums = [0u32; 5];
        for _ in 0..2_000 {
            let mut counts = [0; 5];
            multinomial(&mut rng, 500, &weights, &mut counts);
            assert_eq!(counts.iter().sum::<u32>(), 500);
            sums.iter_mut().zip(counts).for_each(|(s, c)| *s += c);
        }
        for (sum, weight) in sums.iter().zip(weights) {
            let share = f64::from(*sum) / 1e6;
            assert!(
                (share - weight / 10.0).abs() <= 4.0 * 0.0005,
                "{share} {weight}"
            );
        }
        assert_eq!((sums[1], sums[4]), (0, 0));
    }

    #[test]
    fn the_ends_are_certain() {
        let mut rng = stream(13, 0, Purpose::LeapCounts);
        assert_eq!(binomial(&mut rng, 0, 0.5), 0);
        assert_eq!(binomial(&mut rng, 100, 0.0), 0);
        assert_eq!(binomial(&mut rng, 100, 1.0), 100);
    }
}
