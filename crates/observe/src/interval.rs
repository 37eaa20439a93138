//! The predictive distribution of the next interval, from the filter's masses: its probability integral
//! transform (PIT), which is uniform for a calibrated filter.
//!
//! P(next ≤ y) = 1 − Σ mass · exp(−e^θ y), exp(−e^u) from a table of `FINE` points to a cell of the
//! lattice, linear between them (error 10⁻⁷). The masses are those before the block's own move, which
//! changes the probability by less than 10⁻³.

use libm::{exp, floor, log};

use crate::filter::Filter;

const FINE: usize = 8;
const LOW: f64 = -20.0;
const HIGH: f64 = 5.0;

/// exp(−e^u) on a grid that divides the filter's cells.
#[derive(Clone, Debug)]
pub struct Interval {
    fine_step: f64,
    survival: Vec<f64>,
}

impl Interval {
    /// For a filter of cells `step` wide in ln hashrate.
    pub fn new(step: f64) -> Self {
        let fine_step = step / FINE as f64;
        let points = ((HIGH - LOW) / fine_step) as usize;
        Self {
            fine_step,
            survival: (0..points)
                .map(|k| exp(-exp(LOW + k as f64 * fine_step)))
                .collect(),
        }
    }

    /// P(the next interval ≤ `y`).
    pub fn pit(&self, filter: &Filter, y: f64) -> f64 {
        let place = (filter.ln_low() + log(y) - LOW) / self.fine_step;
        let first = floor(place);
        let (t, last) = (place - first, self.survival.len() as i64 - 2);
        let (calm, turbulent) = filter.masses();
        let (mut mass, mut longer) = (0.0, 0.0);
        for (g, (c, r)) in calm.iter().zip(turbulent).enumerate() {
            let at = (first as i64 + (g * FINE) as i64).clamp(0, last) as usize;
            let (a, b) = (self.survival[at], self.survival[at + 1]);
            mass += c + r;
            longer += (c + r) * (a + t * (b - a));
        }
        (1.0 - longer / mass).clamp(0.0, 1.0)
    }
}

/// Share of `pits` within the central `part`.
pub(crate) fn coverage(pits: &[f64], part: f64) -> f64 {
    let inside = |pit: &&f64| (**pit - 0.5).abs() <= part / 2.0;
    pits.iter().filter(inside).count() as f64 / pits.len() as f64
}

/// Kolmogorov's distance of `pits` from the uniform law.
pub(crate) fn kolmogorov(pits: &[f64]) -> f64 {
    let mut sorted = pits.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len() as f64;
    sorted
        .iter()
        .enumerate()
        .map(|(k, u)| (u - k as f64 / n).max((k + 1) as f64 / n - u))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regime::Parameters;

    /// After n equal intervals with nothing moving, the next is Lomax: (1 + y/b)^−a survives.
    #[test]
    fn a_still_hashrate_gives_the_law_of_lomax() {
        let still = Parameters {
            calm_sd_per_day: 0.0,
            turbulent_sd_per_day: 0.0,
            onset_per_day: 0.0,
            ..Parameters::default()
        };
        let mut filter = Filter::new(&still, 0.0);
        for _ in 0..500 {
            filter.advance(1.0);
        }
        let law = Interval::new(still.step);
        for y in [1e-4, 0.01, 0.3, 1.0, 3.0, 8.0] {
            let want = 1.0 - exp(-500.0 * libm::log1p(y / 500.0));
            assert!((law.pit(&filter, y) - want).abs() < 1e-6, "{y}");
        }
    }

    #[test]
    fn an_even_comb_is_as_uniform_as_can_be() {
        let comb: Vec<f64> = (0..100).map(|k| (f64::from(k) + 0.5) / 100.0).collect();
        assert!((kolmogorov(&comb) - 0.005).abs() < 1e-12);
        assert!((coverage(&comb, 0.5) - 0.5).abs() < 0.011);
        assert!((kolmogorov(&[0.9, 0.95]) - 0.9).abs() < 1e-12);
    }
}
