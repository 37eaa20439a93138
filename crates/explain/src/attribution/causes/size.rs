//! How large a cause may make a loss: distributions of X on a grid.
//!
//! U(0, most], with `most` averaged over three points of its own distribution where it is uncertain. The grid runs
//! from 0 to 60 % in whole points; its mass goes to the points by the part of (0, most] that is nearest to
//! each, so that a bound of a hundredth of a point puts all of it at zero.

use hashquake_base::stats::density::Grid;
use hashquake_base::units::Quantiles;

const TOP: f64 = 0.60;
const POINTS: usize = 61;
/// Weights of 5, 50 and 95 % that keep the mean and the variance of a normal.
const QUANTILE_WEIGHTS: [f64; 3] = [0.185, 0.63, 0.185];

/// The grid of losses under which causes are weighed, fractions.
pub fn grid() -> Grid {
    Grid::new(0.0, TOP, POINTS)
}

/// A loss between nothing and `most` of the network, every size alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// The bound, a fraction, with its own uncertainty.
    pub most: Quantiles,
}

impl Size {
    /// Up to a known bound.
    pub fn up_to(most: f64) -> Self {
        Self {
            most: Quantiles::point(most),
        }
    }

    /// Weights of the grid's points; they sum to one.
    pub fn weights(&self) -> Vec<f64> {
        let bounds = [self.most.p05, self.most.p50, self.most.p95];
        let mut out = vec![0.0; POINTS];
        for (most, part) in bounds.into_iter().zip(QUANTILE_WEIGHTS) {
            uniform(most.clamp(0.0, TOP), part, &mut out);
        }
        out
    }
}

fn uniform(most: f64, part: f64, out: &mut [f64]) {
    let half = 0.5 * TOP / (POINTS - 1) as f64;
    if most <= half {
        out[0] += part;
        return;
    }
    for (x, weight) in grid().points().zip(out) {
        let inside = (x + half).min(most) - (x - half).max(0.0);
        *weight += part * inside.max(0.0) / most;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uniform_law_has_a_uniforms_mean() {
        for most in [0.30, 0.153, 0.6] {
            let weights = Size::up_to(most).weights();
            let mean: f64 = grid().points().zip(&weights).map(|(x, w)| x * w).sum();
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!((mean - most / 2.0).abs() < 0.001, "{mean} for {most}");
        }
        assert_eq!(Size::up_to(0.001).weights()[0], 1.0);
    }
}
