//! What `hashquake replay` promises on the command line.

use std::fs;
use std::process::{Command, Output};

use hashquake_report::document::replay::ReplayAnswer;
use hashquake_report::envelope::Envelope;
use serde_json::Value;

/// As wide as the tables of the documents.
fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .env("COLUMNS", "120")
        .output()
        .expect("the binary runs")
}

fn said(args: &[&str]) -> String {
    let output = hashquake(args);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn error(args: &[&str]) -> String {
    let output = hashquake(args);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

const CASES: [&str; 7] = [
    "halving-2020",
    "xinjiang-2021",
    "china-2021",
    "kazakhstan-2022",
    "elliott-2022",
    "texas-2024",
    "halving-2024",
];

#[test]
fn without_a_case_all_are_listed() {
    let list = said(&["replay"]);
    let places: Vec<usize> = CASES.iter().map(|c| list.find(c).unwrap()).collect();
    assert!(places.is_sorted(), "{list}");
    let list: Value = serde_json::from_str(&said(&["replay", "--format", "json"])).unwrap();
    let rows = list["answer"]["replays"].as_array().unwrap();
    assert_eq!(rows.len(), CASES.len());
    assert_eq!(rows[2]["as_known"][0], "ban");
    assert!(rows[3]["as_known"].as_array().unwrap().is_empty());
}

/// A simulation's document, with the scores of four models from two information sets.
#[test]
fn the_document_scores_four_models_twice() {
    let args = [
        "replay",
        "china-2021",
        "--as-of",
        "2021-05-21",
        "--runs",
        "40",
        "--format",
        "json",
    ];
    let envelope: Value = serde_json::from_str(&said(&args)).unwrap();
    assert_eq!(envelope["seed"], 1);
    let schema = schemars::schema_for!(Envelope<ReplayAnswer>);
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let broken: Vec<String> = validator
        .iter_errors(&envelope)
        .map(|e| format!("{e} at {}", e.instance_path()))
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
    let d = &envelope["answer"];
    let simulation = &d["simulation"];
    assert_eq!(simulation["scenario"], "replay-china-2021");
    assert_eq!(simulation["runs"], 40);
    assert_eq!(simulation["start"], "2021-05-22T00:00:00Z");
    let rows = d["scores"].as_array().unwrap();
    for information in ["as_known", "given_dates"] {
        for quantity in ["daily_blocks", "weekly_hashrate_ehs", "retarget_percent"] {
            for model in ["hashquake", "persistence", "random_walk", "forecast"] {
                let of = |r: &&Value| {
                    r["information"] == information
                        && r["quantity"] == quantity
                        && r["model"] == model
                };
                let row = rows.iter().find(of).unwrap();
                assert!(row["crps"].as_f64().unwrap() > 0.0, "{row}");
                let held = row["coverage_percent"].as_f64().unwrap();
                assert!((0.0..=100.0).contains(&held), "{row}");
            }
        }
    }
    let shares = |r: &&Value| r["quantity"] == "country_share_percent";
    assert_eq!(
        rows.iter().filter(shares).count(),
        6,
        "the forecast knows no country"
    );
    let series = simulation["series"].as_array().unwrap();
    let china = |r: &&Value| r["region"] == "CN" && r["quantity"] == "region_share_percent";
    let last = series.iter().rfind(china).unwrap();
    assert!(
        last["scenario"]["p50"].as_f64() < last["counterfactual"]["p50"].as_f64(),
        "{last}"
    );
    assert!(!simulation["summary"].as_array().unwrap().is_empty());
    let assumed = |key: &str| {
        simulation["priors"]
            .as_array()
            .unwrap()
            .iter()
            .any(|p| p["name"] == key)
    };
    assert!(assumed("events.ban.underground") && assumed("growth.trend"));
    assert!(!assumed("growth.walk"), "it was fitted");
}

/// A replay's document is too long for a golden file; its form is not.
#[test]
fn the_schema_is_that_of_the_types() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../schema/replay.schema.json"
    );
    let schema = schemars::schema_for!(Envelope<ReplayAnswer>);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("HASHQUAKE_UPDATE").is_some() {
        fs::write(path, &text).unwrap();
    }
    let stored = fs::read_to_string(path).unwrap_or_default();
    assert!(
        stored == text,
        "stale: HASHQUAKE_UPDATE=1 cargo test -p hashquake --test replay"
    );
}

#[test]
fn the_same_question_has_the_same_bytes() {
    let args = ["replay", "texas-2024", "--runs", "40", "--format", "json"];
    assert_eq!(said(&args), said(&args));
    let of = |seed: &str| said(&["replay", "texas-2024", "--runs", "40", "--seed", seed]);
    assert_ne!(of("1"), of("2"));
}

#[test]
fn wrong_questions_say_what_would_be_right() {
    for (args, told) in [
        (vec!["replay", "china-2012"], "did you mean `china-2021`"),
        (
            vec!["replay", "halving-2024", "--information", "given_dates"],
            "ask for as_known",
        ),
        (
            vec!["replay", "china-2021", "--as-of", "2021-07-01"],
            "before 2021-05-25",
        ),
        (
            vec!["replay", "china-2021", "--as-of", "2021-05-10"],
            "--prices FILE",
        ),
        (
            vec!["replay", "china-2021", "--prices", "no-such-file.csv"],
            "no-such-file.csv",
        ),
    ] {
        let text = error(&args);
        assert!(text.contains(told), "{args:?}: {text}");
    }
}

/// The tables of docs/replays.md are what the command beside them prints.
#[test]
fn the_published_tables_are_what_replay_prints() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/replays.md");
    let docs = fs::read_to_string(docs).unwrap();
    for case in CASES {
        let from = docs.find(&format!("`hashquake replay {case}`")).unwrap();
        let section = &docs[from..];
        let section = &section[..section[1..].find("\n## ").unwrap_or(section.len() - 1)];
        let printed = said(&["replay", case]);
        let mut checked = 0;
        for row in printed.lines() {
            let cells = row.trim().split("  ").filter(|c| !c.is_empty());
            let cells: Vec<&str> = cells.map(str::trim).collect();
            if cells.len() < 4 {
                continue;
            }
            let line = format!("| {} |", cells.join(" | "));
            assert!(
                section.contains(&line),
                "{case}: docs/replays.md lacks {line}"
            );
            checked += 1;
        }
        assert!(checked > 16, "{case}: {checked} rows");
    }
}
