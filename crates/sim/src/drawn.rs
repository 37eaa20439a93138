//! A scenario's distributions as numbers, once a run.
//!
//! Each distribution of each event has a stream named `event.key`, so that an event or a key more or less shifts
//! no other's numbers, and two arms of one run see the same. A draw that leaves what its key can mean
//! (a share above one, a negative duration) counts as the nearer end.

use hashquake_base::distribution::Distribution;
use hashquake_base::rng::{Purpose, keyed_stream};
use hashquake_world::scenario::{Bound, Event, EventKind};
pub use hashquake_world::scenario::{Journey, LOTS};

/// An event's own numbers in one run.
pub type DrawnKind = EventKind<f64>;

/// Time constants after which less than a hundredth of an event is felt: ln 100.
pub const FELT_FOR: f64 = 4.605_170_185_988_091;

/// An event of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnEvent {
    /// Seconds after the run's start.
    pub start: f64,
    /// Seconds after the run's start; infinite when it lasts.
    pub end: f64,
    /// Time constant of the way back, seconds; zero: at once.
    pub recovery: f64,
    /// Its own numbers.
    pub kind: DrawnKind,
}

impl DrawnEvent {
    /// How much of the event is felt at `t` seconds after the run's start: all of it while it lasts,
    /// e^(−(t−end)/recovery) afterwards, and nothing once that is below a hundredth.
    pub fn intensity(&self, t: f64) -> f64 {
        if t < self.start {
            0.0
        } else if t < self.end {
            1.0
        } else if t < self.end + FELT_FOR * self.recovery {
            libm::exp((self.end - t) / self.recovery)
        } else {
            0.0
        }
    }

    /// Seconds of the event between `from` and `to`, the way back left aside.
    pub fn lasted(&self, from: f64, to: f64) -> f64 {
        (to.min(self.end) - from.max(self.start)).max(0.0)
    }
}

/// Draws `event` for one run. Every number is given to `record` with its name and distribution.
pub fn draw_event(
    event: &Event,
    seed: u64,
    run: u32,
    mut record: impl FnMut(&str, &Distribution, f64),
) -> DrawnEvent {
    let mut one = |name: &str, distribution: &Distribution, bound: Bound| -> f64 {
        let key = format!("{}.{name}", event.id);
        let mut rng = keyed_stream(seed, run, Purpose::EventDraws, &key);
        let value = bound.keep(distribution.draw(&mut rng));
        record(&key, distribution, value);
        value
    };
    let start = one("start", &event.start, Bound::Positive);
    let long = event.duration.as_ref();
    let end = long.map_or(f64::INFINITY, |d| {
        start + one("duration", d, Bound::Positive)
    });
    let back = event.recovery.as_ref();
    let recovery = back.map_or(0.0, |r| one("recovery", r, Bound::Positive));
    let kind = event.kind.drawn(&mut one);
    DrawnEvent {
        start,
        end,
        recovery,
        kind,
    }
}
