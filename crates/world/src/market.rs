//! What a bitcoin cost around a shock, and whether it moved more than it usually does.

pub mod prices;
