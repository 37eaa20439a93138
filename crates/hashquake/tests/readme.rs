//! Every command with output in the README and the guides does what stands below it.
//!
//! In a block marked `console`, a line `$ hashquake …` or `$ cargo run --release -- …` is run; the lines
//! after it are its output, `...` alone for any number of lines, `[..]` for any text within one.

use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::assert_data_eq;

struct Shown {
    line: usize,
    command: String,
    output: String,
}

fn shown(text: &str) -> Vec<Shown> {
    let mut out: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (i, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            let command = command.to_string();
            out.push(Shown {
                line: i + 1,
                command,
                output: String::new(),
            });
        } else if inside && let Some(last) = out.last_mut() {
            last.output.push_str(line);
            last.output.push('\n');
        }
    }
    out
}

fn run(command: &str, root: &Path) -> Option<String> {
    let known = ["cargo run --release -- ", "hashquake "];
    let arguments = known
        .iter()
        .find_map(|prefix| command.strip_prefix(prefix))?;
    let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(arguments.split_whitespace())
        .env("COLUMNS", "80")
        .current_dir(root)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    Some(String::from_utf8(out.stdout).unwrap())
}

fn check(name: &str, at_least: usize) {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join(name)).unwrap();
    let mut ran = 0;
    for shown in shown(&text) {
        let Some(output) = run(&shown.command, &root) else {
            assert_eq!(
                shown.command, "./check",
                "{name}:{} is not run by any test",
                shown.line
            );
            continue;
        };
        ran += 1;
        if !shown.output.is_empty() {
            assert_data_eq!(output, shown.output);
        }
    }
    assert!(ran >= at_least, "{name}: only {ran} commands were run");
}

#[test]
fn the_readme_shows_what_the_commands_print() {
    check("README.md", 3);
}

/// The example is compiled with the other targets of this crate.
#[test]
fn the_program_in_the_readme_is_an_example_that_compiles() {
    let readme = include_str!("../../../README.md");
    let example = include_str!("../examples/library.rs");
    let shown = readme.split("```rust\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    let (about, program) = example.split_once("\n\n").unwrap();
    assert!(about.starts_with("//!"), "{about}");
    assert_eq!(shown, program);
}

#[test]
fn the_guide_to_the_world_shows_what_the_commands_print() {
    check("docs/world.md", 5);
}

#[test]
fn the_guide_to_detection_shows_what_the_commands_print() {
    check("docs/detection.md", 1);
}

#[test]
fn the_picture_in_the_readme_is_what_the_command_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("picture.svg");
    let file = path.to_str().unwrap();
    run(
        &format!("hashquake explain kazakhstan-2022 --figure {file}"),
        &root,
    );
    let drawn = std::fs::read_to_string(&path).unwrap();
    let shown = std::fs::read_to_string(root.join("docs/kazakhstan-2022.svg")).unwrap();
    assert!(
        drawn == shown,
        "docs/kazakhstan-2022.svg is stale: explain kazakhstan-2022 --figure docs/kazakhstan-2022.svg"
    );
}
