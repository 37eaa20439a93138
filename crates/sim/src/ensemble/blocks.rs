//! The bytes of single blocks, run by run the counterfactual's and then the scenario's.
//!
//! ```text
//! arm     count, first height, blocks
//! block   [bits] step of the header time, region
//! ```
//!
//! All numbers are LEB128. Bits stand before an arm's first block and before each first block of an epoch. A
//! step is the header time less the one before, from 0 on, with its sign in the lowest bit. A block
//! takes 3 bytes: a year of both arms 320 kB, a shard of 256 such runs 80 MB.

use super::packing::{Broken, read_number, write_number};
use crate::output::RunBlock;
use hashquake_chain::blocks::EPOCH;

/// Appends the blocks of one arm, whose heights follow each other.
pub fn write_arm(blocks: &[RunBlock], out: &mut Vec<u8>) {
    write_number(out, blocks.len() as u32);
    write_number(out, blocks.first().map_or(0, |b| b.height));
    let mut last = 0u32;
    for (i, block) in blocks.iter().enumerate() {
        if says_bits(i as u32, block.height) {
            write_number(out, block.bits);
        }
        let step = block.time.wrapping_sub(last) as i32;
        write_number(out, (step << 1 ^ step >> 31) as u32);
        write_number(out, block.region.into());
        last = block.time;
    }
}

/// Takes the blocks of one arm off the front of `bytes`.
///
/// # Errors
/// [`Broken`] where [`write_arm`] did not write them.
pub fn take_arm(bytes: &mut &[u8]) -> Result<Vec<RunBlock>, Broken> {
    let (count, first) = (read_number(bytes)?, read_number(bytes)?);
    let (mut bits, mut time) = (0, 0u32);
    (0..count)
        .map(|i| {
            let height = first.checked_add(i).ok_or(Broken)?;
            if says_bits(i, height) {
                bits = read_number(bytes)?;
            }
            let step = read_number(bytes)?;
            time = time.wrapping_add((step >> 1) ^ (step & 1).wrapping_neg());
            Ok(RunBlock {
                height,
                time,
                bits,
                region: u16::try_from(read_number(bytes)?).map_err(|_| Broken)?,
            })
        })
        .collect()
}

fn says_bits(place: u32, height: u32) -> bool {
    place == 0 || height.is_multiple_of(EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_come_back_and_bytes_cut_short_are_refused(
            first in 0u32..900_000,
            each in prop::collection::vec((any::<u32>(), any::<u16>()), 0..60),
        ) {
            let block = |(i, &(time, region)): (usize, &(u32, u16))| {
                let height = first + i as u32;
                RunBlock { height, time, bits: 0x1d00_ffff - height / EPOCH, region }
            };
            let blocks: Vec<_> = each.iter().enumerate().map(block).collect();
            let mut bytes = Vec::new();
            write_arm(&blocks, &mut bytes);
            write_arm(&[], &mut bytes);
            let mut left = &bytes[..];
            prop_assert_eq!(take_arm(&mut left)?, blocks);
            prop_assert_eq!(take_arm(&mut left)?, vec![]);
            prop_assert!(left.is_empty());
            for end in 0..bytes.len() - 2 {
                prop_assert!(take_arm(&mut &bytes[..end]).is_err());
            }
        }
    }
}
