//! A density on an even grid: mean likelihoods, quantiles.

use crate::stats::special::log_sum_exp;
use crate::units::Quantiles;

/// An even grid of points from `low` to `high`, both included.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    low: f64,
    step: f64,
    len: usize,
}

impl Grid {
    /// `len` points, at least two.
    pub fn new(low: f64, high: f64, len: usize) -> Self {
        assert!(len >= 2 && high > low, "a grid needs two points in order");
        Self {
            low,
            step: (high - low) / (len - 1) as f64,
            len,
        }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Never: a grid has at least two points.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The `i`-th point.
    pub fn at(&self, i: usize) -> f64 {
        self.low + self.step * i as f64
    }

    /// All points.
    pub fn points(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.len).map(|i| self.at(i))
    }
}

/// A posterior over a grid, from log-likelihoods under a flat prior on the grid's range.
#[derive(Clone, Debug)]
pub struct Posterior {
    grid: Grid,
    density: Vec<f64>,
    cumulative: Vec<f64>,
}

impl Posterior {
    /// Normalises `ln_likelihood` (one value a grid point) by the trapezoid rule.
    pub fn from_ln_likelihood(grid: Grid, ln_likelihood: &[f64]) -> Self {
        assert_eq!(grid.len(), ln_likelihood.len());
        let top = ln_likelihood
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let mut density: Vec<f64> = ln_likelihood.iter().map(|l| libm::exp(l - top)).collect();
        let mut cumulative = vec![0.0; density.len()];
        for i in 1..density.len() {
            cumulative[i] = cumulative[i - 1] + 0.5 * grid.step * (density[i - 1] + density[i]);
        }
        let total = cumulative[density.len() - 1];
        density
            .iter_mut()
            .chain(cumulative.iter_mut())
            .for_each(|v| *v /= total);
        Self {
            grid,
            density,
            cumulative,
        }
    }

    /// The grid.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Density at each grid point; integrates to one.
    pub fn density(&self) -> &[f64] {
        &self.density
    }

    /// The `p` quantile.
    pub fn quantile(&self, p: f64) -> f64 {
        let i = self
            .cumulative
            .partition_point(|&c| c < p)
            .clamp(1, self.density.len() - 1);
        let (a, b) = (self.cumulative[i - 1], self.cumulative[i]);
        let part = if b > a { (p - a) / (b - a) } else { 0.5 };
        self.grid.at(i - 1) + part * self.grid.step
    }

    /// 5, 50 and 95 %.
    pub fn quantiles(&self) -> Quantiles {
        Quantiles {
            p05: self.quantile(0.05),
            p50: self.quantile(0.5),
            p95: self.quantile(0.95),
        }
    }

    /// Mass below `x`.
    pub fn below(&self, x: f64) -> f64 {
        let place = (x - self.grid.low) / self.grid.step;
        if place <= 0.0 {
            return 0.0;
        }
        let i = place as usize;
        if i + 1 >= self.cumulative.len() {
            return 1.0;
        }
        let part = place - i as f64;
        self.cumulative[i] + part * (self.cumulative[i + 1] - self.cumulative[i])
    }

    /// Variance, in the square of the grid's unit.
    pub fn variance(&self) -> f64 {
        let weight: f64 = self.density.iter().sum();
        let mean = self
            .grid
            .points()
            .zip(&self.density)
            .map(|(x, d)| x * d)
            .sum::<f64>()
            / weight;
        let square = |(x, d): (f64, &f64)| (x - mean) * (x - mean) * d;
        self.grid
            .points()
            .zip(&self.density)
            .map(square)
            .sum::<f64>()
            / weight
    }
}

/// ln of the mean of likelihoods given by their logarithms.
pub fn ln_mean(ln_likelihood: &[f64]) -> f64 {
    log_sum_exp(ln_likelihood) - libm::log(ln_likelihood.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normal_on_a_grid_has_a_normals_quantiles() {
        let grid = Grid::new(-6.0, 6.0, 1201);
        let ln: Vec<f64> = grid.points().map(|x| -0.5 * x * x).collect();
        let p = Posterior::from_ln_likelihood(grid, &ln);
        assert!((p.quantile(0.95) - 1.6449).abs() < 1e-3);
        assert!(p.quantile(0.5).abs() < 1e-9);
        assert!((p.variance() - 1.0).abs() < 1e-3);
        assert!((p.below(1.6449) - 0.95).abs() < 1e-4);
    }
}
