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
