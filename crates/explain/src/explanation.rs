//! The document that `explain` prints, in every format: names, units and order are a contract.
//!
//! Losses are positive percentages of the hashrate before; times RFC 3339 UTC; `p05`, `p50`, `p95` are
//! quantiles; `null` where unknown.

pub mod attribution;

pub use hashquake_base::provenance::Source;
use serde::{Serialize, Serializer};

pub use hashquake_world::atlas::ClaimKind;

use attribution::{CauseRow, Energy, JointRegions, PoolRow, PriceRow, RegionRow, Resilience};

use hashquake_base::units::{Bracket, Hashrate, Quantiles, Seconds, Span, rfc3339, serialize_time};

/// What the verdict's sentences need beyond the document.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The event, to be used inside a sentence: "Kazakhstan's internet shutdown".
    pub event: Option<String>,
    /// The place in question.
    pub place: Option<String>,
    /// Whether the analysis stands at a past moment.
    pub past: bool,
    /// Days that a loss of this size would have to last before block times alone show it; `None` beyond
    /// the longest that was tried.
    pub days_to_show: Option<f64>,
    /// The longest that was tried, days.
    pub days_tried: f64,
}

/// Everything that was found out about one window.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// What the sentences need and the document does not say.
    #[serde(skip)]
    pub frame: Frame,
    /// Name of the atlas's case; `null` for a window of the user's own.
    pub case: Option<String>,
    /// A title for people.
    pub title: String,
    /// The moment whose knowledge was used.
    #[serde(serialize_with = "serialize_time")]
    pub as_of: Seconds,
    /// Version of the program.
    pub version: String,
    /// The command that gives this again.
    pub command: String,
    /// Seed of the random streams.
    pub seed: u64,
    /// The window, half-open; its end is cut at `as_of`.
    pub window: Span,
    /// Last block that was seen.
    pub last_height: u32,
    /// Daily counts, from 14 days before the window to 14 after.
    pub daily: Vec<Day>,
    /// Published sentences, each with a verdict.
    pub claims: Vec<ClaimVerdict>,
    /// What each source says by itself.
    pub evidence: EvidenceBySource,
    /// What they say together; `null` without any source.
    pub fused: Option<Fused>,
    /// Pools: what each lost.
    pub pools: Vec<PoolRow>,
    /// Regions: what each had and lost.
    pub regions: Vec<RegionRow>,
    /// Regions whose losses are indistinguishable, with what they lost together.
    pub inseparable: Vec<JointRegions>,
    /// Loss that is not attributed to any region, in percent of the network; `null` without a fused answer.
    pub not_attributed_percent: Option<Quantiles>,
    /// Causes weighed against each other; empty without evidence.
    pub causes: Vec<CauseRow>,
    /// What the price did; `null` without prices.
    pub price: Option<PriceRow>,
    /// Power, energy, carbon and coins; `null` without a fused answer.
    pub energy: Option<Energy>,
    /// Depth, recovery, concentration; `null` without a fused answer.
    pub resilience: Option<Resilience>,
    /// The next retarget as seen at the earlier of `as_of` and the window's end.
    pub next_retarget: Option<NextRetarget>,
    /// The verdict, in sentences.
    pub verdict: String,
    /// What the figures need beyond the above.
    pub figures: FigureData,
    /// Everything that was read, with source, licence and digest.
    pub sources: Vec<Source>,
    /// What was left out or could not be checked.
    pub notes: Vec<String>,
}

/// One UTC day of raw counts.
#[derive(Clone, Debug, Serialize)]
pub struct Day {
    /// The day, `2022-01-05`.
    pub date: String,
    /// Blocks whose header time lies in it.
    pub blocks: u64,
    /// Work over elapsed time.
    pub hashrate_ehs: Hashrate,
    /// Its Poisson error, one sigma.
    pub sigma_ehs: Hashrate,
    /// Set on a day that `as_of` cuts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// What the evidence says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Inside the interval, and a loss is established.
    Supported,
    /// Outside the interval.
    Contradicted,
    /// The evidence reaches the question but does not decide it.
    CannotTell,
    /// Nothing here speaks to it.
    NotAssessed,
}

/// Whom a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The whole network, or something else altogether.
    Network,
    /// Single pools.
    Pools,
}

/// A published sentence and its verdict.
#[derive(Clone, Debug, Serialize)]
pub struct ClaimVerdict {
    /// Name within the case.
    pub id: String,
    /// What it is about.
    pub kind: ClaimKind,
    /// Whose loss, price or place: the network's, or single pools'.
    pub about: About,
    /// The sentence, in our words.
    pub text: String,
    /// Its number, if it has one.
    pub value: Option<f64>,
    /// The number's unit.
    pub unit: Option<String>,
    /// Who said it.
    pub said_by: String,
    /// Where.
    pub source: String,
    /// When: a moment or a day.
    pub published: String,
    /// The verdict.
    pub verdict: Judgement,
    /// Why, in a sentence.
    pub because: String,
    /// log₁₀ of the likelihood of the claimed loss against none, for a network loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log10_bayes_factor: Option<f64>,
}

/// The sources of evidence, one by one.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceBySource {
    /// Block times; `null` when left out.
    pub blocks: Option<BlockEvidence>,
    /// Pools: their own share counts, and what the press printed.
    pub shares: Vec<ShareEvidence>,
    /// Dated statements on the outage itself.
    pub timeline: Vec<TimelineEvidence>,
}

/// What block times say alone, in the headline form.
#[derive(Clone, Debug, Serialize)]
pub struct BlockEvidence {
    /// Blocks in the window.
    pub blocks: u64,
    /// Blocks expected there at the rate of the comparison window.
    pub expected_blocks: f64,
    /// Posterior of the loss.
    pub loss_percent: Quantiles,
    /// A loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
    /// The same answer under other choices.
    pub sensitivity: Vec<BlockSensitivity>,
}

/// The block answer under one other choice.
#[derive(Clone, Debug, Serialize)]
pub struct BlockSensitivity {
    /// What was changed.
    pub change: String,
    /// Posterior of the loss.
    pub loss_percent: Quantiles,
    /// A loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}

/// How a pool's loss is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct ShareEvidence {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// How it is known.
    pub kind: ShareKind,
    /// Share of the blocks of the comparison window, percent.
    pub network_share_percent: Option<f64>,
    /// Mean of the reports in the 24 h before onset.
    pub before_ehs: Option<f64>,
    /// Mean of the reports between the steps.
    pub during_ehs: Option<f64>,
    /// Mean of the reports in the 24 h after the end.
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
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Report {
    /// When.
    #[serde(serialize_with = "serialize_time")]
    pub time: Seconds,
    /// The pool's own hashrate.
    pub hashrate_ehs: f64,
}

/// A dated statement on the outage.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineEvidence {
    /// `onset`, `partial_restore`, `end` or `note`.
    pub kind: String,
    /// Whom it is about, such as `data_centres`.
    pub audience: Option<String>,
    /// When, between.
    pub when: Bracket,
    /// What.
    pub what: String,
    /// Where it was published.
    pub source: String,
}

/// The posterior from all sources.
#[derive(Clone, Debug, Serialize)]
pub struct Fused {
    /// The network's loss.
    pub loss_percent: Quantiles,
    /// When it began.
    #[serde(serialize_with = "serialize_times")]
    pub onset: Quantiles<Seconds>,
    /// When it ended; `null` while it had not.
    #[serde(serialize_with = "serialize_times_option")]
    pub end: Option<Quantiles<Seconds>>,
    /// Where onset and end come from: `series`, `timeline` or `window`.
    pub edges_from: Edges,
    /// How long it lasted, hours; `null` while it had not ended.
    pub duration_hours: Option<Quantiles>,
    /// A loss in (0, 30 %] against none.
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

/// Where onset and end come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Edges {
    /// What the onset was taken from.
    pub onset: EdgeSource,
    /// What the end was taken from.
    pub end: EdgeSource,
}

/// What onset or end was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeSource {
    /// A pool's own series.
    Series,
    /// Dated statements.
    Timeline,
    /// The window as given.
    Window,
}

/// A source of evidence on the network's loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceSource {
    /// Block times.
    Blocks,
    /// Pools' own counts.
    Shares,
    /// Losses and absences that were printed.
    Press,
}

/// A source's part of the information.
#[derive(Clone, Debug, Serialize)]
pub struct Weight {
    /// Which source.
    pub source: EvidenceSource,
    /// Fall in 1/variance when it is left out, as a part of all such falls; 0 to 1.
    pub share: f64,
    /// The answer without it; `null` when nothing is left.
    pub without: Option<LeftOut>,
}

/// The fused answer with a source left out.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LeftOut {
    /// The network's loss.
    pub loss_percent: Quantiles,
    /// A loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}

/// The fused answer under one other choice.
#[derive(Clone, Debug, Serialize)]
pub struct FusedSensitivity {
    /// Which sources were used, or what was changed.
    pub change: String,
    /// The network's loss.
    pub loss_percent: Quantiles,
    /// A loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}

/// The next retarget, seen at `seen_at`, from the epoch so far.
#[derive(Clone, Debug, Serialize)]
pub struct NextRetarget {
    /// First height under the new target.
    pub height: u32,
    /// The moment of the forecast.
    #[serde(serialize_with = "serialize_time")]
    pub seen_at: Seconds,
    /// Blocks of the epoch found so far.
    pub blocks_so_far: u32,
    /// Change of difficulty.
    pub change_percent: Quantiles,
    /// When.
    #[serde(serialize_with = "serialize_times")]
    pub date: Quantiles<Seconds>,
}

/// Curves for the figures.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FigureData {
    /// Smoothed hashrate around the window, EH/s.
    pub band: Vec<BandPoint>,
    /// Losses, percent, at which the densities stand.
    pub loss_percent: Vec<f64>,
    /// Density of the loss from block times alone, per percentage point.
    pub blocks_density: Vec<f64>,
    /// Density of the loss from all sources.
    pub fused_density: Vec<f64>,
    /// Pools' shares of blocks before, in and after the window, percent.
    pub pool_shares: Vec<PoolShare>,
}

/// One point of the smoothed hashrate.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BandPoint {
    /// Block time, cleaned.
    #[serde(serialize_with = "serialize_time")]
    pub time: Seconds,
    /// Hashrate.
    pub hashrate_ehs: Quantiles,
}

/// A pool's share of the blocks found.
#[derive(Clone, Debug, Serialize)]
pub struct PoolShare {
    /// Pool.
    pub pool: String,
    /// Blocks outside the window, within the comparison window.
    pub before_blocks: u64,
    /// Blocks in the window.
    pub during_blocks: u64,
    /// Share before, percent, with Gamma interval.
    pub before_percent: Quantiles,
    /// Share during, percent, with Gamma interval.
    pub during_percent: Quantiles,
}

fn serialize_times<S: Serializer>(q: &Quantiles<Seconds>, s: S) -> Result<S::Ok, S::Error> {
    q.map(rfc3339).serialize(s)
}

fn serialize_times_option<S: Serializer>(
    q: &Option<Quantiles<Seconds>>,
    s: S,
) -> Result<S::Ok, S::Error> {
    q.map(|q| q.map(rfc3339)).serialize(s)
}
