//! Whose loss it was: pools, and the regions where their miners stand (science B4).

pub mod coverage;
pub mod exposure;
pub mod groups;
pub mod marks;
pub mod outage;
pub mod pools;
pub mod regions;
mod table;
