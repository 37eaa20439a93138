//! A Gaussian of a few dimensions, through the Cholesky factor of its covariance.

/// A factored covariance.
#[derive(Clone, Debug)]
pub struct Gaussian {
    factor: Vec<Vec<f64>>,
}

impl Gaussian {
    /// Factors a covariance; `None` when it is not positive definite.
    pub fn new(covariance: &[Vec<f64>]) -> Option<Self> {
        let n = covariance.len();
        let mut l = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
                let rest = covariance[i][j] - dot;
                if i != j {
                    l[i][j] = rest / l[j][j];
                } else if rest > 0.0 {
                    l[i][i] = rest.sqrt();
                } else {
                    return None;
                }
            }
        }
        Some(Self { factor: l })
    }

    /// ½ ln det of the covariance.
    pub fn half_ln_determinant(&self) -> f64 {
        self.factor
            .iter()
            .enumerate()
            .map(|(i, row)| libm::log(row[i]))
            .sum()
    }

    /// `v` in units of independent standard deviations: ‖whiten(x−μ)‖² is the exponent's quadratic form.
    pub fn whiten(&self, v: &[f64]) -> Vec<f64> {
        let mut z: Vec<f64> = Vec::with_capacity(v.len());
        for (i, row) in self.factor.iter().enumerate() {
            let dot: f64 = row.iter().zip(&z).map(|(a, b)| a * b).sum();
            z.push((v[i] - dot) / row[i]);
        }
        z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_correlated_normals_have_the_textbook_density() {
        let (s, t, r) = (2.0, 0.5, 0.6);
        let (x, y) = (1.0, -0.3);
        let g = Gaussian::new(&[vec![s * s, r * s * t], vec![r * s * t, t * t]]).unwrap();
        let q = (x * x / (s * s) - 2.0 * r * x * y / (s * t) + y * y / (t * t)) / (1.0 - r * r);
        let z = g.whiten(&[x, y]);
        assert!((z[0] * z[0] + z[1] * z[1] - q).abs() < 1e-12);
        let ln_det = libm::log(s * t * (1.0f64 - r * r).sqrt());
        assert!((g.half_ln_determinant() - ln_det).abs() < 1e-12);
        assert!(Gaussian::new(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
    }
}
