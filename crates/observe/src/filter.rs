//! The filter: what is known of the hashrate when a block arrives, from blocks up to that one.
//!
//! A posterior over (ln hashrate, regime) on a lattice of 321 cells of 1 % (5 kB); for each block the
//! [`Transition`], then the interval's likelihood; the normaliser is the predictive density of the
//! interval, its logarithm the score. Cells lie on whole multiples of the step in ln(EH/s),
//! whatever the stretch; every [`CHUNK`] blocks the lattice moves by whole cells if the posterior has left
//! its middle. One block costs under two microseconds; nothing is allocated for it.
//!
//! Left out: the interval's own length as the time that the walk had (the expected ten minutes
//! are used), a trend, and the hour of the day.

use libm::{exp, log};

use crate::likelihood::Likelihood;
use crate::regime::{Field, Parameters, Transition, sum};
use hashquake_base::units::Quantiles;

/// Blocks between two looks at whether the lattice should move.
pub const CHUNK: usize = 256;
/// Intervals whose mean centres the prior: later values depend on nothing that comes after them.
pub const PRIOR_INTERVALS: usize = 300;
const PRIOR_TURBULENT: f64 = 0.1;
/// Distance of the mean from the lattice's centre that makes it move, ln hashrate.
const DRIFT_MAX: f64 = 0.2;

/// A posterior of the hashrate, in the inverse of the intervals' unit: EH/s for intervals in s/EH.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// 5, 50 and 95 % of the hashrate.
    pub rate: Quantiles,
    /// Mean of ln hashrate.
    pub ln_mean: f64,
    /// Probability of the turbulent regime.
    pub turbulent: f64,
}

/// The filter's answer at every interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filtered {
    /// Posterior once the interval is known.
    pub estimates: Vec<Estimate>,
    /// ln of the predictive density of the interval before it is known (nats, density per unit of y).
    pub log_score: Vec<f64>,
}

impl Filtered {
    pub(crate) fn with_capacity(intervals: usize) -> Self {
        Self {
            estimates: Vec::with_capacity(intervals),
            log_score: Vec::with_capacity(intervals),
        }
    }
}

/// Filters intervals `y`, each positive and finite, exponential at rate hashrate: one answer each.
///
/// ```
/// use hashquake_observe::{filter, regime::Parameters};
///
/// // 144 intervals of 600 s at a work of 6000 EH: 10 EH/s.
/// let filtered = filter::run(&[0.1; 144], &Parameters::default());
/// let last = filtered.estimates[143].rate;
/// assert!(last.p05 < 10.0 && 10.0 < last.p95);
/// ```
pub fn run(y: &[f64], parameters: &Parameters) -> Filtered {
    let mut filter = Filter::starting_on(y, parameters);
    let mut describe = Describe::new(parameters);
    let mut out = Filtered::with_capacity(y.len());
    for &y in y {
        out.log_score.push(filter.advance(y));
        out.estimates.push(describe.filtered(&filter));
    }
    out
}

/// The running filter.
#[derive(Clone, Debug)]
pub struct Filter {
    step: f64,
    low: i64,
    seen: usize,
    transition: Transition,
    likelihood: Likelihood,
    row: Vec<f64>,
    pub(crate) mass: Field,
    sums: (f64, f64),
}

impl Filter {
    /// A flat prior, nine parts calm to one turbulent, around `ln_centre`.
    pub fn new(parameters: &Parameters, ln_centre: f64) -> Self {
        let cells = parameters.cells();
        let calm = (1.0 - PRIOR_TURBULENT) / cells as f64;
        let turbulent = PRIOR_TURBULENT / cells as f64;
        let centre = libm::round(ln_centre / parameters.step) as i64;
        Self {
            step: parameters.step,
            low: centre - (cells / 2) as i64,
            seen: 0,
            transition: Transition::new(parameters),
            likelihood: Likelihood::new(parameters.step),
            row: vec![0.0; cells],
            mass: Field::uniform(cells, calm, turbulent),
            sums: (1.0 - PRIOR_TURBULENT, PRIOR_TURBULENT),
        }
    }

    /// A prior around the rate of the first [`PRIOR_INTERVALS`] intervals.
    pub fn starting_on(y: &[f64], parameters: &Parameters) -> Self {
        let first = &y[..y.len().min(PRIOR_INTERVALS)];
        let mean = first.iter().sum::<f64>() / first.len() as f64;
        Self::new(parameters, if mean > 0.0 { -log(mean) } else { 0.0 })
    }

    /// Updates on one interval and returns ln of the predictive density that it had, nats.
    pub fn advance(&mut self, y: f64) -> f64 {
        if self.seen > 0 && self.seen.is_multiple_of(CHUNK) {
            self.recentre();
        }
        self.seen += 1;
        self.update(y)
    }

    /// ln hashrate of the lowest cell.
    pub fn ln_low(&self) -> f64 {
        self.low as f64 * self.step
    }

    /// Posterior masses of the calm regime by cell, and those of the turbulent one, not normalised;
    /// cell g is at [`Filter::ln_low`] + g·step.
    pub fn masses(&self) -> (&[f64], &[f64]) {
        (self.mass.calm(), self.mass.turbulent())
    }

    /// Number of the lowest cell, counted from ln hashrate 0.
    pub(crate) fn low(&self) -> i64 {
        self.low
    }

    pub(crate) fn likelihood(&self) -> &Likelihood {
        &self.likelihood
    }

    /// Sets the state to one that was kept.
    pub(crate) fn restore(&mut self, mass: &Field, low: i64) {
        self.mass.copy_from(mass);
        self.low = low;
        self.sums = (sum(mass.calm()), sum(mass.turbulent()));
    }

    /// One interval on the lattice as it stands.
    pub(crate) fn update(&mut self, y: f64) -> f64 {
        let ln_y = log(y);
        let ln_scale = self.likelihood.fill(self.ln_low() + ln_y, &mut self.row);
        let scale = 1.0 / (self.sums.0 + self.sums.1);
        self.sums = self.transition.forward(&mut self.mass, &self.row, scale);
        log(self.sums.0 + self.sums.1) + ln_scale - ln_y
    }

    /// Moves the lattice by whole cells when the posterior's mean has left its middle.
    pub(crate) fn recentre(&mut self) {
        let cells = self.mass.calm().iter().zip(self.mass.turbulent());
        let weighted: f64 = cells
            .enumerate()
            .map(|(g, (c, t))| g as f64 * (c + t))
            .sum();
        let mean = weighted / (self.sums.0 + self.sums.1);
        let drift = mean - (self.row.len() / 2) as f64;
        if drift.abs() * self.step > DRIFT_MAX {
            let shift = libm::round(drift) as i64;
            self.mass.shift(shift);
            self.low += shift;
            self.sums = (sum(self.mass.calm()), sum(self.mass.turbulent()));
        }
    }
}

/// Reads quantiles off masses, with its working memory.
#[derive(Clone, Debug)]
pub(crate) struct Describe {
    step: f64,
    weights: Vec<f64>,
}

impl Describe {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        Self {
            step: parameters.step,
            weights: vec![0.0; parameters.cells()],
        }
    }

    pub(crate) fn filtered(&mut self, filter: &Filter) -> Estimate {
        let (calm, turbulent) = filter.masses();
        for ((w, c), t) in self.weights.iter_mut().zip(calm).zip(turbulent) {
            *w = c + t;
        }
        let total = filter.sums.0 + filter.sums.1;
        self.estimate(filter.ln_low(), total, filter.sums.1)
    }

    /// Posterior ∝ `mass` × `beta`; also its total.
    pub(crate) fn smoothed(&mut self, mass: &Field, beta: &Field, ln_low: f64) -> (Estimate, f64) {
        product(mass.turbulent(), beta.turbulent(), &mut self.weights);
        let turbulent = sum(&self.weights);
        add_product(mass.calm(), beta.calm(), &mut self.weights);
        let total = sum(&self.weights);
        (self.estimate(ln_low, total, turbulent), total)
    }

    fn estimate(&self, ln_low: f64, total: f64, turbulent: f64) -> Estimate {
        let levels = [0.05, 0.5, 0.95];
        let mut cells = [0.0; 3];
        let (mut next, mut below, mut moment) = (0, 0.0, 0.0);
        for (c, chunk) in self.weights.chunks(16).enumerate() {
            let mass = sum(chunk);
            while next < 3 && below + mass >= levels[next] * total {
                cells[next] = (c * 16) as f64 + crossing(chunk, levels[next] * total - below);
                next += 1;
            }
            below += mass;
            moment += (c * 16) as f64 * mass + first_moment(chunk);
        }
        cells[next..].fill(self.weights.len() as f64 - 0.5);
        let [p05, p50, p95] = cells.map(|cell| exp(ln_low + cell * self.step));
        Estimate {
            rate: Quantiles { p05, p50, p95 },
            ln_mean: ln_low + moment / total * self.step,
            turbulent: turbulent / total,
        }
    }
}

/// Where the cumulated weights reach `level`, in cells; a cell reaches half a cell to either side.
fn crossing(weights: &[f64], level: f64) -> f64 {
    let mut below = 0.0;
    for (g, w) in weights.iter().enumerate() {
        if below + w >= level {
            return g as f64 - 0.5 + ((level - below) / w).max(0.0);
        }
        below += w;
    }
    weights.len() as f64 - 0.5
}

fn first_moment(weights: &[f64]) -> f64 {
    let mut part = [0.0; 2];
    for (g, w) in weights.iter().enumerate() {
        part[g % 2] += g as f64 * w;
    }
    part[0] + part[1]
}

fn product(a: &[f64], b: &[f64], out: &mut [f64]) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = a * b;
    }
}

fn add_product(a: &[f64], b: &[f64], out: &mut [f64]) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out += a * b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Cleaned;
    use crate::reference_rules::Gamma;
    use hashquake_base::rng::{Purpose, stream};
    use hashquake_base::stats::draw::uniform;
    use hashquake_chain::history;

    /// Intervals at a hashrate of 200 EH/s that never changes.
    fn constant(n: usize, seed: u64) -> Vec<f64> {
        let mut rng = stream(seed, 0, Purpose::ConstantChains);
        (0..n).map(|_| -log(uniform(&mut rng)) / 200.0).collect()
    }

    /// With nothing moving, a flat prior on ln H leaves H ~ Gamma(n, Σy), and scores are Lomax.
    #[test]
    fn a_still_model_is_the_gamma_conjugate() {
        let still = Parameters {
            calm_sd_per_day: 0.0,
            turbulent_sd_per_day: 0.0,
            onset_per_day: 0.0,
            relief_per_day: 0.0,
            ..Parameters::default()
        };
        let y = constant(1500, 1);
        let filtered = run(&y, &still);
        let mut sum = y[0];
        for (n, &next) in y.iter().enumerate().skip(1) {
            let known = Gamma {
                shape: n as f64,
                rate: sum,
            };
            if n >= 30 {
                let (got, want) = (filtered.log_score[n], known.ln_next(next));
                assert!((got - want).abs() < 1e-6, "score {n}: {got}, {want}");
                let (got, want) = (filtered.estimates[n - 1].rate, known.quantiles());
                for (got, want) in [
                    (got.p05, want.p05),
                    (got.p50, want.p50),
                    (got.p95, want.p95),
                ] {
                    assert!((got / want - 1.0).abs() < 1e-3, "at {n}: {got}, {want}");
                }
            }
            sum += next;
        }
        let turbulent = filtered.estimates[1499].turbulent;
        assert!((turbulent - PRIOR_TURBULENT).abs() < 1e-12);
    }

    /// A constant hashrate is inside the 90 % band nearly always: the model allows for moves that never
    /// come (the prototype: 99 %).
    #[test]
    fn a_constant_hashrate_stays_inside_the_band() {
        let (mut held, mut all) = (0, 0);
        for seed in 0..16 {
            let filtered = run(&constant(6000, seed), &Parameters::default());
            for estimate in &filtered.estimates[2000..] {
                all += 1;
                held += usize::from(estimate.rate.p05 <= 200.0 && 200.0 <= estimate.rate.p95);
            }
        }
        let share = held as f64 / all as f64;
        assert!(share > 0.95, "{share}");
    }

    #[test]
    fn later_blocks_do_not_change_what_was_known() {
        let y = Cleaned::new(&history::embedded().blocks).intervals();
        let whole = run(&y[..9000], &Parameters::default());
        for n in [PRIOR_INTERVALS, 2000, 5120, 7001] {
            let prefix = run(&y[..n], &Parameters::default());
            assert_eq!(prefix.estimates, whole.estimates[..n]);
            assert_eq!(prefix.log_score, whole.log_score[..n]);
        }
    }

    /// The lattice follows a hashrate that grows eightfold as a lattice wide enough from the start does.
    #[test]
    fn a_lattice_that_moves_is_as_good_as_a_wide_one() {
        let y: Vec<f64> = constant(20_000, 3)
            .iter()
            .enumerate()
            .map(|(i, y)| y * exp(-2.1 * i as f64 / 20_000.0))
            .collect();
        let wide = Parameters {
            half_width: 4.0,
            ..Parameters::default()
        };
        let (moved, wide) = (run(&y, &Parameters::default()), run(&y, &wide));
        let mut apart: Vec<f64> = (1000..y.len())
            .map(|i| (moved.estimates[i].ln_mean - wide.estimates[i].ln_mean).abs())
            .collect();
        apart.sort_by(f64::total_cmp);
        assert!(apart[apart.len() * 99 / 100] < 1e-4, "99 % of blocks");
        assert!(apart[apart.len() - 1] < 0.02, "and the worst");
        let score = |f: &Filtered| f.log_score[1000..].iter().sum::<f64>() / 19_000.0;
        assert!((score(&moved) - score(&wide)).abs() < 1e-6);
    }

    /// Intervals that every cell calls impossible still leave a posterior.
    #[test]
    fn an_absurd_interval_leaves_finite_numbers() {
        for absurd in [1e-9, 1e9] {
            let mut y = constant(400, 5);
            y[350] = absurd;
            let filtered = run(&y, &Parameters::default());
            assert!(filtered.log_score.iter().all(|s| s.is_finite()));
            let last = filtered.estimates[399];
            assert!(last.rate.p05 > 0.0 && last.rate.p95.is_finite());
        }
    }
}
