//! Promises of the command line: what bad input gets, and what a file of one's own gives.

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

fn hashquake(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .output()
        .unwrap()
}

fn refused(args: &[&str]) -> String {
    let out = hashquake(args);
    let message = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1), "{args:?}: {message}");
    assert!(
        out.stdout.is_empty(),
        "{args:?} printed {}",
        String::from_utf8_lossy(&out.stdout)
    );
    assert!(!message.contains("panicked"), "{message}");
    message
}

fn json(args: &[&str]) -> serde_json::Value {
    let out = hashquake(args);
    assert!(
        out.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    serde_json::from_slice(&out.stdout).unwrap()
}

fn write(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

#[test]
fn a_case_that_does_not_exist_is_told_the_nearest() {
    let message = refused(&["explain", "kazakhstan"]);
    assert!(
        message.contains("did you mean `kazakhstan-")
            && message.contains("`kazakhstan-2022`")
            && message.contains("`hashquake atlas` lists all"),
        "{message}"
    );
}

#[test]
fn windows_that_cannot_be_are_refused() {
    let message = refused(&["explain", "--from", "2022-01-10", "--to", "2022-01-05"]);
    assert!(message.contains("is not before"), "{message}");
    let message = refused(&["explain", "--from", "2031-01-01", "--to", "2031-01-05"]);
    assert!(
        message.contains("no blocks") && message.contains("2024-12-31"),
        "{message}"
    );
    let message = refused(&["explain", "--from", "yesterday", "--to", "2031-01-05"]);
    assert!(message.contains("2022-01-05T10:45:00Z"), "{message}");
    let message = refused(&["explain", "kazakhstan-2022", "--as-of", "2022-01-04"]);
    assert!(
        message.contains("nothing of it was known then"),
        "{message}"
    );
    refused(&["explain", "--from", "2022-01-05"]);
    refused(&["explain", "kazakhstan-2022", "--append"]);
    refused(&["explain", "kazakhstan-2022", "--without", "prophets"]);
}

#[test]
fn a_case_file_shows_all_its_mistakes_at_once() {
    let folder = TempDir::new().unwrap();
    let text = "id = \"x\"\ntitel = \"X\"\nevent = \"x\"\nplace = 7\n[window]\nstart = \"noon\"\n";
    let case = write(&folder, "x.toml", text);
    let message = refused(&["explain", &case]);
    for part in [
        "did you mean `title`?",
        "line 2",
        "line 4",
        "line 6",
        "`window.end` is missing",
    ] {
        assert!(message.contains(part), "no {part} in {message}");
    }
}

#[test]
fn broken_files_are_refused_with_their_place_and_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    let report = folder.path().join("report.html");
    let report_arg = report.to_str().unwrap();
    let window = [
        "explain",
        "--from",
        "2022-01-05",
        "--to",
        "2022-01-06",
        "--report",
        report_arg,
    ];
    let bad = [
        (
            "gap.csv",
            "height,time,bits\n1,1641379500,170b8c8b\n3,1641379600,170b8c8b\n",
            "line 3",
        ),
        ("time.csv", "height,time,bits\n1,x,170b8c8b\n", "line 2"),
        ("bits.csv", "height,time,bits\n1,1641379500,zz\n", "line 2"),
        ("columns.csv", "a,b\n1,2\n", "no column `height`"),
        ("short.csv", "height,time,bits\n1,2\n", "line 2"),
        ("empty.csv", "height,time,bits\n", "no blocks"),
        ("garbage.csv", "\u{0}\u{1}\u{2}", "no column"),
    ];
    for (name, text, part) in bad {
        let file = write(&folder, name, text);
        let message = refused(&[&window[..], &["--blocks", &file]].concat());
        assert!(
            message.contains(part) && message.contains(name),
            "no {part} in {message}"
        );
    }
    let headers = write(&folder, "headers_5_6.bin", "not a header");
    let message = refused(&[&window[..], &["--headers", &headers]].concat());
    assert!(message.contains("headers_5_6.bin"), "{message}");
    let message = refused(&[&window[..], &["--blocks", "/nowhere.csv"]].concat());
    assert!(message.contains("/nowhere.csv"), "{message}");
    assert!(!report.exists());
}

/// The embedded blocks as a table of one's own give the same answer as the embedded history.
#[test]
fn a_table_of_ones_own_works_like_the_history() {
    let folder = TempDir::new().unwrap();
    let blocks = &hashquake_core::chain::history::embedded().blocks;
    let from = blocks.position(714_000).unwrap();
    let cut = blocks.range(from, from + 7_000);
    let pools = cut.pools().unwrap();
    let mut text = "height,time,bits,pool\n".to_string();
    for i in 0..cut.len() {
        let pool = &pools.names()[pools.index()[i] as usize];
        let (time, bits) = (cut.times()[i], cut.bits()[i].to_consensus());
        text.push_str(&format!("{},{time},{bits:08x},{pool}\n", cut.height(i)));
    }
    let file = write(&folder, "blocks.csv", &text);
    let embedded = json(&["explain", "kazakhstan-2022", "--format", "json"]);
    let own = json(&[
        "explain",
        "kazakhstan-2022",
        "--format",
        "json",
        "--blocks",
        &file,
    ]);
    for part in ["fused", "claims", "next_retarget", "daily"] {
        assert_eq!(own[part], embedded[part], "{part}");
    }
    assert_eq!(
        own["evidence"]["blocks"]["loss_percent"],
        embedded["evidence"]["blocks"]["loss_percent"]
    );
    let appended = json(&[
        "explain",
        "kazakhstan-2022",
        "--format",
        "json",
        "--blocks",
        &file,
        "--append",
    ]);
    assert_eq!(appended["fused"], embedded["fused"]);

    let forged =
        text.replacen(",braiinspool", ",braiinspool ", 1)
            .replacen("714100,16", "714100,15", 1);
    let file = write(&folder, "forged.csv", &forged);
    let message = refused(&["explain", "kazakhstan-2022", "--blocks", &file, "--append"]);
    assert!(
        message.contains("714100") && message.contains("header time"),
        "{message}"
    );
}

#[test]
fn help_shows_examples_and_the_embedded_data_verify() {
    for verb in ["explain", "data", "atlas"] {
        let out = hashquake(&[verb, "--help"]);
        assert!(
            String::from_utf8(out.stdout).unwrap().contains("Examples:"),
            "{verb}"
        );
    }
    let out = hashquake(&["data", "verify"]);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let listed = json(&["data", "--format", "json"]);
    assert!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .all(|i| i["sha256"].as_str().unwrap().len() == 64)
    );
}
