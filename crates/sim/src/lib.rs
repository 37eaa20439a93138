//! The simulator: a world at a moment, a scenario, and what comes of it, run by run.
//!
//! Each run has two arms, with the events and without, that share their luck; what differs between them is
//! the events' doing.
//!
//! ```
//! use hashquake_chain::history;
//! use hashquake_sim::{Options, Simulation};
//! use hashquake_world::scenario::{library, read};
//!
//! let source = library::find("kazakhstan-35-percent-3-weeks")?;
//! let scenario = read(&source, &[], &library::load)?.scenario;
//! let simulation = Simulation::known(scenario, history::embedded(), Options::default())?;
//! assert_eq!(simulation.scenario().events.len(), 1);
//! assert!(simulation.priors().iter().all(|prior| !prior.reason.is_empty()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Simulate::run`] gives one arm of one run, [`ensemble`] folds thousands of them, in shards and on any
//! number of threads with the same bytes. [`time`] counts microseconds; [`clock`] keeps the chain's state by
//! the consensus rules, with [`retarget`] as fast as two samplers need it and [`header_lag`] for what miners
//! write into headers; [`mining`] holds the two samplers, equal in distribution; [`engine`] runs a world
//! against the chain in a total order of events. [`start`] is the world of regions, [`known`] fills it from
//! tables, [`fleets`] are its machines; [`drawn`] makes a scenario's distributions into numbers, once a run.
//! The submodels are [`operators`], [`grid`], [`connectivity`], [`policy`], [`migration`], [`investment`],
//! [`market`], [`fees`], [`energy`] and [`security`].
//!
//! [`assumed_parameters`] lists what no source says. Leaves out pools, stale blocks and transactions. It
//! never names `hashquake-observe`: what is simulated here is observed there, and neither may know how the
//! other does it.

pub mod assumed_parameters;
pub mod clock;
pub mod connectivity;
pub mod drawn;
pub mod effects;
pub mod energy;
pub mod engine;
pub mod ensemble;
pub mod fees;
pub mod fleets;
mod flows;
pub mod grid;
pub mod header_lag;
pub mod investment;
pub mod known;
mod ledger;
pub mod market;
pub mod migration;
pub mod mining;
pub mod operators;
pub mod options;
pub mod output;
pub mod policy;
pub mod retarget;
mod run_state;
pub mod security;
mod setup;
mod simulate;
pub mod simulation;
pub mod start;
pub mod time;
mod watched;

pub use options::{Options, Sampler, SimulationError};
pub use simulate::Simulate;
pub use simulation::Simulation;
