//! Questions with their answers, each a function: what the command line asks first, from what is embedded.
//!
//! Nothing here touches files, the clock or the environment, so it runs in a browser too. The documents are
//! those that the command line prints with `--format json`: [`explanation_json`] and
//! [`Envelope::to_json`] give the same bytes. For files of one's own and for every option, call the crates that this one stands on.
//!
//! ```
//! use hashquake::ask;
//! # fn main() -> Result<(), ask::Error> {
//! let shock = ask::explain("kazakhstan-2022")?;
//! println!("{}", shock.answer.verdict);
//! let window = ask::hashrate("2022-01-04", "2022-01-08")?;
//! println!("{:.0} EH/s at block {}", window[0].hashrate_ehs.p50, window[0].height);
//! let next = ask::forecast("2022-01-06T12:00Z")?;
//! println!("{:+.1} %", next.retargets[0].change_percent.p50);
//! # Ok(())
//! # }
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hashquake_base::provenance::Input;
use hashquake_base::units::{Moment, Span};
use hashquake_chain::history;
use hashquake_explain::{Material, Question};
use hashquake_observe::band::{Kind, Point, band};
use hashquake_observe::clean::Cleaned;
use hashquake_observe::forecast::path::Model;
use hashquake_observe::forecast::{self, Forecast};
use hashquake_observe::shares::parse_reports;
use hashquake_report::document::explain::ExplainDocument;
use hashquake_report::document::simulate::SimulateAnswer;
use hashquake_report::envelope::Envelope;
use hashquake_sim::ensemble::bins::Counts;
use hashquake_sim::ensemble::fold::column;
use hashquake_sim::ensemble::plan::Plan;
use hashquake_sim::ensemble::priors::prior_rows;
use hashquake_sim::ensemble::run::{Job, shards};
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::shard::{Column, Keep, read_path, read_rows};
use hashquake_sim::ensemble::summary::{RunDescription, SimulationSummary};
use hashquake_sim::output::Quantity;
use hashquake_sim::{Options, Sampler, Simulate, Simulation};
use hashquake_world::atlas;
use hashquake_world::scenario::{self, Resolved, library};

mod sources;

pub use sources::{
    case_input, history_input, history_source, reports_input, reports_source, simulation_sources,
};

/// Why there is no answer: what was asked for does not exist, or the data do not reach it.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What happened in a case of the atlas, as `hashquake explain CASE` tells it.
///
/// # Errors
/// When there is no such case; the nearest is named.
pub fn explain(case: &str) -> Result<Envelope<ExplainDocument>, Error> {
    let found = atlas::find(case)?;
    let reports = atlas::embedded_reports().as_bytes();
    let series = parse_reports("pool-reports.csv", reports)?.value;
    let material = Material {
        blocks: &history::embedded().blocks,
        series: &series,
        prices: None,
        sources: &[history_source(), reports_source()],
        notes: &[],
    };
    let explanation = hashquake_explain::explain(&Question::of_case(found), &material)?;
    Ok(Envelope::new(
        format!("hashquake explain {case}"),
        Some(explanation.as_of),
        Some(explanation.seed),
        vec![history_input(), case_input(found), reports_input()],
        ExplainDocument::new(explanation),
    ))
}

/// The hashrate with its band at every block of a window, from only the blocks before each; both times as
/// on the command line, in UTC, the last exclusive.
///
/// # Errors
/// When a time is none.
pub fn hashrate(from: &str, to: &str) -> Result<Vec<Point>, Error> {
    let span = Span {
        start: Moment::parse(from)?.start(),
        end: Moment::parse(to)?.start(),
    };
    let cleaned = Cleaned::new(&history::embedded().blocks);
    Ok(band(&cleaned, span, Kind::Filtered))
}

/// The next retargets, blocks and hashrates, from what was known at a moment (a day means its end).
///
/// # Errors
/// When the moment is none, or the embedded history does not reach it.
pub fn forecast(as_of: &str) -> Result<Forecast, Error> {
    let question = forecast::Question {
        as_of: Moment::parse(as_of)?.end(),
        shock: None,
        fees_btc_per_block: 0.0,
        price_usd: None,
        draws: 3000,
        seed: 0,
    };
    let blocks = &history::embedded().blocks;
    Ok(forecast::forecast(blocks, &question, &Model::default())?)
}

/// An embedded scenario run `runs` times beside the same world without its events, as `hashquake simulate
/// SCENARIO --runs N --seed N` does it; with the feature `threads` on all cores, with the same answer.
///
/// # Errors
/// When there is no such scenario; the nearest is named.
pub fn simulate(scenario: &str, runs: u32, seed: u64) -> Result<Envelope<SimulateAnswer>, Error> {
    let inputs = RefCell::new(vec![history_input()]);
    let load = |wanted: &str, from: &str| {
        let source = library::load(wanted, from)?;
        let name = format!("{wanted}.toml");
        let input = Input::of(name, source.text.as_bytes());
        inputs.borrow_mut().push(input);
        Ok::<_, String>(source)
    };
    let resolved = scenario::read(&load(scenario, "")?, &[], &load)?;
    let options = Options {
        seed,
        ..Options::default()
    };
    let simulation = Simulation::known(resolved.scenario.clone(), history::embedded(), options)?;
    let summary = summary(&resolved, &simulation, Plan::new(runs), seed)?;
    let command =
        format!("hashquake simulate {scenario} --runs {runs} --seed {seed} --sampler leap");
    Ok(Envelope::new(
        command,
        Some(summary.as_of),
        Some(seed),
        inputs.into_inner(),
        SimulateAnswer::new(summary),
    ))
}

fn summary(
    resolved: &Resolved,
    simulation: &Simulation,
    plan: Plan,
    seed: u64,
) -> Result<SimulationSummary, Error> {
    let layout = simulation.layout();
    let keep = Keep::series(layout);
    let done = computed(simulation, plan, &keep)?;
    let hashrate = Column::Network(Quantity::Hashrate);
    let path = keep.paths.iter().position(|c| *c == hashrate).unwrap_or(0);
    let (mut rows, mut hashrates) = (Vec::new(), Vec::new());
    for sections in &done {
        rows.extend(read_rows(&sections[0])?);
        hashrates.extend(read_path(&sections[keep.path_at(path)], layout.steps)?);
    }
    let mut counts = Counts::default();
    let mut series = Vec::with_capacity(keep.counted.len());
    for (index, which) in keep.counted.iter().enumerate() {
        let at = keep.counted_at(index);
        let sections: Vec<_> = done.iter().map(|shard| shard[at].clone()).collect();
        let fans = column(&sections, layout.steps, &mut counts)?;
        series.push(Series::new(*which, layout, fans));
    }
    let about = RunDescription {
        scenario: &resolved.scenario,
        layout,
        seed,
        sampler: Sampler::Leap,
        sources: simulation_sources(resolved, simulation.world()),
        priors: prior_rows(&simulation.priors(), &resolved.priors),
    };
    Ok(SimulationSummary::new(about, &rows, series).with_security(&hashrates, &rows, layout))
}

/// The sections of every shard, in order.
fn computed(simulation: &Simulation, plan: Plan, keep: &Keep) -> Result<Vec<Vec<Vec<u8>>>, Error> {
    let job = |shard| Job {
        shard,
        simulator: simulation,
        runs: plan.span(shard),
    };
    let jobs: Vec<_> = (0..plan.shards()).map(job).collect();
    let done = Mutex::new(BTreeMap::new());
    let take = |shard, sections| -> Result<(), core::convert::Infallible> {
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        done.insert(shard, sections);
        Ok(())
    };
    shards(&jobs, keep, None, || (), take)?;
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(done.into_values().collect())
}
