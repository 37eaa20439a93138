//! The embedded history: every block of 2020–2024 and every difficulty epoch since 2009, in one file.
//!
//! ```text
//! "HQH1"
//! u32 first height · u32 blocks · u32 first epoch · u32 epochs · u16 pools     (little-endian)
//! pools  × { u8 length, UTF-8 name }
//! epochs × { u32 first block's time, u32 last block's time (0 = not known), u32 compact target }
//! blocks × LEB128 of the zigzag difference to the previous header time (the first: to 0)
//! blocks × u8 pool
//! 32 bytes SHA-256 of all before
//! ```
//!
//! Three bytes a block: two for the time, one for the pool; a target is the epoch's. No compression:
//! exponential intervals carry 10.7 bits each, so a general compressor could save a third of 0.8 MB at
//! the price of a decoder in every build.

use std::sync::OnceLock;

use crate::blocks::{Blocks, EPOCH, Pools};
use crate::target::CompactTarget;
use bitcoin_hashes::Sha256;

const MAGIC: &[u8; 4] = b"HQH1";
const DIGEST: usize = 32;

/// One difficulty epoch: 2016 blocks under one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Header time of its first block, unix seconds.
    pub first_time: u32,
    /// Header time of its last block; `None` when it lies after the history.
    pub last_time: Option<u32>,
    /// The target of all its blocks.
    pub bits: CompactTarget,
}

/// Blocks, and the frame of epochs in which they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Every block of 2020 to 2024.
    pub blocks: Blocks,
    /// Number of the first epoch in `epochs` (its first height is 2016 times that).
    pub first_epoch: u32,
    /// Epochs, without gaps.
    pub epochs: Vec<Epoch>,
}

/// Why bytes are no history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// Not our file at all.
    #[error("not a history file: it begins with {found:02x?}, not with HQH1")]
    Magic {
        /// The first bytes.
        found: Vec<u8>,
    },
    /// It ends too early.
    #[error("the history file is cut: it ends at byte {at} inside its {section}")]
    Cut {
        /// Length of the file.
        at: usize,
        /// The section that is not whole.
        section: &'static str,
    },
    /// Bytes were changed.
    #[error("the history file is damaged: its digest is {found}, it should be {expected}")]
    Digest {
        /// Digest of the bytes as they are.
        found: String,
        /// Digest written at the end.
        expected: String,
    },
    /// A field holds what it cannot.
    #[error("the history file is wrong in its {section}: {what}")]
    Field {
        /// Name of the section that is damaged.
        section: &'static str,
        /// What is wrong.
        what: String,
    },
}

impl History {
    /// The epoch that holds `height`, when it is here.
    pub fn epoch_of(&self, height: u32) -> Option<&Epoch> {
        self.epochs
            .get((height / EPOCH).checked_sub(self.first_epoch)? as usize)
    }

    /// Writes the file; equal histories give equal bytes.
    ///
    /// # Errors
    /// [`HistoryError::Field`] when more than 256 pools or a pool name over 255 bytes stand in the way,
    /// or when a block's target is not its epoch's.
    pub fn encode(&self) -> Result<Vec<u8>, HistoryError> {
        let none = Pools::default();
        let pools = self.blocks.pools().unwrap_or(&none);
        if pools.names().len() > 256 {
            let what = format!("{} pools, at most 256 fit", pools.names().len());
            return Err(HistoryError::Field {
                section: "pools",
                what,
            });
        }
        let mut out = MAGIC.to_vec();
        let counts = [
            self.blocks.first_height(),
            self.blocks.len() as u32,
            self.first_epoch,
            self.epochs.len() as u32,
        ];
        counts.iter().for_each(|n| out.extend(n.to_le_bytes()));
        out.extend((pools.names().len() as u16).to_le_bytes());
        for name in pools.names() {
            let length = u8::try_from(name.len()).map_err(|_| HistoryError::Field {
                section: "pools",
                what: format!("the name {name} is over 255 bytes"),
            })?;
            out.push(length);
            out.extend(name.as_bytes());
        }
        for e in &self.epochs {
            let fields = [
                e.first_time,
                e.last_time.unwrap_or(0),
                e.bits.to_consensus(),
            ];
            fields.iter().for_each(|n| out.extend(n.to_le_bytes()));
        }
        let mut previous = 0i64;
        for (i, &time) in self.blocks.times().iter().enumerate() {
            let height = self.blocks.height(i);
            if self.epoch_of(height).map(|e| e.bits) != Some(self.blocks.bits()[i]) {
                let what = format!("the target of block {height} is not its epoch's");
                return Err(HistoryError::Field {
                    section: "epochs",
                    what,
                });
            }
            let step = i64::from(time) - previous;
            previous = i64::from(time);
            write_leb128(&mut out, ((step << 1) ^ (step >> 63)) as u64);
        }
        out.extend(pools.index().iter().map(|&i| i as u8));
        out.extend(Sha256::hash(&out).to_byte_array());
        Ok(out)
    }

    /// Reads the file. Garbage is refused, never a panic.
    ///
    /// # Errors
    /// [`HistoryError`], which says what and where.
    pub fn decode(bytes: &[u8]) -> Result<Self, HistoryError> {
        if !bytes.starts_with(MAGIC) {
            let found = bytes[..bytes.len().min(4)].to_vec();
            return Err(HistoryError::Magic { found });
        }
        let Some(body) = bytes.len().checked_sub(DIGEST).map(|n| &bytes[..n]) else {
            return Err(HistoryError::Cut {
                at: bytes.len(),
                section: "digest",
            });
        };
        let found = Sha256::hash(body).to_byte_array();
        if found != bytes[body.len()..] {
            let (found, expected) = (hex(&found), hex(&bytes[body.len()..]));
            return Err(HistoryError::Digest { found, expected });
        }
        let mut r = Reader {
            bytes: body,
            at: MAGIC.len(),
        };
        let first_height = r.u32("counts")?;
        let n_blocks = r.u32("counts")?;
        if first_height.checked_add(n_blocks).is_none() {
            return Err(HistoryError::Field {
                section: "counts",
                what: format!("{n_blocks} blocks from height {first_height} on"),
            });
        }
        let n_blocks = n_blocks as usize;
        let first_epoch = r.u32("counts")?;
        let n_epochs = r.u32("counts")? as usize;
        let n_pools = r.u16("counts")?;
        let mut names = Vec::with_capacity(usize::from(n_pools));
        for _ in 0..n_pools {
            let length = r.take(1, "pools")?[0] as usize;
            let name =
                std::str::from_utf8(r.take(length, "pools")?).map_err(|e| HistoryError::Field {
                    section: "pools",
                    what: format!("a name is not UTF-8: {e}"),
                })?;
            names.push(name.to_string());
        }
        let mut epochs = Vec::with_capacity(n_epochs.min(body.len()));
        for _ in 0..n_epochs {
            let first_time = r.u32("epochs")?;
            let last = r.u32("epochs")?;
            let bits = CompactTarget::from_consensus(r.u32("epochs")?);
            epochs.push(Epoch {
                first_time,
                last_time: (last != 0).then_some(last),
                bits,
            });
        }
        let mut times = Vec::with_capacity(n_blocks.min(body.len()));
        let mut previous = 0i64;
        for i in 0..n_blocks {
            let z = r.leb128("times")?;
            previous = previous.wrapping_add((z >> 1) as i64 ^ -((z & 1) as i64));
            times.push(u32::try_from(previous).map_err(|_| HistoryError::Field {
                section: "times",
                what: format!("block {} is at {previous}", first_height as usize + i),
            })?);
        }
        let pools = if n_pools == 0 {
            None
        } else {
            let column = r.take(n_blocks, "pool column")?;
            let index = column.iter().map(|&i| u16::from(i)).collect();
            let pools = Pools::from_index(names, index);
            Some(pools.ok_or_else(|| HistoryError::Field {
                section: "pool column",
                what: format!("a block was found by a pool of which there are only {n_pools}"),
            })?)
        };
        if r.at != body.len() {
            let what = format!("{} bytes too many", body.len() - r.at);
            return Err(HistoryError::Field {
                section: "end",
                what,
            });
        }
        let bits = (0..n_blocks).map(|i| {
            let epoch = (first_height + i as u32) / EPOCH;
            let e = epoch
                .checked_sub(first_epoch)
                .and_then(|k| epochs.get(k as usize));
            e.map(|e: &Epoch| e.bits)
                .ok_or_else(|| HistoryError::Field {
                    section: "epochs",
                    what: format!("epoch {epoch} of the blocks is missing"),
                })
        });
        let bits = bits.collect::<Result<_, _>>()?;
        Ok(Self {
            blocks: Blocks::new(first_height, times, bits, pools),
            first_epoch,
            epochs,
        })
    }
}

/// The bytes that the binary carries.
pub fn embedded_bytes() -> &'static [u8] {
    include_bytes!("../data/history.hqh")
}

/// The history that the binary carries, decoded once.
pub fn embedded() -> &'static History {
    static HISTORY: OnceLock<History> = OnceLock::new();
    HISTORY.get_or_init(|| History::decode(embedded_bytes()).expect("the binary carries a history"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn write_leb128(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize, section: &'static str) -> Result<&'a [u8], HistoryError> {
        let end = self
            .at
            .checked_add(n)
            .filter(|&end| end <= self.bytes.len());
        let end = end.ok_or(HistoryError::Cut {
            at: self.bytes.len(),
            section,
        })?;
        let part = &self.bytes[self.at..end];
        self.at = end;
        Ok(part)
    }

    fn u16(&mut self, section: &'static str) -> Result<u16, HistoryError> {
        Ok(u16::from_le_bytes(
            self.take(2, section)?.try_into().expect("two bytes"),
        ))
    }

    fn u32(&mut self, section: &'static str) -> Result<u32, HistoryError> {
        Ok(u32::from_le_bytes(
            self.take(4, section)?.try_into().expect("four bytes"),
        ))
    }

    fn leb128(&mut self, section: &'static str) -> Result<u64, HistoryError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1, section)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(HistoryError::Field {
            section,
            what: "a number of over 64 bits".to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small() -> History {
        let mut pools = Pools::default();
        ["slush", "f2pool", "slush"]
            .iter()
            .for_each(|p| pools.push(p));
        let bits = CompactTarget::from_consensus(0x1d00_ffff);
        let epoch = Epoch {
            first_time: 1_231_006_505,
            last_time: None,
            bits,
        };
        let blocks = Blocks::new(2014, vec![5_000, 4_000, 4_100], vec![bits; 3], Some(pools));
        History {
            blocks,
            first_epoch: 0,
            epochs: vec![epoch; 2],
        }
    }

    #[test]
    fn a_history_survives_its_own_bytes() {
        let bytes = small().encode().unwrap();
        assert_eq!(History::decode(&bytes).unwrap(), small());
    }

    #[test]
    fn a_flipped_bit_anywhere_is_seen() {
        let bytes = small().encode().unwrap();
        for i in 4..bytes.len() {
            let mut bad = bytes.clone();
            bad[i] ^= 1;
            assert!(
                matches!(History::decode(&bad), Err(HistoryError::Digest { .. })),
                "byte {i}"
            );
        }
    }

    #[test]
    fn heights_beyond_what_can_be_counted_are_refused() {
        let mut bytes = MAGIC.to_vec();
        for count in [u32::MAX - 1, 5, 0, 0] {
            bytes.extend(count.to_le_bytes());
        }
        bytes.extend([0; 64]);
        let sum = Sha256::hash(&bytes).to_byte_array();
        bytes.extend(sum);
        let refused = History::decode(&bytes).unwrap_err().to_string();
        assert!(
            refused.contains("5 blocks from height 4294967294"),
            "{refused}"
        );
    }

    proptest! {
        #[test]
        fn garbage_never_panics(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = MAGIC.to_vec();
            bytes.extend(&body);
            let sum = Sha256::hash(&bytes).to_byte_array();
            bytes.extend(sum);
            let _ = History::decode(&bytes);
            let _ = History::decode(&body);
        }
    }
}
