//! Promises of `hashquake check` and `hashquake scenarios`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .output()
        .unwrap()
}

fn answer(args: &[&str]) -> String {
    let out = hashquake(args);
    let message = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{args:?}: {message}");
    String::from_utf8(out.stdout).unwrap()
}

fn refused(args: &[&str]) -> String {
    let out = hashquake(args);
    let message = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1), "{args:?}: {message}");
    assert!(!message.contains("panicked"));
    message
}

fn repository(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn the_schema_beside_the_scenarios_is_the_one_that_the_command_prints() {
    assert!(
        answer(&["check", "--schema"]) == repository("schema/scenario.schema.json"),
        "stale: hashquake check --schema > schema/scenario.schema.json"
    );
}

#[test]
fn the_tables_of_keys_in_the_document_are_those_that_the_command_prints() {
    let document = repository("docs/scenarios.md");
    let (_, tables) = document.split_once("<!-- keys -->\n\n").unwrap();
    assert!(
        answer(&["check", "--keys"]) == tables,
        "stale: put what `hashquake check --keys` prints behind <!-- keys --> in docs/scenarios.md"
    );
}

#[test]
fn the_document_s_own_scenario_is_right() {
    let document = repository("docs/scenarios.md");
    let example = document.split("```toml\n").nth(1).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("my-cut.toml");
    fs::write(&path, example.split("```").next().unwrap()).unwrap();
    assert!(answer(&["check", path.to_str().unwrap()]).starts_with("ok  "));
}

#[test]
fn the_document_s_own_mistake_is_told_as_it_says() {
    let document = repository("docs/scenarios.md");
    let block = document.split("```console\n$ hashquake ").nth(1).unwrap();
    let (line, rest) = block.split_once('\n').unwrap();
    let args: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(refused(&args), rest.split("```").next().unwrap());
}

#[test]
fn every_file_in_the_folder_is_embedded_and_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world/scenarios");
    let list: Value = serde_json::from_str(&answer(&["scenarios", "--format", "json"])).unwrap();
    let listed: Vec<&str> = list["answer"]["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap())
        .collect();
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(listed.contains(&name), "{name} is not embedded");
        files += 1;
    }
    assert_eq!(files, listed.len());
    let answers = answer(&[&["check"], listed.as_slice()].concat());
    assert_eq!(
        answers.lines().filter(|l| l.starts_with("ok  ")).count(),
        files
    );
}

#[test]
fn one_wrong_file_among_right_ones_fails_and_all_are_judged() {
    let folder = TempDir::new().unwrap();
    let wrong = folder.path().join("wrong.toml");
    fs::write(&wrong, "id = \"w\"\ntitle = \"t\"\nquestion = \"q?\"\nextends = \"price-shock\"\n[[events]]\nid = \"crash\"\nchange = -2\nchnage = 1\n").unwrap();
    let wrong = wrong.to_str().unwrap();
    let out = hashquake(&["check", "price-shock", wrong, "fee-shock"]);
    assert_eq!(out.status.code(), Some(1));
    let told = String::from_utf8(out.stdout).unwrap();
    assert_eq!(told.matches("ok  ").count(), 2, "{told}");
    let message = String::from_utf8(out.stderr).unwrap();
    assert!(message.contains("wrong.toml: 2 mistakes"), "{message}");
    assert!(
        message.contains(
            "line 7: `events.crash.change`: expected a fraction of more than -1, found -2"
        ),
        "{message}"
    );
    assert!(
        message.contains("line 8: unknown key `events.crash.chnage`; did you mean `change`?"),
        "{message}"
    );
    assert!(
        message.contains("1 of 3 scenarios cannot be used"),
        "{message}"
    );
    let out = hashquake(&["check", wrong, "--format", "json"]);
    assert_eq!(out.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let row = &report["answer"]["files"][0];
    assert!(row["scenario"].is_null());
    assert_eq!(row["mistakes"][0]["line"], 7);
    assert_eq!(row["mistakes"][0]["key"], "events.crash.change");
}

#[test]
fn paths_in_extends_begin_at_the_file_in_which_they_stand() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("below")).unwrap();
    let head = |id: &str, extends: &str| {
        format!("id = \"{id}\"\ntitle = \"t\"\nquestion = \"q?\"\nextends = \"{extends}\"\n")
    };
    let child = folder.path().join("child.toml");
    fs::write(&child, head("child", "below/middle.toml")).unwrap();
    fs::write(
        folder.path().join("below/middle.toml"),
        head("middle", "./last.toml"),
    )
    .unwrap();
    let last = folder.path().join("below/last.toml");
    fs::write(&last, head("last", "price-shock")).unwrap();
    let child = child.to_str().unwrap();
    assert!(answer(&["check", child]).contains("1 event"));
    fs::remove_file(&last).unwrap();
    let e = refused(&["check", child]);
    assert!(
        e.contains("middle.toml, line 4: `extends` names `./last.toml`"),
        "{e}"
    );
    assert!(e.contains("1 mistake\n"), "{e}");
    fs::write(&last, head("last", "../child.toml")).unwrap();
    let e = refused(&["check", child]);
    let circle = format!("goes in a circle: {child} → ");
    assert!(
        e.contains(&circle) && e.contains(&format!(" → {child}")),
        "{e}"
    );
}

#[test]
fn what_is_no_scenario_is_said_to_be_none() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bytes.toml");
    fs::write(&path, [b'i', 0xff, 0xfe]).unwrap();
    let e = refused(&["check", path.to_str().unwrap()]);
    assert!(e.contains("line 1: byte 0xff is not UTF-8"), "{e}");
    let e = refused(&["check", "nowhere.toml"]);
    assert!(e.contains("nowhere.toml: cannot be read"), "{e}");
    let e = refused(&["check", "kazakhstan-35-percent"]);
    assert!(
        e.contains("did you mean `kazakhstan-35-percent-3-weeks`?"),
        "{e}"
    );
    let e = refused(&["scenarios", "show", "price-shok"]);
    assert!(e.contains("did you mean `price-shock`?"), "{e}");
    assert!(
        refused(&["scenarios", "--kind", "lewy"]).contains("expected one of internet_shutdown")
    );
}

#[test]
fn a_scenario_is_shown_with_its_question_sources_and_assumptions() {
    let shown = answer(&["scenarios", "show", "kazakhstan-738-million-investment"]);
    for part in [
        "A minister expects 738 million dollars over three years",
        "fullycrypto.com",
        "Assumptions, which no source carries",
        "events.investment.realised = ",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(
        !shown.contains("events.investment.amount"),
        "the amount has a source: {shown}"
    );
    let levies: Value = serde_json::from_str(&answer(&[
        "scenarios",
        "--kind",
        "levy",
        "--format",
        "json",
    ]))
    .unwrap();
    assert_eq!(levies["answer"]["scenarios"].as_array().unwrap().len(), 2);
}

#[test]
fn the_resolved_scenario_is_a_file_that_stands_alone_and_carries_the_settings() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("own.toml");
    let set = ["--set", "events.cut.severity=0.5"];
    let args = [
        &[
            "scenarios",
            "show",
            "kazakhstan-35-percent-3-weeks",
            "--resolved",
        ],
        set.as_slice(),
    ]
    .concat();
    let text = answer(&args);
    assert!(
        text.contains("severity = 0.5") && !text.contains("extends"),
        "{text}"
    );
    fs::write(&path, &text).unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(answer(&["scenarios", "show", path, "--resolved"]), text);
}
