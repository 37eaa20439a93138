//! Security (submodel 9): concentration, what a majority takes, the chance of a reorganisation, and how long
//! a payment must wait.
//!
//! ```text
//! HHI = Σ sᵢ²
//! P(k) = I_{4pq}(k, 1/2),  q the attacker's share below one half, p = 1 − q
//! ```
//!
//! P(k) is the chance that an attacker who mines in secret from the block before a payment overtakes it after
//! k confirmations, both sides' block counts being random: Grunspan and Pérez-Marco, *Double spend races*,
//! 2018, theorem 1, the closed form of Rosenfeld 2014. I is the regularised incomplete beta function. Leaves out
//! what an attack earns, and that price and hashrate would answer it.

use crate::energy::{megawatts, usd_per_th_day};
use hashquake_base::stats::special::beta_cdf;

const TH_PER_EH: f64 = 1e6;

/// Sum of squared shares of `parts`, 0 to 1; not a number when they sum to nothing.
pub fn concentration(parts: &[f64]) -> f64 {
    let total: f64 = parts.iter().sum();
    let squares: f64 = parts.iter().map(|x| x * x).sum();
    squares / (total * total)
}

/// The fewest of `parts` that hold over half of them together. `rest` is as long and is overwritten.
pub fn smallest_majority(parts: &[f64], rest: &mut [f64]) -> usize {
    rest.copy_from_slice(parts);
    let half = 0.5 * parts.iter().sum::<f64>();
    let mut held = 0.0;
    for taken in 1..=rest.len() {
        let mut most = 0;
        for (i, x) in rest.iter().enumerate() {
            if *x > rest[most] {
                most = i;
            }
        }
        held += rest[most];
        if held > half {
            return taken;
        }
        rest[most] = f64::NEG_INFINITY;
    }
    rest.len()
}

/// What it takes to outmine a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Majority {
    /// EH/s that must be added: as much as there is.
    pub ehs: f64,
    /// Dollars for machines.
    pub machines_usd: f64,
    /// Dollars a day for energy.
    pub energy_usd_per_day: f64,
    /// Power that the attacker's machines draw, MW.
    pub mw: f64,
    /// Months until so many machines are made.
    pub months: f64,
}

/// What outmining `network_ehs` takes with machines of `j_per_th` at the wall and `usd_per_th`, of which
/// `made_ehs_per_month` can be had, at `usd_per_kwh`.
pub fn majority(
    network_ehs: f64,
    j_per_th: f64,
    usd_per_th: f64,
    made_ehs_per_month: f64,
    usd_per_kwh: f64,
) -> Majority {
    Majority {
        ehs: network_ehs,
        machines_usd: network_ehs * TH_PER_EH * usd_per_th,
        energy_usd_per_day: network_ehs * TH_PER_EH * usd_per_th_day(j_per_th, usd_per_kwh),
        mw: megawatts(network_ehs, j_per_th),
        months: network_ehs / made_ehs_per_month,
    }
}

/// The chance that a payment with `confirmations` is undone by an attacker with `share` of the hashrate,
/// who never gives up.
///
/// ```
/// use hashquake_sim::security::reorganisation;
/// // Rosenfeld 2014, table 1: six confirmations against a tenth of the hashrate.
/// assert!((reorganisation(0.10, 6) - 0.0005914).abs() < 1e-6);
/// ```
pub fn reorganisation(share: f64, confirmations: u32) -> f64 {
    if share >= 0.5 || confirmations == 0 {
        return 1.0;
    }
    if share <= 0.0 {
        return 0.0;
    }
    beta_cdf(f64::from(confirmations), 0.5, 4.0 * share * (1.0 - share))
}

/// More confirmations are not counted out.
pub const CONFIRMATIONS_MAX: u32 = 1000;

/// The fewest confirmations after which an attacker with `share` of the hashrate undoes a payment with a
/// chance of at most `risk`; [`CONFIRMATIONS_MAX`] where so many or more are needed, or none suffice.
///
/// ```
/// use hashquake_sim::security::confirmations;
/// // Against a tenth of the hashrate: five leave 0.2 %, six 0.06 %.
/// assert_eq!(confirmations(0.10, 0.001), 6);
/// ```
pub fn confirmations(share: f64, risk: f64) -> u32 {
    let (mut too_few, mut enough) = (0, CONFIRMATIONS_MAX);
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if reorganisation(share, middle) <= risk {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    enough
}

#[cfg(test)]
mod tests {
    use super::*;
    use libm::pow;

    /// The negative binomial sum that the closed form replaces.
    #[test]
    fn the_closed_form_is_the_race_counted_out() {
        for (q, k) in [(0.1f64, 1u32), (0.2, 3), (0.3, 10), (0.45, 6)] {
            let p = 1.0 - q;
            let mut ways = 1.0;
            let mut loses = 0.0;
            for m in 0..k {
                let fair = ways * (pow(p, f64::from(k)) * pow(q, f64::from(m)));
                let catches_up = pow(q / p, f64::from(k - m));
                loses += fair * (1.0 - catches_up);
                ways *= f64::from(k + m) / f64::from(m + 1);
            }
            let closed = reorganisation(q, k);
            assert!((closed - (1.0 - loses)).abs() < 1e-9, "{q}, {k}: {closed}");
        }
        assert_eq!(reorganisation(0.5, 100), 1.0);
    }

    /// Just enough: one less is too risky, and a larger attacker is waited for longer.
    #[test]
    fn confirmations_are_the_fewest_that_keep_the_risk() {
        let mut last = 0;
        for share in [0.01, 0.1, 0.2, 0.3, 0.4, 0.45] {
            let k = confirmations(share, 0.001);
            assert!(reorganisation(share, k) <= 0.001 && reorganisation(share, k - 1) > 0.001);
            assert!(k > last, "{share}: {k}");
            last = k;
        }
        assert_eq!(confirmations(0.0, 0.001), 1);
        assert_eq!(confirmations(0.6, 0.001), CONFIRMATIONS_MAX);
    }

    #[test]
    fn equal_parts_are_as_spread_as_can_be() {
        assert!((concentration(&[2.0; 10]) - 0.1).abs() < 1e-12);
        let mut rest = [0.0; 4];
        assert_eq!(smallest_majority(&[1.0; 4], &mut rest), 3);
        assert_eq!(smallest_majority(&[9.0, 60.0, 30.0, 1.0], &mut rest), 1);
        assert_eq!(smallest_majority(&[30.0, 50.0, 19.0, 1.0], &mut rest), 2);
    }

    #[test]
    fn outmining_the_network_of_2022_takes_its_own_power() {
        let m = majority(200.0, 30.0, 20.0, 10.0, 0.05);
        assert_eq!((m.mw, m.months, m.machines_usd), (6000.0, 20.0, 4e9));
        assert!((m.energy_usd_per_day - 6000.0 * 24_000.0 * 0.05).abs() < 1.0);
    }
}
