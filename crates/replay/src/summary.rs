//! What a replay says: its document, from scored information sets.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cases::{Information, Replay, WALK_SD};
use crate::score::{PhaseScore, Score};
use crate::scored_replay::{Benchmark, ReplayOptions, ScoredReplay};
use crate::shares::CountryShares;
use hashquake_base::format::decimal;
use hashquake_base::provenance::Source;
use hashquake_base::units::{Seconds, Timestamp, rfc3339, serialize_time};
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::priors::prior_rows;
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::summary::{RunDescription, SimulationSummary};

/// A replay with its scores.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReplaySummary {
    /// Name of the replay, that of its case.
    pub replay: &'static str,
    /// The case of the atlas whose window is the event.
    pub case: &'static str,
    /// Start of the first whole day that touches the event.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub event_from: Seconds,
    /// End of the last.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub event_to: Seconds,
    /// First second of what is scored.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub scored_from: Seconds,
    /// First second after it; the runs go on.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub scored_to: Seconds,
    /// Whether the event comes with its block, so that no dates can be given.
    pub comes_with_its_block: bool,
    /// The information sets in the order in which they were asked for, and what the simulation knows in each.
    pub information_sets: Vec<InformationSet>,
    /// Scores of all models, from each information set.
    pub scores: Vec<Score>,
    /// Daily counts before, during and after the event.
    pub phases: Vec<PhaseScore>,
    /// Who hashes, where that is scored.
    pub country_shares: Vec<SharesGiven>,
    /// The simulation of the first information set.
    pub simulation: SimulationSummary,
}

/// What a simulation knows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct InformationSet {
    /// What was known: the past alone, or the events' dates too.
    pub information: Information,
    /// Names of the scenario's events; empty where nothing was announced.
    pub events: Vec<String>,
}

/// Country shares from one information set.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SharesGiven {
    /// What was known when the shares were predicted.
    pub information: Information,
    /// The rows and errors.
    #[serde(flatten)]
    pub shares: CountryShares,
}

impl ReplaySummary {
    /// The document of `scored` sets; `sources` are those of blocks and prices. `None` where nothing was
    /// scored.
    pub fn new(
        replay: &Replay,
        benchmark: &Benchmark,
        scored: Vec<ScoredReplay>,
        options: &ReplayOptions,
        sources: Vec<Source>,
    ) -> Option<Self> {
        let simulation = simulation(scored.first()?, options, sources);
        let event = replay.event();
        let mut document = Self {
            replay: replay.id,
            case: replay.case,
            event_from: event.start,
            event_to: event.end,
            scored_from: benchmark.span.start,
            scored_to: benchmark.span.end,
            comes_with_its_block: replay.given_dates.is_none(),
            information_sets: scored.iter().map(told).collect(),
            scores: Vec::new(),
            phases: Vec::new(),
            country_shares: Vec::new(),
            simulation,
        };
        for one in scored {
            document.scores.extend(one.scores);
            document.phases.extend(one.phases);
            let given = one.country_shares.map(|shares| SharesGiven {
                information: one.information,
                shares,
            });
            document.country_shares.extend(given);
        }
        Some(document)
    }
}

fn told(scored: &ScoredReplay) -> InformationSet {
    let events = scored.simulation.scenario().events.iter();
    InformationSet {
        information: scored.information,
        events: events.map(|e| e.id.clone()).collect(),
    }
}

fn simulation(
    scored: &ScoredReplay,
    options: &ReplayOptions,
    mut sources: Vec<Source>,
) -> SimulationSummary {
    let layout = scored.simulation.layout();
    sources.extend(table_sources(scored));
    let columns = scored.simulated.columns.iter();
    let series = columns.map(|(column, fans)| Series::new(*column, layout, fans.clone()));
    let about = RunDescription {
        scenario: scored.simulation.scenario(),
        layout,
        seed: options.seed,
        sampler: options.sampler,
        sources,
        priors: prior_rows(&scored.simulation.priors(), &scored.assumed),
    };
    let rows = &scored.simulated.rows;
    SimulationSummary::new(about, rows, series.collect()).with_security(
        &scored.simulated.hashrates,
        rows,
        layout,
    )
}

fn table_sources(scored: &ScoredReplay) -> Vec<Source> {
    let world = scored.simulation.world();
    let source = |what: &str, from: String| Source {
        what: what.to_string(),
        from,
        licence: "see hashquake data".to_string(),
    };
    let as_of = rfc3339(scored.simulation.scenario().as_of);
    vec![
        source(
            "shares of countries",
            format!("{}, as known on {as_of}", world.shares_source),
        ),
        source(
            "the network's own walk",
            format!(
                "{} % in a square root of a day: blocks of June 2020 to March 2021",
                decimal(100.0 * WALK_SD, 1)
            ),
        ),
    ]
}
