//! Runs of the program, and what they leave in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Four weeks of the scenario, so that a run takes little.
pub const SHORT: [&str; 4] = [
    "simulate",
    "kazakhstan-35-percent-3-weeks",
    "--set",
    "end=2022-02-02",
];

pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hashquake"));
    command.args(args);
    command
}

pub fn hashquake(args: &[&str]) -> Output {
    command(args).output().expect("the binary runs")
}

pub fn right(args: &[&str]) -> String {
    let output = hashquake(args);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

pub fn wrong(args: &[&str]) -> String {
    let output = hashquake(args);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

pub fn short<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SHORT[..], more].concat()
}

/// Names and bytes of the files of a folder.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let file = |e: &fs::DirEntry| e.file_type().unwrap().is_file();
    entries
        .filter(file)
        .map(|e| {
            let name = e.file_name().to_string_lossy().into_owned();
            (name, fs::read(e.path()).unwrap())
        })
        .collect()
}

pub fn rises(fan: &Value) {
    let values = ["p05", "p25", "p50", "p75", "p95"].map(|q| fan[q].as_f64().unwrap());
    assert!(values.is_sorted(), "{fan}");
}
