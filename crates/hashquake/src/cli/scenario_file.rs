//! A scenario that the user names: an embedded one, or a file with whatever it extends.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::ask::scenario_input;
use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::provenance::Input;
use hashquake_base::written::decode;
use hashquake_source::read::{Named, read as read_file, read_regular};
use hashquake_world::scenario::{Resolved, Source, library, read};

/// Why a scenario cannot be used.
#[derive(Debug)]
pub enum WhyNot {
    /// Its file cannot be read, or there is no such scenario.
    Unread(String),
    /// It has mistakes; the files in which they may stand.
    Wrong(Diagnostics, Vec<Input>),
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(what) => f.write_str(what),
            Self::Wrong(mistakes, _) => mistakes.fmt(f),
        }
    }
}

impl std::error::Error for WhyNot {}

/// A scenario, and the files that were read for it.
pub struct Opened {
    /// The scenario.
    pub resolved: Resolved,
    /// What was named, and whatever it extends.
    pub inputs: Vec<Input>,
}

/// Reads a scenario that the user names, by its path or as an embedded one, with `--set`s.
///
/// # Errors
/// All mistakes at once.
pub fn resolve(wanted: &str, sets: &[String]) -> Result<Opened, WhyNot> {
    let inputs = RefCell::new(Vec::new());
    let open = |wanted: &str, from: &str| {
        let (source, input) = open(wanted, from)?;
        inputs.borrow_mut().push(input);
        Ok(source)
    };
    let source = open(wanted, "").map_err(WhyNot::Unread)?;
    let read = read(&source, sets, &open);
    let inputs = inputs.into_inner();
    match read {
        Ok(resolved) => Ok(Opened { resolved, inputs }),
        Err(mistakes) => Err(WhyNot::Wrong(mistakes, inputs)),
    }
}

/// The text that `wanted` names: a path, taken from the folder of `from`, or an embedded name.
fn open(wanted: &str, from: &str) -> Result<(Source, Input), String> {
    if !is_path(wanted) {
        let source =
            library::find(wanted).map_err(|e| format!("{e}; a file's name ends in .toml"))?;
        let input = scenario_input(wanted, &source.text);
        return Ok((source, input));
    }
    let folder = if is_path(from) {
        Path::new(from).parent()
    } else {
        None
    };
    let path = folder.map_or_else(|| Path::new(wanted).to_path_buf(), |f| f.join(wanted));
    let read = if from.is_empty() {
        read_file
    } else {
        read_regular
    };
    let named = read(&plain(&path)).map_err(|e| match e.source() {
        Some(why) => format!("{e}: {why}"),
        None => e.to_string(),
    })?;
    let text = text_of(&named)?.to_string();
    let source = Source {
        name: named.name,
        text,
    };
    Ok((source, named.input))
}

/// The text of a file of keys and values, which has one of at most 4 MB.
pub fn text_of(named: &Named) -> Result<&str, String> {
    const BYTES_MAX: usize = 4_000_000;
    if named.bytes.len() > BYTES_MAX {
        return Err(format!(
            "{}: is over 4 MB: expected a TOML file of some kilobytes",
            named.name
        ));
    }
    decode(&named.name, &named.bytes).map_err(|e| e.to_string())
}

/// The path without `.` and `..` where they say nothing: one name for one file.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match (part, out.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                out.pop();
            }
            _ => out.push(part),
        }
    }
    out
}

fn is_path(name: &str) -> bool {
    name.ends_with(".toml") || name.contains(['/', '\\'])
}
