//! `hashquake check`: all mistakes of scenario files at once, and what a scenario may say.

use anyhow::bail;
use hashquake_base::format::count;
use hashquake_report::document::check::{CheckReport, CheckedFile};
use hashquake_report::envelope::Envelope;
use hashquake_report::text::check as text;
use hashquake_world::scenario::{key_tables, schema};

use super::output::{Format, print, print_json};
use super::run_args::quoted;
use super::scenario_file::{WhyNot, resolve};

#[derive(clap::Args)]
#[command(after_help = "\
A FILE is a path (it ends in .toml or has a slash) or the name of an embedded scenario. \
Each --set counts for every file; events are reached by their ids.

Examples:
  hashquake check my-scenario.toml
  hashquake check scenarios/*.toml
  hashquake check kazakhstan-35-percent-3-weeks --set events.cut.severity=0.5
  hashquake check my-scenario.toml --set 'events.cut.regions=[\"KZ\"]' \\
      --format json
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
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Print the JSON Schema of scenario files, for editors
    #[arg(long, conflicts_with_all = ["files", "keys"])]
    schema: bool,
    /// Print the tables of all keys as Markdown
    #[arg(long, conflicts_with = "files")]
    keys: bool,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    if args.schema {
        return print(schema::json_schema().as_bytes());
    }
    if args.keys {
        return print(key_tables::key_tables().as_bytes());
    }
    let mut inputs = Vec::new();
    let mut report = CheckReport { files: Vec::new() };
    for file in &args.files {
        let (row, why) = match resolve(file, &args.set) {
            Ok(read) => {
                inputs.extend(read.inputs);
                (CheckedFile::right(file, &read.resolved), None)
            }
            Err(WhyNot::Wrong(mistakes, read)) => {
                inputs.extend(read);
                let row = CheckedFile::wrong(file, &mistakes);
                (row, Some(mistakes.to_string()))
            }
            Err(WhyNot::Unread(what)) => (CheckedFile::unread(file, what.clone()), Some(what)),
        };
        if args.format == Format::Table {
            // What is right goes to standard output, mistakes to standard error.
            text::right(&row).map_or(Ok(()), |line| print(line.as_bytes()))?;
            why.iter().for_each(|why| anstream::eprintln!("{why}"));
        }
        report.files.push(row);
    }
    let wrong = report.files.iter().filter(|f| f.scenario.is_none()).count();
    let all = count(report.files.len(), "scenario");
    if args.format == Format::Json {
        print_json(&Envelope::new(command(&args), None, None, inputs, report))?;
    }
    match wrong {
        0 => Ok(()),
        _ => bail!("{wrong} of {all} cannot be used"),
    }
}

fn command(args: &Args) -> String {
    let mut out = format!("hashquake check {}", args.files.join(" "));
    for set in &args.set {
        out.push_str(&format!(" --set {}", quoted(set)));
    }
    out
}
