//! What `hashquake detect` promises on the command line.

use std::process::{Command, Output};

use serde_json::Value;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .arg("detect")
        .args(args)
        .output()
        .expect("the binary runs")
}

/// The answer in the envelope.
fn json(args: &[&str]) -> Value {
    let output = hashquake(&[args, &["--format", "json"]].concat());
    assert!(output.status.success(), "{output:?}");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON on standard output");
    document["answer"].clone()
}

fn refused(args: &[&str]) -> String {
    let output = hashquake(args);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{args:?}: {message}");
    assert!(output.stdout.is_empty());
    assert!(
        message.starts_with("error: ") && !message.contains("panicked"),
        "{message}"
    );
    message
}

#[test]
fn both_modes_speak_one_vocabulary() {
    for mode in ["online", "retrospective"] {
        let window = ["--from", "2021-04-01", "--to", "2021-05-01", "--mode", mode];
        let document = json(&window);
        assert_eq!(document["window"]["start"], "2021-04-01T00:00:00Z");
        assert_eq!(document["window"]["end"], "2021-05-01T00:00:00Z");
        assert!(document["shocks_per_year"].as_f64().unwrap() > 0.0);
        let events = document["shocks"].as_array().unwrap();
        let xinjiang = events.iter().find(|e| e["case"] == "xinjiang-2021");
        let event = xinjiang.unwrap_or_else(|| panic!("{mode}: {document}"));
        for edge in ["onset", "end"] {
            let at = |q: &str| event[edge][q].as_str().unwrap();
            assert!(at("p05") <= at("p50") && at("p50") <= at("p95"));
            assert!(at("p50").starts_with("2021-04-"));
        }
        let loss = |q: &str| event["loss_percent"][q].as_f64().unwrap();
        assert!(10.0 < loss("p05") && loss("p05") < loss("p50") && loss("p50") < loss("p95"));
        assert!(event["probability_real"].as_f64().unwrap() > 0.9);
        assert!(
            event["called_at"]
                .as_str()
                .unwrap()
                .starts_with("2021-04-17T")
        );
    }
}

#[test]
fn the_same_command_prints_the_same_bytes() {
    let events = ["--from", "2022-01-01", "--to", "2023-01-01"];
    let power = ["--power", "--loss", "20", "--days", "3", "--runs", "50"];
    for args in [&events[..], &power] {
        let (one, other) = (hashquake(args), hashquake(args));
        assert!(one.status.success() && !one.stdout.is_empty());
        assert_eq!(one.stdout, other.stdout);
    }
}

/// On 17 April 2021 at noon the fall of the day before was not callable yet; a day later it was.
#[test]
fn a_past_moment_knows_only_its_own_blocks() {
    let events = |as_of: &str| {
        let window = ["--from", "2021-04-10", "--as-of", as_of];
        json(&window)["shocks"].as_array().unwrap().clone()
    };
    assert!(events("2021-04-17T12:00Z").is_empty());
    let later = events("2021-04-18T12:00Z");
    assert_eq!(later.len(), 1);
    assert_eq!(later[0]["state"], "goes_on");
    assert!(later[0]["end"].is_null());
}

#[test]
fn power_answers_with_probability_and_delay_or_with_the_smallest_loss() {
    let answer = &json(&["--power", "--loss", "20", "--days", "5", "--runs", "100"])["shocks"][0];
    assert!(answer["probability"].as_f64().unwrap() > 0.9);
    assert!(answer["delay_days"]["p50"].as_f64().unwrap() < 4.0);
    let visible = |days: &str| {
        let document = json(&["--power", "--days", days, "--runs", "100"]);
        document["smallest_loss"]["loss_percent_p50"]
            .as_f64()
            .unwrap()
    };
    assert!(visible("1") > visible("5"));
    let since = [
        "--power",
        "--since",
        "2022-01-05T10:45Z",
        "--as-of",
        "2022-01-07T10:45Z",
    ];
    let two_days = json(&[&since[..], &["--runs", "20"]].concat());
    assert_eq!(two_days["smallest_loss"]["days"], 2.0);
}

#[test]
fn the_atlas_is_scored_in_the_words_of_the_contract() {
    let tally = &json(&["--score"])["atlas_tally"];
    assert!(tally["alarms_per_year_outside_atlas"].as_f64().unwrap() >= 0.0);
    let (events, found) = (
        tally["cases"].as_u64().unwrap(),
        tally["found"].as_u64().unwrap(),
    );
    assert!(events >= 4 && 0 < found && found <= events);
    assert!(tally["delay_days_median"].as_f64().unwrap() >= 0.0);
}

#[test]
fn what_cannot_be_is_named_all_at_once() {
    for rate in ["0", "-2"] {
        let message = refused(&["--false-alarms-per-year", rate]);
        assert!(message.contains("from 0.25 to 12"), "{message}");
    }
    let three = [
        "--false-alarms-per-year",
        "0",
        "--as-of",
        "2031-01-01",
        "--from",
        "2032-01-01",
        "--to",
        "2031-06-01",
    ];
    let message = refused(&three);
    for part in [
        "never errs",
        "after the last block",
        "2024-12-31",
        "must lie before --to",
    ] {
        assert!(message.contains(part), "no {part} in {message}");
    }
    let early = refused(&["--as-of", "2015-01-01"]);
    assert!(early.contains("before the first block"), "{early}");
    let warm = refused(&["--as-of", "2020-01-05"]);
    assert!(warm.contains("28 days"), "{warm}");
    let shock = refused(&["--power", "--loss", "120", "--days", "-3"]);
    assert!(
        shock.contains("120 %") && shock.contains("-3 days"),
        "{shock}"
    );
    assert!(refused(&["--power"]).contains("--loss and --days"));
    let back = ["--power", "--since", "2022-01-09", "--as-of", "2022-01-07"];
    assert!(refused(&back).contains("must lie before --as-of"));
}
