//! The likelihood of one interval on the filter's lattice of log hashrates.
//!
//! An interval y (in units of work, s/EH) found at hashrate e^θ has density e^θ·exp(−e^θ·y). With
//! u = θ + ln y that is G(u)/y, G(u) = exp(u − e^u): one function of one number. On an even lattice the
//! values for all θ are a run of a table of G at the lattice's step, shifted by the fraction of a cell
//! that ln y leaves over. The table holds 16 such fractions (with one more on either side, 270 kB) and
//! quadratic interpolation between three neighbours gives G within 2·10⁻¹¹: no exponential in the loop.
//! Intervals that fall off the table (over some sixty times, or under 1/20,000 of, what the lattice's
//! middle expects) are computed outright, relative to the largest value so that nothing underflows.

use libm::exp;

const PHASES: usize = 16;
const TABLE_LOW: f64 = -12.0;
const TABLE_HIGH: f64 = 6.0;

/// G(u) = exp(u − e^u) tabulated for a lattice of a given step.
#[derive(Clone, Debug)]
pub struct Likelihood {
    step: f64,
    columns: usize,
    table: Vec<f64>,
}

impl Likelihood {
    /// For a lattice whose neighbours are `step` apart in log hashrate.
    pub fn new(step: f64) -> Self {
        let columns = ((TABLE_HIGH - TABLE_LOW) / step) as usize + 1;
        let value = |row: usize, column: usize| {
            let phase = (row as f64 - 1.0) / PHASES as f64;
            ln_density(TABLE_LOW + (column as f64 + phase) * step)
        };
        let table = (0..PHASES + 3)
            .flat_map(|row| (0..columns).map(move |column| exp(value(row, column))))
            .collect();
        Self {
            step,
            columns,
            table,
        }
    }

    /// Fills `out[g]` with G(`u_low` + g·step) · e^(−c) and returns c, which is 0 but for intervals off
    /// the table.
    pub fn fill(&self, u_low: f64, out: &mut [f64]) -> f64 {
        let place = (u_low - TABLE_LOW) / self.step;
        if !(place >= 0.0 && place as usize + out.len() <= self.columns) {
            return self.fill_outright(u_low, out);
        }
        let column = place as usize;
        let fine = (place - column as f64) * PHASES as f64;
        let row = (fine + 0.5) as usize;
        let t = fine - row as f64;
        let run = |row: usize| {
            let start = row * self.columns + column;
            &self.table[start..start + out.len()]
        };
        let weights = [0.5 * t * (t - 1.0), 1.0 - t * t, 0.5 * t * (t + 1.0)];
        blend([run(row), run(row + 1), run(row + 2)], weights, out);
        0.0
    }

    fn fill_outright(&self, u_low: f64, out: &mut [f64]) -> f64 {
        for (g, value) in out.iter_mut().enumerate() {
            *value = ln_density(u_low + g as f64 * self.step);
        }
        let top = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        out.iter_mut().for_each(|value| *value = exp(*value - top));
        top
    }
}

fn ln_density(u: f64) -> f64 {
    u - exp(u)
}

fn blend(rows: [&[f64]; 3], weights: [f64; 3], out: &mut [f64]) {
    let [a, b, c] = rows;
    let [wa, wb, wc] = weights;
    for (((out, a), b), c) in out.iter_mut().zip(a).zip(b).zip(c) {
        *out = wa * a + wb * b + wc * c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: usize = 321;

    #[test]
    fn the_table_is_the_function() {
        let likelihood = Likelihood::new(0.01);
        let mut got = vec![0.0; CELLS];
        for k in 0..20_000 {
            let u_low = -12.0 + 14.7 * f64::from(k) / 20_000.0;
            assert_eq!(likelihood.fill(u_low, &mut got), 0.0);
            for (g, got) in got.iter().enumerate() {
                let u = u_low + 0.01 * g as f64;
                let want = exp(u - exp(u));
                assert!((got - want).abs() < 2e-11, "G({u}) = {want}, not {got}");
                assert!(u > 2.5 || (got / want - 1.0).abs() < 1e-7, "G({u})");
            }
        }
    }

    #[test]
    fn intervals_off_the_table_keep_their_ratios() {
        let likelihood = Likelihood::new(0.01);
        let mut got = vec![0.0; CELLS];
        for u_low in [-40.0, -12.5, 3.0, 9.0] {
            let ln_scale = likelihood.fill(u_low, &mut got);
            assert_eq!(got.iter().copied().fold(0.0, f64::max), 1.0);
            let want = u_low - exp(u_low);
            assert!((libm::log(got[0]) + ln_scale - want).abs() < 1e-9 * want.abs());
        }
    }
}
