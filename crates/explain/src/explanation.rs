//! The document that `explain` prints, in every format: names, units and order are a contract.
//!
//! Losses are positive percentages of the hashrate before; times RFC 3339 UTC; `p05`, `p50`, `p95` are
//! quantiles; `null` where unknown.

pub mod attribution;
mod claims;
mod evidence;
mod findings;
mod fused;
mod reading;
mod series;
mod times;

pub use claims::{About, ClaimVerdict, Judgement};
pub use evidence::{
    BlockChoice, BlockEvidence, BlockSensitivity, EvidenceBySource, Report, ShareEvidence,
    ShareKind, TimelineEvidence,
};
pub use findings::{
    BlockFinding, CauseFinding, ESTABLISHED, Findings, NetworkFinding, RegionFinding,
    RegionFindingKind,
};
pub use fused::{
    EdgeSource, Edges, EvidenceSource, Fused, FusedChoice, FusedSensitivity, LeftOut, Weight,
};
pub use hashquake_base::provenance::Source;
pub use hashquake_world::claim::ClaimKind;
pub use reading::{
    POOL_SHARE_MIN_PERCENT, block_finding, days_that_fall_by_a_tenth_percent, established,
};
pub use series::{BandPoint, Day, FigureData, NextRetarget, PoolShare};

use schemars::JsonSchema;
use serde::Serialize;

use attribution::{CauseRow, Energy, JointRegions, PoolRow, PriceRow, RegionRow, Resilience};
use hashquake_base::units::{Quantiles, Seconds, Span};

/// An embedded table that an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TableSource {
    /// Its name, a path below `world/`.
    pub name: String,
    /// What the table holds, in words.
    pub what: String,
    /// Where its rows are from.
    pub source: String,
    /// Licence of the figures that are used.
    pub licence: String,
}

/// Everything that was found out about one window.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explanation {
    /// Name of the case; `null` for a window of the user's own.
    pub case: Option<String>,
    /// A title for people.
    pub title: String,
    /// The event, to be used inside a sentence: "Kazakhstan's internet shutdown".
    pub event: Option<String>,
    /// The place in question, by its name.
    pub place: Option<String>,
    /// The moment whose knowledge was used; a printed document has it in its envelope.
    #[serde(skip)]
    pub as_of: Seconds,
    /// Whether that moment was asked for; else it is the end of the data.
    pub as_of_asked: bool,
    /// Seed of the random streams; a printed document has it in its envelope.
    #[serde(skip)]
    pub seed: u64,
    /// The window, half-open; its end is cut at the moment of knowledge.
    pub window: Span,
    /// Height of the last block that was seen.
    pub last_height: u32,
    /// What the numbers come to.
    pub findings: Findings,
    /// Daily counts, from 14 days before the window to 14 after.
    pub daily: Vec<Day>,
    /// Published sentences, each with a verdict.
    pub claims: Vec<ClaimVerdict>,
    /// What each source says by itself.
    pub evidence: EvidenceBySource,
    /// What they say together; `null` without any source.
    pub fused: Option<Fused>,
    /// What each pool lost, the largest first.
    pub pools: Vec<PoolRow>,
    /// What each region had and lost: those that lost first, by their loss, then by their share.
    pub regions: Vec<RegionRow>,
    /// Regions whose losses are indistinguishable, with what they lost together.
    pub inseparable: Vec<JointRegions>,
    /// Loss that is not attributed to any region, in percent of the network; `null` without a fused answer.
    pub not_attributed_percent: Option<Quantiles>,
    /// Causes weighed against each other, the likeliest first; empty without evidence.
    pub causes: Vec<CauseRow>,
    /// What the price did; `null` without prices.
    pub price: Option<PriceRow>,
    /// Power, energy, carbon and coins; `null` without a fused answer.
    pub energy: Option<Energy>,
    /// Depth, recovery, concentration; `null` without a fused answer.
    pub resilience: Option<Resilience>,
    /// The next retarget as seen at the earlier of the moment of knowledge and the window's end.
    pub next_retarget: Option<NextRetarget>,
    /// What the figures need beyond the above.
    pub figures: FigureData,
    /// What was read besides the embedded tables, with source and licence.
    pub sources: Vec<Source>,
    /// Embedded tables that the answer rests on.
    pub tables: Vec<TableSource>,
    /// What was left out or could not be checked.
    pub notes: Vec<String>,
}
