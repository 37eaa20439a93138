//! One scenario laid over another, and settings made from outside: what `extends` and `--set` do to trees.

use core::fmt::Write;

use super::units::suffixes;
use hashquake_base::diagnostics::nearest;
use hashquake_base::toml_tree::{Node, Table, TomlValue, key as toml_key};

/// Puts `node` at `key` in place of whatever says the same in other words: the key with another unit in its
/// name, or a `duration` where there was an `end`.
pub(super) fn put(table: &mut Table, key: &str, node: Node) {
    let same = |k: &str| stem(k) == stem(key);
    let at = table.keys.iter().position(|(k, _)| same(k));
    table.keys.retain(|(k, _)| !same(k));
    let at = at.unwrap_or(table.keys.len()).min(table.keys.len());
    table.keys.insert(at, (key.to_string(), node));
}

/// A key without the unit in its name; `end` is another word for `duration`.
pub(super) fn stem(key: &str) -> &str {
    let short = suffixes()
        .into_iter()
        .find_map(|s| key.strip_suffix(s))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(key);
    if short == "end" { "duration" } else { short }
}

/// What a scenario says of itself and not for those that extend it.
const OWN: [&str; 4] = ["id", "title", "question", "extends"];
/// Tables whose keys are taken over one by one.
const SECTIONS: [&str; 4] = ["exchange", "price", "fees", "growth"];

/// `child` laid over `parent`: sections key by key, events by their ids, sources together, all else
/// replaced. A section or event that states its own `kind` replaces the other whole.
pub(super) fn over(mut parent: Table, child: Table) -> Table {
    parent.keys.retain(|(k, _)| !OWN.contains(&k.as_str()));
    parent.location = child.location;
    for (key, node) in child.keys {
        let Some(old) = parent.remove(&key) else {
            put(&mut parent, &key, node);
            continue;
        };
        let node = match key.as_str() {
            "events" => events_over(old, node),
            "sources" => both(old, node),
            k if SECTIONS.contains(&k) => table_over(old, node),
            _ => node,
        };
        put(&mut parent, &key, node);
    }
    let (own, rest) = parent
        .keys
        .into_iter()
        .partition::<Vec<_>, _>(|(k, _)| OWN.contains(&k.as_str()));
    parent.keys = own.into_iter().chain(rest).collect();
    parent
}

fn both(old: Node, new: Node) -> Node {
    let value = match (old.value, new.value) {
        (TomlValue::List(old), TomlValue::List(new)) => {
            TomlValue::List(old.into_iter().chain(new).collect())
        }
        (_, value) => value,
    };
    Node {
        location: new.location,
        value,
    }
}

fn table_over(mut old: Node, new: Node) -> Node {
    let whole = new.table().is_none_or(|t| t.get("kind").is_some());
    match (old.table_mut(), new.value) {
        (Some(table), TomlValue::Table(change)) if !whole => {
            change.keys.into_iter().for_each(|(k, n)| put(table, &k, n));
            old
        }
        (_, value) => Node {
            location: new.location,
            value,
        },
    }
}

fn events_over(old: Node, new: Node) -> Node {
    let (TomlValue::List(mut events), TomlValue::List(changes)) = (old.value, new.value.clone())
    else {
        return new;
    };
    for change in changes {
        let id = change.table().and_then(|t| t.get("id")?.text());
        let found = events
            .iter()
            .position(|e| id.is_some() && e.table().and_then(|t| t.get("id")?.text()) == id);
        match found {
            Some(at) => {
                let old = events.remove(at);
                events.insert(at, table_over(old, change));
            }
            None => events.push(change),
        }
    }
    Node {
        location: new.location,
        value: TomlValue::List(events),
    }
}

/// Where a path of a `--set` leads: the table that holds its last key.
///
/// # Errors
/// What is not there, and what is.
pub(super) fn holder<'t>(root: &'t mut Table, path: &[&str]) -> Result<&'t mut Table, String> {
    let mut table = root;
    let mut at = String::new();
    for (depth, word) in path.iter().enumerate() {
        if depth == 0 && SECTIONS.contains(word) && table.get(word).is_none() {
            let node = Node {
                location: table.location.clone(),
                value: TomlValue::Table(Table::empty(table.location.clone())),
            };
            put(table, word, node);
        }
        let known: Vec<String> = names(table, depth, path);
        let found = if depth == 1 && path[0] == "events" {
            event_mut(table, word)
        } else if depth == 0 && *word == "events" {
            at.push_str("events");
            continue;
        } else {
            table.get_mut(word)
        };
        let inner = found.and_then(Node::table_mut);
        let Some(inner) = inner else {
            return Err(missing(&at, word, &known));
        };
        table = inner;
        at = if at.is_empty() {
            (*word).to_string()
        } else {
            format!("{at}.{word}")
        };
    }
    Ok(table)
}

/// What could have stood at this place of a path.
fn names(table: &Table, depth: usize, path: &[&str]) -> Vec<String> {
    if depth == 1 && path[0] == "events" {
        let list = table.get("events").and_then(Node::list).unwrap_or_default();
        let ids = list.iter().filter_map(|e| e.table()?.get("id")?.text());
        return ids.map(str::to_string).collect();
    }
    if depth == 0 {
        let words = SECTIONS.iter().chain(&["events"]);
        return words.map(|w| (*w).to_string()).collect();
    }
    let inner = table.keys.iter().filter(|(_, n)| n.table().is_some());
    inner.map(|(k, _)| k.clone()).collect()
}

fn event_mut<'t>(root: &'t mut Table, id: &str) -> Option<&'t mut Node> {
    let TomlValue::List(list) = &mut root.get_mut("events")?.value else {
        return None;
    };
    list.iter_mut()
        .find(|e| e.table().and_then(|t| t.get("id")?.text()) == Some(id))
}

fn missing(at: &str, word: &str, known: &[String]) -> String {
    let what = match at {
        "events" => format!("there is no event `{word}`"),
        "" => format!("there is no table `{word}`"),
        _ => format!("there is no table `{word}` in `{at}`"),
    };
    match nearest(word, known.iter().map(String::as_str)) {
        Some(near) => format!("{what}; did you mean `{near}`?"),
        None if known.is_empty() => what,
        None => format!("{what}; there are {}", known.join(", ")),
    }
}

/// The tree as TOML again, each section and event a table of its own.
pub(super) fn write(root: &Table) -> String {
    let mut out = String::new();
    let plain = |n: &Node| n.table().is_none();
    for (key, node) in &root.keys {
        if plain(node) && key != "events" {
            let _ = writeln!(out, "{} = {}", toml_key(key), node);
        }
    }
    for (key, node) in &root.keys {
        if let Some(table) = node.table() {
            let _ = writeln!(out, "\n[{}]", toml_key(key));
            write_keys(&mut out, table);
        }
    }
    let events = root.get("events").and_then(Node::list).unwrap_or_default();
    for event in events.iter().filter_map(Node::table) {
        out.push_str("\n[[events]]\n");
        write_keys(&mut out, event);
    }
    out
}

fn write_keys(out: &mut String, table: &Table) {
    for (key, node) in &table.keys {
        let _ = writeln!(out, "{} = {}", toml_key(key), node);
    }
}
