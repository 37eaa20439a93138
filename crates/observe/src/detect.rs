//! Shocks found in block times: online, as each block arrives, and in hindsight, in one vocabulary.
//!
//! | part | what it holds |
//! |---|---|
//! | [`bank`] | six CUSUMs against a 28-day mean, and what follows an alarm |
//! | [`mod@online`] | the bank on a real chain, with the moment when each shock was first callable |
//! | [`hindsight`] | Bayesian blocks: the best set of stretches, by dynamic programming |
//! | [`event`] | onset, end, size and probability of a stretch, the same for both |
//! | [`background`], [`calibrate`], [`thresholds`] | false alarms a year, by simulation |
//! | [`power`] | what the detector sees, and how late |
//! | [`tally`] | how it did on shocks known from elsewhere |
//!
//! The user says how many false alarms a year are right, never a percentage. What block times cannot show
//! is left out: a loss that comes and goes within hours, and one slower than the baseline forgets.

pub mod background;
pub mod bank;
pub mod calibrate;
pub mod event;
pub mod hindsight;
pub mod online;
pub mod power;
pub mod tally;
pub mod thresholds;

use crate::clean::Cleaned;
use event::{Event, Found, State};
use hashquake_chain::blocks::Blocks;
use thresholds::Thresholds;

/// Shocks as the detector calls them block by block. A shock is listed as soon as it can be called; its
/// onset, end and size are as precise as all of `blocks` make them.
pub fn online(blocks: &Blocks, thresholds: &Thresholds) -> Vec<Event> {
    let chain = Cleaned::new(blocks);
    let found = online::stretches(blocks, &chain, thresholds.tests);
    event::describe_all(&chain, &found)
}

/// Shocks as all of `blocks` show them together. A call made online belongs to the first of them that it
/// overlaps.
pub fn retrospective(blocks: &Blocks, thresholds: &Thresholds) -> Vec<Event> {
    let chain = Cleaned::new(blocks);
    let calls = online::stretches(blocks, &chain, thresholds.tests);
    let intervals = chain.intervals();
    let stretches = hindsight::Cells::new(&intervals).stretches(thresholds.hindsight);
    let last = intervals.len() / hindsight::CELL * hindsight::CELL;
    let mut calls = calls.into_iter().peekable();
    let found = |s: hindsight::Stretch| {
        let mut called_at = None;
        while let Some(call) = calls.next_if(|c| c.onset < s.to) {
            if call.direction == s.direction && call.end.is_none_or(|end| end > s.from) {
                called_at = called_at.or(call.called_at);
            }
        }
        let goes_on = s.to == last;
        Found {
            direction: s.direction,
            onset: s.from,
            end: (!goes_on).then_some(s.to),
            state: if goes_on {
                State::GoesOn
            } else {
                State::Returned
            },
            called_at,
        }
    };
    let found: Vec<Found> = stretches.into_iter().map(found).collect();
    event::describe_all(&chain, &found)
}
