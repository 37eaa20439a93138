//! Documents as text for a terminal.

pub mod atlas;
mod attribution_score;
pub mod check;
mod columns;
pub mod data;
pub mod detect;
pub mod explain;
mod fans;
pub mod forecast;
pub mod hashrate;
mod impact;
mod place;
pub mod replay;
pub mod scenarios;
pub mod score;
pub mod simulate;
pub mod sweep;
pub mod table;
pub mod world;
