//! The answer of `hashquake data`.

use schemars::JsonSchema;
use serde::Serialize;

/// Everything that the program carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EmbeddedData {
    /// Every file: the history, the pools' reports, tables, cases, scenarios.
    pub items: Vec<EmbeddedItem>,
    /// Folders of small files, each as a whole: its digest is that of their texts one after another, by
    /// name.
    pub folders: Vec<EmbeddedItem>,
}

/// A file, or a folder of them, that the program carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EmbeddedItem {
    /// Name of the file within its folder.
    pub name: String,
    /// The folder that it is a part of, where there are many like it.
    pub folder: Option<Folder>,
    /// What the file holds, in words.
    pub what: String,
    /// Over which time, blocks or rows.
    pub coverage: String,
    /// Where it comes from.
    pub source: String,
    /// Licence of the figures that are embedded.
    pub licence: String,
    /// Size of the file, bytes.
    pub bytes: usize,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// A folder of files of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Folder {
    /// Cases of past shocks.
    Atlas,
    /// Questions for `simulate`.
    Scenarios,
}
