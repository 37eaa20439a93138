//! The weights of the draws under a prior of what is in no listed region.

use libm::{exp, log};

use super::proposals::{Proposal, STRATA};
use hashquake_base::format::decimal;
use hashquake_base::stats::special::log_sum_exp;

/// Probability that the listed regions are the whole story.
pub const UNLISTED_NONE: f64 = 0.5;
/// Mean of what fell in no listed region, where anything did, a fraction of the network.
pub const UNLISTED_MEAN: f64 = 0.05;

/// The prior of what is in no listed region.
#[derive(Clone, Copy)]
pub(super) struct Unlisted {
    none: f64,
    mean: f64,
}

/// The prior that the answer is given under.
pub(super) const USUAL: Unlisted = Unlisted {
    none: UNLISTED_NONE,
    mean: UNLISTED_MEAN,
};

/// The priors that the sensitivity table is for.
pub(super) fn others() -> [(String, Unlisted); 4] {
    let mean = |mean: f64| {
        let change = format!(
            "loss elsewhere, if any, {} points on average",
            decimal(100.0 * mean, 1)
        );
        (change, Unlisted { mean, ..USUAL })
    };
    let none = |none: f64| {
        let change = format!("no loss elsewhere with probability {none}");
        (change, Unlisted { none, ..USUAL })
    };
    [
        mean(UNLISTED_MEAN / 2.0),
        mean(UNLISTED_MEAN * 2.0),
        none(0.25),
        none(0.75),
    ]
}

/// Weights that sum to one in all and to 1/[`STRATA`] in each stratum.
pub(super) fn weigh(proposals: &[Proposal], unlisted: Unlisted) -> Vec<f64> {
    let ln = |p: &Proposal| {
        let u = p.draw.not_attributed;
        let ln_prior = if p.whole_story {
            log(unlisted.none)
        } else {
            log((1.0 - unlisted.none) / unlisted.mean) - u.max(0.0) / unlisted.mean
        };
        p.ln_weight + ln_prior
    };
    let ln: Vec<f64> = proposals.iter().map(ln).collect();
    let mut by_stratum = vec![Vec::new(); STRATA];
    for (p, l) in proposals.iter().zip(&ln) {
        by_stratum[p.stratum].push(*l);
    }
    let totals: Vec<f64> = by_stratum.iter().map(|ls| log_sum_exp(ls)).collect();
    proposals
        .iter()
        .zip(&ln)
        .map(|(p, l)| exp(l - totals[p.stratum]) / STRATA as f64)
        .collect()
}

pub(super) fn effective(weights: &[f64]) -> f64 {
    1.0 / weights
        .iter()
        .map(|w| w * w)
        .sum::<f64>()
        .max(f64::MIN_POSITIVE)
}
