//! From a region's code to the country whose outline shows it.

/// ISO 3166-1 alpha-2 and numeric codes of the countries that surveys of mining name.
const NUMERIC: [(&str, u16); 40] = [
    ("AE", 784),
    ("AR", 32),
    ("AU", 36),
    ("BR", 76),
    ("BT", 64),
    ("CA", 124),
    ("CH", 756),
    ("CN", 156),
    ("DE", 276),
    ("ES", 724),
    ("ET", 231),
    ("FI", 246),
    ("FR", 250),
    ("GB", 826),
    ("GE", 268),
    ("ID", 360),
    ("IE", 372),
    ("IN", 356),
    ("IR", 364),
    ("IS", 352),
    ("IT", 380),
    ("JP", 392),
    ("KG", 417),
    ("KZ", 398),
    ("LA", 418),
    ("MN", 496),
    ("MX", 484),
    ("MY", 458),
    ("NL", 528),
    ("NO", 578),
    ("OM", 512),
    ("PL", 616),
    ("PY", 600),
    ("RU", 643),
    ("SE", 752),
    ("TH", 764),
    ("UA", 804),
    ("US", 840),
    ("UZ", 860),
    ("VE", 862),
];

/// The country of an ISO 3166-1 or 3166-2 code: `US` of `US-TX`.
pub fn country(code: &str) -> &str {
    code.split_once('-').map_or(code, |(country, _)| country)
}

/// The ISO 3166-1 number of a code's country; `None` where no outline is known by it.
pub fn numeric(code: &str) -> Option<u16> {
    let wanted = country(code);
    let found = NUMERIC.iter().find(|(alpha, _)| *alpha == wanted);
    found.map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::map::outline::world;

    #[test]
    fn every_country_has_an_outline() {
        for (alpha, number) in NUMERIC {
            let drawn = world().countries.iter().any(|c| c.numeric == Some(number));
            assert!(drawn, "{alpha}");
        }
        assert_eq!(numeric("CN-XJ"), numeric("CN"));
        assert_eq!(numeric("OTHER"), None);
    }
}
