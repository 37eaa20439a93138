//! Whose loss it was, and why: pools, the regions where their miners stand, causes.
//!
//! | module | what it holds |
//! |---|---|
//! | [`groups`] | pools that are one pool under several names, over time |
//! | [`pools`] | each pool's loss, from its own evidence and beside the network |
//! | [`exposure`] | where a pool's miners stand: a prior, or the user's table |
//! | [`outage`] | how severe an outage was, hour by hour |
//! | [`marks`] | blocks by pool and hour, and their likelihood |
//! | [`regions`] | the joint posterior of every region's loss and of what is in none |
//! | [`causes`] | what may have brought it about, weighed by onset, end and size |
//! | [`coverage`] | simulated shocks that prove it |

pub mod causes;
pub mod coverage;
mod draws;
pub mod exposure;
pub mod groups;
pub mod marks;
pub mod outage;
pub mod pools;
pub mod regions;
