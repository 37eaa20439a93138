//! What is asked of a forecast and what it answers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::retarget_rules::RetargetRule;
use crate::shock::Shock;
use hashquake_base::fan::Fan;
use hashquake_base::units::{Seconds, Timestamp};

/// Days ahead for which the hashrate is forecast, and over which the hashprice is averaged.
pub const DAYS: usize = 28;
/// Blocks ahead whose time is forecast.
pub const BLOCKS_AHEAD: [u32; 4] = [1, 6, 144, 1008];
/// Gaps between blocks whose probability is forecast, minutes.
pub const GAP_MINUTES: [u32; 2] = [60, 120];
/// Hours within which such a gap is looked for.
pub const GAP_HOURS: u32 = 24;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The moment whose knowledge is used, unix seconds.
    pub as_of: Seconds,
    /// A declared shock.
    pub shock: Option<Shock>,
    /// Fees that each block brings, BTC.
    pub fees_btc_per_block: f64,
    /// The price of a bitcoin, if a hashprice in USD is wanted.
    pub price_usd: Option<f64>,
    /// Futures to draw.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
}

/// A retarget to come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Retarget {
    /// First height under the new target.
    pub height: u32,
    /// Change of difficulty, percent.
    pub change_percent: Fan,
    /// When that block is found.
    pub date: Fan<Timestamp>,
}

/// What a reference rule predicts of the next retarget.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RuleForecast {
    /// The rule that forecasts.
    pub name: RetargetRule,
    /// Change of difficulty, percent.
    pub change_percent: f64,
    /// When the first block under the new target is found.
    pub date: Timestamp,
    /// What the rule takes to go on.
    pub assumes: &'static str,
}

/// When the last of the next so many blocks is found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NextBlocks {
    /// Number of blocks ahead.
    pub blocks: u32,
    /// When that block is found.
    pub time: Fan<Timestamp>,
}

/// The probability of a long wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Gap {
    /// Minutes without a block.
    pub minutes: u32,
    /// Probability that at some moment of the horizon no block was found for longer than that.
    pub probability: f64,
    /// The horizon, hours from now.
    pub horizon_hours: u32,
}

/// The hashrate at a later moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FutureHashrate {
    /// The moment that is forecast.
    pub time: Timestamp,
    /// Hashrate of the network then, EH/s.
    pub hashrate_ehs: Fan,
}

/// What 1 PH/s earns in a day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Hashprice {
    /// On average over the next 28 days, BTC.
    pub btc_per_ph_day: Fan,
    /// The same in USD at the given price.
    pub usd_per_ph_day: Option<Fan>,
    /// At the present target, BTC: known.
    pub now_btc_per_ph_day: f64,
    /// Fees in each block as they were given, BTC.
    pub fees_btc_per_block: f64,
    /// Price of a bitcoin as it was given, USD.
    pub price_usd: Option<f64>,
    /// Days of the average.
    pub days: usize,
}

/// What the blocks say of a declared shock.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ShockState {
    /// Share of the hashrate that is declared lost, percent.
    pub loss_percent: f64,
    /// When the shock began.
    pub from: Timestamp,
    /// Probability that it is over, from its declared distribution and the blocks since.
    pub returned_probability: f64,
}

/// Everything that is forecast from the last known block.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Forecast {
    /// The moment whose knowledge was used.
    #[serde(skip)]
    pub as_of: Timestamp,
    /// Height of the last block known then.
    pub height: u32,
    /// Header time of the last known block.
    pub last_block_time: Timestamp,
    /// Probability of the turbulent regime.
    pub turbulent_probability: f64,
    /// The hashrate now, EH/s; under a declared shock with its loss.
    pub hashrate_now_ehs: Fan,
    /// The next two retargets.
    pub retargets: Vec<Retarget>,
    /// What reference rules predict of the first of them.
    pub reference_rules: Vec<RuleForecast>,
    /// Times of the next blocks.
    pub next_blocks: Vec<NextBlocks>,
    /// Chances of long waits.
    pub gaps: Vec<Gap>,
    /// The hashrate of each of the next 28 days.
    pub hashrate: Vec<FutureHashrate>,
    /// What 1 PH/s earns.
    pub hashprice: Hashprice,
    /// The declared shock, where there is one.
    pub shock: Option<ShockState>,
    /// Number of futures drawn.
    pub draws: u32,
    /// Seed of the draws.
    #[serde(skip)]
    pub seed: u64,
}
