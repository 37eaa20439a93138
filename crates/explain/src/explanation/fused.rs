//! What all sources of evidence say together.

use hashquake_base::units::{Quantiles, Seconds, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::times::{serialize_times, serialize_times_option};

/// The posterior from all sources.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Fused {
    /// Loss of the network's hashrate, percent.
    pub loss_percent: Quantiles,
    /// When the loss began, in UTC.
    #[serde(serialize_with = "serialize_times")]
    #[schemars(with = "Quantiles<Timestamp>")]
    pub onset: Quantiles<Seconds>,
    /// End; `null` while it had not ended.
    #[serde(serialize_with = "serialize_times_option")]
    #[schemars(with = "Option<Quantiles<Timestamp>>")]
    pub end: Option<Quantiles<Seconds>>,
    /// What onset and end were taken from.
    pub edges_from: Edges,
    /// Duration, hours; `null` while it had not ended.
    pub duration_hours: Option<Quantiles>,
    /// log₁₀ of the Bayes factor of a loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
    /// Spread of pools' losses around the network's that was used, points.
    pub pool_spread_points: f64,
    /// Each source's part of the information.
    pub weights: Vec<Weight>,
    /// The same with fewer sources or other assumptions.
    pub sensitivity: Vec<FusedSensitivity>,
    /// Sources that disagree by more than chance allows, in words; empty when none do.
    pub conflicts: Vec<String>,
}

/// What onset and end were taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Edges {
    /// What the onset was taken from.
    pub onset: EdgeSource,
    /// What the end was taken from.
    pub end: EdgeSource,
}

/// What onset or end was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EdgeSource {
    /// A pool's own series.
    Series,
    /// Dated statements on the outage.
    Timeline,
    /// The window as given.
    Window,
}

/// A source of evidence on the network's loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceSource {
    /// The times of blocks.
    Blocks,
    /// Pools' own counts of shares.
    Shares,
    /// Losses and absences that were printed.
    Press,
}

/// A source's part of the information.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Weight {
    /// The source that is weighed.
    pub source: EvidenceSource,
    /// Fall in 1/variance when it is left out, as a part of all such falls; 0 to 1.
    pub share: f64,
    /// The answer without it; `null` when nothing is left.
    pub without: Option<LeftOut>,
}

/// The fused answer with a source left out.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LeftOut {
    /// Loss of the network's hashrate without that source, percent.
    pub loss_percent: Quantiles,
    /// log₁₀ of the Bayes factor of a loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}

/// A choice behind the fused answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FusedChoice {
    /// Block times alone, in the window as given.
    BlocksAlone,
    /// Block times alone, onset and end from the timeline.
    BlocksWithinTimeline,
    /// Only the series that pools publish.
    SeriesAlone,
    /// Block times and pools' series.
    BlocksAndSeries,
    /// Everything, under another spread of pools around the network.
    PoolSpread {
        /// One sigma, percentage points.
        points: f64,
    },
    /// Everything, under another error of printed losses.
    PrintedLossError {
        /// One sigma, percentage points.
        points: f64,
    },
    /// Everything, a printed loss telling of the network instead of its own pool.
    PrintedLossesForNetwork,
}

/// The fused answer under one other choice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FusedSensitivity {
    /// Which sources were used, or what was assumed otherwise.
    pub change: FusedChoice,
    /// Loss of the network's hashrate under that choice, percent.
    pub loss_percent: Quantiles,
    /// log₁₀ of the Bayes factor of a loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}
