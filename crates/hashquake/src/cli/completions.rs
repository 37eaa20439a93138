//! `hashquake completions`: what a shell needs to complete verbs and options.

use clap::Command;
use clap_complete::Shell;

use super::output::print;

#[derive(clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints completions of `command` for a shell.
pub fn run(args: Args, mut command: Command) -> anyhow::Result<()> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut command, "hashquake", &mut out);
    print(&out)
}
