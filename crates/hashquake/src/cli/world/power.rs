//! `hashquake world efficiency`, `world carbon` and `world tariffs`.

use anyhow::{Context, bail};
use hashquake_base::units::{Seconds, rfc3339};
use hashquake_report::document::world::{CarbonIntensity, NetworkMix, TariffList};
use hashquake_report::text;
use hashquake_world::month::Month;
use hashquake_world::table::{
    self, CARBON, EDITIONS, FLEET, MIX, REGIONS, REGISTERED, REVISIONS, TARIFFS,
};
use hashquake_world::{carbon, fleet, region};

use super::answer::Answer;
use super::moment::parse_at;
use super::rows;
use crate::cli::input::parse_as_of;
use crate::cli::output::RowFormat;

/// Countries of the map, whose tariffs are listed where no region is asked for.
const COUNTRIES: [&str; 9] = ["CA", "CN", "DE", "IE", "IR", "KZ", "MY", "RU", "US"];

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world efficiency --at 2022-01
  hashquake world efficiency --at 2022-01-05 --as-of 2022-01-06 --format json")]
pub struct EfficiencyArgs {
    /// The moment: a month, a day or a time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Seconds,
    /// Only what was known then; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world carbon --at 2022-01
  hashquake world carbon --at 2022-01 --region KZ
  hashquake world carbon --at 2020-07 --region CN-SC --format json")]
pub struct CarbonArgs {
    /// The moment: a month, a day or a time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Seconds,
    /// A country or a part of one, ISO 3166 [default: the mix of the whole network]
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Only what was known then; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

#[derive(clap::Args)]
#[command(after_help = "\
Where no price is known a wide prior around 5 US cents stands, and says so.

Examples:
  hashquake world tariffs --at 2022-01
  hashquake world tariffs --at 2022-01 --region US-TX --format json")]
pub struct TariffArgs {
    /// The moment: a month, a day or a time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Seconds,
    /// A country or a part of one, ISO 3166 [default: the countries of the map]
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

pub fn efficiency(args: &EfficiencyArgs) -> anyhow::Result<()> {
    let found = fleet::efficiency(args.at, args.as_of).with_context(|| {
        let first = fleet::months().iter().map(|m| m.month).min();
        format!(
            "no month of the fleet's efficiency was known by {}; the first is {}, known when it was over",
            args.as_of.map_or(String::new(), rfc3339),
            first.map_or(String::new(), |m| m.to_string())
        )
    })?;
    let answer = Answer {
        as_of: args.as_of,
        seed: None,
        inputs: table::inputs(&[FLEET, REVISIONS]),
        document: found,
    };
    answer.print(args.format, text::world::efficiency, rows::efficiency)
}

pub fn carbon(args: &CarbonArgs) -> anyhow::Result<()> {
    let Some(code) = &args.region else {
        return network(args);
    };
    let found = region::find(code)?;
    let factors = carbon::intensity(&found.code, args.at, args.as_of);
    if factors.is_empty() {
        bail!(
            "no carbon intensity is known here for {} (`{}`){}",
            found.name,
            found.code,
            args.as_of
                .map_or(String::new(), |t| format!(" by {}", rfc3339(t)))
        );
    }
    let answer = Answer {
        as_of: args.as_of,
        seed: None,
        inputs: table::inputs(&[REGIONS, CARBON]),
        document: CarbonIntensity { factors },
    };
    answer.print(args.format, text::world::carbon, rows::carbon)
}

fn network(args: &CarbonArgs) -> anyhow::Result<()> {
    let month = Month::of(args.at);
    let mix = NetworkMix::of(month, args.as_of).with_context(|| {
        format!("the network's mix is not known for {month}: the table has 2019-09 to 2022-01, each month from the map's edition that contains it; for a country add --region CODE")
    })?;
    let answer = Answer {
        as_of: args.as_of,
        seed: None,
        inputs: table::inputs(&[EDITIONS, MIX]),
        document: mix,
    };
    answer.print(args.format, text::world::mix, rows::mix)
}

pub fn tariffs(args: &TariffArgs) -> anyhow::Result<()> {
    let codes = match &args.region {
        Some(code) => vec![region::find(code)?.code.as_str()],
        None => COUNTRIES.to_vec(),
    };
    let answer = Answer {
        as_of: None,
        seed: None,
        inputs: table::inputs(&[REGIONS, TARIFFS, REGISTERED]),
        document: TariffList::new(&codes, args.at),
    };
    answer.print(args.format, text::world::tariffs, rows::tariffs)
}
