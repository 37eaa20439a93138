//! Investment (in submodel 5): money becomes sites, sites hold machines.
//!
//! ```text
//! MW = usd · realised / (usd a MW of site + usd a TH/s · 10⁶ / (J/TH))
//! ```
//!
//! One MW feeds 10⁶/(J/TH) TH/s, J/TH at the wall. Built at a constant pace over the event's duration, at once when
//! it has none. The connection is in the price of the site, so nothing waits for a plug. Money for several
//! regions is split evenly. Leaves out operation, debt and resale.

/// Megawatts that `usd` build and fill with machines of `j_per_th` at the wall.
pub fn megawatts(usd: f64, usd_per_mw: f64, usd_per_th: f64, j_per_th: f64) -> f64 {
    let per_mw = usd_per_mw + usd_per_th * 1e6 / j_per_th;
    if per_mw > 0.0 { usd / per_mw } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A site of 0.5 million dollars a MW, machines of 20 dollars a TH/s at 25 J/TH: 40,000 TH/s a MW cost
    /// 0.8 million, so 1.3 million dollars buy a MW.
    #[test]
    fn the_money_is_spent_on_site_and_machines() {
        assert!((megawatts(1.3e9, 0.5e6, 20.0, 25.0) - 1000.0).abs() < 1e-9);
        assert_eq!(megawatts(1e9, 0.0, 0.0, 25.0), 0.0);
    }
}
