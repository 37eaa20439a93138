//! Causes weighed against each other.

use hashquake_base::stats::special::log_sum_exp;
use hashquake_base::units::Span;

use super::evidence::{CauseEvidence, CauseLikelihood};
use super::hypothesis::Hypothesis;
use super::inputs::CauseInputs;
use super::name::CauseName;
use super::predictions::predict;
use super::priors::Priors;

/// One cause with its weights.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// The cause that is weighed.
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
pub fn weigh(evidence: &CauseEvidence<'_>, inputs: &CauseInputs<'_>, priors: &Priors) -> Weights {
    let likelihood = CauseLikelihood::new(evidence);
    let hypotheses = CauseName::WORDS.map(|(_, cause)| predict(cause, inputs, likelihood.onsets()));
    let luck = likelihood.luck();
    let found = hypotheses.map(|h| {
        let (with, any_time) = likelihood.ln_evidence(&h);
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
        onsets: likelihood.onsets(),
    }
}
