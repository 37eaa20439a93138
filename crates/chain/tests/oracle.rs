//! Targets, work and hashes against two outside readings of the rules: the crate `bitcoin`, and the
//! vectors of Bitcoin Core's own tests.

use bitcoin::consensus::{deserialize, params};
use bitcoin::hashes::{Hash, sha256d};
use hashquake_chain::hash::BlockHash;
use hashquake_chain::retarget::{TIMESPAN_SECONDS, next_target, target};
use hashquake_chain::target::{CompactTarget, Target};
use proptest::prelude::*;

fn compact(bits: u32) -> CompactTarget {
    CompactTarget::from_consensus(bits)
}

fn hex(bytes: [u8; 32]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    digits.trim_start_matches('0').to_string()
}

/// Bitcoin Core, `src/test/arith_uint256_tests.cpp`, `bignum_SetCompact`: the form, what it stands for,
/// the form that this is written in again.
#[test]
fn the_compact_forms_of_bitcoin_core_are_reproduced() {
    let zero = "";
    let wide = "1234560000000000000000000000000000000000000000000000000000000000";
    let vectors = [
        (0x0000_0000, zero, 0),
        (0x0012_3456, zero, 0),
        (0x0100_3456, zero, 0),
        (0x0200_0056, zero, 0),
        (0x0300_0000, zero, 0),
        (0x0400_0000, zero, 0),
        (0x0092_3456, zero, 0),
        (0x0180_3456, zero, 0),
        (0x0280_0056, zero, 0),
        (0x0380_0000, zero, 0),
        (0x0480_0000, zero, 0),
        (0x0112_3456, "12", 0x0112_0000),
        (0x0212_3456, "1234", 0x0212_3400),
        (0x0312_3456, "123456", 0x0312_3456),
        (0x0412_3456, "12345600", 0x0412_3456),
        (0x0500_9234, "92340000", 0x0500_9234),
        (0x2012_3456, wide, 0x2012_3456),
    ];
    for (bits, value, again) in vectors {
        let target = Target::from_compact(compact(bits)).expect("it fits and is not negative");
        assert_eq!(hex(target.to_be_bytes()), value, "{bits:08x}");
        assert_eq!(target.to_compact_lossy(), compact(again), "{bits:08x}");
    }
    let mut byte = [0; 32];
    byte[31] = 0x80;
    let again = Target::from_be_bytes(byte).to_compact_lossy();
    assert_eq!(again, compact(0x0200_8000), "the sign stays free");
    for negative in [0x01fe_dcba, 0x0492_3456] {
        assert_eq!(Target::from_compact(compact(negative)), None);
    }
    for overflow in [0xff12_3456, 0x2300_0001, 0x2200_0100, 0x2101_0000] {
        assert_eq!(Target::from_compact(compact(overflow)), None);
    }
    for widest in [0x2200_00ff, 0x2100_ffff, 0x207f_ffff] {
        assert!(Target::from_compact(compact(widest)).is_some());
    }
}

/// ⌊2²⁵⁶ / (target + 1)⌋ where the fraction is easy to see.
#[test]
fn work_at_the_ends_is_what_the_fraction_says() {
    let work = |low: u8, rest: u8| {
        let mut bytes = [rest; 32];
        bytes[31] = low;
        hex(Target::from_be_bytes(bytes).to_work().to_be_bytes())
    };
    assert_eq!(
        work(0, 0),
        "",
        "Core counts no work where nothing can meet the target"
    );
    assert_eq!(work(1, 0), format!("8{}", "0".repeat(63)));
    assert_eq!(work(3, 0), format!("4{}", "0".repeat(63)));
    assert_eq!(work(0xfe, 0xff), "1");
    assert_eq!(work(0xff, 0xff), "1");
}

/// Numbers of every length, since uniform ones of 256 bits are nearly all long.
fn any_number() -> impl Strategy<Value = [u8; 32]> {
    (any::<[u8; 32]>(), 0usize..=32).prop_map(|(mut bytes, zeros)| {
        bytes[..zeros].fill(0);
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_compact_form_stands_for_the_same_target(size in 0u32..=0x22, mantissa in 0u32..=0x7f_ffff) {
        let bits = size << 24 | mantissa;
        let theirs = bitcoin::Target::from_compact(bitcoin::CompactTarget::from_consensus(bits));
        if let Some(ours) = Target::from_compact(compact(bits)) {
            prop_assert_eq!(ours.to_be_bytes(), theirs.to_be_bytes());
        } else {
            prop_assert!(size > 32, "{bits:08x}");
        }
    }

    #[test]
    fn a_target_has_the_same_compact_form_and_work(bytes in any_number()) {
        let (ours, theirs) = (Target::from_be_bytes(bytes), bitcoin::Target::from_be_bytes(bytes));
        prop_assert_eq!(ours.to_be_bytes(), bytes);
        prop_assert_eq!(
            ours.to_compact_lossy().to_consensus(),
            theirs.to_compact_lossy().to_consensus()
        );
        // Of zero and one the other says 2²⁵⁶ − 1, which is neither Core's rule nor the fraction.
        prop_assume!(bytes[..31] != [0; 31] || bytes[31] > 1);
        prop_assert_eq!(ours.to_work().to_be_bytes(), theirs.to_work().to_be_bytes());
    }

    #[test]
    fn work_adds_up_the_same(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
        let ours = |bytes| Target::from_be_bytes(bytes).to_work();
        let theirs = |bytes| bitcoin::Target::from_be_bytes(bytes).to_work();
        prop_assert_eq!((ours(a) + ours(b)).to_be_bytes(), (theirs(a) + theirs(b)).to_be_bytes());
    }

    #[test]
    fn a_retarget_gives_the_same(
        size in 1u32..=0x1d,
        mantissa in 1u32..=0x7f_ffff,
        first in any::<u32>(),
        span in 0..2 * TIMESPAN_SECONDS as u32 * 4,
    ) {
        let bits = size << 24 | mantissa;
        prop_assume!(target(compact(bits)).is_some());
        let last = first.saturating_add(span);
        let theirs = bitcoin::CompactTarget::from_next_work_required(
            bitcoin::CompactTarget::from_consensus(bits),
            u64::from(last - first),
            &params::MAINNET,
        );
        prop_assert_eq!(
            next_target(compact(bits), first, last).to_consensus(),
            theirs.to_consensus()
        );
    }

    #[test]
    fn a_header_has_the_same_hash_and_meets_the_same_targets(
        left in any::<[u8; 40]>(),
        right in any::<[u8; 40]>(),
        bytes in any_number(),
    ) {
        let record: [u8; 80] = std::array::from_fn(|i| if i < 40 { left[i] } else { right[i - 40] });
        let ours = BlockHash::of_header(&record);
        let header: bitcoin::block::Header = deserialize(&record).unwrap();
        let theirs = header.block_hash();
        prop_assert_eq!(ours.to_string(), theirs.to_string());
        prop_assert_eq!(ours.to_byte_array(), sha256d::Hash::hash(&record).to_byte_array());
        let mut number = ours.to_byte_array();
        number.reverse();
        for bytes in [bytes, number] {
            prop_assert_eq!(
                Target::from_be_bytes(bytes).is_met_by(ours),
                bitcoin::Target::from_be_bytes(bytes).is_met_by(theirs)
            );
        }
    }
}

#[test]
fn block_0_is_bitcoins() {
    let theirs = bitcoin::constants::genesis_block(&params::MAINNET).block_hash();
    assert_eq!(BlockHash::GENESIS.to_byte_array(), theirs.to_byte_array());
}
