//! By how much the time in a header lies before the block: a miner writes it when the work is handed
//! out, and a pool may run ahead or behind for minutes.
//!
//! ```text
//! header time = ⌊t − L⌋, and at least the median time past + 1
//! ```
//!
//! Measured on 174 consecutive blocks of 8 and 9 December 2021 as one node received them: median 20 s,
//! robust sd 13 s, heavy tails, no memory from block to block (lag-1 correlation −0.05). L is drawn from
//! those quantiles, straight lines between them. That they hold at other times is an assumption: months
//! with other pools show other tails.
//!
//! L is a function of (seed, run, height) by stateless mixing, so a header is the same whether others
//! were asked for or not. Leaves out the propagation delay (under a second or two), which the measured
//! lag contains, and pools that stay ahead for hours.

use rand_chacha::rand_core::Rng;

use crate::time::Micros;
use hashquake_base::rng::{Purpose, stream};

/// Lags in seconds at rising probabilities, the first at 0 and the last at 1.
pub type Knots = &'static [(f64, f64)];

/// Arrival minus header time, seconds: 174 blocks, 8 to 9 December 2021. The lower end is a prior; the
/// upper is the largest that was seen.
pub const MEASURED: Knots = &[
    (0.0, -30.0),
    (0.01, -11.0),
    (0.05, 2.0),
    (0.25, 10.0),
    (0.5, 20.0),
    (0.75, 29.0),
    (0.95, 44.0),
    (0.99, 83.0),
    (1.0, 340.0),
];

/// Headers that carry the second of their block.
pub const NONE: Knots = &[(0.0, 0.0), (1.0, 0.0)];

/// The lags of one run.
#[derive(Clone, Debug)]
pub struct HeaderLag {
    knots: Knots,
    key: u64,
}

impl HeaderLag {
    /// Lags of distribution `knots` in run `run` of `seed`.
    pub fn new(knots: Knots, seed: u64, run: u32) -> Self {
        let key = stream(seed, run, Purpose::HeaderLags).next_u64();
        Self { knots, key }
    }

    /// The header time, whole unix seconds, of block `height` found at `at`; never below `earliest`.
    pub fn header_time(&self, height: u32, at: Micros, earliest: u32) -> u32 {
        let micros = (self.lag_seconds(height) * 1e6) as i64;
        let time = Micros(at.0.saturating_sub(micros)).seconds();
        time.clamp(0, i64::from(u32::MAX)).max(i64::from(earliest)) as u32
    }

    fn lag_seconds(&self, height: u32) -> f64 {
        let u = (mix(self.key, height) >> 11) as f64 / (1u64 << 53) as f64;
        let above = self.knots.partition_point(|&(p, _)| p <= u);
        let [(p0, low), (p1, high)] = [self.knots[above - 1], self.knots[above]];
        low + (high - low) * (u - p0) / (p1 - p0)
    }
}

/// 64 bits of (key, height): the finaliser of SplitMix64 (Steele, Lea and Flood 2014) over a Weyl step.
fn mix(key: u64, height: u32) -> u64 {
    let mut z = key.wrapping_add(u64::from(height).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published quantiles come back, and neighbours are independent.
    #[test]
    fn lags_have_the_measured_quantiles_and_no_memory() {
        let lag = HeaderLag::new(MEASURED, 3, 0);
        let drawn: Vec<f64> = (0..200_000).map(|h| lag.lag_seconds(h)).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        let moment = |gap: usize| -> f64 {
            let pairs = drawn.iter().zip(&drawn[gap..]);
            pairs.map(|(a, b)| (a - mean) * (b - mean)).sum()
        };
        assert!((moment(1) / moment(0)).abs() < 0.01);
        let mut sorted = drawn.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        for &(p, seconds) in &MEASURED[1..MEASURED.len() - 1] {
            let below = sorted.partition_point(|&l| l < seconds) as f64 / sorted.len() as f64;
            let error = 4.0 * (p * (1.0 - p) / sorted.len() as f64).sqrt();
            assert!((below - p).abs() < error, "{seconds} s at {below}, not {p}");
        }
    }

    #[test]
    fn a_header_is_never_before_the_earliest_that_consensus_allows() {
        let lag = HeaderLag::new(MEASURED, 3, 1);
        let at = Micros::from_seconds(1_700_000_000);
        for height in 0..5_000 {
            assert!(lag.header_time(height, at, 1_699_999_990) >= 1_699_999_990);
        }
        let exact = HeaderLag::new(NONE, 3, 1);
        let late_in_the_second = Micros(at.0 + 999_999);
        assert_eq!(exact.header_time(7, late_in_the_second, 0), 1_700_000_000);
    }
}
