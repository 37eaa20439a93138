//! A scenario run over and over: the world at start, the submodels and the chain, in one loop.
//!
//! ```text
//! at an event's moment    levels anew → effects on fleets → sums
//! at a decision           price, growth, fees → flows of machines → levels → who runs → cuts in order → sums
//! between                 the sampler finds blocks at the summed hashrate; retargets and halvings by the clock
//! ```
//!
//! Both arms of a run share every stream, and stop at the same moments: an event's moments divide time in
//! the counterfactual too. Their difference is a paired difference, and without events they are the same to the
//! last bit. Nothing is allocated in the loop but by the lists of retargets and of kept blocks, which keep their
//! room.
//!
//! Growth and the network's own walk multiply all fleets alike. What leaves, travels and arrives is counted
//! before that multiplication; what money builds is built at its nominal size and moves with the network from
//! then on. Leaves out that new machines are more efficient than old ones: over years power is overstated
//! unless an investment says otherwise.

use bitcoin::Amount;

use crate::Simulate;
use crate::assumed_parameters::{AssumedParameter, AssumedParameters, AssumedValues, Prior};
use crate::drawn::{DrawnEvent, DrawnKind, draw_event};
use crate::effects::{Effects, change_points};
use crate::engine::{self, Schedule};
use crate::fleets::{Cohorts, Fleets, Sums};
use crate::flows::{Flow, Traffic};
use crate::header_lag::{self, Knots};
use crate::ledger::Ledger;
use crate::market::{self, Market, draw_named};
use crate::mining::leap::Leap;
use crate::operators::hashprice_usd_per_th_day;
use crate::output::{Arm, Layout, RunRecord};
use crate::run_state::{Drifts, RunState};
use crate::start::{DrawnStart, StartError, StartWorld, cost_limits};
use crate::time::Micros;
use crate::watched::{Kept, Watched};
use hashquake_base::distribution::Distribution;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::units::{DAY, Seconds, rfc3339};
use hashquake_chain::history::History;
use hashquake_world::scenario::{EventKind, Filter, Scenario};

/// Runs up to this long are recorded by the hour, longer ones by the day.
const HOURLY_UP_TO: Seconds = 10 * DAY;

/// Most decisions and most steps of a run.
const STEPS_MAX: Seconds = 1_000_000;

/// Which sampler finds the blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampler {
    /// Every block.
    Block,
    /// Strides of blocks.
    Leap,
}

/// How to simulate.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of all streams.
    pub seed: u64,
    /// The sampler.
    pub sampler: Sampler,
    /// Seconds between two records; by the length of the run when absent.
    pub step: Option<Seconds>,
    /// What is assumed.
    pub assumed: AssumedParameters,
    /// By how much headers lag.
    pub header_lag: Knots,
    /// Whether records hold every block; only [`Sampler::Block`] knows them.
    pub keep_blocks: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            sampler: Sampler::Leap,
            step: None,
            assumed: AssumedParameters::default(),
            header_lag: header_lag::MEASURED,
            keep_blocks: false,
        }
    }
}

/// Why a scenario cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// The world cannot be set up.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It ends before it starts.
    #[error("the run ends at {} and starts at {}: the end must be later", rfc3339(*end), rfc3339(*start))]
    Span {
        /// Start.
        start: Seconds,
        /// End.
        end: Seconds,
    },
    /// Single blocks of strides.
    #[error(
        "single blocks are to be kept, and the sampler `leap` passes many at once without telling them apart: choose the sampler `block`"
    )]
    NoBlocks,
    /// Too many or no steps.
    #[error(
        "{what} every {seconds} s in a run of {run} s: write a step above zero, of which at most {STEPS_MAX} fit into the run"
    )]
    Steps {
        /// Decisions or records.
        what: &'static str,
        /// The step.
        seconds: Seconds,
        /// The run.
        run: Seconds,
    },
}

/// A scenario and the world at its start, ready to run.
#[derive(Debug)]
pub struct Simulation {
    pub(super) scenario: Scenario,
    pub(super) world: StartWorld,
    pub(super) cohorts: Cohorts,
    pub(super) layout: Layout,
    pub(super) schedule: Schedule,
    pub(super) options: Options,
    /// Fleets that each event means.
    meant: Vec<Vec<usize>>,
    decisions: usize,
}

/// Memory of a run.
#[derive(Debug)]
pub struct Scratch {
    pub(super) start: DrawnStart,
    pub(super) assumed: AssumedValues,
    pub(super) events: Vec<DrawnEvent>,
    pub(super) levels: Vec<f64>,
    pub(super) members: Vec<Vec<usize>>,
    pub(super) fleets: Fleets,
    pub(super) effects: Effects,
    pub(super) sums: Sums,
    pub(super) traffic: Traffic,
    pub(super) moments: Vec<Micros>,
    pub(super) ledger: Ledger,
    limits: Vec<f64>,
}

impl Simulation {
    /// The scenario in the world as it was known.
    ///
    /// # Errors
    /// [`SimulationError`].
    pub fn known(
        scenario: Scenario,
        history: &History,
        options: Options,
    ) -> Result<Self, SimulationError> {
        let world = StartWorld::known(&scenario, history)?;
        Self::new(scenario, world, options)
    }

    /// The scenario in a given world.
    ///
    /// # Errors
    /// [`SimulationError`].
    pub fn new(
        scenario: Scenario,
        world: StartWorld,
        options: Options,
    ) -> Result<Self, SimulationError> {
        let (start, end) = (scenario.start, scenario.end);
        if end <= start {
            return Err(SimulationError::Span { start, end });
        }
        if options.keep_blocks && options.sampler == Sampler::Leap {
            return Err(SimulationError::NoBlocks);
        }
        let run = end - start;
        let usual = if run <= HOURLY_UP_TO { 3600 } else { DAY };
        let step = options.step.unwrap_or(usual);
        let decision = scenario.decision_seconds;
        for (what, seconds) in [("operators decide", decision), ("records are taken", step)] {
            if seconds <= 0 || run / seconds > STEPS_MAX {
                return Err(SimulationError::Steps { what, seconds, run });
            }
        }
        let cohorts = Cohorts::new(&world, &scenario.events);
        let meant = scenario.events.iter().map(|e| cohorts.meant(&whom(e)));
        let micros = Micros::from_seconds;
        let mut simulation = Self {
            meant: meant.collect(),
            cohorts,
            layout: Layout {
                start,
                step,
                steps: (run as u64).div_ceil(step as u64) as usize,
                regions: world.regions.iter().map(|r| r.code.clone()).collect(),
                draws: Vec::new(),
            },
            schedule: Schedule {
                start: micros(start),
                end: micros(end),
                decision_step: micros(decision),
                output_step: micros(step),
            },
            decisions: (run / decision) as usize + 1,
            scenario,
            world,
            options,
        };
        simulation.layout.draws = simulation.names();
        Ok(simulation)
    }

    /// The world that it starts from.
    pub fn world(&self) -> &StartWorld {
        &self.world
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Number of fleets.
    pub fn fleets(&self) -> usize {
        self.cohorts.all.len()
    }

    /// What the model and its start assume without a source. What the scenario assumes, its reader tells.
    pub fn priors(&self) -> Vec<Prior> {
        let mut out = self.options.assumed.priors();
        out.extend(self.world.priors());
        out
    }

    fn scenario_distributions(&self) -> Vec<(&'static str, &Distribution)> {
        let Scenario {
            fees,
            growth,
            price,
            ..
        } = &self.scenario;
        let mut distributions = vec![
            ("fees.btc_per_block", &fees.btc_per_block),
            ("fees.backlog_response", &fees.backlog_response),
            ("growth.per_day", &growth.per_day),
            ("growth.walk_per_sqrt_day", &growth.walk_per_sqrt_day),
        ];
        distributions.extend(market::distributions(price));
        distributions
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = StartWorld::DRAWS.map(str::to_string).to_vec();
        for what in ["share", "tariff"] {
            let codes = self.world.regions.iter();
            names.extend(codes.map(|r| format!("start.{what}.{}", r.code)));
        }
        names.extend(AssumedParameters::names());
        names.extend(
            self.scenario_distributions()
                .iter()
                .map(|l| l.0.to_string()),
        );
        for event in &self.scenario.events {
            draw_event(event, 0, 0, |name, distribution, _| {
                if !matches!(distribution, Distribution::Point(_)) {
                    names.push(name.to_string());
                }
            });
        }
        names
    }

    /// Draws all that a run needs into `scratch` and the record's draws, and gives its terms.
    fn draw(&self, run: u32, scratch: &mut Scratch, draws: &mut Vec<f64>) -> Drifts {
        let seed = self.options.seed;
        scratch.assumed = self.options.assumed.draw(seed, run);
        self.world
            .draw(&scratch.assumed, seed, run, &mut scratch.start);
        draws.clear();
        draws.extend([scratch.start.hashrate_ehs, scratch.start.j_per_th]);
        draws.extend(&scratch.start.shares);
        draws.extend(&scratch.start.tariffs);
        draws.extend(scratch.assumed.all());
        for (name, distribution) in self.scenario_distributions() {
            draws.push(draw_named(name, distribution, seed, run));
        }
        let named =
            |name: &str, distribution: &Distribution| draw_named(name, distribution, seed, run);
        let (fees, growth) = (&self.scenario.fees, &self.scenario.growth);
        let terms = Drifts {
            fees_at_rest: named("fees.btc_per_block", &fees.btc_per_block).max(0.0),
            backlog_response: named("fees.backlog_response", &fees.backlog_response),
            growth_per_day: named("growth.per_day", &growth.per_day),
            walk_per_sqrt_day: named("growth.walk_per_sqrt_day", &growth.walk_per_sqrt_day)
                .max(0.0),
        };
        scratch.events.clear();
        for event in &self.scenario.events {
            let drawn = draw_event(event, seed, run, |_, distribution, value| {
                if !matches!(distribution, Distribution::Point(_)) {
                    draws.push(value);
                }
            });
            scratch.events.push(drawn);
        }
        terms
    }

    /// Fleets, members and moments of a run whose numbers are drawn.
    fn set_up(&self, run: u32, terms: &Drifts, market: &Market, scratch: &mut Scratch) {
        let Scratch {
            start,
            assumed,
            events,
            fleets,
            limits,
            ..
        } = scratch;
        cost_limits(assumed, self.options.seed, run, limits);
        let clock = &self.world.clock;
        let coins = btc(clock.subsidy()) + terms.fees_at_rest;
        let hashprice = hashprice_usd_per_th_day(coins, market.usd(), clock.block_hashes());
        fleets.fill(&self.cohorts, start, assumed, hashprice, limits);
        let overhead = assumed.get(AssumedParameter::Overhead);
        for (f, cohort) in self.cohorts.all.iter().enumerate() {
            let built = cohort.built_by.map(|e| events[e].kind);
            if let Some(DrawnKind::Investment {
                j_per_th,
                g_per_kwh,
                ..
            }) = built
            {
                fleets.j_per_th[f] = (j_per_th * overhead).max(1.0);
                fleets.g_per_kwh[f] = g_per_kwh.unwrap_or(fleets.g_per_kwh[f]);
            }
        }
        let events = self.scenario.events.iter();
        for ((event, meant), members) in events.zip(&self.meant).zip(&mut scratch.members) {
            let worse = event.who.worse_than_j_per_th.map(f64::from);
            let is = |&&f: &&usize| worse.is_none_or(|limit| fleets.j_per_th[f] > limit * overhead);
            members.clear();
            members.extend(meant.iter().filter(is));
        }
        self.set_moments(scratch);
        scratch.traffic.clear();
    }

    /// Moments at which an event's level changes, in order, within the run.
    fn set_moments(&self, scratch: &mut Scratch) {
        let (start, end) = (self.schedule.start, self.schedule.end);
        let moments = &mut scratch.moments;
        moments.clear();
        for (event, drawn) in self.scenario.events.iter().zip(&scratch.events) {
            change_points(event, drawn, |seconds| {
                let at = start.0 as f64 + seconds * 1e6;
                if (start.0 as f64..end.0 as f64).contains(&at) {
                    moments.push(Micros(at as i64));
                }
            });
        }
        moments.sort_unstable();
        moments.dedup();
    }
}

/// Whom an event means: crackdowns and licensing mean unregistered machines.
fn whom(event: &hashquake_world::scenario::Event) -> Filter {
    let mut who = event.who.clone();
    if matches!(
        event.kind,
        EventKind::Crackdown { .. } | EventKind::Licensing { .. }
    ) {
        who.registered = Some(false);
    }
    who
}

/// In coins.
pub(super) fn btc(amount: Amount) -> f64 {
    amount.to_sat() as f64 / Amount::ONE_BTC.to_sat() as f64
}

impl Simulate for Simulation {
    type Scratch = Scratch;

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scratch(&self) -> Scratch {
        let (n, regions) = (self.cohorts.all.len(), self.layout.regions.len());
        let flow = |(meant, e): (&Vec<usize>, &hashquake_world::scenario::Event)| {
            Flow::new(&e.kind, meant.len(), self.decisions, regions)
        };
        let flows = self.meant.iter().zip(&self.scenario.events).map(flow);
        Scratch {
            start: DrawnStart::default(),
            assumed: AssumedValues::default(),
            events: Vec::with_capacity(self.meant.len()),
            levels: vec![0.0; self.meant.len()],
            members: self.meant.clone(),
            fleets: Fleets::new(n),
            effects: Effects::new(n),
            sums: Sums::new(regions),
            traffic: Traffic::new(flows.collect(), regions),
            moments: Vec::new(),
            ledger: Ledger::new(regions),
            limits: vec![0.0; n],
        }
    }

    fn run(&self, run: u32, arm: Arm, scratch: &mut Scratch, record: &mut RunRecord) {
        let seed = self.options.seed;
        let terms = self.draw(run, scratch, &mut record.draws);
        let market = Market::new(&self.scenario.price, self.scenario.start, seed, run);
        self.set_up(run, &terms, &market, scratch);
        record.retargets.clear();
        let mut blocks = std::mem::take(&mut record.blocks);
        blocks.clear();
        scratch.ledger.open(self.schedule.start);
        let walk = stream(seed, run, Purpose::NetworkWalk);
        let mut clock = self.world.clock.clone();
        let lag = self.options.header_lag;
        let mut state = RunState::new(self, scratch, record, arm, market, walk, terms, &clock);
        let wait_s = match self.options.sampler {
            Sampler::Leap => {
                let mut leap = Leap::new(seed, run, lag);
                engine::run(&mut state, &mut leap, &mut clock, &self.schedule);
                f64::NAN
            }
            Sampler::Block => {
                let mut watched = Watched::new(seed, run, lag, self.schedule.start);
                if self.options.keep_blocks {
                    let mut kept = Kept::new(&mut watched, &clock, &mut blocks);
                    engine::run(&mut state, &mut kept, &mut clock, &self.schedule);
                } else {
                    engine::run(&mut state, &mut watched, &mut clock, &self.schedule);
                }
                watched.longest_s()
            }
        };
        state.finish(wait_s);
        record.blocks = blocks;
    }
}
