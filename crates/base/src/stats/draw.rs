//! Draws from the few laws that are needed, over `libm` so that bytes do not depend on the platform.

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// Uniform in (0, 1), 53 bits, never an end.
pub fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

/// Standard normal (Marsaglia's polar method, one of the pair).
pub fn normal(rng: &mut ChaCha8Rng) -> f64 {
    loop {
        let u = 2.0 * uniform(rng) - 1.0;
        let v = 2.0 * uniform(rng) - 1.0;
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return u * (-2.0 * log(s) / s).sqrt();
        }
    }
}

/// Gamma(shape, rate 1), shape ≥ 1 (Marsaglia and Tsang 2000).
pub fn gamma(rng: &mut ChaCha8Rng, shape: f64) -> f64 {
    assert!(shape >= 1.0, "shape {shape} below one");
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(rng);
        let t = 1.0 + c * x;
        let v = t * t * t;
        if v > 0.0 && log(uniform(rng)) < 0.5 * x * x + d - d * v + d * log(v) {
            return d * v;
        }
    }
}

/// Poisson(mean), by counting unit exponentials in `mean` (exact; time grows with the mean).
pub fn poisson(rng: &mut ChaCha8Rng, mean: f64) -> u64 {
    // Split so that exp(−part) never underflows: sums of Poissons are Poisson.
    let mut left = mean;
    let mut total = 0;
    while left > 0.0 {
        let part = left.min(500.0);
        left -= part;
        let floor = exp(-part);
        let mut product = uniform(rng);
        while product > floor {
            total += 1;
            product *= uniform(rng);
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};

    #[test]
    fn moments_are_those_of_the_laws() {
        let mut rng = stream(1, 0, Purpose::FusionCases);
        let n = 100_000;
        let moments = |xs: Vec<f64>| {
            let m = xs.iter().sum::<f64>() / xs.len() as f64;
            (
                m,
                xs.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / xs.len() as f64,
            )
        };
        let (m, v) = moments((0..n).map(|_| normal(&mut rng)).collect());
        assert!(m.abs() < 0.01 && (v - 1.0).abs() < 0.02);
        let (m, v) = moments((0..n).map(|_| gamma(&mut rng, 7.5)).collect());
        assert!((m - 7.5).abs() < 0.04 && (v - 7.5).abs() < 0.15);
        let (m, v) = moments(
            (0..20_000)
                .map(|_| poisson(&mut rng, 720.0) as f64)
                .collect(),
        );
        assert!((m - 720.0).abs() < 0.8 && (v - 720.0).abs() < 30.0);
    }
}
