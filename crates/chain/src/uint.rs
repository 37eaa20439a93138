//! Unsigned numbers of 256 bits: just the operations that targets and work need.
//!
//! Bitcoin Core's `arith_uint256` (`src/arith_uint256.cpp`) is the model: the same results, in four
//! words of 64 bits instead of eight of 32. The words stand the most significant first, so that the
//! derived order is the order of the numbers. Leaves out signs, and products of two long numbers.

/// Bits of a word.
const WORD: u32 = u64::BITS;

/// A number below 2²⁵⁶; words from the most significant to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct U256([u64; 4]);

impl U256 {
    pub(crate) const ZERO: Self = Self([0; 4]);
    pub(crate) const ONE: Self = Self::from_u64(1);

    pub(crate) const fn from_u64(low: u64) -> Self {
        Self([0, 0, 0, low])
    }

    /// `high` · 2¹⁹².
    pub(crate) const fn from_high(high: u64) -> Self {
        Self([high, 0, 0, 0])
    }

    pub(crate) fn from_be_bytes(bytes: [u8; 32]) -> Self {
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_be_bytes(*chunk);
        }
        Self(words)
    }

    pub(crate) fn from_le_bytes(mut bytes: [u8; 32]) -> Self {
        bytes.reverse();
        Self::from_be_bytes(bytes)
    }

    pub(crate) fn to_be_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (chunk, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *chunk = word.to_be_bytes();
        }
        bytes
    }

    /// The lowest 64 bits.
    pub(crate) fn low(self) -> u64 {
        self.0[3]
    }

    /// Bits from the highest one set to the end; 0 for zero.
    pub(crate) fn bits(self) -> u32 {
        match self.0.iter().position(|&w| w != 0) {
            Some(i) => WORD * (4 - i as u32) - self.0[i].leading_zeros(),
            None => 0,
        }
    }

    /// As a float, relative error below 10⁻¹⁵.
    pub(crate) fn to_f64(self) -> f64 {
        let add = |sum: f64, byte: u8| sum * 256.0 + f64::from(byte);
        self.to_be_bytes().into_iter().fold(0.0, add)
    }

    /// Bits pushed out above are lost; a shift of 256 or more leaves nothing.
    pub(crate) fn shifted_left(self, by: u32) -> Self {
        let (words, bits) = ((by / WORD) as usize, by % WORD);
        let word = |i: usize| self.0.get(i).copied().unwrap_or(0);
        Self(std::array::from_fn(|i| {
            let carried = word(i + words + 1).checked_shr(WORD - bits).unwrap_or(0);
            word(i + words) << bits | carried
        }))
    }

    /// Bits pushed out below are lost; a shift of 256 or more leaves nothing.
    pub(crate) fn shifted_right(self, by: u32) -> Self {
        let (words, bits) = ((by / WORD) as usize, by % WORD);
        let word = |i: Option<usize>| i.map_or(0, |i| self.0[i]);
        Self(std::array::from_fn(|i| {
            let above = i.checked_sub(words + 1);
            let carried = word(above).checked_shl(WORD - bits).unwrap_or(0);
            word(i.checked_sub(words)) >> bits | carried
        }))
    }

    /// Modulo 2²⁵⁶.
    pub(crate) fn wrapping_add(self, other: Self) -> Self {
        let mut words = [0; 4];
        let mut carry = 0;
        for i in (0..4).rev() {
            let sum = u128::from(self.0[i]) + u128::from(other.0[i]) + carry;
            words[i] = sum as u64;
            carry = sum >> WORD;
        }
        Self(words)
    }

    /// Modulo 2²⁵⁶.
    pub(crate) fn wrapping_sub(self, other: Self) -> Self {
        self.wrapping_add(other.complement())
            .wrapping_add(Self::ONE)
    }

    /// Every bit turned: 2²⁵⁶ − 1 − self.
    pub(crate) fn complement(self) -> Self {
        Self(self.0.map(|w| !w))
    }

    /// Times a short number, modulo 2²⁵⁶.
    pub(crate) fn times(self, factor: u32) -> Self {
        let mut words = [0; 4];
        let mut carry = 0;
        for i in (0..4).rev() {
            let product = u128::from(self.0[i]) * u128::from(factor) + carry;
            words[i] = product as u64;
            carry = product >> WORD;
        }
        Self(words)
    }

    /// Over a short number, rounded down.
    ///
    /// # Panics
    /// When `divisor` is zero: a caller's mistake.
    pub(crate) fn over_short(self, divisor: u32) -> Self {
        let divisor = u128::from(divisor);
        let mut rest = 0;
        Self(self.0.map(|word| {
            let part = rest << WORD | u128::from(word);
            rest = part % divisor;
            (part / divisor) as u64
        }))
    }

    /// Over any number, rounded down, a bit at a time as Core's `operator/=` does it.
    ///
    /// # Panics
    /// When `divisor` is zero: a caller's mistake.
    pub(crate) fn over(self, divisor: Self) -> Self {
        assert_ne!(divisor, Self::ZERO, "a division by zero");
        let Some(shift) = self.bits().checked_sub(divisor.bits()) else {
            return Self::ZERO;
        };
        let (mut rest, mut quotient) = (self, Self::ZERO);
        let mut part = divisor.shifted_left(shift);
        for bit in (0..=shift).rev() {
            if rest >= part {
                rest = rest.wrapping_sub(part);
                quotient = quotient.wrapping_add(Self::ONE.shifted_left(bit));
            }
            part = part.shifted_right(1);
        }
        quotient
    }
}
