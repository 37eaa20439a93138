//! How far the blocks of an answer reach.

use hashquake_base::units::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The last block that was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastBlock {
    /// Height of the block.
    pub height: u32,
    /// Header time of the block.
    pub time: Timestamp,
}
