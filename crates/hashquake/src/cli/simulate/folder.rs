//! The folder of a simulation: what it holds, and that it holds one simulation only.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bitcoin_hashes::sha256;
use hashquake_base::provenance::Source;
use hashquake_base::units::rfc3339;
use hashquake_sim::ensemble::answer::{PriorRow, SimulationSummary};
use serde::Serialize;
use serde_json::Value;

use crate::tables::catalogue::Table;
use crate::tables::store::Store;
use crate::tables::write::{Format, replace_bytes, sweep};

const PLAN: &str = "plan.json";
const SCENARIO: &str = "scenario.toml";
const MANIFEST: &str = "manifest.json";
const SHARDS: &str = "shards";

/// What makes two simulations the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    pub hashquake: String,
    pub scenario: String,
    pub scenario_sha256: String,
    /// Of the digests of everything embedded: the history and the tables of the world.
    pub data_sha256: String,
    pub seed: u64,
    pub sampler: String,
    pub runs: u32,
    pub shard_runs: u32,
    pub shards: u32,
    pub regions_kept: bool,
    pub blocks_kept: bool,
}

/// What stands in the folder when all is done.
#[derive(Serialize)]
struct Manifest<'a> {
    #[serde(flatten)]
    identity: &'a Value,
    #[serde(flatten)]
    label: Label<'a>,
    files: Vec<Written>,
}

/// What must travel with numbers.
#[derive(Serialize)]
pub struct Label<'a> {
    pub title: &'a str,
    pub start: String,
    pub end: String,
    pub as_of: String,
    pub command: &'a str,
    pub sources: &'a [Source],
    pub priors: &'a [PriorRow],
}

impl<'a> Label<'a> {
    /// Of a simulation.
    pub fn of(document: &'a SimulationSummary) -> Self {
        Self {
            title: &document.title,
            start: rfc3339(document.start),
            end: rfc3339(document.end),
            as_of: rfc3339(document.as_of),
            command: &document.command,
            sources: &document.sources,
            priors: &document.priors,
        }
    }
}

#[derive(Serialize)]
struct Written {
    name: String,
    bytes: u64,
    sha256: String,
}

/// An open folder.
pub struct Folder {
    path: PathBuf,
    identity: Value,
}

impl Folder {
    /// Makes it, or takes it up again.
    ///
    /// # Errors
    /// When it holds another simulation: what differs.
    pub fn open<I: Serialize>(path: &Path, identity: &I, scenario: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("{} cannot be made", path.display()))?;
        sweep(path);
        let plan = path.join(PLAN);
        let identity = serde_json::to_value(identity)?;
        match fs::read(&plan) {
            Ok(bytes) => {
                let here: Value = serde_json::from_slice(&bytes).with_context(|| {
                    format!(
                        "{} is not a valid plan of a simulation: name another --out",
                        plan.display()
                    )
                })?;
                refuse_other(path, &here, &identity)?;
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let mut text = serde_json::to_string_pretty(&identity)?;
                text.push('\n');
                replace_bytes(&path.join(SCENARIO), scenario.as_bytes())?;
                replace_bytes(&plan, text.as_bytes())?;
            }
            Err(e) => bail!("{} cannot be read: {e}", plan.display()),
        }
        Ok(Self {
            path: path.to_path_buf(),
            identity,
        })
    }

    /// Where its shards are.
    pub fn store(&self) -> anyhow::Result<Store> {
        Store::in_folder(&self.path.join(SHARDS))
    }

    /// The file of a table.
    pub fn table(&self, table: Table, format: Format) -> PathBuf {
        self.path
            .join(format!("{}.{}", table.name(), format.ending()))
    }

    /// Writes the manifest, last of all.
    pub fn seal(&self, label: Label<'_>, format: Format) -> anyhow::Result<()> {
        let tables = Table::ALL.map(|t| self.table(t, format));
        let mut files = Vec::new();
        for path in [self.path.join(SCENARIO)].into_iter().chain(tables) {
            if path.exists() {
                files.push(written(&path)?);
            }
        }
        let manifest = Manifest {
            identity: &self.identity,
            label,
            files,
        };
        let mut text = serde_json::to_string_pretty(&manifest)?;
        text.push('\n');
        replace_bytes(&self.path.join(MANIFEST), text.as_bytes())
    }
}

fn written(path: &Path) -> anyhow::Result<Written> {
    let read = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(read)?;
    let mut engine = sha256::Hash::engine();
    let bytes = io::copy(&mut file, &mut engine).with_context(read)?;
    let name = path.file_name().unwrap_or_default();
    Ok(Written {
        name: name.to_string_lossy().into_owned(),
        bytes,
        sha256: sha256::Hash::from_engine(engine).to_string(),
    })
}

fn refuse_other(path: &Path, here: &Value, asked: &Value) -> anyhow::Result<()> {
    let differs: Vec<String> = asked
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, value)| here[key.as_str()] != **value)
        .map(|(key, value)| format!("{key} is {} there and {value} here", here[key.as_str()]))
        .collect();
    if differs.is_empty() {
        return Ok(());
    }
    bail!(
        "{} holds another simulation: {}; name another --out, or ask as its plan.json and scenario.toml say",
        path.display(),
        differs.join("; ")
    )
}
