//! The start of a simulation as the embedded tables and the chain know it at a moment.
//!
//! Regions are the rows of the map of mining, and of their parts those that the scenario names; what
//! a country's named parts leave is `CN-other`. A place that the map counts among `other` is a part of that.
//! Where no figure is at hand the distribution is a prior, and says so by having no source. The levy that
//! Kazakhstan takes since 2022 is left to the scenario, which knows the exchange rate.

use std::collections::BTreeSet;

use libm::sqrt;

use crate::fleets::touches;
use crate::start::{Figure, Part, StartError, StartRegion, StartWorld, chain_at, distribution_of};
use hashquake_base::distribution::Distribution;
use hashquake_base::stats::normal::ln_sd_between;
use hashquake_base::units::{Quantiles, Seconds};
use hashquake_chain::history::History;
use hashquake_world::carbon;
use hashquake_world::fleet;
use hashquake_world::region;
use hashquake_world::registered;
use hashquake_world::scenario::{CutFirst, Event, EventKind, Scenario};
use hashquake_world::shares;
use hashquake_world::shares::Shares;
use hashquake_world::tariff;

/// Sum of the map's rows that name no country.
const OTHER: &str = "other";

/// A named part of a country, of unknown size.
const PART_PRIOR: Distribution = Distribution::Uniform {
    low: 0.02,
    high: 0.5,
};

/// A country that the map counts among `other`, as a part of that.
const AMONG_OTHERS_PRIOR: Distribution = Distribution::Uniform {
    low: 0.0,
    high: 0.2,
};

/// Average carbon of a grid of which nothing is known, g/kWh.
const CARBON_PRIOR: Distribution = Distribution::Uniform {
    low: 50.0,
    high: 800.0,
};

/// Registered part, where it matters and nothing is known.
const REGISTERED_PRIOR: Distribution = Distribution::Uniform {
    low: 0.1,
    high: 0.9,
};

impl StartWorld {
    /// What was known at the scenario's `as_of` of its start.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn known(scenario: &Scenario, history: &History) -> Result<Self, StartError> {
        let (time, as_of) = (scenario.start, scenario.as_of);
        let (clock, hashrate_ehs, blocks_counted) = chain_at(history, time)?;
        let map = shares::at(time, Some(as_of)).ok_or(StartError::Shares { as_of })?;
        let efficiency =
            fleet::efficiency(time, Some(as_of)).ok_or(StartError::Efficiency { as_of })?;
        Ok(Self {
            time,
            clock,
            hashrate_ehs,
            blocks_counted,
            j_per_th: Figure::known(distribution_of(efficiency.j_per_th), efficiency.note),
            shares_source: format!(
                "{}, {}; the nearest of {} figures: {}, {}",
                map.source, map.month, map.figures, map.nearest.source, map.nearest.month
            ),
            regions: regions(scenario, &map),
            shares: map.composition,
        })
    }
}

fn named(scenario: &Scenario) -> BTreeSet<&str> {
    let mut codes = BTreeSet::new();
    for event in &scenario.events {
        codes.extend(event.who.regions.iter().map(String::as_str));
        if let EventKind::Ban { to, .. } | EventKind::Migration { to, .. } = &event.kind {
            codes.extend(to.weights.iter().map(|w| w.0.as_str()));
        }
    }
    codes
}

fn regions(scenario: &Scenario, map: &Shares) -> Vec<StartRegion> {
    let row_of = |code: &str| map.rows.iter().position(|r| r.region == code);
    let named = named(scenario);
    let mut out = Vec::new();
    for (i, row) in map.rows.iter().enumerate() {
        let code = row.region;
        let inside = |c: &&str| {
            let country = region::find(c).ok().and_then(|r| r.parent.as_deref());
            let country = country.unwrap_or(c);
            row_of(c).is_none() && row_of(country).or_else(|| row_of(OTHER)) == Some(i)
        };
        let parts: Vec<&str> = named.iter().copied().filter(inside).collect();
        for part in &parts {
            let figure = part_of(part, code, map);
            out.push(start_region(
                part,
                Some(i),
                Part::Fraction(figure),
                scenario,
            ));
        }
        let rest = if parts.is_empty() || code == OTHER {
            code.to_string()
        } else {
            format!("{code}-other")
        };
        out.push(start_region(&rest, Some(i), Part::Rest, scenario));
    }
    out
}

/// How much of the map's row `of` the region `code` is.
fn part_of(code: &str, of: &str, map: &Shares) -> Figure {
    if of == OTHER {
        return Figure::prior(AMONG_OTHERS_PRIOR);
    }
    let (Ok(part), Ok(whole)) = (map.share(code), map.share(of)) else {
        return Figure::prior(PART_PRIOR);
    };
    let spread = |q: Quantiles| ln_sd_between(q.p05, q.p95);
    let (p, w) = (spread(part.percent), spread(whole.percent));
    let distribution = Distribution::LogNormal {
        median: part.percent.p50 / whole.percent.p50,
        sigma: sqrt((p * p - w * w).max(0.01)),
    };
    Figure::known(distribution, part.basis)
}

fn start_region(code: &str, row: Option<usize>, part: Part, scenario: &Scenario) -> StartRegion {
    let asked = code.strip_suffix("-other").unwrap_or(code);
    StartRegion {
        code: code.to_string(),
        row,
        part,
        tariff: tariff_of(asked, scenario.start.min(scenario.as_of)),
        g_per_kwh: carbon_of(asked, scenario),
        registered: registered_of(asked, scenario),
    }
}

fn tariff_of(code: &str, at: Seconds) -> Figure {
    let known = tariff::at(code, at);
    let distribution = distribution_of(known.usd_cents_per_kwh.map(|cents| cents / 100.0));
    if known.prior {
        Figure::prior(distribution)
    } else {
        Figure::known(distribution, known.source)
    }
}

fn carbon_of(code: &str, scenario: &Scenario) -> Figure {
    let asked = if code == OTHER { "world" } else { code };
    let factors = carbon::intensity(asked, scenario.start, Some(scenario.as_of));
    let average = factors.iter().find(|f| f.kind == carbon::Kind::Average);
    average.map_or(Figure::prior(CARBON_PRIOR), |f| {
        Figure::known(
            distribution_of(f.g_per_kwh),
            format!("{}, {}", f.source, f.year),
        )
    })
}

fn registered_of(code: &str, scenario: &Scenario) -> Option<Figure> {
    let found = region::find(code).ok().and_then(|r| r.parent.as_deref());
    let country = found.unwrap_or(code);
    let known = registered::share(country).filter(|r| r.known_at <= scenario.as_of);
    if let Some(r) = known {
        let distribution = Distribution::Uniform {
            low: r.low,
            high: r.high,
        };
        return Some(Figure::known(distribution, r.source.clone()));
    }
    let asks = |e: &Event| tells_apart(e) && touches(&e.who, code);
    let matters = scenario.events.iter().any(asks);
    matters.then_some(Figure::prior(REGISTERED_PRIOR))
}

/// Whether an event treats registered and unregistered machines differently.
fn tells_apart(event: &Event) -> bool {
    event.who.registered.is_some()
        || match &event.kind {
            EventKind::Crackdown { .. } | EventKind::Licensing { .. } => true,
            EventKind::Rationing { first, .. } => *first != CutFirst::Everyone,
            EventKind::InternetShutdown { .. }
            | EventKind::PowerCut { .. }
            | EventKind::Curtailment { .. }
            | EventKind::Ban { .. }
            | EventKind::Levy { .. }
            | EventKind::Tariff { .. }
            | EventKind::SaleRule { .. }
            | EventKind::Export { .. }
            | EventKind::Migration { .. }
            | EventKind::Investment { .. }
            | EventKind::Unrest { .. }
            | EventKind::PriceShock { .. }
            | EventKind::FeeShock { .. } => false,
        }
}
