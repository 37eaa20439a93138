//! What each pool lost of its own hashrate.
//!
//! **From its own blocks.** A pool finds n₀ blocks in the comparison window and n₁ in the window. With the rate's
//! improper prior 1/r integrated out, as for the network (`observe::loss`), the loss L has a posterior
//! under a flat prior on [−1, 1). It is what `P(lost more than x)` is read off: nothing of other pools
//! enters. A pool with 5 % of the blocks finds 36 in five days, so that its error is some 17 points.
//!
//! **Shrunk.** Pools stand near the network: Lₚ = μ + eₚ, eₚ ~ N(0, τ). The network's
//! posterior p(X) already holds what the *number* of blocks says; a pool adds only which part of them
//! was its own. With s its share before, n₁ₚ of n₁ blocks in the window were found with
//!
//! ```text
//! n₁ₚ ~ Binomial(n₁, s·ρ),  ρ = (1−Lₚ)/(1−X),  s ~ Beta(n₀ₚ, n₀−n₀ₚ)
//! Lₚ | X ~ N(X, τ²(1 − 2s + Σs²))
//! ```
//!
//! so that no block is counted twice, and a pool without a block before stands where the network stands.
//! The second line is the first assumption seen from X = Σ s L, which a large pool moves itself.
//!
//! **From its shares.** A pool's own share count is some hundred times sharper and decides where it
//! exists.
//!
//! Left out: miners who left for another pool. A pool's loss is the pool's, whether its miners stopped
//! or went away.

use std::collections::BTreeMap;

use libm::{exp, log, log1p};

use hashquake_base::stats::density::{Grid, Posterior};
use hashquake_base::stats::special::{beta_quantile, log_sum_exp, normal_cdf};
use hashquake_base::units::{Quantiles, Span};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::clean::{Cleaned, Count};
use hashquake_observe::loss::{Counts, DRIFT_SD};
use hashquake_observe::shares::PoolLoss;

/// The loss beyond which a pool counts as badly hit, a fraction.
pub const BADLY_HIT: f64 = 0.20;
const LOSS_LOW: f64 = -1.0;
const LOSS_HIGH: f64 = 0.996;
const LOSS_POINTS: usize = 500;
const SHARE_NODES: usize = 9;
const RATIO_HIGH: f64 = 4.0;
const RATIO_POINTS: usize = 401;
/// Every so many points of the network's posterior are enough to integrate over.
const NETWORK_STRIDE: usize = 5;

/// What is known of one pool.
#[derive(Clone, Debug)]
pub struct PoolEvidence {
    /// Pool, by the slug of the block labels.
    pub name: String,
    /// Its group at the time ([`super::groups::group_of`]).
    pub group: String,
    /// Its blocks in the comparison window, with the network's exposure there.
    pub before: Count,
    /// Its blocks in the window.
    pub during: Count,
    /// What its own share count says, where there is one.
    pub series_loss: Option<PoolLoss>,
}

/// What a pool's loss was read off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The blocks that it found.
    Blocks,
    /// Its own share count.
    Shares,
}

/// What one pool lost. Losses are fractions of its own hashrate.
#[derive(Clone, Debug)]
pub struct PoolAnswer {
    /// Name of the pool.
    pub name: String,
    /// Name of the group that the pool belongs to.
    pub group: String,
    /// Its share of the comparison window's blocks, a fraction.
    pub share: f64,
    /// From its share count where there is one, else from its blocks, shrunk towards the network.
    pub loss: Quantiles,
    /// From its own evidence alone.
    pub own_loss: Quantiles,
    /// Probability that it lost more than [`BADLY_HIT`], from its own evidence alone.
    pub probability_badly_hit: f64,
    /// Blocks in the window.
    pub blocks: u64,
    /// Blocks expected there at the comparison window's rate.
    pub expected_blocks: f64,
    /// Where `loss` comes from.
    pub basis: Basis,
}

/// Counts every pool's blocks in `window` and in the rest of `stretch`, in order of their names; a series
/// or a group is the caller's to add. Empty where blocks carry no labels.
pub fn count(blocks: &Blocks, chain: &Cleaned, window: Span, stretch: Span) -> Vec<PoolEvidence> {
    let Some(labels) = blocks.pools() else {
        return Vec::new();
    };
    let inside = chain.count(window).exposure;
    let outside = chain.count(stretch).exposure - inside;
    let mut found: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for i in chain.first_at(stretch.start)..chain.first_at(stretch.end) {
        let name = &labels.names()[labels.index()[i] as usize];
        let counts = found.entry(name).or_default();
        let here = window.contains(chain.times()[i]);
        *(if here { &mut counts.1 } else { &mut counts.0 }) += 1;
    }
    let count = |blocks, exposure| Count { blocks, exposure };
    found
        .into_iter()
        .map(|(name, (before, during))| PoolEvidence {
            name: name.to_string(),
            group: name.to_string(),
            before: count(before, outside),
            during: count(during, inside),
            series_loss: None,
        })
        .collect()
}

/// Answers for all pools of the network, in the order given. `pools` must hold every pool: shares and
/// totals are taken over them. `network` is the posterior of the network's loss in the same window,
/// `spread` the standard deviation of pools around it, a fraction.
pub fn attribute(pools: &[PoolEvidence], network: &Posterior, spread: f64) -> Vec<PoolAnswer> {
    let all = Totals::new(pools);
    pools
        .iter()
        .map(|pool| {
            let counts = Counts {
                comparison: pool.before,
                window: pool.during,
            };
            let rate = pool.before.blocks as f64 / pool.before.exposure;
            let share = pool.before.blocks as f64 / all.before.max(1) as f64;
            let (loss, own_loss, probability_badly_hit, basis) = match &pool.series_loss {
                Some(series) => {
                    let beyond = (log(1.0 - BADLY_HIT) - series.ln_change) / series.ln_change_sd;
                    let loss = series.loss();
                    (loss, loss, normal_cdf(beyond), Basis::Shares)
                }
                None => {
                    let own = own(&counts);
                    let shrunk = all.shrunk(pool, network, spread);
                    let over = 1.0 - own.below(BADLY_HIT);
                    (shrunk.quantiles(), own.quantiles(), over, Basis::Blocks)
                }
            };
            PoolAnswer {
                name: pool.name.clone(),
                group: pool.group.clone(),
                share,
                loss,
                own_loss,
                probability_badly_hit,
                blocks: pool.during.blocks,
                expected_blocks: rate * pool.during.exposure,
                basis,
            }
        })
        .collect()
}

/// The pool that surely lost most of itself: the highest lower end of what its own evidence allows.
pub fn worst_hit(answers: &[PoolAnswer]) -> Option<&PoolAnswer> {
    answers
        .iter()
        .max_by(|a, b| a.own_loss.p05.total_cmp(&b.own_loss.p05))
}

/// Posterior of a pool's loss from its own blocks, flat on [−1, 1).
pub fn own(counts: &Counts) -> Posterior {
    let grid = loss_axis();
    let ln = counts.ln_likelihood(&grid, DRIFT_SD);
    Posterior::from_ln_likelihood(grid, &ln)
}

fn loss_axis() -> Grid {
    Grid::new(LOSS_LOW, LOSS_HIGH, LOSS_POINTS)
}

/// Blocks of the network, and how concentrated its pools are.
struct Totals {
    before: u64,
    during: u64,
    squares: f64,
}

impl Totals {
    fn new(pools: &[PoolEvidence]) -> Self {
        let before: u64 = pools.iter().map(|p| p.before.blocks).sum();
        let share = |p: &PoolEvidence| p.before.blocks as f64 / before.max(1) as f64;
        Self {
            before,
            during: pools.iter().map(|p| p.during.blocks).sum(),
            squares: pools.iter().map(|p| share(p) * share(p)).sum(),
        }
    }

    fn shrunk(&self, pool: &PoolEvidence, network: &Posterior, spread: f64) -> Posterior {
        let part = self.part(pool);
        let share = pool.before.blocks as f64 / self.before.max(1) as f64;
        let apart = spread * (1.0 - 2.0 * share + self.squares).max(1e-4).sqrt();
        let (grid, step) = (loss_axis(), RATIO_HIGH / (RATIO_POINTS - 1) as f64);
        let steps = network.grid().points().zip(network.density());
        let steps: Vec<(f64, f64)> = steps
            .step_by(NETWORK_STRIDE)
            .map(|(x, &d)| (x, d))
            .filter(|(x, d)| *d > 0.0 && *x < 1.0)
            .collect();
        let at = |loss: f64| {
            let mut sum = 0.0;
            for (x, density) in &steps {
                let z = (loss - x) / apart;
                if z.abs() > 6.0 {
                    continue;
                }
                let place = ((1.0 - loss) / (1.0 - x) / step).min((RATIO_POINTS - 2) as f64);
                let (i, rest) = (place as usize, place - place.floor());
                let likelihood = part[i] + rest * (part[i + 1] - part[i]);
                sum += density * likelihood * exp(-0.5 * z * z);
            }
            log(sum.max(f64::MIN_POSITIVE))
        };
        let ln: Vec<f64> = grid.points().map(at).collect();
        Posterior::from_ln_likelihood(grid, &ln)
    }

    /// Likelihood of the pool's part of the window's blocks at ratios ρ from 0 to [`RATIO_HIGH`], its
    /// share before averaged over its own posterior; the highest is one.
    fn part(&self, pool: &PoolEvidence) -> Vec<f64> {
        let own = pool.during.blocks as f64;
        let others = (self.during - pool.during.blocks) as f64;
        let (a, b) = (
            pool.before.blocks as f64,
            (self.before - pool.before.blocks) as f64,
        );
        if a == 0.0 || b == 0.0 {
            return vec![1.0; RATIO_POINTS];
        }
        let middle = |k: usize| (k as f64 + 0.5) / SHARE_NODES as f64;
        let shares: Vec<f64> = (0..SHARE_NODES)
            .map(|k| beta_quantile(a, b, middle(k)))
            .collect();
        let ratios = Grid::new(0.0, RATIO_HIGH, RATIO_POINTS);
        let ln_at = |ratio: f64| {
            let each: Vec<f64> = shares
                .iter()
                .map(|s| {
                    let q = (s * ratio).clamp(1e-12, 1.0 - 1e-9);
                    own * log(q) + others * log1p(-q)
                })
                .collect();
            log_sum_exp(&each)
        };
        let ln: Vec<f64> = ratios.points().map(ln_at).collect();
        let top = ln.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        ln.iter().map(|l| exp(l - top)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::stats::special::beta_cdf;
    use hashquake_observe::loss::loss_grid;

    fn pool(name: &str, before: u64, during: u64) -> PoolEvidence {
        let count = |blocks, exposure| Count { blocks, exposure };
        PoolEvidence {
            name: name.to_string(),
            group: name.to_string(),
            before: count(before, 20.0),
            during: count(during, 4.0),
            series_loss: None,
        }
    }

    fn network(mean: f64, sd: f64) -> Posterior {
        let grid = loss_grid();
        let ln: Vec<f64> = grid
            .points()
            .map(|x| -0.5 * ((x - mean) / sd) * ((x - mean) / sd))
            .collect();
        Posterior::from_ln_likelihood(grid, &ln)
    }

    /// The window's part of two Poisson counts is binomial, so with a flat prior on the ratio of rates f
    /// the quantity t₁f/(t₀+t₁f) is Beta(n₁+1, n₀−1).
    #[test]
    fn own_loss_has_the_beta_law_of_a_ratio_of_rates() {
        let p = pool("a", 225, 17);
        let counts = Counts {
            comparison: p.before,
            window: p.during,
        };
        let grid = Grid::new(LOSS_LOW, LOSS_HIGH, LOSS_POINTS);
        let ln = counts.ln_likelihood(&grid, 1e-9);
        let own = Posterior::from_ln_likelihood(grid, &ln);
        for loss in [0.4, 0.6, 0.7] {
            let q = 4.0 * (1.0 - loss) / (20.0 + 4.0 * (1.0 - loss));
            let exact = 1.0 - beta_cdf(18.0, 224.0, q);
            assert!((own.below(loss) - exact).abs() < 1e-3, "{loss}");
        }
    }

    /// Between its own blocks and the network, nearer to the network the fewer blocks it has; and
    /// without any block, as wide as the spread and the network's error together.
    #[test]
    fn a_pool_is_pulled_towards_the_network_by_what_it_does_not_know() {
        let pools = [
            pool("rest", 2000, 400),
            pool("large", 500, 60),
            pool("small", 50, 6),
            pool("none", 0, 0),
        ];
        let a = attribute(&pools, &network(0.0, 0.01), 0.05);
        let (large, small, none) = (&a[1], &a[2], &a[3]);
        assert!(large.own_loss.p50 > large.loss.p50 && large.loss.p50 > 0.05);
        assert!(large.loss.p50 > small.loss.p50 && small.loss.p50 > 0.0);
        let width = none.loss.p95 - none.loss.p05;
        let both = 2.0 * 1.6449 * (0.01f64 * 0.01 + 0.05 * 0.05 * 1.65).sqrt();
        assert!((width / both - 1.0).abs() < 0.02, "{width} {both}");
    }

    /// Without spread every pool lost what the network lost.
    #[test]
    fn no_spread_leaves_the_networks_loss() {
        let pools = [pool("a", 1000, 150), pool("b", 1000, 250)];
        for answer in attribute(&pools, &network(0.2, 0.03), 1e-3) {
            assert!((answer.loss.p50 - 0.2).abs() < 0.006, "{answer:?}");
        }
    }
}
