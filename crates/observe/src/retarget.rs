//! The next retarget as the epoch so far predicts it, in closed form.
//!
//! After j intervals in a time el, the rate has the posterior Gamma(j, el), and the R = 2015 − j intervals
//! that still count take Gamma(R)/rate. Their ratio is beta: rest/el = (1−B)/B with B ~ Beta(j, R).
//! The change is 2 weeks over el + rest, within a factor of four; the date lies one interval later.
//! It assumes that the rate of the epoch so far goes on: it predicts neither a shock nor a return.

use crate::clean::Cleaned;
use hashquake_base::stats::special::beta_quantile;
use hashquake_base::units::{Quantiles, Seconds};
use hashquake_chain::blocks::EPOCH;
use hashquake_chain::retarget::{FACTOR_MAX, TIMESPAN_SECONDS};

const INTERVALS: u32 = EPOCH - 1;

/// Difficulty of the next epoch over that of one whose first and last block lie `seconds` apart: 2 weeks
/// over them, within a factor of four.
pub fn ratio(seconds: f64) -> f64 {
    let factor = FACTOR_MAX as f64;
    (TIMESPAN_SECONDS as f64 / seconds.max(1.0)).clamp(1.0 / factor, factor)
}

/// A forecast of the next retarget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextRetarget {
    /// First height under the new target.
    pub height: u32,
    /// Blocks of the epoch found so far.
    pub blocks_so_far: u32,
    /// Change of difficulty, percent.
    pub change_percent: Quantiles,
    /// When the first block under the new target is found.
    pub date: Quantiles<Seconds>,
}

/// The forecast at `now` from a chain known up to then; `None` when the epoch's first block is not in the
/// data, or fewer than two blocks of it are.
pub fn forecast(chain: &Cleaned, now: Seconds) -> Option<NextRetarget> {
    let last = chain.first_at(now + 1).checked_sub(1)?;
    let tip = chain.height(last);
    let start_height = tip - tip % EPOCH;
    let first = last.checked_sub((tip - start_height) as usize)?;
    let so_far = tip - start_height;
    let left = INTERVALS - so_far;
    if so_far == 0 {
        return None;
    }
    let start = chain.times()[first];
    let elapsed = (now - start).max(1) as f64;
    let at = |intervals: u32, p: f64| {
        let b = beta_quantile(f64::from(so_far), f64::from(intervals), 1.0 - p);
        elapsed / b
    };
    let span = |p: f64| match left {
        0 => (chain.times()[last] - start) as f64,
        n => at(n, p),
    };
    let change = |p: f64| 100.0 * (ratio(span(1.0 - p)) - 1.0);
    let date = |p: f64| start + at(left + 1, p).round() as Seconds;
    Some(NextRetarget {
        height: start_height + EPOCH,
        blocks_so_far: so_far + 1,
        change_percent: Quantiles {
            p05: change(0.05),
            p50: change(0.5),
            p95: change(0.95),
        },
        date: Quantiles {
            p05: date(0.05),
            p50: date(0.5),
            p95: date(0.95),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::blocks::Blocks;
    use hashquake_chain::target::CompactTarget;

    /// On a chain that keeps ten minutes to the second the median change is nil and the interval is that
    /// of a rate known to 1/√1008 with 1008 intervals to come.
    #[test]
    fn a_punctual_chain_predicts_no_change() {
        let bits = vec![CompactTarget::from_consensus(0x1d00_ffff); 1009];
        let times = (0..1009).map(|i| 1_000_000 + 600 * i).collect();
        let chain = Cleaned::new(&Blocks::new(2016, times, bits, None));
        let seen = forecast(&chain, 1_000_000 + 600 * 1008).unwrap();
        assert_eq!((seen.height, seen.blocks_so_far), (4032, 1009));
        assert!(seen.change_percent.p50.abs() < 0.15, "{seen:?}");
        let width = seen.change_percent.p95 - seen.change_percent.p05;
        let sd = 100.0 * 0.5 * (2.0f64 / 1008.0).sqrt();
        assert!(
            (width / (2.0 * 1.645 * sd) - 1.0).abs() < 0.05,
            "width {width}, sd {sd}"
        );
        let (early, late) = (seen.date.p05, seen.date.p95);
        assert!(early < seen.date.p50 && seen.date.p50 < late);
    }
}
