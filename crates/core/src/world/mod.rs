//! What is known of the world outside the chain: the atlas of past shocks, what block times say of each,
//! how often they come, and what the market did.

pub mod analogue;
pub mod atlas;
pub mod case;
pub mod frequency;
pub mod market;
pub mod toml_reader;
