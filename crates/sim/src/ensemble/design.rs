//! At which points a sweep asks: grids, Latin hypercubes, and the pairs of samples of Sobol indices.
//!
//! Points lie in the unit cube; what 0 and 1 mean for a key is the caller's business. A Latin hypercube
//! of n points puts one into each of n equal strips of every key (McKay, Beckman and Conover 1979).

use rand_chacha::rand_core::Rng;

use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::uniform;

/// Every combination of one choice for each key: indices, the last key fastest.
pub fn grid(choices: &[usize]) -> Vec<Vec<usize>> {
    choices.iter().fold(vec![Vec::new()], |points, n| {
        let longer = |point: &Vec<usize>| {
            let point = point.clone();
            (0..*n).map(move |k| [point.clone(), vec![k]].concat())
        };
        points.iter().flat_map(longer).collect()
    })
}

/// A Latin hypercube: `points` points of `keys` coordinates.
pub fn latin_hypercube(keys: usize, points: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = stream(seed, 0, Purpose::LatinHypercube);
    let mut out = vec![vec![0.0; keys]; points];
    let mut strips: Vec<usize> = (0..points).collect();
    for key in 0..keys {
        for i in (1..points).rev() {
            // The bias of the remainder is below 2⁻³² for any number of points that fits in memory.
            strips.swap(i, (rng.next_u64() % (i as u64 + 1)) as usize);
        }
        for (point, strip) in out.iter_mut().zip(&strips) {
            point[key] = (*strip as f64 + uniform(&mut rng)) / points as f64;
        }
    }
    out
}

/// The points of Sobol indices, of each row first A, then B, then A with one coordinate of B after the other:
/// `rows · (keys + 2)` points, in the order that [`super::sensitivity::sobol`] takes.
///
/// Saltelli and others 2010, Computer Physics Communications 181, 259.
pub fn sobol_points(keys: usize, rows: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = stream(seed, 0, Purpose::SobolPoints);
    let mut points = Vec::with_capacity(rows * (keys + 2));
    for _ in 0..rows {
        let mut row = || -> Vec<f64> { (0..keys).map(|_| uniform(&mut rng)).collect() };
        let (a, b) = (row(), row());
        points.extend([a.clone(), b.clone()]);
        for key in 0..keys {
            let mut mixed = a.clone();
            mixed[key] = b[key];
            points.push(mixed);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_grid_has_every_combination_once() {
        let points = grid(&[2, 3, 2]);
        let each: BTreeSet<&Vec<usize>> = points.iter().collect();
        assert_eq!((points.len(), each.len()), (12, 12));
        assert!(points.iter().all(|p| p[0] < 2 && p[1] < 3 && p[2] < 2));
        assert_eq!(points[..3], [[0, 0, 0], [0, 0, 1], [0, 1, 0]]);
        assert_eq!(grid(&[]), vec![Vec::<usize>::new()]);
    }

    #[test]
    fn each_strip_of_a_hypercube_holds_one_point() {
        let points = latin_hypercube(3, 50, 7);
        for key in 0..3 {
            let mut strips: Vec<usize> = points.iter().map(|p| (p[key] * 50.0) as usize).collect();
            assert_ne!(strips, (0..50).collect::<Vec<_>>());
            strips.sort_unstable();
            assert_eq!(strips, (0..50).collect::<Vec<_>>());
        }
    }
}
