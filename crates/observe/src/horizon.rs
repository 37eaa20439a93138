//! The filter's forecast of the time of the block m blocks ahead, in closed form.
//!
//! Given the path of ln hashrate, the sum S of the next m intervals (in units of work) is to first order
//! Gamma(m) over e^θ̄, θ̄ the mean of θ over those blocks. The move θ̄ − θ₀ does not depend on θ₀, only
//! on the regime at the start; its law follows from the model itself: with w = (m−j+1)/m the weight of
//! block j's step in the mean, the characteristic functions of the two starts obey, from j = m down to 1,
//!
//! ```text
//! φ₀ ← (1−a) g₀(kw) φ₀ + a ℓ(kw) φ₁        g the walks', ℓ = 1/(1 + (jump·kw)²) the jump's
//! φ₁ ← b g₀(kw) φ₀ + (1−b) g₁(kw) φ₁
//! ```
//!
//! and a cosine sum turns them into masses 0.25 % apart. Folded with the law of ln Gamma(m), they leave
//! one density of u = θ₀ + ln S for each regime: two tables, and a forecast is a mixture of them with the
//! filter's own masses. Nothing in it is tuned. Left out: a trend, the second order
//! in the walk within the m blocks (of S, 10⁻⁵ over a calm day and 6·10⁻⁴ over a turbulent one, growing
//! with m; more after a jump), and that S is work, not seconds: between retargets they are the same.

use libm::{cos, exp, lgamma, log, sqrt};

use crate::filter::Filter;
use crate::regime::Parameters;

/// Points of the law of moves; with [`FINE`] to a cell it spans ±2.56 in ln hashrate.
const POINTS: usize = 2048;
/// Fine steps to a cell of the filter.
const FINE: usize = 4;
/// The tables span ln m ± this.
const REACH: f64 = 5.0;

/// Forecasts of one number of blocks.
#[derive(Clone, Debug)]
pub struct Horizon {
    step: f64,
    u_low: f64,
    density: [Vec<f64>; 2],
    cumulative: [Vec<f64>; 2],
}

/// What a forecast said of what happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// ln of the predictive density of the sum, nats.
    pub ln_score: f64,
    /// Predictive probability of a sum no greater: uniform for a calibrated forecast.
    pub pit: f64,
}

impl Horizon {
    /// For the next `m` blocks.
    pub fn new(m: usize, parameters: &Parameters) -> Self {
        let step = parameters.step / FINE as f64;
        let u_low = log(m as f64) - REACH;
        let len = (2.0 * REACH / step) as usize + 1;
        let gamma = LnGamma::new(m, step);
        let moves = moves(m, parameters, step);
        let density = moves.map(|law| gamma.fold(&law, u_low, len));
        let cumulative = [0, 1].map(|r| cumulate(&density[r], step));
        Self {
            step,
            u_low,
            density,
            cumulative,
        }
    }

    /// Scores a sum of the m intervals after those that `filter` has seen.
    pub fn outcome(&self, filter: &Filter, sum: f64) -> Outcome {
        let place = (filter.ln_low() + log(sum) - self.u_low) / self.step;
        let cell = libm::floor(place);
        let weights = cubic(place - cell);
        let (calm, turbulent) = filter.masses();
        let (mut mass, mut density, mut below) = (0.0, 0.0, 0.0);
        for (regime, masses) in [calm, turbulent].into_iter().enumerate() {
            for (g, p) in masses.iter().enumerate() {
                let at = cell as i64 + (g * FINE) as i64;
                mass += p;
                density += p * read(&self.density[regime], at, weights);
                below += p * read(&self.cumulative[regime], at, weights);
            }
        }
        Outcome {
            ln_score: log((density / mass).max(f64::MIN_POSITIVE)) - log(sum),
            pit: (below / mass).clamp(0.0, 1.0),
        }
    }
}

/// Lagrange's cubic weights for t in [0, 1) on −1, 0, 1, 2.
fn cubic(t: f64) -> [f64; 4] {
    [
        -t * (t - 1.0) * (t - 2.0) / 6.0,
        (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
        -(t + 1.0) * t * (t - 2.0) / 2.0,
        (t + 1.0) * t * (t - 1.0) / 6.0,
    ]
}

/// Beyond the table its end goes on: zero, or zero and one.
fn read(table: &[f64], at: i64, weights: [f64; 4]) -> f64 {
    let last = table.len() as i64 - 1;
    let value = |k: i64| table[(at - 1 + k).clamp(0, last) as usize];
    (0..4).map(|k| weights[k as usize] * value(k)).sum()
}

fn cumulate(density: &[f64], step: f64) -> Vec<f64> {
    let mut sum = 0.0;
    let mut last = 0.0;
    let running = density.iter().map(|&d| {
        sum += 0.5 * step * (last + d);
        last = d;
        sum
    });
    running.collect()
}

/// The law of the mean's move for a calm and for a turbulent start: mass of a move of (n − POINTS/2)
/// fine steps.
fn moves(m: usize, p: &Parameters, step: f64) -> [Vec<f64>; 2] {
    let variance = |sd: f64| sd * sd * p.block_days;
    let (calm, turbulent) = (
        variance(p.calm_sd_per_day),
        variance(p.turbulent_sd_per_day),
    );
    let (a, b) = (p.onset(), p.relief());
    let half = POINTS / 2;
    let turn = 2.0 * core::f64::consts::PI / POINTS as f64;
    let characteristic: Vec<[f64; 2]> = (0..=half)
        .map(|j| {
            let k = turn * j as f64 / step;
            (1..=m).fold([1.0, 1.0], |[phi_0, phi_1], back| {
                let kw = k * back as f64 / m as f64;
                let g_0 = exp(-0.5 * calm * kw * kw);
                let g_1 = exp(-0.5 * turbulent * kw * kw);
                let jump = 1.0 / (1.0 + p.jump_scale * p.jump_scale * kw * kw);
                [
                    (1.0 - a) * g_0 * phi_0 + a * jump * phi_1,
                    b * g_0 * phi_0 + (1.0 - b) * g_1 * phi_1,
                ]
            })
        })
        .collect();
    let cosines: Vec<f64> = (0..POINTS).map(|n| cos(turn * n as f64)).collect();
    [0, 1].map(|regime| {
        let mass = |n: usize| {
            let away = n.abs_diff(half);
            let inner =
                (1..half).map(|j| 2.0 * characteristic[j][regime] * cosines[j * away % POINTS]);
            let ends = characteristic[0][regime]
                + characteristic[half][regime] * cosines[half * away % POINTS];
            (ends + inner.sum::<f64>()) / POINTS as f64
        };
        (0..POINTS).map(mass).collect()
    })
}

/// The density of ln Gamma(m) around ln m, on fine steps.
struct LnGamma {
    half: usize,
    values: Vec<f64>,
    m: f64,
    step: f64,
}

impl LnGamma {
    fn new(m: usize, step: f64) -> Self {
        let m = m as f64;
        let half = (12.0 / sqrt(m) / step) as usize + 1;
        let values = Vec::new();
        let mut law = Self {
            half,
            values,
            m,
            step,
        };
        law.values = (0..=2 * half)
            .map(|k| law.at((k as f64 - half as f64) * step))
            .collect();
        law
    }

    /// At u = ln m + `x`.
    fn at(&self, x: f64) -> f64 {
        let u = log(self.m) + x;
        exp(self.m * u - exp(u) - lgamma(self.m))
    }

    /// Density at u_low + k·step of ln Gamma(m) less a move of law `law`; `u_low` lies REACH below ln m.
    fn fold(&self, law: &[f64], u_low: f64, len: usize) -> Vec<f64> {
        let origin = libm::round((log(self.m) - u_low) / self.step) as i64;
        let half_law = (POINTS / 2) as i64;
        let mut out = vec![0.0; len];
        for (n, mass) in law.iter().enumerate() {
            let start = origin - self.half as i64 - (n as i64 - half_law);
            for (k, value) in self.values.iter().enumerate() {
                let at = start + k as i64;
                if (0..len as i64).contains(&at) {
                    out[at as usize] += mass * value;
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference_rules::Gamma;
    use hashquake_base::rng::{Purpose, stream};
    use hashquake_base::stats::draw;

    fn still() -> Parameters {
        Parameters {
            calm_sd_per_day: 0.0,
            turbulent_sd_per_day: 0.0,
            onset_per_day: 0.0,
            ..Parameters::default()
        }
    }

    /// With nothing moving the forecast is the compound law of the Gamma posterior.
    #[test]
    fn a_still_hashrate_gives_the_compound_law() {
        let (horizon, known) = (Horizon::new(144, &still()), 2000);
        let mut filter = Filter::new(&still(), 0.0);
        for _ in 0..known {
            filter.advance(1.0);
        }
        let posterior = Gamma {
            shape: f64::from(known),
            rate: f64::from(known),
        };
        for sum in [110.0, 130.0, 144.0, 160.0, 180.0] {
            let got = horizon.outcome(&filter, sum);
            let ln_want = posterior.ln_next_sum(144, sum);
            assert!(
                (got.ln_score - ln_want).abs() < 1e-6,
                "{sum}: {got:?}, {ln_want}"
            );
            assert!(
                (got.pit - posterior.next_sum_cdf(144, sum)).abs() < 1e-4,
                "{sum}"
            );
        }
    }

    /// The law of moves against paths of the model drawn step by step.
    #[test]
    fn the_law_of_moves_is_that_of_drawn_paths() {
        let p = Parameters {
            onset_per_day: 1.0,
            relief_per_day: 2.0,
            ..Parameters::default()
        };
        let (m, step, runs) = (144, p.step / FINE as f64, 4_000);
        let law = moves(m, &p, step);
        let mut rng = stream(7, 0, Purpose::HorizonPaths);
        let sd = |per_day: f64| per_day * sqrt(p.block_days);
        for start in [0, 1] {
            let mut means = vec![0.0; runs];
            for mean in &mut means {
                let (mut theta, mut turbulent) = (0.0, start == 1);
                for _ in 0..m {
                    let u = draw::uniform(&mut rng);
                    if !turbulent && u < p.onset() {
                        turbulent = true;
                        let side = if draw::uniform(&mut rng) < 0.5 {
                            -1.0
                        } else {
                            1.0
                        };
                        theta -= side * p.jump_scale * log(draw::uniform(&mut rng));
                    } else if turbulent && u >= p.relief() {
                        theta += sd(p.turbulent_sd_per_day) * draw::normal(&mut rng);
                    } else {
                        turbulent = false;
                        theta += sd(p.calm_sd_per_day) * draw::normal(&mut rng);
                    }
                    *mean += theta / m as f64;
                }
            }
            for threshold in [-0.2, -0.03, -0.01, 0.0, 0.01, 0.03, 0.2] {
                let drawn = means.iter().filter(|&&x| x < threshold).count() as f64 / runs as f64;
                let place = |n: usize| (n as f64 - POINTS as f64 / 2.0) * step;
                let below = |n: usize| place(n) < threshold - 1e-9;
                let edge =
                    law[start][(threshold / step + POINTS as f64 / 2.0 + 0.5) as usize] / 2.0;
                let exact: f64 = (0..POINTS)
                    .filter(|&n| below(n))
                    .map(|n| law[start][n])
                    .sum();
                assert!((drawn - exact - edge).abs() < 0.03, "{start} {threshold}");
            }
        }
    }
}
