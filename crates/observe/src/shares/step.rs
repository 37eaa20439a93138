//! The step down, and perhaps back, that fits a series best.

use libm::log;

use super::loss::{PoolLoss, levels};
use super::noise::{CHANGE_MIN, Noise};
use super::series::Series;
use hashquake_base::units::{Bracket, DAY, Span};

/// A step must exceed the pool's own wander by this factor.
const STEP_SIGMAS: f64 = 4.0;
/// Price of leaving out a transitional report, in units of squared step noise: a three-sigma outlier.
const TRANSITION_PRICE: f64 = 9.0;
/// Transitional reports left out at each edge, at most.
const TRANSITIONS_MAX: usize = 2;
/// Reports between the steps, at least.
const DURING_MIN: usize = 2;

/// A split of reports into before, during and perhaps after; indices into the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Split {
    last_before: usize,
    first_during: usize,
    last_during: usize,
    first_after: Option<usize>,
}

impl Split {
    pub(super) fn best(series: &Series, noise: &Noise, near: Span, window: Span) -> Option<Self> {
        let all = series.places(near.start, near.end - 1);
        let ln: Vec<f64> = series.ehs[all.clone()].iter().map(|x| log(*x)).collect();
        let squares = Squares::new(&ln);
        let n = ln.len();
        let scale = noise.step * noise.step;
        let mut best: Option<(f64, Self)> = None;
        let mut offer = |price: f64, split: Self| {
            if best.is_none_or(|(least, _)| price < least) {
                best = Some((price, split));
            }
        };
        for i in 0..n {
            for j in i + 1..(i + 2 + TRANSITIONS_MAX).min(n) {
                if series.times[all.start + j] >= window.end {
                    continue;
                }
                for k in j + DURING_MIN - 1..n {
                    if series.times[all.start + k] < window.start {
                        continue;
                    }
                    let left_out = (j - i - 1) as f64 * TRANSITION_PRICE;
                    let so_far = squares.of(0, i + 1) + squares.of(j, k + 1);
                    let split = |first_after: Option<usize>| Self {
                        last_before: all.start + i,
                        first_during: all.start + j,
                        last_during: all.start + k,
                        first_after: first_after.map(|m| all.start + m),
                    };
                    if k == n - 1 {
                        offer(so_far / scale + left_out, split(None));
                    }
                    for m in k + 1..(k + 2 + TRANSITIONS_MAX).min(n) {
                        let left_out = left_out + (m - k) as f64 * TRANSITION_PRICE;
                        let price = (so_far + squares.of(m, n)) / scale + left_out;
                        offer(price, split(Some(m)));
                    }
                }
            }
        }
        best.map(|(_, split)| split)
    }

    pub(super) fn loss(&self, series: &Series, noise: &Noise) -> Option<PoolLoss> {
        let onset = Bracket {
            earliest: series.times[self.last_before],
            latest: series.times[self.first_during],
        };
        let before = series.places(onset.earliest - DAY, onset.earliest);
        let mut loss = levels(
            series,
            noise,
            before,
            self.first_during..self.last_during + 1,
        );
        if loss.ln_change >= -(STEP_SIGMAS * loss.ln_wander_sd).max(CHANGE_MIN) {
            return None;
        }
        loss.onset = Some(onset);
        if let Some(m) = self.first_after {
            let earliest = series.times[self.last_during];
            loss.end = Some(Bracket {
                earliest,
                latest: series.times[m],
            });
            let after = series.places(series.times[m], series.times[m] + DAY);
            let sum: f64 = series.ehs[after.clone()].iter().sum();
            loss.after_ehs = Some(sum / after.len() as f64);
        }
        Some(loss)
    }
}

/// Squared error of any run of values around its own mean, in constant time.
struct Squares {
    sum: Vec<f64>,
    square: Vec<f64>,
}

impl Squares {
    fn new(values: &[f64]) -> Self {
        let centre = values.first().copied().unwrap_or(0.0);
        let (mut sum, mut square) = (vec![0.0], vec![0.0]);
        for v in values {
            let d = v - centre;
            sum.push(sum[sum.len() - 1] + d);
            square.push(square[square.len() - 1] + d * d);
        }
        Self { sum, square }
    }

    fn of(&self, from: usize, to: usize) -> f64 {
        let sum = self.sum[to] - self.sum[from];
        (self.square[to] - self.square[from] - sum * sum / (to - from) as f64).max(0.0)
    }
}
