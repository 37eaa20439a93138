//! One posterior of the network's loss from all evidence, none counted twice.
//!
//! The shock is a step between onset a and end b. The network's loss is X = Σ sₚ Lₚ over pools with shares
//! sₚ of the blocks; Lₚ = μ + eₚ with eₚ ~ N(0, τ). The prior is flat in X on the grid of
//! [`loss_grid`], so that with block times alone the fused answer is the block answer.
//!
//! | evidence | what it says |
//! |---|---|
//! | block times | the likelihood of X in [a, b), and through it a and b |
//! | a pool's series | Lₚ with its own error; a and b; X through μ and τ |
//! | a printed loss | Lₚ for that pool's share only: the press prints the worst hit |
//! | a documented absence | Lₚ = 0 for that pool's share only, for the same reason |
//!
//! Given X and the shares s, with P the pools that count only for themselves, lₚ ± σₚ their losses, and
//! w = s/(1−s_P) the shares among the rest, the series' losses are Gaussian with
//!
//! ```text
//! mean  (X − Σ_P sₚ lₚ)/(1−s_P)
//! cov   τ² (δᵢⱼ − wᵢ − wⱼ + Σ w²) + Σ_P sₚ²σₚ²/(1−s_P)² + δᵢⱼ ηᵢ²
//! ```
//!
//! because a pool that reports is itself part of the X that it speaks for. Shares are averaged over draws
//! from Gamma(n+1), n the blocks that each pool found in the comparison window.

use libm::{exp, log};

use crate::clean::Cleaned;
use crate::loss::{
    COMPARISON_DAYS, COMPARISON_DAYS_LONG, Counts, DRIFT_SD, LossAnswer, SHORT_WINDOW_DAYS,
    loss_grid,
};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::gamma;
use hashquake_base::stats::linear::Gaussian;
use hashquake_base::stats::sample::weighted_quantiles;
use hashquake_base::stats::special::log_sum_exp;
use hashquake_base::units::{Bracket, DAY, Quantiles, Seconds, Span};

/// Spread of pools' losses around the network's, a fraction (sensitivity: half and double).
pub const POOL_SPREAD: f64 = 0.05;
/// Error of a loss printed in the press, a fraction.
pub const PRESS_SD: f64 = 0.05;
/// Error of a documented absence, a fraction.
pub const ZERO_EXPOSURE_SD: f64 = 0.01;
const SHARE_DRAWS: usize = 64;
const EDGE_CELLS: usize = 8;

/// When the shock began and ended, each between two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edges {
    /// When it began.
    pub onset: Bracket,
    /// When it ended; a point at the end of what was observed while it had not ended.
    pub end: Bracket,
}

impl Edges {
    /// Exactly a window.
    pub fn window(window: Span) -> Self {
        Self {
            onset: Bracket::point(window.start),
            end: Bracket::point(window.end),
        }
    }
}

/// What block times say of the loss and of its edges: ln L on the loss grid for every pair of cells
/// of onset and end, all over the same stretch of chain and so comparable.
#[derive(Clone, Debug)]
pub struct BlockEvidence {
    ln_likelihood: Vec<Vec<f64>>,
}

/// A bracket cut into even cells.
#[derive(Clone, Debug)]
struct Cells {
    edges: Vec<f64>,
}

impl Cells {
    fn new(b: Bracket) -> Self {
        let n = if b.latest > b.earliest { EDGE_CELLS } else { 1 };
        let width = (b.latest - b.earliest) as f64 / n as f64;
        Self {
            edges: (0..=n)
                .map(|i| b.earliest as f64 + width * i as f64)
                .collect(),
        }
    }

    fn middles(&self) -> impl Iterator<Item = f64> + '_ {
        self.edges.windows(2).map(|e| 0.5 * (e[0] + e[1]))
    }

    fn quantiles(&self, weights: &[f64]) -> Quantiles<Seconds> {
        let total: f64 = weights.iter().sum();
        let at = |p: f64| {
            let mut below = 0.0;
            for (w, e) in weights.iter().zip(self.edges.windows(2)) {
                let part = w / total;
                if below + part >= p && part > 0.0 {
                    return (e[0] + (e[1] - e[0]) * (p - below) / part).round() as Seconds;
                }
                below += part;
            }
            self.edges[self.edges.len() - 1] as Seconds
        };
        Quantiles {
            p05: at(0.05),
            p50: at(0.5),
            p95: at(0.95),
        }
    }
}

/// The part of the chain that is looked at: the days to compare with around the edges, as far as `observed`.
pub fn stretch(edges: Edges, observed: Span) -> Span {
    let days = (edges.end.latest - edges.onset.earliest) as f64 / DAY as f64;
    let around = if days <= SHORT_WINDOW_DAYS {
        COMPARISON_DAYS
    } else {
        COMPARISON_DAYS_LONG
    };
    Span {
        start: (edges.onset.earliest - around * DAY).max(observed.start),
        end: (edges.end.latest + around * DAY).min(observed.end),
    }
}

impl BlockEvidence {
    /// For a window that is known exactly.
    pub fn from_counts(counts: &Counts) -> Self {
        Self {
            ln_likelihood: vec![counts.ln_likelihood(&loss_grid(), DRIFT_SD)],
        }
    }

    /// Counts blocks for every pair of cells; `None` when the window or the comparison window has none.
    pub fn new(chain: &Cleaned, edges: Edges, observed: Span) -> Option<Self> {
        let whole_span = stretch(edges, observed);
        let whole = chain.count(whole_span);
        let (onsets, ends) = (Cells::new(edges.onset), Cells::new(edges.end));
        let grid = loss_grid();
        let mut ln_likelihood = Vec::new();
        for a in onsets.middles() {
            for b in ends.middles() {
                let inside = Span {
                    start: a as Seconds,
                    end: (b as Seconds).min(whole_span.end),
                };
                if inside.end <= inside.start {
                    return None;
                }
                let window = chain.count(inside);
                let counts = Counts {
                    comparison: whole.without(window),
                    window,
                };
                if !counts.usable() {
                    return None;
                }
                ln_likelihood.push(counts.ln_likelihood(&grid, DRIFT_SD));
            }
        }
        Some(Self { ln_likelihood })
    }
}

/// Draws of the pools' shares of the network; each row sums to one.
#[derive(Clone, Debug)]
pub struct ShareDraws {
    rows: Vec<Vec<f64>>,
}

impl ShareDraws {
    /// From the blocks that each pool found in the comparison window.
    pub fn new(blocks_found: &[u64], seed: u64) -> Self {
        let row = |run: usize| {
            let mut rng = stream(seed, run as u32, Purpose::PoolShares);
            let raw: Vec<f64> = blocks_found
                .iter()
                .map(|&n| gamma(&mut rng, n as f64 + 1.0))
                .collect();
            let total: f64 = raw.iter().sum();
            raw.iter().map(|x| x / total).collect()
        };
        Self {
            rows: (0..SHARE_DRAWS).map(row).collect(),
        }
    }
}

/// A pool's loss as one source has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoolEvidence {
    /// Which pool: a position in the counts that [`ShareDraws`] was made from.
    pub pool: usize,
    /// Its loss, a fraction.
    pub loss: f64,
    /// The error of that.
    pub sd: f64,
}

/// What pools say: `of_network` through μ, `of_itself` for its own share only.
#[derive(Clone, Debug, Default)]
pub struct PoolEvidenceSet {
    /// Series (and, as a sensitivity, printed losses).
    pub of_network: Vec<PoolEvidence>,
    /// Printed losses and documented absences.
    pub of_itself: Vec<PoolEvidence>,
}

impl PoolEvidenceSet {
    /// ln p(what pools say | X) on the loss grid, averaged over the shares; flat without any source.
    pub fn ln_likelihood(&self, shares: &ShareDraws, spread: f64) -> Vec<f64> {
        let grid = loss_grid();
        if self.of_network.is_empty() {
            return vec![0.0; grid.len()];
        }
        let quadratics: Vec<Quadratic> = shares
            .rows
            .iter()
            .filter_map(|s| self.given_shares(s, spread))
            .collect();
        let at = |x: f64| {
            let each: Vec<f64> = quadratics.iter().map(|q| q.at(x)).collect();
            log_sum_exp(&each)
        };
        grid.points().map(at).collect()
    }

    fn given_shares(&self, s: &[f64], spread: f64) -> Option<Quadratic> {
        let itself = |f: &dyn Fn(&PoolEvidence) -> f64| self.of_itself.iter().map(f).sum::<f64>();
        let rest = 1.0 - itself(&|p| s[p.pool]);
        let moved = itself(&|p| s[p.pool] * p.loss);
        let printed = itself(&|p| (s[p.pool] * p.sd / rest) * (s[p.pool] * p.sd / rest));
        let squares: f64 =
            s.iter().map(|x| x * x).sum::<f64>() - itself(&|p| s[p.pool] * s[p.pool]);
        let squares = squares / (rest * rest);
        let w = |p: &PoolEvidence| s[p.pool] / rest;
        let covariance: Vec<Vec<f64>> = self
            .of_network
            .iter()
            .enumerate()
            .map(|(i, p)| {
                let row = self.of_network.iter().enumerate().map(|(j, q)| {
                    let same = if i == j { 1.0 } else { 0.0 };
                    spread * spread * (same - w(p) - w(q) + squares) + printed + same * p.sd * q.sd
                });
                row.collect()
            })
            .collect();
        let gaussian = Gaussian::new(&covariance)?;
        let at_zero: Vec<f64> = self
            .of_network
            .iter()
            .map(|p| p.loss + moved / rest)
            .collect();
        let z0 = gaussian.whiten(&at_zero);
        let z1 = gaussian.whiten(&vec![1.0 / rest; at_zero.len()]);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        Some(Quadratic {
            constant: -gaussian.half_ln_determinant() - 0.5 * dot(&z0, &z0),
            linear: dot(&z0, &z1),
            square: -0.5 * dot(&z1, &z1),
        })
    }
}

struct Quadratic {
    constant: f64,
    linear: f64,
    square: f64,
}

impl Quadratic {
    fn at(&self, x: f64) -> f64 {
        self.constant + x * (self.linear + x * self.square)
    }
}

/// The fused answer.
#[derive(Clone, Debug)]
pub struct FusedAnswer {
    /// Posterior of the network's loss, and its Bayes factor.
    pub loss: LossAnswer,
    /// ln L of the loss on the loss grid, up to a constant.
    pub ln_likelihood: Vec<f64>,
    /// When it began.
    pub onset: Quantiles<Seconds>,
    /// When it ended.
    pub end: Quantiles<Seconds>,
    /// How long it lasted, seconds.
    pub duration: Quantiles,
}

/// Joins block times (if any) with what pools say, over uncertain edges.
pub fn fuse(blocks: Option<&BlockEvidence>, pools: &[f64], edges: Edges) -> FusedAnswer {
    let (onsets, ends) = (Cells::new(edges.onset), Cells::new(edges.end));
    let flat = vec![0.0; pools.len()];
    let cells = (onsets.edges.len() - 1) * (ends.edges.len() - 1);
    let rows: Vec<&[f64]> = match blocks {
        Some(b) => b.ln_likelihood.iter().map(Vec::as_slice).collect(),
        None => vec![flat.as_slice(); cells],
    };
    let ln_likelihood: Vec<f64> = (0..pools.len())
        .map(|x| {
            let column: Vec<f64> = rows.iter().map(|row| row[x]).collect();
            pools[x] + log_sum_exp(&column) - log(rows.len() as f64)
        })
        .collect();
    let mass: Vec<f64> = rows
        .iter()
        .map(|row| {
            log_sum_exp(
                &row.iter()
                    .zip(pools)
                    .map(|(a, b)| a + b)
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let total = log_sum_exp(&mass);
    let mass: Vec<f64> = mass.iter().map(|m| exp(m - total)).collect();
    let columns = ends.edges.len() - 1;
    let by_onset: Vec<f64> = mass.chunks(columns).map(|row| row.iter().sum()).collect();
    let by_end: Vec<f64> = (0..columns)
        .map(|j| mass.iter().skip(j).step_by(columns).sum())
        .collect();
    FusedAnswer {
        loss: LossAnswer::from_ln_likelihood(&ln_likelihood),
        onset: onsets.quantiles(&by_onset),
        end: ends.quantiles(&by_end),
        duration: durations(&onsets, &ends, &mass),
        ln_likelihood,
    }
}

fn durations(onsets: &Cells, ends: &Cells, mass: &[f64]) -> Quantiles {
    let pairs = onsets
        .middles()
        .flat_map(|a| ends.middles().map(move |b| b - a));
    let weighted = weighted_quantiles(pairs.zip(mass.iter().copied()));
    weighted.unwrap_or(Quantiles::point(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_known_to_an_hour_is_spread_over_it() {
        let bracket = Bracket {
            earliest: 10_000,
            latest: 13_600,
        };
        let cells = Cells::new(bracket);
        let middles: Vec<f64> = cells.middles().collect();
        assert_eq!(middles.len(), EDGE_CELLS);
        let mean = middles.iter().sum::<f64>() / middles.len() as f64;
        assert!((mean - 11_800.0).abs() < 1e-6);
        let q = cells.quantiles(&[2.0; EDGE_CELLS]);
        assert_eq!((q.p05, q.p50, q.p95), (10_180, 11_800, 13_420));
    }

    /// Half of the network is known to have lost three fifths, the other half by its own series a fifth: with
    /// nothing unexplained the network lost two fifths.
    #[test]
    fn a_printed_loss_counts_for_its_own_pool() {
        let evidence = |pool, loss| PoolEvidence {
            pool,
            loss,
            sd: 0.001,
        };
        let set = PoolEvidenceSet {
            of_network: vec![evidence(0, 0.2)],
            of_itself: vec![evidence(1, 0.6)],
        };
        let shares = ShareDraws {
            rows: vec![vec![0.5, 0.5]],
        };
        let ln = set.ln_likelihood(&shares, 0.01);
        let best = (0..ln.len())
            .max_by(|&a, &b| ln[a].total_cmp(&ln[b]))
            .unwrap();
        assert!(
            (loss_grid().at(best) - 0.4).abs() < 0.006,
            "{}",
            loss_grid().at(best)
        );
    }
}
