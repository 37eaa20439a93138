//! What is assumed without a source, as rows of a document.

use schemars::JsonSchema;
use serde::Serialize;

use crate::assumed_parameters;
use hashquake_base::distribution::Distribution;
use hashquake_world::scenario;

/// Something assumed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PriorRow {
    /// The scenario's key, or the name under which a run records the draw.
    pub name: String,
    /// Its distribution or value, with unit.
    pub distribution: String,
    /// Why this distribution was chosen.
    pub reason: String,
    /// Whether it is one of many alike, which stand for what no table knows of single regions.
    #[serde(skip)]
    pub of_region: bool,
}

/// What the scenario, the model and the world at start assume, in this order.
pub fn prior_rows(
    model: &[assumed_parameters::Prior],
    scenario: &[scenario::Prior],
) -> Vec<PriorRow> {
    let own = scenario.iter().map(|p| PriorRow {
        name: p.key.clone(),
        distribution: p.value.clone(),
        reason: if p.default {
            "default of the scenario's key"
        } else {
            "the scenario gives no source"
        }
        .to_string(),
        of_region: false,
    });
    let model = model.iter().map(|p| PriorRow {
        name: p.name.clone(),
        distribution: format!("{}, {}", distribution_words(&p.distribution), p.unit),
        reason: p.reason.clone(),
        of_region: p.of_region,
    });
    own.chain(model).collect()
}

/// A distribution in words: `uniform 0.2 to 0.45`.
pub fn distribution_words(distribution: &Distribution) -> String {
    match distribution {
        Distribution::Point(x) => format!("{x}"),
        Distribution::Uniform { low, high } => format!("uniform {low} to {high}"),
        Distribution::Normal { mean, sd } => format!("normal {mean} ± {sd}"),
        Distribution::LogNormal { median, sigma } => {
            format!("log-normal, median {median}, sigma {sigma}")
        }
        Distribution::Triangular { low, mode, high } => format!("triangular {low}, {mode}, {high}"),
        Distribution::Choice(values) => {
            let each: Vec<String> = values
                .iter()
                .map(|(x, w)| format!("{x} (weight {w})"))
                .collect();
            format!("one of {}", each.join(", "))
        }
    }
}
