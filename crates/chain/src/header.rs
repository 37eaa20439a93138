//! Headers of 80 bytes, checked in order, one after the other.
//!
//! ```text
//! 0 version · 4 hash of the block before · 36 merkle root · 68 time · 72 compact target · 76 nonce
//! ```
//!
//! All little-endian; the hash is the double SHA-256 of the 80 bytes. A header must, in this order: be
//! whole, name the block before it, have the right target and a possible time ([`super::rules`]), a
//! time at most two hours ahead of now, a version that is not retired, and a hash that meets its
//! target. Core proves the work first, since work is what keeps a peer from flooding it; a file is
//! there already, and a rule checked before the hash gives a fault its own name: with the work first,
//! every change to a header would read as "no proof of work".
//!
//! The hash is nearly all the cost; `benches/chain.rs` measures both. Mainnet only. Leaves out whatever
//! needs the block behind the header.

use crate::blocks::Blocks;
use crate::hash::BlockHash;
use crate::rules::{Fault, Refusal, Rules, Unchecked};
use crate::target::{CompactTarget, Target};
use hashquake_base::units::Seconds;

/// Bytes of a header.
pub const HEADER: usize = 80;

/// From which heights on which version is the least: BIP 65, 66 and 34, latest first (Bitcoin Core,
/// `BIP65Height` and its neighbours in `src/kernel/chainparams.cpp`).
const LEAST_VERSIONS: [(u32, i32); 3] = [(388_381, 4), (363_725, 3), (227_931, 2)];

/// One header as its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a>(pub &'a [u8; HEADER]);

impl Header<'_> {
    /// Version; read as a signed number, as Core does.
    pub fn version(self) -> i32 {
        i32::from_le_bytes(self.field(0))
    }

    /// Hash of the block before.
    pub fn previous(self) -> BlockHash {
        BlockHash::from_byte_array(self.field(4))
    }

    /// Header time, unix seconds.
    pub fn time(self) -> u32 {
        u32::from_le_bytes(self.field(68))
    }

    /// Compact target.
    pub fn bits(self) -> CompactTarget {
        CompactTarget::from_consensus(u32::from_le_bytes(self.field(72)))
    }

    /// Its hash.
    pub fn hash(self) -> BlockHash {
        BlockHash::of_header(self.0)
    }

    /// Whether it is the header of Bitcoin's block 0.
    pub fn is_genesis(self) -> bool {
        self.hash() == BlockHash::GENESIS
    }

    fn field<const N: usize>(self, at: usize) -> [u8; N] {
        let bytes = &self.0[at..at + N];
        bytes.try_into().expect("a field lies inside the header")
    }
}

/// The state after the headers so far, which the next is held against.
#[derive(Clone, Debug)]
pub struct Verifier {
    rules: Rules,
    tip: Option<BlockHash>,
}

impl Verifier {
    /// Before the first header, that of block `first_height`.
    pub fn starting_at(first_height: u32) -> Self {
        let tip = (first_height == 0).then_some(BlockHash::ZERO);
        Self {
            rules: Rules::starting_at(first_height),
            tip,
        }
    }

    /// Height of the next header.
    pub fn next_height(&self) -> u32 {
        self.rules.next_height()
    }

    /// What could not be checked so far, for want of headers before the first.
    pub fn unchecked(&self) -> Vec<Unchecked> {
        let height = self.rules.first_height();
        let link =
            (height > 0 && self.next_height() > height).then_some(Unchecked::Link { height });
        link.into_iter().chain(self.rules.unchecked()).collect()
    }

    /// Takes the next header when it keeps every rule; a refused one leaves the state as it was. `now`
    /// is the reader's clock.
    ///
    /// # Errors
    /// A [`Refusal`] for the first rule that it breaks.
    pub fn push(&mut self, header: Header<'_>, now: Seconds) -> Result<(), Refusal> {
        self.check_link(header)?;
        let (time, bits) = (header.time(), header.bits());
        let target = self.rules.check(time, bits)?;
        self.rules.check_ahead(time, now)?;
        self.check_version(header)?;
        let hash = header.hash();
        self.check_hash(hash, bits, target)?;
        self.rules.push(time, bits);
        self.tip = Some(hash);
        Ok(())
    }

    /// Takes headers one after the other, up to the first that breaks a rule: those before it stay
    /// taken.
    ///
    /// # Errors
    /// The [`Refusal`] of that header; [`Fault::Cut`] when the last record is not whole.
    pub fn extend(&mut self, bytes: &[u8], now: Seconds) -> Result<(), Refusal> {
        let (records, rest) = bytes.as_chunks();
        for record in records {
            self.push(Header(record), now)?;
        }
        if rest.is_empty() {
            return Ok(());
        }
        Err(self.rules.refuse(Fault::Cut { bytes: rest.len() }))
    }

    fn check_link(&self, header: Header<'_>) -> Result<(), Refusal> {
        let found = header.previous();
        let fault = match self.tip {
            Some(expected) if found != expected => Fault::Link { found, expected },
            None if found == BlockHash::ZERO => Fault::Orphan,
            _ => return Ok(()),
        };
        Err(self.rules.refuse(fault))
    }

    fn check_version(&self, header: Header<'_>) -> Result<(), Refusal> {
        let (version, height) = (header.version(), self.next_height());
        let least = LEAST_VERSIONS.iter().find(|(since, _)| height >= *since);
        match least {
            Some(&(since, least)) if version < least => Err(self.rules.refuse(Fault::Version {
                version,
                least,
                since,
            })),
            _ => Ok(()),
        }
    }

    fn check_hash(
        &self,
        hash: BlockHash,
        bits: CompactTarget,
        target: Target,
    ) -> Result<(), Refusal> {
        if !target.is_met_by(hash) {
            return Err(self.rules.refuse(Fault::ProofOfWork { hash, bits }));
        }
        let expected = BlockHash::GENESIS;
        if self.next_height() == 0 && hash != expected {
            return Err(self.rules.refuse(Fault::NotGenesis { hash, expected }));
        }
        Ok(())
    }
}

/// Reads records of 80 bytes, the first of which is the header of block `first_height`, and checks
/// them all; `now` is the reader's clock. Returns the blocks, without pools, and what could not be
/// checked.
///
/// # Errors
/// A [`Refusal`] for the first header that breaks a rule, or that is cut.
pub fn read(
    bytes: &[u8],
    first_height: u32,
    now: Seconds,
) -> Result<(Blocks, Vec<Unchecked>), Refusal> {
    let mut verifier = Verifier::starting_at(first_height);
    verifier.extend(bytes, now)?;
    let (records, _) = bytes.as_chunks();
    let times = records.iter().map(|r| Header(r).time()).collect();
    let bits = records.iter().map(|r| Header(r).bits()).collect();
    let blocks = Blocks::new(first_height, times, bits, None);
    Ok((blocks, verifier.unchecked()))
}
