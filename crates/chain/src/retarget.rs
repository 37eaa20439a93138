//! Targets: which are possible at all, and what the next epoch's must be.
//!
//! ```text
//! next = min(target · clamp(t_last − t_first, T/4, 4T) / T, limit), rounded to its compact form
//! T = 1,209,600 s
//! ```
//!
//! t_first and t_last are the header times of the first and the last of the epoch's 2016 blocks, so the
//! span covers 2015 intervals, not 2016 (Bitcoin Core, `CalculateNextWorkRequired` in `src/pow.cpp`).
//! The span is signed: a last time before the first counts as T/4. All of it is integer arithmetic of
//! 256 bits, exact; the product of a mainnet target and the longest span has 247. Mainnet only: no
//! special rules of the test networks.

use crate::blocks::{Blocks, EPOCH};
use crate::history::Epoch;
use crate::target::{CompactTarget, Target};

/// What 2016 blocks should take: two weeks (Core, `nPowTargetTimespan`).
pub const TIMESPAN_SECONDS: i64 = 14 * 24 * 60 * 60;

/// A retarget moves the target by at most this factor, up or down.
pub const FACTOR_MAX: i64 = 4;

/// The target that `bits` stand for; `None` when they stand for none that a block may have: negative,
/// zero, overflowing, or easier than the limit (Core, `DeriveTarget` in `src/pow.cpp`).
pub fn target(bits: CompactTarget) -> Option<Target> {
    let allowed = |t: &Target| Target::ZERO < *t && *t <= Target::LIMIT;
    Target::from_compact(bits).filter(allowed)
}

/// The target of the epoch after one of target `bits` whose first block has the header time
/// `first_time` and whose last, the 2016th, has `last_time`. Where `bits` are no [`target`], which no
/// chain has, nothing follows from them and they stay.
///
/// ```
/// use hashquake_chain::retarget::next_target;
/// use hashquake_chain::target::CompactTarget;
/// // The first retarget that changed anything: block 32,256, on 30 December 2009.
/// let bits = CompactTarget::from_consensus(0x1d00ffff);
/// let next = next_target(bits, 1_261_130_161, 1_262_152_739);
/// assert_eq!(next.to_consensus(), 0x1d00d86a);
/// ```
pub fn next_target(bits: CompactTarget, first_time: u32, last_time: u32) -> CompactTarget {
    let span = i64::from(last_time) - i64::from(first_time);
    let clamped = span.clamp(TIMESPAN_SECONDS / FACTOR_MAX, TIMESPAN_SECONDS * FACTOR_MAX);
    let next = target(bits).map(|t| t.scaled(clamped as u32, TIMESPAN_SECONDS as u32));
    next.map_or(bits, |t| t.min(Target::LIMIT).to_compact_lossy())
}

/// The hardest and the easiest target that may follow `bits`, whatever the epoch's times.
pub fn next_target_range(bits: CompactTarget) -> (CompactTarget, CompactTarget) {
    (next_target(bits, 0, 0), next_target(bits, 0, u32::MAX))
}

/// A block at the edge of an epoch, or its target, that is not what the epochs say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundaryError {
    /// A target does not follow from the epoch before.
    #[error(
        "epoch {epoch} (from block {height}): its target is {bits:08x}, but {expected:08x} follows from the epoch before (times {first_time} to {last_time})"
    )]
    Retarget {
        /// Number of the epoch whose target is wrong.
        epoch: u32,
        /// Its first block.
        height: u32,
        /// Its target as it stands.
        bits: CompactTarget,
        /// The target that follows.
        expected: CompactTarget,
        /// Time of the first block of the epoch before.
        first_time: u32,
        /// Time of the last block of the epoch before.
        last_time: u32,
    },
    /// The first epoch's target is none.
    #[error(
        "epoch {epoch}: its target {bits:08x} is none: negative, zero or easier than the limit {:08x}",
        CompactTarget::LIMIT
    )]
    NotATarget {
        /// Number of the epoch.
        epoch: u32,
        /// Its target as it stands.
        bits: CompactTarget,
    },
    /// An epoch inside the list lacks the time of its last block.
    #[error("epoch {epoch}: the time of its last block, {height}, is missing")]
    NoLastTime {
        /// Number of the epoch.
        epoch: u32,
        /// Its last block.
        height: u32,
    },
    /// A block has another target than its epoch.
    #[error("block {height}: its target is {bits:08x}, but its epoch's is known to be {known:08x}")]
    Bits {
        /// Height of the block.
        height: u32,
        /// Compact target of the block.
        bits: CompactTarget,
        /// Compact target that is known of its epoch.
        known: CompactTarget,
    },
    /// The first or last block of an epoch has another time than is known.
    #[error("block {height}: its time is {time}, but it is known to be {known}")]
    Time {
        /// Height of the block.
        height: u32,
        /// Its header time.
        time: u32,
        /// The time that is known.
        known: u32,
    },
}

/// Recomputes every retarget between the `epochs`, of which the first is number `first_epoch`, and
/// returns how many there are. Of epoch 0 the target must be the limit.
///
/// # Errors
/// [`BoundaryError::Retarget`], [`BoundaryError::NoLastTime`] and [`BoundaryError::NotATarget`].
pub fn verify_epochs(epochs: &[Epoch], first_epoch: u32) -> Result<usize, BoundaryError> {
    let limit = CompactTarget::LIMIT;
    let wrong = |i: usize, expected, from: &Epoch, last_time| {
        let epoch = first_epoch.saturating_add(i as u32);
        Err(BoundaryError::Retarget {
            epoch,
            height: epoch.saturating_mul(EPOCH),
            bits: epochs[i].bits,
            expected,
            first_time: from.first_time,
            last_time,
        })
    };
    if let Some(&Epoch { bits, .. }) = epochs.first()
        && target(bits).is_none()
    {
        let epoch = first_epoch;
        return Err(BoundaryError::NotATarget { epoch, bits });
    }
    if let Some(genesis) = epochs.first().filter(|_| first_epoch == 0)
        && genesis.bits != limit
    {
        return wrong(0, limit, genesis, genesis.first_time);
    }
    for (i, pair) in epochs.windows(2).enumerate() {
        let epoch = first_epoch.saturating_add(i as u32);
        let last_time = pair[0].last_time.ok_or(BoundaryError::NoLastTime {
            epoch,
            height: epoch.saturating_mul(EPOCH).saturating_add(EPOCH - 1),
        })?;
        let expected = next_target(pair[0].bits, pair[0].first_time, last_time);
        if pair[1].bits != expected {
            return wrong(i + 1, expected, &pair[0], last_time);
        }
    }
    Ok(epochs.len().saturating_sub(1))
}

/// Holds `blocks` against `epochs`, of which the first is number `first_epoch`: every target, and the
/// time of every first and last block of an epoch, must be the same wherever both are known. Blocks
/// outside the epochs are passed over.
///
/// # Errors
/// [`BoundaryError::Bits`] and [`BoundaryError::Time`].
pub fn check_against_epochs(
    blocks: &Blocks,
    epochs: &[Epoch],
    first_epoch: u32,
) -> Result<(), BoundaryError> {
    for (i, (&time, &bits)) in blocks.times().iter().zip(blocks.bits()).enumerate() {
        let height = blocks.height(i);
        let place = (height / EPOCH).checked_sub(first_epoch);
        let Some(epoch) = place.and_then(|k| epochs.get(k as usize)) else {
            continue;
        };
        if bits != epoch.bits {
            let known = epoch.bits;
            return Err(BoundaryError::Bits {
                height,
                bits,
                known,
            });
        }
        let known = match height % EPOCH {
            0 => Some(epoch.first_time),
            r if r == EPOCH - 1 => epoch.last_time,
            _ => None,
        };
        if let Some(known) = known.filter(|&known| known != time) {
            return Err(BoundaryError::Time {
                height,
                time,
                known,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compact(bits: u32) -> CompactTarget {
        CompactTarget::from_consensus(bits)
    }

    /// Bitcoin Core, `src/test/pow_tests.cpp`: an ordinary step, the limit, and the clamp both ways.
    #[test]
    fn the_vectors_of_bitcoin_core_are_reproduced() {
        let vectors = [
            (1_261_130_161, 1_262_152_739, 0x1d00_ffff, 0x1d00_d86a),
            (1_231_006_505, 1_233_061_996, 0x1d00_ffff, 0x1d00_ffff),
            (1_279_008_237, 1_279_297_671, 0x1c05_a3f4, 0x1c01_68fd),
            (1_263_163_443, 1_269_211_443, 0x1c38_7f6f, 0x1d00_e1fd),
        ];
        for (first, last, bits, next) in vectors {
            assert_eq!(next_target(compact(bits), first, last), compact(next));
        }
    }

    #[test]
    fn an_epoch_that_ends_before_it_began_counts_as_the_shortest() {
        let bits = compact(0x1703_e8b3);
        let shortest = next_target(bits, 0, (TIMESPAN_SECONDS / 4) as u32);
        assert_eq!(next_target(bits, 1_700_000_000, 1_600_000_000), shortest);
    }

    /// Compact forms as in Core's `pow_tests.cpp`, `CheckProofOfWork_test_*`.
    #[test]
    fn what_is_no_target_is_refused() {
        let refused = [
            (0, "zero"),
            (0x1d80_ffff, "negative"),
            (0x0180_0000, "negative zero"),
            (0x01fe_dcba, "negative and small"),
            (0xff12_3456, "overflow"),
            (0x2500_0001, "overflow that wraps to a small number"),
            (0x1d01_0000, "just above the limit"),
            (0x0100_0000, "zero with an exponent"),
        ];
        for (bits, why) in refused {
            assert_eq!(target(compact(bits)), None, "{bits:08x} is {why}");
        }
        assert_eq!(target(CompactTarget::LIMIT), Some(Target::LIMIT));
    }

    /// The next target with the mantissa scaled by 2⁷² in 128 bits, so that division loses nothing
    /// that the three bytes of the result could show: another way to the same number.
    fn next_by_mantissa(bits: u32, span: u32) -> u32 {
        let (exponent, mantissa) = (bits >> 24, u128::from(bits & 0x007f_ffff));
        let mut value = ((mantissa * u128::from(span)) << 72) / TIMESPAN_SECONDS as u128;
        let mut exponent = exponent - 9;
        while value >= 0x0080_0000 {
            value >>= 8;
            exponent += 1;
        }
        let next = exponent << 24 | value as u32;
        next.min(CompactTarget::LIMIT.to_consensus())
    }

    proptest! {
        #[test]
        fn a_second_way_gives_the_same_target(
            exponent in 0x0cu32..=0x1c,
            mantissa in 0x8000u32..0x80_0000,
            span in 302_400u32..=4_838_400,
        ) {
            let bits = exponent << 24 | mantissa;
            prop_assert_eq!(
                next_target(compact(bits), 0, span),
                compact(next_by_mantissa(bits, span))
            );
        }

        #[test]
        fn a_longer_epoch_never_makes_the_next_harder(
            exponent in 0x04u32..=0x1c,
            mantissa in 0x8000u32..0x80_0000,
            first in any::<u32>(),
            last in any::<[u32; 2]>(),
        ) {
            let bits = compact(exponent << 24 | mantissa);
            let of = |t| target(next_target(bits, first, t)).expect("a retarget gives a target");
            let [short, long] = [last[0].min(last[1]), last[0].max(last[1])];
            prop_assert!(of(short) <= of(long));
            let (hardest, easiest) = next_target_range(bits);
            prop_assert!(target(hardest) <= Some(of(short)) && Some(of(long)) <= target(easiest));
        }
    }
}
