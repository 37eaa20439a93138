//! Cleaning of header times, and exposure: the expected number of blocks per unit of hashrate.
//!
//! Miners stamp headers with errors of tens of seconds, now and then minutes ahead. A block cannot be
//! found after its child, so the cleaned time is `sᵢ = min(tᵢ, …, tᵢ₊₁₁)`: it only removes stamps from
//! the future. The last 11 cleaned times are provisional: a later block may lower them.
//!
//! Exposure over a stretch is ∫ dt / W(t), in seconds per exahash of expected work W of the block being
//! mined; at a hashrate of H EH/s the stretch holds a Poisson number of blocks with mean H · exposure.

use hashquake_base::units::{Seconds, Span};
use hashquake_chain::blocks::Blocks;

/// Blocks after a given one whose stamps may correct its own.
pub const LOOKAHEAD: usize = 11;

/// Cleaned block times of a chain, with the exposure between them.
#[derive(Clone, Debug)]
pub struct Cleaned {
    first_height: u32,
    times: Vec<Seconds>,
    work_eh: Vec<f64>,
    runs: Vec<Run>,
}

/// A stretch of time in which blocks of one target were mined. The first reaches back, and the last
/// forward, as far as one asks.
#[derive(Clone, Copy, Debug)]
struct Run {
    until: Seconds,
    work_eh: f64,
}

/// Blocks found, and exposure, over a stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Blocks whose cleaned time lies in the stretch.
    pub blocks: u64,
    /// Seconds per EH of work: blocks expected at 1 EH/s.
    pub exposure: f64,
}

impl core::ops::Add for Count {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            blocks: self.blocks + other.blocks,
            exposure: self.exposure + other.exposure,
        }
    }
}

impl Count {
    /// What is left when a part is taken away.
    pub fn without(self, part: Self) -> Self {
        let blocks = self.blocks.saturating_sub(part.blocks);
        Self {
            blocks,
            exposure: self.exposure - part.exposure,
        }
    }
}

/// `sᵢ = min(tᵢ, …, tᵢ₊ₖ)` with k = [`LOOKAHEAD`]: monotone wherever stamps err by fewer than k blocks,
/// and made monotone beyond that.
pub fn clean_times(times: &[u32]) -> Vec<Seconds> {
    let mut out: Vec<Seconds> = (0..times.len())
        .map(|i| {
            let window = &times[i..(i + LOOKAHEAD + 1).min(times.len())];
            Seconds::from(*window.iter().min().expect("a window holds its own block"))
        })
        .collect();
    for i in 1..out.len() {
        out[i] = out[i].max(out[i - 1]);
    }
    out
}

impl Cleaned {
    /// Cleans all of `blocks`.
    pub fn new(blocks: &Blocks) -> Self {
        let times = clean_times(blocks.times());
        let work_eh = blocks.work_eh();
        let mut runs: Vec<Run> = Vec::new();
        for (&until, &work_eh) in times.iter().zip(&work_eh) {
            match runs.last_mut() {
                Some(run) if run.work_eh == work_eh => run.until = until,
                _ => runs.push(Run { until, work_eh }),
            }
        }
        Self {
            first_height: blocks.first_height(),
            times,
            work_eh,
            runs,
        }
    }

    /// Number of blocks.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no block at all.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Height of the `i`-th block.
    pub fn height(&self, i: usize) -> u32 {
        self.first_height + i as u32
    }

    /// Cleaned times.
    pub fn times(&self) -> &[Seconds] {
        &self.times
    }

    /// Expected work of each block, EH.
    pub fn work_eh(&self) -> &[f64] {
        &self.work_eh
    }

    /// Intervals in units of work, yᵢ = max(sᵢ − sᵢ₋₁, 1 s) / Wᵢ, one for every block but the first:
    /// exponential with rate H in EH/s while H is constant.
    pub fn intervals(&self) -> Vec<f64> {
        let floor = |i: usize| (self.times[i] - self.times[i - 1]).max(1) as f64;
        (1..self.len())
            .map(|i| floor(i) / self.work_eh[i])
            .collect()
    }

    /// Position of the first block at or after `t`.
    pub fn first_at(&self, t: Seconds) -> usize {
        self.times.partition_point(|&s| s < t)
    }

    /// Blocks and exposure in `span`. Outside the data the exposure is that of the nearest target.
    ///
    /// The exposure is summed from whole seconds a target, so that it does not depend on where the data
    /// begin.
    pub fn count(&self, span: Span) -> Count {
        let blocks = self
            .first_at(span.end)
            .saturating_sub(self.first_at(span.start));
        let first = self.runs.partition_point(|run| run.until <= span.start);
        let first = first.min(self.runs.len().saturating_sub(1));
        let mut exposure = 0.0;
        let mut from = span.start;
        for (i, run) in self.runs.iter().enumerate().skip(first) {
            let last = i + 1 == self.runs.len();
            let to = if last {
                span.end
            } else {
                run.until.min(span.end)
            };
            exposure += (to - from).max(0) as f64 / run.work_eh;
            from = to;
            if to == span.end {
                break;
            }
        }
        Count {
            blocks: blocks as u64,
            exposure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::target::CompactTarget;

    fn chain(times: &[u32]) -> Blocks {
        let bits = vec![CompactTarget::from_consensus(0x1d00_ffff); times.len()];
        Blocks::new(0, times.to_vec(), bits, None)
    }

    #[test]
    fn a_stamp_from_the_future_is_pulled_back_to_its_child() {
        assert_eq!(clean_times(&[100, 900, 300, 400]), vec![100, 300, 300, 400]);
    }

    #[test]
    fn cleaning_sees_only_what_it_is_given() {
        let full = clean_times(&[100, 900, 300, 400]);
        let cut = clean_times(&[100, 900]);
        assert_eq!((full[1], cut[1]), (300, 900));
    }

    #[test]
    fn exposure_adds_up_and_counts_are_half_open() {
        let c = Cleaned::new(&chain(&[0, 600, 1200, 1800]));
        let a = c.count(Span {
            start: 100,
            end: 600,
        });
        let b = c.count(Span {
            start: 600,
            end: 1500,
        });
        let whole = c.count(Span {
            start: 100,
            end: 1500,
        });
        assert_eq!((a.blocks, b.blocks, whole.blocks), (0, 2, 2));
        assert!((a.exposure + b.exposure - whole.exposure).abs() < 1e-9);
        let at_one_exahash = 1400.0 / 4.295_032_833e-9;
        assert!((whole.exposure / at_one_exahash - 1.0).abs() < 1e-9);
    }
}
