//! The Equal Earth projection: equal areas, so that a shaded country weighs on the eye as much as it is
//! large.
//!
//! With sin θ = (√3/2) sin φ:
//! x = 2√3 λ cos θ ∕ (3 (9A₄θ⁸ + 7A₃θ⁶ + 3A₂θ² + A₁)), y = A₄θ⁹ + A₃θ⁷ + A₂θ³ + A₁θ, on a sphere of
//! radius one. B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International Journal
//! of Geographical Information Science 33 (2019) 454–465. Left out: the inverse, and any ellipsoid; at a
//! tenth of a pixel neither matters.

use std::f64::consts::PI;

const A1: f64 = 1.340264;
const A2: f64 = -0.081106;
const A3: f64 = 0.000893;
const A4: f64 = 0.003796;

/// East and north of the map's centre, in radii, from longitude and latitude in degrees.
pub fn equal_earth((longitude, latitude): (f64, f64)) -> (f64, f64) {
    let (lambda, phi) = (longitude * PI / 180.0, latitude * PI / 180.0);
    let root = libm::sqrt(3.0);
    let theta = libm::asin(root / 2.0 * libm::sin(phi));
    let t2 = theta * theta;
    let t6 = t2 * t2 * t2;
    let stretch = A1 + 3.0 * A2 * t2 + t6 * (7.0 * A3 + 9.0 * A4 * t2);
    (
        2.0 * root * lambda * libm::cos(theta) / (3.0 * stretch),
        theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 3 of the paper: the equator is 2.05458 times as long as the central meridian, a pole's
    /// line 0.59247 times as long as the equator.
    #[test]
    fn the_published_proportions() {
        let equator = 2.0 * equal_earth((180.0, 0.0)).0;
        let meridian = 2.0 * equal_earth((0.0, 90.0)).1;
        let pole = 2.0 * equal_earth((180.0, 90.0)).0;
        assert!(
            (equator / meridian - 2.05458).abs() < 1e-5,
            "{}",
            equator / meridian
        );
        assert!(
            (pole / equator - 0.59247).abs() < 1e-5,
            "{}",
            pole / equator
        );
    }

    /// A cell of the sphere of longitude dλ between two latitudes has area dλ (sin φ₂ − sin φ₁).
    #[test]
    fn areas_are_those_of_the_sphere() {
        for south in [-89.0, -45.0, 0.0, 30.0, 60.0, 84.0] {
            let (west, east, north) = (10.0, 10.01, south + 0.01);
            let corners = [(west, south), (east, south), (east, north), (west, north)];
            let flat = corners.map(equal_earth);
            let mut twice = 0.0;
            for (i, a) in flat.iter().enumerate() {
                let b = flat[(i + 1) % 4];
                twice += a.0 * b.1 - b.0 * a.1;
            }
            let sine = |degrees: f64| libm::sin(degrees * PI / 180.0);
            let sphere = (east - west) * PI / 180.0 * (sine(north) - sine(south));
            assert!(
                (twice / 2.0 / sphere - 1.0).abs() < 1e-4,
                "at {south}: {}",
                twice / 2.0 / sphere
            );
        }
    }
}
