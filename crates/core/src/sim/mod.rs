//! The simulator: from a state of the chain and a hashrate to blocks and retargets.
//!
//! [`time`] counts microseconds; [`clock`] keeps the chain's state by the consensus rules, with
//! [`retarget`] as fast as two samplers need it and [`header_lag`] for what miners write into headers;
//! [`mining`] holds the two samplers, equal in law; [`queue`] says in which order things happen that
//! happen at once; [`engine`] runs a world against the chain.
//!
//! This room never names `observe`: what is simulated here is observed there, and neither may know how
//! the other does it.

pub mod clock;
pub mod engine;
pub mod header_lag;
pub mod mining;
pub mod queue;
pub mod retarget;
pub mod time;
