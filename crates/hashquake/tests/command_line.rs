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

/// The answer within a document's envelope.
fn answer(args: &[&str]) -> serde_json::Value {
    let document = json(args);
    assert!(document["answer"].is_object(), "{args:?}");
    document["answer"].clone()
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
        ("garbage.csv", "\u{0}\u{1}\u{2}", "holds a zero byte"),
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
    let file = table_of_january_2022(&folder);
    let text = fs::read_to_string(&file).unwrap();
    let embedded = answer(&["explain", "kazakhstan-2022", "--format", "json"]);
    let own = answer(&[
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
    let appended = answer(&[
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
        listed["answer"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|i| i["sha256"].as_str().unwrap().len() == 64)
    );
}

/// The embedded blocks of the weeks around January 2022 as a table.
fn table_of_january_2022(folder: &TempDir) -> String {
    let blocks = &hashquake_chain::history::embedded().blocks;
    let from = blocks.position(711_000).unwrap();
    let cut = blocks.range(from, from + 10_000);
    let pools = cut.pools().unwrap();
    let mut text = "height,time,bits,pool\n".to_string();
    for i in 0..cut.len() {
        let pool = &pools.names()[pools.index()[i] as usize];
        let (time, bits) = (cut.times()[i], cut.bits()[i].to_consensus());
        text.push_str(&format!("{},{time},{bits:08x},{pool}\n", cut.height(i)));
    }
    write(folder, "blocks.csv", &text)
}

/// The minutes since the last block are evidence too: a table that goes on after the moment knows them
/// as well as the history does, alone and behind it.
#[test]
fn a_table_at_a_past_moment_works_like_the_history() {
    let folder = TempDir::new().unwrap();
    let file = table_of_january_2022(&folder);
    for moment in ["2022-01-06T12:00:00Z", "2022-01-05T23:13:00Z"] {
        let ask = [
            "explain",
            "kazakhstan-2022",
            "--format",
            "json",
            "--as-of",
            moment,
        ];
        let embedded = answer(&ask);
        for own in [
            &["--blocks", &file][..],
            &["--blocks", &file, "--append"][..],
        ] {
            let own = answer(&[&ask[..], own].concat());
            for part in ["window", "evidence", "fused", "next_retarget", "daily"] {
                assert_eq!(own[part], embedded[part], "{part} at {moment}");
            }
        }
    }
}

/// A block found in the very second of the moment gives no comparison window of a second's length.
#[test]
fn the_last_block_alone_is_no_baseline() {
    let blocks = &hashquake_chain::history::embedded().blocks;
    let time = blocks.times()[blocks.position(717_500).unwrap()];
    let moment = hashquake_base::units::rfc3339(i64::from(time));
    let at = answer(&[
        "explain",
        "kazakhstan-2022",
        "--format",
        "json",
        "--as-of",
        &moment,
    ]);
    assert_eq!(at["window"]["end"], moment.as_str());
    let rows = at["evidence"]["blocks"]["sensitivity"].as_array().unwrap();
    assert!(rows.iter().all(|r| {
        let change = &r["change"];
        let after_alone = change["days_before"] == 0 && change["days_after"] != 0;
        !after_alone && r["loss_percent"]["p50"].as_f64().unwrap() < 30.0
    }));
}

#[test]
fn one_mistake_is_told_once_and_where_it_is() {
    let window = ["explain", "--from", "2022-01-05", "--to", "2022-01-06"];
    let message = refused(&[&window[..], &["--blocks", "/nowhere.csv"]].concat());
    assert_eq!(message.matches("No such file").count(), 1, "{message}");
    let folder = TempDir::new().unwrap();
    let cut = folder.path().join("cut.bin");
    fs::write(&cut, [1; 40]).unwrap();
    let cut = cut.to_str().unwrap();
    let headers = ["--headers", cut, "--headers-from", "5"];
    let message = refused(&[&window[..], &headers].concat());
    assert_eq!(message.matches("40 of 80").count(), 1, "{message}");

    let message = refused(&["explain", "--from", "2022-01-05"]);
    assert!(
        message.contains("--to") && message.contains("kazakhstan-2022"),
        "{message}"
    );
    let message = refused(&[
        "explain",
        "kazakhstan-2022",
        "--as-of",
        "2022-01-05T11:30:00Z",
    ]);
    assert!(
        message.contains("to 2022-01-05T10:29:19Z as known then") && !message.contains("2024"),
        "{message}"
    );
}

#[test]
fn a_pool_is_stated_once_in_a_case() {
    let folder = TempDir::new().unwrap();
    let press = "[[press]]\npool = \"f2pool\"\nloss_percent = 20\nover = \"a day\"\nsource = \"s\"\nknown_at = \"2022-05-06\"\n";
    let text = format!(
        "id = \"x\"\ntitle = \"X\"\nevent = \"x\"\nplace = \"x\"\n[window]\nstart = \"2022-05-05T00:00Z\"\nend = \"2022-05-08T00:00Z\"\nsource = \"s\"\n{press}{press}"
    );
    let case = write(&folder, "x.toml", &text);
    let message = refused(&["explain", &case]);
    assert!(
        message.contains("`f2pool` twice") && message.contains("once"),
        "{message}"
    );
}

/// What the program cannot carry into the answer is said, not passed over.
#[test]
fn what_limits_an_answer_is_noted() {
    let notes =
        |args: &[&str]| answer(&[args, &["--format", "json"]].concat())["notes"].to_string();
    let growth = ["explain", "--from", "2020-06-01", "--to", "2023-01-01"];
    let growth = notes(&[&growth[..], &["--as-of", "2022-05-05"]].concat());
    assert!(growth.contains("Only gains up to 20 %"), "{growth}");

    let folder = TempDir::new().unwrap();
    let mut text = "time,pool,hashrate_ehs\n".to_string();
    (0..480).for_each(|i| {
        text.push_str(&format!("{},Nobody's Pool,40\n", 1_677_542_400 + 3_600 * i));
    });
    let shares = write(&folder, "shares.csv", &text);
    let window = ["explain", "--from", "2023-03-10", "--to", "2023-03-13"];
    let unknown = notes(&[&window[..], &["--shares", &shares]].concat());
    assert!(unknown.contains("labelled `Nobody's Pool`"), "{unknown}");
}

/// An example that a shell can run when it is copied: what is folded at the terminal's width says so itself.
#[test]
fn examples_in_the_help_fit_a_narrow_terminal() {
    let verbs = [
        "explain",
        "atlas",
        "hashrate",
        "detect",
        "forecast",
        "simulate",
        "sweep",
        "replay",
        "scenarios",
        "check",
        "score",
        "world",
        "data",
    ];
    for verb in verbs {
        let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
            .args([verb, "--help"])
            .env("COLUMNS", "80")
            .output()
            .unwrap();
        let help = String::from_utf8(out.stdout).unwrap();
        let examples = help.split("Examples:").nth(1).unwrap_or_default();
        let mut goes_on = false;
        for line in examples.lines().filter(|l| l.starts_with(' ')) {
            let begins = line.starts_with("  hashquake ");
            assert!(begins != goes_on, "{verb}: {line}");
            goes_on = line.ends_with('\\');
        }
        // Words of a paragraph fill its lines: none but the last is short.
        let paragraphs = help.split("Examples:").next().unwrap_or_default();
        for paragraph in paragraphs.split("\n\n").filter(|p| !p.starts_with(' ')) {
            let lines: Vec<&str> = paragraph.lines().collect();
            for pair in lines.windows(2).filter(|_| lines.len() > 2) {
                let next = pair[1].split(' ').next().unwrap_or_default();
                let is_full = pair[0].chars().count() + 1 + next.chars().count() > 80;
                assert!(
                    is_full || pair[1].starts_with(' ') || pair[0].ends_with(':'),
                    "{verb}: {}",
                    pair[0]
                );
            }
        }
    }
}

/// The defect: a table of the real chain with one digit mistyped was used as it stood.
#[test]
fn a_mistyped_digit_in_a_table_of_blocks_is_refused_with_its_line() {
    let folder = TempDir::new().unwrap();
    let file = table_of_january_2022(&folder);
    let text = fs::read_to_string(&file).unwrap();
    let at = text.lines().position(|l| l.starts_with("717300,")).unwrap();
    let row = text.lines().nth(at).unwrap();
    let wrong = text.replacen(row, &row.replacen("170b98ab", "180b98ab", 1), 1);
    let file = write(&folder, "typed.csv", &wrong);
    let message = refused(&["explain", "kazakhstan-2022", "--blocks", &file]);
    let line = format!("line {}: block 717300", at + 1);
    for part in [line.as_str(), "180b98ab", "170b98ab"] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

/// What is told on standard error stands in the document too.
#[test]
fn the_notes_on_a_file_stand_in_every_answer() {
    let folder = TempDir::new().unwrap();
    let rows =
        (0..9_000).map(|i| format!("{},{},170f48e4\n", 700_000 + i, 1_631_333_672 + 600 * i));
    let text = format!("height,time,bits\n{}", rows.collect::<String>());
    let file = write(&folder, "simulated.csv", &text);
    let is_another = "simulated.csv is not a chain of Bitcoin's main network";
    let window = ["--from", "2021-10-20", "--to", "2021-10-25"];
    let ask = |verb: &str, window: &[&str]| {
        let own = ["--blocks", &file, "--format", "json"];
        json(&[&[verb], window, &own].concat())["notes"].to_string()
    };
    for (verb, window) in [
        ("hashrate", &window[..]),
        ("explain", &window),
        ("detect", &[]),
        ("forecast", &[]),
    ] {
        let notes = ask(verb, window);
        assert!(notes.contains(is_another), "{verb}: {notes}");
    }
    assert_eq!(
        json(&["atlas", "--format", "json"])["notes"],
        serde_json::json!([])
    );

    let prices: String = (1..29)
        .map(|day| format!("2021-12-{day:02} 00:00,{}\n", 40_000 + day))
        .collect();
    let prices = write(&folder, "prices.csv", &format!("time,price_usd\n{prices}"));
    let scenario = "kazakhstan-35-percent-3-weeks";
    let json = json(&[
        "simulate", scenario, "--runs", "2", "--prices", &prices, "--format", "json",
    ]);
    let notes = json["notes"].to_string();
    assert!(
        notes.contains("times without a zone are read as UTC"),
        "{notes}"
    );
}

#[test]
fn a_window_between_two_blocks_is_said_to_hold_none() {
    let message = refused(&[
        "explain",
        "--from",
        "2022-01-05T10:45Z",
        "--to",
        "2022-01-05T10:50Z",
    ]);
    assert!(
        message.contains("no block falls into the window"),
        "{message}"
    );
    assert!(!message.contains("2024"), "{message}");
}
