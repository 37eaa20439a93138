//! Questions with their answers, each a function: what the command line asks first, from what is embedded.
//!
//! Nothing here touches files, the clock or the environment, so it runs in a browser too. An answer is the
//! document that the command line prints with `--format json`, to the byte ([`Envelope::to_json`]): the
//! answer itself, the command that gives it again, the moment of knowledge, and the digest of every file
//! that it rests on.
//!
//! ```
//! use hashquake::ask;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let shock = ask::explain("kazakhstan-2022")?;
//!     println!("{}", shock.answer.verdict);
//!     let window = ask::hashrate("2022-01-04", "2022-01-08")?;
//!     let first = &window.answer.points[0].point;
//!     println!("{:.0} EH/s at block {}", first.hashrate_ehs.p50, first.height);
//!     let next = ask::forecast("2022-01-06T12:00Z")?;
//!     println!("{:+.1} %", next.answer.forecast.retargets[0].change_percent.p50);
//!     Ok(())
//! }
//! ```
//!
//! With data of one's own the crates below do the computing, and [`explained`], [`forecast_told`],
//! [`band_told`] and [`simulated`] put the same documents together.

mod answers;
mod ensemble;
mod error;
mod inputs;
mod sources;

use std::cell::RefCell;

use hashquake_base::units::{Moment, Span, rfc3339};
use hashquake_chain::history;
use hashquake_explain::{Material, Question};
use hashquake_observe::band::{Kind, band};
use hashquake_observe::clean::Cleaned;
use hashquake_observe::forecast as next;
use hashquake_observe::shares::parse_reports;
use hashquake_report::document::explain::ExplainDocument;
use hashquake_report::document::forecast::ForecastAnswer;
use hashquake_report::document::hashrate::HashrateBand;
use hashquake_report::document::simulate::SimulateAnswer;
use hashquake_report::envelope::Envelope;
use hashquake_sim::{Options, Sampler, Simulation};
use hashquake_world::atlas;
use hashquake_world::scenario::{self, library};

pub use answers::{Band, Provenance, band_told, described, explained, forecast_told, simulated};
pub use error::Error;
pub use inputs::{
    atlas_input, case_input, explanation_inputs, history_input, one_after_another, reports_input,
    scenario_input, scenarios_input, start_inputs,
};
pub use sources::{history_source, reports_source, simulation_sources};

/// Most runs of one question, as on the command line.
pub const RUNS_MAX: u32 = 10_000_000;

/// What happened in a case of the atlas, as `hashquake explain CASE` tells it.
///
/// # Errors
/// When there is no such case; the nearest is named.
pub fn explain(case: &str) -> Result<Envelope<ExplainDocument>, Error> {
    let found = atlas::find(case).map_err(Error::because)?;
    let reports = atlas::embedded_reports().as_bytes();
    let series = parse_reports("pool-reports.csv", reports)
        .map_err(Error::because)?
        .value;
    let sources = [history_source(), reports_source()];
    let mut material = Material::of_blocks(&history::embedded().blocks);
    material.series = &series;
    material.sources = &sources;
    let from = Provenance {
        command: format!("hashquake explain {case}"),
        inputs: vec![history_input(), case_input(found), reports_input()],
        notes: Vec::new(),
    };
    explained(&Question::of_case(found), &material, from).map_err(Error::because)
}

/// The hashrate with its band at every block of a window, from only the blocks before each, as `hashquake
/// hashrate --from T --to T` tells it; both times in UTC, the last exclusive.
///
/// # Errors
/// When a time is none, or no block lies in the window.
pub fn hashrate(from: &str, to: &str) -> Result<Envelope<HashrateBand>, Error> {
    let window = Span {
        start: moment(from)?.start(),
        end: moment(to)?.start(),
    };
    let blocks = &history::embedded().blocks;
    let cleaned = Cleaned::new(blocks);
    let points = band(&cleaned, window, Kind::Filtered);
    if points.is_empty() {
        let (start, end) = (rfc3339(window.start), rfc3339(window.end));
        let why = format!("no block between {start} and {end}");
        return Err(Error::because(why));
    }
    let last = blocks.times().iter().max().copied().unwrap_or(0);
    let told = Band {
        blocks,
        cleaned: &cleaned,
        kind: Kind::Filtered,
        window,
        points,
        rules: &[],
        sources: vec![history_source()],
    };
    let provenance = Provenance {
        command: format!("hashquake hashrate --from {from} --to {to}"),
        inputs: vec![history_input()],
        notes: Vec::new(),
    };
    Ok(band_told(told, last.into(), provenance))
}

/// The next retargets, blocks and hashrates, from what was known at a moment (a day means its end), as
/// `hashquake forecast --as-of T` tells them.
///
/// # Errors
/// When the moment is none, or the embedded history does not reach it.
pub fn forecast(as_of: &str) -> Result<Envelope<ForecastAnswer>, Error> {
    let question = next::Question {
        as_of: moment(as_of)?.end(),
        shock: None,
        fees_btc_per_block: 0.0,
        price_usd: None,
        draws: 3000,
        seed: 0,
    };
    let from = Provenance {
        command: format!("hashquake forecast --as-of {as_of}"),
        inputs: vec![history_input()],
        notes: Vec::new(),
    };
    let blocks = &history::embedded().blocks;
    let sources = vec![history_source()];
    forecast_told(blocks, &question, sources, from).map_err(Error::because)
}

/// An embedded scenario run `runs` times beside the same world without its events, as `hashquake simulate
/// SCENARIO --runs N --seed N` does it; with the feature `threads` on all cores, with the same answer.
///
/// # Errors
/// When there is no such scenario, and the nearest is named; when `runs` are none or over [`RUNS_MAX`].
pub fn simulate(scenario: &str, runs: u32, seed: u64) -> Result<Envelope<SimulateAnswer>, Error> {
    if !(1..=RUNS_MAX).contains(&runs) {
        let why = format!("{runs} runs: expected from 1 to {RUNS_MAX}");
        return Err(Error::because(why));
    }
    let inputs = RefCell::new(vec![history_input()]);
    let load = |wanted: &str, from: &str| {
        let source = library::load(wanted, from)?;
        let input = scenario_input(wanted, &source.text);
        inputs.borrow_mut().push(input);
        Ok::<_, String>(source)
    };
    let asked = load(scenario, "").map_err(Error::because)?;
    let resolved = scenario::read(&asked, &[], &load).map_err(Error::because)?;
    let options = Options {
        seed,
        ..Options::default()
    };
    let simulation = Simulation::known(resolved.scenario.clone(), history::embedded(), options)
        .map_err(Error::because)?;
    let about = described(&resolved, &simulation, seed, Sampler::Leap);
    let summary = ensemble::summary(about, &simulation, runs).map_err(Error::because)?;
    let mut inputs = inputs.into_inner();
    inputs.extend(start_inputs());
    let from = Provenance {
        command: format!(
            "hashquake simulate {scenario} --runs {runs} --seed {seed} --sampler leap"
        ),
        inputs,
        notes: Vec::new(),
    };
    Ok(simulated(summary, from))
}

fn moment(text: &str) -> Result<Moment, Error> {
    Moment::parse(text).map_err(Error::because)
}
