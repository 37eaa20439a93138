//! The tables that a simulation leaves: what stands in them, and their files.
//!
//! [`catalogue`] names every table and column once; the writers, and `schema/tables.md`, follow it.
//! [`store`] keeps finished shards, [`mod@write`] makes files of tables.

pub mod catalogue;
pub mod fill;
pub mod store;
pub mod values;
pub mod write;

#[cfg(feature = "parquet")]
mod parquet;
