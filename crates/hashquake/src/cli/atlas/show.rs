//! `hashquake atlas show`: one case as collected, with the chain's answer beside it.

use hashquake_chain::history;
use hashquake_explain::analogue::measure;
use hashquake_explain::{Material, Question, explain};
use hashquake_observe::shares::parse_reports;
use hashquake_report::document::atlas::ShownCase;
use hashquake_report::envelope::Envelope;
use hashquake_report::text;
use hashquake_world::atlas;

use crate::ask::{explanation_inputs, history_input, reports_input};
use crate::cli::input::find_case;
use crate::cli::output::{Format, command, print, print_json, width};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake atlas show texas-2021
  hashquake atlas show my-case.toml
  hashquake atlas show kazakhstan-2022 --format json")]
pub struct Args {
    /// A case of the atlas, or the path of a case file (.toml; - for standard input)
    #[arg(value_name = "CASE")]
    case: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut inputs = vec![history_input()];
    let cases = [find_case(&args.case, &mut inputs)?];
    let measured = measure(history::embedded(), &cases)[0];
    let reports = atlas::embedded_reports().as_bytes();
    inputs.push(reports_input());
    let series = parse_reports("pool-reports.csv", reports)?.value;
    let mut material = Material::of_blocks(&history::embedded().blocks);
    material.series = &series;
    let explained = explain(&Question::of_case(&cases[0]), &material)?;
    let answer = ShownCase::new(&measured, &explained);
    match args.format {
        Format::Table => print(text::atlas::case(&answer, width()).as_bytes()),
        Format::Json => {
            inputs.extend(explanation_inputs(&explained));
            let (as_of, seed) = (Some(explained.as_of), Some(explained.seed));
            print_json(&Envelope::new(command(), as_of, seed, inputs, answer))
        }
    }
}
