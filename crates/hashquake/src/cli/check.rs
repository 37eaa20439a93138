//! `hashquake check`: all mistakes of scenario files at once, and what a scenario may say.

use anyhow::bail;
use clap::ValueEnum;
use hashquake_base::diagnostics::{Diagnostic, Diagnostics};
use hashquake_base::units::rfc3339;
use hashquake_world::scenario::{Resolved, key_tables, schema};
use serde::Serialize;

use super::output::print;
use super::scenario_file::{WhyNot, count, resolve};

#[derive(clap::Args)]
#[command(after_help = "\
A FILE is a path (it ends in .toml or has a slash) or the name of an embedded scenario.
Each --set counts for every file; events are reached by their ids.

Examples:
  hashquake check my-scenario.toml
  hashquake check scenarios/*.toml
  hashquake check kazakhstan-35-percent-3-weeks --set events.cut.severity=0.5
  hashquake check my-scenario.toml --set 'events.cut.regions=[\"KZ\"]' --format json
  hashquake check --schema > scenario.schema.json
  hashquake check --keys

Exit codes: 0 all right, 1 a mistake anywhere.")]
pub struct Args {
    /// Scenario files, or names of embedded scenarios
    #[arg(value_name = "FILE", required_unless_present_any = ["schema", "keys"])]
    files: Vec<String>,
    /// Change a key before checking, after everything else (may be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print the JSON Schema of scenario files, for editors
    #[arg(long, conflicts_with_all = ["files", "keys"])]
    schema: bool,
    /// Print the tables of all keys as Markdown
    #[arg(long, conflicts_with = "files")]
    keys: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A file as JSON prints it.
#[derive(Serialize)]
struct Row {
    file: String,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<String>,
    events: usize,
    assumptions: usize,
    mistakes: Vec<MistakeRow>,
}

#[derive(Serialize)]
struct MistakeRow {
    file: String,
    line: Option<usize>,
    key: String,
    message: String,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    if args.schema {
        return print(schema::json_schema().as_bytes());
    }
    if args.keys {
        return print(key_tables::key_tables().as_bytes());
    }
    let files = args.files.iter().map(String::as_str);
    let read: Vec<_> = files.map(|f| (f, resolve(f, &args.set))).collect();
    let wrong = read.iter().filter(|(_, r)| r.is_err()).count();
    match args.format {
        Format::Text => print_text(&read)?,
        Format::Json => {
            let rows: Vec<Row> = read.iter().map(|(file, r)| row(file, r)).collect();
            let text = serde_json::to_string_pretty(&rows)?;
            print(format!("{text}\n").as_bytes())?;
        }
    }
    match wrong {
        0 => Ok(()),
        _ => bail!(
            "{wrong} of {} cannot be used",
            count(read.len(), "scenario")
        ),
    }
}

/// What is right goes to standard output, mistakes to standard error.
fn print_text(read: &[(&str, Result<Resolved, WhyNot>)]) -> anyhow::Result<()> {
    for (file, result) in read {
        match result {
            Ok(r) => {
                let s = &r.scenario;
                let line = format!(
                    "ok  {file}: {}; {} to {}; {}, {}\n",
                    s.title,
                    rfc3339(s.start),
                    rfc3339(s.end),
                    count(s.events.len(), "event"),
                    count(r.priors.len(), "assumption"),
                );
                print(line.as_bytes())?;
            }
            Err(why) => anstream::eprintln!("{why}"),
        }
    }
    Ok(())
}

fn row(file: &str, result: &Result<Resolved, WhyNot>) -> Row {
    let (scenario, mistakes) = match result {
        Ok(r) => (Some(r), Vec::new()),
        Err(WhyNot::Wrong(Diagnostics { list, .. })) => {
            (None, list.iter().map(mistake_row).collect())
        }
        Err(WhyNot::Unread(what)) => (
            None,
            vec![MistakeRow {
                file: file.to_string(),
                line: None,
                key: String::new(),
                message: what.clone(),
            }],
        ),
    };
    Row {
        file: file.to_string(),
        ok: scenario.is_some(),
        scenario: scenario.map(|r| r.scenario.id.clone()),
        events: scenario.map_or(0, |r| r.scenario.events.len()),
        assumptions: scenario.map_or(0, |r| r.priors.len()),
        mistakes,
    }
}

fn mistake_row(m: &Diagnostic) -> MistakeRow {
    MistakeRow {
        file: m.location.file.clone(),
        line: m.location.line,
        key: m.key.clone(),
        message: m.message.clone(),
    }
}
