//! The hash that names a block: the double SHA-256 of its header.
//!
//! It is kept in the order of its bytes, as headers carry it, and shown reversed, as every explorer
//! prints it: read as a number that must not exceed the target, the first byte weighs least.

use std::fmt;

use bitcoin_hashes::sha256d;

/// Hash of a block's header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BlockHash([u8; 32]);

impl BlockHash {
    /// What block 0 names as the block before it.
    pub const ZERO: Self = Self([0; 32]);

    /// Hash of block 0, of 3 January 2009 (Bitcoin Core, `src/kernel/chainparams.cpp`).
    pub const GENESIS: Self = Self([
        0x6f, 0xe2, 0x8c, 0x0a, 0xb6, 0xf1, 0xb3, 0x72, 0xc1, 0xa6, 0xa2, 0x46, 0xae, 0x63, 0xf7,
        0x4f, 0x93, 0x1e, 0x83, 0x65, 0xe1, 0x5a, 0x08, 0x9c, 0x68, 0xd6, 0x19, 0x00, 0x00, 0x00,
        0x00, 0x00,
    ]);

    /// Of the 80 bytes of a header.
    pub fn of_header(header: &[u8; 80]) -> Self {
        Self(sha256d::hash(header).to_byte_array())
    }

    /// From its bytes as headers carry them.
    pub const fn from_byte_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes as headers carry them.
    pub const fn to_byte_array(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for BlockHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for BlockHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockHash({self})")
    }
}
