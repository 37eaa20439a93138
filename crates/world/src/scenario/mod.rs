//! A question put to the simulation: a start, a horizon, what is assumed of price and fees, and events.
//!
//! Everything uncertain is a [`Distribution`](hashquake_base::distribution::Distribution), drawn once a run
//! and recorded with it. The file's units are turned into base units by the reader. What an event does is
//! the simulator's business; what it is, with all its keys, stands here.

mod build;
mod distributions;
mod event;
pub mod event_keys;
mod events;
pub mod extends;
pub mod key_tables;
pub mod keys;
mod kinds;
pub mod library;
mod lists;
mod model;
mod overlay;
mod price;
mod reader;
pub mod schema;
mod sections;
pub mod units;
mod value;
pub mod value_type;
mod values;

pub use event::{
    BehindCut, Bound, CurtailmentTrigger, CutFirst, Destinations, Event, EventKind, EventName,
    Filter, Journey, LOTS, Number,
};
pub use extends::{Load, Resolved, Source, read};
pub use model::{Fees, Growth, Price, Prior, Scenario};
