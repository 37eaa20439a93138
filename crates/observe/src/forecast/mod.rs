//! What comes next: retargets, blocks, gaps, hashrate, hashprice, from draws of the filter's posterior.
//!
//! A draw is a state of the network (`belief`) and a future that starts from it (`path`), followed over
//! the rest of this epoch, the whole of the next, and four weeks. Every quantity is read off the same
//! draws. Within the first day futures go block by block, so that gaps between blocks are exact. 3,000
//! draws take some 0.1 s; the quantiles then err by some 2 % of the width of a band.
//!
//! The hashprice is what 1 PH/s earns a day: (subsidy + fees) · 10¹⁵ · 86,400 / work, in hashes, averaged
//! over the next [`DAYS`] days; halvings are respected. Left out: the course of the price and of fees,
//! both taken as given, and any shock that is not declared.

pub mod belief;
pub mod capacity;
mod draws;
pub mod path;

use serde::Serialize;

use crate::baseline::Record;
use crate::clean::Cleaned;
use crate::rivals::{Rival, Seen};
use crate::shock::Shock;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::units::{DAY, Seconds, rfc3339, serialize_time};
use hashquake_chain::blocks::{Blocks, EPOCH};

use belief::Belief;
use draws::Draws;
use hashquake_base::fan::Fan;
use path::{Model, Path, Standing, ratio};

/// Days ahead for which the hashrate is foretold, and over which the hashprice is averaged.
pub const DAYS: usize = 28;
/// Blocks ahead whose time is foretold.
pub const BLOCKS_AHEAD: [u32; 4] = [1, 6, 144, 1008];
/// Gaps between blocks whose chance is foretold, minutes.
pub const GAP_MINUTES: [u32; 2] = [60, 120];
/// Hours within which such a gap is looked for.
pub const GAP_HOURS: u32 = 24;
/// Blocks that must be known.
pub const BLOCKS_MIN: usize = 144;
/// Days of blocks that are read: what is remembered, and the filter's own start.
pub const REACH_DAYS: Seconds = 120;
/// Longest time after the last block for which its silence is believed.
pub const SILENCE_MAX: Seconds = 6 * 3600;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The moment of knowledge.
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

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    /// Nothing to start from.
    #[error(
        "a forecast needs at least {BLOCKS_MIN} blocks and the first of their epoch; there are {0}"
    )]
    TooFewBlocks(usize),
    /// A moment for which the data hold too little past.
    #[error(
        "as of {as_of} is before the data: the blocks run from {first} to {last}, and a forecast needs a day of them and the first block of its epoch: name a moment from {earliest} on"
    )]
    Before {
        /// The moment.
        as_of: String,
        /// Time of the first block.
        first: String,
        /// Time of the last block.
        last: String,
        /// The earliest moment that can be forecast.
        earliest: String,
    },
    /// A moment after the data end.
    #[error(
        "as of {as_of} is after the data: the blocks run from {first} to {last}; name a moment up to {latest}, or add newer blocks"
    )]
    After {
        /// The moment.
        as_of: String,
        /// Time of the first block.
        first: String,
        /// Time of the last block.
        last: String,
        /// The latest moment that can be forecast.
        latest: String,
    },
    /// A shock that began before the blocks, so that there is nothing to compare with.
    #[error(
        "the shock starts at {from}, but a day of blocks before it is needed: name a start from {earliest} on"
    )]
    ShockBeforeData {
        /// Its start.
        from: String,
        /// The earliest start that can be used.
        earliest: String,
    },
}

/// A retarget to come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Retarget {
    /// First height under the new target.
    pub height: u32,
    /// Change of difficulty, percent.
    pub change_percent: Fan,
    /// When that block is found.
    pub date: Fan<When>,
}

/// What a rival says of the next retarget.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RivalSays {
    /// Rule.
    pub name: Rival,
    /// Change of difficulty, percent.
    pub change_percent: f64,
    /// When the first block under the new target is found.
    pub date: When,
    /// What the rule takes to go on.
    pub assumes: &'static str,
}

/// When a block is found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NextBlocks {
    /// Blocks ahead.
    pub blocks: u32,
    /// When the last of them is found.
    pub time: Fan<When>,
}

/// The chance of a long wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// Longer than this.
    pub minutes: u32,
    /// Chance that at some moment of the horizon no block was found for so long.
    pub probability: f64,
    /// Hours from now.
    pub horizon_hours: u32,
}

/// The hashrate at a later moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Later {
    /// The moment.
    pub time: When,
    /// Hashrate, EH/s.
    pub ehs: Fan,
}

/// What 1 PH/s earns in a day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Hashprice {
    /// On average over the next [`DAYS`] days, BTC.
    pub btc_per_ph_day: Fan,
    /// The same in USD at the given price.
    pub usd_per_ph_day: Option<Fan>,
    /// At the present target, BTC: known.
    pub now_btc_per_ph_day: f64,
    /// Fees that were taken as given.
    pub fees_btc_per_block: f64,
    /// Price that was taken as given.
    pub price_usd: Option<f64>,
    /// Days of the average.
    pub days: usize,
}

/// What the blocks say of a declared shock.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ShockState {
    /// Share of the hashrate that is declared lost, percent.
    pub loss_percent: f64,
    /// Its start.
    pub from: When,
    /// Chance that it is over, from its declared law and the blocks since.
    pub returned_probability: f64,
}

/// A moment in the future, printed as RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct When(#[serde(serialize_with = "serialize_time")] pub Seconds);

impl When {
    fn of(t: f64) -> Self {
        Self(libm::round(t) as Seconds)
    }
}

/// The whole forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// The moment of knowledge.
    pub as_of: When,
    /// Last block known then.
    pub height: u32,
    /// Its header time.
    pub last_block: When,
    /// Probability of the turbulent regime.
    pub turbulent: f64,
    /// The hashrate now, EH/s; under a declared shock with its loss.
    pub hashrate_now_ehs: Fan,
    /// The next two.
    pub retargets: Vec<Retarget>,
    /// What others say of the first of them.
    pub rivals: Vec<RivalSays>,
    /// Times of the next blocks.
    pub next_blocks: Vec<NextBlocks>,
    /// Chances of long waits.
    pub gaps: Vec<Gap>,
    /// The hashrate of each of the next [`DAYS`] days.
    pub hashrate: Vec<Later>,
    /// Earnings of a machine.
    pub hashprice: Hashprice,
    /// The declared shock, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<ShockState>,
    /// Futures drawn.
    pub draws: u32,
    /// Their seed.
    pub seed: u64,
}

/// Forecasts from `blocks`, of which only those known at `question.as_of` are read.
///
/// # Errors
/// [`ForecastError`], when the data do not reach the moment.
pub fn forecast(
    blocks: &Blocks,
    question: &Question,
    model: &Model,
) -> Result<Forecast, ForecastError> {
    check_moment(blocks, question)?;
    let known = blocks.as_of(question.as_of);
    let chain = Cleaned::new(&known);
    let last = known.len() - 1;
    let shock = question.shock.as_ref();
    let start = shock.map_or(question.as_of, |s| s.from.min(question.as_of));
    let first = chain.first_at(start - REACH_DAYS * DAY);
    if let Some(shock) = shock
        && chain.first_at(shock.from) < BLOCKS_MIN.min(last)
    {
        return Err(ForecastError::ShockBeforeData {
            from: rfc3339(shock.from),
            earliest: rfc3339(chain.times()[BLOCKS_MIN.min(last)]),
        });
    }
    let belief = Belief::at(&chain, first, question.as_of, shock, &model.regimes);
    let record = Record::new(&known, &chain);
    let too_few = ForecastError::TooFewBlocks(known.len());
    let seen = Seen::at(&known, &record, last, question.as_of).ok_or(too_few)?;
    let (standing, known_change) = standing(&seen, known.height(last), record.work_eh(last));
    let mut draws = Draws::new(known_change);
    let mut rng = stream(question.seed, 0, Purpose::ForecastPaths);
    let last_block = f64::from(known.times()[last]).min(standing.now);
    for _ in 0..question.draws.max(1) {
        let path = Path::new(model, standing, belief.draw(&mut rng), &mut rng);
        draws.follow(path, last_block, question.fees_btc_per_block, &mut rng);
    }
    let state = shock.map(|s| ShockState {
        loss_percent: 100.0 * s.loss,
        from: When(s.from),
        returned_probability: belief.returned_by(question.as_of).unwrap_or(0.0),
    });
    Ok(Forecast {
        last_block: When(known.times()[last].into()),
        turbulent: belief.turbulent(),
        rivals: rivals(&seen),
        shock: state,
        ..draws.summarise(question, standing)
    })
}

/// Where the chain stands; when the epoch's last block is found, its retarget is known, in percent.
fn standing(seen: &Seen, height: u32, work_eh: f64) -> (Standing, Option<f64>) {
    let over = height % EPOCH == EPOCH - 1;
    let factor = if over { ratio(seen.elapsed) } else { 1.0 };
    let standing = Standing {
        height,
        now: seen.now,
        epoch_start: seen.epoch_start,
        work_eh: work_eh * factor,
    };
    (standing, over.then_some(100.0 * (factor - 1.0)))
}

fn rivals(seen: &Seen) -> Vec<RivalSays> {
    let says = |rival: Rival| {
        let answer = rival.answer(seen)?;
        Some(RivalSays {
            name: rival,
            change_percent: answer.change_percent,
            date: When::of(answer.date),
            assumes: rival.assumes(),
        })
    };
    Rival::ALL.into_iter().filter_map(says).collect()
}

fn check_moment(blocks: &Blocks, question: &Question) -> Result<(), ForecastError> {
    let too_few = || ForecastError::TooFewBlocks(blocks.len());
    let times = blocks.times();
    let to_epoch = (EPOCH - blocks.first_height() % EPOCH) % EPOCH;
    let needed = BLOCKS_MIN.max(to_epoch as usize);
    let earliest = Seconds::from(*times.get(needed).ok_or_else(too_few)?);
    let last = Seconds::from(*times.last().ok_or_else(too_few)?);
    let (as_of, first) = (rfc3339(question.as_of), rfc3339(times[0].into()));
    let known = blocks.as_of(question.as_of).len();
    if known <= needed {
        return Err(ForecastError::Before {
            as_of,
            first,
            last: rfc3339(last),
            earliest: rfc3339(earliest),
        });
    }
    if question.as_of > last + SILENCE_MAX {
        return Err(ForecastError::After {
            as_of,
            first,
            last: rfc3339(last),
            latest: rfc3339(last + SILENCE_MAX),
        });
    }
    Ok(())
}
