//! `hashquake atlas`: the past shocks, what block times say of each, their like and their frequency.

mod filter;
mod inputs;
mod list;
mod nearest;
mod rates;
mod show;

use clap::Subcommand;

#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Without a subcommand the cases are listed, with the loss that block times alone show in each. log10 BF \
says how much likelier those block times are if hashrate was lost than if not: 1 is ten times, 2 a hundred \
times, below 0 they speak against a loss.

Examples:
  hashquake atlas
  hashquake atlas --cause power_cut --sort loss
  hashquake atlas --region CN --from 2021-04-01 --to 2021-08-01
  hashquake atlas --min-loss 10 --format json
  hashquake atlas show texas-2021
  hashquake atlas nearest --loss 20 --days 4
  hashquake atlas rates"
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: list::List,
}

#[derive(Subcommand)]
enum Action {
    /// One case: window, statements, claims with their sources, and what the chain says
    Show(show::Args),
    /// The cases most like a loss of a given size and length
    Nearest(nearest::Args),
    /// Shocks a year by size and cause, and whether they are becoming rarer
    Rates(rates::Args),
}

pub fn run(args: Args) -> anyhow::Result<()> {
    match args.action {
        None => list::run(&args.list),
        Some(Action::Show(args)) => show::run(&args),
        Some(Action::Nearest(args)) => nearest::run(&args),
        Some(Action::Rates(args)) => rates::run(&args),
    }
}
