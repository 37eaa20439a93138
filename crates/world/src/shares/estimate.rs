//! Shares of the network with their errors, and draws of them.

use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::Serialize;

use super::logistic::softmax_draw;
use crate::month::Month;
use hashquake_base::units::{Quantiles, Seconds};

/// Draws behind printed quantiles: their own error is about 2 % of the interval's width.
pub(super) const DRAWS: usize = 4000;

/// Shares of the network by country, at one moment, as known at one moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Shares {
    /// Where they come from.
    pub source: &'static str,
    /// The month that they describe.
    pub month: Month,
    /// When that month was first published.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
    /// The moment that was asked for.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub at: Seconds,
    /// How far that moment lies outside the month, in months.
    pub months_away: f64,
    /// One month's step of the walk that widens them, on the logit scale.
    pub walk_sd_logit: f64,
    /// Fraction of the network's hashrate that was sampled, percent.
    pub coverage_percent: f64,
    /// A row a country, by code, `other` last.
    #[serde(rename = "regions")]
    pub rows: Vec<ShareRow>,
    #[serde(skip)]
    pub(super) seasons_known: bool,
}

/// One country's share.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShareRow {
    /// ISO 3166-1, or `other`.
    pub region: &'static str,
    /// In words.
    pub name: &'static str,
    /// As printed by the source.
    pub printed_percent: f64,
    /// With all errors, percent of the network.
    #[serde(rename = "share_percent")]
    pub percent: Quantiles,
    /// Mean of the share's logit.
    pub logit_mean: f64,
    /// Its standard deviation.
    pub logit_sd: f64,
    /// Why the interval is wider or moved, where it is.
    pub note: Option<String>,
    /// Mean of ln of its weight before the weights are divided by their sum.
    #[serde(skip)]
    pub center: f64,
    /// Its standard deviation.
    #[serde(skip)]
    pub sd: f64,
}

impl Shares {
    /// One draw of all shares: fractions that sum to one, in the order of the rows.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        softmax_draw(self.rows.iter().map(|r| (r.center, r.sd)), rng)
    }

    /// The row of a country, or of `other`.
    pub fn row(&self, code: &str) -> Option<&ShareRow> {
        self.rows.iter().find(|r| r.region == code)
    }
}
