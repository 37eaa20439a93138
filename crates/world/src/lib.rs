//! The world outside the chain: who mines where, with which machines, on what power; past shocks and
//! scenarios.
//!
//! | module | what it holds |
//! |---|---|
//! | [`shares`], [`editions`], [`region`] | shares of the network by country and part, with every error added up |
//! | [`fleet`], [`machine`], [`energy`] | efficiency of what runs, and what a loss is in megawatts and coins |
//! | [`carbon`], [`tariff`], [`market`] | carbon of electricity, what power costs, what a coin cost |
//! | [`atlas`], [`case`], [`claim`], [`cause`] | past shocks with timeline, press and claims, each dated |
//! | [`scenario`] | questions for the simulator: a TOML with distributions for numbers |
//!
//! ```
//! use hashquake_world::{atlas, shares};
//!
//! let case = atlas::find("kazakhstan-2022")?;
//! let shares = shares::at(case.window.start, None).expect("the map begins in 2019");
//! let kazakhstan = shares.rows.iter().find(|row| row.region == "KZ").expect("it is on the map");
//! assert!(kazakhstan.percent.p05 < 13.2 && 13.2 < kazakhstan.percent.p95);
//! # Ok::<(), atlas::NoSuchCase>(())
//! ```
//!
//! Every row of a table has a source and the day on which it was published, so that a past moment can be
//! seen with what was known then; `data/SOURCES.md` says what was left out. Tables are embedded, and what a
//! user gives replaces them.

pub mod atlas;
pub mod carbon;
pub mod case;
pub mod cause;
pub mod claim;
pub mod concentration;
pub mod editions;
pub mod energy;
pub mod fleet;
pub mod machine;
pub mod market;
pub mod month;
pub mod place;
pub mod region;
pub mod registered;
pub mod scenario;
pub mod shares;
pub mod table;
pub mod tariff;
pub mod words;
