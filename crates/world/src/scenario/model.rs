//! What a scenario says once it is read. Numbers are in the base units that a field's name says.

use super::event::Event;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::Seconds;

/// A number that no source carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prior {
    /// Path of its key: `events.cut.backup`.
    pub key: String,
    /// Its value or distribution, as in the file.
    pub value: String,
    /// Whether it is a default that the file does not mention.
    pub default: bool,
}

/// A scenario as its file gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name: `kazakhstan-35-percent-3-weeks`.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// The question that it asks.
    pub question: String,
    /// Where its numbers come from.
    pub sources: Vec<String>,
    /// First second of the run.
    pub start: Seconds,
    /// Moment whose knowledge the world at start may use.
    pub as_of: Seconds,
    /// First second after the run.
    pub end: Seconds,
    /// Seconds between two decisions of operators.
    pub decision_seconds: Seconds,
    /// What the price does.
    pub price: Price,
    /// What fees do.
    pub fees: Fees,
    /// Growth of hashrate that nobody's event explains: new machines where power is to be had.
    pub growth: Growth,
    /// What happens, in the file's order.
    pub events: Vec<Event>,
}

/// The coin's price.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// Never moves, dollars.
    Constant(f64),
    /// Given closes (time, dollars), the last one held.
    Path(Vec<(Seconds, f64)>),
    /// Geometric walk with jumps.
    JumpDiffusion {
        /// Price at the start, dollars.
        start_usd: f64,
        /// Drift of ln price a day.
        drift_per_day: Distribution,
        /// Standard deviation of ln price a day.
        volatility_per_sqrt_day: Distribution,
        /// Jumps a day.
        jumps_per_day: Distribution,
        /// Standard deviation of a jump in ln price.
        jump_sd: Distribution,
    },
    /// Blocks of returns drawn from given daily closes (time, dollars), in their order.
    Bootstrap {
        /// Closes of the price: unix seconds and dollars.
        closes: Vec<(Seconds, f64)>,
        /// Mean length of a block, days.
        block_days: f64,
    },
}

/// Fees of a block over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Fees {
    /// Fees a block while the backlog is at rest, BTC.
    pub btc_per_block: Distribution,
    /// Part of the fees that moves with the time since the last blocks: 0 not at all, 1 like demand that
    /// never waits.
    pub backlog_response: Distribution,
}

/// Growth that no event explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// Mean growth of installed hashrate a day, a fraction.
    pub per_day: Distribution,
    /// Standard deviation of what the whole network does by itself, a square root of a day.
    pub walk_per_sqrt_day: Distribution,
}
