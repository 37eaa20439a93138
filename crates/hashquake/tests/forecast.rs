//! What `hashquake forecast`, and the forecasting part of `hashquake score`, promise on the command line.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .output()
        .expect("the binary runs")
}

fn json(args: &[&str]) -> Value {
    let output = hashquake(&[args, &["--format", "json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON on standard output")
}

fn error(args: &[&str]) -> String {
    let output = hashquake(args);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: "), "{text}");
    text
}

/// Five quantiles in order, as numbers or as RFC 3339 in UTC.
fn rises(fan: &Value) {
    let at = |q: &str| match &fan[q] {
        Value::String(t) => {
            assert!(t.ends_with('Z') && t.len() == 20, "{t}");
            t.clone()
        }
        number => format!("{:020.9}", number.as_f64().unwrap() + 1e6),
    };
    let values = ["p05", "p25", "p50", "p75", "p95"].map(at);
    assert!(values.is_sorted(), "{fan}");
}

#[test]
fn json_has_every_field_of_its_contract() {
    let args = ["forecast", "--as-of", "2022-01-06T12:00Z", "--draws", "500"];
    let document = json(&args);
    let f = &document["answer"];
    assert_eq!(document["as_of"], "2022-01-06T12:00:00Z");
    assert_eq!(f["height"], 717_435);
    let retargets = f["retargets"].as_array().unwrap();
    assert_eq!(retargets.len(), 2);
    assert_eq!(retargets[0]["height"], 717_696);
    assert_eq!(retargets[1]["height"], 719_712);
    for r in retargets {
        rises(&r["change_percent"]);
        rises(&r["date"]);
    }
    let names = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|r| r["name"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(
        names(&f["reference_rules"]),
        [
            "naive",
            "naive_gamma",
            "mempool_space",
            "bitview",
            "ma24h",
            "ma7d_gamma",
            "luxor_like"
        ]
    );
    for rule in f["reference_rules"].as_array().unwrap() {
        assert!(rule["change_percent"].as_f64().unwrap().abs() < 20.0);
        assert!(rule["date"].as_str().unwrap().starts_with("2022-01-0"));
    }
    let ahead = f["next_blocks"].as_array().unwrap();
    let blocks: Vec<u64> = ahead
        .iter()
        .map(|n| n["blocks"].as_u64().unwrap())
        .collect();
    assert_eq!(blocks, [1, 6, 144, 1008]);
    ahead.iter().for_each(|n| rises(&n["time"]));
    for (gap, minutes) in f["gaps"].as_array().unwrap().iter().zip([60, 120]) {
        assert_eq!(gap["minutes"], minutes);
        assert_eq!(gap["horizon_hours"], 24);
        assert!((0.0..=1.0).contains(&gap["probability"].as_f64().unwrap()));
    }
    let days = f["hashrate"].as_array().unwrap();
    assert_eq!(days.len(), 28);
    assert_eq!(days[0]["time"], "2022-01-07T12:00:00Z");
    days.iter().for_each(|d| rises(&d["hashrate_ehs"]));
    let price = &f["hashprice"];
    rises(&price["btc_per_ph_day"]);
    assert_eq!(price["fees_btc_per_block"], 0.0);
    assert!(price["usd_per_ph_day"].is_null());
    let bytes = || hashquake(&args).stdout;
    assert_eq!(bytes(), bytes());
}

#[test]
fn the_page_says_what_others_say_and_why() {
    let output = hashquake(&["forecast", "--as-of", "2021-06-25T12:00Z", "--draws", "300"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "at block 689472",
        "mempool_space",
        "the epoch's average goes on",
        "Probability of over 60 minutes",
        "fees not counted",
        "300 draws, seed 0",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_declared_shock_moves_the_next_retarget() {
    let change = |returns: &str| {
        let shock = format!("loss=30,from=2023-03-15T12:00Z,returns={returns}");
        let f = &json(&[
            "forecast",
            "--as-of",
            "2023-03-15T12:00Z",
            "--draws",
            "500",
            "--shock",
            &shock,
        ])["answer"];
        assert_eq!(f["shock"]["loss_percent"], 30.0);
        f["retargets"][0]["change_percent"]["p50"].as_f64().unwrap()
    };
    let (brief, never) = (change("12h"), change("never"));
    assert!(never < brief - 5.0, "{brief} {never}");
    assert!((never..brief).contains(&change("lognormal(5d,0.6)")));
}

#[test]
fn bad_input_is_one_clear_error() {
    let before = error(&["forecast", "--as-of", "2015-01-01"]);
    assert!(before.contains("before the data: the blocks run from 2019-12-31T23:05:05Z"));
    let after = error(&["forecast", "--as-of", "2026-01-01"]);
    assert!(after.contains("after the data") && after.contains("2024-12-31T23:56:16Z"));
    let shock = |text: &str| error(&["forecast", "--shock", text]);
    let back = shock("loss=25,from=2022-01-05T10:45Z,returns=2022-01-04");
    assert!(back.contains("not after its start at 2022-01-05T10:45:00Z"));
    let all = shock("loss=100,from=noon,returns=soon");
    assert!(all.contains("loss=100") && all.contains("from=noon") && all.contains("returns=soon"));
    assert!(error(&["forecast", "--fees-btc-per-block", "-1"]).contains("amount of fees"));
}

#[test]
fn prices_are_read_as_they_were_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.csv");
    let path_text = path.to_str().unwrap().to_string();
    let ask = ["forecast", "--as-of", "2022-01-06T12:00Z", "--draws", "200"];
    let args = [&ask[..], &["--prices", &path_text]].concat();
    fs::write(
        &path,
        "time,price_usd\n2022-01-06T11:00Z,43000\n2022-01-07T00:00Z,99000\n",
    )
    .unwrap();
    let price = &json(&args)["answer"]["hashprice"];
    assert_eq!(price["price_usd"], 43_000.0);
    let ratio = price["usd_per_ph_day"]["p50"].as_f64().unwrap()
        / price["btc_per_ph_day"]["p50"].as_f64().unwrap();
    assert!((ratio - 43_000.0).abs() < 1e-3);
    fs::write(&path, "time,price_usd\nyesterday,1\n2022-01-06T11:00Z,-3\n").unwrap();
    let wrong = error(&args);
    assert!(
        wrong.contains("line 2") && wrong.contains("line 3"),
        "{wrong}"
    );
    fs::write(&path, "time,price_usd\n2021-01-01T00:00Z,30000\n").unwrap();
    assert!(error(&args).contains("over a week earlier"));
    fs::write(&path, "time,price_usd\n2023-01-01T00:00Z,30000\n").unwrap();
    assert!(error(&args).contains("no price at or before"));
}

#[test]
fn score_has_the_rows_of_its_contract() {
    let card = &json(&["score", "--from", "2024-10-01", "--to", "2025-01-01"])["answer"];
    let row = |part: &str, name: &str| -> Value {
        let rows = card[part].as_array().unwrap();
        rows.iter().find(|r| r["name"] == name).unwrap().clone()
    };
    for name in [
        "hashquake",
        "MA24h",
        "MA3d",
        "MA7d",
        "MA14d",
        "Core120",
        "Core1008",
        "Lopp1100",
    ] {
        let estimator = row("estimators", name);
        assert!(estimator["year"].is_null());
        for field in ["log_score_mnats", "versus_hashquake_mnats", "se", "pit_ks"] {
            assert!(estimator[field].is_f64(), "{name} {field}");
        }
        let ahead = row("next_blocks", name);
        assert_eq!(ahead["blocks"], 144);
        for scored in [estimator, ahead] {
            let held = ["coverage50", "coverage90"].map(|c| scored[c].as_f64().unwrap());
            assert!(
                0.3 < held[0] && held[0] < held[1] && held[1] <= 1.0,
                "{scored}"
            );
        }
    }
    let years = card["estimators"].as_array().unwrap().iter();
    assert!(
        years
            .clone()
            .any(|r| r["year"] == 2024 && r["name"] == "MA7d")
    );
    for name in [
        "hashquake",
        "naive_gamma",
        "mempool_space",
        "bitview",
        "luxor_like",
    ] {
        let retarget = row("retargets", name);
        assert_eq!(
            (&retarget["block"], &retarget["epochs"]),
            (&202.into(), &6.into())
        );
        for field in ["crps_percent", "mae_percent", "date_error_hours"] {
            assert!(retarget[field].as_f64().unwrap() >= 0.0, "{retarget}");
        }
        let banded = ["hashquake", "naive_gamma"].contains(&name);
        assert_eq!(retarget["coverage90"].is_f64(), banded, "{retarget}");
    }
    let empty = ["score", "--only", "retargets", "--from", "2024-12-25"];
    assert!(error(&empty).contains("no whole epoch to score"));
}

/// The lines of tables: the one above a rule, and those below it up to the next blank line.
fn rows(printed: &str) -> Vec<&str> {
    let lines: Vec<&str> = printed.lines().collect();
    let mut rows = Vec::new();
    for (i, _) in lines.iter().enumerate().filter(|(_, l)| l.starts_with('─')) {
        rows.push(lines[i - 1]);
        rows.extend(lines[i + 1..].iter().take_while(|l| !l.is_empty()));
    }
    rows
}

/// The tables of docs/scores.md are what the command beside them prints.
#[test]
fn the_published_tables_are_what_score_prints() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scores.md");
    let docs = fs::read_to_string(docs).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .arg("score")
        .env("COLUMNS", "200")
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut checked = 0;
    for row in rows(&printed) {
        let cells: Vec<&str> = row.trim().split("  ").filter(|c| !c.is_empty()).collect();
        let cells: Vec<&str> = cells.into_iter().map(str::trim).collect();
        let line = format!("| {} |", cells.join(" | "));
        assert!(docs.contains(&line), "docs/scores.md lacks {line}");
        checked += 1;
    }
    assert!(checked > 80, "{checked} rows");
}
