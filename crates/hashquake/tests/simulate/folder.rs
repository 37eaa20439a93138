//! The folder of a simulation: shards, threads, kills, full disks.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::program::{command, files, right, short, wrong};

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
