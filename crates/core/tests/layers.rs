//! Data flow one way: a room knows the rooms to its left and none to its right.

#![expect(clippy::disallowed_methods, reason = "the test reads the sources")]

use std::fs;
use std::path::{Path, PathBuf};

/// From left to right; rooms on one line may not know each other's right neighbours either.
const ROOMS: [&str; 9] = [
    "units", "rng", "stats", "chain", "observe", "world", "sim", "ensemble", "report",
];

/// Rooms that do not name each other in either direction: they meet in `world` and in tests.
const STRANGERS: [(&str, &str); 1] = [("sim", "observe")];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn room_of(path: &Path, root: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_string()
}

/// Rooms that a source names, as `crate::room` or `hashquake_core::room`, comments left aside.
fn named<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = (usize, String)> + 'a {
    text.lines().enumerate().flat_map(move |(n, line)| {
        let code = line.split("//").next().unwrap_or("");
        let tails: Vec<String> = code
            .match_indices(prefix)
            .flat_map(|(at, _)| {
                let tail = &code[at + prefix.len()..];
                match tail.strip_prefix('{') {
                    Some(group) => group.split(',').map(word).collect(),
                    None => vec![word(tail)],
                }
            })
            .collect();
        tails.into_iter().map(move |t| (n + 1, t))
    })
}

fn word(text: &str) -> String {
    text.trim()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn no_room_knows_one_to_its_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut arrows = 0;
    for path in files {
        let room = room_of(&path, &root);
        let Some(place) = ROOMS.iter().position(|r| *r == room) else {
            assert_eq!(
                room,
                "lib",
                "{} stands in no room: name it in ROOMS",
                path.display()
            );
            continue;
        };
        for (line, other) in named(&fs::read_to_string(&path).unwrap(), "crate::") {
            let Some(target) = ROOMS.iter().position(|r| *r == other) else {
                continue;
            };
            arrows += usize::from(target != place);
            assert!(
                !STRANGERS.contains(&(room.as_str(), other.as_str())),
                "{}:{line}: `{room}` names `{other}`; the two never meet but in `world`",
                path.display()
            );
            assert!(
                target <= place,
                "{}:{line}: `{room}` names `{other}`, which stands to its right",
                path.display()
            );
        }
    }
    assert!(
        arrows > 20,
        "the test sees only {arrows} arrows: does it still read the imports?"
    );
}

/// The crate `source` knows the chain and the units, nothing else.
#[test]
fn source_knows_the_chain_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../source/src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for path in files {
        for (line, room) in named(&fs::read_to_string(&path).unwrap(), "hashquake_core::") {
            let known = ["chain", "units"].contains(&room.as_str());
            assert!(
                known,
                "{}:{line} names hashquake_core::{room}",
                path.display()
            );
        }
    }
}
