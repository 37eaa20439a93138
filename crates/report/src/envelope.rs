//! The one form in which every answer leaves as JSON.

use hashquake_base::provenance::Input;
use hashquake_base::units::{Seconds, rfc3339};
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the contract: 0 until a release; afterwards keys are only added.
pub const SCHEMA_VERSION: u32 = 0;

/// An answer, and what it takes to get it again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Envelope<T> {
    /// Version of this form.
    pub schema_version: u32,
    /// Version of hashquake that gave the answer.
    pub version: String,
    /// The command that gives the same answer again.
    pub command: String,
    /// The moment whose knowledge was used, RFC 3339 in UTC; `null` where no moment matters.
    pub as_of: Option<String>,
    /// Seed of the random streams; `null` where nothing is drawn.
    pub seed: Option<u64>,
    /// Every file that was read, with its digest.
    pub inputs: Vec<Input>,
    /// What a reader of the answer should know of the files: in which of several ways they were read, and
    /// what in them could not be checked. Sentences; none where nothing is to be said.
    pub notes: Vec<String>,
    /// The answer; its form depends on the command.
    pub answer: T,
}

impl<T: Serialize> Envelope<T> {
    /// Around an answer.
    pub fn new(
        command: impl Into<String>,
        as_of: Option<Seconds>,
        seed: Option<u64>,
        inputs: Vec<Input>,
        answer: T,
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION").to_string(),
            command: command.into(),
            as_of: as_of.map(rfc3339),
            seed,
            inputs,
            notes: Vec::new(),
            answer,
        }
    }

    /// The same with notes.
    pub fn with_notes(self, notes: Vec<String>) -> Self {
        Self { notes, ..self }
    }

    /// As text, indented, with a line feed at its end.
    ///
    /// # Panics
    /// When the answer has a map whose keys are no strings; no document has one.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("documents have string keys");
        text.push('\n');
        text
    }
}
