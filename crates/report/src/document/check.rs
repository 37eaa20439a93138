//! The answer of `check`: each scenario file with its mistakes.

use hashquake_base::diagnostics::{Diagnostic, Diagnostics};
use hashquake_base::units::Timestamp;
use hashquake_world::scenario::Resolved;
use schemars::JsonSchema;
use serde::Serialize;

/// The files in the order in which they were named.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckReport {
    /// One row for each file that was checked.
    pub files: Vec<CheckedFile>,
}

/// A scenario file or an embedded scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CheckedFile {
    /// As it was named.
    pub file: String,
    /// What it holds; `null` where it has mistakes or cannot be read.
    pub scenario: Option<CheckedScenario>,
    /// All mistakes, in order of their places; empty where there is none.
    pub mistakes: Vec<Mistake>,
}

/// A scenario without a mistake.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CheckedScenario {
    /// Name of the scenario.
    pub id: String,
    /// Title of the scenario.
    pub title: String,
    /// First second of the runs.
    pub start: Timestamp,
    /// First second after them.
    pub end: Timestamp,
    /// Number of events of the scenario.
    pub events: usize,
    /// Number of keys without a source.
    pub assumptions: usize,
}

/// What is wrong, and where.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Mistake {
    /// The file, which may be one that the named one extends, or `--set key=value`.
    pub file: String,
    /// Its line, from 1; `null` where it is about no single one.
    pub line: Option<usize>,
    /// Path of the key; empty where it is about no single one.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl CheckedFile {
    /// A scenario without a mistake.
    pub fn right(file: &str, resolved: &Resolved) -> Self {
        let s = &resolved.scenario;
        Self {
            file: file.to_string(),
            scenario: Some(CheckedScenario {
                id: s.id.clone(),
                title: s.title.clone(),
                start: Timestamp(s.start),
                end: Timestamp(s.end),
                events: s.events.len(),
                assumptions: resolved.priors.len(),
            }),
            mistakes: Vec::new(),
        }
    }

    /// One with mistakes.
    pub fn wrong(file: &str, found: &Diagnostics) -> Self {
        let mistake = |m: &Diagnostic| Mistake {
            file: m.location.file.clone(),
            line: m.location.line,
            key: m.key.clone(),
            message: m.message.clone(),
        };
        Self {
            file: file.to_string(),
            scenario: None,
            mistakes: found.list.iter().map(mistake).collect(),
        }
    }

    /// One that cannot be read.
    pub fn unread(file: &str, message: String) -> Self {
        Self {
            file: file.to_string(),
            scenario: None,
            mistakes: vec![Mistake {
                file: file.to_string(),
                line: None,
                key: String::new(),
                message,
            }],
        }
    }
}
