//! Grams of carbon dioxide a kilowatt-hour: by country and year, by province of China, and for the network.
//!
//! Two kinds that answer two questions. **Average**: what a kilowatt-hour of a grid's mix emits over the
//! life cycle (Ember with the Energy Institute, through Our World in Data, CC BY 4.0; Li et al. 2020 for provinces
//! of China). **Marginal**: what the plants emit that answer to more or less demand (combined margins of the
//! International Financial Institutions, 2019). A figure of year Y is known from the end of Y + 1 on for the
//! averages, from the end of Y on for the others: a rule, where days of publication are not at hand.
//!
//! Intervals are log-normal with one sigma of 10 % for a country's average, 15 % for a province's and 25 % for a
//! marginal factor, and 3 % · √years for a moment that the figure's year does not contain. All are assumptions:
//! a miner need not burn its country's mean.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::month::Month;
use crate::region::{self, Code};
use crate::table;
use hashquake_base::stats::normal::log_normal_quantiles;
use hashquake_base::units::{Quantiles, Seconds, year_start};

/// What a factor measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The grid's mean over its mix, life cycle.
    Average,
    /// The plants that answer to a change of demand.
    Marginal,
}

impl Kind {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Average => "average",
            Self::Marginal => "marginal",
        }
    }
}

/// A carbon factor of a region.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Factor {
    /// The region that it describes: the one asked for, or its country.
    pub region: &'static str,
    /// What it measures.
    pub kind: Kind,
    /// Grams of CO2 (averages: CO2 equivalent) a kilowatt-hour.
    pub g_per_kwh: Quantiles,
    /// Where it is from.
    pub source: &'static str,
    /// The year that it describes.
    pub year: i16,
    /// When it was known, by the rule of the module.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
}

#[derive(Deserialize)]
struct Row {
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    year: i16,
    g_per_kwh: f64,
    kind: Kind,
    source: String,
}

/// Sources: key in the table, name, years until known, one sigma.
const SOURCES: [(&str, &str, i16, f64); 3] = [
    (
        "owid-ember",
        "Ember and Energy Institute through Our World in Data, life cycle, CC BY 4.0",
        2,
        0.10,
    ),
    ("li-2020", "Li et al. 2020", 1, 0.15),
    (
        "ifi-cm",
        "combined margin of the International Financial Institutions, 2019",
        1,
        0.25,
    ),
];

/// One sigma a root of a year between figure and moment.
const AGE_SD: f64 = 0.03;

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| table::rows(table::CARBON))
}

/// Every kind of factor that is known for a region at a moment, the nearest year of each source. A part of
/// a country without a figure of its own has its country's. Empty where nothing is known.
pub fn intensity(code: &str, at: Seconds, as_of: Option<Seconds>) -> Vec<Factor> {
    let own = factors(code, at, as_of);
    let country = region::find(code).ok().and_then(|r| r.parent.as_deref());
    let whole = country.map_or_else(Vec::new, |c| factors(c, at, as_of));
    let missing = |f: &Factor| own.iter().all(|o| o.kind != f.kind);
    let whole: Vec<Factor> = whole.into_iter().filter(missing).collect();
    own.into_iter().chain(whole).collect()
}

fn factors(code: &str, at: Seconds, as_of: Option<Seconds>) -> Vec<Factor> {
    let year = Month::of(at).year();
    let nearest = |&(key, source, delay, sd): &(&str, &'static str, i16, f64)| {
        let known_at = |r: &Row| year_start(r.year + delay) - 1;
        let known = rows().iter().filter(|r| {
            r.source == key && r.region == code && as_of.is_none_or(|t| known_at(r) <= t)
        });
        let row = known.min_by_key(|r| (r.year - year).abs())?;
        let away = f64::from((row.year - year).abs());
        let sd = (sd * sd + AGE_SD * AGE_SD * away).sqrt();
        Some(Factor {
            region: row.region,
            kind: row.kind,
            g_per_kwh: log_normal_quantiles(row.g_per_kwh, sd),
            source,
            year: row.year,
            known_at: known_at(row),
        })
    };
    SOURCES.iter().filter_map(nearest).collect()
}

/// The electricity mix of the whole network in a month, as the Cambridge index weighted it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Mix {
    /// The month.
    pub month: Month,
    /// Percent of the network's electricity from coal.
    pub coal_percent: f64,
    /// From gas.
    pub gas_percent: f64,
    /// From oil.
    pub oil_percent: f64,
    /// From nuclear power.
    pub nuclear_percent: f64,
    /// From water.
    pub hydro_percent: f64,
    /// From wind.
    pub wind_percent: f64,
    /// From the sun.
    pub solar_percent: f64,
    /// From other renewable sources.
    pub other_renewable_percent: f64,
    /// Grams a kilowatt-hour, where the month has it.
    pub g_per_kwh: Option<f64>,
}

/// Where the mix is from.
pub const MIX_SOURCE: &str =
    "Cambridge index, monthly mix (CambridgeAltFin/ccaf_cbeci_api, api/month.csv @ f9a5839)";

/// When the mix was published: with the map's edition that contains its month, by rule.
pub fn mix_known_at(month: Month) -> Option<Seconds> {
    crate::editions::known_at(month)
}

fn mixes() -> &'static [Mix] {
    static MIXES: OnceLock<Vec<Mix>> = OnceLock::new();
    MIXES.get_or_init(|| table::rows(table::MIX))
}

/// The mix of a month, if that month is known.
pub fn mix(month: Month, as_of: Option<Seconds>) -> Option<&'static Mix> {
    let known = mix_known_at(month)?;
    mixes()
        .iter()
        .find(|m| m.month == month && as_of.is_none_or(|t| known <= t))
}

/// The known mix with a carbon intensity whose month is nearest.
pub fn nearest_mix(month: Month, as_of: Option<Seconds>) -> Option<&'static Mix> {
    let known = |m: &&Mix| mix_known_at(m.month).is_some_and(|k| as_of.is_none_or(|t| k <= t));
    let usable = mixes().iter().filter(|m| m.g_per_kwh.is_some());
    usable
        .filter(known)
        .min_by_key(|m| m.month.since(month).abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::Moment;

    fn t(text: &str) -> Seconds {
        Moment::parse(text).unwrap().end()
    }

    #[test]
    fn a_country_has_its_year_and_a_part_its_own_or_its_countrys() {
        let kz = intensity("KZ", t("2021-06-01"), None);
        assert_eq!((kz[0].year, kz[0].kind), (2021, Kind::Average));
        assert!((kz[0].g_per_kwh.p50 - 833.0).abs() < 1.0);
        assert_eq!(kz[1].kind, Kind::Marginal);
        assert_eq!(kz[1].g_per_kwh.p50, 653.0);
        let sichuan = intensity("CN-SC", t("2020-07-01"), None);
        assert_eq!(sichuan[0].region, "CN-SC");
        assert!(sichuan[0].g_per_kwh.p95 < 300.0);
        let texas = intensity("US-TX", t("2022-07-01"), None);
        assert!(texas.iter().all(|f| f.region == "US"));
        assert!(intensity("XX", t("2022-07-01"), None).is_empty());
    }

    #[test]
    fn a_year_is_not_known_while_it_runs() {
        let then = intensity("KZ", t("2022-01-05"), Some(t("2022-01-06")));
        let average = then.iter().find(|f| f.kind == Kind::Average).unwrap();
        assert_eq!(average.year, 2020);
        assert!(then.iter().all(|f| f.known_at <= t("2022-01-06")));
    }

    #[test]
    fn every_mix_is_whole_within_what_is_unnamed() {
        let mut month = Month::parse("2019-09").unwrap();
        while month <= Month::parse("2022-01").unwrap() {
            let m = mix(month, None).unwrap();
            let fossil = m.coal_percent + m.gas_percent + m.oil_percent + m.nuclear_percent;
            let renewable =
                m.hydro_percent + m.wind_percent + m.solar_percent + m.other_renewable_percent;
            assert!((94.5..=100.5).contains(&(fossil + renewable)), "{month}");
            month = month.plus(1);
        }
    }
}
