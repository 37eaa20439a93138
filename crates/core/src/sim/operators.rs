//! Operators: who runs (submodel 2).
//!
//! ```text
//! revenue of a TH/s and day   p = 86400 · 10¹² · (subsidy + fees) · price / W
//! net of it                   p · n,  n = (1 − pool fee) · Π (1 − share · (fee + discount + capital · days/365))
//! cost of a TH/s and day      c = J/TH · 86400 / 3.6·10⁶ · (tariff + levy)
//! break-even                  b = c / n
//! ```
//!
//! A running fleet stops below b·(1 − stop margin), a stopped one starts above b·(1 + start margin): in
//! between it stays as it is (hysteresis). The rule is myopic: it knows today's price and target, and no
//! tomorrow. W is the hashes of the target, so p is hashprice as the field prints it, for TH/s.
//!
//! Thresholds are kept a fleet, so that a decision is two comparisons; they are counted anew only when a
//! tariff, levy or sale rule changes.

use crate::sim::energy::usd_per_th_day;
use crate::units::DAY;

/// Dollars a TH/s and day, before anything is taken from it.
pub fn hashprice_usd_per_th_day(btc_per_block: f64, price_usd: f64, block_hashes: f64) -> f64 {
    btc_per_block * price_usd * DAY as f64 * 1e12 / block_hashes
}

/// What a sale rule leaves of revenue (a fraction): `share` of it is sold at `fee` and `discount`, and
/// its money comes `settlement_days` late at `cost_of_capital` a year.
///
/// ```
/// use hashquake_core::sim::operators::left_by_sale_rule;
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

/// Lets all fleets decide: `running` is 1 or 0. Returns whether any changed.
pub fn decide(hashprice: f64, start_at: &[f64], stop_at: &[f64], running: &mut [f64]) -> bool {
    let mut changed = 0.0;
    let thresholds = start_at.iter().zip(stop_at);
    for (runs, (&start, &stop)) in running.iter_mut().zip(thresholds) {
        let starts = f64::from(u8::from(hashprice >= start));
        let stays = f64::from(u8::from(hashprice >= stop));
        let next = starts.max(stays * *runs);
        changed += (next - *runs).abs();
        *runs = next;
    }
    changed > 0.0
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
        let mut running = [1.0, 0.0];
        assert!(!decide(1.0, &start, &stop, &mut running));
        assert_eq!(running, [1.0, 0.0]);
        assert!(decide(1.2, &start, &stop, &mut running));
        assert_eq!(running, [1.0, 1.0]);
        assert!(!decide(0.9, &start, &stop, &mut running));
        assert!(decide(0.79, &start, &stop, &mut running));
        assert_eq!(running, [0.0, 0.0]);
    }
}
