//! A Gaussian of a few dimensions: the Cholesky factor of a covariance, and its log density.

/// Lower Cholesky factor of a symmetric positive definite matrix, rows packed; `None` when it is not.
fn cholesky(a: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            let rest = a[i][j] - dot;
            if i == j {
                if rest <= 0.0 {
                    return None;
                }
                l[i][i] = rest.sqrt();
            } else {
                l[i][j] = rest / l[j][j];
            }
        }
    }
    Some(l)
}

/// ln of the multivariate normal density at `deviation` from the mean, but for −n/2·ln 2π.
/// `None` when the covariance is not positive definite.
pub fn ln_gaussian(deviation: &[f64], covariance: &[Vec<f64>]) -> Option<f64> {
    let l = cholesky(covariance)?;
    let mut ln = 0.0;
    let mut z = Vec::with_capacity(deviation.len());
    for i in 0..deviation.len() {
        let dot: f64 = (0..i).map(|k| l[i][k] * z[k]).sum();
        let zi = (deviation[i] - dot) / l[i][i];
        ln -= 0.5 * zi * zi + libm::log(l[i][i]);
        z.push(zi);
    }
    Some(ln)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_correlated_normals_have_the_textbook_density() {
        let (s, t, r) = (2.0, 0.5, 0.6);
        let cov = vec![vec![s * s, r * s * t], vec![r * s * t, t * t]];
        let (x, y) = (1.0, -0.3);
        let q = (x * x / (s * s) - 2.0 * r * x * y / (s * t) + y * y / (t * t)) / (1.0 - r * r);
        let want = -0.5 * q - libm::log(s * t * (1.0f64 - r * r).sqrt());
        assert!((ln_gaussian(&[x, y], &cov).unwrap() - want).abs() < 1e-12);
        assert!(ln_gaussian(&[x, y], &[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
    }
}
