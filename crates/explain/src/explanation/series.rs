//! Days, curves and what comes next: the numbers that figures draw.

use hashquake_base::units::{
    Hashrate, Moment, Quantiles, Seconds, Timestamp, serialize_date, serialize_time,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::times::serialize_times;

/// One UTC day of raw counts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Day {
    /// Its first second; written as `2022-01-05`.
    #[serde(rename = "date", serialize_with = "serialize_date")]
    #[schemars(with = "Moment")]
    pub start: Seconds,
    /// Blocks whose header time lies in it.
    pub blocks: u64,
    /// Work over elapsed time, EH/s.
    #[schemars(with = "f64")]
    pub hashrate_ehs: Hashrate,
    /// Its Poisson error, one sigma, EH/s.
    #[schemars(with = "f64")]
    pub sigma_ehs: Hashrate,
    /// The hashrate against that of the day before, percent; `null` where that day is not whole.
    pub change_percent: Option<f64>,
    /// Whether the moment of knowledge cuts the day.
    pub partial: bool,
}

/// The next retarget, seen at `seen_at`, from the epoch so far.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NextRetarget {
    /// First height under the new target.
    pub height: u32,
    /// The moment of the forecast.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub seen_at: Seconds,
    /// Blocks of the epoch found so far.
    pub blocks_so_far: u32,
    /// Change of difficulty, percent.
    pub change_percent: Quantiles,
    /// Moment of the retarget, in UTC.
    #[serde(serialize_with = "serialize_times")]
    #[schemars(with = "Quantiles<Timestamp>")]
    pub date: Quantiles<Seconds>,
}

/// Curves for the figures.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct BandPoint {
    /// Cleaned time of the block, in UTC.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub time: Seconds,
    /// Posterior of the network's hashrate, EH/s.
    pub hashrate_ehs: Quantiles,
}

/// A pool's share of the blocks found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PoolShare {
    /// Name of the pool.
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
