//! Where the blocks of an analysis come from: the embedded history, or files that the user names.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::scenario_file::text_of;
use crate::ask::{case_input, history_input, history_source};
use anyhow::{Context, anyhow, bail};
use hashquake_base::provenance::{self, Source};
use hashquake_base::table_reader::Parsed;
use hashquake_base::units::{Moment, Seconds};
use hashquake_chain::blocks::Blocks;
use hashquake_chain::history;
use hashquake_chain::retarget::check_against_epochs;
use hashquake_chain::rules::check_blocks;
use hashquake_chain::tables::parse_blocks;
use hashquake_source::headers;
use hashquake_source::read::{Named, STANDARD_INPUT, read, read_regular};
use hashquake_world::atlas::{self, Case};

/// Blocks of the user's own, instead of the embedded history or behind it.
#[derive(clap::Args, Default)]
pub struct Input {
    /// Blocks from a table height,time,bits and optionally pool: a CSV, its separator a comma, `;` or a tab,
    /// plain, gzip or zstd; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "headers")]
    pub blocks: Option<PathBuf>,
    /// Blocks from a file of 80-byte headers, verified by their own proof of work
    #[arg(long, value_name = "FILE")]
    pub headers: Option<PathBuf>,
    /// Height of the first record of --headers [default: from its name, …_FIRST_LAST.bin, else 0]
    #[arg(long, value_name = "HEIGHT", requires = "headers")]
    pub headers_from: Option<u32>,
    /// Put the file's blocks behind the embedded history, checked where they overlap
    #[arg(long)]
    pub append: bool,
}

/// Blocks ready for an analysis, and what it rests on.
pub struct Loaded {
    /// The blocks.
    pub blocks: Blocks,
    /// What was read.
    pub sources: Vec<Source>,
    /// Every file that was read, the embedded history too, with its digest.
    pub inputs: Vec<provenance::Input>,
    /// What could not be checked.
    pub notes: Vec<String>,
}

impl Default for Loaded {
    fn default() -> Self {
        Self {
            blocks: Blocks::new(0, Vec::new(), Vec::new(), None),
            sources: Vec::new(),
            inputs: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl Loaded {
    /// Reads one more file of the user's (`-`: standard input) that the answer will rest on.
    pub fn read(&mut self, path: &Path, what: &str) -> anyhow::Result<Named> {
        read_input(path, what, &mut self.sources, &mut self.inputs)
    }

    /// What a file says; in which way it was read is told, and kept.
    pub fn take<T>(&mut self, parsed: Parsed<T>) -> T {
        told(parsed, &mut self.notes)
    }
}

/// What a file says; in which way it was read is told, and kept in `notes`.
pub fn told<T>(parsed: Parsed<T>, notes: &mut Vec<String>) -> T {
    for note in &parsed.notes {
        anstream::eprintln!("note: {note}");
    }
    notes.extend(parsed.notes);
    parsed.value
}

/// Reads a file of the user's (`-`: standard input), and records that the answer rests on it.
pub fn read_input(
    path: &Path,
    what: &str,
    sources: &mut Vec<Source>,
    inputs: &mut Vec<provenance::Input>,
) -> anyhow::Result<Named> {
    let named = read(path)?;
    inputs.push(named.input.clone());
    sources.push(Source {
        what: what.to_string(),
        from: named.name.clone(),
        licence: "the user's own file".to_string(),
    });
    Ok(named)
}

/// A case of the atlas by its name, or of a file by its path (`-`: standard input).
pub fn find_case(name: &str, inputs: &mut Vec<provenance::Input>) -> anyhow::Result<Case> {
    if !name.ends_with(".toml") && name != STANDARD_INPUT {
        let case = atlas::find(name)?;
        inputs.push(case_input(case));
        return Ok(case.clone());
    }
    let named = read_regular(Path::new(name))?;
    let text = text_of(&named).map_err(|e| anyhow!(e))?;
    let case = Case::parse(&named.name, text)?;
    inputs.push(named.input);
    Ok(case)
}

impl Input {
    /// Reads what was named, or takes the embedded history. Only what was known at `as_of` is checked and
    /// told of; blocks after it stay, so that one sees how far the data reach.
    ///
    /// Headers must keep every rule. A table may break them (it may be a simulated chain): what breaks
    /// is told, and its rows are used as they stand. Behind the history both must agree with it.
    pub fn load(&self, as_of: Option<Seconds>) -> anyhow::Result<Loaded> {
        let mut loaded = Loaded::default();
        let (name, own, mut notes) = match (&self.blocks, &self.headers) {
            (Some(path), _) => {
                let named = loaded.read(path, "blocks")?;
                let own = loaded.take(parse_blocks(&named.name, &named.bytes)?);
                (named.name, own, Vec::new())
            }
            (None, Some(path)) => {
                let named = loaded.read(path, "blocks")?;
                let (own, unchecked) = headers::read_headers(&named, self.headers_from, now())?;
                let notes = if self.append { Vec::new() } else { unchecked };
                (named.name, own, notes)
            }
            (None, None) if self.append => {
                bail!(
                    "--append needs --blocks FILE or --headers FILE: what should stand behind the history?"
                )
            }
            (None, None) => {
                loaded.blocks = history::embedded().blocks.clone();
                loaded.sources.push(history_source());
                loaded.inputs.push(history_input());
                return Ok(loaded);
            }
        };
        let blocks = if self.append {
            loaded.sources.insert(0, history_source());
            loaded.inputs.insert(0, history_input());
            self.behind_history(&own, as_of)
                .with_context(|| name.clone())?
        } else {
            own
        };
        if self.blocks.is_some() {
            let known = as_of.map_or_else(|| blocks.clone(), |t| blocks.as_of(t));
            notes.extend(broken_rules(&known, &name, self.append));
        }
        notes.iter().for_each(|n| anstream::eprintln!("note: {n}"));
        loaded.blocks = blocks;
        loaded.notes.extend(notes);
        Ok(loaded)
    }

    fn behind_history(&self, own: &Blocks, as_of: Option<Seconds>) -> anyhow::Result<Blocks> {
        let history = history::embedded();
        let known = as_of.map_or_else(|| own.clone(), |t| own.as_of(t));
        check_against_epochs(&known, &history.epochs, history.first_epoch)?;
        let joined = history.blocks.join(&known)?;
        if self.headers.is_some() {
            check_blocks(&joined)?;
        }
        let last = history.blocks.times().iter().max().copied().unwrap_or(0);
        match as_of {
            Some(t) if t >= Seconds::from(last) => Ok(history.blocks.join(own)?),
            _ => Ok(joined),
        }
    }
}

/// What a table's blocks break or leave open; with the history before them nothing is open.
fn broken_rules(blocks: &Blocks, name: &str, with_history: bool) -> Vec<String> {
    match check_blocks(blocks) {
        Ok(_) if with_history => Vec::new(),
        Ok(unchecked) => unchecked.iter().map(|u| format!("{name}: {u}")).collect(),
        Err(refusal) => vec![format!(
            "{name} is not a chain of Bitcoin's main network: {refusal}. Its rows are used as they stand."
        )],
    }
}

/// The clock of this machine, for the rule that a header may be at most two hours ahead.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
pub fn now() -> Seconds {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_secs() as Seconds
}

/// A time on the command line: a day means its first second.
pub fn parse_start(text: &str) -> Result<Seconds, String> {
    Moment::parse(text).map(Moment::start)
}

/// A moment of knowledge on the command line: a day means its end.
pub fn parse_as_of(text: &str) -> Result<Seconds, String> {
    Moment::parse(text).map(Moment::end)
}
