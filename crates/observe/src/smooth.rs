//! The smoother: what is known of the hashrate at a block once later blocks are known too.
//!
//! The posterior at block i is the filter's times β, the likelihood of all later intervals, which comes
//! down from the end by the adjoint of the filter's own transition. The filter's state is kept at every
//! [`CHUNK`]-th block (5 kB each: 5 MB for 2020–2024); then, from the last chunk to the first, the chunk
//! is filtered once more with every state kept (1.3 MB) and walked backwards. Three passes, a few
//! megabytes, whatever the length. Where the filter's lattice moved, β moves back by as many cells, with
//! zeros where the old lattice had cells that the new one has not: again the exact adjoint.

use crate::filter::{CHUNK, Describe, Estimate, Filter, Filtered};
use crate::regime::{Field, Parameters, Transition};

/// Both answers: the smoother filters anyway.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Smoothed {
    /// Given the blocks up to each.
    pub filtered: Filtered,
    /// Given all blocks.
    pub estimates: Vec<Estimate>,
}

/// Filters and smooths intervals `y`, each positive and finite.
pub fn run(y: &[f64], parameters: &Parameters) -> Smoothed {
    let mut filter = Filter::starting_on(y, parameters);
    let mut describe = Describe::new(parameters);
    let mut filtered = Filtered::with_capacity(y.len());
    let mut kept = Vec::with_capacity(y.len().div_ceil(CHUNK));
    for (k, chunk) in y.chunks(CHUNK).enumerate() {
        if k > 0 {
            filter.recentre();
        }
        kept.push((filter.mass.clone(), filter.low()));
        for &y in chunk {
            filtered.log_score.push(filter.update(y));
            filtered.estimates.push(describe.filtered(&filter));
        }
    }
    let cells = parameters.cells();
    let mut backward = Backward {
        transition: Transition::new(parameters),
        describe,
        beta: Field::uniform(cells, 1.0, 1.0),
        row: vec![0.0; cells],
        step: parameters.step,
    };
    let mut states = vec![Field::uniform(cells, 0.0, 0.0); CHUNK.min(y.len())];
    let mut out = Vec::with_capacity(y.len());
    let mut low_after = None;
    for (chunk, (mass, low)) in y.chunks(CHUNK).zip(&kept).rev() {
        if let Some(low_after) = low_after {
            backward.beta.shift(low - low_after);
        }
        filter.restore(mass, *low);
        for (state, &y) in states.iter_mut().zip(chunk) {
            filter.update(y);
            state.copy_from(&filter.mass);
        }
        for (state, &y) in states.iter().zip(chunk).rev() {
            out.push(backward.retreat(&filter, state, y));
        }
        low_after = Some(*low);
    }
    out.reverse();
    Smoothed {
        filtered,
        estimates: out,
    }
}

struct Backward {
    transition: Transition,
    describe: Describe,
    beta: Field,
    row: Vec<f64>,
    step: f64,
}

impl Backward {
    /// The posterior at an interval whose filtered state is `state`; then β steps to before it.
    fn retreat(&mut self, filter: &Filter, state: &Field, y: f64) -> Estimate {
        let ln_low = filter.low() as f64 * self.step;
        let (estimate, total) = self.describe.smoothed(state, &self.beta, ln_low);
        filter
            .likelihood()
            .fill(ln_low + libm::log(y), &mut self.row);
        self.transition
            .adjoint(&mut self.beta, &self.row, 1.0 / total);
        estimate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Cleaned;
    use hashquake_chain::history;

    /// Forward–backward by dense matrices written from the formulas, on a small lattice.
    #[test]
    fn the_smoother_equals_brute_force() {
        let p = Parameters {
            half_width: 0.2,
            jump_scale: 0.05,
            onset_per_day: 5.0,
            relief_per_day: 9.0,
            ..Parameters::default()
        };
        let y: Vec<f64> = (0..40)
            .map(|i| 1.0 + 0.9 * libm::sin(f64::from(i) * 1.7))
            .collect();
        let n = p.cells();
        let transition = dense(&p);
        let centre = libm::round(-libm::log(y.iter().sum::<f64>() / 40.0) / p.step) * p.step;
        let theta = |s: usize| centre + ((s % n) as f64 - (n / 2) as f64) * p.step;
        let likelihood = |s: usize, y: f64| libm::exp(theta(s) - libm::exp(theta(s)) * y);
        let mut p0: Vec<f64> = (0..2 * n).map(|s| if s < n { 0.9 } else { 0.1 }).collect();
        let mut alphas = Vec::new();
        for &y in &y {
            let step = |to: usize| (0..2 * n).map(|s| transition[to][s] * p0[s]).sum::<f64>();
            p0 = (0..2 * n).map(|to| step(to) * likelihood(to, y)).collect();
            alphas.push(p0.clone());
        }
        let mut beta = vec![1.0; 2 * n];
        let got = run(&y, &p).estimates;
        for i in (0..y.len()).rev() {
            let joint: Vec<f64> = alphas[i].iter().zip(&beta).map(|(a, b)| a * b).collect();
            let total: f64 = joint.iter().sum();
            let mean: f64 = joint
                .iter()
                .enumerate()
                .map(|(s, w)| w * theta(s))
                .sum::<f64>()
                / total;
            let turbulent = joint[n..].iter().sum::<f64>() / total;
            assert!((got[i].ln_mean - mean).abs() < 1e-9, "{i}");
            assert!((got[i].turbulent - turbulent).abs() < 1e-9, "{i}");
            let ahead: Vec<f64> = (0..2 * n).map(|s| beta[s] * likelihood(s, y[i])).collect();
            let back = |from: usize| (0..2 * n).map(|to| transition[to][from] * ahead[to]).sum();
            beta = (0..2 * n).map(back).collect();
        }
    }

    /// `dense[to][from]`, calm states first.
    fn dense(p: &Parameters) -> Vec<Vec<f64>> {
        let n = p.cells();
        let (a, b) = (p.onset_per_day / 144.0, p.relief_per_day / 144.0);
        let rho = libm::exp(-p.step / p.jump_scale);
        let walk = |sd: f64, i: usize, j: usize| {
            let side = sd * sd / 144.0 / (2.0 * p.step * p.step);
            let edge = i == 0 || i == n - 1;
            match i.abs_diff(j) {
                0 if edge => 1.0 - side,
                0 => 1.0 - 2.0 * side,
                1 => side,
                _ => 0.0,
            }
        };
        let entry = |to: usize, from: usize| match (to < n, from < n) {
            (true, true) => (1.0 - a) * walk(0.009, to, from),
            (true, false) => b * walk(0.009, to, from - n),
            (false, false) => (1.0 - b) * walk(0.06, to - n, from - n),
            (false, true) => {
                let away = (to - n).abs_diff(from) as f64;
                a * (1.0 - rho) / (1.0 + rho) * libm::pow(rho, away)
            }
        };
        let row = |to: usize| (0..2 * n).map(|from| entry(to, from)).collect();
        (0..2 * n).map(row).collect()
    }

    /// At the last block both know the same; before it, the smoother is the surer of the two.
    #[test]
    fn hindsight_narrows_the_band() {
        let y = &Cleaned::new(&history::embedded().blocks).intervals()[..20_000];
        let smoothed = run(y, &Parameters::default());
        let (last, known) = (
            smoothed.estimates[19_999],
            smoothed.filtered.estimates[19_999],
        );
        assert!((last.ln_mean - known.ln_mean).abs() < 1e-12);
        let width = |e: &Estimate| libm::log(e.rate.p95 / e.rate.p05);
        let mean = |es: &[Estimate]| es[2000..18_000].iter().map(width).sum::<f64>() / 16_000.0;
        let ratio = mean(&smoothed.estimates) / mean(&smoothed.filtered.estimates);
        assert!((0.6..0.9).contains(&ratio), "{ratio}");
        assert_eq!(run(y, &Parameters::default()), smoothed);
    }

    /// Chunks and moves of the lattice leave no seam: a wide lattice that never moves says the same.
    #[test]
    fn no_seam_where_the_lattice_moves() {
        let rate = |i: usize| libm::exp(2.1 * i as f64 / 6000.0);
        let wobble = |i: usize| 1.0 + 0.9 * libm::sin(i as f64 * 1.7);
        let y: Vec<f64> = (0..6000).map(|i| wobble(i) / rate(i)).collect();
        let wide = Parameters {
            half_width: 4.0,
            ..Parameters::default()
        };
        let (moved, wide) = (run(&y, &Parameters::default()), run(&y, &wide));
        for i in 500..y.len() {
            let (a, b) = (moved.estimates[i], wide.estimates[i]);
            assert!((a.ln_mean - b.ln_mean).abs() < 1e-5, "{i}");
            assert!((a.rate.p95 / b.rate.p95 - 1.0).abs() < 1e-5, "{i}");
        }
    }
}
