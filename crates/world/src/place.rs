//! What is known below the country: where unrest was, where mines are, what inspections found.
//!
//! Single facts, each with source and date; no shares follow from them. A fact without a day of publication is
//! known from the end of the period that it names.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::region::{self, Code, NoSuchRegion};
use crate::table;
use hashquake_base::units::Seconds;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Protest or violence.
    Unrest,
    /// Mining sites.
    Mining,
    /// Unregistered mines that an inspection found, with their megawatts.
    IllegalMw,
}

impl Kind {
    /// The word of the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unrest => "unrest",
            Self::Mining => "mining",
            Self::IllegalMw => "illegal_mw",
        }
    }

    /// As in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unrest => "unrest",
            Self::Mining => "mining",
            Self::IllegalMw => "unregistered mines",
        }
    }
}

/// One fact about a place.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// ISO 3166-1 or -2.
    #[serde(deserialize_with = "region::region_code")]
    pub region: Code,
    /// What it is about.
    pub kind: Kind,
    /// First day or month, as the source has it.
    pub from: String,
    /// Last day or month.
    pub to: String,
    /// Size of the site, megawatts; `None` where it is not published.
    pub megawatts: Option<f64>,
    /// The fact, in our words.
    pub fact: String,
    /// When it was known.
    #[serde(deserialize_with = "table::known_at")]
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
    /// Where it is from.
    pub source: String,
}

/// All facts.
pub fn all() -> &'static [Fact] {
    static ALL: OnceLock<Vec<Fact>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(table::PLACES))
}

/// The facts of a region and of all that lies in it; an older code is followed.
///
/// # Errors
/// There is no such region.
pub fn facts(code: &str) -> Result<Vec<&'static Fact>, NoSuchRegion> {
    let asked = region::find(code)?;
    let inside = |f: &&Fact| region::find(f.region).is_ok_and(|r| r.lies_in(asked));
    Ok(all().iter().filter(inside).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_riot_city_had_unregistered_mines() {
        let almaty = facts("KZ-ALA").unwrap();
        assert!(almaty.iter().any(|f| f.kind == Kind::Unrest));
        let found = almaty.iter().find(|f| f.kind == Kind::IllegalMw).unwrap();
        assert_eq!(found.megawatts, Some(3.5));
        assert!(facts("KZ").unwrap().len() > almaty.len());
        assert!(facts("US").unwrap().is_empty());
    }
}
