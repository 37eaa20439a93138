//! Shocks in hindsight: Bayesian blocks (Scargle and others 2013) against a slow baseline.
//!
//! The chain is cut into cells of [`CELL`] blocks, and each cell gets the number of blocks that it should
//! hold in its time: the rate of a mean over the blocks before and after, discounted over 28 days on
//! either side. A stretch with N blocks where M were due gains `N ln(N/M) − N + M` nats over "nothing
//! happened", less a price for each stretch. The set of stretches that gains most is found exactly by
//! dynamic programming over their ends; a stretch has from `SHORTEST` to `LONGEST` cells, and
//! neighbours that go the same way are one shock. The price is what sets the number of false alarms.
//!
//! Five years are 22,000 cells and, at 720 cells a stretch, 16 million candidates; a bound without a
//! logarithm, (N−M)²/M, dismisses nearly all of them.

use crate::detect::bank::{BASELINE_BLOCKS, Direction};

/// Blocks in a cell: two hours.
pub const CELL: usize = 12;
/// Cells in the shortest stretch: six hours.
const SHORTEST: usize = 3;
/// Cells in the longest stretch: 60 days.
const LONGEST: usize = 720;

/// A stretch of intervals `from..to` whose rate differs from that around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First interval of the stretch, by its place.
    pub from: usize,
    /// First interval after it.
    pub to: usize,
    /// Whether the hashrate fell or rose.
    pub direction: Direction,
}

/// The cells of a chain with what was due in them, added up from the start.
#[derive(Clone, Debug)]
pub struct Cells {
    due: Vec<f64>,
}

impl Cells {
    /// From intervals in units of work; those after the last whole cell are left out.
    pub fn new(y: &[f64]) -> Self {
        let work: Vec<f64> = y.chunks_exact(CELL).map(|c| c.iter().sum()).collect();
        let kept = 1.0 - CELL as f64 / BASELINE_BLOCKS;
        let n = work.len();
        let mut around = vec![(0.0, 0.0); n];
        let mut behind = (0.0, 0.0);
        for (sum, &w) in around.iter_mut().zip(&work) {
            behind = (behind.0 * kept + 1.0, behind.1 * kept + w);
            *sum = behind;
        }
        let mut ahead = (0.0, 0.0);
        for (sum, &w) in around.iter_mut().zip(&work).rev() {
            *sum = (sum.0 + ahead.0, sum.1 + ahead.1);
            ahead = ((ahead.0 + 1.0) * kept, (ahead.1 + w) * kept);
        }
        let mut due = vec![0.0; n + 1];
        for i in 0..n {
            due[i + 1] = due[i] + CELL as f64 * work[i] * around[i].0 / around[i].1;
        }
        Self { due }
    }

    /// The best set of stretches at a `price`, nats, in order.
    pub fn stretches(&self, price: f64) -> Vec<Stretch> {
        let n = self.due.len() - 1;
        let mut best = vec![0.0f64; n + 1];
        let mut from: Vec<usize> = (0..=n).collect();
        for to in 1..=n {
            best[to] = best[to - 1];
            for start in to.saturating_sub(LONGEST)..(to + 1).saturating_sub(SHORTEST) {
                let needed = best[to] - best[start] + price;
                let due = self.due[to] - self.due[start];
                let found = ((to - start) * CELL) as f64;
                if (found - due) * (found - due) > needed * due {
                    let gained = found * libm::log(found / due) - found + due;
                    if gained > needed {
                        best[to] = best[start] + gained - price;
                        from[to] = start;
                    }
                }
            }
        }
        self.walk_back(&from)
    }

    fn walk_back(&self, from: &[usize]) -> Vec<Stretch> {
        let mut out: Vec<Stretch> = Vec::new();
        let mut to = self.due.len() - 1;
        while to > 0 {
            let start = from[to];
            if start == to {
                to -= 1;
                continue;
            }
            let found = ((to - start) * CELL) as f64;
            let direction = if found < self.due[to] - self.due[start] {
                Direction::Fall
            } else {
                Direction::Rise
            };
            let (first, end) = (start * CELL, to * CELL);
            match out.last_mut() {
                Some(next) if next.from == end && next.direction == direction => next.from = first,
                _ => out.push(Stretch {
                    from: first,
                    to: end,
                    direction,
                }),
            }
            to = start;
        }
        out.reverse();
        out
    }
}
