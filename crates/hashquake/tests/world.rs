//! Promises of `hashquake world`.

use std::process::{Command, Output};

use serde_json::Value;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .output()
        .unwrap()
}

fn shown(args: &[&str]) -> String {
    let out = hashquake(args);
    let message = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{args:?}: {message}");
    String::from_utf8(out.stdout).unwrap()
}

fn hashquake_at(args: &[&str], columns: usize) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .env("COLUMNS", columns.to_string())
        .output()
        .unwrap();
    String::from_utf8(out.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    let text = shown(&[args, &["--format", "json"]].concat());
    let document: Value = serde_json::from_str(&text).unwrap();
    document["answer"].clone()
}

fn refused(args: &[&str]) -> String {
    let out = hashquake(args);
    let message = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1), "{args:?}: {message}");
    assert!(out.stdout.is_empty() && !message.contains("panicked"));
    message
}

#[test]
fn shares_carry_source_month_and_day_of_publication_in_every_format() {
    let shares = json(&["world", "shares", "--at", "2022-01"]);
    assert_eq!(shares["month"], "2022-01");
    assert!(shares["known_at"].as_str().unwrap() > "2026-09");
    let rows = shares["regions"].as_array().unwrap();
    assert_eq!(rows.len(), 16);
    let central = |row: &Value| row["central_percent"].as_f64().unwrap();
    assert!((rows.iter().map(central).sum::<f64>() - 100.0).abs() < 1e-9);
    for row in rows {
        let at = |p: &str| row["share_percent"][p].as_f64().unwrap();
        assert!(at("p05") < at("p50") && at("p50") < at("p95"), "{row}");
    }
    let csv = shown(&["world", "shares", "--at", "2022-01", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert!(reader.headers().unwrap().iter().any(|h| h == "known_at"));
    assert_eq!(reader.records().map(Result::unwrap).count(), 16);
    let table = shown(&["world", "shares", "--at", "2022-01"]);
    assert!(table.contains("Kazakhstan") && table.contains("Cambridge mining map, 2022-01"));
}

#[test]
fn what_was_published_later_is_not_used() {
    let then = [
        "world",
        "shares",
        "--at",
        "2022-01-05",
        "--as-of",
        "2022-01-06",
    ];
    let known = json(&then);
    assert_eq!(known["nearest"]["month"], "2021-08");
    assert!(known["known_at"].as_str().unwrap() < "2022-01-07");
    let efficiency = [
        "world",
        "efficiency",
        "--at",
        "2022-01-05",
        "--as-of",
        "2022-01-06",
    ];
    for source in json(&efficiency)["sources"].as_array().unwrap() {
        assert!(source["known_at"].as_str().unwrap() < "2022-01-07");
    }
    let places = json(&["world", "places", "KZ", "--as-of", "2022-01-06"]);
    assert!(
        places["facts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f["kind"] == "unrest")
    );
}

#[test]
fn every_table_prints_in_every_format() {
    let commands: [&[&str]; 9] = [
        &["list"],
        &["shares", "--check"],
        &["shares", "--at", "2024-07", "--all-sources"],
        &["history", "CN-XJ"],
        &["machines"],
        &["efficiency", "--at", "2022-01"],
        &["carbon", "--at", "2022-01", "--region", "KZ"],
        &["tariffs", "--at", "2022-01"],
        &["places", "KZ"],
    ];
    for command in commands {
        let args = [&["world"], command].concat();
        assert!(shown(&args).lines().count() > 3, "{command:?}");
        let csv = shown(&[&args[..], &["--format", "csv"]].concat());
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let document = json(&args).to_string();
        for column in reader.headers().unwrap() {
            let quantile = ["_p05", "_p50", "_p95"].map(|q| column.strip_suffix(q));
            let key = quantile.into_iter().flatten().next().unwrap_or(column);
            let key = key.strip_prefix("registered_").unwrap_or(key);
            let quoted = format!("\"{key}\":");
            assert!(document.contains(&quoted), "{command:?}: {column}");
        }
        assert!(
            reader.records().map(Result::unwrap).count() > 0,
            "{command:?}"
        );
        for width in [60, 80, 120] {
            let text = hashquake_at(&args, width);
            let widest = text.lines().map(|l| l.chars().count()).max();
            assert!(widest <= Some(width), "{command:?} at {width}:\n{text}");
        }
    }
}

#[test]
fn a_comparison_says_in_a_sentence_what_rose_and_what_fell() {
    let args = ["world", "compare", "2021-04", "2022-01"];
    let document = json(&args);
    let verdict = document["verdict"].as_str().unwrap();
    assert!(verdict.starts_with("More resistant in 2022-01 than in 2021-04?"));
    for change in document["changes"].as_array().unwrap() {
        let fell = change["probability_fell"].as_f64().unwrap();
        let word = if fell >= 0.95 {
            "fell"
        } else if fell <= 0.05 {
            "rose"
        } else {
            "cannot_tell"
        };
        assert_eq!(change["direction"], word, "{change}");
    }
    assert_eq!(document["before"]["coal_percent"], 43.0);
    assert!(shown(&args).contains("HHI"));
    assert_eq!(document, json(&args), "the same question, the same answer");
}

#[test]
fn mistakes_are_told_with_what_would_be_right() {
    let world = |rest: &[&str]| refused(&[&["world"], rest].concat());
    assert!(world(&["shares", "--at", "2022-01", "--region", "kz"]).contains("`KZ`"));
    assert!(world(&["shares", "--at", "2022-01", "--region", "US-TX"]).contains("no share"));
    assert!(world(&["shares", "--at", "2022-13"]).contains("2022-01"));
    let months = "2009-01 to 2106-01";
    for far in ["9999-12", "9999-12-31", "9999-12-30T22:00:00Z", "0001-01"] {
        assert!(world(&["shares", "--at", far]).contains(months), "{far}");
        assert!(world(&["carbon", "--at", far]).contains(months), "{far}");
    }
    assert!(world(&["compare", "2021-04", "9999-12"]).contains(months));
    assert!(world(&["compare", "0001-01", "2021-04"]).contains(months));
    assert!(world(&["shares", "--as-of", "2020-01-01"]).contains("2020-05-06"));
    assert!(world(&["history", "FR"]).contains("the map has"));
    assert!(world(&["places", "Kasakhstan"]).contains("`KZ`"));
    assert!(world(&["carbon", "--at", "2023-01"]).contains("2022-01"));
    assert!(world(&["compare", "2022-01", "2021-04"]).contains("earlier month first"));
    assert!(
        world(&["compare", "2021-04", "2022-01", "--as-of", "2020-01-01"]).contains("2020-05-06")
    );
}
