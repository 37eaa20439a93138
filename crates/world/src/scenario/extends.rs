//! A scenario from its file, the files that it extends, and settings made from outside.
//!
//! `extends` names another scenario: sections are laid over it key by key, events by their ids, sources
//! are put together, all else is replaced; a section or event that states its own `kind` replaces the
//! other whole. Settings (`--set events.cut.severity=0.5`) come last. The core reads no files: texts come
//! through the caller's [`Load`].

use super::build::scenario;
use super::event::EventName;
use super::model::{Prior, Scenario};
use super::overlay::{holder, over, put, write};
use super::reader::ScenarioReader;
use crate::words::Word;
use hashquake_base::diagnostics::{Diagnostics, Location, nearest};
use hashquake_base::toml_tree::{Node, Table, TomlValue, parse_value};

/// A scenario's text and what it is called in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// One name for one text: cycles are found by it.
    pub name: String,
    /// Text of the file, TOML.
    pub text: String,
}

/// Finds what `extends` names: its word, and the [`Source::name`] of the file in which it stands. The error
/// says what is wrong and what would be right.
pub type Load<'l> = &'l dyn Fn(&str, &str) -> Result<Source, String>;

/// A scenario ready to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// What it says.
    pub scenario: Scenario,
    /// The same as one TOML text that extends nothing: reading it again gives the same scenario.
    pub text: String,
    /// Numbers that no source carries, in order of the file.
    pub priors: Vec<Prior>,
    /// The names of its files, the one asked for first.
    pub files: Vec<String>,
}

/// Longest chain of scenarios that extend one another.
const DEEPEST: usize = 16;

/// Reads a scenario. `sets` are texts `key=value` with dotted keys.
///
/// # Errors
/// All mistakes at once, each with its file, line and key, or with the `--set` that made it.
pub fn read(source: &Source, sets: &[String], load: Load<'_>) -> Result<Resolved, Diagnostics> {
    let mut reader = ScenarioReader::default();
    let mut chain = Vec::new();
    let mut root = tree(source, load, &reader, &mut chain);
    for set in sets {
        apply(set, &mut root, &reader);
    }
    root.keys.retain(|(k, _)| k != "extends");
    let scenario = scenario(&mut reader, &root);
    let scenario = reader.toml.finish(&source.name, scenario)?;
    Ok(Resolved {
        scenario,
        text: write(&root),
        priors: reader.priors.into_inner(),
        files: chain,
    })
}

/// The file's tree laid over those of the scenarios that it extends.
fn tree(
    source: &Source,
    load: Load<'_>,
    reader: &ScenarioReader,
    chain: &mut Vec<String>,
) -> Table {
    chain.push(source.name.clone());
    let mut own = reader.toml.parse(&source.name, &source.text);
    refuse_doubles(reader, &own);
    let Some(node) = own.get("extends") else {
        return own;
    };
    let parent = match parent(node, source, load, chain) {
        Ok(parent) => parent,
        Err(what) => {
            reader.toml.refuse(&node.location, "extends", &what);
            reader.toml.set_incomplete();
            return own;
        }
    };
    let below = tree(&parent, load, reader, chain);
    refuse_orphans(reader, &mut own, &below);
    over(below, own)
}

/// The text that `extends` names, unless it leads in a circle, too far or nowhere.
fn parent(node: &Node, from: &Source, load: Load<'_>, chain: &[String]) -> Result<Source, String> {
    let wanted = node
        .text()
        .ok_or("should be a string: the name of an embedded scenario or a path from this file")?;
    let parent = load(wanted, &from.name)
        .map_err(|what| format!("names `{wanted}`{}: {what}", behind(chain)))?;
    let way = chain.join(" → ");
    if chain.contains(&parent.name) {
        return Err(format!("goes in a circle: {way} → {}", parent.name));
    }
    if chain.len() == DEEPEST {
        return Err(format!("makes a chain of more than {DEEPEST}: {way}"));
    }
    Ok(parent)
}

fn behind(chain: &[String]) -> String {
    match chain {
        [] | [_] => String::new(),
        more => format!(" (reached by {})", more.join(" → ")),
    }
}

fn apply(set: &str, root: &mut Table, reader: &ScenarioReader) {
    let file = format!("--set {set}");
    let refuse = |key: &str, what: String| reader.toml.note(Location::whole(&file), key, what);
    let Some((path, value)) = set.split_once('=') else {
        refuse(
            "",
            "should be key=value, such as events.cut.severity=0.5".to_string(),
        );
        return;
    };
    let path = path.trim();
    let words: Vec<&str> = path.split('.').collect();
    let Some((last, before)) = words.split_last().filter(|(l, _)| !l.is_empty()) else {
        refuse(
            path,
            "names no key; write events.cut.severity=0.5".to_string(),
        );
        return;
    };
    if before.is_empty() && ["events", "extends"].contains(last) {
        let what = format!("`{last}` cannot be set; set keys of one event: events.ID.KEY=VALUE");
        refuse(path, what);
        return;
    }
    if before == ["events"] {
        let what = format!("`{path}` is a whole event; set one of its keys: {path}.KEY=VALUE");
        refuse(path, what);
        return;
    }
    match holder(root, before) {
        Ok(table) => put(table, last, parse_value(&file, value.trim())),
        Err(what) => refuse(path, format!("{what}{}", top_hint(before))),
    }
}

/// Whoever leaves out `events.` reads so in the message.
fn top_hint(before: &[&str]) -> String {
    let sections = ["exchange", "price", "fees", "growth", "events"];
    let near = before
        .first()
        .and_then(|w| nearest(w, sections.into_iter()));
    match (before, near) {
        ([one], None) => format!("; for a key of the event `{one}` write events.{one}.KEY"),
        _ => String::new(),
    }
}

/// Refuses events of one file that bear the same name.
fn refuse_doubles(reader: &ScenarioReader, root: &Table) {
    let list = root.get("events").and_then(Node::list).unwrap_or_default();
    let mut seen: Vec<(&str, &Node)> = Vec::new();
    for event in list {
        let id = event.table().and_then(|t| t.get("id"));
        let Some((id, node)) = id.and_then(|n| n.text().map(|t| (t, n))) else {
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(s, _)| *s == id) {
            let line = first.location.line.unwrap_or(0);
            let what = format!("is `{id}`, as in line {line}; each event needs a name of its own");
            reader
                .toml
                .refuse(&node.location, &format!("events.{id}.id"), &what);
        }
        seen.push((id, node));
    }
}

/// Refuses changes of events that the extended scenario does not have, and leaves them out.
fn refuse_orphans(reader: &ScenarioReader, own: &mut Table, parent: &Table) {
    let list = parent.get("events").and_then(Node::list);
    let ids = list.unwrap_or_default().iter();
    let known: Vec<&str> = ids.filter_map(|e| e.table()?.get("id")?.text()).collect();
    let events = own.get_mut("events").map(|node| &mut node.value);
    let Some(TomlValue::List(list)) = events else {
        return;
    };
    list.retain(|node| {
        let Some(event) = node.table() else {
            return true;
        };
        let Some(id) = event.get("id").and_then(Node::text) else {
            return true;
        };
        if event.get("kind").is_some() || known.contains(&id) {
            return true;
        }
        let hint = nearest(id, known.iter().copied()).map_or_else(
            || "; a new one needs a `kind`".to_string(),
            |n| format!("; did you mean `{n}`?"),
        );
        let what = format!("changes an event that the extended scenario does not have{hint}");
        reader
            .toml
            .refuse(&event.location, &format!("events.{id}"), &what);
        false
    });
}

/// All kinds of events, in the order of the documents.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    EventName::NAMES.iter().copied()
}
