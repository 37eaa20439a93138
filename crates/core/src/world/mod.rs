//! What is known of the world outside the chain: the atlas of past shocks.

pub mod atlas;
pub mod toml_reader;
