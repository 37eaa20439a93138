//! What each cause weighs before the evidence, and how a user writes that.

use super::name::CauseName;

/// A weight before the evidence that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriorError {
    /// Not of the form `CAUSE=WEIGHT`.
    #[error("`{0}` is not a valid weight of a cause: write unrest=2 (a cause left out weighs 1)")]
    Form(String),
    /// There is no such cause.
    #[error("`{asked}` is not a valid cause; known are {known}")]
    Cause {
        /// What was asked for.
        asked: String,
        /// All there are.
        known: String,
    },
    /// Not a weight.
    #[error("`{text}` is not a valid weight of {cause}: it must be a number from 0 to 1e6")]
    Weight {
        /// Word of the cause whose weight is wrong.
        cause: &'static str,
        /// What stands there.
        text: String,
    },
    /// Nothing is left.
    #[error("all causes weigh 0: at least one must weigh more")]
    Nothing,
}

/// What each cause weighs before the evidence, in the order of [`CauseName::WORDS`]; sums to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Priors([f64; 9]);

const WEIGHT_MAX: f64 = 1e6;

impl Default for Priors {
    fn default() -> Self {
        Self([1.0 / 9.0; 9])
    }
}

impl Priors {
    /// From the given weights; the other causes weigh 1.
    ///
    /// # Errors
    /// [`PriorError::Nothing`] when all weigh 0.
    pub fn from_weights(given: &[(CauseName, f64)]) -> Result<Self, PriorError> {
        let mut weights = [1.0; 9];
        for (cause, weight) in given {
            weights[*cause as usize] = *weight;
        }
        let total: f64 = weights.iter().sum();
        if total > 0.0 {
            Ok(Self(weights.map(|w| w / total)))
        } else {
            Err(PriorError::Nothing)
        }
    }

    /// Of one cause.
    pub fn of(&self, cause: CauseName) -> f64 {
        self.0[cause as usize]
    }
}

/// Reads `unrest=2`.
///
/// # Errors
/// [`PriorError`], with what would be right.
pub fn parse_weight(text: &str) -> Result<(CauseName, f64), PriorError> {
    let (word, weight) = text
        .split_once('=')
        .ok_or_else(|| PriorError::Form(text.to_string()))?;
    let found = CauseName::WORDS.iter().find(|(w, _)| *w == word.trim());
    let (word, cause) = *found.ok_or_else(|| PriorError::Cause {
        asked: word.trim().to_string(),
        known: CauseName::WORDS.map(|(w, _)| w).join(", "),
    })?;
    let number = weight.trim().parse::<f64>().ok();
    let usable = number.filter(|x| (0.0..=WEIGHT_MAX).contains(x));
    usable
        .map(|weight| (cause, weight))
        .ok_or_else(|| PriorError::Weight {
            cause: word,
            text: weight.trim().to_string(),
        })
}
