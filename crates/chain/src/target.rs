//! Targets, their compact form in headers, and the work that they stand for.
//!
//! ```text
//! compact form  e m₂ m₁ m₀ (four bytes)   target = m · 256^(e − 3), the top bit of m a sign
//! proof         a header's hash, read as a number, at most the target
//! work          ⌊2²⁵⁶ / (target + 1)⌋ hashes on average
//! ```
//!
//! Bitcoin Core, `arith_uint256::SetCompact` and `GetCompact` in `src/arith_uint256.cpp`,
//! `GetBlockProof` in `src/chain.cpp`. The form is a floating-point number of base 256 that headers
//! inherited from OpenSSL, so it can say what no target may be: with the sign set it is negative (but
//! zero when m or what is left of it after the shift is zero), and with a large exponent it does not fit
//! 256 bits. Neither is a [`Target`]. Zero is one that no hash meets. Whether mainnet allows a target
//! is another question: [`retarget::target`](crate::retarget::target) answers it.

use std::fmt;
use std::ops::Add;

use crate::hash::BlockHash;
use crate::uint::U256;

const SIGN: u32 = 0x0080_0000;
const MANTISSA: u32 = 0x007f_ffff;

/// A target as headers carry it, unchecked: the field `bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactTarget(u32);

impl CompactTarget {
    /// The easiest that mainnet allows, which is the genesis block's.
    pub const LIMIT: Self = Self(0x1d00_ffff);

    /// From the header's number.
    pub const fn from_consensus(bits: u32) -> Self {
        Self(bits)
    }

    /// The header's number.
    pub const fn to_consensus(self) -> u32 {
        self.0
    }
}

impl fmt::LowerHex for CompactTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}

/// A target of 256 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(U256);

impl Target {
    /// The target that no hash meets.
    pub const ZERO: Self = Self(U256::ZERO);

    /// The easiest that mainnet allows: Core's `powLimit` of 2²²⁴ − 1 cut to what a compact form can hold.
    pub const LIMIT: Self = Self(U256::from_high(0xffff_0000));

    /// What the compact form stands for; `None` when that is negative or 2²⁵⁶ and more.
    ///
    /// ```
    /// use hashquake_chain::target::{CompactTarget, Target};
    /// let of = |bits| Target::from_compact(CompactTarget::from_consensus(bits));
    /// assert_eq!(of(0x0500_9234).unwrap().to_be_bytes()[28..], [0x92, 0x34, 0, 0]);
    /// assert_eq!(of(0x0492_3456), None); // negative
    /// assert_eq!(of(0xff12_3456), None); // overflows
    /// ```
    pub fn from_compact(bits: CompactTarget) -> Option<Self> {
        let (size, mut word) = (bits.0 >> 24, bits.0 & MANTISSA);
        if size <= 3 {
            word >>= 8 * (3 - size);
        }
        let negative = word != 0 && bits.0 & SIGN != 0;
        let overflow =
            word != 0 && (size > 34 || (word > 0xff && size > 33) || (word > 0xffff && size > 32));
        let value = U256::from_u64(word.into()).shifted_left(8 * size.saturating_sub(3));
        (!negative && !overflow).then_some(Self(value))
    }

    /// Its compact form, of three bytes at most: what lies below is cut off, as consensus has it.
    pub fn to_compact_lossy(self) -> CompactTarget {
        let mut size = self.0.bits().div_ceil(8);
        let mut word = match size.checked_sub(3) {
            Some(surplus) => self.0.shifted_right(8 * surplus).low() as u32,
            None => (self.0.low() << (8 * (3 - size))) as u32,
        };
        if word & SIGN != 0 {
            word >>= 8;
            size += 1;
        }
        CompactTarget(size << 24 | word)
    }

    /// Whether a header of this hash has done the work.
    pub fn is_met_by(self, hash: BlockHash) -> bool {
        U256::from_le_bytes(hash.to_byte_array()) <= self.0
    }

    /// The work of a block of this target; none for target zero, as Core has it.
    pub fn to_work(self) -> Work {
        let next = self.0.wrapping_add(U256::ONE);
        if next == U256::ZERO {
            return Work(U256::ONE);
        }
        // 2²⁵⁶ is a bit too long: ⌊2²⁵⁶ / n⌋ = ⌊(2²⁵⁶ − n) / n⌋ + 1, and 2²⁵⁶ − n is ~target.
        Work(self.0.complement().over(next).wrapping_add(U256::ONE))
    }

    /// ⌊target · numerator / denominator⌋; the product must stay below 2²⁵⁶, and the denominator is not
    /// zero.
    pub(crate) fn scaled(self, numerator: u32, denominator: u32) -> Self {
        Self(self.0.times(numerator).over_short(denominator))
    }

    /// From 32 bytes, the most significant first.
    pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_be_bytes(bytes))
    }

    /// As 32 bytes, the most significant first.
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }
}

/// Work: hashes that it took on average to find some blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work(U256);

impl Work {
    /// No work.
    pub const ZERO: Self = Self(U256::ZERO);

    /// As 32 bytes, the most significant first.
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// As a float, relative error below 10⁻¹⁵.
    pub fn to_f64(self) -> f64 {
        self.0.to_f64()
    }
}

/// Modulo 2²⁵⁶, which no chain will reach.
impl Add for Work {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
}
