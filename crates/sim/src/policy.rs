//! Bans, crackdowns, licensing (in submodel 5): how fast machines do what they must.
//!
//! ```text
//! ban         obedient machines that still run:  N(t) = N₀ · 2^(−t/h)
//! crackdown,  done by t:  share · (1 − 2^(−t/h)) / (1 − 2^(−D/h))
//! licensing
//! ```
//!
//! h is the half-life, D the event's duration; an event without an end has the denominator 1. Machines
//! that go underground run on where they are. A lifted ban stops the flow; who has left does not return by
//! himself.

use libm::exp2;

/// Part that obeys within `seconds`.
pub fn obeys(seconds: f64, half_life: f64) -> f64 {
    if half_life <= 0.0 {
        return f64::from(u8::from(seconds > 0.0));
    }
    1.0 - exp2(-seconds / half_life)
}

/// Part of what is to be done in all that is done `elapsed` seconds after the start, of an event that lasts `duration`
/// (infinite: it never ends).
pub fn done(elapsed: f64, half_life: f64, duration: f64) -> f64 {
    if elapsed <= 0.0 {
        return 0.0;
    }
    if elapsed >= duration {
        return 1.0;
    }
    obeys(elapsed, half_life) / obeys(duration, half_life)
}

/// The same at a constant pace; at once when the event has no duration.
pub fn done_evenly(elapsed: f64, duration: f64) -> f64 {
    if elapsed <= 0.0 {
        return 0.0;
    }
    if duration.is_finite() && duration > 0.0 {
        (elapsed / duration).min(1.0)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_obeys_in_a_half_life_and_all_is_done_at_the_end() {
        assert!((obeys(10.0, 10.0) - 0.5).abs() < 1e-15);
        assert!((obeys(30.0, 10.0) - 0.875).abs() < 1e-15);
        assert_eq!(obeys(1.0, 0.0), 1.0);
        assert_eq!(done(20.0, 10.0, 20.0), 1.0);
        assert!((done(10.0, 10.0, 20.0) - 0.5 / 0.75).abs() < 1e-15);
        assert!((done(10.0, 10.0, f64::INFINITY) - 0.5).abs() < 1e-15);
        assert_eq!(done_evenly(5.0, 20.0), 0.25);
        assert_eq!(done_evenly(5.0, f64::INFINITY), 1.0);
    }
}
