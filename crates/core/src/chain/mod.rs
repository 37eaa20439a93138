//! The chain: headers and the rules that bind them, and the figures of every block that we carry.

pub mod blocks;
pub mod history;
