//! Every verb and sub-verb has a manual page.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

fn hashquake(args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .output()
        .unwrap()
}

/// The verbs that a help text lists.
fn listed(help: &str) -> Vec<String> {
    let after = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    let rows = after.lines().take_while(|line| !line.trim().is_empty());
    let names = rows.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let words = names.filter_map(|line| line.split_whitespace().next());
    words.filter(|w| *w != "help").map(str::to_string).collect()
}

fn help(verb: &[&str]) -> String {
    let out = hashquake(&[verb, &["--help"]].concat());
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn every_verb_and_sub_verb_has_a_page() {
    let folder = TempDir::new().unwrap();
    let pages = folder.path().join("man1");
    let out = hashquake(&["man", pages.to_str().unwrap()]);
    assert!(out.status.success() && out.stdout.is_empty(), "{out:?}");
    let has = |name: &str| {
        let text = fs::read_to_string(pages.join(name)).unwrap_or_default();
        assert!(text.contains(".SH SYNOPSIS"), "no page {name}");
    };
    has("hashquake.1");
    let verbs = listed(&help(&[]));
    assert!(verbs.len() >= 14, "{verbs:?}");
    let mut below = 0;
    for verb in verbs {
        has(&format!("hashquake-{verb}.1"));
        for sub in listed(&help(&[&verb])) {
            has(&format!("hashquake-{verb}-{sub}.1"));
            below += 1;
        }
    }
    assert!(below >= 10, "{below} sub-verbs");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let out = hashquake(&["man", file.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    let message = String::from_utf8(out.stderr).unwrap();
    assert!(message.contains(file.to_str().unwrap()), "{message}");
}
