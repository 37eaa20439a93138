//! The answers of `hashquake world` as tables with a sentence or two below them.

mod cells;
mod compare;
mod lists;
mod power;
mod shares;

pub use compare::compare;
pub use lists::{machines, places, tables};
pub use power::{carbon, efficiency, mix, tariffs};
pub use shares::{check, history, printed, region, shares};
