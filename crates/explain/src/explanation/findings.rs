//! What the numbers of an explanation come to: the facts that its sentences and titles say.

use hashquake_base::units::Quantiles;
use schemars::JsonSchema;
use serde::Serialize;

use super::fused::EvidenceSource;
use crate::attribution::causes::name::CauseName;

/// From this log₁₀ Bayes factor on a loss counts as established: odds of ten to one.
pub const ESTABLISHED: f64 = 1.0;

/// Whether the network lost hashrate, by all evidence together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetworkFinding {
    /// Odds of ten to one or more for a loss, and an interval above zero.
    Lost,
    /// The whole interval is a gain.
    Gained,
    /// Neither a loss nor a gain is established.
    NotSettled,
    /// No source speaks to it.
    NoEvidence,
}

/// What the odds of a loss against none say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockFinding {
    /// Ten to one or more for a loss.
    LossSupported,
    /// The odds decide neither way.
    CannotTell,
    /// About three to one or more against a loss.
    LossDisfavoured,
}

/// How surely a loss fell in the regions that are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionFindingKind {
    /// No region's loss is large enough to be named.
    NoneStandsOut,
    /// One of them may have lost nothing to speak of.
    MayHaveLost,
    /// Each lost some, but together no more than is attributed to no region.
    LostPart,
    /// Each lost some, and together more than is attributed to no region.
    Lost,
    /// They lost, and are indistinguishable from each other.
    Indistinguishable,
}

/// Where the loss fell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RegionFinding {
    /// How surely a region is named.
    pub kind: RegionFindingKind,
    /// Codes of the regions whose median loss is half a percent of the network or more.
    pub regions: Vec<String>,
}

/// Which cause the evidence prefers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CauseFinding {
    /// The cause with the highest posterior.
    pub likeliest: CauseName,
    /// Its probability after the evidence.
    pub probability: f64,
    /// Whether that is 0.8 or more.
    pub leads: bool,
    /// Whether that is 0.9 or more.
    pub settled: bool,
    /// Whether all causes weighed alike before the evidence.
    pub equal_priors: bool,
}

/// What the numbers come to.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Findings {
    /// By all evidence together.
    pub network: NetworkFinding,
    /// By block times alone; `null` without them.
    pub blocks: Option<BlockFinding>,
    /// The loss by block times against the days before the window alone, percent, where its median lies
    /// more than five points from that against both sides: then the hashrate after the window is not
    /// what it was before.
    pub against_days_before_percent: Option<Quantiles>,
    /// Sources without any one of which a loss would not be established.
    pub rests_on: Vec<EvidenceSource>,
    /// Where the loss fell.
    pub regions: RegionFinding,
    /// What brought it about; `null` where fewer than two causes were weighed.
    pub cause: Option<CauseFinding>,
    /// Pools of half a percent of the blocks or more whose own interval lies outside the network's.
    pub pools_apart: Vec<String>,
    /// Days that a loss of the median's size would have to last before block times alone show it at odds
    /// of ten to one; `null` beyond the longest that was tried.
    pub days_to_show: Option<f64>,
    /// The longest that was tried, days.
    pub days_tried: f64,
}

impl Findings {
    /// Nothing found yet, beyond how long a loss would have to last to be seen.
    pub fn none(days_to_show: Option<f64>, days_tried: f64) -> Self {
        Self {
            network: NetworkFinding::NoEvidence,
            blocks: None,
            against_days_before_percent: None,
            rests_on: Vec::new(),
            regions: RegionFinding {
                kind: RegionFindingKind::NoneStandsOut,
                regions: Vec::new(),
            },
            cause: None,
            pools_apart: Vec::new(),
            days_to_show,
            days_tried,
        }
    }
}
