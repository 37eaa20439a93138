//! Why: causes weighed against each other (science B4 carried on).
//!
//! Each cause is a hypothesis H that predicts onset a, end b and size X of the network's loss. With D the
//! block times of one stretch around the window and S what pools report of themselves,
//!
//! ```text
//! p(D, S | H) = Σ over cells of (a, b), Σ over X   p(a, b | H) p(X | H) p(D | X, a, b) Π p(S_pool | X, a, b)
//! posterior(H) ∝ prior(H) · p(D, S | H) / p(D, S | luck)
//! ```
//!
//! so that the ratio of luck (X = 0) is one. [`evidence`] has the two likelihoods, [`timing`] the laws of
//! (a, b), [`size`] those of X, [`hypothesis`] which cause predicts which, [`unrest`] what share of a
//! country's mines stands where unrest was, [`claim`] what the weights say of published sentences.
//!
//! | cause | onset and end | size |
//! |---|---|---|
//! | luck | – | nil; a pool may still move by itself, at any time |
//! | internet outage | the timeline's, audience by audience | up to the region's share |
//! | power cut, curtailment | the timeline's, else any time, 6 h to 30 d | up to the region's share |
//! | unrest | after the documented days at each site | up to what stands at those sites |
//! | ban | after its order, no return within the stretch | up to 60 % |
//! | price | builds up over one to six weeks and stays; after a dated fall, half the time at once | up to 40 % after a fall, 10 % where prices are not given |
//! | difficulty or halving | within hours of a retarget that raised difficulty, or a halving; at least to the next retarget | up to three times the rise |
//! | unknown | any time, 6 h to 30 d | up to 30 % |
//!
//! The ratio splits in two: `timing` is the cause's law of (a, b) against any time at all with the same
//! law of X, `size` is the rest. One part in twenty of every law is "any time": sources err, and miners
//! have habits that these laws do not know. A cause whose occasion is known to be missing (an outage that
//! no timeline of the case tells of, a retarget where there was none) keeps that part only.
//!
//! All bounds, lags and lengths here are assumptions. Two were settled after a look at single cases of the
//! atlas: the day's lag of curtailment (Elliott) and the half of a fallen price that acts at once (March
//! 2020). Left out: two causes at once, partial restorations, and that a window is mostly looked at because somebody saw a fall.

pub mod claim;
pub mod evidence;
pub mod hypothesis;
pub mod size;
pub mod timing;
pub mod unrest;

use serde::Serialize;

use hashquake_base::stats::special::log_sum_exp;
use hashquake_base::units::{Quantiles, Seconds, Span};
use hashquake_world::case::{Cause, Statement};

use evidence::{Bench, Evidence};
use hypothesis::Hypothesis;
use timing::Rise;
use unrest::UnrestSite;

/// What may have brought the loss about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseName {
    /// No loss: the chance of finding blocks.
    Luck,
    /// Machines had power but no connection.
    InternetOutage,
    /// The grid, or those who run it, cut the power.
    PowerCut,
    /// Miners stopped for weather or the price of electricity.
    Curtailment,
    /// Protest, violence or war at the sites.
    Unrest,
    /// Mining was forbidden.
    Ban,
    /// The coin's price fell.
    Price,
    /// Difficulty rose or the subsidy halved.
    DifficultyOrHalving,
    /// Something else.
    Unknown,
}

impl CauseName {
    /// Every cause with its word in documents and on the command line.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("luck", Self::Luck),
        ("internet_outage", Self::InternetOutage),
        ("power_cut", Self::PowerCut),
        ("curtailment", Self::Curtailment),
        ("unrest", Self::Unrest),
        ("ban", Self::Ban),
        ("price", Self::Price),
        ("difficulty_or_halving", Self::DifficultyOrHalving),
        ("unknown", Self::Unknown),
    ];

    /// The word of documents.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, cause)| *cause == self)
            .map_or("unknown", |(word, _)| word)
    }

    /// Its name inside a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Luck => "luck",
            Self::InternetOutage => "the internet outage",
            Self::PowerCut => "a power cut",
            Self::Curtailment => "curtailment",
            Self::Unrest => "unrest",
            Self::Ban => "a ban",
            Self::Price => "the coin's price",
            Self::DifficultyOrHalving => "difficulty or a halving",
            Self::Unknown => "something else",
        }
    }

    /// The cause that a word of case files belongs to: storms, seasons and retargets that nobody explains
    /// are [`CauseName::Unknown`].
    pub fn of(cause: Cause) -> Self {
        match cause {
            Cause::InternetOutage => Self::InternetOutage,
            Cause::PowerCut => Self::PowerCut,
            Cause::CurtailmentWeather | Cause::CurtailmentPrice => Self::Curtailment,
            Cause::Ban => Self::Ban,
            Cause::Unrest => Self::Unrest,
            Cause::Price => Self::Price,
            Cause::Halving => Self::DifficultyOrHalving,
            Cause::Disaster | Cause::Season | Cause::Adjustment | Cause::Unknown => Self::Unknown,
        }
    }
}

/// A weight before the evidence that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriorError {
    /// Not of the form `CAUSE=WEIGHT`.
    #[error("`{0}` is no weight of a cause: write unrest=2 (a cause left out weighs 1)")]
    Form(String),
    /// There is no such cause.
    #[error("`{asked}` is no cause; known are {known}")]
    Cause {
        /// What was asked for.
        asked: String,
        /// All there are.
        known: String,
    },
    /// Not a weight.
    #[error("`{text}` is no weight of {cause}: it must be a number from 0 to 1e6")]
    Weight {
        /// The cause.
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

/// What is known of the occasion of each cause.
#[derive(Clone, Debug, Default)]
pub struct Ground<'a> {
    /// The case's dated statements and its own cause, which its onsets and ends are about; `None` when
    /// there is no case or the statements are left out: then nothing can be missing from them.
    pub timeline: Option<(&'a [Statement], Cause)>,
    /// The region's share of the network, a fraction, where one region is in question and its share known.
    pub share: Option<Quantiles>,
    /// Where unrest was, and what share of the country's capacity stands there; `None` when no table was
    /// looked at, empty when none is known.
    pub unrest: Option<&'a [UnrestSite]>,
    /// Retargets that raised difficulty, and halvings.
    pub rises: &'a [Rise],
    /// Relative change of the coin's price over the 30 days before the window; `None` where not given.
    pub price_change: Option<f64>,
}

/// One cause with its weights.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// Which.
    pub cause: CauseName,
    /// Before the evidence.
    pub prior: f64,
    /// log₁₀ of the evidence under it against the evidence under luck.
    pub log10_likelihood_ratio: f64,
    /// The part of onset and end.
    pub log10_timing: f64,
    /// The part of size.
    pub log10_size: f64,
    /// After the evidence.
    pub posterior: f64,
    /// What it was taken to predict.
    pub hypothesis: Hypothesis,
}

/// Causes with their weights, in the order of [`CauseName::WORDS`], over the `stretch` in which onsets
/// were looked for.
#[derive(Clone, Debug)]
pub struct Weights {
    /// One a cause.
    pub rows: Vec<Weighed>,
    /// Where onsets were looked for.
    pub onsets: Span,
}

impl Weights {
    /// Of one cause.
    pub fn of(&self, cause: CauseName) -> &Weighed {
        &self.rows[cause as usize]
    }

    /// Posterior odds of one cause against another; infinite against one that has nothing.
    pub fn odds(&self, cause: CauseName, other: CauseName) -> f64 {
        self.of(cause).posterior / self.of(other).posterior
    }
}

/// Weighs all causes of a loss around `evidence`'s window.
pub fn weigh(evidence: &Evidence<'_>, ground: &Ground<'_>, priors: &Priors) -> Weights {
    let bench = Bench::new(evidence);
    let hypotheses = CauseName::WORDS.map(|(_, cause)| Hypothesis::new(cause, ground, &bench));
    let luck = bench.luck();
    let found = hypotheses.map(|h| {
        let (with, any_time) = bench.ln_evidence(&h);
        (h, with - luck, any_time - luck)
    });
    let joint: Vec<f64> = found
        .iter()
        .map(|(h, ln, _)| libm::log(priors.of(h.cause)) + ln)
        .collect();
    let total = log_sum_exp(&joint);
    let ten = core::f64::consts::LN_10;
    let row = |((h, ln, any_time), joint): ((Hypothesis, f64, f64), &f64)| Weighed {
        cause: h.cause,
        prior: priors.of(h.cause),
        log10_likelihood_ratio: ln / ten,
        log10_timing: (ln - any_time) / ten,
        log10_size: any_time / ten,
        posterior: libm::exp(joint - total),
        hypothesis: h,
    };
    Weights {
        rows: found.into_iter().zip(&joint).map(row).collect(),
        onsets: bench.onsets(),
    }
}

/// Seconds in an hour.
const HOUR: Seconds = 3_600;
