//! `hashquake atlas`: the list.

use clap::ValueEnum;
use hashquake_chain::history;
use hashquake_explain::analogue::{Measured, measure};
use hashquake_report::document::atlas::CaseList;
use hashquake_report::envelope::Envelope;
use hashquake_report::text;
use hashquake_world::atlas;

use super::filter::Filter;
use super::inputs;
use crate::cli::output::{Format, command, print, print_json, width};

#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    filter: Filter,
    /// Order of the list
    #[arg(long, value_enum, default_value_t = Sort::Date)]
    sort: Sort,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sort {
    /// By the start of the window
    Date,
    /// The largest loss first
    Loss,
    /// The longest window first
    Days,
    /// The strongest evidence of block times first
    Evidence,
}

pub fn run(args: &List) -> anyhow::Result<()> {
    args.filter.check()?;
    let measured = measure(history::embedded(), atlas::cases());
    let mut found = args.filter.apply(measured);
    let loss = |m: &Measured<'_>| m.blocks.map_or(f64::NEG_INFINITY, |b| b.loss_percent.p50);
    let evidence = |m: &Measured<'_>| m.blocks.map_or(f64::NEG_INFINITY, |b| b.log10_bayes_factor);
    match args.sort {
        Sort::Date => found.sort_by_key(|m| m.case.window.start),
        Sort::Loss => found.sort_by(|a, b| loss(b).total_cmp(&loss(a))),
        Sort::Days => found.sort_by(|a, b| b.days.total_cmp(&a.days)),
        Sort::Evidence => found.sort_by(|a, b| evidence(b).total_cmp(&evidence(a))),
    }
    let answer = CaseList::new(&found);
    match args.format {
        Format::Table => print(text::atlas::cases(&answer, width()).as_bytes()),
        Format::Json => {
            let as_of = Some(inputs::known_at()?);
            let envelope = Envelope::new(command(), as_of, None, inputs::all(), answer);
            print_json(&envelope)
        }
    }
}
