//! The hashrate that there was: the highest of the filter's means over the last [`WINDOW_DAYS`] days.
//!
//! Machines that have gone dark still exist, and come back: from a gap below the former height the
//! hashrate grows faster than otherwise (docs/scores.md, "What beats the floor"). One value a day, 90 of
//! them; while the filter has seen under [`WARM_BLOCKS`] blocks its mean is not yet worth keeping.

use std::collections::VecDeque;

use crate::filter::Filter;
use crate::regime::Parameters;

/// Days that are remembered.
pub const WINDOW_DAYS: usize = 90;
/// Blocks before the first value: ten days.
pub const WARM_BLOCKS: usize = 1440;
const DAY_BLOCKS: usize = 144;

/// Remembers the filter's daily means.
#[derive(Clone, Debug, Default)]
pub struct Capacity {
    blocks: usize,
    days: VecDeque<f64>,
}

impl Capacity {
    /// Takes note of one more block, which `filter` has just seen.
    pub fn update(&mut self, filter: &Filter, parameters: &Parameters) {
        self.blocks += 1;
        if self.blocks >= WARM_BLOCKS && self.blocks.is_multiple_of(DAY_BLOCKS) {
            if self.days.len() == WINDOW_DAYS {
                self.days.pop_front();
            }
            self.days.push_back(ln_mean(filter, parameters));
        }
    }

    /// ln of the highest, in the filter's unit; −∞ when nothing is remembered.
    pub fn ln_highest(&self) -> f64 {
        self.days.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

fn ln_mean(filter: &Filter, parameters: &Parameters) -> f64 {
    let (calm, turbulent) = filter.masses();
    let (mut mass, mut moment) = (0.0, 0.0);
    for (g, (c, t)) in calm.iter().zip(turbulent).enumerate() {
        mass += c + t;
        moment += g as f64 * (c + t);
    }
    filter.ln_low() + moment / mass * parameters.step
}

#[cfg(test)]
mod tests {
    use super::*;
    use libm::log;

    /// A rate of 10 that halves is remembered at 10 for ninety days, and then no more.
    #[test]
    fn a_height_is_remembered_for_ninety_days() {
        let parameters = Parameters::default();
        let mut filter = Filter::new(&parameters, log(10.0));
        let mut capacity = Capacity::default();
        let mut run = |y: f64, days: usize| {
            for _ in 0..days * DAY_BLOCKS {
                filter.advance(y);
                capacity.update(&filter, &parameters);
            }
            capacity.ln_highest()
        };
        assert_eq!(run(0.1, 9), f64::NEG_INFINITY);
        let high = run(0.1, 11);
        assert!((high - log(10.0)).abs() < 0.02, "{high}");
        assert!((run(0.2, 80) - high).abs() < 0.02);
        assert!((run(0.2, 30) - log(5.0)).abs() < 0.02);
    }
}
