//! Migration (submodel 5): machines on their way, waiting for a plug, connected.
//!
//! ```text
//! leaving(t) → ⅛ of it after each of eight delays, less what is scrapped → waiting → connected
//! connected in dt ≤ connect rate · dt,   each generation in proportion to what waits
//! destination i:  given weights, or  exp(−a·tariffᵢ − b·riskᵢ + c·ln connectᵢ − d·kmᵢ/1000) over their sum
//! ```
//!
//! The eight delays are draws of the event's distribution, so that a convoy spreads out within a run as well as
//! between runs. The logit is McFadden's (1974); its weights are assumed, see [`assumed_parameters`](super::assumed_parameters).
//! Regions that the event touches are no destination of it. Arrivals join their new region's fleets as they
//! are split there. Leaves out that machines turn back, are sold, and that a queue deters.

use libm::{asin, cos, exp, log, sin, sqrt};

use crate::assumed_parameters::{AssumedParameter, AssumedValues};
use crate::drawn::{Journey, LOTS};
use crate::fleets::{Cohorts, Fleets, means, touches};
use crate::start::{DrawnStart, GENERATIONS};
use hashquake_base::units::DAY;
use hashquake_world::scenario::{Destinations, Filter};

/// Days in a mean month.
const MONTH_DAYS: f64 = 30.436_875;

/// EH/s of each generation.
pub type Lot = [f64; GENERATIONS];

/// The machines that one event sends away.
#[derive(Clone, Debug)]
pub struct Exodus {
    /// What left in each decision interval.
    left: Vec<Lot>,
    /// Decision intervals on the way, of each lot.
    delays: [usize; LOTS],
    /// What arrives of what left.
    arrives: f64,
    /// Weight of each region.
    to: Vec<f64>,
}

impl Exodus {
    /// For a run of so many decisions among so many regions.
    pub fn new(decisions: usize, regions: usize) -> Self {
        Self {
            left: vec![[0.0; GENERATIONS]; decisions],
            delays: [0; LOTS],
            arrives: 0.0,
            to: vec![0.0; regions],
        }
    }

    /// Nobody has left; who will, travels as `journey` says, decisions being `decision_seconds` apart.
    pub fn begin(&mut self, journey: &Journey, decision_seconds: f64) {
        self.left.fill([0.0; GENERATIONS]);
        let steps = |seconds: f64| libm::round(seconds / decision_seconds) as usize;
        self.delays = journey.transit.map(steps);
        self.arrives = (1.0 - journey.scrapped) / LOTS as f64;
    }

    /// Where they go, one number a region.
    pub fn set_destinations(&mut self, weights: impl Iterator<Item = f64>) {
        self.to.clear();
        self.to.extend(weights);
        let total: f64 = self.to.iter().sum();
        if total > 0.0 {
            self.to.iter_mut().for_each(|w| *w /= total);
        }
    }

    /// Adds what leaves in decision interval `k`.
    pub fn leave(&mut self, k: usize, generation: usize, ehs: f64) {
        self.left[k][generation] += ehs;
    }

    /// Adds what arrives in decision interval `k` to the `waiting` of each region; whether anything did.
    pub fn arrive(&self, k: usize, waiting: &mut [Lot]) -> bool {
        let mut lot = [0.0; GENERATIONS];
        for delay in self.delays {
            let Some(then) = k.checked_sub(delay) else {
                continue;
            };
            for (sum, ehs) in lot.iter_mut().zip(self.left[then]) {
                *sum += ehs * self.arrives;
            }
        }
        if lot.iter().all(|&x| x == 0.0) {
            return false;
        }
        for (there, weight) in waiting.iter_mut().zip(&self.to) {
            for (sum, ehs) in there.iter_mut().zip(lot) {
                *sum += ehs * weight;
            }
        }
        true
    }
}

/// Connects what waits, as fast as each region can within `seconds`; `growth` is that of the network since
/// the start, by which unscaled EH/s are multiplied. Whether anything was connected.
pub fn connect(
    waiting: &mut [Lot],
    start: &DrawnStart,
    cohorts: &Cohorts,
    fleets: &mut Fleets,
    growth: f64,
    seconds: f64,
) -> bool {
    let mut any = false;
    for (r, there) in waiting.iter_mut().enumerate() {
        if there.iter().all(|&x| x <= 0.0) {
            continue;
        }
        let range = cohorts.of_region[r].clone();
        let mut efficiency = [0.0; GENERATIONS];
        for f in range.clone().filter(|&f| cohorts.all[f].built_by.is_none()) {
            efficiency[cohorts.all[f].generation] = fleets.j_per_th[f];
        }
        let pairs = there.iter().zip(efficiency);
        let wanted: f64 = pairs.map(|(ehs, j)| ehs * j * growth).sum();
        let months = seconds / (DAY as f64 * MONTH_DAYS);
        let part = (start.connect_mw_month[r] * months / wanted).min(1.0);
        for f in range {
            let generation = cohorts.all[f].generation;
            fleets.installed[f] += there[generation] * part * fleets.takes[f];
        }
        there.iter_mut().for_each(|ehs| *ehs *= 1.0 - part);
        any = true;
    }
    any
}

/// Weights of the destinations of machines that `who` sends away, one a region of `codes`.
pub fn destinations(
    to: &Destinations,
    who: &Filter,
    codes: &[String],
    start: &DrawnStart,
    assumed: &AssumedValues,
) -> Vec<f64> {
    if to.weights.is_empty() {
        logit(who, codes, start, assumed)
    } else {
        given(&to.weights, codes, start)
    }
}

/// The weight of a code is split over the regions that it means as they mine at the start, evenly when
/// none does.
fn given(weights: &[(String, f64)], codes: &[String], start: &DrawnStart) -> Vec<f64> {
    let mut out = vec![0.0; codes.len()];
    for (code, weight) in weights {
        let meant: Vec<usize> = (0..codes.len())
            .filter(|&r| means(code, &codes[r]))
            .collect();
        let mines: f64 = meant.iter().map(|&r| start.shares[r]).sum();
        for &r in &meant {
            let part = if mines > 0.0 {
                start.shares[r] / mines
            } else {
                1.0 / meant.len() as f64
            };
            out[r] += weight * part;
        }
    }
    out
}

fn logit(who: &Filter, codes: &[String], start: &DrawnStart, assumed: &AssumedValues) -> Vec<f64> {
    let from = who.regions.first().map(String::as_str);
    let utility = |r: usize| {
        let km = from.map_or(UNKNOWN_KM, |code| kilometres(code, &codes[r]));
        -assumed.get(AssumedParameter::TariffWeight) * start.tariffs[r]
            - assumed.get(AssumedParameter::RiskWeight) * start.legal_risk[r]
            + assumed.get(AssumedParameter::ConnectWeight)
                * log(start.connect_mw_month[r].max(1e-6))
            - assumed.get(AssumedParameter::DistanceWeight) * km / 1000.0
    };
    let weight = |r: usize| {
        if touches(who, &codes[r]) {
            0.0
        } else {
            exp(utility(r))
        }
    };
    (0..codes.len()).map(weight).collect()
}

/// Taken for a distance to or from where no place is known: a quarter of the way around is 10,000 km.
const UNKNOWN_KM: f64 = 8_000.0;

const EARTH_KM: f64 = 6_371.0;

/// Where mining regions lie, degrees north and east, to a degree or two: the mines where they are known
/// to be, else the middle.
const PLACES: [(&str, f64, f64); 34] = [
    ("AE", 24.0, 54.0),
    ("AR", -34.0, -64.0),
    ("AU", -25.0, 134.0),
    ("BR", -14.0, -52.0),
    ("BT", 27.0, 90.0),
    ("CA", 50.0, -95.0),
    ("CN", 35.0, 104.0),
    ("CN-NM", 41.0, 112.0),
    ("CN-SC", 30.0, 103.0),
    ("CN-XJ", 44.0, 87.0),
    ("CN-YN", 25.0, 101.0),
    ("DE", 51.0, 10.0),
    ("ET", 9.0, 39.0),
    ("GE", 42.0, 43.0),
    ("ID", -2.0, 113.0),
    ("IE", 53.0, -8.0),
    ("IR", 33.0, 54.0),
    ("IS", 64.0, -20.0),
    ("KG", 41.0, 75.0),
    ("KZ", 50.0, 70.0),
    ("LA", 19.0, 103.0),
    ("MN", 47.0, 104.0),
    ("MY", 4.0, 102.0),
    ("NO", 66.0, 15.0),
    ("OM", 20.0, 56.0),
    ("PY", -25.0, -55.0),
    ("RU", 56.0, 104.0),
    ("SE", 65.0, 20.0),
    ("TH", 15.0, 101.0),
    ("UA", 49.0, 32.0),
    ("US", 38.0, -97.0),
    ("US-TX", 31.0, -100.0),
    ("UZ", 41.0, 64.0),
    ("VE", 8.0, -66.0),
];

fn place(code: &str) -> Option<(f64, f64)> {
    let exact = PLACES.iter().find(|p| p.0 == code);
    let country = || PLACES.iter().find(|p| means(p.0, code));
    exact.or_else(country).map(|p| (p.1, p.2))
}

/// Great-circle distance between two regions (haversine).
fn kilometres(from: &str, to: &str) -> f64 {
    let (Some(a), Some(b)) = (place(from), place(to)) else {
        return UNKNOWN_KM;
    };
    let radians = |degrees: f64| degrees * core::f64::consts::PI / 180.0;
    let (north, east) = (radians(b.0 - a.0), radians(b.1 - a.1));
    let half = |x: f64| sin(x / 2.0) * sin(x / 2.0);
    let h = half(north) + cos(radians(a.0)) * cos(radians(b.0)) * half(east);
    2.0 * EARTH_KM * asin(sqrt(h.min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Urumqi to central Kazakhstan is some 1,500 km, to Texas some 11,000 (any atlas).
    #[test]
    fn distances_are_those_of_an_atlas() {
        assert!((1_200.0..1_700.0).contains(&kilometres("CN-XJ", "KZ")));
        assert!((10_500.0..12_500.0).contains(&kilometres("CN-XJ", "US-TX")));
        assert_eq!(kilometres("CN-XJ", "other"), UNKNOWN_KM);
    }

    /// Nothing is lost on the way but what is scrapped.
    #[test]
    fn what_leaves_arrives_after_its_delays() {
        let day = DAY as f64;
        let journey = Journey {
            transit: [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 100.0].map(|d| d * day),
            scrapped: 0.2,
        };
        let mut exodus = Exodus::new(10, 2);
        exodus.begin(&journey, day);
        exodus.set_destinations([1.0, 3.0].into_iter());
        exodus.leave(0, 1, 16.0);
        let mut waiting = [[0.0; GENERATIONS]; 2];
        assert!(!exodus.arrive(0, &mut waiting));
        assert!(exodus.arrive(1, &mut waiting));
        let two_lots = 2.0 * 16.0 / 8.0 * 0.8;
        assert!((waiting[0][1] - 0.25 * two_lots).abs() < 1e-12);
        assert!((waiting[1][1] - 0.75 * two_lots).abs() < 1e-12);
        (2..10).for_each(|k| {
            exodus.arrive(k, &mut waiting);
        });
        let arrived = waiting[0][1] + waiting[1][1];
        assert!((arrived - 7.0 * 16.0 / 8.0 * 0.8).abs() < 1e-12);
    }
}
