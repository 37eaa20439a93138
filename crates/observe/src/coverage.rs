//! Does the fused interval cover the truth as often as it says? Simulated shocks with a known loss.
//!
//! Nine pools with shares like those of January 2022; 20 days to compare with and a shock of 5 days; the
//! network drifts by N(0, 2 %) of its own; pools' losses spread by N(0, τ) around the network's, which is
//! exactly X; the first k of them report, with an error of 1.5 points. It proves the inference, not the
//! model: the world may spread otherwise.

use libm::exp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::clean::Count;
use crate::fuse::{
    BlockEvidence, Edges, POOL_SPREAD, PoolEvidence, PoolEvidenceSet, ShareDraws, fuse,
};
use crate::loss::{Counts, DRIFT_SD, LossAnswer};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::{normal, poisson};
use hashquake_base::units::Span;

const SHARES: [f64; 9] = [0.17, 0.15, 0.14, 0.13, 0.11, 0.10, 0.07, 0.05, 0.08];
const BLOCKS_A_DAY: f64 = 144.0;
const COMPARISON_DAYS: f64 = 20.0;
const SHOCK_DAYS: f64 = 5.0;
const REPORT_SD: f64 = 0.015;

/// How often the fused interval was right over many simulated shocks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Coverage {
    /// Share of cases whose 90 % interval holds the truth.
    pub covered: f64,
    /// Mean width of that interval, a fraction.
    pub width: f64,
    /// Share of cases with a log₁₀ Bayes factor over 1.
    pub found: f64,
}

/// Simulates `cases` shocks of size `loss` (a fraction) with `reporting` of nine pools.
pub fn simulate(loss: f64, reporting: usize, cases: u32, seed: u64) -> Coverage {
    let (mut covered, mut found, mut width) = (0u32, 0u32, 0.0);
    for run in 0..cases {
        let answer = one(loss, reporting, run, seed);
        let interval = answer.posterior.quantiles();
        covered += u32::from(interval.p05 <= loss && loss <= interval.p95);
        found += u32::from(answer.log10_bayes_factor > 1.0);
        width += interval.p95 - interval.p05;
    }
    let share = |n: u32| f64::from(n) / f64::from(cases);
    Coverage {
        covered: share(covered),
        width: width / f64::from(cases),
        found: share(found),
    }
}

fn one(loss: f64, reporting: usize, run: u32, seed: u64) -> LossAnswer {
    let mut rng = stream(seed, run, Purpose::FusionCases);
    let drift = exp(DRIFT_SD * normal(&mut rng));
    let apart: Vec<f64> = SHARES
        .iter()
        .map(|_| POOL_SPREAD * normal(&mut rng))
        .collect();
    let mean: f64 = SHARES.iter().zip(&apart).map(|(s, e)| s * e).sum();
    let losses: Vec<f64> = apart.iter().map(|e| loss + e - mean).collect();
    let mut found = |days: f64, kept: &dyn Fn(usize) -> f64| -> Vec<u64> {
        let rate = |p: usize| BLOCKS_A_DAY * days * SHARES[p] * kept(p);
        (0..SHARES.len())
            .map(|p| poisson(&mut rng, rate(p)))
            .collect()
    };
    let before = found(COMPARISON_DAYS, &|_| 1.0);
    let during = found(SHOCK_DAYS, &|p| drift * (1.0 - losses[p]).max(0.0));
    let count = |blocks: &[u64], days: f64| Count {
        blocks: blocks.iter().sum(),
        exposure: BLOCKS_A_DAY * days,
    };
    let counts = Counts {
        comparison: count(&before, COMPARISON_DAYS),
        window: count(&during, SHOCK_DAYS),
    };
    let of_network = (0..reporting)
        .map(|pool| {
            let reported = losses[pool] + REPORT_SD * normal(&mut rng);
            PoolEvidence {
                pool,
                loss: reported,
                sd: REPORT_SD,
            }
        })
        .collect();
    let evidence = PoolEvidenceSet {
        of_network,
        of_itself: Vec::new(),
    };
    let pools = evidence.ln_likelihood(&ShareDraws::new(&before, seed), POOL_SPREAD);
    let blocks = BlockEvidence::from_counts(&counts);
    fuse(
        Some(&blocks),
        &pools,
        Edges::window(Span { start: 0, end: 1 }),
    )
    .loss
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The promise of the 90 % interval, and that every pool that reports makes it narrower.
    #[test]
    fn the_interval_covers_and_narrows_with_each_pool() {
        for loss in [0.05, 0.134] {
            let mut width = f64::INFINITY;
            for reporting in [0, 1, 3, 8] {
                let c = simulate(loss, reporting, 400, 0);
                assert!(
                    (0.85..=0.95).contains(&c.covered),
                    "{loss} {reporting}: {c:?}"
                );
                assert!(c.width < width, "{loss} {reporting}: {c:?}");
                if loss > 0.1 && reporting == 8 {
                    assert!(c.found > 0.5, "{loss} {reporting}: {c:?}");
                }
                width = c.width;
            }
        }
        assert!(simulate(0.0, 0, 400, 0).found <= 0.02);
    }
}
