//! What each source of evidence says by itself.

use hashquake_base::units::{Bracket, Quantiles, Seconds, Timestamp, serialize_time};
use hashquake_world::case::StatementKind;
use schemars::JsonSchema;
use serde::Serialize;

/// The sources of evidence, one by one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EvidenceBySource {
    /// Block times; `null` when left out.
    pub blocks: Option<BlockEvidence>,
    /// Pools: their own share counts, and what the press printed.
    pub shares: Vec<ShareEvidence>,
    /// Dated statements on the outage itself.
    pub timeline: Vec<TimelineEvidence>,
}

/// What block times say alone, in the headline form.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BlockEvidence {
    /// Blocks in the window.
    pub blocks: u64,
    /// Blocks expected there at the rate of the comparison window.
    pub expected_blocks: f64,
    /// Posterior of the network's loss.
    pub loss_percent: Quantiles,
    /// log₁₀ of the Bayes factor of a loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
    /// The same answer under other choices.
    pub sensitivity: Vec<BlockSensitivity>,
}

/// A choice behind the answer of block times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BlockChoice {
    /// The window starts later, or earlier where negative.
    WindowStart {
        /// Hours later than as given.
        hours_later: Seconds,
    },
    /// The window is compared with so many days before and after it.
    ComparisonWindow {
        /// Days before the window.
        days_before: Seconds,
        /// Days after the window.
        days_after: Seconds,
    },
    /// The network drifts by itself between window and comparison window.
    Drift {
        /// Standard deviation of the drift, percent.
        percent: f64,
    },
    /// The level that the window is compared with walks, over 28 days on each side.
    ComparisonLevelWalks {
        /// One sigma of a day's step, percent.
        percent_per_root_day: f64,
    },
}

/// The block answer under one other choice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BlockSensitivity {
    /// What was chosen otherwise.
    pub change: BlockChoice,
    /// Posterior of the network's loss.
    pub loss_percent: Quantiles,
    /// log₁₀ of the Bayes factor of a loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}

/// How a pool's loss is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShareKind {
    /// The pool's own reports over time.
    Series,
    /// A figure printed in the press.
    Press,
    /// A documented absence from the region.
    ZeroExposure,
}

/// What is known of one pool's loss.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShareEvidence {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// How it is known.
    pub kind: ShareKind,
    /// Share of the blocks of the comparison window, percent.
    pub network_share_percent: Option<f64>,
    /// Mean of the reports in the 24 h before onset, EH/s.
    pub before_ehs: Option<f64>,
    /// Mean of the reports between the steps, EH/s.
    pub during_ehs: Option<f64>,
    /// Mean of the reports in the 24 h after the end, EH/s.
    pub after_ehs: Option<f64>,
    /// Loss of this pool.
    pub loss_percent: Quantiles,
    /// Between which reports it began.
    pub onset: Option<Bracket>,
    /// Between which reports it ended.
    pub end: Option<Bracket>,
    /// Reports between the steps.
    pub reports_during: Option<usize>,
    /// Robust sd of a step between successive reports, percent: the measured noise.
    pub step_noise_percent: Option<f64>,
    /// How far the pool's level wanders in a day without any shock, one sigma, percent.
    pub wander_percent_per_day: Option<f64>,
    /// Where it was published.
    pub source: String,
    /// The reports themselves, in the figure's stretch.
    pub reports: Vec<Report>,
}

/// One report of a pool.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Moment of the report.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub time: Seconds,
    /// The pool's own hashrate, EH/s.
    pub hashrate_ehs: f64,
}

/// A dated statement on the outage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TimelineEvidence {
    /// What the statement is about: the onset, the end, or context.
    pub kind: StatementKind,
    /// Whom it is about, such as `data_centres`.
    pub audience: Option<String>,
    /// The interval in which it lies.
    pub when: Bracket,
    /// What happened, in the statement's words.
    pub what: String,
    /// Where it was published.
    pub source: String,
}
