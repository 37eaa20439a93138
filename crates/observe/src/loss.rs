//! What block times alone say of a loss in a window: posterior and Bayes factor.
//!
//! Before and after the window the chain finds n₀ blocks in exposure t₀, inside it n₁ in t₁. The
//! rate r around it has the improper prior 1/r, the window's rate is r·f with f = δ(1−X), and ln δ is
//! N(0, 2 %) for what the network would have done anyway. With r integrated out,
//!
//! ```text
//! ln L(X) = ln E_δ [ fⁿ¹ / (t₀ + t₁ f)ⁿ⁰⁺ⁿ¹ ]
//! ```
//!
//! The posterior is under a flat prior on [−0.20, 0.90]; the Bayes factor is the mean of L over
//! X ~ U(0, 0.30] against L(0).

use libm::{exp, log};

use crate::clean::{Cleaned, Count};
use hashquake_base::stats::density::{Grid, Posterior, ln_mean};
use hashquake_base::stats::special::log_sum_exp;
use hashquake_base::units::{DAY, Seconds, Span};

/// Standard deviation of the drift that the network makes by itself.
pub const DRIFT_SD: f64 = 0.02;
/// Windows up to this long take [`COMPARISON_DAYS`] on each side, longer ones [`COMPARISON_DAYS_LONG`].
pub const SHORT_WINDOW_DAYS: f64 = 7.0;
/// Days compared with on each side of a short window.
pub const COMPARISON_DAYS: Seconds = 10;
/// Days compared with on each side of a long window.
pub const COMPARISON_DAYS_LONG: Seconds = 28;
const DRIFT_POINTS: usize = 25;
const FLAT_LOW: f64 = -0.20;
const FLAT_HIGH: f64 = 0.90;
const GRID_POINTS: usize = 551;
const BAYES_FACTOR_HIGH: f64 = 0.30;

/// The grid of losses (fractions of the hashrate before) on which likelihoods are evaluated:
/// a fifth of a point apart, zero among them.
pub fn loss_grid() -> Grid {
    Grid::new(FLAT_LOW, FLAT_HIGH, GRID_POINTS)
}

/// Days compared with on each side of a window.
pub fn comparison_days(window: Span) -> Seconds {
    if window.days() <= SHORT_WINDOW_DAYS {
        COMPARISON_DAYS
    } else {
        COMPARISON_DAYS_LONG
    }
}

/// Blocks and exposure in a window and in the comparison window, the days on both sides of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Blocks in the comparison window around it.
    pub comparison: Count,
    /// In the window.
    pub window: Count,
}

impl Counts {
    /// Counts in `window` and in the comparison window, `before_days` before it and `after_days` after it, as
    /// far as `observed`.
    pub fn around(
        chain: &Cleaned,
        window: Span,
        before_days: Seconds,
        after_days: Seconds,
        observed: Span,
    ) -> Self {
        let whole = Span {
            start: (window.start - before_days * DAY).max(observed.start),
            end: (window.end + after_days * DAY).min(observed.end),
        };
        let (all, inside) = (chain.count(whole), chain.count(window));
        Self {
            comparison: all.without(inside),
            window: inside,
        }
    }

    /// The answer under a drift of `drift_sd`; `None` when the window or the comparison window holds nothing.
    pub fn answer(&self, drift_sd: f64) -> Option<LossAnswer> {
        self.usable()
            .then(|| LossAnswer::from_ln_likelihood(&self.ln_likelihood(&loss_grid(), drift_sd)))
    }

    /// Whether there are blocks to compare with, and a window to compare.
    pub fn usable(&self) -> bool {
        self.comparison.blocks > 0 && self.comparison.exposure > 0.0 && self.window.exposure > 0.0
    }

    /// ln L at each of `losses`, up to a constant that depends only on the blocks and the whole stretch:
    /// windows cut from the same stretch may be compared. Drift sd as a fraction.
    pub fn ln_likelihood(&self, losses: &Grid, drift_sd: f64) -> Vec<f64> {
        let drifts = Drift::new(drift_sd);
        losses
            .points()
            .map(|x| drifts.ln_likelihood(self, x))
            .collect()
    }
}

/// The drift's distribution as 25 weighted points over ±3 sd.
struct Drift {
    ln_factor: [f64; DRIFT_POINTS],
    factor: [f64; DRIFT_POINTS],
    ln_weight: [f64; DRIFT_POINTS],
}

impl Drift {
    fn new(sd: f64) -> Self {
        let z = Grid::new(-3.0, 3.0, DRIFT_POINTS);
        let ln_raw: [f64; DRIFT_POINTS] = core::array::from_fn(|i| -0.5 * z.at(i) * z.at(i));
        let total = log_sum_exp(&ln_raw);
        let ln_factor = core::array::from_fn(|i| sd * z.at(i));
        Self {
            ln_factor,
            factor: ln_factor.map(exp),
            ln_weight: ln_raw.map(|l| l - total),
        }
    }

    fn ln_likelihood(&self, c: &Counts, loss: f64) -> f64 {
        let n1 = c.window.blocks as f64;
        let n = n1 + c.comparison.blocks as f64;
        let kept = 1.0 - loss;
        let ratio = kept * c.window.exposure / c.comparison.exposure;
        let terms: [f64; DRIFT_POINTS] = core::array::from_fn(|i| {
            self.ln_weight[i] + n1 * self.ln_factor[i] - n * log(1.0 + ratio * self.factor[i])
        });
        log_sum_exp(&terms) + n1 * log(kept) - n * log(c.comparison.exposure)
    }
}

/// Posterior of a loss and its Bayes factor, whatever the evidence.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LossAnswer {
    /// Posterior of the loss, a fraction.
    pub posterior: Posterior,
    /// log₁₀ of the Bayes factor of a loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}

impl LossAnswer {
    /// From ln L on [`loss_grid`].
    pub fn from_ln_likelihood(ln_likelihood: &[f64]) -> Self {
        let grid = loss_grid();
        let step = grid.at(1) - grid.at(0);
        let place = |x: f64| ((x - FLAT_LOW) / step).round() as usize;
        let (zero, top) = (place(0.0), place(BAYES_FACTOR_HIGH));
        let ratio = ln_mean(&ln_likelihood[zero..=top]) - ln_likelihood[zero];
        Self {
            posterior: Posterior::from_ln_likelihood(grid, ln_likelihood),
            log10_bayes_factor: ratio / core::f64::consts::LN_10,
        }
    }
}

/// The headline answer of block times for a window, from a chain observed over `observed`; `None` when
/// the window or the comparison window holds nothing.
pub fn headline(chain: &Cleaned, window: Span, observed: Span) -> Option<LossAnswer> {
    let days = comparison_days(window);
    Counts::around(chain, window, days, days, observed).answer(DRIFT_SD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::{DAY, Seconds};
    use hashquake_chain::blocks::Blocks;
    use hashquake_chain::target::CompactTarget;

    #[test]
    fn a_fifth_less_is_found_in_the_headline_and_nothing_without_days_to_compare() {
        let (mut times, mut t) = (Vec::new(), 1_600_000_000_u32);
        let start = Seconds::from(t);
        let window = Span {
            start: start + 30 * DAY,
            end: start + 37 * DAY,
        };
        while Seconds::from(t) < window.end + 30 * DAY {
            times.push(t);
            let inside = (window.start..window.end).contains(&Seconds::from(t));
            t += if inside { 750 } else { 600 };
        }
        let observed = Span {
            start,
            end: Seconds::from(t),
        };
        let bits = vec![CompactTarget::from_consensus(0x170b_98ab); times.len()];
        let chain = Cleaned::new(&Blocks::new(600_000, times, bits, None));
        let q = headline(&chain, window, observed)
            .unwrap()
            .posterior
            .quantiles();
        assert!(
            (q.p50 - 0.2).abs() < 0.02 && q.p05 < 0.2 && 0.2 < q.p95,
            "{q:?}"
        );
        assert!(headline(&chain, window, window).is_none());
    }
}
