//! `hashquake atlas nearest`: the cases most like a loss.

use anyhow::ensure;
use hashquake_chain::history;
use hashquake_explain::analogue::{measure, nearest};
use hashquake_report::document::atlas::NearestCases;
use hashquake_report::envelope::Envelope;
use hashquake_report::text;
use hashquake_world::atlas;

use super::filter::Filter;
use super::inputs;
use crate::cli::output::{Format, command, print, print_json, width};

#[derive(clap::Args)]
#[command(after_help = "\
The distance is the root of ((loss - case's loss) / 10 points)^2 + log2(days / case's days)^2: ten points
of loss count as much as a doubling of the time. A case's loss is what block times alone say of its window.

Examples:
  hashquake atlas nearest --loss 20 --days 4
  hashquake atlas nearest --loss 13.4 --days 5 --cause internet_outage \\
      --format json")]
pub struct Args {
    /// The loss, percent of the network's hashrate
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true)]
    loss: f64,
    /// How long it lasted, days
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    days: f64,
    /// How many cases to name
    #[arg(long, value_name = "N", default_value_t = 5)]
    count: usize,
    #[command(flatten)]
    filter: Filter,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    ensure!(
        args.loss > -100.0 && args.loss < 100.0,
        "--loss {} is not a valid loss: it should lie between -100 and 100 percent",
        args.loss
    );
    ensure!(
        args.days > 0.0 && args.days.is_finite(),
        "--days {} is not a valid length: it should be more than 0",
        args.days
    );
    ensure!(
        args.count > 0,
        "--count 0 names no case: it should be at least 1"
    );
    args.filter.check()?;
    let measured = measure(history::embedded(), atlas::cases());
    let near = nearest(&args.filter.apply(measured), args.loss, args.days);
    let answer = NearestCases::new(args.loss, args.days, &near, args.count);
    match args.format {
        Format::Table => print(text::atlas::nearest(&answer, width()).as_bytes()),
        Format::Json => {
            let as_of = Some(inputs::known_at()?);
            let envelope = Envelope::new(command(), as_of, None, inputs::all(), answer);
            print_json(&envelope)
        }
    }
}
