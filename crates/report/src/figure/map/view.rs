//! The outlines as pixels: projected, thinned, cut to what matters.
//!
//! Wide: the world without Antarctica, from 170° W eastwards, so that Russia stays in one piece. Narrow: the stretch that holds the countries in question, with a
//! margin, at least as high as half its width. Arcs are thinned by Douglas and Peucker's rule
//! ("Algorithms for the reduction of the number of points required to represent a digitized line or its
//! caricature", Cartographica 10 (1973) 112–122) before they are joined, so neighbours keep one border.

use super::outline::{self, Place, world};
use super::projection::equal_earth;
use crate::figure::layout::Layout;

/// A thinned line keeps within this of the line, pixels.
const TOLERANCE: f64 = 0.4;
/// Rings smaller than this are left out, square pixels.
const AREA_MIN: f64 = 1.5;
/// Around the countries of the narrow map, in radii of the globe, east and north.
const MARGIN: (f64, f64) = (0.42, 0.3);
const ANTARCTICA: u16 = 10;
const SOUTH: f64 = -56.0;
const NORTH: f64 = 83.7;
/// Where the map begins, degrees east.
const WEST: f64 = -170.0;
/// The latitude whose length is the map's width: at the equator there is only sea so far out.
const CORNER: f64 = 40.0;

type Point = (f64, f64);

/// The world as it is drawn.
pub(super) struct View {
    /// Thinned, in degrees.
    arcs: Vec<Vec<Place>>,
    corner: Point,
    scale: f64,
    height: f64,
}

impl View {
    /// The map for a layout in which these countries matter.
    pub(super) fn new(layout: Layout, countries: &[u16]) -> Self {
        let ((west, south), (east, north)) = match layout {
            Layout::Wide => whole(),
            Layout::Narrow => around(countries),
        };
        let scale = layout.width() / (east - west);
        let arcs = world().arcs.iter();
        Self {
            arcs: arcs.map(|arc| thinned(&unwrapped(arc), scale)).collect(),
            corner: (west, north),
            scale,
            height: (north - south) * scale,
        }
    }

    pub(super) fn height(&self) -> f64 {
        self.height
    }

    /// Rings of one country; its largest is there however small.
    pub(super) fn country(&self, numeric: u16) -> Vec<Vec<Point>> {
        let mut rings = self.rings(|n| n == Some(numeric));
        rings.sort_by(|a, b| area(b).abs().total_cmp(&area(a).abs()));
        let large = rings.iter().filter(|r| area(r).abs() >= AREA_MIN).count();
        rings.truncate(large.max(1));
        rings
    }

    /// Rings of all countries but these and Antarctica.
    pub(super) fn land(&self, but: &[u16]) -> Vec<Vec<Point>> {
        let wanted = |n: Option<u16>| n.is_none_or(|n| n != ANTARCTICA && !but.contains(&n));
        let mut rings = self.rings(wanted);
        let seen = |r: &Vec<Point>| r.iter().any(|p| (0.0..=self.height).contains(&p.1));
        rings.retain(|r| area(r).abs() >= AREA_MIN && seen(r));
        rings
    }

    /// The middle of a country's largest part.
    pub(super) fn anchor(&self, numeric: u16) -> Option<Point> {
        middle(&self.rings(|n| n == Some(numeric)))
    }

    fn rings(&self, wanted: impl Fn(Option<u16>) -> bool) -> Vec<Vec<Point>> {
        let (west, north) = self.corner;
        let pixel = |(x, y): &Point| ((x - west) * self.scale, (north - y) * self.scale);
        let mut rings = rings(&self.arcs, wanted);
        for ring in &mut rings {
            *ring = ring.iter().map(pixel).collect();
        }
        rings
    }
}

/// South-west and north-east corner of the world as shown.
fn whole() -> (Point, Point) {
    let (west, east) = (
        equal_earth((WEST, CORNER)).0,
        equal_earth((WEST + 360.0, CORNER)).0,
    );
    let (south, north) = (equal_earth((0.0, SOUTH)).1, equal_earth((0.0, NORTH)).1);
    ((west, south), (east, north))
}

/// The corners that hold the middles of these countries, with a margin.
fn around(countries: &[u16]) -> (Point, Point) {
    let (low, high) = whole();
    let place = |n: &u16| middle(&rings(&world().arcs, |other| other == Some(*n)));
    let middles: Vec<Point> = countries.iter().filter_map(place).collect();
    let bounds = |of: fn(&Point) -> f64, margin: f64| {
        let (a, b) = middles
            .iter()
            .map(of)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                (a.min(v), b.max(v))
            });
        (a - margin, b + margin)
    };
    if middles.is_empty() {
        return (low, high);
    }
    let (west, east) = bounds(|p| p.0, MARGIN.0);
    let (south, north) = bounds(|p| p.1, MARGIN.1);
    let short = ((east - west) / 2.0 - (north - south)).max(0.0) / 2.0;
    let within = |a: f64, b: f64, low: f64, high: f64| (a.max(low), b.min(high));
    let (west, east) = within(west, east, low.0, high.0);
    let (south, north) = within(south - short, north + short, low.1, high.1);
    ((west, south), (east, north))
}

/// Rings of countries on the projection's plane, each in one piece across the date line.
fn rings(arcs: &[Vec<Place>], wanted: impl Fn(Option<u16>) -> bool) -> Vec<Vec<Point>> {
    let countries = world().countries.iter().filter(|c| wanted(c.numeric));
    let flat = |indices: &Vec<i32>| {
        let mut ring = unwrapped(&outline::ring(arcs, indices));
        let longitudes = ring.iter().map(|p| p.0);
        let (low, high) = longitudes.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
            (a.min(x), b.max(x))
        });
        let turn = 360.0 * (((low + high) / 2.0 - WEST) / 360.0).floor();
        for place in &mut ring {
            place.0 -= turn;
        }
        ring.into_iter().map(equal_earth).collect()
    };
    countries.flat_map(|c| &c.rings).map(flat).collect()
}

/// A line whose longitudes run on where it crosses the date line.
fn unwrapped(line: &[Place]) -> Vec<Place> {
    let mut turn = 0.0;
    let mut last: Option<f64> = None;
    let step = |&(x, y): &Place| {
        if let Some(before) = last {
            turn -= 360.0 * ((x - before) / 360.0).round();
        }
        last = Some(x);
        (x + turn, y)
    };
    line.iter().map(step).collect()
}

/// The centre of mass of the largest ring.
fn middle(rings: &[Vec<Point>]) -> Option<Point> {
    let ring = rings
        .iter()
        .max_by(|a, b| area(a).abs().total_cmp(&area(b).abs()))?;
    let whole = 6.0 * area(ring);
    if whole == 0.0 {
        return ring.first().copied();
    }
    let (mut x, mut y) = (0.0, 0.0);
    for pair in ring.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let cross = a.0 * b.1 - b.0 * a.1;
        x += (a.0 + b.0) * cross;
        y += (a.1 + b.1) * cross;
    }
    Some((x / whole, y / whole))
}

/// Signed area of a closed ring.
fn area(ring: &[Point]) -> f64 {
    let twice: f64 = ring
        .windows(2)
        .map(|w| w[0].0 * w[1].1 - w[1].0 * w[0].1)
        .sum();
    twice / 2.0
}

/// The places of a line that are needed at so many pixels a radius.
fn thinned(line: &[Place], scale: f64) -> Vec<Place> {
    let pixel = |p: &Place| {
        let (x, y) = equal_earth(*p);
        (x * scale, y * scale)
    };
    let points: Vec<Point> = line.iter().map(pixel).collect();
    let mut keep = vec![false; points.len()];
    let mut open = Vec::new();
    if let Some(last) = points.len().checked_sub(1) {
        (keep[0], keep[last]) = (true, true);
        open.push((0, last));
    }
    while let Some((from, to)) = open.pop() {
        let off = |i: usize| distance(points[i], points[from], points[to]);
        let farthest = (from + 1..to).max_by(|a, b| off(*a).total_cmp(&off(*b)));
        if let Some(i) = farthest.filter(|i| off(*i) > TOLERANCE) {
            keep[i] = true;
            open.extend([(from, i), (i, to)]);
        }
    }
    line.iter()
        .zip(keep)
        .filter(|(_, keep)| *keep)
        .map(|(p, _)| *p)
        .collect()
}

/// From a point to the segment between two.
fn distance(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    libm::hypot(p.0 - a.0 - along * dx, p.1 - a.1 - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_is_two_points_and_a_corner_stays() {
        let line: Vec<Place> = (0..50)
            .map(|i| (f64::from(i), 0.1 * f64::from(i % 2)))
            .collect();
        assert_eq!(thinned(&line, 60.0).len(), 2);
        let corner = [(0.0, 0.0), (5.0, 0.0), (10.0, 0.0), (10.0, 8.0)];
        assert_eq!(
            thinned(&corner, 60.0),
            [(0.0, 0.0), (10.0, 0.0), (10.0, 8.0)]
        );
        assert!(thinned(&[], 60.0).is_empty());
    }

    /// Russia's mainland runs from 27° E to 170° W: without care it would be torn across the whole map.
    #[test]
    fn no_ring_spans_the_map() {
        let view = View::new(Layout::Wide, &[]);
        for ring in view.land(&[]) {
            let xs = ring.iter().map(|p| p.0);
            let (low, high) = xs.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
                (a.min(x), b.max(x))
            });
            assert!(high - low < 0.45 * Layout::Wide.width(), "{low} to {high}");
        }
        assert_eq!(
            unwrapped(&[(179.0, 1.0), (-179.0, 2.0), (178.0, 3.0)])[1].0,
            181.0
        );
    }

    /// Millions of km², of a globe of 510.1 million: the outlines are rough, so 5 %.
    #[test]
    fn drawn_areas_are_those_of_the_countries() {
        let view = View::new(Layout::Wide, &[]);
        let sphere = 4.0 * std::f64::consts::PI * view.scale * view.scale;
        for (numeric, million_km2) in [(398, 2.72), (840, 9.53), (156, 9.4), (643, 17.1)] {
            let pixels: f64 = view.country(numeric).iter().map(|r| area(r).abs()).sum();
            let found = pixels / sphere * 510.1;
            assert!(
                (found / million_km2 - 1.0).abs() < 0.05,
                "{numeric}: {found}"
            );
        }
    }

    #[test]
    fn the_narrow_map_holds_its_countries() {
        let countries = [840, 398, 458];
        let view = View::new(Layout::Narrow, &countries);
        for numeric in countries {
            let (x, y) = view.anchor(numeric).unwrap();
            assert!(x > 0.0 && x < Layout::Narrow.width(), "{numeric}: {x}");
            assert!(y > 0.0 && y < view.height(), "{numeric}: {y}");
        }
        assert!(view.anchor(999).is_none());
    }
}
