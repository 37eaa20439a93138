//! The chain's clock: height, target, epoch, median time past, work and subsidy, moved on a block at a
//! time by its header time, or by many blocks whose header times nobody needs.
//!
//! Consensus looks at few header times: the first and the last of each epoch (the retarget), and the
//! eleven before a block (its earliest time). So only the blocks at the places 0 and 2004 to 2015 of an
//! epoch are given to the clock with their times; the 2003 between them are [plain](Clock::plain_blocks)
//! and can be passed in one step. What that leaves out: the median time past of the places 2004 to 2014
//! does not see the plain blocks before them; it would bind only where six blocks come within the
//! minutes of one long lag: some 10⁻⁸ a block at ten minutes.
//!
//! Work is counted from the genesis block in 128 bits, so it can be held against what nodes report; it is
//! exact as long as it fits, some 10⁹ times the work of 2024, and stays at the greatest number after.
//! Header times are 32 bits and end in 2106, as consensus has them.

use crate::retarget::{block_work, next_target};
use hashquake_chain::blocks::{EPOCH, expected_hashes};
use hashquake_chain::clock::{MEDIAN_BLOCKS, RecentTimes};
use hashquake_chain::history::History;
use hashquake_chain::retarget::target;
use hashquake_chain::subsidy::{HALVING, subsidy_btc};
use hashquake_chain::target::CompactTarget;

/// The first place of an epoch from which header times count again: eleven before the last.
const TAIL: u32 = EPOCH - 1 - MEDIAN_BLOCKS as u32;

/// The chain up to a tip, and what its next block must keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    next_height: u32,
    bits: CompactTarget,
    block_work: u128,
    block_hashes: f64,
    epoch_first_time: u32,
    recent: RecentTimes,
    /// Work of all epochs before this one.
    work_before: u128,
}

/// Why a clock cannot start at a height of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The history lacks blocks just before it.
    #[error(
        "a run cannot start at block {height}: the history holds blocks {first} to {last}, and the start needs the 11 before it"
    )]
    Blocks {
        /// The height that was asked for.
        height: u32,
        /// First block of the history.
        first: u32,
        /// Last block of the history.
        last: u32,
    },
    /// The history's epochs do not reach it, or do not begin with the first, so that work is unknown.
    #[error(
        "a run cannot start at block {height}: the history holds epochs {first} to {last}, and the start needs all from 0 to its own"
    )]
    Epochs {
        /// The height that was asked for.
        height: u32,
        /// First epoch of the history.
        first: u32,
        /// Last epoch of the history.
        last: u32,
    },
}

impl Clock {
    /// Before the genesis block.
    pub fn genesis() -> Self {
        Self::new(0, CompactTarget::LIMIT, 0, RecentTimes::default(), 0)
    }

    /// Before block `next_height`, whose epoch has target `bits` and began at header time
    /// `epoch_first_time`, after blocks of the times `recent`; `work_before` is that of all earlier
    /// epochs.
    ///
    /// # Panics
    /// When `bits` stand for no target: a caller's mistake.
    pub fn new(
        next_height: u32,
        bits: CompactTarget,
        epoch_first_time: u32,
        recent: RecentTimes,
        work_before: u128,
    ) -> Self {
        assert!(target(bits).is_some(), "{bits:08x} stands for no target");
        let (block_work, block_hashes) = work_of(bits);
        Self {
            next_height,
            bits,
            block_work,
            block_hashes,
            epoch_first_time,
            recent,
            work_before,
        }
    }

    /// Before block `height` of a real chain, from the blocks and epochs of `history` below it.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn before(history: &History, height: u32) -> Result<Self, StartError> {
        let blocks = &history.blocks;
        let (first, last) = (blocks.first_height(), blocks.last_height().unwrap_or(0));
        let known = height
            .checked_sub(MEDIAN_BLOCKS as u32)
            .and_then(|h| blocks.position(h))
            .filter(|from| from + MEDIAN_BLOCKS <= blocks.len());
        let from = known.ok_or(StartError::Blocks {
            height,
            first,
            last,
        })?;
        let mut recent = RecentTimes::default();
        let times = &blocks.times()[from..from + MEDIAN_BLOCKS];
        times.iter().for_each(|&t| recent.push(t));
        let own = height / EPOCH;
        let epoch = history
            .epoch_of(height)
            .filter(|_| history.first_epoch == 0);
        let epoch = epoch.ok_or(StartError::Epochs {
            height,
            first: history.first_epoch,
            last: history.first_epoch + (history.epochs.len() as u32).saturating_sub(1),
        })?;
        let earlier = &history.epochs[..own as usize];
        let work = earlier.iter().fold(0u128, |sum, e| {
            sum.saturating_add(work_of(e.bits).0.saturating_mul(EPOCH.into()))
        });
        Ok(Self::new(
            height,
            epoch.bits,
            epoch.first_time,
            recent,
            work,
        ))
    }

    /// Height of the block that comes next.
    pub fn next_height(&self) -> u32 {
        self.next_height
    }

    /// Target of the next block.
    pub fn bits(&self) -> CompactTarget {
        self.bits
    }

    /// Hashes that the next block takes on average, 2²⁵⁶/(target+1).
    pub fn block_hashes(&self) -> f64 {
        self.block_hashes
    }

    /// New coins that the next block may create, BTC.
    pub fn subsidy_btc(&self) -> f64 {
        subsidy_btc(self.next_height)
    }

    /// Work of the whole chain up to its tip, in expected hashes.
    pub fn chain_work(&self) -> u128 {
        let own = u128::from(self.next_height % EPOCH);
        self.work_before
            .saturating_add(self.block_work.saturating_mul(own))
    }

    /// The earliest header time of the next block: one after the median time past.
    pub fn earliest_time(&self) -> u32 {
        self.median_time_past().map_or(0, |t| t.saturating_add(1))
    }

    /// Whether the next block is the first with half the subsidy.
    pub fn halves(&self) -> bool {
        self.next_height.is_multiple_of(HALVING) && self.next_height > 0
    }

    /// Median time past of the tip: the median of the last eleven header times that the clock was given. A
    /// run that starts earlier finds its first headers lifted to it.
    pub fn median_time_past(&self) -> Option<u32> {
        self.recent.median()
    }

    /// The header times that the clock was last given.
    pub fn recent_times(&self) -> &RecentTimes {
        &self.recent
    }

    /// How many of the next blocks may be passed without their header times, up to the next halving.
    pub fn plain_blocks(&self) -> u32 {
        let place = self.next_height % EPOCH;
        if place == 0 || place >= TAIL {
            return 0;
        }
        (TAIL - place).min(HALVING - self.next_height % HALVING)
    }

    /// Passes `blocks` plain blocks.
    ///
    /// # Panics
    /// When they are more than [`Clock::plain_blocks`]: a caller's mistake.
    #[inline]
    pub fn pass(&mut self, blocks: u32) {
        assert!(
            blocks <= self.plain_blocks(),
            "{blocks} blocks from {} are not plain",
            self.next_height
        );
        self.next_height += blocks;
    }

    /// Adds the next block with its header time; the last of an epoch retargets. Returns whether it did.
    pub fn push(&mut self, header_time: u32) -> bool {
        let place = self.next_height % EPOCH;
        if place == 0 {
            self.epoch_first_time = header_time;
        }
        self.recent.push(header_time);
        self.next_height += 1;
        if place != EPOCH - 1 {
            return false;
        }
        let epoch_work = self.block_work.saturating_mul(EPOCH.into());
        self.work_before = self.work_before.saturating_add(epoch_work);
        self.bits = next_target(self.bits, self.epoch_first_time, header_time);
        (self.block_work, self.block_hashes) = work_of(self.bits);
        true
    }
}

/// Expected hashes of a block, exact where they fit and as a number.
fn work_of(bits: CompactTarget) -> (u128, f64) {
    match block_work(bits) {
        Some(work) => (work, work as f64),
        None => (u128::MAX, expected_hashes(bits)),
    }
}
