//! What all runs of a simulation share, and what one run draws from it.

use crate::assumed_parameters::{AssumedParameter, AssumedParameters, AssumedValues};
use crate::drawn::{DrawnEvent, DrawnKind, draw_event};
use crate::effects::{Effects, change_points};
use crate::engine::Schedule;
use crate::fleets::{Cohorts, Fleets, Sums};
use crate::flows::{Flow, Traffic};
use crate::ledger::Ledger;
use crate::market::{self, Market, draw_named};
use crate::operators::hashprice_usd_per_th_day;
use crate::options::{Options, STEPS_MAX, Sampler, SimulationError};
use crate::output::Layout;
use crate::start::{DrawnStart, StartWorld, cost_limits};
use crate::time::Micros;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Seconds};
use hashquake_world::scenario::{Event, EventKind, Filter, Scenario};

/// Runs up to this long are recorded by the hour, longer ones by the day.
const HOURLY_UP_TO: Seconds = 10 * DAY;

/// Place of the network's J/TH among a run's draws.
pub(crate) const DRAW_OF_J_PER_TH: usize = 1;

/// Place of an assumed parameter among the draws of a run with so many regions.
pub(crate) fn draw_of(parameter: AssumedParameter, regions: usize) -> usize {
    StartWorld::DRAWS.len() + 2 * regions + parameter as usize
}

/// What a scenario's distributions of fees and growth gave for a run.
#[derive(Clone, Copy, Debug)]
pub struct Drifts {
    /// BTC a block while the backlog is at rest.
    pub fees_at_rest: f64,
    /// Part of it that moves with the waiting time.
    pub backlog_response: f64,
    /// Of ln hashrate.
    pub growth_per_day: f64,
    /// Standard deviation of ln hashrate.
    pub walk_per_sqrt_day: f64,
}

/// All that the runs of a simulation share.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) scenario: Scenario,
    pub(crate) world: StartWorld,
    pub(crate) cohorts: Cohorts,
    pub(crate) layout: Layout,
    pub(crate) schedule: Schedule,
    pub(crate) options: Options,
    /// Fleets that each event means.
    meant: Vec<Vec<usize>>,
    decisions: usize,
}

/// Memory of a run.
#[derive(Debug)]
pub struct Scratch {
    pub(crate) start: DrawnStart,
    pub(crate) assumed: AssumedValues,
    pub(crate) events: Vec<DrawnEvent>,
    pub(crate) levels: Vec<f64>,
    pub(crate) members: Vec<Vec<usize>>,
    pub(crate) fleets: Fleets,
    pub(crate) effects: Effects,
    pub(crate) sums: Sums,
    pub(crate) traffic: Traffic,
    pub(crate) moments: Vec<Micros>,
    pub(crate) ledger: Ledger,
    limits: Vec<f64>,
}

impl Setup {
    /// Checks the options against the scenario and lays out fleets, steps and draws.
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
        let mut setup = Self {
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
        setup.layout.draws = setup.names();
        Ok(setup)
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

    /// Memory for a run.
    pub fn scratch(&self) -> Scratch {
        let (n, regions) = (self.cohorts.all.len(), self.layout.regions.len());
        let flow = |(meant, e): (&Vec<usize>, &Event)| {
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

    /// Draws all that a run needs into `scratch` and the record's draws, and gives its terms.
    pub fn draw(&self, run: u32, scratch: &mut Scratch, draws: &mut Vec<f64>) -> Drifts {
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
    pub fn set_up(&self, run: u32, terms: &Drifts, market: &Market, scratch: &mut Scratch) {
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
        let coins = clock.subsidy_btc() + terms.fees_at_rest;
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
fn whom(event: &Event) -> Filter {
    let mut who = event.who.clone();
    if matches!(
        event.kind,
        EventKind::Crackdown { .. } | EventKind::Licensing { .. }
    ) {
        who.registered = Some(false);
    }
    who
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::history;
    use hashquake_world::scenario::{library, read};

    #[test]
    fn draws_stand_where_their_names_say() {
        let source = library::find("price-shock").unwrap();
        let scenario = read(&source, &[], &library::load).unwrap().scenario;
        let world = StartWorld::known(&scenario, history::embedded()).unwrap();
        let setup = Setup::new(scenario, world, Options::default()).unwrap();
        let Layout { draws, regions, .. } = &setup.layout;
        assert_eq!(draws[DRAW_OF_J_PER_TH], "start.j_per_th");
        let at = |p| draws[draw_of(p, regions.len())].as_str();
        assert_eq!(
            at(AssumedParameter::EfficiencySpread),
            "assumed.efficiency_spread"
        );
        assert_eq!(
            at(AssumedParameter::MachineOutput),
            "assumed.machine_output"
        );
    }
}
