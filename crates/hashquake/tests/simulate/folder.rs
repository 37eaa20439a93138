//! The folder of a simulation: shards, threads, kills, full disks.

use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
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
    let args = |path| short(&["--runs", "1000", "--threads", "1", "--out", path]);
    right(&args(whole_path));
    let mut child = command(&args(broken_path))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while finished(&broken).is_empty() && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    let end = child.wait().unwrap();
    assert!(!end.success(), "it ended by itself before it was killed");
    #[cfg(unix)]
    assert_eq!(end.signal(), Some(9));
    assert!(!broken.join("manifest.json").exists());
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

/// Nothing of the user's is overwritten or taken away.
#[test]
fn a_folder_of_other_files_is_refused_and_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path();
    let asked = short(&["--runs", "1", "--out", out.to_str().unwrap()]);
    fs::create_dir(out.join("shards")).unwrap();
    fs::write(out.join("shards/notes.txt"), "x").unwrap();
    let told = wrong(&asked);
    assert!(told.contains("holds shards and no plan.json"), "{told}");
    fs::write(out.join("series.parquet"), "t").unwrap();
    fs::write(out.join(".notes.part"), "y").unwrap();
    let told = wrong(&asked);
    assert!(told.contains("name a new or empty --out"), "{told}");
    let kept = [
        ("shards/notes.txt", "x"),
        ("series.parquet", "t"),
        (".notes.part", "y"),
    ];
    for (name, text) in kept {
        assert_eq!(fs::read_to_string(out.join(name)).unwrap(), text, "{name}");
    }
    assert!(!out.join("scenario.toml").exists());
}

#[test]
fn files_beside_the_shards_outlive_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    right(&short(&["--runs", "32", "--out", path, "--shard", "1/2"]));
    let shards = dir.path().join("shards");
    for name in ["notes.txt", "1.hqs", "abcdef.hqs"] {
        fs::write(shards.join(name), "x").unwrap();
    }
    right(&short(&["--runs", "32", "--out", path]));
    assert!(finished(dir.path()).keys().eq(["1.hqs", "abcdef.hqs"]));
    assert_eq!(fs::read_to_string(shards.join("notes.txt")).unwrap(), "x");
}

/// The tables of one seed would stand beside those of another.
#[test]
fn a_finished_folder_that_lost_its_plan_takes_no_other_simulation() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    right(&short(&["--runs", "16", "--out", path]));
    fs::remove_file(dir.path().join("plan.json")).unwrap();
    let before = files(dir.path());
    let told = wrong(&short(&[
        "--runs", "16", "--out", path, "--seed", "2", "--tables", "csv",
    ]));
    assert!(told.contains("and no plan.json"), "{told}");
    assert_eq!(files(dir.path()), before);
}

/// Killed between its first two files, a run is taken up by the same command.
#[test]
fn a_run_that_was_killed_before_its_plan_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let asked = short(&["--runs", "1", "--out", path]);
    right(&asked);
    for (name, _) in files(dir.path()) {
        if name != "scenario.toml" {
            fs::remove_file(dir.path().join(name)).unwrap();
        }
    }
    fs::write(dir.path().join(".plan.json.7.part"), "{").unwrap();
    right(&asked);
    assert!(!dir.path().join(".plan.json.7.part").exists());
}

/// What has no end is not read to its end.
#[cfg(unix)]
#[test]
fn plans_and_shards_without_an_end_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let part = short(&["--runs", "32", "--out", path, "--shard", "1/2"]);
    right(&part);
    for (name, bytes) in [
        ("plan.json", 65_000_000),
        ("shards/000000.hqs", 10_000_000_000),
    ] {
        let file = dir.path().join(name);
        let kept = fs::read(&file).unwrap();
        fs::File::create(&file).unwrap().set_len(bytes).unwrap();
        let told = wrong(&part);
        assert!(told.contains("more than this program writes"), "{told}");
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
        let told = wrong(&part);
        assert!(told.contains("is not a file"), "{told}");
        fs::remove_file(&file).unwrap();
        let made = Command::new("mkfifo").arg(&file).status().unwrap();
        assert!(made.success());
        let told = wrong(&part);
        assert!(told.contains("is not a file"), "{told}");
        fs::remove_file(&file).unwrap();
        fs::write(&file, kept).unwrap();
    }
}
