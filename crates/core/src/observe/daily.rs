//! Counts of a UTC day by raw header time: what most headlines are made of, with the error they leave out.

use crate::chain::blocks::Blocks;
use crate::units::{DAY, Hashrate, Seconds, Span};

/// One UTC day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// Its first second.
    pub start: Seconds,
    /// Blocks whose header time lies in it.
    pub blocks: u64,
    /// Work of those blocks over the elapsed seconds.
    pub hashrate: Hashrate,
    /// Poisson error of that, one sigma: rate/√blocks.
    pub sigma: Hashrate,
    /// Whether the observation ends within the day.
    pub partial: bool,
}

/// Days that touch `span`, from the first that `observed` covers from its start on.
pub fn daily(blocks: &Blocks, span: Span, observed: Span) -> Vec<Day> {
    let first = span
        .start
        .div_euclid(DAY)
        .max((observed.start + DAY - 1).div_euclid(DAY));
    let last = (span.end - 1)
        .div_euclid(DAY)
        .min((observed.end - 1).div_euclid(DAY));
    if last < first {
        return Vec::new();
    }
    let mut sums = vec![(0u64, 0.0f64); (last - first + 1) as usize];
    for (&time, work) in blocks.times().iter().zip(blocks.work_eh()) {
        let day = Seconds::from(time).div_euclid(DAY) - first;
        if let Some(sum) = usize::try_from(day).ok().and_then(|d| sums.get_mut(d)) {
            sum.0 += 1;
            sum.1 += work;
        }
    }
    let day = |(i, &(blocks, work_eh)): (usize, &(u64, f64))| {
        let start = (first + i as Seconds) * DAY;
        let elapsed = (start + DAY).min(observed.end) - start;
        let ehs = work_eh / elapsed as f64;
        let sigma = if blocks > 0 {
            ehs / (blocks as f64).sqrt()
        } else {
            0.0
        };
        Day {
            start,
            blocks,
            hashrate: Hashrate::from_ehs(ehs),
            sigma: Hashrate::from_ehs(sigma),
            partial: elapsed < DAY,
        }
    };
    sums.iter().enumerate().map(day).collect()
}
