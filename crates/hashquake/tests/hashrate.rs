//! What `hashquake hashrate` and `hashquake score` promise on the command line.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .output()
        .expect("the binary runs")
}

fn json(args: &[&str]) -> Value {
    let output = hashquake(args);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON on standard output")
}

#[test]
fn json_has_a_band_and_a_probability_at_every_block() {
    let window = ["--from", "2022-01-05", "--to", "2022-01-06"];
    for (flag, kind) in [(None, "filtered"), (Some("--smoothed"), "smoothed")] {
        let mut args = vec!["hashrate", "--format", "json"];
        args.extend(window);
        args.extend(flag);
        let document = &json(&args)["answer"];
        assert_eq!(document["kind"], kind);
        let points = document["points"].as_array().unwrap();
        assert_eq!(points.len(), 150, "blocks of that UTC day");
        for point in points {
            let h = &point["hashrate_ehs"];
            let at = |q: &str| h[q].as_f64().unwrap();
            assert!(100.0 < at("p05") && at("p05") < at("p50") && at("p50") < at("p95"));
            assert!((0.0..=1.0).contains(&point["turbulent_probability"].as_f64().unwrap()));
            assert!(point["time"].as_str().unwrap().starts_with("2022-01-05T"));
        }
        let heights = points.iter().map(|p| p["height"].as_u64().unwrap());
        assert!(
            heights
                .clone()
                .zip(heights.skip(1))
                .all(|(a, b)| b == a + 1)
        );
    }
}

#[test]
fn the_same_command_prints_the_same_bytes() {
    let args = [
        "hashrate",
        "--from",
        "2021-04-10",
        "--format",
        "csv",
        "--smoothed",
    ];
    let args = [&args[..], &["--to", "2021-04-25", "--with-reference-rules"]].concat();
    assert_eq!(hashquake(&args).stdout, hashquake(&args).stdout);
}

#[test]
fn a_window_without_blocks_is_one_clear_error() {
    for (from, to, says) in [
        ("2022-01-06", "2022-01-05", "must lie before"),
        ("2010-01-01", "2010-02-01", "the blocks run from 2019-12-31"),
    ] {
        let output = hashquake(&["hashrate", "--from", from, "--to", to]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        assert!(
            error.starts_with("error: ") && error.contains(says),
            "{error}"
        );
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    }
}

/// What a prototype in another language reached on the synthetic paths: regret and RMSE at most 5 %
/// above (and half a unit of its last printed digit), coverage at most two points below.
#[test]
fn the_filter_is_as_good_as_its_prototype_on_paths_with_known_truth() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/paths");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let folder = folder.to_str().unwrap();
    let card = &json(&[
        "score", "--only", "paths", "--paths", folder, "--format", "json",
    ])["answer"];
    for (kind, regret, rmse, coverage) in [
        ("control", 0.27, 2.1, 99.0),
        ("kz134", 0.67, 3.5, 95.0),
        ("elliott", 1.33, 5.2, 96.0),
        ("xinjiang", 1.07, 4.4, 96.0),
        ("ban50", 1.97, 6.0, 82.0),
        ("diurnal", 0.84, 4.1, 81.0),
        ("real", 0.95, 4.3, 84.0),
    ] {
        let kinds = card["paths"].as_array().unwrap();
        let row = &kinds.iter().find(|k| k["kind"] == kind).unwrap()["rows"][0];
        assert_eq!(row["name"], "hashquake");
        let got = |field: &str| row[field].as_f64().unwrap();
        assert!(
            got("regret_mnats") <= (regret + 0.005) * 1.05,
            "{kind} {row}"
        );
        assert!(got("rmse_percent") <= (rmse + 0.05) * 1.05, "{kind} {row}");
        assert!(got("coverage_percent") >= coverage - 2.5, "{kind} {row}");
    }
}
