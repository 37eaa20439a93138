//! Time in the simulator: whole microseconds since the Unix epoch, so that sums do not depend on their
//! order and two moments are equal or are not. An `i64` reaches 292,000 years either way.

use std::ops::{Add, Sub};

use hashquake_base::units::Seconds;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;

/// A moment, or a span between two: microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(pub i64);

impl Micros {
    /// From whole seconds; beyond the range its nearer end.
    pub fn from_seconds(t: Seconds) -> Self {
        Self(t.saturating_mul(SECOND))
    }

    /// The whole second in which it lies, rounded down also before 1970.
    pub fn seconds(self) -> Seconds {
        self.0.div_euclid(SECOND)
    }

    /// As a fraction of seconds.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }
}

impl Add for Micros {
    type Output = Self;

    fn add(self, span: Self) -> Self {
        Self(self.0 + span.0)
    }
}

impl Sub for Micros {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self(self.0 - earlier.0)
    }
}
