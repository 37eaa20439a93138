//! Draws on the logit scale.

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;

use hashquake_base::stats::draw::normal;

pub(super) fn logit(x: f64) -> f64 {
    log(x / (1.0 - x))
}

/// Fractions e^η / Σ e^η of independent normals with the given centres and deviations.
pub(super) fn softmax_draw(
    terms: impl Iterator<Item = (f64, f64)>,
    rng: &mut ChaCha8Rng,
) -> Vec<f64> {
    let mut xs: Vec<f64> = terms.map(|(m, sd)| exp(m + sd * normal(rng))).collect();
    let sum: f64 = xs.iter().sum();
    xs.iter_mut().for_each(|x| *x /= sum);
    xs
}
