//! The shake table: a world at a moment, a scenario, and what comes of it, run by run.

pub mod output;
