//! A contiguous run of blocks as columns: height, header time, compact target, and the pool where known.
//!
//! 266,576 blocks are five years; columns of `u32` and one pool index a block make that 2.4 MB.
//! Header times are as the miners wrote them: not monotone.

use crate::target::{CompactTarget, Target};
use hashquake_base::units::Seconds;

/// Blocks in a difficulty epoch.
pub const EPOCH: u32 = 2016;

/// Names of pools and, for each block, which one found it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pools {
    names: Vec<String>,
    index: Vec<u16>,
}

impl Pools {
    /// The number of `name`, adding it when new.
    pub fn intern(&mut self, name: &str) -> u16 {
        match self.names.iter().position(|n| n == name) {
            Some(i) => i as u16,
            None => {
                self.names.push(name.to_string());
                (self.names.len() - 1) as u16
            }
        }
    }

    /// From names and, for each block, an index into them; `None` when an index has no name.
    pub fn from_index(names: Vec<String>, index: Vec<u16>) -> Option<Self> {
        let known = index.iter().all(|&i| (i as usize) < names.len());
        known.then_some(Self { names, index })
    }

    /// Records that the next block was found by `name`.
    pub fn push(&mut self, name: &str) {
        let i = self.intern(name);
        self.index.push(i);
    }

    /// Pool names, in order of first appearance.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// For each block, an index into [`Pools::names`].
    pub fn index(&self) -> &[u16] {
        &self.index
    }
}

/// A contiguous run of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    first_height: u32,
    times: Vec<u32>,
    bits: Vec<CompactTarget>,
    pools: Option<Pools>,
}

/// Two runs of blocks that cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Heights are missing between them.
    #[error(
        "heights {missing_first} to {missing_last} are missing between the history (to {history_last}) and the new blocks (from {new_first})"
    )]
    Gap {
        /// First missing height.
        missing_first: u32,
        /// Last missing height.
        missing_last: u32,
        /// Last height of the history.
        history_last: u32,
        /// First height of the new blocks.
        new_first: u32,
    },
    /// They overlap and disagree.
    #[error("block {height}: its {what} is {new}, but the history says {old}")]
    Disagree {
        /// Height of the block.
        height: u32,
        /// `header time` or `bits`.
        what: &'static str,
        /// What the new blocks say.
        new: String,
        /// What the history says.
        old: String,
    },
}

impl Blocks {
    /// From columns of equal length.
    ///
    /// # Panics
    /// When the columns differ in length: a caller's mistake.
    pub fn new(
        first_height: u32,
        times: Vec<u32>,
        bits: Vec<CompactTarget>,
        pools: Option<Pools>,
    ) -> Self {
        assert_eq!(times.len(), bits.len(), "one target a block");
        if let Some(p) = &pools {
            assert_eq!(p.index.len(), times.len(), "one pool a block");
        }
        Self {
            first_height,
            times,
            bits,
            pools,
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

    /// Height of the first block.
    pub fn first_height(&self) -> u32 {
        self.first_height
    }

    /// Height of the `i`-th block.
    pub fn height(&self, i: usize) -> u32 {
        self.first_height + i as u32
    }

    /// Height of the last block, if any.
    pub fn last_height(&self) -> Option<u32> {
        (!self.is_empty()).then(|| self.height(self.len() - 1))
    }

    /// Position of `height`, when it is here.
    pub fn position(&self, height: u32) -> Option<usize> {
        let i = height.checked_sub(self.first_height)? as usize;
        (i < self.len()).then_some(i)
    }

    /// Header times, unix seconds, as written by the miners.
    pub fn times(&self) -> &[u32] {
        &self.times
    }

    /// Compact targets of all blocks, in order.
    pub fn bits(&self) -> &[CompactTarget] {
        &self.bits
    }

    /// Pools, where labels are known.
    pub fn pools(&self) -> Option<&Pools> {
        self.pools.as_ref()
    }

    /// Expected hashes to find each block, in exahashes: 2²⁵⁶/(target+1) · 10⁻¹⁸.
    pub fn work_eh(&self) -> Vec<f64> {
        let mut known = (CompactTarget::from_consensus(0), 0.0);
        let work = |bits: &CompactTarget| {
            if *bits != known.0 {
                known = (*bits, expected_hashes(*bits) / hashquake_base::units::EXA);
            }
            known.1
        };
        self.bits.iter().map(work).collect()
    }

    /// The chain as it stood at `t`: up to the last height whose header time is at or before `t`.
    pub fn as_of(&self, t: Seconds) -> Self {
        let len = self
            .times
            .iter()
            .rposition(|&x| Seconds::from(x) <= t)
            .map_or(0, |i| i + 1);
        self.prefix(len)
    }

    /// The first `len` blocks.
    pub fn prefix(&self, len: usize) -> Self {
        self.range(0, len)
    }

    /// Blocks `from..to` by position.
    pub fn range(&self, from: usize, to: usize) -> Self {
        let cut = |p: &Pools| Pools {
            names: p.names.clone(),
            index: p.index[from..to].to_vec(),
        };
        Self {
            first_height: self.first_height + from as u32,
            times: self.times[from..to].to_vec(),
            bits: self.bits[from..to].to_vec(),
            pools: self.pools.as_ref().map(cut),
        }
    }

    /// These blocks with `newer` behind them. Where they overlap they must agree; `newer` may not leave
    /// a gap. Pools stay only when both know them; a block known on both sides keeps its older label.
    ///
    /// # Errors
    /// [`JoinError`], with the height and both values.
    pub fn join(&self, newer: &Self) -> Result<Self, JoinError> {
        let Some(last) = self.last_height() else {
            return Ok(newer.clone());
        };
        let Some(newer_last) = newer.last_height() else {
            return Ok(self.clone());
        };
        if newer.first_height > last + 1 {
            return Err(JoinError::Gap {
                missing_first: last + 1,
                missing_last: newer.first_height - 1,
                history_last: last,
                new_first: newer.first_height,
            });
        }
        self.agree(newer)?;
        let from = (last + 1).saturating_sub(newer.first_height) as usize;
        if newer_last <= last {
            return Ok(self.clone());
        }
        let tail = newer.range(from, newer.len());
        let pools = match (&self.pools, &tail.pools) {
            (Some(a), Some(b)) => {
                let mut joined = a.clone();
                b.index
                    .iter()
                    .for_each(|&i| joined.push(&b.names[i as usize]));
                Some(joined)
            }
            _ => None,
        };
        let times = [self.times.as_slice(), &tail.times].concat();
        let bits = [self.bits.as_slice(), &tail.bits].concat();
        Ok(Self {
            first_height: self.first_height,
            times,
            bits,
            pools,
        })
    }

    fn agree(&self, newer: &Self) -> Result<(), JoinError> {
        for j in 0..newer.len() {
            let height = newer.height(j);
            let Some(i) = self.position(height) else {
                continue;
            };
            let mismatch = |what, new: String, old: String| {
                Err(JoinError::Disagree {
                    height,
                    what,
                    new,
                    old,
                })
            };
            if self.times[i] != newer.times[j] {
                return mismatch(
                    "header time",
                    newer.times[j].to_string(),
                    self.times[i].to_string(),
                );
            }
            if self.bits[i] != newer.bits[j] {
                let hex = |b: CompactTarget| format!("{:08x}", b.to_consensus());
                return mismatch("bits", hex(newer.bits[j]), hex(self.bits[i]));
            }
        }
        Ok(())
    }
}

/// Expected hashes to meet a compact target: 2²⁵⁶/(target+1), as a float (relative error below 10⁻¹⁵); 0
/// where `bits` stand for no target.
pub fn expected_hashes(bits: CompactTarget) -> f64 {
    Target::from_compact(bits).map_or(0.0, |target| target.to_work().to_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(first: u32, times: &[u32]) -> Blocks {
        let bits = vec![CompactTarget::from_consensus(0x1d00_ffff); times.len()];
        Blocks::new(first, times.to_vec(), bits, None)
    }

    /// Difficulty 1 is 2³² and a little: 0x0100010001 hashes.
    #[test]
    fn the_easiest_target_costs_its_well_known_work() {
        assert_eq!(
            expected_hashes(CompactTarget::from_consensus(0x1d00_ffff)),
            4_295_032_833.0
        );
    }

    #[test]
    fn as_of_keeps_a_late_stamped_parent_of_a_block_in_time() {
        let chain = blocks(10, &[100, 300, 200, 400]);
        assert_eq!(chain.as_of(250).times(), &[100, 300, 200]);
        assert!(chain.as_of(99).is_empty());
        assert_eq!(chain.as_of(1_000), chain);
    }

    #[test]
    fn an_index_behind_the_last_name_is_refused() {
        let names = || vec!["F2Pool".to_string(), "AntPool".to_string()];
        assert!(Pools::from_index(names(), vec![0, 1, 1]).is_some());
        assert!(Pools::from_index(names(), vec![0, 2]).is_none());
    }

    #[test]
    fn joining_checks_the_overlap_and_refuses_a_gap() {
        let old = blocks(10, &[1, 2, 3]);
        assert_eq!(
            old.join(&blocks(11, &[2, 3, 4])).unwrap().times(),
            &[1, 2, 3, 4]
        );
        assert_eq!(old.join(&blocks(10, &[1])).unwrap(), old);
        let gap = old.join(&blocks(15, &[9])).unwrap_err().to_string();
        assert!(gap.contains("13 to 14"), "{gap}");
        let other = old.join(&blocks(12, &[7, 9])).unwrap_err().to_string();
        assert!(other.contains("block 12") && other.contains("is 7") && other.contains("says 3"));
    }
}
