//! The world's tables as they are embedded: CSV files of the folder `data/`, read once.
//!
//! Where each comes from, under which licence, and what was left out stands in `data/SOURCES.md`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use hashquake_base::provenance::Input;
use hashquake_base::table_reader::deserialize;
use hashquake_base::units::{Moment, Seconds};

/// An embedded table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Table {
    /// File name within `world/`.
    pub name: &'static str,
    /// What it holds.
    pub what: &'static str,
    /// Where it is from.
    pub source: &'static str,
    /// Under which licence.
    pub licence: &'static str,
    /// Text of the file.
    #[serde(skip)]
    pub text: &'static str,
}

impl Table {
    /// Rows below the header, comments left aside; `None` of a file that is not a table.
    pub fn rows(&self) -> Option<usize> {
        let rows = || self.text.lines().filter(|line| !line.starts_with('#'));
        let table = self.name.ends_with(".csv");
        table.then(|| rows().count().saturating_sub(1))
    }

    /// The file as an answer names it: `world/shares_map.csv`.
    pub fn input(&self) -> Input {
        Input::of(format!("world/{}", self.name), self.text.as_bytes())
    }
}

/// Names tables of `world/`, carries their text and says what they are.
macro_rules! tables {
    ($($constant:ident {
        name: $name:literal, what: $what:literal, source: $source:literal, licence: $licence:literal,
    })*) => {
        $(#[doc = concat!("`data/", $name, "`.")]
        pub const $constant: &str = include_str!(concat!("../data/", $name));)*
        /// The embedded tables.
        pub const TABLES: &[Table] = &[$(Table {
            name: $name, what: $what, source: $source, licence: $licence, text: $constant,
        },)*];
    };
}

tables! {
    REGIONS {
        name: "regions.csv",
        what: "countries and their parts as of November 2022, older codes as aliases",
        source: "ISO 3166-1 and -2; lists of the Debian package iso-codes 4.15.0, Kazakhstan's regions by hand",
        licence: "codes are facts",
    }
    EDITIONS {
        name: "map_editions.csv",
        what: "publication days of the editions of the Cambridge map",
        source: "named a row",
        licence: "facts with attribution",
    }
    MAP {
        name: "shares_map.csv",
        what: "share of the network by country and month, 2019-09 to 2022-01",
        source: "Cambridge Bitcoin Electricity Consumption Index, mining map; Mccalabrese/Bitcoin-Hashrate-simulations-MonteCarlo @ aa26d80 global_hash_rates.csv",
        licence: "(c) University of Cambridge; 290 figures embedded as facts with attribution",
    }
    PROVINCES {
        name: "shares_provinces.csv",
        what: "share of the network by province of China and month, 2019-09 to 2020-04",
        source: "Cambridge map through taishi8117/canopi-methodology @ 3ad8779 source/btc_hashrate_distribution.csv",
        licence: "non-commercial collection; 88 figures embedded as facts with attribution",
    }
    SEASONS {
        name: "shares_seasons.csv",
        what: "parts of Sichuan and Xinjiang in China, wet and dry season of 2020",
        source: "Cambridge map, edition of July 2021",
        licence: "facts with attribution",
    }
    OTHERS {
        name: "shares_others.csv",
        what: "shares that other surveys, a heat map and the press print, 2021 to 2026",
        source: "named a row",
        licence: "facts with attribution",
    }
    BIAS {
        name: "shares_bias.csv",
        what: "how far proxies may inflate single countries: assumptions",
        source: "this project",
        licence: "assumptions of this project",
    }
    SHARE_REGIONS {
        name: "shares_regions.csv",
        what: "regions of the composition of shares, and how each is taken to move",
        source: "this project",
        licence: "assumptions of this project",
    }
    SHARE_SOURCES {
        name: "shares_sources.csv",
        what: "who prints shares, and how far each may err",
        source: "this project",
        licence: "assumptions of this project",
    }
    SHARE_EVENTS {
        name: "shares_events.csv",
        what: "dated events that moved shares, and how far they may have",
        source: "dates of the atlas's cases; sizes by this project",
        licence: "assumptions of this project",
    }
    MACHINES {
        name: "machines.csv",
        what: "machines with joules a terahash; release dates to 2020-05",
        source: "CambridgeAltFin/ccaf_cbeci_api @ 0e28e81 server_config/miners.csv; f2pool through mattk8/mining-data @ f4b9405; makers' data sheets through nhamilton1/asics-tools @ 31a4c43",
        licence: "none stated; data-sheet figures embedded as facts with attribution",
    }
    FLEET {
        name: "fleet_power.csv",
        what: "monthly means of the network's power by revision of the index, and of its hashrate",
        source: "Cambridge index through taishi8117/canopi-methodology @ 3ad8779, CambridgeAltFin/ccaf_cbeci_api @ f9a5839, dataalways/energy-adjusted-cbeci @ 5c73825; hashrate from the embedded blocks",
        licence: "(c) University of Cambridge; monthly figures derived here, as facts with attribution",
    }
    REVISIONS {
        name: "fleet_revisions.csv",
        what: "revisions of the index and when they were known",
        source: "named a row",
        licence: "facts with attribution",
    }
    CARBON {
        name: "carbon_factors.csv",
        what: "grams of CO2 a kilowatt-hour by region and year",
        source: "Our World in Data (Ember, Energy Institute); IFI combined margins 2019; Li et al. 2020",
        licence: "CC BY 4.0 (averages by country); the others as facts with attribution",
    }
    MIX {
        name: "network_mix.csv",
        what: "the network's electricity mix by month, 2019-09 to 2022-01",
        source: "CambridgeAltFin/ccaf_cbeci_api api/month.csv, blob 4c26e3a",
        licence: "none stated; monthly figures embedded as facts with attribution",
    }
    TARIFFS {
        name: "tariffs.csv",
        what: "electricity prices: United States by month 2019-01 to 2023-05; Kazakhstan",
        source: "US Energy Information Administration; getblock; impactscope; distechno; coinfox",
        licence: "public domain (United States); facts with attribution",
    }
    REGISTERED {
        name: "registered.csv",
        what: "registered part of mining power: Kazakhstan, Iran",
        source: "named a row",
        licence: "facts with attribution",
    }
    PLACES {
        name: "places.csv",
        what: "what is known below the country: unrest, mines, unregistered megawatts",
        source: "named a row",
        licence: "facts with attribution",
    }
    POOL_GROUPS {
        name: "pool_groups.csv",
        what: "pools that build blocks from one template or have one owner, over time",
        source: "named a row",
        licence: "facts with attribution",
    }
    EXPOSURES {
        name: "exposures.csv",
        what: "how much likelier a pool's machine stands in a region than any machine",
        source: "named a row; most rows are assumptions of this project",
        licence: "facts with attribution; assumptions",
    }
    OUTAGE_KAZAKHSTAN_2022 {
        name: "outages/kazakhstan_2022_severity.csv",
        what: "severity of Kazakhstan's outage of January 2022 by audience and hour",
        source: "RIPE Labs, The Kazakhstan outage as seen from RIPE Atlas; Cloudflare Radar",
        licence: "facts with attribution",
    }
    DAILY_XINJIANG_2021 {
        name: "prices/xinjiang-2021-daily.csv",
        what: "daily closes from 60 days before xinjiang-2021 to 35 after",
        source: "Coin Metrics community data, PriceUSD",
        licence: "CC BY-NC 4.0 for the whole; single figures as facts with attribution",
    }
    DAILY_SICHUAN_BAN_2021 {
        name: "prices/sichuan-ban-2021-daily.csv",
        what: "daily closes from 60 days before sichuan-ban-2021 to 35 after",
        source: "Coin Metrics community data, PriceUSD",
        licence: "CC BY-NC 4.0 for the whole; single figures as facts with attribution",
    }
    DAILY_KAZAKHSTAN_2022 {
        name: "prices/kazakhstan-2022-daily.csv",
        what: "daily closes from 60 days before kazakhstan-2022 to 35 after",
        source: "Coin Metrics community data, PriceUSD",
        licence: "CC BY-NC 4.0 for the whole; single figures as facts with attribution",
    }
    DAILY_ELLIOTT_2022 {
        name: "prices/elliott-2022-daily.csv",
        what: "daily closes from 60 days before elliott-2022 to 35 after",
        source: "Coin Metrics community data, PriceUSD",
        licence: "CC BY-NC 4.0 for the whole; single figures as facts with attribution",
    }
    DAILY_TEXAS_2024 {
        name: "prices/texas-2024-daily.csv",
        what: "daily closes from 60 days before texas-2024 to 35 after",
        source: "Coin Metrics community data, PriceUSD",
        licence: "CC BY-NC 4.0 for the whole; single figures as facts with attribution",
    }
    HOURLY_KAZAKHSTAN_2022 {
        name: "prices/kazakhstan-2022-hourly.csv",
        what: "hourly closes of 1 to 10 January 2022",
        source: "Bitstamp BTC/USD by cryptodatadownload.com",
        licence: "CC BY-NC-SA for the whole; single figures as facts with attribution",
    }
    PRICE_FACTS {
        name: "prices/facts.csv",
        what: "single closes, highs and lows of September 2021 to January 2022",
        source: "named a row",
        licence: "single figures as facts with attribution",
    }
    OUTLINES {
        name: "map/countries-110m.json",
        what: "outlines of 177 countries",
        source: "Natural Earth 4.1.0, as TopoJSON by the npm package world-atlas 2.0.2",
        licence: "public domain; packaging ISC, (c) 2013-2019 Michael Bostock",
    }
}

/// The tables behind a share of a country.
pub const SHARES: [&str; 8] = [
    REGIONS,
    EDITIONS,
    MAP,
    OTHERS,
    BIAS,
    SHARE_REGIONS,
    SHARE_SOURCES,
    SHARE_EVENTS,
];

/// How severe outages were, hour by hour: id of the case, name of the file, text.
pub const OUTAGES: &[(&str, &str, &str)] = &[(
    "kazakhstan-2022",
    "world/outages/kazakhstan_2022_severity.csv",
    OUTAGE_KAZAKHSTAN_2022,
)];

/// The files of these tables, given by their texts (`table::MAP`), for the list of what an answer rests on;
/// in the order of [`TABLES`].
pub fn inputs(texts: &[&'static str]) -> Vec<Input> {
    let asked = TABLES.iter().filter(|t| texts.contains(&t.text));
    asked.map(Table::input).collect()
}

/// The rows of an embedded table.
///
/// # Panics
/// When the project's own table is wrong, which its tests would show.
pub(crate) fn rows<T: DeserializeOwned>(text: &str) -> Vec<T> {
    deserialize("world", text).expect("the world's own tables are right")
}

/// Reads a day (its end counts) or an instant.
pub(crate) fn known_at<'de, D: Deserializer<'de>>(d: D) -> Result<Seconds, D::Error> {
    let text = String::deserialize(d)?;
    Moment::parse(&text)
        .map(Moment::end)
        .map_err(serde::de::Error::custom)
}

/// The same where the day of publication may be unknown: an empty cell.
pub(crate) fn maybe_known_at<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Seconds>, D::Error> {
    let text = String::deserialize(d)?;
    if text.is_empty() {
        return Ok(None);
    }
    let moment = Moment::parse(&text).map(Moment::end);
    moment.map(Some).map_err(serde::de::Error::custom)
}
