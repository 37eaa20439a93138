//! Distributions of uncertain numbers, each drawn once a run.

use libm::{exp, sqrt};

use crate::stats::draw::{normal, uniform};
use rand_chacha::ChaCha8Rng;

/// A distribution of one number, in the base unit of its key.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// A known value.
    Point(f64),
    /// Any value between two ends, all alike.
    Uniform {
        /// Lower end, in the quantity's unit.
        low: f64,
        /// Upper end, in the quantity's unit.
        high: f64,
    },
    /// The normal distribution.
    Normal {
        /// Mean, in the quantity's unit.
        mean: f64,
        /// Standard deviation, in the quantity's unit.
        sd: f64,
    },
    /// Bell in the logarithm.
    LogNormal {
        /// Median, in the quantity's unit.
        median: f64,
        /// Standard deviation of ln.
        sigma: f64,
    },
    /// The triangular distribution.
    Triangular {
        /// Lower end, in the quantity's unit.
        low: f64,
        /// Most likely value, in the quantity's unit.
        mode: f64,
        /// Upper end, in the quantity's unit.
        high: f64,
    },
    /// One of a few, each as likely as its weight.
    Choice(Vec<(f64, f64)>),
}

impl Distribution {
    /// What can be drawn, save about twice in a billion: bells reach six standard deviations to each side.
    pub fn range(&self) -> (f64, f64) {
        const REACH: f64 = 6.0;
        match self {
            Self::Point(x) => (*x, *x),
            Self::Uniform { low, high } | Self::Triangular { low, high, .. } => (*low, *high),
            Self::Normal { mean, sd } => (mean - REACH * sd, mean + REACH * sd),
            Self::LogNormal { median, sigma } => {
                (median * exp(-REACH * sigma), median * exp(REACH * sigma))
            }
            Self::Choice(values) => {
                let drawn = values.iter().filter(|v| v.1 > 0.0).map(|v| v.0);
                drawn.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                    (low.min(x), high.max(x))
                })
            }
        }
    }

    /// The number in its middle: the mean of a uniform, the mode of a triangle, the median of a bell, the
    /// likeliest of a choice.
    pub fn central_value(&self) -> f64 {
        match self {
            Self::Point(x) => *x,
            Self::Uniform { low, high } => 0.5 * (low + high),
            Self::Normal { mean, .. } => *mean,
            Self::LogNormal { median, .. } => *median,
            Self::Triangular { mode, .. } => *mode,
            Self::Choice(values) => {
                let likeliest = values.iter().max_by(|a, b| a.1.total_cmp(&b.1));
                likeliest.map_or(f64::NAN, |v| v.0)
            }
        }
    }

    /// One draw; always takes the same number of uniform words for one distribution.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Self::Point(x) => *x,
            Self::Uniform { low, high } => low + (high - low) * uniform(rng),
            Self::Normal { mean, sd } => mean + sd * normal(rng),
            Self::LogNormal { median, sigma } => median * exp(sigma * normal(rng)),
            Self::Triangular { low, mode, high } => {
                let u = uniform(rng);
                let split = (mode - low) / (high - low);
                if u < split {
                    low + sqrt(u * (high - low) * (mode - low))
                } else {
                    high - sqrt((1.0 - u) * (high - low) * (high - mode))
                }
            }
            Self::Choice(values) => {
                let total: f64 = values.iter().map(|v| v.1).sum();
                let mut left = uniform(rng) * total;
                let found = values.iter().find(|v| {
                    left -= v.1;
                    left < 0.0
                });
                found.or(values.last()).map_or(f64::NAN, |v| v.0)
            }
        }
    }
}
