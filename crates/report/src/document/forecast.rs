//! The answer of `hashquake forecast`.

use hashquake_base::provenance::Source;
use hashquake_observe::forecast::Forecast;
use schemars::JsonSchema;
use serde::Serialize;

/// A forecast and what it was read from.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ForecastAnswer {
    /// The forecast, in numbers.
    #[serde(flatten)]
    pub forecast: Forecast,
    /// Files and tables that were read.
    pub sources: Vec<Source>,
}
