//! The rules that a block's time and target must keep, seen from the blocks before it.
//!
//! ```text
//! target   inside an epoch: the previous block's; at height 2016k: the retarget
//! time     after the median of the eleven before it
//! ```
//!
//! Bitcoin Core, `ContextualCheckBlockHeader` in `src/validation.cpp`. These need no hashes, so that a
//! table of height, time and target is held to them as well as a file of headers ([`super::header`]).
//!
//! A run of blocks may begin anywhere. What would need blocks before its first is not guessed but
//! reported as [`Unchecked`]: the first target, the median rule of the first eleven blocks, and the
//! first retarget when the run begins inside an epoch; that last must still stay within a factor of
//! four, which holds whatever the epoch's times were.

use std::fmt;

use crate::blocks::{Blocks, EPOCH};
use crate::clock::{AHEAD_SECONDS, MEDIAN_BLOCKS, RecentTimes};
use crate::hash::BlockHash;
use crate::retarget;
use crate::target::{CompactTarget, Target};
use hashquake_base::units::{Seconds, rfc3339};

/// A block that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("block {height}: {fault}")]
pub struct Refusal {
    /// Height of the block.
    pub height: u32,
    /// The rule that it breaks.
    pub fault: Fault,
}

/// The rule that a block breaks, with what it has and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes end inside the header.
    #[error("its record is cut: {bytes} of 80 bytes are there")]
    Cut {
        /// Bytes that are there.
        bytes: usize,
    },
    /// It does not name the block before it.
    #[error("it follows {found}, but the block before it is {expected}")]
    Link {
        /// The hash that it names.
        found: BlockHash,
        /// Hash of the block before it.
        expected: BlockHash,
    },
    /// It names no block before it, but is not block 0.
    #[error("it names no block before it, as only block 0 does: is the first height right?")]
    Orphan,
    /// Its compact target stands for no target at all.
    #[error(
        "its target {bits:08x} is none: negative, zero or easier than the limit {:08x}",
        CompactTarget::LIMIT
    )]
    NotATarget {
        /// Compact target of the header.
        bits: CompactTarget,
    },
    /// It changes the target inside an epoch.
    #[error("its target is {bits:08x}, but inside an epoch it stays {expected:08x}")]
    TargetChanged {
        /// Compact target of the header.
        bits: CompactTarget,
        /// The target of the epoch.
        expected: CompactTarget,
    },
    /// Its target is not what the retarget gives.
    #[error(
        "its target is {bits:08x}, but the retarget gives {expected:08x} (epoch from {first_time} to {last_time})"
    )]
    Retarget {
        /// Compact target of the header.
        bits: CompactTarget,
        /// The target by the rule.
        expected: CompactTarget,
        /// Time of the first block of the epoch before.
        first_time: u32,
        /// Time of the last block of the epoch before.
        last_time: u32,
    },
    /// Its target is further from the one before than any retarget goes.
    #[error(
        "its target is {bits:08x}, but a retarget gives {hardest:08x} to {easiest:08x}, a factor of four either way"
    )]
    RetargetTooFar {
        /// Compact target of the header.
        bits: CompactTarget,
        /// The hardest that may follow.
        hardest: CompactTarget,
        /// The easiest that may follow.
        easiest: CompactTarget,
    },
    /// Its time is not after the median time past.
    #[error(
        "its time {time} ({}) must be after the median of the eleven before it, {median} ({})",
        rfc3339(Seconds::from(*time)), rfc3339(Seconds::from(*median))
    )]
    TooEarly {
        /// Time of the header, unix seconds.
        time: u32,
        /// The median time past.
        median: u32,
    },
    /// Its time is more than two hours ahead of the reader's clock.
    #[error(
        "its time {time} ({}) is more than two hours ahead of now, {}",
        rfc3339(Seconds::from(*time)), rfc3339(*now)
    )]
    TooFarAhead {
        /// Time of the header, unix seconds.
        time: u32,
        /// The reader's clock.
        now: Seconds,
    },
    /// Its version was retired before it.
    #[error("its version is {version}, but from block {since} on it is at least {least}")]
    Version {
        /// Version of the header.
        version: i32,
        /// The least that is allowed.
        least: i32,
        /// The height from which it is.
        since: u32,
    },
    /// Its hash does not meet its target.
    #[error("its hash {hash} does not meet its target {bits:08x}")]
    ProofOfWork {
        /// Hash of the header.
        hash: BlockHash,
        /// Compact target of the header.
        bits: CompactTarget,
    },
    /// Block 0 is not Bitcoin's.
    #[error("it has the hash {hash}, but block 0 is {expected}")]
    NotGenesis {
        /// Hash of the header.
        hash: BlockHash,
        /// Hash of the genesis block.
        expected: BlockHash,
    },
    /// Heights end at 2³² − 1.
    #[error("no block can have this height: is the first height right?")]
    TooHigh,
}

/// A rule that could not be applied because blocks before the first were not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// Whether the first block follows the one before it.
    Link {
        /// Height of the first block.
        height: u32,
    },
    /// Whether the target of the first block is its epoch's.
    Target {
        /// Height of the first block.
        height: u32,
    },
    /// The median time past of the first blocks.
    MedianTime {
        /// First such height.
        first: u32,
        /// Last such height.
        last: u32,
    },
    /// The exact target at the first retarget.
    Retarget {
        /// Height of the retarget.
        height: u32,
        /// First block of the epoch before, whose time is needed.
        epoch_start: u32,
    },
}

impl fmt::Display for Unchecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Link { height } => write!(
                f,
                "block {height} was not checked against the block before it, which is not given"
            ),
            Self::Target { height } => write!(
                f,
                "the target of block {height} was taken as it is: the block before it is not given"
            ),
            Self::MedianTime { first, last } => write!(
                f,
                "the times of blocks {first} to {last} were not checked against the median time past: it needs the {MEDIAN_BLOCKS} blocks before each"
            ),
            Self::Retarget {
                height,
                epoch_start,
            } => write!(
                f,
                "the retarget at block {height} was only checked to stay within a factor of four: the time of block {epoch_start} is not given"
            ),
        }
    }
}

/// What is known of the blocks so far, and what it asks of the next.
///
/// ```
/// use hashquake_chain::rules::{Fault, Rules};
/// use hashquake_chain::target::CompactTarget;
/// let bits = CompactTarget::LIMIT;
/// let mut rules = Rules::starting_at(0);
/// rules.check(1_231_006_505, bits).unwrap();
/// rules.push(1_231_006_505, bits);
/// let refusal = rules.check(1_231_006_505, bits).unwrap_err();
/// assert!(matches!(refusal.fault, Fault::TooEarly { .. }));
/// ```
#[derive(Clone, Debug)]
pub struct Rules {
    first_height: u32,
    next_height: u32,
    recent: RecentTimes,
    last: Option<Last>,
    epoch_start: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    time: u32,
    bits: CompactTarget,
    target: Target,
}

impl Rules {
    /// Before the first block of a run, which has `first_height`.
    pub fn starting_at(first_height: u32) -> Self {
        Self {
            first_height,
            next_height: first_height,
            recent: RecentTimes::default(),
            last: None,
            epoch_start: None,
        }
    }

    /// Height of the first block.
    pub fn first_height(&self) -> u32 {
        self.first_height
    }

    /// Height of the next block.
    pub fn next_height(&self) -> u32 {
        self.next_height
    }

    /// Holds the next block, of this header time (unix seconds) and target, against the blocks before
    /// it, and returns its target in full. Nothing is remembered of it until [`Rules::push`].
    ///
    /// # Errors
    /// A [`Refusal`] for the target, then for the time.
    pub fn check(&self, time: u32, bits: CompactTarget) -> Result<Target, Refusal> {
        if self.next_height == u32::MAX {
            return Err(self.refuse(Fault::TooHigh));
        }
        let target = self.check_target(bits)?;
        match self.median_time_past() {
            Some(median) if time <= median => Err(self.refuse(Fault::TooEarly { time, median })),
            _ => Ok(target),
        }
    }

    /// Holds the next block's time against the reader's clock.
    ///
    /// # Errors
    /// [`Fault::TooFarAhead`].
    pub fn check_ahead(&self, time: u32, now: Seconds) -> Result<(), Refusal> {
        if Seconds::from(time) > now.saturating_add(AHEAD_SECONDS) {
            return Err(self.refuse(Fault::TooFarAhead { time, now }));
        }
        Ok(())
    }

    /// Takes the next block as it is; to be called with what [`Rules::check`] let pass.
    pub fn push(&mut self, time: u32, bits: CompactTarget) {
        let target = match self.last {
            Some(last) if last.bits == bits => last.target,
            _ => Target::from_compact(bits).unwrap_or(Target::ZERO),
        };
        if self.next_height.is_multiple_of(EPOCH) {
            self.epoch_start = Some(time);
        }
        self.last = Some(Last { time, bits, target });
        self.recent.push(time);
        self.next_height += 1;
    }

    /// The median time that the next block must exceed; `None` when it is not known, or when there is
    /// no block before.
    pub fn median_time_past(&self) -> Option<u32> {
        let whole = self.recent.len() == MEDIAN_BLOCKS || self.first_height == 0;
        self.recent.median().filter(|_| whole)
    }

    /// What could not be checked of the blocks so far, for want of blocks before the first.
    pub fn unchecked(&self) -> Vec<Unchecked> {
        let (first, next) = (self.first_height, self.next_height);
        if first == 0 || next == first {
            return Vec::new();
        }
        let mut gaps = vec![
            Unchecked::Target { height: first },
            Unchecked::MedianTime {
                first,
                last: (next - 1).min(first.saturating_add(MEDIAN_BLOCKS as u32 - 1)),
            },
        ];
        let height = first.next_multiple_of(EPOCH);
        if first < height && height < next {
            gaps.push(Unchecked::Retarget {
                height,
                epoch_start: height - EPOCH,
            });
        }
        gaps
    }

    pub(super) fn refuse(&self, fault: Fault) -> Refusal {
        Refusal {
            height: self.next_height,
            fault,
        }
    }

    fn check_target(&self, bits: CompactTarget) -> Result<Target, Refusal> {
        let boundary = self.next_height.is_multiple_of(EPOCH);
        match (self.last, boundary) {
            (Some(last), false) if bits == last.bits => return Ok(last.target),
            _ => {}
        }
        let Some(target) = retarget::target(bits) else {
            return Err(self.refuse(Fault::NotATarget { bits }));
        };
        let fault = match (self.last, boundary) {
            (None, _) if self.next_height == 0 && bits != CompactTarget::LIMIT => {
                Fault::TargetChanged {
                    bits,
                    expected: CompactTarget::LIMIT,
                }
            }
            (None, _) => return Ok(target),
            (Some(last), false) => Fault::TargetChanged {
                bits,
                expected: last.bits,
            },
            (Some(last), true) => match self.check_retarget(last, bits, target) {
                None => return Ok(target),
                Some(fault) => fault,
            },
        };
        Err(self.refuse(fault))
    }

    fn check_retarget(&self, last: Last, bits: CompactTarget, target: Target) -> Option<Fault> {
        if let Some(first_time) = self.epoch_start {
            let expected = retarget::next_target(last.bits, first_time, last.time);
            return (bits != expected).then_some(Fault::Retarget {
                bits,
                expected,
                first_time,
                last_time: last.time,
            });
        }
        let (hardest, easiest) = retarget::next_target_range(last.bits);
        let within = Target::from_compact(hardest)..=Target::from_compact(easiest);
        (!within.contains(&Some(target))).then_some(Fault::RetargetTooFar {
            bits,
            hardest,
            easiest,
        })
    }
}

/// Holds a run of blocks against the rules, and says what could not be checked.
///
/// # Errors
/// A [`Refusal`] for the first block that breaks one.
pub fn check_blocks(blocks: &Blocks) -> Result<Vec<Unchecked>, Refusal> {
    let mut rules = Rules::starting_at(blocks.first_height());
    for (&time, &bits) in blocks.times().iter().zip(blocks.bits()) {
        rules.check(time, bits)?;
        rules.push(time, bits);
    }
    Ok(rules.unchecked())
}
