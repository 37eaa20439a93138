//! The answer of `hashquake score`.

use hashquake_base::provenance::Source;
use hashquake_base::units::Span;
use hashquake_explain::attribution::coverage::{Came, Kind, Timing, TwoDark};
use hashquake_observe::coverage::Coverage;
use hashquake_observe::detect::tally::Tally;
use hashquake_observe::retarget_score::RetargetScore;
use hashquake_observe::score::{NextBlocksScore, OneStepScore, PathScore};
use schemars::JsonSchema;
use serde::Serialize;

use super::last_block::LastBlock;

/// How often estimators and forecasts were right; what was not scored is empty or `null`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Scores {
    /// The last block that was known.
    pub last_block: LastBlock,
    /// The stretch over which estimators were scored.
    pub window: Option<Span>,
    /// The next interval: a row for each rule over the whole window, then one for each year.
    pub estimators: Vec<OneStepScore>,
    /// The time of the next 144 and 1008 blocks.
    pub next_blocks: Vec<NextBlocksScore>,
    /// The next retarget, predicted at five places of each epoch.
    pub retargets: Vec<RetargetScore>,
    /// Shocks called online at one false alarm a year, against the atlas.
    pub detection: Option<Tally>,
    /// The fused interval on simulated shocks.
    pub fusion: Vec<FusionCoverage>,
    /// The attribution to regions on simulated shocks.
    pub attribution: Option<AttributionCoverage>,
    /// Estimators on synthetic chains whose hashrate is known.
    pub paths: Vec<PathScores>,
    /// Files and tables that were read.
    pub sources: Vec<Source>,
}

/// The fused interval over one kind of simulated shock.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FusionCoverage {
    /// True loss of the network's hashrate, percent.
    pub loss_percent: f64,
    /// Pools, of nine, whose reports are used.
    pub reporting_pools: usize,
    /// Number of simulated shocks.
    pub cases: u32,
    /// How often the interval was right.
    #[serde(flatten)]
    pub coverage: Coverage,
}

/// The attribution to regions on simulated shocks.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AttributionCoverage {
    /// Shocks in which one region is dark.
    pub one_region: Vec<OneRegion>,
    /// Shocks in which two regions are dark.
    pub two_regions: Vec<TwoRegions>,
}

/// One region dark, with one kind of evidence and one size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OneRegion {
    /// How blocks are marked by their pools.
    pub kind: Kind,
    /// True loss of the network's hashrate, percent.
    pub loss_percent: f64,
    /// Number of simulated shocks.
    pub cases: u32,
    /// How often it was found.
    #[serde(flatten)]
    pub coverage: Came,
}

/// Two regions dark, together or in turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TwoRegions {
    /// Whether the two outages fall together or apart.
    pub timing: Timing,
    /// Number of simulated shocks.
    pub cases: u32,
    /// How often they were told apart.
    #[serde(flatten)]
    pub coverage: TwoDark,
}

/// Rules on one kind of synthetic chain.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PathScores {
    /// The name of the file.
    pub kind: String,
    /// One row for each rule, the filter first.
    pub rows: Vec<PathScore>,
}
