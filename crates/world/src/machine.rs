//! Machine generations: joules a terahash on the data sheet, and when they were released.
//!
//! Dated rows come from two lists (Cambridge to May 2020, F2Pool to March 2020), which may disagree by
//! months on the same machine: both are shown. Machines after May 2020 have no sourced date here; they carry
//! none and are indicative. Data sheets are measured at the wall at 25 °C, without fans of the building, cooling or
//! losses.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::month::Month;
use crate::table;

/// A model of mining machine.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Machine {
    /// Maker and model.
    pub model: String,
    /// Month of release, where a source has it.
    pub released: Option<Month>,
    /// Joules a terahash, data sheet.
    pub j_per_th: f64,
    /// Terahashes a second; `null` where it is not published.
    pub th_per_s: Option<f64>,
    /// Power draw, watts; `null` where it is not published.
    pub watts: Option<f64>,
    /// Which list: `cbeci`, `f2pool`, `datasheets`.
    pub source: String,
}

/// All machines, in order of the lists.
pub fn all() -> &'static [Machine] {
    static ALL: OnceLock<Vec<Machine>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(table::MACHINES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_machine_after_may_2020_has_a_date_and_efficiency_is_power_over_rate() {
        let last = Month::parse("2020-05").unwrap();
        assert!(all().iter().all(|m| m.released.is_none_or(|r| r <= last)));
        for m in all() {
            assert!((10.0..1000.0).contains(&m.j_per_th), "{}", m.model);
            if let (Some(w), Some(th)) = (m.watts, m.th_per_s) {
                assert!((w / th - m.j_per_th).abs() < 0.01, "{}", m.model);
            }
        }
    }
}
