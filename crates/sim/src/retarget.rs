//! The retarget and a block's work once more, in 128 bits:
//! [`chain::retarget::next_target`](hashquake_chain::retarget::next_target) and
//! [`chain::blocks::expected_hashes`](hashquake_chain::blocks::expected_hashes) divide numbers of 256 bits
//! one bit at a time; the retarget alone takes 510 ns that way and 7 ns this way (`cargo bench --bench
//! sim`), and `leap` spends some 600 ns on a whole epoch.
//!
//! A compact target is m·256ᵉ⁻³ with m below 2²³, a clamped span s lies below 2²³, and of the quotient
//! only three bytes survive. So
//!
//! ```text
//! q = ⌊m · s · 2⁷² / T⌋   below 2¹¹⁸, at least 2⁷⁰·m
//! ```
//!
//! holds every byte that the result can show: dropping whole bytes of a floor is the floor of the
//! dropped quotient. It stands for q·256ᵉ⁻¹². Below e = 12 the true quotient has fewer bytes than q;
//! such targets (under 2⁹⁶; today's lie near 2¹⁸⁵) go the long way.
//!
//! With k = 8(e − 3) a block's work is ⌊2²⁵⁶ / (m·2ᵏ + 1)⌋. The one below the fraction takes less than 1/m
//! off 2²⁵⁶⁻ᵏ/m when k ≥ 128, so it changes the floor only where m divides exactly, and then by one:
//!
//! ```text
//! work = ⌊(2²⁵⁶⁻ᵏ − 1) / m⌋   for k ≥ 128
//! ```
//!
//! Property tests hold both against the long way.

use hashquake_chain::target::CompactTarget;

use hashquake_chain::retarget::{self, FACTOR_MAX, TIMESPAN_SECONDS};

const EXPONENT_MIN: u32 = 12;

const SIGN: u128 = 0x0080_0000;

/// The target after an epoch of target `bits` from header time `first_time` to `last_time`: the same as
/// [`chain::retarget::next_target`](hashquake_chain::retarget::next_target), which also says what `bits`
/// must be.
#[inline]
pub fn next_target(bits: CompactTarget, first_time: u32, last_time: u32) -> CompactTarget {
    let compact = bits.to_consensus();
    let (exponent, mantissa) = (compact >> 24, u128::from(compact & 0x007f_ffff));
    if exponent < EXPONENT_MIN {
        return retarget::next_target(bits, first_time, last_time);
    }
    let span = i64::from(last_time) - i64::from(first_time);
    let span = span.clamp(TIMESPAN_SECONDS / FACTOR_MAX, TIMESPAN_SECONDS * FACTOR_MAX);
    let quotient = ((mantissa * span as u128) << 72) / TIMESPAN_SECONDS as u128;
    let surplus_bytes = (128 - quotient.leading_zeros()).div_ceil(8) - 3;
    let (mut exponent, mut top) = (
        exponent - 9 + surplus_bytes,
        quotient >> (8 * surplus_bytes),
    );
    if top >= SIGN {
        top >>= 8;
        exponent += 1;
    }
    let limit = CompactTarget::LIMIT.to_consensus();
    CompactTarget::from_consensus((exponent << 24 | top as u32).min(limit))
}

/// Expected hashes of a block of target `bits`, ⌊2²⁵⁶/(target+1)⌋, exact; `None` for targets below 2¹²⁸,
/// whose work may not fit. `bits` as in [`next_target`].
#[inline]
pub fn block_work(bits: CompactTarget) -> Option<u128> {
    let compact = bits.to_consensus();
    let (exponent, mantissa) = (compact >> 24, u128::from(compact & 0x007f_ffff));
    let shift = 8 * exponent.checked_sub(3)?;
    (shift >= 128).then(|| (u128::MAX >> (shift - 128)) / mantissa)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Mantissas that divide a power of two, where the one in target + 1 takes a whole hash off.
    #[test]
    fn work_is_exact_where_the_mantissa_is_a_power_of_two() {
        for power in 0..23 {
            let bits = CompactTarget::from_consensus(0x1700_0000 | 1 << power);
            let long = retarget::target(bits).unwrap().to_work().to_be_bytes();
            assert_eq!(block_work(bits).unwrap().to_be_bytes(), long[16..]);
        }
    }

    proptest! {
        #[test]
        fn the_short_way_gives_the_target_of_the_long_way(
            exponent in 1u32..=0x1d,
            mantissa in 1u32..0x80_0000,
            first in any::<u32>(),
            span in -2_000_000i64..6_000_000,
        ) {
            let bits = CompactTarget::from_consensus(exponent << 24 | mantissa);
            prop_assume!(retarget::target(bits).is_some());
            let last = (i64::from(first) + span).clamp(0, i64::from(u32::MAX)) as u32;
            prop_assert_eq!(next_target(bits, first, last), retarget::next_target(bits, first, last));
        }

        #[test]
        fn a_blocks_work_is_that_of_256_bits(exponent in 0x13u32..=0x1d, mantissa in 1u32..0x80_0000) {
            let bits = CompactTarget::from_consensus(exponent << 24 | mantissa);
            let Some(target) = retarget::target(bits) else { return Ok(()) };
            let long = target.to_work().to_be_bytes();
            let short = block_work(bits).unwrap().to_be_bytes();
            prop_assert_eq!(&long[16..], &short);
            prop_assert_eq!(&long[..16], &[0; 16]);
        }
    }
}
