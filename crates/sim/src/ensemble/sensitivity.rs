//! Which inputs carry an output: Sobol indices with bootstrap intervals, and paired means.
//!
//! With independent inputs, the first-order index of an input is the part of the output's variance that
//! goes when it alone is known; the total index the part that stays when all others are known. From
//! samples A, B and A with column i of B, after Jansen 1999:
//!
//! ```text
//! S_i  = 1 − mean (f(B) − f(AB_i))² / 2V
//! ST_i =     mean (f(A) − f(AB_i))² / 2V        V: variance of f over A and B
//! ```
//!
//! Intervals come from drawing the rows again with replacement. An index may come out a little below 0 or
//! above 1; it is left there, so that one sees how sure it is. Leaves out: second-order indices.

use rand_chacha::rand_core::Rng;

use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::normal::normal_quantiles;
use hashquake_base::stats::sample::quantiles_of;
use hashquake_base::units::Quantiles;

/// Resamples of the rows.
const BOOTSTRAPS: u32 = 500;

/// The indices of one input; the middle is the estimate itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indices {
    /// Part of the variance that goes when it is known.
    pub first: Quantiles,
    /// Part that stays when all others are known.
    pub total: Quantiles,
}

/// The indices of each of `keys` inputs from the output at the points of
/// [`super::design::sobol_points`], in their order; not numbers where the output does not vary.
pub fn sobol(outputs: &[f64], keys: usize, seed: u64) -> Vec<Indices> {
    let rows: Vec<&[f64]> = outputs.chunks_exact(keys + 2).collect();
    let whole = estimate(&rows, keys);
    let mut drawn = vec![[Vec::new(), Vec::new()]; keys];
    for run in 0..BOOTSTRAPS {
        let mut rng = stream(seed, run, Purpose::SobolBootstrap);
        let again: Vec<&[f64]> = (0..rows.len())
            .map(|_| rows[(rng.next_u64() % rows.len() as u64) as usize])
            .collect();
        for (list, pair) in drawn.iter_mut().zip(estimate(&again, keys)) {
            list[0].push(pair[0]);
            list[1].push(pair[1]);
        }
    }
    let around = |draws: &mut [f64], middle: f64| Quantiles {
        p50: middle,
        ..quantiles_of(draws)
    };
    let both = drawn.iter_mut().zip(whole);
    both.map(|([first, total], pair)| Indices {
        first: around(first, pair[0]),
        total: around(total, pair[1]),
    })
    .collect()
}

fn estimate(rows: &[&[f64]], keys: usize) -> Vec<[f64; 2]> {
    let n = rows.len() as f64;
    let mean = rows.iter().map(|r| r[0] + r[1]).sum::<f64>() / (2.0 * n);
    let square = |x: f64| x * x;
    let variance = rows
        .iter()
        .map(|r| square(r[0] - mean) + square(r[1] - mean))
        .sum::<f64>()
        / (2.0 * n);
    let half_square = |from: usize, key: usize| {
        let sum: f64 = rows.iter().map(|r| square(r[from] - r[2 + key])).sum();
        sum / (2.0 * n * variance)
    };
    (0..keys)
        .map(|key| [1.0 - half_square(1, key), half_square(0, key)])
        .collect()
}

/// The mean of values, one a run, and the 90 % range of the mean (mean ± z₉₅ standard errors).
pub fn mean_with_range(values: &[f64]) -> Quantiles {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let error = libm::sqrt(squares / (n - 1.0).max(1.0) / n);
    normal_quantiles(mean, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::design::sobol_points;
    use libm::{pow, sin};
    use std::f64::consts::PI;

    /// Ishigami and Homma 1990, with a = 7 and b = 0.1 on [−π, π]³: V = a²/8 + bπ⁴/5 + b²π⁸/18 + ½.
    #[test]
    fn ishigamis_function_has_its_indices() {
        const ROWS: usize = 8000;
        let f = |p: &Vec<f64>| {
            let x: Vec<f64> = p.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
            sin(x[0]) + 7.0 * pow(sin(x[1]), 2.0) + 0.1 * pow(x[2], 4.0) * sin(x[0])
        };
        let outputs: Vec<f64> = sobol_points(3, ROWS, 1).iter().map(f).collect();
        let found = sobol(&outputs, 3, 1);
        let (four, eight) = (pow(PI, 4.0), pow(PI, 8.0));
        let v = 49.0 / 8.0 + 0.1 * four / 5.0 + 0.01 * eight / 18.0 + 0.5;
        let v1 = 0.5 * pow(1.0 + 0.1 * four / 5.0, 2.0);
        let v13 = 0.01 * eight * (1.0 / 18.0 - 1.0 / 50.0);
        let firsts = [v1 / v, 49.0 / 8.0 / v, 0.0];
        let totals = [(v1 + v13) / v, 49.0 / 8.0 / v, v13 / v];
        for (k, one) in found.iter().enumerate() {
            for (q, expected) in [(one.first, firsts[k]), (one.total, totals[k])] {
                assert!(
                    (q.p50 - expected).abs() < 0.03,
                    "{k}: {} instead of {expected}",
                    q.p50
                );
                // Twice the half width holds it in all but one of a thousand samples.
                assert!(
                    (q.p50 - expected).abs() < q.p95 - q.p05,
                    "{q:?} does not hold {expected}"
                );
            }
        }
    }

    #[test]
    fn the_range_of_a_mean_shrinks_with_the_root_of_the_runs() {
        let values: Vec<f64> = (0..400).map(|k| f64::from(k % 2)).collect();
        let q = mean_with_range(&values);
        assert_eq!(q.p50, 0.5);
        assert!((q.p95 - q.p50 - 1.645 * 0.5 / 20.0).abs() < 1e-3);
    }
}
