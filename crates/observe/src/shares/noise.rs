//! The noise of a series, measured from the series itself.

use libm::log;

use super::series::Series;
use hashquake_base::stats::sample::quantile;
use hashquake_base::units::{Seconds, Span};

/// Reports so far apart tell the walk from the noise of one report.
const LAG_FAR: usize = 8;
/// Differences needed to measure the noise.
const DIFFERENCES_MIN: usize = 8;
/// MAD to standard deviation of a normal.
const MAD_TO_SD: f64 = 1.4826;
/// Changes of a level (ln) below this are the arithmetic's.
pub(super) const CHANGE_MIN: f64 = 1e-6;

/// The measured noise of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Robust sd of the difference between successive reports (ln).
    pub step: f64,
    /// Variance of one report around the level (ln²).
    pub report_variance: f64,
    /// Variance that the level gains in a second (ln²).
    pub walk_variance: f64,
}

impl Noise {
    /// Measures it; `None` with fewer than nine reports.
    pub fn measure(series: &Series) -> Option<Self> {
        let n = series.times.len();
        if n <= DIFFERENCES_MIN {
            return None;
        }
        let near = Difference::at(series, 1);
        let far = Difference::at(series, LAG_FAR.min(n / 2));
        let gained = (far.variance - near.variance) / (far.seconds - near.seconds).max(1.0);
        let walk_variance = gained.max(0.0);
        let left = (near.variance - walk_variance * near.seconds) / 2.0;
        let rounding = rounding_variance(&series.ehs);
        Some(Self {
            step: near
                .variance
                .sqrt()
                .max((2.0 * rounding).sqrt())
                .max(CHANGE_MIN),
            report_variance: left.max(rounding),
            walk_variance,
        })
    }

    /// Variance of the mean of readings at `times` against the level's average over `segment`.
    pub(super) fn mean_error(&self, times: &[Seconds], segment: Span) -> f64 {
        let length = segment.seconds().max(1) as f64;
        let to_segment = times.iter().map(|&t| {
            let u = (t - segment.start) as f64;
            (u * u + (length - u) * (length - u)) / (2.0 * length)
        });
        let n = times.len() as f64;
        let walk = to_segment.sum::<f64>() / n - mean_distance(times, times) / 2.0 - length / 6.0;
        self.walk_variance * walk.max(0.0) + self.report_variance / n
    }

    /// Variance of the difference of two means of readings if nothing but the walk happened.
    pub(super) fn wander(&self, a: &[Seconds], b: &[Seconds]) -> f64 {
        let apart = mean_distance(a, b) - mean_distance(a, a) / 2.0 - mean_distance(b, b) / 2.0;
        let readings = 1.0 / a.len() as f64 + 1.0 / b.len() as f64;
        self.walk_variance * apart.max(0.0) + self.report_variance * readings
    }
}

/// Differences between reports so many apart: robust variance (ln²), and the time between them.
struct Difference {
    variance: f64,
    seconds: f64,
}

impl Difference {
    fn at(series: &Series, lag: usize) -> Self {
        let pairs = || lag..series.times.len();
        let size = |i: usize| log(series.ehs[i] / series.ehs[i - lag]).abs();
        let sd = MAD_TO_SD * median(pairs().map(size).collect());
        let gap = |i: usize| (series.times[i] - series.times[i - lag]) as f64;
        Self {
            variance: sd * sd,
            seconds: median(pairs().map(gap).collect()),
        }
    }
}

/// Variance (ln²) that round numbers may hide: half the smallest difference between two of `ehs`, squared;
/// 0 when all are the same.
fn rounding_variance(ehs: &[f64]) -> f64 {
    let mut sorted = ehs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let level = median(sorted.clone());
    let digit = sorted
        .windows(2)
        .map(|w| w[1] - w[0])
        .filter(|d| *d > CHANGE_MIN * level)
        .fold(f64::INFINITY, f64::min);
    if digit.is_finite() {
        (digit / level) * (digit / level) / 4.0
    } else {
        0.0
    }
}

fn mean_distance(a: &[Seconds], b: &[Seconds]) -> f64 {
    let sum: f64 = a
        .iter()
        .flat_map(|x| b.iter().map(move |y| (x - y).abs() as f64))
        .sum();
    sum / (a.len() * b.len()) as f64
}

fn median(mut xs: Vec<f64>) -> f64 {
    if xs.is_empty() {
        return 0.0;
    }
    xs.sort_by(f64::total_cmp);
    quantile(&xs, 0.5)
}
