//! Many runs of a simulation: plan → run → fold.
//!
//! [`plan`] cuts the runs into shards by their number alone; [`run`] computes shards, on as many threads
//! as one likes; [`fold`] puts them together. A shard is a pure function of the simulator and its runs,
//! and all that is folded are integers and rows in order of the runs, so that neither threads nor
//! machines nor a break in the middle change a digit.
//!
//! **Memory.** A year of days of 20 regions is 33,000 values a run and arm: 10,000 runs with both arms
//! and their paired difference are 4 GB as numbers. A shard therefore keeps counts in [`bins`], a few
//! bytes a value once packed; the fold reads one column of all shards at a time, so that its memory does
//! not grow with the number of columns. Totals, draws, retargets and the daily totals of the network are
//! kept run by run; single [`blocks`] only where they are asked for.
//!
//! [`design`] says at which points a sweep asks, [`sensitivity`] which inputs carry an output.

pub mod bins;
pub mod blocks;
pub mod design;
pub mod fans;
pub mod fold;
pub mod packing;
pub mod plan;
pub mod priors;
pub mod run;
pub mod security;
pub mod sensitivity;
pub mod series;
pub mod shard;
pub mod summary;
pub mod sweep;
