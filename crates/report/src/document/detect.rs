//! The answers of `hashquake detect`.

use hashquake_base::provenance::Source;
use hashquake_base::units::Span;
use hashquake_observe::detect::background::Background;
use hashquake_observe::detect::event::Event;
use hashquake_observe::detect::power::{Power, SmallestLoss};
use hashquake_observe::detect::tally::Tally;
use schemars::JsonSchema;
use serde::Serialize;

use super::last_block::LastBlock;

/// How shocks are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// As each block arrives.
    Online,
    /// With all blocks, by Bayesian blocks.
    Retrospective,
}

/// The shocks in a stretch of chain.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DetectedShocks {
    /// How they were found.
    pub mode: Mode,
    /// What a network without shocks is taken to do.
    pub background: Background,
    /// Shocks a year that would be called on such a network.
    pub false_alarms_per_year: f64,
    /// The stretch that was asked for.
    pub window: Span,
    /// The last block that was known.
    pub last_block: LastBlock,
    /// Shocks called a year in the window.
    pub shocks_per_year: f64,
    /// In order of onset; each reaches into the window.
    pub shocks: Vec<Event>,
    /// How many cases of the atlas were found, if that was asked for.
    pub atlas_tally: Option<Tally>,
    /// Files and tables that were read.
    pub sources: Vec<Source>,
}

/// What the detector sees of shocks, by simulation.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DetectorPower {
    /// What a network without shocks is taken to do.
    pub background: Background,
    /// Shocks a year that would be called on such a network.
    pub false_alarms_per_year: f64,
    /// The probability and delay of a call for each size and length that was asked for.
    pub shocks: Vec<Power>,
    /// The smallest loss that is called, if that was asked for.
    pub smallest_loss: Option<SmallestLoss>,
}

/// False alarms counted on simulated chains without shocks.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FalseAlarms {
    /// Simulated years of each background.
    pub years: u32,
    /// A row for each background and rate.
    pub rows: Vec<FalseAlarmRate>,
}

/// False alarms a year at one setting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FalseAlarmRate {
    /// How the hashrate moves where there is no shock.
    pub background: Background,
    /// False alarms a year for which the thresholds were calibrated.
    pub false_alarms_per_year: f64,
    /// Counted a year by the online detector.
    pub online: f64,
    /// Counted a year in hindsight.
    pub retrospective: f64,
}
