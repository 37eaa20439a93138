//! A sweep along a grid and by a design.

use serde_json::Value;

use crate::program::{right, wrong};

const SWEEP: [&str; 6] = [
    "sweep",
    "kazakhstan-35-percent-3-weeks",
    "--set",
    "end=2022-02-02",
    "--runs",
    "16",
];

fn sweep(more: &[&str]) -> Value {
    let text = right(&[&SWEEP[..], more, &["--format", "json"]].concat());
    let mut envelope: Value = serde_json::from_str(&text).unwrap();
    envelope["answer"].take()
}

#[test]
fn more_severe_cuts_go_deeper_along_a_grid() {
    let more = [
        "--vary",
        "events.cut.severity=0.1,0.3,0.5",
        "--totals",
        "depth_percent",
    ];
    let found = sweep(&more);
    let depths: Vec<f64> = found["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["scenario"]["mean"].as_f64().unwrap())
        .collect();
    assert_eq!(depths.len(), 3);
    assert!(
        depths.is_sorted() && depths[2] - depths[0] > 30.0,
        "{depths:?}"
    );
    let table = right(&[&SWEEP[..], &more, &["--format", "csv"]].concat());
    assert!(
        table.starts_with("point,key_events.cut.severity,quantity"),
        "{table}"
    );
}

/// How deep the network falls depends on how much is cut, and hardly on for how long.
#[test]
fn severity_carries_the_depth_and_duration_does_not() {
    let vary = [
        "--vary",
        "events.cut.severity=0.1..0.5",
        "--vary",
        "events.cut.duration=10..20 d",
    ];
    let totals = ["--totals", "depth_percent", "--of", "scenario"];
    let tornado = sweep(&[&vary[..], &totals, &["--tornado"]].concat());
    let first = &tornado["tornado"][0];
    assert_eq!(first["key"], "events.cut.severity");
    assert!(
        first["low_effect"]["p95"].as_f64().unwrap() < -10.0,
        "{first}"
    );
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    let sobol = sweep(&[&vary[..], &totals, &["--sobol", "12", "--out", out]].concat());
    let total = |k: usize| sobol["sobol"][k]["total_order"]["p50"].as_f64().unwrap();
    assert!(total(0) > 0.7 && total(1) < 0.2, "{}", sobol["sobol"]);
    assert!(dir.path().join("manifest.json").exists() && !dir.path().join("shards").exists());
}

#[test]
fn a_range_without_a_design_is_refused() {
    let told = wrong(&[&SWEEP[..], &["--vary", "events.cut.severity=0.1..0.5"]].concat());
    assert!(told.contains("--lhs N, --tornado or --sobol N"), "{told}");
    let told = wrong(&[&SWEEP[..], &["--vary", "events.cut.severity=0.1,7"]].concat());
    assert!(
        told.contains("at the point 7") && told.contains("severity"),
        "{told}"
    );
}
