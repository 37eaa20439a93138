//! `hashquake world compare`: two months side by side.

use anyhow::{Context, ensure};
use hashquake_base::units::{Seconds, date, rfc3339};
use hashquake_chain::history;
use hashquake_explain::comparison::compare;
use hashquake_report::document::world::ResistanceCompared;
use hashquake_report::text;
use hashquake_world::editions;
use hashquake_world::month::Month;
use hashquake_world::table::{self, CARBON, MIX, POOL_GROUPS, SHARES};

use super::answer::Answer;
use super::rows;
use crate::ask::history_input;
use crate::cli::input::parse_as_of;
use crate::cli::output::RowFormat;

#[derive(clap::Args)]
#[command(after_help = "\
Measured are the concentration of countries and of pools, what is lost if the largest country goes dark, and \
the carbon intensity; lower is more resistant. A measure fell or rose when 95 % of the draws say so.

Examples:
  hashquake world compare 2021-04 2022-01
  hashquake world compare 2019-09 2022-01 --format json")]
pub struct Args {
    /// The earlier month, as in 2021-04
    #[arg(value_name = "EARLIER", value_parser = Month::parse)]
    before: Month,
    /// The later month
    #[arg(value_name = "LATER", value_parser = Month::parse)]
    after: Month,
    /// Only what was known then; a day means its end
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    format: RowFormat,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    ensure!(
        args.before < args.after,
        "{} is not before {}: write the earlier month first",
        args.before,
        args.after
    );
    let blocks = &history::embedded().blocks;
    let compared = compare(args.before, args.after, blocks, args.as_of).with_context(|| {
        let first = editions::all().first().map_or(0, |e| e.known_at);
        format!(
            "no edition of the map was published by {}; the first is of {}",
            args.as_of.map_or(String::new(), rfc3339),
            date(first)
        )
    })?;
    let mut inputs = vec![history_input()];
    let tables = [SHARES.as_slice(), &[CARBON, MIX, POOL_GROUPS]].concat();
    inputs.extend(table::inputs(&tables));
    let answer = Answer {
        as_of: args.as_of,
        seed: Some(0),
        inputs,
        document: ResistanceCompared::new(compared),
    };
    answer.print(args.format, text::world::compare, rows::compare)
}
