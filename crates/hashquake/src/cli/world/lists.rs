//! `hashquake world list`, `world machines` and `world places`.

use hashquake_base::units::Seconds;
use hashquake_report::document::world::{MachineList, PlaceFacts, TableList};
use hashquake_report::text;
use hashquake_world::table::{self, TABLES, Table};
use hashquake_world::{machine, place};

use super::answer::Answer;
use super::rows;
use crate::cli::input::parse_as_of;
use crate::cli::output::RowFormat;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world list
  hashquake world list --format csv")]
pub struct ListArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

#[derive(clap::Args)]
#[command(after_help = "\
Joules a terahash are those of the data sheet, at the wall and 25 C, without cooling or losses.

Examples:
  hashquake world machines
  hashquake world machines --format csv > machines.csv")]
pub struct MachineArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world places KZ
  hashquake world places KZ-75 --as-of 2022-02-01 --format json")]
pub struct PlaceArgs {
    /// A country or a part of one, ISO 3166: KZ, KZ-75 (older codes such as KZ-ALA are followed)
    #[arg(value_name = "CODE")]
    region: String,
    /// Only what was known then; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

pub fn tables(args: &ListArgs) -> anyhow::Result<()> {
    let answer = Answer {
        as_of: None,
        seed: None,
        inputs: TABLES.iter().map(Table::input).collect(),
        document: TableList::of_all(),
    };
    answer.print(args.format, text::world::tables, rows::tables)
}

pub fn machines(args: &MachineArgs) -> anyhow::Result<()> {
    let mut machines = machine::all().to_vec();
    machines.sort_by_key(|m| (m.released.is_none(), m.released));
    let answer = Answer {
        as_of: None,
        seed: None,
        inputs: table::inputs(&[table::MACHINES]),
        document: MachineList { machines },
    };
    answer.print(args.format, text::world::machines, rows::machines)
}

pub fn places(args: &PlaceArgs) -> anyhow::Result<()> {
    let mut facts = place::facts(&args.region)?;
    facts.retain(|f| args.as_of.is_none_or(|t| f.known_at <= t));
    let answer = Answer {
        as_of: args.as_of,
        seed: None,
        inputs: table::inputs(&[table::REGIONS, table::PLACES]),
        document: PlaceFacts::new(&facts),
    };
    answer.print(args.format, text::world::places, rows::places)
}
