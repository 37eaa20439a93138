//! Operators: who runs (submodel 2).
//!
//! ```text
//! revenue of a TH/s and day   p = 86400 · 10¹² · (subsidy + fees) · price / W
//! net of it                   p · n,  n = (1 − pool fee) · Π (1 − share · (fee + discount + capital · days/365))
//! cost of a TH/s and day      c = J/TH · 86400 / 3.6·10⁶ · (tariff + levy)
//! break-even                  b = c / n
//! ```
//!
//! The owner of a running fleet wants to stop below b·(1 − stop margin), that of a stopped one to start above
//! b·(1 + start margin); in between he wants what he wanted (hysteresis). The fleet follows with a time constant
//! (contracts, staff, hope), in which the lag of one to six weeks between price and hashrate is seen that
//! Fantazzini and Kolodin measured (JRFM 13(11) 263, 2020). The rule is myopic: it knows today's price
//! and target, and no tomorrow. Without the time constant a fall of the price by half would stop most of the
//! network before the first retarget could answer, which no year has shown. W is the hashes of the target, so p is hashprice as the field prints it, for TH/s.
//!
//! Thresholds are kept a fleet, so that a decision is two comparisons; they are counted anew only when a
//! tariff, levy or sale rule changes.

use std::ops::Range;

use libm::exp;

use crate::energy::usd_per_th_day;
use hashquake_base::units::DAY;

/// Dollars a TH/s and day, before anything is taken from it.
pub fn hashprice_usd_per_th_day(btc_per_block: f64, price_usd: f64, block_hashes: f64) -> f64 {
    btc_per_block * price_usd * DAY as f64 * 1e12 / block_hashes
}

/// What a sale rule leaves of revenue (a fraction): `share` of it is sold at `fee` and `discount`, and
/// its money comes `settlement_days` late at `cost_of_capital` a year.
///
/// ```
/// use hashquake_sim::operators::left_by_sale_rule;
/// // Three quarters, 1 % fee, 2 % discount, a year's delay at 20 %.
/// assert!((left_by_sale_rule(0.75, 0.01, 0.02, 365.0, 0.2) - 0.8275).abs() < 1e-12);
/// ```
pub fn left_by_sale_rule(
    share: f64,
    fee: f64,
    discount: f64,
    settlement_days: f64,
    cost_of_capital: f64,
) -> f64 {
    let taken = fee + discount + cost_of_capital * settlement_days / 365.0;
    1.0 - share * taken.min(1.0)
}

/// Hashprice at which a machine earns its energy, dollars a TH/s and day; infinite when nothing is left
/// of its revenue.
pub fn break_even(j_per_th: f64, usd_per_kwh: f64, net: f64) -> f64 {
    if net <= 0.0 {
        return f64::INFINITY;
    }
    usd_per_th_day(j_per_th, usd_per_kwh) / net
}

/// The part of a decision that a fleet has followed after `days`, with a time constant of `reaction_days`.
pub fn followed(days: f64, reaction_days: f64) -> f64 {
    if reaction_days <= 0.0 {
        return 1.0;
    }
    1.0 - exp(-days / reaction_days)
}

/// Closer than this to what its owner wants, a fleet is there.
const THERE: f64 = 0.01;

/// Lets all owners decide: `wanted` is 1 or 0, and `running`, between 0 and 1, goes the part `follows` of the way
/// there. Returns whether anything runs that did not, or the other way.
pub fn decide(
    hashprice: f64,
    start_at: &[f64],
    stop_at: &[f64],
    follows: f64,
    wanted: &mut [f64],
    running: &mut [f64],
) -> bool {
    let mut changed = 0;
    let thresholds = start_at.iter().zip(stop_at);
    for ((wants, runs), (&start, &stop)) in wanted.iter_mut().zip(running).zip(thresholds) {
        let stays = if hashprice >= stop { *wants } else { 0.0 };
        let next = if hashprice >= start { 1.0 } else { stays };
        *wants = next;
        let left = (next - *runs) * (1.0 - follows);
        let left = if left.abs() < THERE { 0.0 } else { left };
        let after = next - left;
        changed |= u64::from(after != *runs);
        *runs = after;
    }
    changed != 0
}

/// Hashprices at which [`decide`] would change nothing; empty while a fleet is still on its way.
pub fn calm(start_at: &[f64], stop_at: &[f64], wanted: &[f64], running: &[f64]) -> Range<f64> {
    if wanted != running {
        return f64::INFINITY..f64::NEG_INFINITY;
    }
    let mut between = f64::NEG_INFINITY..f64::INFINITY;
    for ((&runs, &start), &stop) in running.iter().zip(start_at).zip(stop_at) {
        if runs > 0.0 {
            between.start = between.start.max(stop);
        } else {
            between.end = between.end.min(start);
        }
    }
    between
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine of 100 J/TH at 5 cents: 2.4 kWh a day, 12 cents a TH/s.
    #[test]
    fn the_break_even_is_the_bill() {
        assert!((break_even(100.0, 0.05, 1.0) - 0.12).abs() < 1e-12);
        assert!((break_even(100.0, 0.05, 0.5) - 0.24).abs() < 1e-12);
        assert_eq!(break_even(100.0, 0.05, 0.0), f64::INFINITY);
    }

    #[test]
    fn between_the_thresholds_all_stays_as_it_is() {
        let (start, stop) = ([1.2, 1.2], [0.8, 0.8]);
        let (mut wanted, mut running) = ([1.0, 0.0], [1.0, 0.0]);
        let mut at = |hashprice| {
            let changed = decide(hashprice, &start, &stop, 1.0, &mut wanted, &mut running);
            (changed, running)
        };
        assert_eq!(at(1.0), (false, [1.0, 0.0]));
        assert_eq!(at(1.2), (true, [1.0, 1.0]));
        assert_eq!(at(0.9), (false, [1.0, 1.0]));
        assert_eq!(at(0.79), (true, [0.0, 0.0]));
    }

    #[test]
    fn where_all_is_calm_no_decision_changes_anything() {
        let (start, stop) = ([1.2, 2.2], [0.8, 1.8]);
        let (mut wanted, mut running) = ([1.0, 0.0], [1.0, 0.0]);
        assert_eq!(calm(&start, &stop, &wanted, &running), 0.8..2.2);
        decide(0.7, &start, &stop, 0.5, &mut wanted, &mut running);
        assert!(calm(&start, &stop, &wanted, &running).is_empty());
    }

    /// Ten days into a time constant of ten, one part in e still runs; in the end nothing does.
    #[test]
    fn a_fleet_follows_its_owner_in_its_time_constant() {
        let (mut wanted, mut running) = ([1.0], [1.0]);
        let day = followed(1.0, 10.0);
        (0..10).for_each(|_| {
            decide(0.0, &[1.0], &[1.0], day, &mut wanted, &mut running);
        });
        assert!((running[0] - exp(-1.0)).abs() < 1e-12);
        (0..40).for_each(|_| {
            decide(0.0, &[1.0], &[1.0], day, &mut wanted, &mut running);
        });
        assert_eq!(running, [0.0]);
    }
}
