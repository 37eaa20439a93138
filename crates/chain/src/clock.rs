//! The two rules that bind a header's time: after the median of the eleven before it, and at most two
//! hours ahead of the reader's clock.
//!
//! Bitcoin Core, `CBlockIndex::GetMedianTimePast` and `MAX_FUTURE_BLOCK_TIME` in `src/chain.h`. The
//! reader's clock is an argument wherever it is needed; nothing here asks for the time.

use hashquake_base::units::Seconds;

/// Blocks whose median time a new block must exceed.
pub const MEDIAN_BLOCKS: usize = 11;

/// How far ahead of the reader's clock a header time may lie.
pub const AHEAD_SECONDS: Seconds = 2 * 60 * 60;

/// The header times of the last blocks, at most eleven, also held in order so that their median costs
/// nothing to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentTimes {
    ring: [u32; MEDIAN_BLOCKS],
    sorted: [u32; MEDIAN_BLOCKS],
    len: usize,
    next: usize,
}

impl RecentTimes {
    /// Number of times held, at most eleven.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no time is held.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds the time of a new block; the oldest of twelve falls out.
    pub fn push(&mut self, time: u32) {
        if self.len == MEDIAN_BLOCKS {
            let oldest = self.ring[self.next];
            let at = self.sorted.partition_point(|&t| t < oldest);
            self.sorted.copy_within(at + 1.., at);
            self.len -= 1;
        }
        let at = self.sorted[..self.len].partition_point(|&t| t < time);
        self.sorted.copy_within(at..self.len, at + 1);
        self.sorted[at] = time;
        self.ring[self.next] = time;
        self.next = (self.next + 1) % MEDIAN_BLOCKS;
        self.len += 1;
    }

    /// Their median, of an even number the later of the two in the middle, as Core takes it; `None`
    /// when no time is held.
    pub fn median(&self) -> Option<u32> {
        (self.len > 0).then(|| self.sorted[self.len / 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_median_is_that_of_the_last_eleven(times in prop::collection::vec(0u32..50, 1..60)) {
            let mut recent = RecentTimes::default();
            for (i, &time) in times.iter().enumerate() {
                recent.push(time);
                let mut last = times[(i + 1).saturating_sub(MEDIAN_BLOCKS)..=i].to_vec();
                last.sort_unstable();
                prop_assert_eq!(recent.median(), Some(last[last.len() / 2]));
            }
        }
    }
}
