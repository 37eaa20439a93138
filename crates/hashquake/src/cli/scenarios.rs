//! `hashquake scenarios`: the embedded scenarios.

use clap::Subcommand;
use hashquake_report::document::scenarios::{ListedScenario, ScenarioList};
use hashquake_report::envelope::Envelope;
use hashquake_report::text::scenarios as text;
use hashquake_world::scenario::{Resolved, library};

use super::output::{Format, print, print_json, width};
use super::scenario_file::resolve;
use crate::ask::scenarios_input;

#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  hashquake scenarios
  hashquake scenarios --kind levy
  hashquake scenarios show kazakhstan-35-percent-3-weeks
  hashquake scenarios show kazakhstan-levy-25-tenge --resolved \\
      > my-scenario.toml
  hashquake scenarios show my-scenario.toml \\
      --set events.levy.rate_usd_per_kwh=0.02
  hashquake scenarios --format json"
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only scenarios with an event of this kind
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Subcommand)]
enum Action {
    /// One scenario: its question, events, sources and assumptions
    Show(Show),
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake scenarios show kazakhstan-738-million-investment
  hashquake scenarios show price-shock --set events.crash.change=-0.3 --resolved")]
struct Show {
    /// Name of an embedded scenario, or a file
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// Change a key, after everything else (may be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print it as one TOML that extends nothing
    #[arg(long)]
    resolved: bool,
}

fn kind(word: &str) -> Result<String, String> {
    let known: Vec<&str> = hashquake_world::scenario::extends::kinds().collect();
    if known.contains(&word) {
        return Ok(word.to_string());
    }
    Err(format!(
        "`{word}` is not a valid kind of event: expected one of {}",
        known.join(", ")
    ))
}

pub fn run(args: Args) -> anyhow::Result<()> {
    if let Some(Action::Show(show)) = args.action {
        let resolved = resolve(&show.scenario, &show.set)?.resolved;
        let out = if show.resolved {
            resolved.text
        } else {
            text::scenario(&ListedScenario::new(&resolved), width())
        };
        return print(out.as_bytes());
    }
    let all = library::all();
    let has = |r: &&Resolved| {
        let mut kinds = r.scenario.events.iter().map(|e| e.kind.word());
        args.kind.as_ref().is_none_or(|k| kinds.any(|w| w == k))
    };
    let list = ScenarioList::new(all.iter().filter(has));
    match args.format {
        Format::Table => print(text::scenarios(&list, width()).as_bytes()),
        Format::Json => {
            let kind = args.kind.map_or(String::new(), |k| format!(" --kind {k}"));
            let command = format!("hashquake scenarios{kind}");
            print_json(&Envelope::new(
                command,
                None,
                None,
                vec![scenarios_input()],
                list,
            ))
        }
    }
}
