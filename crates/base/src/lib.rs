//! Quantities, random streams, statistics and number formats.

pub mod diagnostics;
pub mod distribution;
pub mod fan;
pub mod format;
pub mod provenance;
pub mod rng;
pub mod stats;
pub mod table_reader;
pub mod toml_reader;
pub mod toml_tree;
pub mod units;
pub mod written;
