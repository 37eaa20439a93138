//! The world's countries as lines between them: Natural Earth's 1:110m outlines, packed as TopoJSON.
//!
//! A border between two countries is stored once, as an arc, and both refer to it (the number's
//! complement: backwards). So an arc that is thinned is thinned for both, and no gap opens. Points are
//! whole steps from the last, of 0.0036° of longitude and 0.0017° of latitude. 595 arcs, 8,246 points,
//! 108 kB. Left out: everything below the country, islands smaller than about 2,000 km².

use std::sync::OnceLock;

use serde::Deserialize;

use hashquake_world::table;

/// Longitude and latitude, degrees.
pub type Place = (f64, f64);

/// A country's outline.
#[derive(Clone, Debug)]
pub struct Country {
    /// ISO 3166-1 numeric code; `None` for Northern Cyprus, Somaliland and Kosovo, which have none.
    pub numeric: Option<u16>,
    /// Rings of arcs: an arc's number, or the complement of it when it runs backwards.
    pub rings: Vec<Vec<i32>>,
}

/// All outlines.
#[derive(Clone, Debug)]
pub struct Outlines {
    /// Lines that countries share.
    pub arcs: Vec<Vec<Place>>,
    /// Countries, in the order of the file.
    pub countries: Vec<Country>,
}

impl Outlines {
    /// Reads TopoJSON whose object `countries` holds polygons with ISO numbers as ids.
    ///
    /// Fails where the text is no such thing.
    pub fn decode(text: &str) -> Result<Self, serde_json::Error> {
        let topology: Topology = serde_json::from_str(text)?;
        let Transform { scale, translate } = topology.transform;
        let place = |(x, y): (f64, f64)| (x * scale.0 + translate.0, y * scale.1 + translate.1);
        let arc = |steps: &Vec<(i32, i32)>| -> Vec<Place> {
            let mut at = (0.0, 0.0);
            let walk = |(dx, dy): &(i32, i32)| {
                at = (at.0 + f64::from(*dx), at.1 + f64::from(*dy));
                place(at)
            };
            steps.iter().map(walk).collect()
        };
        let country = |g: Geometry| match g {
            Geometry::Polygon { id, arcs } => Country {
                numeric: id.and_then(|id| id.parse().ok()),
                rings: arcs,
            },
            Geometry::MultiPolygon { id, arcs } => Country {
                numeric: id.and_then(|id| id.parse().ok()),
                rings: arcs.into_iter().flatten().collect(),
            },
        };
        Ok(Self {
            arcs: topology.arcs.iter().map(arc).collect(),
            countries: topology
                .objects
                .countries
                .geometries
                .into_iter()
                .map(country)
                .collect(),
        })
    }
}

/// The embedded outlines.
pub fn world() -> &'static Outlines {
    static WORLD: OnceLock<Outlines> = OnceLock::new();
    WORLD
        .get_or_init(|| Outlines::decode(table::OUTLINES).expect("the embedded outlines are sound"))
}

/// The points of a ring of arcs, each joint once, the first point again at the end.
pub fn ring<T: Copy + PartialEq>(arcs: &[Vec<T>], ring: &[i32]) -> Vec<T> {
    let mut points: Vec<T> = Vec::new();
    for &index in ring {
        let backwards = index < 0;
        let number = if backwards { !index } else { index };
        let arc = usize::try_from(number).ok().and_then(|i| arcs.get(i));
        let Some(arc) = arc else { continue };
        let skip = usize::from(!points.is_empty());
        if backwards {
            points.extend(arc.iter().rev().skip(skip));
        } else {
            points.extend(arc.iter().skip(skip));
        }
    }
    points
}

#[derive(Deserialize)]
struct Topology {
    transform: Transform,
    objects: Objects,
    arcs: Vec<Vec<(i32, i32)>>,
}

#[derive(Deserialize)]
struct Transform {
    scale: (f64, f64),
    translate: (f64, f64),
}

#[derive(Deserialize)]
struct Objects {
    countries: Collection,
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon {
        id: Option<String>,
        arcs: Vec<Vec<i32>>,
    },
    MultiPolygon {
        id: Option<String>,
        arcs: Vec<Vec<Vec<i32>>>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_countries_have_closed_rings_on_the_globe() {
        let world = world();
        assert_eq!(world.countries.len(), 177);
        let without = world.countries.iter().filter(|c| c.numeric.is_none());
        assert_eq!(without.count(), 3);
        for country in &world.countries {
            assert!(!country.rings.is_empty());
            for indices in &country.rings {
                let points = ring(&world.arcs, indices);
                assert!(points.len() >= 4, "{:?}", country.numeric);
                assert_eq!(points.first(), points.last(), "{:?}", country.numeric);
                let globe = |(x, y): &Place| x.abs() <= 180.0 + 1e-9 && y.abs() <= 90.0;
                assert!(points.iter().all(globe), "{:?}", country.numeric);
            }
        }
    }

    /// Astana (51.2° N, 71.4° E) lies in Kazakhstan, Moscow and Tashkent do not.
    #[test]
    fn a_capital_lies_inside_its_country() {
        let world = world();
        let inside = |numeric: u16, (x, y): Place| {
            let country = world
                .countries
                .iter()
                .find(|c| c.numeric == Some(numeric))
                .unwrap();
            let crossings = country.rings.iter().flat_map(|r| {
                let points = ring(&world.arcs, r);
                points.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>()
            });
            let crosses = |(a, b): &(Place, Place)| {
                (a.1 > y) != (b.1 > y) && x < a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0)
            };
            crossings.filter(crosses).count() % 2 == 1
        };
        assert!(inside(398, (71.4, 51.2)));
        assert!(!inside(398, (37.6, 55.8)) && !inside(398, (69.2, 41.3)));
        assert!(inside(643, (37.6, 55.8)) && inside(840, (-97.7, 30.3)));
    }

    #[test]
    fn other_text_is_refused() {
        assert!(Outlines::decode("{}").is_err());
        assert!(Outlines::decode("{\"type\":\"Topology\",\"arcs\":[]}").is_err());
    }
}
