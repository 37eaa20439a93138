//! The answer of `scenarios`: the embedded scenarios.

use hashquake_base::units::{Seconds, Timestamp, serialize_time};
use hashquake_world::scenario::{Event, Prior, Resolved};
use schemars::JsonSchema;
use serde::Serialize;

/// Scenarios, in the order of their names.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ScenarioList {
    /// One row for each scenario.
    pub scenarios: Vec<ListedScenario>,
}

/// A scenario as the list shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ListedScenario {
    /// Name of the scenario.
    pub id: String,
    /// Title of the scenario.
    pub title: String,
    /// The question that the scenario asks.
    pub question: String,
    /// First second of the runs.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub start: Seconds,
    /// First second after them.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub end: Seconds,
    /// Moment whose knowledge the world at start uses.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub as_of: Seconds,
    /// What happens, in the file's order.
    pub events: Vec<ListedEvent>,
    /// Where its numbers come from.
    pub sources: Vec<String>,
    /// What it assumes without a source.
    pub assumptions: Vec<Assumption>,
}

/// An event of a scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ListedEvent {
    /// Its name within the scenario.
    pub id: String,
    /// Its kind, as in a file.
    pub kind: &'static str,
    /// Codes of the regions that it touches; empty for all.
    pub regions: Vec<String>,
    /// Where its numbers come from; `null` where all of it is assumed.
    pub source: Option<String>,
}

/// A key of a scenario without a source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Assumption {
    /// Key of the scenario file.
    pub key: String,
    /// Its value, as in a file.
    pub value: String,
    /// Whether the file says nothing and the key's default stands.
    pub default: bool,
}

impl ScenarioList {
    /// The list of these scenarios, in their order.
    pub fn new<'a>(resolved: impl IntoIterator<Item = &'a Resolved>) -> Self {
        Self {
            scenarios: resolved.into_iter().map(ListedScenario::new).collect(),
        }
    }
}

impl ListedScenario {
    /// A row.
    pub fn new(resolved: &Resolved) -> Self {
        let s = &resolved.scenario;
        Self {
            id: s.id.clone(),
            title: s.title.clone(),
            question: s.question.clone(),
            start: s.start,
            end: s.end,
            as_of: s.as_of,
            events: s.events.iter().map(event).collect(),
            sources: s.sources.clone(),
            assumptions: resolved.priors.iter().map(assumption).collect(),
        }
    }
}

fn event(event: &Event) -> ListedEvent {
    ListedEvent {
        id: event.id.clone(),
        kind: event.kind.word(),
        regions: event.who.regions.clone(),
        source: event.source.clone(),
    }
}

fn assumption(prior: &Prior) -> Assumption {
    Assumption {
        key: prior.key.clone(),
        value: prior.value.clone(),
        default: prior.default,
    }
}
