//! Published sentences with what the evidence says of each.

use hashquake_base::units::Moment;
use hashquake_world::claim::ClaimKind;
use schemars::JsonSchema;
use serde::Serialize;

/// What the evidence says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Inside the interval, and a loss is established.
    Supported,
    /// The claimed number lies outside the 90 % interval.
    Contradicted,
    /// The evidence reaches the question but does not decide it.
    CannotTell,
    /// Nothing here speaks to it.
    NotAssessed,
}

/// Whom a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The whole network, or something else altogether.
    Network,
    /// Single pools, which the claim names.
    Pools,
}

/// A published sentence and its verdict.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimVerdict {
    /// Name within the case.
    pub id: String,
    /// What it is about.
    pub kind: ClaimKind,
    /// Whose loss, price or place: the network's, or single pools'.
    pub about: About,
    /// The sentence, in our words.
    pub text: String,
    /// Its number, if it has one.
    pub value: Option<f64>,
    /// Unit of the claimed number: `percent`, `usd`, `days`, `rank`.
    pub unit: Option<String>,
    /// Who made the claim.
    pub said_by: String,
    /// Where it was published.
    pub source: String,
    /// The moment or the UTC day of publication.
    pub published: Moment,
    /// What the evidence says of the claim.
    pub verdict: Judgement,
    /// Why, in a sentence.
    pub because: String,
    /// log₁₀ of the likelihood of the claimed loss against none, for a network loss.
    pub log10_bayes_factor: Option<f64>,
}
