//! What `hashquake replay` promises on the command line.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
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
    let rows: Value = serde_json::from_str(&said(&["replay", "--format", "json"])).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), CASES.len());
    assert_eq!(rows[2]["as_known"], "ban");
    assert_eq!(rows[3]["as_known"], "");
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
    let d: Value = serde_json::from_str(&said(&args)).unwrap();
    assert_eq!(d["scenario"], "replay-china-2021");
    assert_eq!((&d["runs"], &d["seed"]), (&40.into(), &1.into()));
    assert_eq!(d["start"], "2021-05-22T00:00:00Z");
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
                let held = row["coverage90"].as_f64().unwrap();
                assert!((0.0..=1.0).contains(&held), "{row}");
            }
        }
    }
    let shares = |r: &&Value| r["quantity"] == "country_share_percent";
    assert_eq!(
        rows.iter().filter(shares).count(),
        6,
        "the forecast knows no country"
    );
    let series = d["series"].as_array().unwrap();
    let china = |r: &&Value| r["region"] == "CN" && r["quantity"] == "region_share_percent";
    let last = series.iter().rfind(china).unwrap();
    assert!(
        last["scenario"]["p50"].as_f64() < last["counterfactual"]["p50"].as_f64(),
        "{last}"
    );
    assert!(!d["summary"].as_array().unwrap().is_empty());
    let assumed = |key: &str| {
        d["priors"]
            .as_array()
            .unwrap()
            .iter()
            .any(|p| p["name"] == key)
    };
    assert!(assumed("events.ban.underground") && assumed("growth.trend"));
    assert!(!assumed("growth.walk"), "it was fitted");
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
        for row in printed.lines().filter(|line| line.starts_with(' ')) {
            let cells = row.trim().split("  ").filter(|c| !c.is_empty());
            let cells: Vec<&str> = cells.map(str::trim).collect();
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
