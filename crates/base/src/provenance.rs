//! Where a number comes from.

use serde::Serialize;

/// Something that was read.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// What.
    pub what: String,
    /// From where.
    pub from: String,
    /// Licence.
    pub licence: String,
}

/// A file that an answer rests on, embedded or the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
            sha256: bitcoin_hashes::Sha256::hash(bytes).to_string(),
        }
    }
}
