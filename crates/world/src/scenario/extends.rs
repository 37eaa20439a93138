//! A scenario from its file, the files that it extends, and settings made from outside.
//!
//! `extends` names another scenario: sections are laid over it key by key, events by their ids, sources
//! are put together, all else is replaced; a section or event that states its own `kind` replaces the
//! other whole. Settings (`--set events.cut.severity=0.5`) come last. The core reads no files: texts come
//! through the caller's [`Load`].

use super::build::scenario;
use super::reader::Reader;
use super::tree::{Node, Table, Value, holder, over, read as read_tree, read_setting, write};
use super::values::Prior;
use super::{Scenario, keys};
use hashquake_base::diagnostics::nearest;
use hashquake_base::diagnostics::{Diagnostic, Diagnostics, Location};

/// A scenario's text and what it is called in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// One name for one text: cycles are found by it.
    pub name: String,
    /// The TOML.
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
    let mut reader = Reader::default();
    let mut chain = Vec::new();
    let mut root = tree(source, load, &reader, &mut chain);
    for set in sets {
        apply(set, &mut root, &reader);
    }
    root.keys.retain(|(k, _)| k != "extends");
    let scenario = scenario(&mut reader, &root);
    let list = reader.mistakes.into_inner();
    match scenario {
        Some(scenario) if list.is_empty() => Ok(Resolved {
            scenario,
            text: write(&root),
            priors: reader.priors.into_inner(),
            files: chain,
        }),
        _ => Err(Diagnostics::new(&source.name, list)),
    }
}

/// The file's tree laid over those of the scenarios that it extends.
fn tree(source: &Source, load: Load<'_>, reader: &Reader, chain: &mut Vec<String>) -> Table {
    chain.push(source.name.clone());
    let before = reader.mistakes.borrow().len();
    let mut own = read_tree(
        &source.name,
        &source.text,
        &mut reader.mistakes.borrow_mut(),
    );
    if reader.mistakes.borrow().len() > before {
        reader.incomplete.set(true);
    }
    refuse_doubles(reader, &own);
    let Some(node) = own.get("extends") else {
        return own;
    };
    let parent = match parent(node, source, load, chain) {
        Ok(parent) => parent,
        Err(what) => {
            reader.refuse(&node.at, "extends", &what);
            reader.incomplete.set(true);
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

fn apply(set: &str, root: &mut Table, reader: &Reader) {
    let file = format!("--set {set}");
    let refuse = |key: &str, what: String| {
        reader.mistakes.borrow_mut().push(Diagnostic {
            location: Location::whole(&file),
            key: key.to_string(),
            message: what,
        });
    };
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
        Ok(table) => table.put(last, read_setting(&file, value.trim())),
        Err(what) => refuse(path, format!("{what}{}", top_hint(before))),
    }
}

/// Whoever leaves out `events.` is told so.
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
fn refuse_doubles(reader: &Reader, root: &Table) {
    let list = root.get("events").and_then(Node::list).unwrap_or_default();
    let mut seen: Vec<(&str, &Node)> = Vec::new();
    for event in list {
        let id = event.table().and_then(|t| t.get("id"));
        let Some((id, node)) = id.and_then(|n| n.text().map(|t| (t, n))) else {
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(s, _)| *s == id) {
            let line = first.at.line.unwrap_or(0);
            let what = format!("is `{id}`, as in line {line}; each event needs a name of its own");
            reader.refuse(&node.at, &format!("events.{id}.id"), &what);
        }
        seen.push((id, node));
    }
}

/// Refuses changes of events that the extended scenario does not have, and leaves them out.
fn refuse_orphans(reader: &Reader, own: &mut Table, parent: &Table) {
    let list = parent.get("events").and_then(Node::list);
    let ids = list.unwrap_or_default().iter();
    let known: Vec<&str> = ids.filter_map(|e| e.table()?.get("id")?.text()).collect();
    let events = own.keys.iter_mut().find(|(k, _)| k == "events");
    let Some((
        _,
        Node {
            value: Value::List(list),
            ..
        },
    )) = events
    else {
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
        reader.refuse(&event.at, &format!("events.{id}"), &what);
        false
    });
}

/// All kinds of events, in the order of the documents.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    keys::EVENTS.iter().map(|k| k.word)
}
