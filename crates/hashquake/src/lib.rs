//! Measures, explains and rehearses shocks to proof-of-work mining.

pub use hashquake_base as base;
pub use hashquake_chain as chain;
pub use hashquake_explain as explain;
pub use hashquake_observe as observe;
pub use hashquake_replay as replay;
pub use hashquake_report as report;
pub use hashquake_sim as sim;
#[cfg(feature = "cli")]
pub use hashquake_source as source;
pub use hashquake_world as world;

pub mod ask;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod tables;
