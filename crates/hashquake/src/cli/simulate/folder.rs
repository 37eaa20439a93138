//! The folder of a simulation: what it holds, and that it holds one simulation only.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bitcoin_hashes::sha256;
use hashquake_base::provenance::{Source, digest};
use hashquake_base::units::rfc3339;
use hashquake_sim::Sampler;
use hashquake_sim::ensemble::priors::PriorRow;
use hashquake_sim::ensemble::summary::SimulationSummary;
use hashquake_sim::ensemble::sweep::SweepSummary;
use serde::Serialize;
use serde_json::Value;

use crate::tables::catalogue::Table;
use crate::tables::store::Store;
use crate::tables::write::{Format, read_own, replace_bytes, sweep, written_beside};

/// Format of plan and manifest; a folder of another one is refused. 1 had no number and called the
/// counterfactual a baseline.
const FORMAT: u64 = 2;
const PLAN: &str = "plan.json";
const SCENARIO: &str = "scenario.toml";
const MANIFEST: &str = "manifest.json";
const SHARDS: &str = "shards";
/// Bytes of a plan or a scenario, which may hold a user's daily prices.
const PLAN_MAX: u64 = 64_000_000;

/// What makes two simulations the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    pub hashquake: String,
    pub scenario: String,
    pub scenario_sha256: String,
    /// Of the digests of everything embedded: the history and the tables of the world.
    pub data_sha256: String,
    pub seed: u64,
    pub sampler: Sampler,
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
    plan: &'a Value,
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
    /// Of an ensemble that `command` gives again.
    pub fn of_simulation(summary: &'a SimulationSummary, command: &'a str) -> Self {
        Self {
            title: &summary.title,
            start: rfc3339(summary.start),
            end: rfc3339(summary.end),
            as_of: rfc3339(summary.as_of),
            command,
            sources: &summary.sources,
            priors: &summary.priors,
        }
    }

    /// Of a sweep that `command` gives again.
    pub fn of_sweep(summary: &'a SweepSummary, command: &'a str) -> Self {
        Self {
            title: &summary.title,
            start: rfc3339(summary.start),
            end: rfc3339(summary.end),
            as_of: rfc3339(summary.as_of),
            command,
            sources: &summary.sources,
            priors: &summary.priors,
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
    plan: Value,
    /// SHA-256 of the plan's bytes: what shards of this folder carry.
    plan_sha256: String,
}

impl Folder {
    /// Makes it, or takes it up again.
    ///
    /// # Errors
    /// When it holds another simulation, what differs; when another version wrote it, which format; when
    /// it has no plan but holds files, one of them.
    pub fn open<I: Serialize>(path: &Path, identity: &I, scenario: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("{} cannot be made", path.display()))?;
        let asked = planned(identity)?;
        let mut text = serde_json::to_string_pretty(&asked)?;
        text.push('\n');
        let plan = path.join(PLAN);
        // Looked for before the plan is: another process may be about to write both.
        let other = file_of_others(path, scenario)?;
        if let Some(bytes) = read_own(&plan, PLAN_MAX)? {
            refuse_other(path, &bytes, &asked)?;
        } else if let Some(name) = other {
            bail!(
                "{} holds {name} and no plan.json, so it is not the folder of a simulation: name a new or empty --out",
                path.display()
            );
        } else {
            replace_bytes(&path.join(SCENARIO), scenario.as_bytes())?;
            replace_bytes(&plan, text.as_bytes())?;
        }
        sweep(path);
        Ok(Self {
            path: path.to_path_buf(),
            plan_sha256: digest(text.as_bytes()),
            plan: asked,
        })
    }

    /// Where its shards are.
    pub fn store(&self) -> anyhow::Result<Store> {
        Store::in_folder(&self.path.join(SHARDS), &self.plan_sha256)
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
            plan: &self.plan,
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

/// The plan: its format, and what makes the simulation what it is.
fn planned<I: Serialize>(identity: &I) -> anyhow::Result<Value> {
    #[derive(Serialize)]
    struct Plan<'i, I> {
        format: u64,
        #[serde(flatten)]
        identity: &'i I,
    }
    Ok(serde_json::to_value(Plan {
        format: FORMAT,
        identity,
    })?)
}

/// The first name in a folder that is not what a simulation leaves before its plan is written.
fn file_of_others(path: &Path, scenario: &str) -> anyhow::Result<Option<String>> {
    let read = || format!("{} cannot be read", path.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(path).with_context(read)? {
        let name = entry.with_context(read)?.file_name();
        let name = name.to_string_lossy().into_owned();
        let half = matches!(written_beside(&name), Some(PLAN | SCENARIO));
        if !half && name != SCENARIO {
            names.push(name);
        }
    }
    let here = read_own(&path.join(SCENARIO), PLAN_MAX)?;
    if here.is_some_and(|bytes| bytes != scenario.as_bytes()) {
        names.push(SCENARIO.to_string());
    }
    Ok(names.into_iter().min())
}

fn refuse_other(path: &Path, bytes: &[u8], asked: &Value) -> anyhow::Result<()> {
    let here: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let Some(plan) = here.as_object() else {
        bail!(
            "{} is not a valid plan of a simulation: name another --out",
            path.join(PLAN).display()
        );
    };
    let format = plan.get("format").map_or(Some(1), Value::as_u64);
    if format != Some(FORMAT) {
        let format = format.map_or("an unknown format".to_string(), |f| format!("format {f}"));
        bail!(
            "{} was written by {format}, this version reads {FORMAT}: name another --out",
            path.display()
        );
    }
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
