//! The weighted draws as an answer: each region, what stays unattributed, and what cannot be told apart.

use super::proposals::Proposal;
use crate::attribution::draws::{Draw, correlation, quantiles, weighted};
use hashquake_base::units::Quantiles;

/// Two regions are inseparable while the 90 % interval of their split is wider than this: under a flat
/// prior on the split, without any evidence, it would be 0.9.
pub const SPLIT_UNKNOWN: f64 = 0.6;

/// Regions that the evidence cannot tell apart.
#[derive(Clone, Debug)]
pub struct Joint {
    /// ISO 3166 codes of the regions.
    pub regions: Vec<String>,
    /// What they lost together.
    pub loss: Quantiles,
    /// The part of it that the first two of them split, the first one's.
    pub split: Quantiles,
    /// The correlation of these two.
    pub correlation: f64,
}

/// The answer under another prior of what is in no listed region.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// What was changed.
    pub change: String,
    /// Losses of the candidates.
    pub regions: Vec<(String, Quantiles)>,
    /// Loss in no listed region.
    pub not_attributed: Quantiles,
}

/// Where the loss fell. Losses are fractions of the network.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegionsAnswer {
    /// Code and loss of each candidate.
    pub regions: Vec<(String, Quantiles)>,
    /// Loss in no listed region.
    pub not_attributed: Quantiles,
    /// Candidates that cannot be told apart.
    pub inseparable: Vec<Joint>,
    /// Correlation of the losses of each two candidates, by their places.
    pub correlations: Vec<(usize, usize, f64)>,
    /// Joint draws of shares and losses, with weights.
    pub draws: Vec<Draw>,
    /// How many equally weighted draws these are worth: (Σw)²/Σw².
    pub effective_draws: f64,
    /// Under other priors of what is in no listed region.
    pub sensitivity: Vec<Sensitivity>,
}

/// The answer under other weights of the same proposals.
pub(super) fn sensitivity(
    codes: &[String],
    change: String,
    proposals: &[Proposal],
    weights: &[f64],
) -> Sensitivity {
    let of = |value: &dyn Fn(&Draw) -> f64| {
        weighted(
            proposals
                .iter()
                .zip(weights)
                .map(|(p, w)| (value(&p.draw), *w)),
        )
    };
    Sensitivity {
        change,
        regions: codes
            .iter()
            .enumerate()
            .map(|(r, code)| (code.clone(), of(&|d| d.regions[r])))
            .collect(),
        not_attributed: of(&|d| d.not_attributed),
    }
}

/// The draws as quantiles, splits and correlations; `codes` are the candidates'.
pub(super) fn answer(
    codes: &[String],
    draws: Vec<Draw>,
    effective_draws: f64,
    sensitivity: Vec<Sensitivity>,
) -> RegionsAnswer {
    let of = |value: &dyn Fn(&Draw) -> f64| quantiles(&draws, value);
    let n = codes.len();
    let losses: Vec<Quantiles> = (0..n).map(|r| of(&|d| d.regions[r])).collect();
    let mut correlations = Vec::new();
    let mut joined: Vec<(Vec<usize>, Quantiles, f64)> = Vec::new();
    for (i, j) in (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))) {
        let together = correlation(&draws, i, j);
        correlations.push((i, j, together));
        let part = of(&|d| d.regions[i] / (d.regions[i] + d.regions[j]).max(f64::MIN_POSITIVE));
        if part.p95 - part.p05 < SPLIT_UNKNOWN {
            continue;
        }
        match joined
            .iter_mut()
            .find(|g| g.0.contains(&i) || g.0.contains(&j))
        {
            Some((group, ..)) => {
                group.extend([i, j]);
                group.sort_unstable();
                group.dedup();
            }
            None => joined.push((vec![i, j], part, together)),
        }
    }
    let inseparable = joined
        .into_iter()
        .map(|(group, split, correlation)| Joint {
            regions: group.iter().map(|&r| codes[r].clone()).collect(),
            loss: of(&|d| group.iter().map(|&r| d.regions[r]).sum()),
            split,
            correlation,
        })
        .collect();
    RegionsAnswer {
        regions: losses
            .iter()
            .enumerate()
            .map(|(r, q)| (codes[r].clone(), *q))
            .collect(),
        not_attributed: of(&|d| d.not_attributed),
        inseparable,
        correlations,
        effective_draws,
        sensitivity,
        draws,
    }
}
