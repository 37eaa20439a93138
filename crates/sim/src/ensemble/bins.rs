//! Counts of values in bins that need no range, merge in any order and give the same digits everywhere.
//!
//! A bin holds the values whose nearest number with eight significant bits is the same (the first 16 bits
//! of an IEEE 754 `f32`, rounded to even): logarithmic, 0.4 to 0.8 % wide, for both signs and zero, so
//! that a quantile is off by at most 0.4 % of itself; whole numbers to 256 have bins of their own. No
//! logarithm is taken. A value that all runs share is kept exactly.
//!
//! Leaves out: moments. A mean of bins would be less exact than one from the table of runs.

use hashquake_base::fan::Fan;

/// Number of bins.
pub const BINS: usize = 1 << 16;

/// The bin of a value, in the order of the values; `None` for NaN.
pub fn bin(value: f32) -> Option<u16> {
    if value.is_nan() {
        return None;
    }
    // Minus zero is zero.
    let bits = (value + 0.0).to_bits();
    let nearest = ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16) as u16;
    let negative = nearest & 0x8000 != 0;
    Some(if negative { !nearest } else { nearest | 0x8000 })
}

/// The number that a bin stands for.
pub fn centre(bin: u16) -> f32 {
    let negative = bin & 0x8000 == 0;
    let bits = if negative { !bin } else { bin & 0x7fff };
    f32::from_bits(u32::from(bits) << 16)
}

/// Neighbouring bins that are looked for together.
const BLOCK: usize = 256;

/// Counts of one cell: a column at a step in an arm.
#[derive(Clone, Debug)]
pub struct Counts {
    counts: Vec<u32>,
    /// Whether a block of bins holds anything.
    touched: [bool; BINS / BLOCK],
    /// Number of values up to and with each bin that holds any, ascending; memory of [`Self::fan`].
    ranks: Vec<(u64, u16)>,
    /// The value, while there was no other.
    only: Option<f32>,
    total: u64,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            counts: vec![0; BINS],
            touched: [false; BINS / BLOCK],
            ranks: Vec::new(),
            only: None,
            total: 0,
        }
    }
}

impl Counts {
    /// Forgets everything.
    pub fn clear(&mut self) {
        for (block, touched) in self.counts.chunks_mut(BLOCK).zip(&mut self.touched) {
            if *touched {
                block.fill(0);
                *touched = false;
            }
        }
        (self.only, self.total) = (None, 0);
    }

    /// So many values of one bin, not all the same.
    pub fn add(&mut self, bin: u16, count: u32) {
        self.count(bin, count);
        self.only = None;
    }

    /// So many times the same value.
    pub fn add_same(&mut self, value: f32, count: u32) {
        let Some(bin) = bin(value).filter(|_| count > 0) else {
            return;
        };
        let alone = self.total == 0 || self.only == Some(value);
        self.count(bin, count);
        self.only = alone.then_some(value);
    }

    fn count(&mut self, bin: u16, count: u32) {
        let at = usize::from(bin);
        self.counts[at] = self.counts[at].saturating_add(count);
        self.touched[at / BLOCK] = true;
        self.total += u64::from(count);
    }

    /// Five quantiles, on the line between two values as in [`Fan::of`]; not numbers without a value.
    pub fn fan(&mut self) -> Fan {
        const PARTS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
        let mut values = [f64::NAN; 5];
        if let Some(only) = self.only {
            values = [f64::from(only); 5];
        } else if self.total > 0 {
            self.rank();
            for (value, part) in values.iter_mut().zip(PARTS) {
                let place = part * (self.total - 1) as f64;
                let rank = place as u64;
                let (below, above) = (self.ranked(rank), self.ranked(rank + 1));
                *value = below + (place - rank as f64) * (above - below);
            }
        }
        let [p05, p25, p50, p75, p95] = values;
        Fan {
            p05,
            p25,
            p50,
            p75,
            p95,
        }
    }

    fn rank(&mut self) {
        self.ranks.clear();
        let mut below = 0;
        for (k, block) in self.counts.chunks(BLOCK).enumerate() {
            if !self.touched[k] {
                continue;
            }
            for (i, count) in block.iter().enumerate().filter(|(_, c)| **c > 0) {
                below += u64::from(*count);
                self.ranks.push((below, (k * BLOCK + i) as u16));
            }
        }
    }

    fn ranked(&self, rank: u64) -> f64 {
        let after = self.ranks.partition_point(|(up_to, _)| *up_to <= rank);
        let found = self.ranks.get(after).or(self.ranks.last());
        found.map_or(f64::NAN, |(_, bin)| f64::from(centre(*bin)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_keeps_order_sign_and_four_tenths_of_a_percent() {
        let mut last = 0;
        let sizes = (-900..900).map(|k| libm::exp(f64::from(k) * 0.05));
        let mut values: Vec<f64> = sizes.flat_map(|x| [x, -x]).collect();
        values.push(0.0);
        values.sort_by(f64::total_cmp);
        for x in values {
            let at = bin(x as f32).unwrap();
            assert!(at >= last);
            last = at;
            let back = f64::from(centre(at));
            assert!(
                (back - x).abs() <= x.abs() / 255.0,
                "{x} came back as {back}"
            );
        }
        assert_eq!(bin(f32::NAN), None);
        assert_eq!(bin(-0.0), bin(0.0));
    }

    #[test]
    fn whole_numbers_to_256_are_exact() {
        for k in -256i16..=256 {
            assert_eq!(centre(bin(f32::from(k)).unwrap()), f32::from(k));
        }
    }

    #[test]
    fn what_all_runs_share_is_exact_until_one_differs() {
        let mut counts = Counts::default();
        counts.add_same(43_123.4, 3);
        counts.add_same(43_123.4, 5);
        assert_eq!(counts.fan().p50, f64::from(43_123.4_f32));
        counts.add_same(50_000.0, 1);
        let p50 = counts.fan().p50;
        assert!((p50 / 43_123.4 - 1.0).abs() < 0.004);
        counts.clear();
        assert!(counts.fan().p50.is_nan());
    }
}
