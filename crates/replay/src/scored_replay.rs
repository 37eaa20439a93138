//! A replay from start to scores.

use crate::cases::{CLOSES_MIN, Information, RUN_ON, Replay, ReplayError};
use crate::outcome::Outcome;
use crate::predictions::{Predictions, Simulated};
use crate::reference_rules::ReferenceRule;
use crate::score::{
    PhaseScore, Score, ScoredModel, ScoredQuantity, chain_scores, phase_scores, reached, score,
};
use crate::shares::{CountryShares, ShareDraws};
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Seconds, Span};
use hashquake_chain::history::History;
use hashquake_sim::Simulate;
use hashquake_sim::{Options, Sampler, Simulation};
use hashquake_world::scenario::{Price, Prior, Scenario};

/// Mean length of a stretch of returns in a bootstrap, days.
const STRETCH_DAYS: f64 = 10.0;

/// Fees a block where no later figure may be read, BTC.
const FEES_PRIOR: Distribution = Distribution::Uniform {
    low: 0.05,
    high: 1.0,
};

/// What is asked.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// First second of the runs; the replay's own when absent.
    pub start: Option<Seconds>,
    /// Runs, and draws of every reference rule.
    pub runs: u32,
    /// Seed of all streams.
    pub seed: u64,
    /// How blocks are drawn.
    pub sampler: Sampler,
    /// Daily closes (time, dollars) in order of time, of which those of the year before the start are drawn.
    pub closes: Option<Vec<(Seconds, f64)>>,
}

/// What the chain did, and what the reference rules said.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Benchmark {
    /// What is scored.
    pub span: Span,
    /// What was observed.
    pub outcome: Outcome,
    /// Names and draws.
    pub reference_rules: Vec<(ScoredModel, Predictions)>,
}

/// A replay from one information set.
#[derive(Debug)]
#[non_exhaustive]
pub struct ScoredReplay {
    /// What was known.
    pub information: Information,
    /// What was run.
    pub simulation: Simulation,
    /// What the scenario assumes.
    pub assumed: Vec<Prior>,
    /// Runs of the scenario under it.
    pub simulated: Simulated,
    /// Scores of all models.
    pub scores: Vec<Score>,
    /// Daily counts before, during and after the event.
    pub phases: Vec<PhaseScore>,
    /// Who hashes, where that is scored.
    pub country_shares: Option<CountryShares>,
}

impl Benchmark {
    /// The benchmark of a replay.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn new(
        replay: &Replay,
        history: &History,
        options: &ReplayOptions,
    ) -> Result<Self, ReplayError> {
        let scenario = replay
            .scenario(Information::AsKnown, options.start)?
            .scenario;
        let span = Span {
            start: scenario.start,
            end: scenario.end,
        };
        let missing = || ReplayError::Blocks { span };
        let outcome = Outcome::of(&history.blocks, span).ok_or_else(missing)?;
        let last = outcome.retargets.last().map_or(0, |r| r.0);
        let predictions = |rule: ReferenceRule| {
            let predictions = rule.predictions(history, span, last, options.seed, options.runs);
            Ok((rule.model(), predictions.ok_or_else(missing)?))
        };
        let reference_rules = ReferenceRule::ALL.into_iter().map(predictions);
        let reference_rules = reference_rules.collect::<Result<_, ReplayError>>()?;
        Ok(Self {
            span,
            outcome,
            reference_rules,
        })
    }
}

impl ScoredReplay {
    /// Runs and scores `replay`; `tick` is called after each run.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn new(
        replay: &Replay,
        information: Information,
        benchmark: &Benchmark,
        history: &History,
        options: &ReplayOptions,
        tick: impl Fn() + Sync,
    ) -> Result<Self, ReplayError> {
        let resolved = replay.scenario(information, options.start)?;
        let mut scenario = resolved.scenario;
        let usual = replay.scenario(information, None)?.scenario.start;
        let earlier = scenario.start < usual;
        match &options.closes {
            Some(closes) => scenario.price = bootstrap(closes, scenario.start)?,
            None if earlier => {
                return Err(ReplayError::PriceLater {
                    id: replay.id,
                    of: usual,
                    start: scenario.start,
                });
            }
            None => {}
        }
        scenario.end += RUN_ON;
        let mut assumed = still_assumed(resolved.priors, &scenario, options);
        if earlier {
            scenario.fees.btc_per_block = FEES_PRIOR;
            assumed.push(Prior {
                key: "fees.per_block".to_string(),
                value: "uniform 0.05 to 1 BTC".to_string(),
                default: false,
            });
        }
        let how = Options {
            seed: options.seed,
            sampler: options.sampler,
            step: Some(DAY),
            ..Options::default()
        };
        let simulation = Simulation::known(scenario, history, how)?;
        let simulated = Simulated::run(&simulation, options.runs, tick)
            .map_err(|e| ReplayError::Threads(e.to_string()))?;
        let ours = simulated.predictions(&simulation);
        let mut models = vec![(ScoredModel::Hashquake, &ours)];
        models.extend(benchmark.reference_rules.iter().map(|(name, f)| (*name, f)));
        let retargets = reached(&benchmark.outcome, &ours);
        let mut scores = chain_scores(information, &benchmark.outcome, &retargets, &models);
        let event = replay.event();
        let phases = phase_scores(
            information,
            &benchmark.outcome,
            benchmark.span,
            event,
            &models,
        );
        let mut country_shares = None;
        if replay.shares {
            let as_of = simulation.scenario().as_of;
            let draws = ShareDraws::of(&simulated, simulation.layout(), as_of, options.seed);
            scores.extend(draws.iter().flat_map(|d| share_scores(information, d)));
            country_shares = draws.map(|d| d.country_shares());
        }
        Ok(Self {
            information,
            simulation,
            assumed,
            simulated,
            scores,
            phases,
            country_shares,
        })
    }
}

/// The closes of the year before `start`, their returns to be drawn in stretches. What comes after is not
/// read.
fn bootstrap(closes: &[(Seconds, f64)], start: Seconds) -> Result<Price, ReplayError> {
    let year = Span {
        start: start - 365 * DAY,
        end: start + 1,
    };
    let known: Vec<_> = closes
        .iter()
        .copied()
        .filter(|c| year.contains(c.0))
        .collect();
    let last = known.last().map(|c| c.0);
    let fresh = last.is_some_and(|t| start - t <= 7 * DAY);
    if known.len() < CLOSES_MIN || !fresh {
        return Err(ReplayError::Prices {
            start,
            known: known.len(),
            last,
        });
    }
    Ok(Price::Bootstrap {
        closes: known,
        block_days: STRETCH_DAYS,
    })
}

/// What the scenario's reader lists, less what the replay replaces or leaves out.
fn still_assumed(priors: Vec<Prior>, scenario: &Scenario, options: &ReplayOptions) -> Vec<Prior> {
    let replaced = |p: &Prior| {
        p.key == "growth.walk"
            || (options.closes.is_some() && p.key.starts_with("price."))
            || p.key
                .strip_prefix("events.")
                .and_then(|k| k.split('.').next())
                .is_some_and(|id| scenario.events.iter().all(|e| e.id != id))
    };
    priors.into_iter().filter(|p| !replaced(p)).collect()
}

fn share_scores(information: Information, draws: &ShareDraws) -> Vec<Score> {
    let models = [
        (ScoredModel::Hashquake, &draws.simulated),
        (ScoredModel::Persistence, &draws.persistence),
        (ScoredModel::RandomWalk, &draws.random_walk),
    ];
    let one = |(model, columns): (ScoredModel, &Vec<Vec<f64>>)| {
        let pairs = columns.iter().zip(&draws.observed);
        let pairs = pairs.map(|(column, (_, observed))| (column.as_slice(), *observed));
        score(
            ScoredQuantity::CountrySharePercent,
            information,
            model,
            pairs,
        )
    };
    models.into_iter().filter_map(one).collect()
}
