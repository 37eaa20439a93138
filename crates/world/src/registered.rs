//! How much of a country's mining power is registered with its authorities, by megawatts. Known for two
//! countries at two moments; elsewhere unknown, which is not the same as zero.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::month::Month;
use crate::region::{self, Code};
use crate::table;
use hashquake_base::units::Seconds;

/// The registered part of a country's mining power.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Registered {
    /// The country.
    #[serde(deserialize_with = "region::region_code")]
    pub region: Code,
    /// Lower end, fraction of the megawatts.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// First month that it describes.
    pub from: Month,
    /// Last month.
    pub to: Month,
    /// When it was known.
    #[serde(deserialize_with = "table::known_at")]
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
    /// Where it is from.
    pub source: String,
}

/// All countries for which it is known.
pub fn all() -> &'static [Registered] {
    static ALL: OnceLock<Vec<Registered>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(table::REGISTERED))
}

/// The registered part of a country's mining power; `None` where it is unknown.
pub fn share(code: &str) -> Option<&'static Registered> {
    all().iter().find(|r| r.region == code)
}
