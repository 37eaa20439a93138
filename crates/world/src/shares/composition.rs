//! The network's shares as one composition that moves by month.
//!
//! # The model
//! At month t the regions have weights e^(x_i), and the share of region i is s_i = e^(x_i) / Σ_j e^(x_j), so that
//! shares sum to one by construction. x starts as N(ln start_i, start_sd_i²) and walks: x_i(t+1) = x_i(t) +
//! N(0, walk_i²), where `reverts` says so drawn back to its start by 3 % a month; dated events add a step of their
//! own mean and deviation. A source that prints month after month has biases b_i ~ N(0, bias²) that stay: it
//! sees e^(x_i + b_i) / Σ_j e^(x_j + b_j), and prints the logit of that with an error. Surveys and the press
//! have an error only, a wide one. A printed zero is taken for half of the last digit with
//! `ZERO_SD`: a ban drives miners behind proxies, and the map's zero of August 2021 became 22 % in September.
//!
//! # How it is solved
//! The logit is linear in x about a path. Given the path, the posterior is normal, and the smoother of
//! Bierman (*Fixed interval smoothing with discrete measurements*, Int. J. Control 18, 1973) gives it with one
//! scalar update for each figure and no inverse; the smoothed means are the next path, `ITERATIONS` times. The
//! answer of one month is a normal distribution of x, and so a logistic normal one of the shares (Aitchison, *The
//! Statistical Analysis of Compositional Data*, 1986).
//!
//! What is left out: seasons (half of China's hashrate went from Xinjiang to Sichuan and back), trends, errors
//! that neighbouring countries share.

use libm::{exp, log, sqrt};
use rand_chacha::ChaCha8Rng;

use super::observation::{Observation, SourceKind, all, bias_sd, events, member, members, sources};
use crate::month::Month;
use hashquake_base::stats::draw::normal;
use hashquake_base::units::Seconds;

/// What is left after a month of the distance of a reverting weight to its start.
const REVERSION: f64 = 0.97;
/// One sigma of the logit of what a printed zero stands for.
pub(super) const ZERO_SD: f64 = 2.5;
/// Linearisations: from the fifth on, no share of any month moves by more than 10⁻³ points (test).
const ITERATIONS: usize = 8;

/// The weights of the regions at one month: means and a factor of the covariance of their logarithms.
#[derive(Clone, Debug, PartialEq)]
pub struct Composition {
    /// Mean of x, in the order of [`members`].
    pub mean: Vec<f64>,
    /// Lower triangle L with L Lᵀ the covariance of x, row by row.
    pub factor: Vec<f64>,
}

impl Composition {
    /// Of independent log weights, each with its mean and deviation.
    pub fn independent(log_weights: &[(f64, f64)]) -> Self {
        let n = log_weights.len();
        let mut factor = vec![0.0; n * n];
        for (i, (_, sd)) in log_weights.iter().enumerate() {
            factor[i * n + i] = *sd;
        }
        let mean = log_weights.iter().map(|(mean, _)| *mean).collect();
        Self { mean, factor }
    }

    /// The shares at the mean of x: fractions that sum to one.
    pub fn central(&self) -> Vec<f64> {
        softmax(&self.mean)
    }

    /// One draw of all shares.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        softmax(&self.draw_log_weights(rng))
    }

    /// One draw of the logarithms of all weights, up to a constant.
    pub fn draw_log_weights(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        let n = self.mean.len();
        let z: Vec<f64> = (0..n).map(|_| normal(rng)).collect();
        let row = |i: usize| (0..=i).map(|j| self.factor[i * n + j] * z[j]).sum::<f64>();
        (0..n).map(|i| self.mean[i] + row(i)).collect()
    }
}

/// e^x / Σ e^x.
pub fn softmax(x: &[f64]) -> Vec<f64> {
    let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = x.iter().map(|v| exp(v - top)).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|v| v / sum).collect()
}

/// What is known of all months from the figures and events published by `as_of` that `keep` keeps.
pub struct Solved {
    first: Month,
    /// Smoothed means of x and of all biases, month by month.
    path: Vec<Vec<f64>>,
    forward: Forward,
    updates: Vec<Update>,
}

/// The filter's prediction of each month, before the figures of that month.
struct Forward {
    mean: Vec<Vec<f64>>,
    covariance: Vec<Vec<f64>>,
}

/// One figure as it was used.
struct Update {
    step: usize,
    gradient: Vec<f64>,
    gain: Vec<f64>,
    innovation: f64,
    variance: f64,
}

/// Where the biases of each series begin in the state.
fn bias_at(source: usize) -> Option<usize> {
    let n = members().len();
    let before = sources()[..source].iter();
    let series = |kind: SourceKind| kind == SourceKind::Series;
    series(sources()[source].kind).then(|| n * (1 + before.filter(|s| series(s.kind)).count()))
}

fn size() -> usize {
    let series = sources().iter().filter(|s| s.kind == SourceKind::Series);
    members().len() * (1 + series.count())
}

/// The logit of a figure at a state, and its gradient.
fn predicted(o: &Observation, state: &[f64]) -> (f64, Vec<f64>) {
    let n = members().len();
    let bias = bias_at(o.source);
    let seen: Vec<f64> = (0..n)
        .map(|i| state[i] + bias.map_or(0.0, |at| state[at + i]))
        .collect();
    let share = softmax(&seen);
    let sum: f64 = o.of.iter().map(|&i| share[i]).sum();
    let sum = sum.clamp(1e-12, 1.0 - 1e-9);
    let mut gradient = vec![0.0; state.len()];
    for i in 0..n {
        let inside = if o.of.contains(&i) {
            share[i] / sum
        } else {
            0.0
        };
        let g = (inside - share[i]) / (1.0 - sum);
        gradient[i] = g;
        if let Some(at) = bias {
            gradient[at + i] = g;
        }
    }
    (log(sum / (1.0 - sum)), gradient)
}

/// What was printed, as a logit, and the variance of its error.
pub(super) fn measured(o: &Observation) -> (f64, f64) {
    let least = 0.5 * o.last_digit;
    let share = o.share.max(least);
    let sd = if o.share < least {
        ZERO_SD
    } else {
        sources()[o.source].error_sd
    };
    let rounding = least / share;
    (log(share / (1.0 - share)), sd * sd + rounding * rounding)
}

impl Solved {
    /// From what was known at `as_of` (everything when absent), up to the month `last`.
    pub fn new(as_of: Option<Seconds>, last: Month, keep: &dyn Fn(&Observation) -> bool) -> Self {
        let known = |t: Seconds| as_of.is_none_or(|now| t <= now);
        let first = super::printed::first_month();
        let used: Vec<&Observation> = all()
            .iter()
            .filter(|o| known(o.known_at) && o.month <= last && keep(o))
            .collect();
        let steps = usize::try_from(last.since(first)).unwrap_or(0) + 1;
        let start = start();
        let mut path = vec![start.clone(); steps];
        let (mut forward, mut updates) = (None, Vec::new());
        for _ in 0..ITERATIONS {
            let (f, u) = filter(first, &used, &path, &known);
            path = smooth_means(&f, &u);
            (forward, updates) = (Some(f), u);
        }
        let empty = Forward {
            mean: Vec::new(),
            covariance: Vec::new(),
        };
        Self {
            first,
            path,
            forward: forward.unwrap_or(empty),
            updates,
        }
    }

    fn step(&self, month: Month) -> usize {
        let step = usize::try_from(month.since(self.first)).unwrap_or(0);
        step.min(self.path.len() - 1)
    }

    /// The composition at a month.
    pub fn at(&self, month: Month) -> Composition {
        self.seen(month, None)
    }

    /// The composition as a source sees it: biases added where it is a series.
    pub fn seen(&self, month: Month, source: Option<usize>) -> Composition {
        let n = members().len();
        let step = self.step(month);
        let earlier = f64::from(self.first.since(month).max(0));
        let covariance = self.smoothed_covariance(step);
        let full = self.path[step].len();
        let bias = source.and_then(bias_at);
        let terms = |i: usize| [Some(i), bias.map(|at| at + i)].into_iter().flatten();
        let mean = (0..n)
            .map(|i| terms(i).map(|k| self.path[step][k]).sum())
            .collect();
        let mut of = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                let pairs = terms(i).flat_map(|a| terms(j).map(move |b| (a, b)));
                of[i * n + j] = pairs.map(|(a, b)| covariance[a * full + b]).sum();
            }
            of[i * n + i] += earlier * members()[i].walk_sd * members()[i].walk_sd;
        }
        Composition {
            mean,
            factor: cholesky(of, n),
        }
    }

    /// P − P Λ P with Λ gathered from the figures of this month and of all later ones.
    fn smoothed_covariance(&self, step: usize) -> Vec<f64> {
        let size = self.path[step].len();
        let mut adjoint = vec![0.0; size * size];
        let mut at = self.path.len() - 1;
        let mut rest = self.updates.as_slice();
        loop {
            while let Some((last, before)) = rest.split_last().filter(|(u, _)| u.step == at) {
                back_covariance(&mut adjoint, last, size);
                rest = before;
            }
            if at == step {
                break;
            }
            let keep = transition();
            for i in 0..size {
                for j in 0..size {
                    adjoint[i * size + j] *= keep[i] * keep[j];
                }
            }
            at -= 1;
        }
        let p = &self.forward.covariance[step];
        let pa = product(p, &adjoint, size);
        let pap = product(&pa, p, size);
        p.iter().zip(&pap).map(|(a, b)| a - b).collect()
    }
}

/// The state before anything was printed.
fn start() -> Vec<f64> {
    let mut mean = vec![0.0; size()];
    for (x, m) in mean.iter_mut().zip(members()) {
        *x = log(m.start_percent / 100.0);
    }
    mean
}

/// Diagonal of the transition from month to month.
fn transition() -> Vec<f64> {
    let mut keep = vec![1.0; size()];
    for (k, m) in keep.iter_mut().zip(members()) {
        *k = if m.reverts { REVERSION } else { 1.0 };
    }
    keep
}

fn filter(
    first: Month,
    used: &[&Observation],
    path: &[Vec<f64>],
    known: &dyn Fn(Seconds) -> bool,
) -> (Forward, Vec<Update>) {
    let (n, size) = (members().len(), size());
    let (begin, keep) = (start(), transition());
    let mut mean = begin.clone();
    let mut p = vec![0.0; size * size];
    for (i, m) in members().iter().enumerate() {
        p[i * size + i] = m.start_sd * m.start_sd;
    }
    for (k, source) in sources().iter().enumerate() {
        let Some(at) = bias_at(k) else { continue };
        for (i, m) in members().iter().enumerate() {
            let sd = bias_sd(source, m.region);
            p[(at + i) * size + at + i] = sd * sd;
        }
    }
    let mut forward = Forward {
        mean: Vec::with_capacity(path.len()),
        covariance: Vec::with_capacity(path.len()),
    };
    let mut updates = Vec::new();
    let mut next = 0;
    for (step, point) in path.iter().enumerate() {
        let month = first.plus(step as i32);
        if step > 0 {
            for i in 0..n {
                mean[i] = begin[i] + keep[i] * (mean[i] - begin[i]);
                for j in 0..size {
                    p[i * size + j] *= keep[i];
                    p[j * size + i] *= keep[i];
                }
                p[i * size + i] += members()[i].walk_sd * members()[i].walk_sd;
            }
            for event in events()
                .iter()
                .filter(|e| e.month == month && known(e.known_at))
            {
                let Some(i) = member(event.region) else {
                    continue;
                };
                mean[i] += event.shift;
                p[i * size + i] += event.sd * event.sd;
            }
        }
        forward.mean.push(mean.clone());
        forward.covariance.push(p.clone());
        while let Some(o) = used.get(next).filter(|o| o.month == month) {
            let (at_path, gradient) = predicted(o, point);
            let (y, error) = measured(o);
            let moved: f64 = (0..size).map(|i| gradient[i] * (mean[i] - point[i])).sum();
            updates.push(update(
                &mut mean,
                &mut p,
                step,
                gradient,
                y - at_path - moved,
                error,
            ));
            next += 1;
        }
    }
    (forward, updates)
}

fn update(
    mean: &mut [f64],
    p: &mut [f64],
    step: usize,
    gradient: Vec<f64>,
    innovation: f64,
    error: f64,
) -> Update {
    let size = mean.len();
    let along: Vec<f64> = (0..size)
        .map(|i| dot(&p[i * size..(i + 1) * size], &gradient))
        .collect();
    let variance = dot(&along, &gradient) + error;
    let gain: Vec<f64> = along.iter().map(|a| a / variance).collect();
    for i in 0..size {
        mean[i] += gain[i] * innovation;
        for j in 0..size {
            p[i * size + j] -= gain[i] * along[j];
        }
    }
    Update {
        step,
        gradient,
        gain,
        innovation,
        variance,
    }
}

/// The smoothed means: each prediction less its covariance times the adjoint of all that came after.
fn smooth_means(forward: &Forward, updates: &[Update]) -> Vec<Vec<f64>> {
    let (size, keep) = (size(), transition());
    let steps = forward.mean.len();
    let mut out = vec![Vec::new(); steps];
    let mut adjoint = vec![0.0; size];
    let mut rest = updates;
    for step in (0..steps).rev() {
        while let Some((u, before)) = rest.split_last().filter(|(u, _)| u.step == step) {
            let along = dot(&u.gain, &adjoint) + u.innovation / u.variance;
            for (a, g) in adjoint.iter_mut().zip(&u.gradient) {
                *a -= g * along;
            }
            rest = before;
        }
        let p = &forward.covariance[step];
        out[step] = (0..size)
            .map(|i| forward.mean[step][i] - dot(&p[i * size..(i + 1) * size], &adjoint))
            .collect();
        for (a, k) in adjoint.iter_mut().zip(&keep) {
            *a *= k;
        }
    }
    out
}

/// Λ before a figure from Λ after it: (I − K gᵀ)ᵀ Λ (I − K gᵀ) + g gᵀ / S.
fn back_covariance(adjoint: &mut [f64], u: &Update, size: usize) {
    let lk: Vec<f64> = (0..size)
        .map(|i| dot(&adjoint[i * size..(i + 1) * size], &u.gain))
        .collect();
    let klk = dot(&lk, &u.gain) + 1.0 / u.variance;
    for i in 0..size {
        for j in 0..size {
            adjoint[i * size + j] +=
                u.gradient[i] * u.gradient[j] * klk - lk[i] * u.gradient[j] - u.gradient[i] * lk[j];
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn product(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let mut out = vec![0.0; size * size];
    for i in 0..size {
        for k in 0..size {
            let x = a[i * size + k];
            for j in 0..size {
                out[i * size + j] += x * b[k * size + j];
            }
        }
    }
    out
}

/// Lower triangle of a covariance; a direction without variance stays without.
fn cholesky(mut a: Vec<f64>, n: usize) -> Vec<f64> {
    for j in 0..n {
        let own = a[j * n + j] - (0..j).map(|k| a[j * n + k] * a[j * n + k]).sum::<f64>();
        let own = sqrt(own.max(0.0));
        a[j * n + j] = own;
        for i in j + 1..n {
            let below = a[i * n + j] - (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum::<f64>();
            a[i * n + j] = if own > 0.0 { below / own } else { 0.0 };
        }
        for i in 0..j {
            a[i * n + j] = 0.0;
        }
    }
    a
}
