//! hashquake's pure heart: bytes come in, values go out.
//!
//! Nothing here reads a file, a socket, the clock or the environment, and nothing starts a thread.
//! Rooms know the rooms to their left and none to their right:
//!
//! ```text
//! units, rng, stats → chain → observe → world → sim → report
//! ```
//!
//! | room | what it holds |
//! |---|---|
//! | [`units`], [`rng`], [`stats`] | quantities, named random streams, the few laws that the likelihoods need |
//! | [`chain`] | headers, targets, work, retargets, the embedded history of block times |
//! | [`observe`] | what the chain and the pools show: cleaning, filter, rivals, losses, fusion |
//! | [`world`] | the atlas of past shocks: windows, claims, evidence, each with source and date |
//! | [`sim`] | the simulator: the chain's clock, two samplers of its blocks, the order of events; it never names `observe` |
//! | [`report`] | from numbers to the sentence, the table, the figure |

pub mod chain;
pub mod ensemble;
pub mod observe;
pub mod report;
pub mod rng;
pub mod sim;
pub mod stats;
pub mod units;
pub mod world;
