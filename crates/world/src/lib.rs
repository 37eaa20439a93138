//! What is known of the world outside the chain: the atlas of past shocks, what block times say of each,
//! and how often they come; and the world's tables: who mines where, with which machines, on what power.
//! how often they come, and what the market did.

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
