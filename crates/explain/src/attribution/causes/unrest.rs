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
//! for a place of which no register is known. Inspections are no census: m/M may be half as much, or twice;
//! before any is known it may be anything up to half, and the registered part anything. Unrest counts
//! where its days overlap the days in which onsets are looked for.

use super::timing::{Dated, Lasts};
use hashquake_base::units::{Bracket, Moment, Quantiles, Seconds, Span};
use hashquake_world::place::{self, Fact, Kind};
use hashquake_world::region;
use hashquake_world::registered;

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
    /// What that is a part of.
    pub inspections: Inspections,
    /// Whether mines other than those are documented there.
    pub mines_documented: bool,
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

/// The part of unregistered capacity in a place before any inspection is known.
const UNINSPECTED: Quantiles = Quantiles {
    p05: 0.0,
    p50: 0.1,
    p95: 0.5,
};
/// The registered part of a country's capacity where it is not known.
const REGISTERED_UNKNOWN: Quantiles = Quantiles {
    p05: 0.05,
    p50: 0.5,
    p95: 0.95,
};

impl Inspections {
    /// What was known of `country` by `as_of` (all that is known when absent).
    pub fn of(country: &str, as_of: Option<Seconds>) -> Self {
        let found = known(country, as_of).into_iter();
        let found = found.filter(|f| f.kind == Kind::IllegalMw);
        let part = registered::share(country).filter(|r| as_of.is_none_or(|t| r.known_at <= t));
        let registered = part.map_or(REGISTERED_UNKNOWN, |r| Quantiles {
            p05: r.low,
            p50: 0.5 * (r.low + r.high),
            p95: r.high,
        });
        Self {
            found_mw: found.filter_map(|f| f.megawatts).sum(),
            registered,
        }
    }
}

impl UnrestSite {
    /// Places of `country` with unrest on days within `when`, as known by `as_of`.
    pub fn within(country: &str, when: Span, as_of: Option<Seconds>) -> Vec<Self> {
        let facts = known(country, as_of);
        let inspections = Inspections::of(country, as_of);
        let site = |f: &&Fact| {
            let days = Span {
                start: Moment::parse(&f.from).ok()?.start(),
                end: Moment::parse(&f.to).ok()?.end() + 1,
            };
            if f.kind != Kind::Unrest || !days.overlaps(when) {
                return None;
            }
            let there = |kind| {
                facts
                    .iter()
                    .filter(move |g| g.region == f.region && g.kind == kind)
            };
            let found_mw = there(Kind::IllegalMw).filter_map(|g| g.megawatts).sum();
            let site = Self::new(f.region, days, found_mw, &inspections);
            Some(Self {
                mines_documented: there(Kind::Mining).next().is_some(),
                ..site
            })
        };
        facts.iter().filter_map(site).collect()
    }

    /// A place where `found_mw` of what `inspections` found stand, and no other mines are documented.
    pub fn new(region: &str, days: Span, found_mw: f64, inspections: &Inspections) -> Self {
        let part = if inspections.found_mw > 0.0 {
            let part = found_mw / inspections.found_mw;
            Quantiles {
                p05: part / FOUND_FACTOR,
                p50: part,
                p95: part * FOUND_FACTOR,
            }
        } else {
            UNINSPECTED
        };
        let (r, q) = (inspections.registered, REGISTERED_THERE);
        Self {
            region: region.to_string(),
            from: days.start,
            to: days.end,
            found_mw,
            inspections: *inspections,
            mines_documented: false,
            capacity_share: Quantiles {
                p05: (1.0 - r.p95) * part.p05 + r.p05 * q.p05,
                p50: (1.0 - r.p50) * part.p50 + r.p50 * q.p50,
                p95: ((1.0 - r.p05) * part.p95 + r.p95 * q.p95).min(1.0),
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

fn known(country: &str, as_of: Option<Seconds>) -> Vec<&'static Fact> {
    let mut facts = place::facts(country).unwrap_or_default();
    facts.retain(|f| as_of.is_none_or(|t| f.known_at <= t));
    facts
}

/// The country in which a region lies; the code itself where it is one.
pub fn country(code: &str) -> &str {
    region::find(code).map_or(code, |r| r.parent.as_deref().unwrap_or(&r.code))
}
