//! Where, why, price, power and carbon, resilience: the second half of the document.
//!
//! Losses are positive percentages of the whole network's hashrate before, returns are signed; `null`
//! where nothing is known.

use schemars::JsonSchema;
use serde::Serialize;

pub use crate::attribution::causes::name::CauseName;
use hashquake_base::units::{Quantiles, Seconds, Timestamp, serialize_time};

/// What one pool lost.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PoolRow {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// The group that builds its blocks' templates, itself when it builds its own.
    pub group: String,
    /// Its share of the blocks of the comparison window.
    pub share_percent: f64,
    /// What it lost of its own hashrate: from its share count where there is one, else from its blocks,
    /// shrunk towards the network's loss.
    pub loss_percent: Quantiles,
    /// Probability that it lost more than 20 %, from its own evidence alone, not shrunk.
    pub probability_lost_over_20: f64,
    /// The loss from its own evidence alone, not shrunk.
    pub own_loss_percent: Quantiles,
    /// Blocks found in the window.
    pub blocks: u64,
    /// Blocks expected there at the rate of the comparison window.
    pub expected_blocks: f64,
    /// `blocks`, or `shares` where the pool's own count speaks.
    pub basis: PoolBasis,
}

/// What a pool's loss was read off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PoolBasis {
    /// The blocks that it found.
    Blocks,
    /// Its own share count.
    Shares,
}

/// What one region had and lost.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RegionRow {
    /// ISO 3166-1 or 3166-2 code of the region.
    pub region: String,
    /// Name of the region in English.
    pub name: String,
    /// Its share of the network's hashrate at the time.
    pub share_percent: Quantiles,
    /// Where the share comes from, and the month that it describes.
    pub share_source: String,
    /// What it lost, in percent of the network; `null` where none is attributed to it.
    pub loss_percent: Option<Quantiles>,
    /// The same in power; `null` likewise.
    pub power_mw: Option<Quantiles>,
}

/// Regions that are indistinguishable by the evidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct JointRegions {
    /// ISO 3166 codes of the regions.
    pub regions: Vec<String>,
    /// What they lost together, in percent of the network.
    pub loss_percent: Quantiles,
    /// Why they are indistinguishable.
    pub because: String,
}

/// A cause with its probability before and after the evidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CauseRow {
    /// The cause that is weighed.
    pub cause: CauseName,
    /// Probability before the evidence.
    pub prior: f64,
    /// The evidence under it against the evidence under luck.
    pub log10_likelihood_ratio: f64,
    /// The part of that which onset and end contribute.
    pub log10_timing: f64,
    /// The part that size and place contribute.
    pub log10_size: f64,
    /// Probability after the evidence.
    pub posterior: f64,
    /// What it would have looked like, and what was seen.
    pub because: String,
}

/// What the price did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PriceRow {
    /// The onset that it is measured from.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub onset: Seconds,
    /// The last close at or before the onset, which the return is taken from.
    pub before: PricePoint,
    /// Length of the bars that the return and the stretches are read off.
    pub resolution: PriceResolution,
    /// Return over the first 24 hours (daily data: over the day of the onset), signed.
    pub return_percent: f64,
    /// The same less what was usual in a day of the window before.
    pub abnormal_percent: Quantiles,
    /// Probability of a return this far out, either way, without any event.
    pub p_value: f64,
    /// Daily returns that the usual was learnt from.
    pub returns_before: usize,
    /// Later horizons that the prices reach, on daily closes.
    pub after: Vec<PriceAfter>,
    /// Stretches around overlapping news: return of each, signed.
    pub stretches: Vec<PriceStretch>,
    /// The onset and the other news, to be marked in the figure.
    pub marks: Vec<PriceMark>,
    /// Prices of the figure: time and close.
    pub series: Vec<PricePoint>,
    /// Where the price would usually have been after `before`.
    pub usual: Vec<PriceBand>,
    /// The finding, in sentences.
    pub answer: String,
    /// Where the prices come from.
    pub source: String,
}

/// How finely a return was timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceResolution {
    /// By hours, or bars of a few.
    Hours,
    /// By days: news of the same day cannot be kept apart.
    Days,
}

/// The abnormal return some days after.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct PriceAfter {
    /// Days after the last daily close at or before the onset.
    pub days: u32,
    /// Return since that close, signed.
    pub return_percent: f64,
    /// The same less what was usual over so many days, signed.
    pub abnormal_percent: Quantiles,
    /// Probability of one this far out, either way.
    pub p_value: f64,
}

/// The return between two closes that other news separates.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PriceStretch {
    /// Moment of the close that it runs from.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub from: Seconds,
    /// Moment of the close that it runs to.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub to: Seconds,
    /// Return of the stretch, percent; negative for a fall.
    pub return_percent: f64,
    /// Probability of one this far out, either way, if spread goes with the root of time: an
    /// approximation.
    pub p_value: f64,
    /// What happened in it.
    pub what: String,
}

/// A moment marked in the figure.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PriceMark {
    /// Moment of the news, in UTC.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub time: Seconds,
    /// What happened then, in words.
    pub what: String,
}

/// A close of the price series.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PricePoint {
    /// When it was known: the end of its bar.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub time: Seconds,
    /// US dollars a bitcoin.
    pub price_usd: f64,
}

/// Where a price would usually have been.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct PriceBand {
    /// Moment of the band, in UTC.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub time: Seconds,
    /// US dollars a bitcoin.
    pub price_usd: Quantiles,
}

/// What the loss was in power, energy, carbon and coins.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Energy {
    /// Power that stopped drawing, or moved, MW.
    pub power_mw: Quantiles,
    /// Energy over the event, MWh.
    pub energy_mwh: Quantiles,
    /// Emissions that the stopped machines did not cause, if nobody else used the power, tonnes of CO₂.
    pub emissions_t: Emissions,
    /// Subsidy that the machines would have earned, BTC.
    pub coins_not_earned: Quantiles,
    /// Efficiency that was assumed, J/TH at the wall.
    pub efficiency_j_per_th: Quantiles,
    /// Assumptions and conflicts between sources, in words.
    pub notes: Vec<String>,
}

/// Emissions by two kinds of factor.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Emissions {
    /// With the grid's average factor.
    pub average: Quantiles,
    /// With the marginal factor, where one is known.
    pub marginal: Option<Quantiles>,
}

/// How deep, how long, and how concentrated.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Resilience {
    /// Largest loss of the network, percent.
    pub depth_percent: Quantiles,
    /// Days from the onset until 95 % of the hashrate before was back; `null` while it was not, and where
    /// the median of the depth never left it.
    pub recovery_days: Option<Quantiles>,
    /// Loss times days, percent × days.
    pub lost_work_percent_days: Quantiles,
    /// Sum of squared shares of regions, 0 to 1.
    pub hhi_regions: Option<Quantiles>,
    /// Sum of squared shares of pools (by group), 0 to 1, before.
    pub hhi_pools: f64,
    /// Fewest regions that hold more than half.
    pub smallest_majority_regions: Option<u32>,
    /// Fewest pools (by group) that hold more than half.
    pub smallest_majority_pools: u32,
    /// Pools before, during and after.
    pub pools_over_time: Vec<Concentration>,
}

/// A stretch of time, seen from the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before the event.
    Before,
    /// During the event.
    During,
    /// After the event.
    After,
}

/// Concentration of pools in one stretch.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Concentration {
    /// Which stretch, seen from the window.
    pub when: Phase,
    /// Sum of squared shares, by group.
    pub hhi_pools: f64,
    /// Fewest groups over half.
    pub smallest_majority_pools: u32,
}
