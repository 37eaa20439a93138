//! The answers of `replay`: one replay, or the list of all.

use hashquake_base::units::{Seconds, Timestamp, serialize_time};
use hashquake_replay::summary::ReplaySummary;
use hashquake_replay::{ALL, Information, ReplayError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::sentences::replay::verdict;

/// A replay with its scores, and what they say in sentences.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReplayAnswer {
    /// The answer in sentences; an empty line parts the information sets.
    pub verdict: String,
    /// The replay, in numbers.
    #[serde(flatten)]
    pub summary: ReplaySummary,
}

impl ReplayAnswer {
    /// With its sentences.
    pub fn new(summary: ReplaySummary) -> Self {
        Self {
            verdict: verdict(&summary),
            summary,
        }
    }
}

/// All replays, by date.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReplayList {
    /// One row for each replay.
    pub replays: Vec<ListedReplay>,
}

/// A replay in the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ListedReplay {
    /// Name of the replay.
    pub replay: &'static str,
    /// The case of the atlas whose window is the event.
    pub case: &'static str,
    /// First second of the runs and of what is scored.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub start: Seconds,
    /// First second after what is scored.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub end: Seconds,
    /// Start of the first whole day that touches the event.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub event_from: Seconds,
    /// End of the last.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub event_to: Seconds,
    /// The information sets that it has.
    pub information: Vec<Information>,
    /// Names of the events that had been announced by the start.
    pub as_known: Vec<String>,
}

impl ReplayList {
    /// All of them.
    ///
    /// # Errors
    /// [`ReplayError`] of an embedded scenario.
    pub fn all() -> Result<Self, ReplayError> {
        let row = |r: &hashquake_replay::Replay| {
            let scenario = r.scenario(Information::AsKnown, None)?.scenario;
            let event = r.event();
            Ok(ListedReplay {
                replay: r.id,
                case: r.case,
                start: scenario.start,
                end: scenario.end,
                event_from: event.start,
                event_to: event.end,
                information: r.informations(),
                as_known: scenario.events.iter().map(|e| e.id.clone()).collect(),
            })
        };
        let replays = ALL.iter().map(row).collect::<Result<_, ReplayError>>()?;
        Ok(Self { replays })
    }
}
