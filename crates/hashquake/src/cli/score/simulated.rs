//! Simulated shocks that prove the fused interval and the attribution to regions.

use hashquake_explain::attribution::coverage::{
    KINDS, TWO_DARK_TIMINGS, simulate as simulate_region, two_dark,
};
use hashquake_observe::coverage;
use hashquake_report::document::score::{
    AttributionCoverage, FusionCoverage, OneRegion, TwoRegions,
};

use crate::cli::progress::Progress;

/// Simulated shocks of each kind for the fused interval.
const FUSION_CASES: u32 = 400;
/// Simulated shocks of each kind and size for one region.
const REGION_CASES: u32 = 1_000;
/// Simulated pairs of regions; each draws its own posterior.
const PAIRS: u32 = 40;
const FUSION_LOSSES_PERCENT: [f64; 3] = [0.0, 5.0, 13.4];
const REPORTING_POOLS: [usize; 4] = [0, 1, 3, 8];
const REGION_LOSSES_PERCENT: [f64; 5] = [0.0, 5.0, 10.0, 13.4, 18.0];

/// How often the fused interval holds the truth.
pub fn fusion(seed: u64) -> Vec<FusionCoverage> {
    let kinds = FUSION_LOSSES_PERCENT
        .into_iter()
        .flat_map(|loss| REPORTING_POOLS.map(|pools| (loss, pools)));
    let steps = FUSION_LOSSES_PERCENT.len() * REPORTING_POOLS.len();
    let bar = Progress::new("simulating shocks", steps as u64);
    let run = |(loss_percent, reporting_pools)| {
        let fraction = loss_percent / 100.0;
        let coverage = coverage::simulate(fraction, reporting_pools, FUSION_CASES, seed);
        bar.forward();
        FusionCoverage {
            loss_percent,
            reporting_pools,
            cases: FUSION_CASES,
            coverage,
        }
    };
    kinds.map(run).collect()
}

/// How often a dark region is found, and two are told apart.
pub fn attribution(seed: u64) -> AttributionCoverage {
    let kinds = KINDS.len() * REGION_LOSSES_PERCENT.len();
    let bar = Progress::new("simulating shocks", (kinds + TWO_DARK_TIMINGS.len()) as u64);
    let one = |kind, loss_percent| {
        let coverage = simulate_region(kind, loss_percent / 100.0, REGION_CASES, seed);
        bar.forward();
        OneRegion {
            kind,
            loss_percent,
            cases: REGION_CASES,
            coverage,
        }
    };
    let two = |timing| {
        let coverage = two_dark(timing, PAIRS, seed);
        bar.forward();
        TwoRegions {
            timing,
            cases: PAIRS,
            coverage,
        }
    };
    AttributionCoverage {
        one_region: KINDS
            .into_iter()
            .flat_map(|kind| REGION_LOSSES_PERCENT.map(|loss| one(kind, loss)))
            .collect(),
        two_regions: TWO_DARK_TIMINGS.into_iter().map(two).collect(),
    }
}
