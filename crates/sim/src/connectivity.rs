//! Connectivity (submodel 4): what part of the machines in a cut region the network no longer hears.
//!
//! ```text
//! unheard(t) = felt(t) · severity(t) · (1 − backup(t))
//! backup(t)  = b + (1 − b) · (1 − e^(−t/g))
//! ```
//!
//! t is time since the cut; severity is the event's own or, in a restoration, that one's; b have another
//! way out at once (a satellite, a line across the border), the others find one with time constant g.
//! Unheard machines stand idle, or mine on alone: then their power is drawn and their work lost to the
//! network (what becomes of their blocks when the cut heals is the relay's business). Backup is not
//! forgotten when a restoration ends.

use libm::exp;

/// Part of machines with a way out `t` seconds after the cut, of which `at_once` had one from the start.
pub fn backup(t: f64, at_once: f64, growth: Option<f64>) -> f64 {
    let found = match growth {
        Some(constant) if constant > 0.0 => 1.0 - exp(-t.max(0.0) / constant),
        Some(_) => 1.0,
        None => 0.0,
    };
    at_once + (1.0 - at_once) * found
}

/// Severity `t` seconds after the cut: of the restoration that covers `t`, else the event's.
pub fn severity(t: f64, whole: f64, restorations: &[(f64, f64, f64)]) -> f64 {
    let covers = |r: &&(f64, f64, f64)| r.0 <= t && t < r.1;
    let restored = restorations.iter().rev().find(covers);
    restored.map_or(whole, |r| r.2.clamp(0.0, 1.0).min(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_one_time_constant_all_but_a_part_in_e_have_found_a_way() {
        let e = core::f64::consts::E;
        assert!((1.0 - backup(3600.0, 0.2, Some(3600.0)) - 0.8 / e).abs() < 1e-12);
        assert_eq!(backup(1e9, 0.2, None), 0.2);
    }

    #[test]
    fn a_restoration_only_helps() {
        let evening = [(10.0, 20.0, 0.3), (40.0, 50.0, 0.95)];
        assert_eq!(severity(9.0, 0.9, &evening), 0.9);
        assert_eq!(severity(10.0, 0.9, &evening), 0.3);
        assert_eq!(severity(20.0, 0.9, &evening), 0.9);
        assert_eq!(severity(45.0, 0.9, &evening), 0.9);
    }
}
