//! Promises of `explain`: what a past moment knows, what a gain says, and what mistakes get.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .arg("explain")
        .args(args)
        .output()
        .unwrap()
}

fn json(args: &[&str]) -> Value {
    let out = hashquake(&[args, &["--format", "json"]].concat());
    assert!(out.status.success(), "{args:?}");
    let document: Value = serde_json::from_slice(&out.stdout).unwrap();
    document["answer"].clone()
}

fn refused(args: &[&str]) -> String {
    let out = hashquake(args);
    assert_eq!(out.status.code(), Some(1), "{args:?}");
    assert!(out.stdout.is_empty(), "{args:?}");
    String::from_utf8(out.stderr).unwrap()
}

fn claim<'a>(e: &'a Value, id: &str) -> &'a Value {
    let claims = e["claims"].as_array().unwrap();
    claims.iter().find(|c| c["id"] == id).unwrap()
}

fn middle(row: &Value) -> f64 {
    row["share_percent"]["p50"].as_f64().unwrap()
}

#[test]
fn page_and_picture_of_one_stem_are_both_written() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (page, picture) = (path("story.html"), path("story.svg"));
    let out = hashquake(&["elliott-2022", "--report", &page, "--figure", &picture]);
    assert!(out.status.success());
    let begins = |path: &str| fs::read_to_string(path).unwrap()[..14].to_lowercase();
    assert_eq!(begins(&page), "<!doctype html");
    assert!(begins(&picture).starts_with("<svg"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn regions_and_weights_show_all_their_mistakes_at_once() {
    let message = refused(&[
        "kazakhstan-2022",
        "--region",
        "XX",
        "--region",
        "KZ-ZZ",
        "--prior",
        "riot=2",
        "--prior",
        "unrest=2",
        "--prior",
        "unrest=3",
    ]);
    for part in [
        "4 mistakes",
        "--region XX: `XX` is not a valid region",
        "--region KZ-ZZ",
        "--prior riot=2",
        "--prior unrest=3: that cause is weighed twice",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[test]
fn a_table_without_its_columns_is_one_mistake_and_what_is_no_text_has_a_line() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("table.csv");
    let file = path.to_str().unwrap();
    fs::write(&path, "a,b,c\n1,2,3\n").unwrap();
    for (option, columns) in [
        ("--exposures", "`pool`, `region`, `share_percent`"),
        ("--outage", "`audience`, `region`, `from`, `to`"),
    ] {
        let message = refused(&["kazakhstan-2022", option, file]);
        assert!(message.contains(columns), "{message}");
        assert!(!message.contains("line 2"), "{message}");
    }
    fs::write(&path, b"pool,region,share_percent\nf2pool,\xff,3\n").unwrap();
    let message = refused(&["kazakhstan-2022", "--exposures", file]);
    assert!(
        message.contains("line 2: byte 0xff is not UTF-8"),
        "{message}"
    );
}

#[test]
fn a_claim_is_not_answered_by_what_was_known_only_later() {
    let then = json(&["kazakhstan-2022", "--as-of", "2022-01-12"]);
    for id in ["power-relaxed", "members-70"] {
        assert_eq!(claim(&then, id)["verdict"], "not_assessed", "{id}");
    }
    let text = then.to_string();
    for later in ["a fortnight later", "14 Jan", "80 %"] {
        assert!(!text.contains(later), "{later}");
    }
    let now = json(&["kazakhstan-2022"]);
    assert_eq!(claim(&now, "power-relaxed")["verdict"], "cannot_tell");
}

#[test]
fn while_a_shock_lasts_its_depth_and_the_concentration_are_told() {
    let then = json(&["kazakhstan-2022", "--as-of", "2022-01-06T12:00Z"]);
    let r = &then["resilience"];
    assert_eq!(r["depth_percent"], then["fused"]["loss_percent"]);
    assert!(r["recovery_days"].is_null());
    assert!(r["hhi_regions"]["p50"].as_f64().unwrap() > 0.0);
    assert!(r["lost_work_percent_days"]["p50"].as_f64().unwrap() > 0.0);
}

/// A crackdown in a week in which the network as a whole grew.
#[test]
fn a_gain_names_no_region_no_cause_and_no_way_back() {
    let e = json(&["yunnan-ban-2021"]);
    assert!(e["fused"]["loss_percent"]["p95"].as_f64().unwrap() < 0.0);
    let regions = e["regions"].as_array().unwrap();
    assert!(regions.iter().all(|r| r["loss_percent"].is_null()));
    assert!(e["resilience"]["recovery_days"].is_null());
    let verdict = e["verdict"].as_str().unwrap();
    assert!(
        !verdict.contains("Why") && !verdict.contains("Where:"),
        "{verdict}"
    );
}

#[test]
fn a_part_and_the_rest_of_its_country_are_told_apart() {
    let e = json(&["xinjiang-2021"]);
    let rows = e["regions"].as_array().unwrap();
    let row = |code: &str| rows.iter().find(|r| r["region"] == code).unwrap();
    assert_eq!(row("CN")["name"], "China without Xinjiang");
    // The map of April 2021 gives China 46.0 % in all, and all rows are parts of one network.
    let china = middle(row("CN")) + middle(row("CN-XJ"));
    assert!((38.0..52.0).contains(&china), "{china}");
    assert!(rows.iter().map(middle).sum::<f64>() < 105.0);
}

#[test]
fn every_table_that_was_read_is_named() {
    let named = |e: &Value, name: &str| {
        let tables = e["tables"].as_array().unwrap();
        let starts = |t: &&Value| t["name"].as_str().unwrap().starts_with(name);
        tables.iter().any(|t| starts(&t))
    };
    let e = json(&["kazakhstan-2022"]);
    for table in [
        "shares_map",
        "fleet_power",
        "carbon_factors",
        "exposures",
        "prices/kazakhstan",
        "outages/kaz",
    ] {
        assert!(named(&e, table), "{table}");
    }
    let blocks_alone = json(&["halving-2024"]);
    assert!(!named(&blocks_alone, "exposures"));
    assert!(!named(&blocks_alone, "prices"));
}
