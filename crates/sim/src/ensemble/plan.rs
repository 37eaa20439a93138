//! Which runs belong together: shards whose size depends on the number of runs and on nothing else.
//!
//! A shard is what a kill can lose and what a machine can be given. The size is the least power of two
//! from 16 that leaves at most 64 shards, and 256 at most: 200 runs make 13 shards of 16, 10,000
//! runs 40 of 256.

use core::ops::Range;

/// So many shards are enough to keep threads busy and to lose little.
const SHARDS: u32 = 64;
const SHARD_RUNS_MIN: u32 = 16;
const SHARD_RUNS_MAX: u32 = 256;

/// Runs cut into shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    runs: u32,
    shard_runs: u32,
}

impl Plan {
    /// For so many runs.
    pub fn new(runs: u32) -> Self {
        let mut shard_runs = SHARD_RUNS_MIN;
        while shard_runs < SHARD_RUNS_MAX && runs.div_ceil(shard_runs) > SHARDS {
            shard_runs *= 2;
        }
        Self { runs, shard_runs }
    }

    /// Number of runs.
    pub fn runs(self) -> u32 {
        self.runs
    }

    /// Runs of every shard but the last.
    pub fn shard_runs(self) -> u32 {
        self.shard_runs
    }

    /// Number of shards.
    pub fn shards(self) -> u32 {
        self.runs.div_ceil(self.shard_runs)
    }

    /// The runs of a shard.
    pub fn span(self, shard: u32) -> Range<u32> {
        let first = shard * self.shard_runs;
        first..(first + self.shard_runs).min(self.runs)
    }
}

/// One of several machines that share the work: `2/5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    index: u32,
    of: u32,
}

impl Part {
    /// All of it.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    /// Reads `2/5`, counted from one.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is not a valid part: write i/n with 1 <= i <= n, as in 2/5");
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        match (index.trim().parse(), of.trim().parse()) {
            (Ok(index), Ok(of)) if 1 <= index && index <= of => Ok(Self { index, of }),
            _ => Err(wrong()),
        }
    }

    /// Its items among `count`: every n-th, so that parts are alike.
    pub fn of(self, count: u32) -> impl Iterator<Item = u32> {
        (self.index - 1..count).step_by(self.of as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_stands_in_one_shard() {
        for runs in [1, 15, 16, 17, 200, 1024, 1025, 10_000, 100_001] {
            let plan = Plan::new(runs);
            let mut next = 0;
            for shard in 0..plan.shards() {
                let span = plan.span(shard);
                assert_eq!(span.start, next);
                assert!(!span.is_empty());
                next = span.end;
            }
            assert_eq!(next, runs);
        }
        assert_eq!(
            (Plan::new(200).shards(), Plan::new(10_000).shards()),
            (13, 40)
        );
    }

    #[test]
    fn parts_share_the_shards_without_overlap() {
        let mut all: Vec<u32> = (1..=3)
            .flat_map(|i| Part::parse(&format!("{i}/3")).unwrap().of(40))
            .collect();
        all.sort_unstable();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"] {
            assert!(Part::parse(wrong).unwrap_err().contains("2/5"), "{wrong}");
        }
    }
}
