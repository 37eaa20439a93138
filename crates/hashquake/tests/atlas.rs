//! Promises of `hashquake atlas`.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .output()
        .unwrap()
}

fn json(args: &[&str]) -> Value {
    let out = hashquake(&[args, &["--format", "json"]].concat());
    let message = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{args:?}: {message}");
    let document: Value = serde_json::from_slice(&out.stdout).unwrap();
    document["answer"].clone()
}

fn rows(args: &[&str]) -> Vec<Value> {
    json(args)["cases"].as_array().unwrap().clone()
}

fn refused(args: &[&str]) -> String {
    let out = hashquake(args);
    let message = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1), "{args:?}: {message}");
    assert!(out.stdout.is_empty() && !message.contains("panicked"));
    message
}

fn loss(row: &Value) -> f64 {
    row["blocks"]["loss_percent"]["p50"].as_f64().unwrap()
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|r| r["id"].as_str().unwrap()).collect()
}

#[test]
fn the_list_has_every_case_with_its_window_and_what_block_times_say() {
    let all = rows(&["atlas"]);
    assert!(all.len() >= 25);
    for row in &all {
        let id = &row["id"];
        let (start, end) = (&row["window"]["start"], &row["window"]["end"]);
        assert!(start.as_str() < end.as_str(), "{id}");
        let basis = &row["window_basis"];
        assert!(
            basis["source"].is_string() != basis["rule"].is_string(),
            "{id}"
        );
        let range = &row["blocks"]["loss_percent"];
        let at = |p: &str| range[p].as_f64().unwrap();
        assert!(at("p05") < at("p50") && at("p50") < at("p95"), "{id}");
        assert!(row["blocks"]["log10_bayes_factor"].is_f64(), "{id}");
        assert!(row["retarget"]["change_percent"].is_f64(), "{id}");
    }
}

#[test]
fn filters_keep_what_they_say_and_sorts_sort() {
    let bans = rows(&["atlas", "--cause", "ban,halving"]);
    assert!(
        bans.iter()
            .all(|r| r["cause"] == "ban" || r["cause"] == "halving")
    );
    let states = rows(&["atlas", "--region", "US"]);
    assert!(ids(&states).contains(&"texas-2021") && ids(&states).contains(&"hardin-2022"));
    let texas = rows(&["atlas", "--region", "US-TX"]);
    assert!(!ids(&texas).contains(&"hardin-2022"));
    let stretch = rows(&["atlas", "--from", "2021-04-17", "--to", "2021-04-18"]);
    assert_eq!(ids(&stretch), ["retarget-2021-05-01", "xinjiang-2021"]);
    let large = rows(&["atlas", "--min-loss", "20", "--sort", "loss"]);
    assert_eq!(ids(&large), ["elliott-2022", "xinjiang-2021"]);
    let sorted = rows(&["atlas", "--sort", "loss"]);
    assert!(sorted.is_sorted_by(|a, b| loss(a) >= loss(b)));
    assert!(rows(&["atlas", "--cause", "unrest"]).is_empty());
}

#[test]
fn the_nearest_come_first_and_as_many_as_asked() {
    let near = rows(&[
        "atlas", "nearest", "--loss", "20", "--days", "4", "--count", "3",
    ]);
    assert_eq!(near.len(), 3);
    assert!(near.is_sorted_by(|a, b| a["distance"].as_f64() <= b["distance"].as_f64()));
    assert!(ids(&near)[..2].contains(&"xinjiang-2021"));
    let cold = rows(&[
        "atlas",
        "nearest",
        "--loss",
        "20",
        "--days",
        "4",
        "--cause",
        "curtailment_weather",
    ]);
    assert!(cold.iter().all(|r| r["cause"] == "curtailment_weather"));
}

#[test]
fn a_case_is_shown_with_sources_shares_and_the_chain() {
    let case = json(&["atlas", "show", "kazakhstan-2022"]);
    let told = |list: &str| case[list].as_array().unwrap().clone();
    assert!(told("claims").iter().all(|c| c["source"].is_string()));
    assert!(told("timeline").iter().all(|s| s["known_at"].is_string()));
    let pools: Vec<Value> = told("shares").iter().map(|s| s["pool"].clone()).collect();
    assert!(pools.contains(&Value::from("braiinspool")));
    assert!(case["fused"]["loss_percent"]["p50"].is_f64());
    let out = hashquake(&["atlas", "show", "september-2024"]);
    let page = String::from_utf8(out.stdout).unwrap();
    assert!(page.contains("what lay behind it is not known"), "{page}");
}

#[test]
fn rates_add_up_and_say_that_they_are_no_census() {
    let rates = json(&["atlas", "rates"]);
    assert!(rates["note"].as_str().unwrap().contains("not a census"));
    for size in rates["sizes"].as_array().unwrap() {
        let years = size["years"].as_array().unwrap();
        let sum: u64 = years.iter().map(|y| y["events"].as_u64().unwrap()).sum();
        assert_eq!(Some(sum), size["all"]["events"].as_u64());
        assert!(size["trend"]["ratio"]["p05"].as_f64() < size["trend"]["ratio"]["p95"].as_f64());
    }
    assert!(rates["deep_retargets"]["all"]["per_year"]["p50"].is_f64());
    let early = json(&["atlas", "rates", "--split", "2021-01-01"]);
    assert_eq!(early["deep_retargets"]["trend"]["earlier"]["events"], 4);
    let text = String::from_utf8(hashquake(&["atlas", "rates"]).stdout).unwrap();
    assert!(text.contains("Are interruptions becoming rarer?"), "{text}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let commands: [&[&str]; 4] = [
        &["atlas"],
        &["atlas", "show", "kazakhstan-2022"],
        &["atlas", "nearest", "--loss", "20", "--days", "4"],
        &["atlas", "rates"],
    ];
    for command in commands {
        for width in [60, 80, 120] {
            let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
                .args(command)
                .env("COLUMNS", width.to_string())
                .output()
                .unwrap();
            let text = String::from_utf8(out.stdout).unwrap();
            // A word that is wider, such as an address, has a line of its own.
            let lines = text.lines().filter(|line| line.trim().contains(' '));
            let widest = lines.map(|l| l.chars().count()).max();
            assert!(widest <= Some(width), "{command:?} at {width}:\n{text}");
        }
    }
}

#[test]
fn values_that_are_unknown_are_told_the_known() {
    let message = refused(&["atlas", "--cause", "floods"]);
    assert!(
        message.contains("power_cut, curtailment_weather"),
        "{message}"
    );
    let message = refused(&["atlas", "--region", "FR"]);
    assert!(
        message.contains("CN-XJ") && message.contains("US-TX"),
        "{message}"
    );
    let message = refused(&["atlas", "--region", "Texas"]);
    assert!(message.contains("US-TX"), "{message}");
    let message = refused(&["atlas", "--sort", "size"]);
    assert!(message.contains("evidence"), "{message}");
    let message = refused(&["atlas", "show", "texas"]);
    assert!(
        message.contains("`texas-2021`") && message.contains("lists all"),
        "{message}"
    );
    let message = refused(&["atlas", "--from", "2022-01-01", "--to", "2021-01-01"]);
    assert!(message.contains("is not before"), "{message}");
    let message = refused(&["atlas", "--min-loss", "nan"]);
    assert!(message.contains("between -100 and 100"), "{message}");
    for (days, part) in [
        ("0", "more than 0"),
        ("nan", "more than 0"),
        ("-3", "more than 0"),
    ] {
        let message = refused(&["atlas", "nearest", "--loss", "20", "--days", days]);
        assert!(message.contains(part), "{message}");
    }
    let message = refused(&["atlas", "nearest", "--loss", "200", "--days", "4"]);
    assert!(message.contains("between -100 and 100"), "{message}");
    let message = refused(&["atlas", "rates", "--split", "2031-01-01"]);
    assert!(
        message.contains("2020-01-01") && message.contains("2025-01-01"),
        "{message}"
    );
}

#[test]
fn a_case_of_ones_own_is_shown_or_all_its_mistakes_are() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("mine.toml");
    let good = "id = \"mine\"\ntitle = \"Mine\"\nevent = \"it\"\nplace = \"X\"\ncause = \"unknown\"\n[window]\nstart = \"2022-03-01T00:00Z\"\nend = \"2022-03-04T00:00Z\"\nrule = \"three days\"\n";
    fs::write(&path, good).unwrap();
    let file = path.to_str().unwrap();
    assert_eq!(json(&["atlas", "show", file])["id"], "mine");
    let bad = good.replace("unknown", "ufo").replace("03-04T", "02-04T");
    fs::write(&path, format!("{bad}colour = 7\n")).unwrap();
    let message = refused(&["atlas", "show", file]);
    for part in ["3 mistakes", "line 5", "line 8", "line 10", "window.colour"] {
        assert!(message.contains(part), "no {part} in {message}");
    }
    fs::write(&path, good.replace("2022-03", "2031-03")).unwrap();
    let message = refused(&["atlas", "show", file]);
    assert!(message.contains("2024-12-31"), "{message}");
}

/// A claim of a gain is assessed as one of a loss is; more than all cannot be lost.
#[test]
fn a_claim_of_a_gain_has_a_verdict_and_one_of_more_than_all_is_a_mistake() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("mine.toml");
    let good = include_str!("../../world/atlas/texas-2024.toml");
    let line = 1 + good.lines().position(|l| l == "value = 34").unwrap();
    let write = |value: &str| {
        let text = good.replacen("value = 34\n", &format!("value = {value}\n"), 1);
        fs::write(&path, text).unwrap();
        ["explain", path.to_str().unwrap()]
    };
    for value in ["-1", "-1000"] {
        let out = hashquake(&write(value));
        assert!(out.status.success(), "{value}: {out:?}");
    }
    for value in ["101", "1e6", "1e18", "-1001"] {
        let message = refused(&write(value));
        assert!(message.contains(&format!("line {line}: ")), "{message}");
        assert!(
            message.contains("is not between -1000 and 100 percent"),
            "{message}"
        );
    }
}

#[test]
fn the_list_of_data_has_one_row_for_the_atlas_and_json_every_file() {
    let text = String::from_utf8(hashquake(&["data"]).stdout).unwrap();
    assert!(
        text.contains("atlas/*.toml") && !text.contains("elliott-2022.toml"),
        "{text}"
    );
    let document = json(&["data"]);
    let files = document["items"].as_array().unwrap();
    let cases = files
        .iter()
        .filter(|f| f["name"].as_str().unwrap().starts_with("atlas/"));
    assert_eq!(cases.count(), rows(&["atlas"]).len());
}

/// A count and a rate are two numbers: neither stands in brackets behind the other.
#[test]
fn how_many_shocks_there_were_stands_apart_from_how_many_a_year() {
    let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(["atlas", "rates"])
        .env("COLUMNS", "80")
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let row = |name: &str| {
        text.lines()
            .find(|l| l.trim_start().starts_with(name))
            .unwrap()
    };
    let number = row("all years, number").trim_start_matches(" all years, number");
    assert!(
        number.split_whitespace().all(|n| n.parse::<u32>().is_ok()),
        "{number}"
    );
    assert!(row("all years, a year").contains("1.4 (0.7 to 2.5)"));
}
