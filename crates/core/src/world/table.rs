//! The world's tables as they are embedded: CSV files of the folder `world/`, read once.
//!
//! Where each comes from, under which licence, and what was left out stands in `world/SOURCES.md`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::units::{Moment, Seconds};
use crate::world::region;

/// Names tables of `world/` and carries their text.
macro_rules! files {
    ($($constant:ident $name:literal,)*) => {
        $(pub(crate) const $constant: &str = include_str!(concat!("../../../../world/", $name));)*
        /// The embedded tables: name within `world/` and text.
        pub const FILES: &[(&str, &str)] = &[$(($name, $constant),)*];
    };
}

files![
    REGIONS "regions.csv",
    EDITIONS "map_editions.csv",
    MAP "shares_map.csv",
    PROVINCES "shares_provinces.csv",
    SEASONS "shares_seasons.csv",
    OTHERS "shares_others.csv",
    BIAS "shares_bias.csv",
    MACHINES "machines.csv",
    FLEET "fleet_power.csv",
    REVISIONS "fleet_revisions.csv",
    CARBON "carbon_factors.csv",
    MIX "network_mix.csv",
    TARIFFS "tariffs.csv",
    REGISTERED "registered.csv",
    PLACES "places.csv",
];

/// The rows of an embedded table.
///
/// # Panics
/// When the project's own table is wrong, which its tests would show.
pub(crate) fn rows<T: DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the world's own tables are right")
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

/// A code of ISO 3166 or of an aggregate, as a name that serde's derive does not take for borrowed text.
pub(crate) type Code = &'static str;

/// Reads a code of ISO 3166, or one of the aggregates `other`, `CN-other`, `world`.
pub(crate) fn region_code<'de, D: Deserializer<'de>>(d: D) -> Result<Code, D::Error> {
    let text = String::deserialize(d)?;
    let aggregate = region::AGGREGATES.iter().find(|(code, _)| *code == text);
    match aggregate {
        Some((code, _)) => Ok(code),
        None => region::find(&text)
            .map(|r| r.code.as_str())
            .map_err(serde::de::Error::custom),
    }
}
