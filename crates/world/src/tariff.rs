//! What a kilowatt-hour costs a miner: known figures where there are any, else a wide prior that says so.
//!
//! Known: the mean industrial price of the United States by month (Energy Information Administration, public
//! domain) and Kazakhstan's business price of about 5.5 US cents, with its levy of 1 tenge a kilowatt-hour
//! on miners from 1 January 2022. Elsewhere a log-normal prior with median 5 US cents, the price at which the
//! Cambridge index takes its best guess, and 90 % between 2.5 and 10: an assumption. Miners' contracts are private, and
//! even a known mean is spread by ±25 % (one sigma, assumption) when it stands for a miner's price.

use std::sync::OnceLock;

use libm::exp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::month::Month;
use crate::region::{self, Code};
use crate::table;
use hashquake_base::stats::normal::Z95;
use hashquake_base::units::{Quantiles, Seconds};

/// The price of electricity in a region at a moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tariff {
    /// The region that was asked for.
    pub region: String,
    /// US cents a kilowatt-hour, without the levy.
    pub usd_cents_per_kwh: Quantiles,
    /// A levy on miners, tenge a kilowatt-hour.
    pub levy_kzt_per_kwh: Option<f64>,
    /// Whether the price is a prior because no source is known.
    pub prior: bool,
    /// Where it is from, or what the prior is.
    pub source: &'static str,
    /// The stretch that the figure describes; absent for a prior.
    pub from: Option<Month>,
    /// Its last month.
    pub to: Option<Month>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Energy,
    Levy,
}

#[derive(Deserialize)]
struct Row {
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    from: Month,
    to: Month,
    low: f64,
    high: f64,
    kind: Kind,
    source: String,
}

const SOURCES: [(&str, &str); 2] = [
    (
        "eia",
        "US industrial mean by month, Energy Information Administration (public domain)",
    ),
    (
        "kz-business",
        "about 5.5 US cents for business in Kazakhstan (getblock; impactscope), years assumed",
    ),
];

const PRIOR: &str =
    "prior: no tariff is known here; around the 5 cents at which the Cambridge index guesses";

/// One sigma of ln(a miner's price / the known mean). An assumption.
const SPREAD: f64 = 0.25;

/// 90 % between half and double.
const PRIOR_SD: f64 = core::f64::consts::LN_2 / Z95;

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| table::rows(table::TARIFFS))
}

fn around(low: f64, median: f64, high: f64, sd: f64) -> Quantiles {
    Quantiles {
        p05: low * exp(-Z95 * sd),
        p50: median,
        p95: high * exp(Z95 * sd),
    }
}

/// The tariff of a country, or of the country of which the region is a part.
pub fn at(code: &str, at: Seconds) -> Tariff {
    let country = region::find(code).ok().and_then(|r| r.parent.as_deref());
    let country = country.unwrap_or(code);
    let month = Month::of(at);
    let of = |kind: Kind| {
        rows()
            .iter()
            .filter(move |r| r.region == country && r.kind == kind)
            .find(|r| r.from <= month && month <= r.to)
    };
    let energy = of(Kind::Energy);
    let known = energy.map(|r| around(r.low, 0.5 * (r.low + r.high), r.high, SPREAD));
    let source = energy.and_then(|r| SOURCES.iter().find(|(key, _)| *key == r.source));
    Tariff {
        region: code.to_string(),
        usd_cents_per_kwh: known.unwrap_or_else(|| around(5.0, 5.0, 5.0, PRIOR_SD)),
        levy_kzt_per_kwh: of(Kind::Levy).map(|r| r.low),
        prior: energy.is_none(),
        source: source.map_or(PRIOR, |(_, words)| words),
        from: energy.map(|r| r.from),
        to: energy.map(|r| r.to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_prior_and_says_so() {
        let day = |text: &str| Month::parse(text).unwrap().start();
        let norway = at("NO", day("2022-01"));
        assert!(norway.prior && norway.source.starts_with("prior"));
        assert!((norway.usd_cents_per_kwh.p05 - 2.5).abs() < 1e-9);
        let texas = at("US-TX", day("2022-01"));
        assert!(!texas.prior && texas.usd_cents_per_kwh.p95 < 15.0);
        assert!(at("US", day("2024-01")).prior);
        let kz = |text: &str| at("KZ", day(text)).levy_kzt_per_kwh;
        assert_eq!((kz("2021-12"), kz("2022-01")), (None, Some(1.0)));
    }
}
