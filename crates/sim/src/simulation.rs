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

use crate::assumed_parameters::Prior;
use crate::engine;
use crate::market::Market;
use crate::mining::leap::Leap;
use crate::options::{Options, Sampler, SimulationError};
use crate::output::{Arm, Layout, RunRecord};
use crate::run_state::RunState;
use crate::setup::{Scratch, Setup};
use crate::simulate::Simulate;
use crate::start::StartWorld;
use crate::watched::{Kept, Watched};
use hashquake_base::rng::{Purpose, stream};
use hashquake_chain::history::History;
use hashquake_world::scenario::Scenario;

/// A scenario and the world at its start, ready to run.
#[derive(Debug)]
pub struct Simulation {
    setup: Setup,
}

impl Simulation {
    /// The scenario in the world as it was known at the scenario's `as_of`.
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
        let setup = Setup::new(scenario, world, options)?;
        Ok(Self { setup })
    }

    /// The world that it starts from.
    pub fn world(&self) -> &StartWorld {
        &self.setup.world
    }

    /// Scenario that is simulated.
    pub fn scenario(&self) -> &Scenario {
        &self.setup.scenario
    }

    /// Number of fleets.
    pub fn fleets(&self) -> usize {
        self.setup.cohorts.all.len()
    }

    /// What the model and its start assume without a source. What the scenario assumes comes with its reader.
    pub fn priors(&self) -> Vec<Prior> {
        let mut out = self.setup.options.assumed.priors();
        out.extend(self.setup.world.priors());
        out
    }
}

impl Simulate for Simulation {
    type Scratch = Scratch;

    fn layout(&self) -> &Layout {
        &self.setup.layout
    }

    fn scratch(&self) -> Scratch {
        self.setup.scratch()
    }

    fn run(&self, run: u32, arm: Arm, scratch: &mut Scratch, record: &mut RunRecord) {
        let setup = &self.setup;
        let seed = setup.options.seed;
        let terms = setup.draw(run, scratch, &mut record.draws);
        let market = Market::new(&setup.scenario.price, setup.scenario.start, seed, run);
        setup.set_up(run, &terms, &market, scratch);
        record.retargets.clear();
        let mut blocks = std::mem::take(&mut record.blocks);
        blocks.clear();
        scratch.ledger.open(setup.schedule.start);
        let walk = stream(seed, run, Purpose::NetworkWalk);
        let mut clock = setup.world.clock.clone();
        let lag = setup.options.header_lag;
        let mut state = RunState::new(setup, scratch, record, arm, market, walk, terms, &clock);
        let wait_s = match setup.options.sampler {
            Sampler::Leap => {
                let mut leap = Leap::new(seed, run, lag);
                engine::run(&mut state, &mut leap, &mut clock, &setup.schedule);
                f64::NAN
            }
            Sampler::Block => {
                let mut watched = Watched::new(seed, run, lag, setup.schedule.start);
                if setup.options.keep_blocks {
                    let mut kept = Kept::new(&mut watched, &clock, &mut blocks);
                    engine::run(&mut state, &mut kept, &mut clock, &setup.schedule);
                } else {
                    engine::run(&mut state, &mut watched, &mut clock, &setup.schedule);
                }
                watched.longest_s()
            }
        };
        state.finish(wait_s);
        record.blocks = blocks;
    }
}
