//! Every kind of file that a user may name, in every bad state: a clear message and exit code 1, or the
//! right answer; never a panic, never a hang, never much memory.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A kind of file: how it is named on the command line, a good one, and its time column.
struct Kind {
    name: &'static str,
    args: &'static [&'static str],
    good: &'static str,
}

const WINDOW: [&str; 5] = ["explain", "--from", "2022-01-05", "--to", "2022-01-07"];

const KINDS: [Kind; 5] = [
    Kind {
        name: "--blocks",
        args: &["hashrate", "--blocks"],
        good: "height,time,bits\n700000,1631333672,170f48e4\n700001,1631333672,170f48e4\n",
    },
    Kind {
        name: "--shares",
        args: &[
            "explain",
            "--from",
            "2022-01-05",
            "--to",
            "2022-01-07",
            "--shares",
        ],
        good: "time,pool,hashrate_ehs\n1641368874,Slush Pool,9.1\n1641372474,SlushPool,9.2\n",
    },
    Kind {
        name: "--prices",
        args: &[
            "explain",
            "--from",
            "2022-01-05",
            "--to",
            "2022-01-07",
            "--prices",
        ],
        good: "time,price_usd\n2022-01-04,46414.22\n2022-01-05,45900\n",
    },
    Kind {
        name: "--exposures",
        args: &["explain", "kazakhstan-2022", "--exposures"],
        good: "pool,region,share_percent\nAntPool,KZ,10\nF2Pool,KZ,5\n",
    },
    Kind {
        name: "--outage",
        args: &["explain", "kazakhstan-2022", "--outage"],
        good: "audience,region,from,to,severity_low,severity_high\nall,KZ,2022-01-05T10:30Z,2022-01-07T00:00Z,0.5,0.9\n",
    },
];

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// What is said of a file, which must be refused with exit code 1 and one error that names it.
fn refused(args: &[&str], path: &Path) -> String {
    let path = path.to_str().unwrap();
    let out = hashquake(&[args, &[path]].concat());
    let message = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1), "{args:?} {path}: {message}");
    assert!(out.stdout.is_empty(), "{args:?} {path} printed an answer");
    assert_eq!(message.matches("error:").count(), 1, "{message}");
    let name = path.rsplit('/').next().unwrap();
    assert!(message.contains(name), "{args:?}: {message}");
    message
}

fn written(folder: &TempDir, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn what_is_no_table_is_said() {
    let folder = TempDir::new().unwrap();
    for kind in &KINDS {
        let header = kind.good.lines().next().unwrap();
        for (name, bytes, part) in [
            (
                "empty.csv",
                &b""[..],
                "is empty: expected a first row that names",
            ),
            ("header.csv", header.as_bytes(), "in it"),
            ("archive.csv", b"PK\x03\x04\x14\0\0\0", "is a zip archive"),
            ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0", "is a PNG picture"),
            (
                "columns.csv",
                b"colour,taste\nred,sweet\n",
                "line 1: no column",
            ),
            (
                "latin.csv",
                b"\xe9t\xe9\n",
                "line 1: byte 0xe9 is not UTF-8",
            ),
            ("zeros.csv", &[0; 4096], "line 1: holds a zero byte"),
            (
                "packed.csv",
                b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff\xff",
                "gzip data are damaged",
            ),
        ] {
            let message = refused(kind.args, &written(&folder, name, bytes));
            assert!(message.contains(part), "{} {name}: {message}", kind.name);
        }
        let message = refused(kind.args, folder.path());
        assert!(message.contains("is a directory"), "{message}");
        let message = refused(kind.args, Path::new("/nowhere/at-all.csv"));
        assert!(message.contains("cannot be read"), "{message}");
    }
}

#[test]
fn a_cell_that_cannot_be_is_named_with_its_line() {
    let folder = TempDir::new().unwrap();
    for (kind, row, part) in [
        (
            "--blocks",
            "700002,9999-01-01T00:00:00Z,170f48e4",
            "outside what a chain can hold",
        ),
        (
            "--blocks",
            "9223372036854775808,1631333672,170f48e4",
            "whole number",
        ),
        (
            "--blocks",
            "-9223372036854775808,1631333672,170f48e4",
            "whole number",
        ),
        ("--blocks", "4294967295,1631333672,170f48e4", "whole number"),
        (
            "--blocks",
            "700002,-9223372036854775808,170f48e4",
            "outside",
        ),
        ("--blocks", "700002,1631333672,NaN", "not a compact target"),
        (
            "--blocks",
            "700004,1631333672,170f48e4",
            "700002 should follow",
        ),
        ("--shares", "1641368874,a,NaN", "not a valid number"),
        (
            "--shares",
            "1641368874,a,9223372036854775808",
            "not a number between",
        ),
        ("--shares", "253402300799,a,1", "outside"),
        (
            "--prices",
            "2022-01-06,-9223372036854775808",
            "not a number between",
        ),
        ("--prices", "2022-01-06,inf", "not a valid number"),
        ("--prices", "9999-12-31,1", "outside"),
        ("--exposures", "ViaBTC,KZ,1e308", "not a number between"),
        (
            "--outage",
            "martians,KZ,2022-01-08T00:00Z,2022-01-09T00:00Z,0.5,0.9",
            "expected one of all, miners, data_centres, end_users",
        ),
        ("--exposures", "AntPool,KZ,10", "has a share in KZ already"),
        (
            "--outage",
            "all,KZ,2022-01-08T00:00Z,2022-01-09T00:00Z,NaN,0.9",
            "not a valid number",
        ),
        (
            "--outage",
            "all,KZ,2022-01-05T10:30Z,2022-01-07T00:00Z,0.5,0.9",
            "overlaps line 2",
        ),
    ] {
        let kind = KINDS.iter().find(|k| k.name == kind).unwrap();
        let rows = kind.good.lines().count();
        let text = format!("{}\n\n{row}\n", kind.good);
        let message = refused(kind.args, &written(&folder, "cells.csv", text.as_bytes()));
        let line = format!("line {}: ", rows + 3);
        assert!(
            message.contains(&line) && message.contains(part),
            "{part}: {message}"
        );
    }
}

#[test]
fn chains_of_fewer_than_two_blocks_are_not_scored() {
    for (rows, part) in [
        ("", "no chain in it"),
        ("1,0,1e12,40\n", "a chain needs at least two"),
        (
            "1,0,0,40\n",
            "difficulty `0` is not a number greater than 0 and at most 1e30",
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let text = format!("path,time_s,difficulty,ln_h\n{rows}");
        written(&folder, "step.csv", text.as_bytes());
        let message = String::from_utf8(
            hashquake(&[
                "score",
                "--only",
                "paths",
                "--paths",
                folder.path().to_str().unwrap(),
            ])
            .stderr,
        );
        let message = message.unwrap();
        assert!(
            message.contains("step.csv") && message.contains(part),
            "{message}"
        );
    }
}

/// Nobody writes into a pipe that another file names, or that lies in a folder: it would be waited for for ever.
#[test]
#[cfg(unix)]
fn pipes_are_refused_where_only_a_file_makes_sense() {
    let folder = TempDir::new().unwrap();
    let pipe = |name: &str| {
        let path = folder.path().join(name);
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path.to_str().unwrap().to_string()
    };
    let case = pipe("case.toml");
    pipe("base.toml");
    pipe("walk.csv");
    let scenario = written(&folder, "mine.toml", b"extends = \"base.toml\"\n");
    for (args, part) in [
        (
            vec!["explain", &case],
            "case.toml: is a pipe; expected a file",
        ),
        (
            vec!["simulate", scenario.to_str().unwrap()],
            "base.toml: is a pipe; expected a file",
        ),
        (
            vec![
                "score",
                "--only",
                "paths",
                "--paths",
                folder.path().to_str().unwrap(),
            ],
            "walk.csv: is not a file",
        ),
    ] {
        let out = hashquake(&args);
        let message = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(1), "{message}");
        assert!(message.contains(part), "{message}");
    }
}

/// Ends of lines, marks and packing change nothing.
#[test]
fn one_file_in_many_wrappings_is_one_answer() {
    let folder = TempDir::new().unwrap();
    let kind = &KINDS[3];
    let answer = |name: &str, bytes: &[u8]| {
        let path = written(&folder, name, bytes);
        let out = hashquake(&[kind.args, &[path.to_str().unwrap()]].concat());
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        String::from_utf8(out.stdout).unwrap().replace(name, "F")
    };
    let plain = answer("plain.csv", kind.good.as_bytes());
    let windows = format!(
        "\u{feff}{}",
        kind.good.replace('\n', "\r\n").replace(',', ";")
    );
    assert_eq!(answer("windows.csv", windows.as_bytes()), plain);
}

#[test]
#[cfg(unix)]
fn devices_and_files_beyond_the_bound_are_refused_at_once_and_in_little_memory() {
    let folder = TempDir::new().unwrap();
    let sparse = folder.path().join("sparse.csv");
    File::create(&sparse)
        .unwrap()
        .set_len(10_000_000_000)
        .unwrap();
    for kind in &KINDS {
        let message = refused(kind.args, Path::new("/dev/zero"));
        assert!(message.contains("is a device"), "{message}");
        let limited = format!(
            "ulimit -v 500000; exec \"$0\" {} \"$1\"",
            kind.args.join(" ")
        );
        let out = Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_hashquake")])
            .arg(&sparse)
            .output()
            .unwrap();
        let message = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(1), "{}: {message}", kind.name);
        assert!(
            message.contains("is 10000 MB, at most 256 MB are read"),
            "{message}"
        );
    }
    for args in [
        &["check"][..],
        &["explain"],
        &["simulate"],
        &["hashrate", "--headers"],
    ] {
        let folder = TempDir::new().unwrap();
        let sparse = folder.path().join("sparse.toml");
        File::create(&sparse)
            .unwrap()
            .set_len(10_000_000_000)
            .unwrap();
        let out = hashquake(&[args, &[sparse.to_str().unwrap()]].concat());
        let all = [out.stdout, out.stderr].concat();
        let all = String::from_utf8(all).unwrap();
        assert_eq!(out.status.code(), Some(1), "{args:?}: {all}");
        assert!(all.contains("at most 256 MB are read"), "{args:?}: {all}");
    }
}

/// The defect: a file with natural names gave one pool twice, once nearly all lost.
#[test]
fn natural_names_do_not_list_a_pool_twice() {
    let folder = TempDir::new().unwrap();
    let mut text = "time,pool,hashrate_ehs\n".to_string();
    for hour in 0..24 * 20 {
        let name = ["Slush Pool", "SlushPool", "Braiins Pool"][hour % 3];
        let ehs = 9.0 + 0.01 * ((hour * 7919) % 11) as f64;
        text.push_str(&format!("{},{name},{ehs}\n", 1_640_390_400 + 3_600 * hour));
    }
    let path = written(&folder, "natural.csv", text.as_bytes());
    let args = [
        &WINDOW[..],
        &["--shares", path.to_str().unwrap(), "--format", "json"],
    ]
    .concat();
    let out = hashquake(&args);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let answer = String::from_utf8(out.stdout).unwrap();
    assert!(answer.contains("braiinspool"), "{answer}");
    for label in ["slushpool\"", "Slush Pool\"", "braiins\""] {
        assert!(!answer.contains(label), "{label}");
    }
}
