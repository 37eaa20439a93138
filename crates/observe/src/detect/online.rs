//! The detector on a real chain, and the moment when each shock was first callable.
//!
//! The last blocks' times are provisional ([`LOOKAHEAD`]). An alarm on the settled times was callable
//! before they settled: from the first block on at which the blocks up to it, cleaned by themselves,
//! raise it, and every later block still does. It depends on nothing after that block, so an analysis as
//! of any later moment names the same one.

use std::collections::VecDeque;

use crate::clean::{Cleaned, LOOKAHEAD, clean_times};
use crate::detect::bank::{Detector, Direction, TESTS, Turn};
use crate::detect::event::{Found, State};
use hashquake_base::units::Seconds;
use hashquake_chain::blocks::Blocks;

/// All shocks that the detector calls, in order. `chain` is `blocks`, cleaned.
pub fn stretches(blocks: &Blocks, chain: &Cleaned, thresholds: [f64; TESTS]) -> Vec<Found> {
    let mut detector = Detector::new(thresholds);
    let mut earlier: VecDeque<Detector> = VecDeque::with_capacity(LOOKAHEAD + 1);
    let mut found: Vec<Found> = Vec::new();
    for (i, y) in chain.intervals().into_iter().enumerate() {
        let block = i + 1;
        if earlier.len() > LOOKAHEAD {
            earlier.pop_front();
        }
        earlier.push_back(detector.clone());
        let end = match detector.update(y) {
            None => continue,
            Some(Turn::Alarm { test, onset }) => {
                let first = block + 1 - earlier.len();
                let called = first_callable(blocks, chain, &earlier[0], first, block);
                found.push(Found {
                    direction: Direction::of_test(test),
                    onset: onset as usize,
                    end: None,
                    state: State::GoesOn,
                    called_at: Some(Seconds::from(blocks.times()[called])),
                });
                continue;
            }
            Some(Turn::Resume { .. }) => (None, State::GoesOn),
            Some(Turn::Return { end }) => (Some(end as usize), State::Returned),
            Some(Turn::Normal) => (Some(block), State::BecameNormal),
        };
        if let Some(last) = found.last_mut() {
            (last.end, last.state) = end;
        }
    }
    found
}

/// The first block at which the alarm that the settled times raise at `alarm` could be raised.
/// `before` has taken what comes before block `first`.
fn first_callable(
    blocks: &Blocks,
    chain: &Cleaned,
    before: &Detector,
    first: usize,
    alarm: usize,
) -> usize {
    let settled = chain.times()[first - 1];
    let raises = |last: usize| {
        let mut detector = before.clone();
        let mut previous = settled;
        let times = clean_times(&blocks.times()[first..=last]);
        times.iter().enumerate().any(|(k, &t)| {
            let y = (t - previous).max(1) as f64 / chain.work_eh()[first + k];
            previous = t.max(previous);
            matches!(detector.update(y), Some(Turn::Alarm { .. }))
        })
    };
    let latest = (alarm + LOOKAHEAD).min(chain.len() - 1);
    let mut called = latest;
    while called > alarm && raises(called - 1) {
        called -= 1;
    }
    called
}
