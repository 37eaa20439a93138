//! The share of one region: a country of the map, or a province of China as a part of its country.
//!
//! The split of China by province is one average for 2019-09 to 2020-04, repeated by month in its
//! source. It moved with the water: Cambridge gives Sichuan's part as 14.9 % of China in the dry and 61.1 % in
//! the wet season of 2020, Xinjiang's as 55.1 and 9.6 %. The part is drawn logit-normal around the value of the
//! season (wet June to October, dry December to April, halfway on the logit scale in May and November) with
//! one sigma of 0.5, 0.75 in the months of change; around the average with 0.7 where no season is known. Seasons
//! and sigmas are assumptions. After June 2021 the old split says nothing.

use std::sync::OnceLock;

use libm::{exp, log};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::{DRAWS, Shares};
use crate::editions;
use crate::month::Month;
use crate::region::{self, Code, RegionRecord};
use crate::table;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::normal;
use hashquake_base::stats::sample::quantiles_of;
use hashquake_base::units::{Quantiles, Seconds};

/// One region's share, with what it rests on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RegionShare {
    /// Its code.
    pub region: &'static str,
    /// Percent of the network.
    #[serde(rename = "share_percent")]
    pub percent: Quantiles,
    /// In words.
    pub basis: String,
}

/// No share is known for a region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no share is known for {region}: {reason}")]
pub struct NoShare {
    /// Code of the region.
    pub region: String,
    /// Why not, and what is known instead.
    pub reason: String,
}

#[derive(Deserialize)]
struct Cell {
    month: Month,
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    percent: f64,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum SeasonName {
    Dry,
    Wet,
}

#[derive(Deserialize)]
struct Season {
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    season: SeasonName,
    percent_of_country: f64,
    #[serde(deserialize_with = "table::known_at")]
    known_at: Seconds,
}

/// The logit of a part of its country: centre and deviation, and what they rest on.
struct PartOfCountry {
    center: f64,
    sd: f64,
    basis: String,
}

fn provinces() -> &'static [Cell] {
    static CELLS: OnceLock<Vec<Cell>> = OnceLock::new();
    CELLS.get_or_init(|| table::rows(table::PROVINCES))
}

fn seasons() -> &'static [Season] {
    static SEASONS: OnceLock<Vec<Season>> = OnceLock::new();
    SEASONS.get_or_init(|| table::rows(table::SEASONS))
}

pub(super) fn seasons_known(as_of: Option<Seconds>) -> bool {
    let all = seasons().iter();
    as_of.is_none_or(|t| {
        all.map(|s| s.known_at)
            .max()
            .is_some_and(|known| known <= t)
    })
}

fn logit(x: f64) -> f64 {
    log(x / (1.0 - x))
}

/// Provinces of China with their percent of the network in a month, as printed, and when that was known.
pub fn provinces_printed(month: Month) -> Vec<(&'static str, f64, Option<Seconds>)> {
    let of = provinces().iter().filter(|c| c.month == month);
    of.map(|c| (c.region, c.percent, editions::known_at(month)))
        .collect()
}

impl Shares {
    /// The share of a country or of a part of one, with the interval of the draws.
    ///
    /// # Errors
    /// [`NoShare`]: the region does not exist, is not in the map, or has no known part of its country.
    pub fn share(&self, code: &str) -> Result<RegionShare, NoShare> {
        let none = |reason: String| NoShare {
            region: code.to_string(),
            reason,
        };
        if let Some(row) = self.row(code) {
            return Ok(RegionShare {
                region: row.region,
                percent: row.percent,
                basis: format!("{}, {}", self.source, self.month),
            });
        }
        let region = region::find(code).map_err(|e| none(e.to_string()))?;
        let Some(country) = &region.parent else {
            let all: Vec<&str> = self.rows.iter().map(|r| r.region).collect();
            return Err(none(format!(
                "the composition has {} and counts the rest as `other`",
                all.join(", ")
            )));
        };
        let row = self.rows.iter().position(|r| r.region == country);
        let row = row.ok_or_else(|| none(format!("the composition has no row for {country}")))?;
        let part = self.part(region).map_err(none)?;
        let mut rng = stream(0, 1, Purpose::RegionShares);
        let mut xs: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let whole = self.draw(&mut rng)[row];
                100.0 * whole / (1.0 + exp(-part.center - part.sd * normal(&mut rng)))
            })
            .collect();
        Ok(RegionShare {
            region: &region.code,
            percent: quantiles_of(&mut xs),
            basis: part.basis,
        })
    }

    fn part(&self, region: &RegionRecord) -> Result<PartOfCountry, String> {
        let last = provinces().iter().map(|c| c.month).max();
        let cell = |code: &str| {
            let of = provinces().iter().filter(|c| Some(c.month) == last);
            of.clone().find(|c| c.region == code)
        };
        let Some(found) = cell(&region.code) else {
            let country = region.parent.as_deref().unwrap_or_default();
            let told = format!(
                "no source at hand splits {} by parts",
                region::name(country)
            );
            let china = "the split of China names ten provinces, and this is none of them";
            return Err(if country == "CN" {
                china.to_string()
            } else {
                told
            });
        };
        let asked = Month::of(self.at);
        if asked.since(Month::parse("2021-06")?) > 0 {
            return Err(
                "the split of China by province is known to 2020-04 only, and its ban of June 2021 ended it"
                    .to_string(),
            );
        }
        if let Some(part) = self.seasonal(region, asked) {
            return Ok(part);
        }
        let of = provinces().iter().filter(|c| Some(c.month) == last);
        let country: f64 = of.map(|c| c.percent).sum();
        Ok(PartOfCountry {
            center: logit(found.percent / country),
            sd: 0.7,
            basis: format!(
                "{:.1} % of China, the average of 2019-09 to 2020-04, give or take 0.7 on the logit scale (assumption)",
                100.0 * found.percent / country
            ),
        })
    }

    fn seasonal(&self, region: &RegionRecord, asked: Month) -> Option<PartOfCountry> {
        let told = |name: SeasonName| {
            let mut of = seasons().iter();
            let found = of.find(|s| s.region == region.code && s.season == name);
            found.map(|s| s.percent_of_country / 100.0)
        };
        if !self.seasons_known {
            return None;
        }
        let (dry, wet) = (told(SeasonName::Dry)?, told(SeasonName::Wet)?);
        let (center, sd, words) = match asked.number() {
            6..=10 => (logit(wet), 0.5, "the wet season"),
            5 | 11 => (
                0.5 * (logit(wet) + logit(dry)),
                0.75,
                "the change of seasons",
            ),
            _ => (logit(dry), 0.5, "the dry season"),
        };
        Some(PartOfCountry {
            center,
            sd,
            basis: format!(
                "{:.0} % of China in {words} (2020: {:.1} % dry, {:.1} % wet), give or take {sd} on the logit scale (assumption)",
                100.0 / (1.0 + exp(-center)),
                100.0 * dry,
                100.0 * wet
            ),
        })
    }
}
