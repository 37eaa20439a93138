//! Unrest acts only where there are mines: what share of a country's capacity stands where it was.
//!
//! With m of the M megawatts of unregistered mines that inspections found standing in a place, and r the
//! registered part of the country's capacity,
//!
//! ```text
//! share = (1 − r) m/M + r q
//! ```
//!
//! q, the part of the registered capacity there, is an assumption: half a hundredth, hardly more than two,
//! for a place of which no register is known. Inspections are no census: m/M may be half as much, or twice.

use super::timing::{Dated, Lasts};
use crate::units::{Bracket, DAY, Quantiles, Seconds};

/// The part of a country's registered capacity that stands in a place where none is documented.
pub const REGISTERED_THERE: Quantiles = Quantiles {
    p05: 0.0,
    p50: 0.005,
    p95: 0.02,
};
/// The true part of unregistered capacity may be larger or smaller than what was found by this factor.
const FOUND_FACTOR: f64 = 2.0;

/// A place with documented unrest.
#[derive(Clone, Debug, PartialEq)]
pub struct UnrestSite {
    /// ISO 3166-2 code.
    pub region: String,
    /// First second of the day on which it began.
    pub from: Seconds,
    /// First second after the last day on which it is documented.
    pub to: Seconds,
    /// Megawatts of unregistered mines found there.
    pub found_mw: f64,
    /// Share of the country's capacity that stands there.
    pub capacity_share: Quantiles,
}

/// What inspections found in a country, and what part of its capacity is registered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inspections {
    /// Megawatts of unregistered mines found in the whole country.
    pub found_mw: f64,
    /// Registered part of the country's capacity, a fraction.
    pub registered: Quantiles,
}

impl UnrestSite {
    /// A place where `found_mw` of what `inspections` found stand.
    pub fn new(region: &str, from: Seconds, to: Seconds, found_mw: f64, of: &Inspections) -> Self {
        let part = if of.found_mw > 0.0 {
            found_mw / of.found_mw
        } else {
            0.0
        };
        let r = of.registered;
        let q = REGISTERED_THERE;
        Self {
            region: region.to_string(),
            from,
            to: to.max(from + DAY),
            found_mw,
            capacity_share: Quantiles {
                p05: (1.0 - r.p95) * part / FOUND_FACTOR + r.p05 * q.p05,
                p50: (1.0 - r.p50) * part + r.p50 * q.p50,
                p95: ((1.0 - r.p05) * part * FOUND_FACTOR + r.p95 * q.p95).min(1.0),
            },
        }
    }

    /// Its days; how long mines would stand still is not known.
    pub fn dated(&self) -> Dated {
        Dated {
            onset: Bracket {
                earliest: self.from,
                latest: self.to,
            },
            lasts: Lasts::Any,
        }
    }
}
