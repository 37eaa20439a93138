//! Where the loss fell: the marked Poisson model over pools and hours.
//!
//! ```text
//! n_pg ~ Poisson(λ_p w_g δ [1 − Σ_r E_pr β_r o_rg − (u + e_p) o_g])
//! X_r = S_r β_r ō_r,   X = Σ_r X_r + u
//! ```
//!
//! all of it the mean over the event, ō_r the mean severity between its edges. E_pr is the fraction of pool p in region r ([`super::exposure`]), β_r ~ U(0, 1) the fraction of the
//! region that stopped, o_rg its outage's severity ([`super::outage`]), o_g one inside the fused edges, δ
//! the network's own drift (2 %) and λ_p integrated out ([`super::marks`]).
//!
//! **What is in no listed region**, u, is a prior of ours: with probability one half the listed regions
//! are the whole story, u = 0, else u is exponential with a mean of 5 points. [`RegionsAnswer`] carries
//! the answer for other priors.
//!
//! **Pools** stand apart from what their exposures say by e_p ~ N(0, τ). It is integrated out by five
//! Gauss-Hermite nodes, but a pool whose own shares were counted has a known loss, which says what its
//! e_p is. A loss printed in the press says nothing of *where*, because the press prints the worst hit; it
//! acts through X alone.
//!
//! **How much, and where.** X is not learnt here a second time: its distribution is the fused posterior, and the
//! model answers where, given how much. Each of [`STRATA`] equally likely values of X gets the same
//! number of draws from the prior of (S, E, o, δ, β, u) given Σ_r X_r + u = X, weighted by the
//! likelihood and summing to one within the stratum. So the total's distribution is the fused one by construction,
//! to half a stratum. Where X is not above zero nothing fell anywhere, and the whole of it (a gain) is
//! not attributed.
//!
//! **Which region.** Two regions whose outages overlap in time and whose miners use the same pools cannot
//! be told apart, and the prior decides between them. Because β ≤ 1 bounds both and X is uncertain, their
//! losses need not be much correlated then; so what is looked at is the split X_i/(X_i + X_j): while its
//! 90 % interval is wider than [`SPLIT_UNKNOWN`], the two are given together.
//!
//! When fewer than [`FEW_EFFECTIVE`] draws are left effective the number is doubled, at most
//! [`DOUBLINGS`] times; what is left is reported. Four thousand draws of 15 pools take some 100 ms.
//!
//! Left out: that X_r outside the outage's pieces may differ (miners who leave for good), and that a
//! region's share and a pool's exposure may err together beyond what the sums force.

mod answer;
mod evidence;
pub(super) mod proposals;
mod weights;

pub use self::answer::{Joint, RegionsAnswer, SPLIT_UNKNOWN, Sensitivity};
pub use self::evidence::{Candidate, RegionEvidence, RegionPrior, ReportedPoolLoss};
pub use self::proposals::STRATA;
pub use self::weights::{UNLISTED_MEAN, UNLISTED_NONE};
pub use super::draws::{Draw, quantiles};

use self::answer::{answer, sensitivity};
use self::proposals::Model;
use self::weights::{USUAL, effective, others, weigh};

/// Fewer effective draws than this are too few.
pub const FEW_EFFECTIVE: f64 = 400.0;
/// How often the number of draws may be doubled.
pub const DOUBLINGS: u32 = 2;
const DRAWS_A_STRATUM: usize = 40;

/// Attributes the loss to regions; `seed` fixes every draw. `None` without a candidate or without a draw
/// of the shares.
pub fn attribute(
    evidence: &RegionEvidence<'_>,
    prior: &RegionPrior<'_>,
    seed: u64,
) -> Option<RegionsAnswer> {
    if evidence.candidates.is_empty() || prior.shares.draws.is_empty() {
        return None;
    }
    let code = |c: &Candidate| prior.shares.codes[c.region].clone();
    let codes: Vec<String> = evidence.candidates.iter().map(code).collect();
    let model = Model { evidence, prior };
    let mut proposals = Vec::new();
    let mut weights = Vec::new();
    for doubling in 0..=DOUBLINGS {
        let runs = (STRATA * DRAWS_A_STRATUM) << doubling;
        let from = proposals.len();
        proposals.extend((from..runs).map(|run| model.propose(run, seed)));
        weights = weigh(&proposals, USUAL);
        if effective(&weights) >= FEW_EFFECTIVE {
            break;
        }
    }
    let sensitivity = others()
        .into_iter()
        .map(|(change, unlisted)| {
            sensitivity(&codes, change, &proposals, &weigh(&proposals, unlisted))
        })
        .collect();
    let effective_draws = effective(&weights);
    let draws: Vec<Draw> = proposals
        .into_iter()
        .zip(weights)
        .filter(|(_, w)| *w > 0.0)
        .map(|(p, weight)| Draw { weight, ..p.draw })
        .collect();
    Some(answer(&codes, draws, effective_draws, sensitivity))
}
