//! What a cause predicts: onset and end, size.

use super::name::CauseName;
use super::size::Size;
use super::timing::{Cell, Dated, Rise};
use super::unrest::UnrestSite;
use hashquake_base::units::Quantiles;

/// What a cause's timing rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum Occasion {
    /// It needs none.
    Chance,
    /// It is not dated: any time.
    AnyTime,
    /// Dated by the case's timeline.
    Dated(Vec<Dated>),
    /// Known heights of the chain.
    Rises(Vec<Rise>),
    /// Places with documented unrest.
    Sites(Vec<UnrestSite>),
    /// The same, with its dates left out.
    UndatedSites(Vec<UnrestSite>),
    /// It is known to be missing.
    Missing,
}

/// The joint distribution of onset and end.
#[derive(Clone, Debug, PartialEq)]
pub enum EdgeDistribution {
    /// Any time within the stretch.
    AnyTime,
    /// Cells of onset and end, each with its probability.
    Cells(Vec<Cell>),
    /// None: its occasion is missing.
    Missing,
}

/// A distribution of onset and end with one of size, and its part of the hypothesis.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Part of the hypothesis; the parts sum to one.
    pub weight: f64,
    /// Onset and end.
    pub edges: EdgeDistribution,
    /// The loss, a fraction of the network.
    pub size: Size,
}

/// A cause with what it predicts; luck has no components.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypothesis {
    /// The cause that is weighed.
    pub cause: CauseName,
    /// What its timing rests on.
    pub occasion: Occasion,
    /// What it predicts.
    pub components: Vec<Component>,
}

impl Hypothesis {
    /// The largest loss that any component allows.
    pub fn most(&self) -> Quantiles {
        let of = |c: &Component| c.size.most;
        let larger = |a: Quantiles, b: Quantiles| if b.p50 > a.p50 { b } else { a };
        let all = self.components.iter().map(of);
        all.fold(Quantiles::point(0.0), larger)
    }
}
