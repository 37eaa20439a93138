//! One of n outcomes with given weights, in the same time whatever n: Walker's alias method.
//!
//! Walker, ACM Trans. Math. Softw. 3(3), 1977; the table is built as Vose does, IEEE Trans. Softw. Eng.
//! 17(9), 1991. Every outcome owns one of n columns of equal height and shares it with at most one other.
//! 24 random bits choose a column and a height in it, so a weight is met to within 2⁻²⁴ (6·10⁻⁸) for
//! each column in which it stands.

/// Random bits that a draw takes.
pub const BITS: u32 = 24;

const MASK: u64 = (1 << BITS) - 1;

/// Weights that are no law.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum WeightError {
    /// A weight is negative or no number.
    #[error("weight {index} is {weight}: weights are finite and not negative")]
    NotAWeight {
        /// Which of them, from zero.
        index: usize,
        /// What it is.
        weight: f64,
    },
    /// They add up to nothing.
    #[error("the {0} weights add up to nothing: at least one must be above zero")]
    Nothing(usize),
    /// More outcomes than the random bits can tell apart.
    #[error("{0} weights are too many: at most 65536 can be told apart")]
    TooMany(usize),
}

/// The most outcomes of a table: 256 heights a column remain.
pub const OUTCOMES_MAX: usize = 1 << 16;

#[derive(Clone, Copy, Debug)]
struct Column {
    /// Heights below it belong to the column's own outcome; of 2²⁴.
    own: u32,
    other: u32,
}

/// A table of outcomes, which can be filled again without allocating.
#[derive(Clone, Debug)]
pub struct Alias {
    columns: Vec<Column>,
    heights: Vec<f64>,
    small: Vec<u32>,
    large: Vec<u32>,
}

impl Alias {
    /// A table of `weights`, which need not add up to one.
    ///
    /// # Errors
    /// [`WeightError`].
    pub fn new(weights: &[f64]) -> Result<Self, WeightError> {
        let mut table = Self {
            columns: Vec::with_capacity(weights.len()),
            heights: Vec::with_capacity(weights.len()),
            small: Vec::with_capacity(weights.len()),
            large: Vec::with_capacity(weights.len()),
        };
        table.fill(weights)?;
        Ok(table)
    }

    /// Makes it the table of other `weights`; allocates only when they are more than ever before.
    ///
    /// # Errors
    /// [`WeightError`]; the table is then as it was.
    pub fn fill(&mut self, weights: &[f64]) -> Result<(), WeightError> {
        let scale = weights.len() as f64 / checked_sum(weights)?;
        let Self {
            columns,
            heights,
            small,
            large,
        } = self;
        columns.clear();
        heights.clear();
        small.clear();
        large.clear();
        for (i, weight) in weights.iter().enumerate() {
            let height = weight * scale;
            heights.push(height);
            columns.push(Column {
                own: 1 << BITS,
                other: i as u32,
            });
            if height < 1.0 {
                &mut *small
            } else {
                &mut *large
            }
            .push(i as u32);
        }
        while let (Some(&low), Some(&high)) = (small.last(), large.last()) {
            small.pop();
            let (l, h) = (low as usize, high as usize);
            columns[l] = Column {
                own: (heights[l] * f64::from(1u32 << BITS) + 0.5) as u32,
                other: high,
            };
            heights[h] -= 1.0 - heights[l];
            if heights[h] < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        Ok(())
    }

    /// Number of outcomes.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Never: a table has an outcome.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The outcome for the lowest 24 of `bits`, below [`Alias::len`].
    #[inline(always)]
    pub fn draw(&self, bits: u64) -> u32 {
        let place = (bits & MASK) * self.columns.len() as u64;
        let column = (place >> BITS) as u32;
        let Column { own, other } = self.columns[column as usize];
        // The comparison is a toss of a coin: a mask costs less than a branch guessed wrong.
        let to_own = u32::from((place & MASK) < u64::from(own)).wrapping_neg();
        other ^ ((column ^ other) & to_own)
    }
}

fn checked_sum(weights: &[f64]) -> Result<f64, WeightError> {
    if weights.len() > OUTCOMES_MAX {
        return Err(WeightError::TooMany(weights.len()));
    }
    for (index, &weight) in weights.iter().enumerate() {
        if !weight.is_finite() || weight < 0.0 {
            return Err(WeightError::NotAWeight { index, weight });
        }
    }
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        Ok(sum)
    } else {
        Err(WeightError::Nothing(weights.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every value of the 24 bits, counted: the law itself, no sample of it.
    fn law(table: &Alias) -> Vec<f64> {
        let mut counts = vec![0u32; table.len()];
        for bits in 0..1u64 << BITS {
            counts[table.draw(bits) as usize] += 1;
        }
        let share = |c: &u32| f64::from(*c) / f64::from(1u32 << BITS);
        counts.iter().map(share).collect()
    }

    #[test]
    fn every_outcome_has_its_share_and_none_without_weight() {
        let mut table = Alias::new(&[1.0]).unwrap();
        for weights in [
            vec![30.0, 25.5, 0.0, 14.0, 11.0, 9.5, 10.0],
            (1..=200).map(f64::from).collect(),
        ] {
            table.fill(&weights).unwrap();
            let sum: f64 = weights.iter().sum();
            let columns = weights.len() as f64;
            for (share, weight) in law(&table).iter().zip(&weights) {
                let error = (share - weight / sum).abs();
                assert!(
                    error <= columns / f64::from(1u32 << BITS),
                    "{share} {weight}"
                );
                assert!(*weight > 0.0 || *share == 0.0);
            }
        }
    }

    #[test]
    fn weights_that_are_no_law_are_refused() {
        let refused = |w: &[f64]| Alias::new(w).unwrap_err().to_string();
        assert!(refused(&[1.0, -2.0]).contains("weight 1 is -2"));
        assert!(refused(&[f64::NAN]).contains("weight 0 is NaN"));
        assert!(refused(&[0.0, 0.0]).contains("2 weights add up to nothing"));
        assert!(refused(&[]).contains("0 weights"));
    }

    proptest! {
        #[test]
        fn any_weights_give_outcomes_that_exist(
            weights in prop::collection::vec(0.0f64..1e12, 1..400),
            bits in any::<u64>(),
        ) {
            if let Ok(table) = Alias::new(&weights) {
                prop_assert!((table.draw(bits) as usize) < weights.len());
            }
        }
    }
}
