//! One file a verb. A verb parses, calls the core, prints; errors go to standard error with code 1.

mod atlas;
mod check;
mod completions;
mod data;
mod detect;
mod explain;
mod forecast;
mod hashrate;
mod input;
mod man;
mod output;
mod progress;
mod replay;
mod run_args;
mod scenario_file;
mod scenarios;
mod score;
mod simulate;
mod sweep;
mod window;
mod world;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Measures, explains and rehearses shocks to proof-of-work mining: how much hashrate was lost, when, where and why,
/// how sure that is, which of the published sentences hold, and what would come of the next.
#[derive(Parser)]
#[command(
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  hashquake explain kazakhstan-2022
  hashquake explain kazakhstan-2022 --as-of 2022-01-06T12:00:00Z \\
      --report page.html
  hashquake hashrate --from 2022-01-01 --to 2022-01-15 --smoothed
  hashquake forecast --as-of 2024-06-01
  hashquake simulate kazakhstan-35-percent-3-weeks
  hashquake replay china-2021
  hashquake world shares --at 2022-01
  hashquake data verify

Exit codes: 0 an answer, 1 an error. Colours follow NO_COLOR."
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// What really happened: each source of evidence, all together, and the published claims
    Explain(explain::Args),
    /// The atlas of past shocks: list, one case, the nearest to a loss, and how often they come
    Atlas(atlas::Args),
    /// The hashrate with its band, over a window
    Hashrate(hashrate::Args),
    /// Shocks in a stretch of chain: when, how large, how sure, and how soon they could be called
    Detect(detect::Args),
    /// What comes next: retargets, blocks, gaps, hashrate, hashprice
    Forecast(forecast::Args),
    /// A scenario, run many times beside the same world without its events
    Simulate(simulate::Args),
    /// A scenario at many points of its keys: a table, what moves an output most, Sobol indices
    Sweep(sweep::Args),
    /// A past shock simulated from what was known before it, and scored against what came
    Replay(replay::Args),
    /// The embedded scenarios: what is asked, what happens, what is assumed
    Scenarios(scenarios::Args),
    /// All mistakes of scenario files at once, with line and what would be right
    Check(check::Args),
    /// How often estimators and forecasts were right, beside the rules that others publish
    Score(score::Args),
    /// The world's tables: shares by country, machines, efficiency, carbon, tariffs, places
    World(world::Args),
    /// What is embedded, from where, under which licence; and whether it is still what it was
    Data(data::Args),
    /// Completions for a shell, to standard output
    Completions(completions::Args),
    /// Manual pages: one for each verb into a folder, or the main one to standard output
    Man(man::Args),
}

/// Runs the command line: 0 when all went well, 1 on an error.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(u8::from(e.use_stderr()));
        }
    };
    let done = match cli.verb {
        Verb::Explain(args) => explain::run(args),
        Verb::Atlas(args) => atlas::run(args),
        Verb::Hashrate(args) => hashrate::run(args),
        Verb::Detect(args) => detect::run(args),
        Verb::Forecast(args) => forecast::run(args),
        Verb::Simulate(args) => simulate::run(args),
        Verb::Sweep(args) => sweep::run(args),
        Verb::Score(args) => score::run(args),
        Verb::World(args) => world::run(args),
        Verb::Data(args) => data::run(args),
        Verb::Scenarios(args) => scenarios::run(args),
        Verb::Check(args) => check::run(args),
        Verb::Replay(args) => replay::run(args),
        Verb::Completions(args) => completions::run(args, Cli::command()),
        Verb::Man(args) => man::run(args, Cli::command()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            anstream::eprintln!("error: {e:#}");
            ExitCode::from(1)
        }
    }
}
