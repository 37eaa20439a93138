//! What is known of the world outside the chain: the atlas of past shocks, what block times say of each,
//! and how often they come.

pub mod analogue;
pub mod atlas;
pub mod attribute;
pub mod case;
pub mod frequency;
pub mod toml_reader;
