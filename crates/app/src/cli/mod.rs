//! One file a verb. A verb parses, calls the core, prints; errors go to standard error with code 1.

mod data;
mod explain;
mod hashrate;
mod input;
mod score;
mod text;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures, explains and rehearses shocks to proof-of-work mining.
#[derive(Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// What really happened: each witness, all together, and the published claims
    Explain(explain::Args),
    /// The hashrate with its band, over a window
    Hashrate(hashrate::Args),
    /// How often the estimators were right, beside the rules that others publish
    Score(score::Args),
    /// What is embedded, from where, under which licence; and whether it is still what it was
    Data(data::Args),
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
        Verb::Hashrate(args) => hashrate::run(args),
        Verb::Score(args) => score::run(args),
        Verb::Data(args) => data::run(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            anstream::eprintln!("error: {e:#}");
            ExitCode::from(1)
        }
    }
}
