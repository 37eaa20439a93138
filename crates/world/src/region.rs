//! Regions: countries (ISO 3166-1, two letters) and their parts (ISO 3166-2), as of November 2022.
//!
//! All countries are there, so that a code's existence can be checked, and the parts of the countries in
//! which mining is known at all: Canada, China, Iran, Kazakhstan, Malaysia, Norway, Paraguay, Russia, Sweden
//! and the United States. Codes that were in use before (`KZ-PAV`, `CN-65`) are aliases and resolve to the
//! code of today. A part is a first-level division; what lies below it is left out.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::table;
use hashquake_base::diagnostics::nearest;

/// A country or a part of one, as the table has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RegionRecord {
    /// Its code: `KZ`, `US-TX`.
    pub code: String,
    /// Its name in English where there is one.
    pub name: String,
    /// The country of which it is a part.
    pub parent: Option<String>,
    /// The country's three-digit code, by which maps name it.
    pub numeric: Option<u16>,
    /// Older codes for the same place.
    pub aliases: Vec<String>,
}

impl RegionRecord {
    /// Whether this is `other` or a part of it: `US-TX` lies in `US`.
    pub fn lies_in(&self, other: &Self) -> bool {
        self.code == other.code || self.parent.as_ref() == Some(&other.code)
    }
}

/// A country (ISO 3166-1, two letters) or a part of one (ISO 3166-2) that exists: `KZ`, `US-TX`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(with = "String")]
pub struct Region(&'static RegionRecord);

impl Region {
    /// Reads a code; an older one becomes the code of today.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse(code: &str) -> Result<Self, String> {
        find(code).map(Self).map_err(|e| e.to_string())
    }

    /// ISO 3166-1 or 3166-2 code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// Whether this is `other` or a part of it: `US-TX` lies in `US`.
    pub fn lies_in(&self, other: &Self) -> bool {
        self.0.lies_in(other.0)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

/// Names that tables use for what is not a single region: code and words.
pub const AGGREGATES: [(&str, &str); 3] = [
    ("other", "all other countries"),
    ("CN-other", "the rest of China"),
    ("world", "the world"),
];

/// The English name of a code or of an aggregate; the code itself where there is none.
pub fn name(code: &str) -> &str {
    let aggregate = AGGREGATES.iter().find(|(c, _)| *c == code);
    aggregate.map_or_else(
        || {
            all()
                .iter()
                .find(|r| r.code == code)
                .map_or(code, |r| &r.name)
        },
        |(_, words)| words,
    )
}

/// There is no such region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{asked}` is not a valid region: {right}")]
pub struct NoSuchRegion {
    /// What was asked for.
    pub asked: String,
    /// What would be right.
    pub right: String,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    name: String,
    parent: Option<String>,
    numeric: Option<u16>,
    aliases: String,
}

/// Every region of the table, countries first, by code.
pub fn all() -> &'static [RegionRecord] {
    static ALL: OnceLock<Vec<RegionRecord>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows: Vec<Row> = table::rows(table::REGIONS);
        let region = |r: Row| RegionRecord {
            code: r.code,
            name: r.name,
            parent: r.parent,
            numeric: r.numeric,
            aliases: r.aliases.split_whitespace().map(str::to_string).collect(),
        };
        rows.into_iter().map(region).collect()
    })
}

/// A code of ISO 3166 or of an aggregate, as a name that serde's derive does not take for borrowed text.
pub(crate) type Code = &'static str;

/// Reads a code of ISO 3166, or one of the aggregates `other`, `CN-other`, `world`.
pub(crate) fn region_code<'de, D: Deserializer<'de>>(d: D) -> Result<Code, D::Error> {
    let text = String::deserialize(d)?;
    let aggregate = AGGREGATES.iter().find(|(code, _)| *code == text);
    match aggregate {
        Some((code, _)) => Ok(code),
        None => find(&text)
            .map(|r| r.code.as_str())
            .map_err(serde::de::Error::custom),
    }
}

/// The region with this code, or with this older code.
///
/// # Errors
/// [`NoSuchRegion`], with what comes near.
pub fn find(code: &str) -> Result<&'static RegionRecord, NoSuchRegion> {
    let found = all()
        .iter()
        .find(|r| r.code == code || r.aliases.iter().any(|a| a == code));
    found.ok_or_else(|| NoSuchRegion {
        asked: code.to_string(),
        right: suggestion(code),
    })
}

/// What would be right in place of `code`.
fn suggestion(code: &str) -> String {
    const FORM: &str = "write a code of ISO 3166 such as KZ or US-TX";
    let upper = code.to_ascii_uppercase();
    let same = |r: &&RegionRecord| {
        r.code == upper || r.aliases.contains(&upper) || r.name.eq_ignore_ascii_case(code)
    };
    if let Some(region) = all().iter().find(same) {
        return format!("write `{}` for {}", region.code, region.name);
    }
    if let Some((country, _)) = upper.split_once('-') {
        let parts = || {
            all()
                .iter()
                .filter(|r| r.parent.as_deref() == Some(country))
        };
        if parts().next().is_some() {
            let near = nearest(&upper, parts().map(|r| r.code.as_str()));
            let near = near.map_or(String::new(), |c| {
                format!(", did you mean `{c}` ({})?", name(c))
            });
            return format!("{} has no such part{near}", name(country));
        }
        if let Some(whole) = all().iter().find(|r| r.code == country) {
            return format!(
                "parts of {} are not in the table, write `{country}`",
                whole.name
            );
        }
    }
    let by_name = nearest(code, all().iter().map(|r| r.name.as_str()));
    by_name
        .and_then(|n| all().iter().find(|r| r.name == n))
        .filter(|_| code.len() > 3)
        .map_or(FORM.to_string(), |r| {
            format!("did you mean `{}` ({})?", r.code, r.name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_code_is_the_place_of_today() {
        assert_eq!(find("KZ-PAV").unwrap().code, "KZ-55");
        assert_eq!(find("CN-65").unwrap().name, "Xinjiang");
        assert!(find("KZ-55").unwrap().lies_in(find("KZ").unwrap()));
        assert!(!find("KZ").unwrap().lies_in(find("KZ-55").unwrap()));
    }

    #[test]
    fn what_does_not_exist_is_refused_with_what_would_be_right() {
        let right = |code: &str| find(code).unwrap_err().right;
        assert!(right("kz").contains("`KZ`"));
        assert!(right("Kazakhstan").contains("`KZ`"));
        assert!(right("Kasakhstan").contains("`KZ`"));
        assert!(right("US-TZ").contains("United States has no such part"));
        assert!(right("FR-IDF").contains("write `FR`"));
        assert!(right("XX").contains("ISO 3166"));
        assert!(right("").contains("ISO 3166"));
    }

    #[test]
    fn codes_are_unique_and_every_part_has_its_country() {
        let mut codes: Vec<&str> = all().iter().map(|r| r.code.as_str()).collect();
        codes.extend(
            all()
                .iter()
                .flat_map(|r| r.aliases.iter().map(String::as_str)),
        );
        let before = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), before);
        for r in all() {
            assert_eq!(r.parent.is_some(), r.code.contains('-'), "{}", r.code);
            assert_eq!(r.numeric.is_some(), r.parent.is_none(), "{}", r.code);
            if let Some(parent) = &r.parent {
                assert!(find(parent).is_ok());
            }
        }
        let countries = all().iter().filter(|r| r.parent.is_none()).count();
        assert_eq!(countries, 249, "ISO 3166-1 has 249 codes");
    }
}
