//! From a region's code to the country whose outline shows it.

use hashquake_world::region;

/// The country of an ISO 3166-1 or 3166-2 code: `US` of `US-TX`.
pub fn country(code: &str) -> &str {
    code.split_once('-').map_or(code, |(country, _)| country)
}

/// The ISO 3166-1 number of a code's country; `None` where no outline is known by it.
pub fn numeric(code: &str) -> Option<u16> {
    region::find(country(code)).ok()?.numeric
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::map::outline::world;

    /// The outlines are of 2017 and too coarse for islands and city states: what is missing is small.
    #[test]
    fn every_country_of_some_size_has_an_outline() {
        let missing: Vec<&str> = region::all()
            .iter()
            .filter(|r| r.parent.is_none())
            .filter(|r| {
                let number = numeric(&r.code);
                !world().countries.iter().any(|c| c.numeric == number)
            })
            .map(|r| r.code.as_str())
            .collect();
        for mining in [
            "US", "CN", "KZ", "RU", "CA", "MY", "IR", "DE", "IE", "NO", "PY", "GE",
        ] {
            assert!(!missing.contains(&mining), "{mining}");
        }
        assert!(missing.len() < 85, "{} without an outline", missing.len());
        assert_eq!(numeric("CN-XJ"), numeric("CN"));
        assert_eq!(numeric("other"), None);
    }
}
