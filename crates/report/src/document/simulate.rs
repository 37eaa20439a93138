//! The answer of `simulate`.

use hashquake_sim::ensemble::summary::SimulationSummary;
use schemars::JsonSchema;
use serde::Serialize;

use crate::sentences::simulation::verdict;

/// An ensemble of one scenario, and what it says in sentences.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SimulateAnswer {
    /// The answer in sentences; an empty line parts paragraphs.
    pub verdict: String,
    /// The simulation, in numbers.
    #[serde(flatten)]
    pub summary: SimulationSummary,
}

impl SimulateAnswer {
    /// With its sentences.
    pub fn new(summary: SimulationSummary) -> Self {
        Self {
            verdict: verdict(&summary),
            summary,
        }
    }
}
