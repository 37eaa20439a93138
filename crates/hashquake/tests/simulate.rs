//! What `hashquake simulate` and `hashquake sweep` promise on the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

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
    let envelope: Value = serde_json::from_str(&text).unwrap();
    for key in ["version", "command", "as_of", "inputs"] {
        assert!(!envelope[key].is_null(), "{key}");
    }
    assert_eq!(envelope["seed"].as_u64(), Some(1));
    let document = &envelope["answer"];
    assert_eq!(document["scenario"], "kazakhstan-35-percent-3-weeks");
    assert_eq!(document["start"], "2022-01-05T00:00:00Z");
    assert_eq!(document["end"], "2022-02-02T00:00:00Z");
    assert_eq!(document["runs"].as_u64(), Some(20));
    for key in ["sources", "priors", "verdict"] {
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

/// With 35 % of the hashrate dark, what is there to outmine is 65 % of it, and who held a tenth holds 15 %:
/// six confirmations against a tenth become nine (Rosenfeld 2014, table 1, below 0.1 %).
#[test]
fn a_shock_makes_a_majority_cheaper_and_payments_slower() {
    let text = right(&short(&["--runs", "20", "--format", "json"]));
    let envelope: Value = serde_json::from_str(&text).unwrap();
    let security = &envelope["answer"]["security"];
    let p50 = |key: &str, arm: &str| security[key][arm]["p50"].as_f64().unwrap();
    for key in [
        "majority_ehs",
        "majority_power_mw",
        "majority_machines_musd",
        "majority_energy_musd_per_day",
        "majority_months",
    ] {
        rises(&security[key]["scenario"]);
        let left = p50(key, "scenario") / p50(key, "counterfactual");
        assert!((left - 0.65).abs() < 0.01, "{key}: {left}");
    }
    assert_eq!(p50("confirmations", "counterfactual"), 6.0);
    assert_eq!(p50("confirmations", "scenario"), 9.0);
    let told = right(&short(&["--runs", "20"]));
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("after 9 confirmations (90 %: 9 to 9) instead of 6."),
        "{words}"
    );
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

/// Shards that are finished, by name, with the moment at which they were written.
fn finished(folder: &Path) -> BTreeMap<String, SystemTime> {
    let entries = fs::read_dir(folder.join("shards")).into_iter().flatten();
    let shard = |e: fs::DirEntry| {
        let name = e.file_name().to_string_lossy().into_owned();
        let whole = name.ends_with(".hqs") && !name.starts_with('.');
        whole.then(|| (name, e.metadata().unwrap().modified().unwrap()))
    };
    entries.flatten().filter_map(shard).collect()
}

/// Wherever the kill falls, the same command ends with the same bytes.
#[test]
fn what_was_killed_goes_on_and_ends_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, broken) = (dir.path().join("whole"), dir.path().join("broken"));
    let [whole_path, broken_path] = [&whole, &broken].map(|p| p.to_str().unwrap());
    let args = |path| short(&["--runs", "400", "--threads", "1", "--out", path]);
    right(&args(whole_path));
    let mut child = command(&args(broken_path))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while finished(&broken).is_empty() && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(2));
    }
    // It may have ended by itself: then there is nothing to kill, and no harm in asking.
    let _ = child.kill();
    child.wait().unwrap();
    right(&args(broken_path));
    assert_eq!(files(&whole), files(&broken));
}

/// What a kill, a fault of the disk and another machine leave behind: whole shards are kept as they are, torn
/// ones are computed again, half-written files are swept away.
#[test]
fn whole_shards_are_kept_and_torn_ones_computed_again() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, broken) = (dir.path().join("whole"), dir.path().join("broken"));
    let [whole_path, broken_path] = [&whole, &broken].map(|p| p.to_str().unwrap());
    let run =
        |path, more: &[&str]| right(&short(&[&["--runs", "64", "--out", path], more].concat()));
    run(whole_path, &[]);
    run(broken_path, &["--shard", "1/2"]);
    let before = finished(&broken);
    assert_eq!(before.len(), 2);
    let torn = broken.join("shards/000000.hqs");
    let bytes = fs::read(&torn).unwrap();
    fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    fs::write(broken.join(".paths.parquet.1.part"), b"PAR1").unwrap();
    run(broken_path, &["--keep", "shards"]);
    let after = finished(&broken);
    assert_eq!(after.len(), 4);
    assert_eq!(after["000002.hqs"], before["000002.hqs"]);
    assert_eq!(fs::read(&torn).unwrap(), bytes);
    assert_eq!(files(&whole), files(&broken));
}

/// Two machines with different seeds, or versions, would give one table without a word.
#[test]
fn shards_and_folders_of_another_plan_or_format_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let [one_path, two_path] = [&one, &two].map(|p| p.to_str().unwrap());
    let part = ["--runs", "32", "--shard", "1/2", "--out"];
    right(&short(&[&part[..], &[one_path]].concat()));
    right(&short(&[&part[..], &[two_path, "--seed", "2"]].concat()));
    let shard = |folder: &Path| folder.join("shards/000000.hqs");
    fs::copy(shard(&two), shard(&one)).unwrap();
    let again = short(&["--runs", "32", "--out", one_path]);
    let told = wrong(&again);
    assert!(
        told.contains("000000.hqs") && told.contains("belongs to another simulation"),
        "{told}"
    );
    fs::remove_file(shard(&one)).unwrap();
    right(&again);
    let plan = one.join("plan.json");
    let text = fs::read_to_string(&plan).unwrap();
    for (format, told) in [
        (
            "  \"format\": 3,\n",
            "written by format 3, this version reads 2",
        ),
        ("", "written by format 1, this version reads 2"),
    ] {
        fs::write(&plan, text.replace("  \"format\": 2,\n", format)).unwrap();
        let refused = wrong(&again);
        assert!(refused.contains(told), "{refused}");
    }
    fs::write(&plan, "\u{89}PNG").unwrap();
    let refused = wrong(&again);
    assert!(
        refused.contains("plan.json is not a valid plan"),
        "{refused}"
    );
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

/// A write that fails midway, as on a full disk: files of more than some kilobytes are not let through.
#[cfg(unix)]
#[test]
fn a_full_disk_costs_no_finished_shard() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let args = short(&["--runs", "32", "--out", path]);
    right(&[&args[..], &["--shard", "1/2"]].concat());
    let kept = finished(dir.path());
    let quoted: Vec<String> = args.iter().map(|a| format!("'{a}'")).collect();
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; '{}' {}",
        env!("CARGO_BIN_EXE_hashquake"),
        quoted.join(" ")
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("shard 1 is lost; what was finished stays in"),
        "{told}"
    );
    assert_eq!(finished(dir.path()), kept);
    assert!(!dir.path().join("manifest.json").exists());
    let left = files(&dir.path().join("shards"));
    assert!(left.keys().all(|name| !name.ends_with(".part")), "{left:?}");
    right(&args);
    assert!(dir.path().join("manifest.json").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_is_read_only_is_told_of() {
    let told = wrong(&short(&["--runs", "1", "--out", "/proc/hashquake/out"]));
    assert!(
        told.contains("/proc/hashquake/out cannot be made"),
        "{told}"
    );
}

#[test]
fn a_missing_folder_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("not/there/yet");
    right(&short(&["--runs", "1", "--out", out.to_str().unwrap()]));
    assert!(out.join("manifest.json").exists());
}

#[test]
fn runs_and_shards_that_cannot_be_are_refused() {
    for (args, told) in [
        (&["--runs", "0"][..], "0 is not in 1..=10000000"),
        (&["--runs=-1"], "-1 is not in 1..=10000000"),
        (&["--runs", "ten"], "ten"),
        (&["--threads", "0"], "0 is not in 1..=1024"),
        (&["--shard", "3/2", "--out", "x"], "i/n with 1 <= i <= n"),
        (&["--shard", "1/2"], "--out"),
    ] {
        let refused = wrong(&short(args));
        assert!(refused.contains(told), "{args:?}: {refused}");
    }
}

#[test]
fn what_is_not_a_scenario_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_string()
    };
    let folder = dir.path().join("folder.toml");
    fs::create_dir(&folder).unwrap();
    let gone = dir.path().join("gone.toml");
    for (path, told) in [
        (folder.to_str().unwrap().to_string(), "is a directory"),
        (gone.to_str().unwrap().to_string(), "cannot be read"),
        (
            file("picture.toml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            "PNG picture",
        ),
        (file("empty.toml", b""), "empty.toml"),
        (file("latin.toml", b"title = \"\xe9\"\n"), "line 1"),
    ] {
        for verb in ["simulate", "check"] {
            let refused = wrong(&[verb, &path]);
            assert!(refused.contains(told), "{verb} {path}: {refused}");
        }
    }
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
        let series = document["answer"]["series"].as_array().unwrap();
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
