//! What `hashquake simulate` and `hashquake sweep` promise on the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

/// Four weeks of the scenario, so that a run takes little.
const SHORT: [&str; 4] = [
    "simulate",
    "kazakhstan-35-percent-3-weeks",
    "--set",
    "end=2022-02-02",
];

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hashquake"));
    command.args(args);
    command
}

fn hashquake(args: &[&str]) -> Output {
    command(args).output().expect("the binary runs")
}

fn right(args: &[&str]) -> String {
    let output = hashquake(args);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn wrong(args: &[&str]) -> String {
    let output = hashquake(args);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn short<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SHORT[..], more].concat()
}

/// Names and bytes of the files of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let file = |e: &fs::DirEntry| e.file_type().unwrap().is_file();
    entries
        .filter(file)
        .map(|e| {
            let name = e.file_name().to_string_lossy().into_owned();
            (name, fs::read(e.path()).unwrap())
        })
        .collect()
}

fn rises(fan: &Value) {
    let values = ["p05", "p25", "p50", "p75", "p95"].map(|q| fan[q].as_f64().unwrap());
    assert!(values.is_sorted(), "{fan}");
}

#[test]
fn json_has_every_field_of_its_contract() {
    let text = right(&short(&["--runs", "20", "--format", "json"]));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["scenario"], "kazakhstan-35-percent-3-weeks");
    assert_eq!(document["start"], "2022-01-05T00:00:00Z");
    assert_eq!(document["end"], "2022-02-02T00:00:00Z");
    assert_eq!(
        (document["runs"].as_u64(), document["seed"].as_u64()),
        (Some(20), Some(1))
    );
    for key in ["version", "command", "as_of", "sources", "priors"] {
        assert!(!document[key].is_null(), "{key}");
    }
    let series = document["series"].as_array().unwrap();
    let of = |quantity: &str, time: &str| {
        let found = series
            .iter()
            .find(|s| s["quantity"] == quantity && s["time"] == time && s["region"].is_null());
        found.unwrap_or_else(|| panic!("{quantity} at {time}"))
    };
    let deep = of("hashrate_ehs", "2022-01-15T00:00:00Z");
    assert_eq!(deep["unit"], "EH/s");
    for arm in ["counterfactual", "scenario", "difference"] {
        rises(&deep[arm]);
    }
    // The premise: 35 % of the network is dark.
    let part = deep["difference"]["p50"].as_f64().unwrap()
        / deep["counterfactual"]["p50"].as_f64().unwrap();
    assert!((part + 0.35).abs() < 0.02, "{part}");
    assert!(
        series
            .iter()
            .any(|s| s["region"] == "KZ" && s["quantity"] == "region_share_percent")
    );
    let summary = document["summary"].as_array().unwrap();
    let depth = summary
        .iter()
        .find(|s| s["quantity"] == "depth_percent")
        .unwrap();
    assert!(depth["difference"]["p50"].as_f64().unwrap() > 25.0);
}

#[test]
fn threads_and_shards_leave_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let run = |name: &str, more: &[&str]| {
        let path = at(name);
        let out = ["--runs", "40", "--out", path.to_str().unwrap()];
        right(&short(&[&out[..], more].concat()))
    };
    run("one", &["--threads", "1"]);
    run("two", &["--threads", "2"]);
    let told = run("parts", &["--shard", "2/2"]);
    assert!(told.contains("1 of 3 shards"), "{told}");
    assert!(!at("parts").join("series.parquet").exists());
    let last = run("parts", &["--shard", "1/2"]);
    assert!(
        last.contains("35 %"),
        "the last part puts all together: {last}"
    );
    let one = files(&at("one"));
    assert!(one.keys().any(|name| name.starts_with("series.")));
    assert_eq!(one, files(&at("two")));
    assert_eq!(one, files(&at("parts")));
    assert!(!at("one").join("shards").exists());
}

#[test]
fn what_was_killed_goes_on_and_ends_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, broken) = (dir.path().join("whole"), dir.path().join("broken"));
    let args = |path: &'static str| short(&["--runs", "800", "--threads", "1", "--out", path]);
    let path = |p: &Path| -> &'static str { Box::leak(p.display().to_string().into_boxed_str()) };
    let (whole_path, broken_path) = (path(&whole), path(&broken));
    right(&args(whole_path));
    let shards = broken.join("shards");
    let finished = || {
        let entries = fs::read_dir(&shards).into_iter().flatten().flatten();
        entries
            .filter(|e| e.path().extension().is_some_and(|x| x == "hqs"))
            .count()
    };
    let mut child = command(&args(broken_path))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while finished() < 2 && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        !broken.join("manifest.json").exists(),
        "it was over before it was killed"
    );
    let kept = finished();
    assert!(kept >= 2, "{kept}");
    // One shard as a fault of the disk would leave it.
    fs::write(shards.join("000000.hqs"), b"HQS1").unwrap();
    // And one table as a kill in the midst of it would.
    fs::write(broken.join(".paths.parquet.1.part"), b"PAR1").unwrap();
    right(&args(broken_path));
    assert_eq!(files(&whole), files(&broken));
}

#[test]
fn a_folder_holds_one_simulation() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    right(&short(&["--runs", "16", "--out", path]));
    let told = wrong(&short(&["--runs", "16", "--out", path, "--seed", "2"]));
    assert!(told.contains("seed is 1 there and 2 here"), "{told}");
    let told = wrong(&short(&[
        "--runs",
        "16",
        "--out",
        path,
        "--set",
        "events.cut.severity=0.5",
    ]));
    assert!(told.contains("scenario_sha256"), "{told}");
}

/// Fees of three days move revenue, and nobody was standing still for want of them.
#[test]
fn what_never_differs_is_given_no_day_of_its_largest_effect() {
    let text = right(&["simulate", "fee-shock", "--set", "end=45d", "--runs", "16"]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("the median difference is 0 throughout"),
        "{words}"
    );
    assert!(!words.contains("the difference is 0 EH/s"), "{words}");
}

#[test]
fn a_page_that_cannot_be_written_costs_no_shard() {
    let dir = tempfile::tempdir().unwrap();
    let (out, page) = (dir.path().join("out"), dir.path().join("no/page.html"));
    let [out_path, page] = [&out, &page].map(|p| p.to_str().unwrap());
    let told = wrong(&short(&[
        "--runs", "16", "--out", out_path, "--report", page,
    ]));
    assert!(told.contains("page.html cannot be written"), "{told}");
    assert!(out.join("shards/000000.hqs").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let told = wrong(&short(&["--runs", "16", "--out", file.to_str().unwrap()]));
    assert!(told.contains("file cannot be made"), "{told}");
    let told = wrong(&["simulate", "kazakhstan-35-percent", "--runs", "1"]);
    assert!(
        told.contains("did you mean `kazakhstan-35-percent-3-weeks`"),
        "{told}"
    );
    let told = wrong(&short(&["--set", "events.cut.severity=1.5"]));
    assert!(told.contains("events.cut.severity"), "{told}");
}

#[test]
fn csv_has_the_columns_of_the_schema() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let keep = [
        "--runs",
        "16",
        "--out",
        path,
        "--tables",
        "csv",
        "--keep",
        "regions,shards",
    ];
    let first = right(&short(&keep));
    assert_eq!(first, right(&short(&keep)), "kept shards answer again");
    let schema = include_str!("../../../schema/tables.md");
    for (name, rows) in [
        ("runs", 32),
        ("series", 28 * 11),
        ("summary", 5),
        ("paths", 16 * 2 * 28),
        ("regions", 16 * 2 * 28 * 2),
        ("retargets", 32),
    ] {
        let text = fs::read_to_string(dir.path().join(format!("{name}.csv"))).unwrap();
        let mut lines = text.lines();
        for column in lines
            .next()
            .unwrap()
            .split(',')
            .filter(|c| !c.starts_with("draw_"))
        {
            let part = schema.split(&format!("\n## `{name}`")).nth(1).unwrap();
            assert!(
                part.contains(&format!("| `{column}` |")),
                "{name}: {column}"
            );
        }
        assert!(lines.count() >= rows, "{name}");
    }
}

/// Heights follow each other, there are as many rows as the run counted, and threads leave no trace.
#[test]
fn blocks_are_kept_where_they_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let run = |threads: &str| {
        let path = dir.path().join(threads);
        let out = path.to_str().unwrap();
        let asked = ["--runs", "40", "--tables", "csv", "--threads", threads];
        let keep = ["--keep", "blocks", "--sampler", "block", "--out", out];
        right(&short(&[&asked[..], &keep].concat()));
        files(&path)
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    let table = |name: &str| -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(&one[name][..]);
        reader.deserialize().map(Result::unwrap).collect()
    };
    let series = table("series.csv").into_iter();
    let codes: BTreeSet<String> = series
        .map(|row| row["region"].clone())
        .filter(|c| !c.is_empty())
        .collect();
    let mut heights: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    for row in table("blocks.csv") {
        assert!(codes.contains(&row["region"]), "{row:?}");
        assert!(row["time"].starts_with("2022-0"), "{row:?}");
        let key = (row["run"].clone(), row["arm"].clone());
        let height = row["height"].parse().unwrap();
        heights.entry(key).or_default().push(height);
    }
    let rows = table("runs.csv");
    assert_eq!((rows.len(), heights.len()), (80, 80));
    for row in rows {
        let heights = &heights[&(row["run"].clone(), row["arm"].clone())];
        assert_eq!(heights.len().to_string(), row["blocks"]);
        assert!(heights.windows(2).all(|w| w[1] == w[0] + 1));
    }
}

#[test]
fn strides_keep_no_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let told = wrong(&short(&[
        "--keep",
        "blocks",
        "--out",
        out.to_str().unwrap(),
    ]));
    assert!(told.contains("choose the sampler `block`"), "{told}");
    assert!(!out.exists());
}

/// A price that is given is followed, whatever the scenario says of it; one that ends before the start is
/// drawn on from.
#[test]
fn prices_of_ones_own_are_followed_or_drawn_from() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("prices.csv");
    let last_price = |rows: &str| -> Value {
        std::fs::write(&file, format!("time,price_usd\n{rows}")).unwrap();
        let prices = file.to_str().unwrap();
        let printed = right(&short(&["--prices", prices, "--format", "json"]));
        let document: Value = serde_json::from_str(&printed).unwrap();
        let series = document["series"].as_array().unwrap();
        let mut of_price = series.iter().filter(|s| s["quantity"] == "price_usd");
        of_price.next_back().unwrap()["counterfactual"].clone()
    };
    let given = last_price("2022-01-04,46000\n2022-01-06,30000\n");
    assert_eq!(
        (given["p05"].as_f64(), given["p95"].as_f64()),
        (Some(30_000.0), Some(30_000.0))
    );
    let drawn =
        last_price("2022-01-01,40000\n2022-01-02,44000\n2022-01-03,40000\n2022-01-04,44000\n");
    assert!(drawn["p95"].as_f64() > drawn["p05"].as_f64(), "{drawn}");
    std::fs::write(&file, "time,price_usd\n2022-01-04,-1\n").unwrap();
    let told = wrong(&short(&["--prices", file.to_str().unwrap()]));
    assert!(
        told.contains("prices.csv") && told.contains("line 2"),
        "{told}"
    );
}

#[test]
fn the_schema_of_the_tables_is_not_stale() {
    let told = right(&["simulate", "--schema"]);
    assert_eq!(
        told,
        include_str!("../../../schema/tables.md"),
        "write it again: hashquake simulate --schema > schema/tables.md"
    );
}

#[test]
fn the_page_needs_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.html");
    let text = right(&short(&[
        "--runs",
        "16",
        "--set",
        "events.cut.regions=[\"KZ\"]",
        "--set",
        "events.cut.severity=0.9",
        "--report",
        page.to_str().unwrap(),
    ]));
    assert!(text.contains("Assumed without a source"));
    let html = fs::read_to_string(page).unwrap();
    for part in [
        "Hashrate: down to",
        "Block interval",
        "Retargets",
        "Shares of regions",
        "Hashprice",
        "Power",
        "Emissions",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("<script") && !html.contains("url(http") && !html.contains("NaN"));
}

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
    serde_json::from_str(&text).unwrap()
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
    let total = |k: usize| sobol["sobol"][k]["total"]["p50"].as_f64().unwrap();
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
