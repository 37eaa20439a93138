//! The answer of `hashquake hashrate`.

use hashquake_base::provenance::Source;
use hashquake_base::units::Span;
use hashquake_observe::band::{Kind, Point};
use schemars::JsonSchema;
use serde::Serialize;

use super::last_block::LastBlock;

/// The hashrate with its band at blocks of a window.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HashrateBand {
    /// What each value may know.
    pub kind: Kind,
    /// The stretch that was asked for.
    pub window: Span,
    /// The last block that was known; the times of the last eleven are provisional.
    pub last_block: LastBlock,
    /// At least one, in order of height.
    pub points: Vec<BandPoint>,
    /// Files and tables that were read.
    pub sources: Vec<Source>,
}

/// The hashrate at a block.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BandPoint {
    /// Posterior of the hashrate at the block.
    #[serde(flatten)]
    pub point: Point,
    /// What the rules that others publish said at the same block; empty unless they were asked for.
    pub reference_rules: Vec<RuleHashrate>,
}

/// What a published rule says of the hashrate at a block.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RuleHashrate {
    /// Name of the reference rule.
    pub name: String,
    /// Its value, EH/s; `null` while it lacks blocks.
    pub hashrate_ehs: Option<f64>,
}
