//! `hashquake world`: the world's tables as a product of their own.

mod answer;
mod compare;
mod lists;
mod moment;
mod power;
mod rows;
mod shares;

use clap::Subcommand;

#[derive(clap::Args)]
#[command(after_help = "\
A moment is a month (2022-01), a day or a time. --as-of leaves out what was published later.

Examples:
  hashquake world list
  hashquake world shares --at 2022-01
  hashquake world shares --at 2022-01-05 --as-of 2022-01-06 --region KZ
  hashquake world shares --check
  hashquake world history KZ
  hashquake world efficiency --at 2022-01
  hashquake world carbon --at 2022-01 --region KZ
  hashquake world places KZ
  hashquake world compare 2021-04 2022-01
  hashquake world shares --at 2022-01 --format csv")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The tables: what they hold, from where, under which licence
    List(lists::ListArgs),
    /// Countries' shares of the network at a moment, with intervals; other sources beside them
    Shares(shares::Args),
    /// One region's printed share, month by month
    History(shares::HistoryArgs),
    /// Machines with joules a terahash and months of release
    Machines(lists::MachineArgs),
    /// Joules a terahash of the whole fleet at a moment
    Efficiency(power::EfficiencyArgs),
    /// Grams of CO2 a kilowatt-hour: a region's, or the network's mix
    Carbon(power::CarbonArgs),
    /// The price of electricity, known or a prior, and the registered part of mining power
    Tariffs(power::TariffArgs),
    /// What is known below the country: unrest, mines, what inspections found
    Places(lists::PlaceArgs),
    /// Two months side by side: is mining more resistant than it was?
    Compare(compare::Args),
}

pub fn run(args: Args) -> anyhow::Result<()> {
    match args.action {
        Action::List(args) => lists::tables(&args),
        Action::Shares(args) => shares::run(&args),
        Action::History(args) => shares::history(&args),
        Action::Machines(args) => lists::machines(&args),
        Action::Efficiency(args) => power::efficiency(&args),
        Action::Carbon(args) => power::carbon(&args),
        Action::Tariffs(args) => power::tariffs(&args),
        Action::Places(args) => lists::places(&args),
        Action::Compare(args) => compare::run(&args),
    }
}
