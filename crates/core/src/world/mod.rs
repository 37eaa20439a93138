//! What is known of the world outside the chain: the atlas of past shocks, what block times say of each,
//! and how often they come.

pub mod analogue;
pub mod atlas;
pub mod case;
pub mod claim;
pub mod energy;
pub mod frequency;
pub mod recovery;
pub mod toml_reader;
