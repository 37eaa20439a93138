//! The state-space form of the block answer: a rate that walks instead of standing still.
//!
//! Used for a row of the sensitivity table: ln rate is a random walk of so many percent per √day over 28 days on
//! each side; blocks are counted in bins of six hours; inside the window the rate is multiplied by 1−X.
//! The walk is a three-point kernel on an even grid, exact in variance; the past is filtered forwards up
//! to the window and the future backwards down to it, once for all X.

use libm::{exp, log};

use crate::clean::{Cleaned, Count};
use crate::loss::{LossAnswer, loss_grid};
use hashquake_base::stats::density::Grid;
use hashquake_base::units::{DAY, Seconds, Span};

const COMPARISON_DAYS: Seconds = 28;
const BIN: Seconds = 6 * 3_600;
const HALF_WIDTH: f64 = 0.6;
/// Step of the walk in one bin, in grid steps: three points carry its variance exactly.
const STEPS_PER_CELL: f64 = 0.6;
const COARSE_LOSSES: usize = 111;

/// The answer under a walk of `walk_per_sqrt_day` (a fraction); `None` when nothing was found.
pub fn answer(
    chain: &Cleaned,
    window: Span,
    walk_per_sqrt_day: f64,
    observed: Span,
) -> Option<LossAnswer> {
    let before = bins(
        chain,
        Span {
            start: (window.start - COMPARISON_DAYS * DAY).max(observed.start),
            end: window.start,
        },
    );
    let inside = bins(chain, window);
    let after = bins(
        chain,
        Span {
            start: window.end,
            end: (window.end + COMPARISON_DAYS * DAY).min(observed.end),
        },
    );
    let (blocks, exposure) = before
        .iter()
        .chain(&after)
        .fold((0, 0.0), |(n, e), c| (n + c.blocks, e + c.exposure));
    if blocks == 0 || inside.is_empty() {
        return None;
    }
    let walk = Walk::new(log(blocks as f64 / exposure), walk_per_sqrt_day);
    let past = before
        .iter()
        .fold(walk.flat(), |p, bin| walk.step(&walk.update(&p, bin, 0.0)));
    let future = after
        .iter()
        .rev()
        .fold(walk.flat(), |b, bin| walk.step(&walk.update(&b, bin, 0.0)));
    let coarse = Grid::new(
        loss_grid().at(0),
        loss_grid().at(loss_grid().len() - 1),
        COARSE_LOSSES,
    );
    let at = |loss: f64| {
        let ln_kept = log(1.0 - loss);
        let last = inside.len() - 1;
        let mut state = past.clone();
        for (i, bin) in inside.iter().enumerate() {
            state = walk.update(&state, bin, ln_kept);
            if i < last {
                state = walk.step(&state);
            }
        }
        let state = walk.step(&state);
        let mass: f64 = state
            .weights
            .iter()
            .zip(&future.weights)
            .map(|(a, b)| a * b)
            .sum();
        log(mass) + state.ln_scale
    };
    let ln: Vec<f64> = coarse.points().map(at).collect();
    Some(LossAnswer::from_ln_likelihood(&refine(&coarse, &ln)))
}

fn bins(chain: &Cleaned, span: Span) -> Vec<Count> {
    let mut out = Vec::new();
    let mut start = span.start;
    while start < span.end {
        let end = (start + BIN).min(span.end);
        out.push(chain.count(Span { start, end }));
        start = end;
    }
    out
}

fn refine(coarse: &Grid, ln: &[f64]) -> Vec<f64> {
    let step = coarse.at(1) - coarse.at(0);
    let at = |x: f64| {
        let place = (x - coarse.at(0)) / step;
        let i = (place as usize).min(ln.len() - 2);
        ln[i] + (place - i as f64) * (ln[i + 1] - ln[i])
    };
    loss_grid().points().map(at).collect()
}

struct Walk {
    theta: Vec<f64>,
    side: f64,
}

#[derive(Clone)]
struct State {
    weights: Vec<f64>,
    ln_scale: f64,
}

impl Walk {
    fn new(centre: f64, per_sqrt_day: f64) -> Self {
        let per_bin = per_sqrt_day * (BIN as f64 / DAY as f64).sqrt();
        let cell = per_bin / STEPS_PER_CELL;
        let half = (HALF_WIDTH / cell) as i64;
        let theta = (-half..=half).map(|i| centre + cell * i as f64).collect();
        Self {
            theta,
            side: STEPS_PER_CELL * STEPS_PER_CELL / 2.0,
        }
    }

    fn flat(&self) -> State {
        State {
            weights: vec![1.0; self.theta.len()],
            ln_scale: 0.0,
        }
    }

    fn update(&self, state: &State, bin: &Count, ln_kept: f64) -> State {
        let n = bin.blocks as f64;
        let ln: Vec<f64> = self
            .theta
            .iter()
            .map(|t| n * (t + ln_kept) - exp(t + ln_kept) * bin.exposure)
            .collect();
        let top = ln.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = state
            .weights
            .iter()
            .zip(&ln)
            .map(|(w, l)| w * exp(l - top))
            .collect();
        let sum: f64 = weights.iter().sum();
        State {
            weights: weights.iter().map(|w| w / sum).collect(),
            ln_scale: state.ln_scale + top + log(sum),
        }
    }

    fn step(&self, state: &State) -> State {
        let w = &state.weights;
        let last = w.len() - 1;
        let weights = (0..w.len())
            .map(|i| {
                let sides = w[i.saturating_sub(1)] + w[(i + 1).min(last)];
                (1.0 - 2.0 * self.side) * w[i] + self.side * sides
            })
            .collect();
        State {
            weights,
            ln_scale: state.ln_scale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_state_stays_flat_and_a_peak_spreads_evenly() {
        let walk = Walk::new(-6.0, 0.01);
        let flat = walk.step(&walk.flat());
        assert!(flat.weights.iter().all(|w| (w - 1.0).abs() < 1e-12));
        let n = walk.theta.len();
        let mut peak = walk.flat();
        peak.weights = vec![0.0; n];
        peak.weights[n / 2] = 1.0;
        let mut spread = peak;
        for _ in 0..4 {
            spread = walk.step(&spread);
        }
        let sum: f64 = spread.weights.iter().sum();
        assert!((sum - 1.0).abs() < 1e-12);
        let at = |i: usize| spread.weights[i] * (walk.theta[i] - walk.theta[n / 2]);
        let mean: f64 = (0..n).map(at).sum();
        let var: f64 = (0..n)
            .map(|i| at(i) * (walk.theta[i] - walk.theta[n / 2]))
            .sum();
        assert!(mean.abs() < 1e-12);
        // Four steps of six hours are a day of the walk.
        assert!((var.sqrt() / 0.01 - 1.0).abs() < 1e-9, "{var}");
    }

    /// With one value of the rate the update's scale is the Poisson likelihood up to its factorial.
    #[test]
    fn an_update_keeps_the_likelihood_in_its_scale() {
        let walk = Walk {
            theta: vec![0.5],
            side: 0.0,
        };
        let bin = Count {
            blocks: 7,
            exposure: 3.0,
        };
        let once = walk.update(&walk.flat(), &bin, -0.2);
        let expected = 7.0 * 0.3 - exp(0.3) * 3.0;
        assert!((once.ln_scale - expected).abs() < 1e-12);
        let twice = walk.update(&once, &bin, -0.2);
        assert!((twice.ln_scale - 2.0 * expected).abs() < 1e-12);
    }

    #[test]
    fn between_coarse_losses_the_likelihood_is_a_straight_line() {
        let fine = loss_grid();
        let coarse = Grid::new(fine.at(0), fine.at(fine.len() - 1), COARSE_LOSSES);
        let ln: Vec<f64> = coarse.points().map(|x| 3.0 * x - 1.0).collect();
        for (x, y) in fine.points().zip(refine(&coarse, &ln)) {
            assert!((y - (3.0 * x - 1.0)).abs() < 1e-9, "{x}: {y}");
        }
    }

    /// A chain of even blocks that lose a fifth in the window: the answer is near a fifth, and narrower where the
    /// comparison level cannot walk.
    #[test]
    fn a_fifth_less_is_found_and_a_walk_widens_it() {
        let (mut times, mut t) = (Vec::new(), 1_600_000_000_u32);
        let window = Span {
            start: 1_600_000_000 + 30 * DAY,
            end: 1_600_000_000 + 37 * DAY,
        };
        while Seconds::from(t) < window.end + 30 * DAY {
            times.push(t);
            let inside = (window.start..window.end).contains(&Seconds::from(t));
            t += if inside { 750 } else { 600 };
        }
        let bits =
            vec![hashquake_chain::target::CompactTarget::from_consensus(0x170b_98ab); times.len()];
        let observed = Span {
            start: Seconds::from(times[0]),
            end: Seconds::from(t),
        };
        let chain = Cleaned::new(&hashquake_chain::blocks::Blocks::new(
            600_000, times, bits, None,
        ));
        let q = |walk: f64| {
            let answer = answer(&chain, window, walk, observed).unwrap();
            answer.posterior.quantiles()
        };
        let (still, walking) = (q(0.002), q(0.02));
        assert!((still.p50 - 0.2).abs() < 0.02, "{still:?}");
        assert!((walking.p50 - 0.2).abs() < 0.03, "{walking:?}");
        assert!(walking.p95 - walking.p05 > 1.1 * (still.p95 - still.p05));
    }
}
