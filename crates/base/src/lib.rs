//! Quantities, random streams, statistics and number formats: what every other crate stands on.
//!
//! | module | what it holds |
//! |---|---|
//! | [`units`], [`written`], [`mod@format`] | hashrates, moments, spans and quantiles; read as people write them, printed in one form |
//! | [`distribution`], [`fan`], [`stats`], [`rng`] | distributions, bands of quantiles, densities on grids, named random streams |
//! | [`toml_reader`], [`toml_tree`], [`table_reader`], [`diagnostics`] | readers of TOML and of tables that collect every mistake with its line |
//! | [`provenance`] | where a number is from: sources, and digests of files |
//!
//! ```
//! use hashquake_base::fan::Fan;
//! use hashquake_base::rng::{Purpose, stream};
//! use hashquake_base::stats::draw::normal;
//!
//! let mut rng = stream(1, 0, Purpose::RegionDraws);
//! let mut draws: Vec<f64> = (0..1000).map(|_| 10.0 + normal(&mut rng)).collect();
//! let fan = Fan::of(&mut draws);
//! assert!(8.0 < fan.p05 && fan.p05 < fan.p50 && fan.p95 < 12.0);
//! ```
//!
//! Logarithms and exponentials are `libm`'s, so that every platform gives the same digits. Times are whole
//! unix seconds in UTC, without leap seconds. Nothing here touches files, the clock or the environment.

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
