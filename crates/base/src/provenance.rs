//! Where a number comes from.

use schemars::JsonSchema;
use serde::Serialize;

/// Something that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Source {
    /// What it says, in a few words.
    pub what: String,
    /// The address of its publisher, or the user's own file.
    pub from: String,
    /// The licence under which it may be used.
    pub licence: String,
}

/// A file that an answer rests on, embedded or the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Input {
    /// As it was named.
    pub name: String,
    /// SHA-256 of its bytes as they were stored, in hexadecimal.
    pub sha256: String,
}

impl Input {
    /// Names a file and takes the digest of its bytes.
    pub fn of(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self {
            name: name.into(),
            sha256: digest(bytes),
        }
    }
}

/// SHA-256 of `bytes`, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    bitcoin_hashes::Sha256::hash(bytes).to_string()
}
