//! Energy and carbon (submodel 8).
//!
//! ```text
//! MW = EH/s · J/TH          t a day = MW · 24 · g/kWh / 1000
//! ```
//!
//! One EH/s is 10⁶ TH/s, so that the numbers of MW and of EH/s × J/TH agree. Carbon is by average factors,
//! or by what an investment says of its own source. Leaves out what the grid does in answer (marginal
//! factors) and what machines cost to make.

/// Seconds in an hour.
pub const HOUR: f64 = 3600.0;

/// Joules in a kWh.
pub const JOULES_PER_KWH: f64 = 3.6e6;

/// Megawatts of `ehs` EH/s at `j_per_th` J/TH.
///
/// ```
/// // January 2022: 180 EH/s at 62 J/TH are 11 GW.
/// assert_eq!(hashquake_sim::energy::megawatts(180.0, 62.0), 11_160.0);
/// ```
pub fn megawatts(ehs: f64, j_per_th: f64) -> f64 {
    ehs * j_per_th
}

/// Tonnes a day of `mw` megawatts at `g_per_kwh`.
///
/// ```
/// // One MW for a day is 24,000 kWh.
/// assert_eq!(hashquake_sim::energy::tonnes_per_day(1.0, 1000.0), 24.0);
/// ```
pub fn tonnes_per_day(mw: f64, g_per_kwh: f64) -> f64 {
    mw * 24.0 * g_per_kwh / 1000.0
}

/// Dollars a TH/s and day that energy costs at `j_per_th` and `usd_per_kwh`.
pub fn usd_per_th_day(j_per_th: f64, usd_per_kwh: f64) -> f64 {
    j_per_th * 24.0 * HOUR / JOULES_PER_KWH * usd_per_kwh
}
