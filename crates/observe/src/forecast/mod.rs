//! What comes next: retargets, blocks, gaps, hashrate, hashprice, from draws of the filter's posterior.
//!
//! A draw is a state of the network (`state`) and a future that starts from it (`path`), followed over
//! the rest of this epoch, the whole of the next, and four weeks. Every quantity is read off the same
//! draws. Within the first day futures go block by block, so that gaps between blocks are exact. 3,000
//! draws take some 0.1 s; the quantiles then err by some 2 % of the width of a band.
//!
//! The hashprice is what 1 PH/s earns a day: (subsidy + fees) · 10¹⁵ · 86,400 / work, in hashes, averaged
//! over the next [`DAYS`] days; halvings are respected. Left out: the course of the price and of fees,
//! both taken as given, and any shock that is not declared.

mod answer;
pub mod capacity;
mod draws;
pub mod path;
pub mod state;

pub use answer::{
    BLOCKS_AHEAD, DAYS, Forecast, FutureHashrate, GAP_HOURS, GAP_MINUTES, Gap, Hashprice,
    NextBlocks, Question, Retarget, RuleForecast, ShockState,
};

use crate::clean::Cleaned;
use crate::reference_rules::Record;
use crate::retarget::ratio;
use crate::retarget_rules::{EpochState, RetargetRule};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::units::{DAY, Seconds, Timestamp, rfc3339};
use hashquake_chain::blocks::{Blocks, EPOCH};

use draws::Draws;
use path::{ChainState, Model, Path};
use state::StatePosterior;

/// Blocks that must be known: a day of them.
pub const BLOCKS_MIN: usize = 144;
/// Days of blocks that are read: the 90 of [`capacity`], and some for the filter to settle.
pub const REACH_DAYS: Seconds = 120;
/// Longest time after the last block, seconds, for which the absence of a block is taken as evidence; later,
/// the data are taken to end.
pub const SILENCE_MAX: Seconds = 6 * 3600;

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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
        /// The moment that was asked for, as written.
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
        /// The moment that was asked for, as written.
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
        /// Start of the shock, as written.
        from: String,
        /// The earliest start that can be used.
        earliest: String,
    },
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
    let posterior = StatePosterior::at(&chain, first, question.as_of, shock, &model.regimes);
    let record = Record::new(&known, &chain);
    let too_few = ForecastError::TooFewBlocks(known.len());
    let epoch = EpochState::at(&known, &record, last, question.as_of).ok_or(too_few)?;
    let (standing, known_change) = standing(&epoch, known.height(last), record.work_eh(last));
    let mut draws = Draws::new(known_change);
    let mut rng = stream(question.seed, 0, Purpose::ForecastPaths);
    let last_block = f64::from(known.times()[last]).min(standing.now);
    for _ in 0..question.draws.max(1) {
        let path = Path::new(model, standing, posterior.draw(&mut rng), &mut rng);
        draws.follow(path, last_block, question.fees_btc_per_block, &mut rng);
    }
    let state = shock.map(|s| ShockState {
        loss_percent: 100.0 * s.loss,
        from: Timestamp(s.from),
        returned_probability: posterior.returned_by(question.as_of).unwrap_or(0.0),
    });
    Ok(Forecast {
        last_block_time: Timestamp(known.times()[last].into()),
        turbulent_probability: posterior.turbulent(),
        reference_rules: reference_rules(&epoch),
        shock: state,
        ..draws.summarise(question, standing)
    })
}

/// Where the chain stands; when the epoch's last block is found, its retarget is known, in percent.
fn standing(epoch: &EpochState, height: u32, work_eh: f64) -> (ChainState, Option<f64>) {
    let over = height % EPOCH == EPOCH - 1;
    let factor = if over { ratio(epoch.elapsed) } else { 1.0 };
    let standing = ChainState {
        height,
        now: epoch.now,
        epoch_start: epoch.epoch_start,
        work_eh: work_eh * factor,
    };
    (standing, over.then_some(100.0 * (factor - 1.0)))
}

fn reference_rules(epoch: &EpochState) -> Vec<RuleForecast> {
    let predicts = |rule: RetargetRule| {
        let answer = rule.answer(epoch)?;
        Some(RuleForecast {
            name: rule,
            change_percent: answer.change_percent,
            date: Timestamp::rounded(answer.date),
            assumes: rule.assumes(),
        })
    };
    RetargetRule::ALL.into_iter().filter_map(predicts).collect()
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
