//! `hashquake atlas rates`: shocks a year by size and cause, and whether they are becoming rarer.

use hashquake_base::units::Seconds;
use hashquake_chain::history;
use hashquake_explain::analogue::{measure, retargets};
use hashquake_explain::frequency::{Period, frequency};
use hashquake_report::document::atlas::ShockRates;
use hashquake_report::envelope::Envelope;
use hashquake_report::text;
use hashquake_world::atlas;

use super::inputs;
use crate::cli::input::parse_start;
use crate::cli::output::{Format, command, print, print_json, width};

#[derive(clap::Args)]
#[command(after_help = "\
A rate is given with its 90 % range. Counted are cases whose loss block times support, each shock once, and
beside them every retarget of -5 % or lower.

Examples:
  hashquake atlas rates
  hashquake atlas rates --split 2021-08-01
  hashquake atlas rates --format json")]
pub struct Args {
    /// Where the later part begins (UTC), as in 2021-08-01 [default: the middle of the years]
    #[arg(long, value_name = "T", value_parser = parse_start)]
    split: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let history = history::embedded();
    let period = Period::new(atlas::YEARS, args.split)?;
    let measured = measure(history, atlas::cases());
    let found = frequency(&measured, &retargets(history), &period);
    let answer = ShockRates::new(&measured, found, &period);
    match args.format {
        Format::Table => print(text::atlas::rates(&answer, width()).as_bytes()),
        Format::Json => {
            let as_of = Some(inputs::known_at()?);
            let envelope = Envelope::new(command(), as_of, None, inputs::all(), answer);
            print_json(&envelope)
        }
    }
}
