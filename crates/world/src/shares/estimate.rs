//! Shares of the network with their errors, and draws of them.

use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::Serialize;

use super::composition::Composition;
use crate::month::Month;
use hashquake_base::units::{Quantiles, Seconds};

/// Draws behind printed quantiles: their own error is about 2 % of the interval's width.
pub(super) const DRAWS: usize = 4000;

/// What the shares rest on, in words.
pub const COMPOSITION: &str = "one composition of all printed shares";

/// Shares of the network by country, at one moment, as known at one moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Shares {
    /// What they rest on.
    pub source: &'static str,
    /// The month that they describe.
    pub month: Month,
    /// Printed figures that were used.
    pub figures: usize,
    /// When the newest of them was published.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
    /// The moment that was asked for.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub at: Seconds,
    /// The figure nearest to that moment.
    pub nearest: Nearest,
    /// How far the moment lies outside that figure's month, months.
    pub months_away: f64,
    /// A row a country, by code, `other` last.
    #[serde(rename = "regions")]
    pub rows: Vec<ShareRow>,
    /// The joint distribution behind the rows.
    #[serde(skip)]
    pub composition: Composition,
    #[serde(skip)]
    pub(super) seasons_known: bool,
}

/// A printed figure, by who printed it and for which month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Nearest {
    /// Who printed it.
    pub source: &'static str,
    /// The month in the middle of what it describes.
    pub month: Month,
}

/// One country's share.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShareRow {
    /// ISO 3166-1, or `other`.
    pub region: &'static str,
    /// In words.
    pub name: &'static str,
    /// Central value, percent of the network: these sum to 100.
    pub central_percent: f64,
    /// With all errors, percent of the network.
    #[serde(rename = "share_percent")]
    pub percent: Quantiles,
    /// Mean of the share's logit.
    pub logit_mean: f64,
    /// Its standard deviation.
    pub logit_sd: f64,
    /// The figure nearest in time as it was printed, percent; `null` where none was.
    pub printed_percent: Option<f64>,
    /// Who printed that.
    pub printed_by: Option<&'static str>,
    /// For which month.
    pub printed_for: Option<Month>,
}

impl Shares {
    /// One draw of all shares: fractions that sum to one, in the order of the rows.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        self.composition.draw(rng)
    }

    /// The row of a country, or of `other`.
    pub fn row(&self, code: &str) -> Option<&ShareRow> {
        self.rows.iter().find(|r| r.region == code)
    }
}
