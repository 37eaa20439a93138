//! The simulation's model: the start agrees with its sources, and each event does what its name says, by as
//! much as first principles say.

mod connections;
mod machines;
mod market;
mod operators;
mod power;
mod start;
mod streams;

use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Moment, Seconds};
use hashquake_chain::history;
use hashquake_sim::assumed_parameters::{AssumedParameter, AssumedParameters};
use hashquake_sim::output::{Arm, Quantity, RegionQuantity, RunRecord, Total};
use hashquake_sim::start::{Figure, Part, StartRegion, StartWorld};
use hashquake_sim::{Options, Sampler, Simulate, Simulation};
use hashquake_world::scenario::{Event, EventKind, Fees, Filter, Growth, Price, Scenario};
use hashquake_world::shares::composition::Composition;

const DAYS: f64 = 86_400.0;

fn t(text: &str) -> Seconds {
    Moment::parse(text).unwrap().start()
}

fn p(x: f64) -> Distribution {
    Distribution::Point(x)
}

fn quiet(events: Vec<Event>) -> Scenario {
    let start = t("2022-01-05");
    Scenario {
        id: "test".to_string(),
        title: String::new(),
        question: String::new(),
        sources: Vec::new(),
        start,
        as_of: start,
        end: start + 40 * DAY,
        decision_seconds: DAY,
        price: Price::Constant(45_000.0),
        fees: Fees {
            btc_per_block: p(0.1),
            backlog_response: p(0.0),
        },
        growth: Growth {
            per_day: p(0.0),
            walk_per_sqrt_day: p(0.0),
        },
        events,
    }
}

fn event(code: &str, start: f64, days: Option<f64>, kind: EventKind) -> Event {
    Event {
        id: "it".to_string(),
        kind,
        who: Filter {
            regions: if code.is_empty() {
                Vec::new()
            } else {
                vec![code.to_string()]
            },
            ..Filter::default()
        },
        start: p(start),
        duration: days.map(|d| p(d * DAYS)),
        recovery: None,
        source: None,
        known_at: None,
        line: 1,
    }
}

fn region(code: &str, row: usize, usd: f64, registered: Option<f64>) -> StartRegion {
    StartRegion {
        code: code.to_string(),
        row: Some(row),
        part: Part::Rest,
        tariff: Figure::known(p(usd), "test"),
        g_per_kwh: Figure::known(p(500.0), "test"),
        registered: registered.map(|x| Figure::known(p(x), "test")),
    }
}

/// Two regions of known size, 20 % and 80 % of the real chain of 5 January 2022, at 60 J/TH.
fn two_regions(registered: Option<f64>) -> StartWorld {
    let chain = StartWorld::known(&quiet(Vec::new()), history::embedded()).unwrap();
    let share = |x: f64| (libm::log(x), 0.0);
    StartWorld {
        j_per_th: Figure::known(p(60.0), "test"),
        shares: Composition::independent(&[share(0.2), share(0.8)]),
        regions: vec![
            region("KZ", 0, 0.05, registered),
            region("US", 1, 0.05, None),
        ],
        ..chain
    }
}

/// All but the chain's own luck and the estimate of the hashrate at the start is known.
fn settled() -> AssumedParameters {
    AssumedParameters::default()
        .with(AssumedParameter::EfficiencySpread, p(0.3))
        .with(AssumedParameter::Overhead, p(1.0))
        .with(AssumedParameter::InterruptibleShare, p(0.5))
        .with(AssumedParameter::InterruptibleDiscount, p(0.0))
        .with(AssumedParameter::PoolFee, p(0.0))
        .with(AssumedParameter::StopMargin, p(0.0))
        .with(AssumedParameter::StartMargin, p(0.0))
        .with(AssumedParameter::ReactionDays, p(0.0))
        .with(AssumedParameter::Headroom, p(0.0))
        .with(AssumedParameter::ConnectFloor, p(1e9))
}

struct Ran {
    plan: Simulation,
    counterfactual: RunRecord,
    scenario: RunRecord,
}

fn options(sampler: Sampler) -> Options {
    Options {
        sampler,
        assumed: settled(),
        ..Options::default()
    }
}

fn ran_in(world: StartWorld, scenario: Scenario, options: Options) -> Ran {
    let plan = Simulation::new(scenario, world, options).unwrap();
    let mut scratch = plan.scratch();
    let mut arm = |arm| {
        let mut record = RunRecord::shaped(plan.layout());
        plan.run(3, arm, &mut scratch, &mut record);
        record
    };
    Ran {
        counterfactual: arm(Arm::Counterfactual),
        scenario: arm(Arm::Scenario),
        plan,
    }
}

fn ran(events: Vec<Event>) -> Ran {
    ran_in(two_regions(None), quiet(events), options(Sampler::Leap))
}

impl Ran {
    fn of(&self, q: Quantity, step: usize) -> (f64, f64) {
        let at = |r: &RunRecord| f64::from(r.network[q as usize][step]);
        (at(&self.counterfactual), at(&self.scenario))
    }

    /// Scenario over counterfactual.
    fn ratio(&self, q: Quantity, step: usize) -> f64 {
        let (b, s) = self.of(q, step);
        s / b
    }

    fn regional(&self, q: RegionQuantity, code: &str, step: usize) -> (f64, f64) {
        let codes = &self.plan.layout().regions;
        let r = codes.iter().position(|c| c == code).unwrap();
        let i = step * codes.len() + r;
        let at = |rec: &RunRecord| f64::from(rec.regional[q as usize][i]);
        (at(&self.counterfactual), at(&self.scenario))
    }

    fn region_ratio(&self, q: RegionQuantity, code: &str, step: usize) -> f64 {
        let (b, s) = self.regional(q, code, step);
        s / b
    }

    fn total(&self, total: Total) -> (f64, f64) {
        (
            self.counterfactual.totals[total as usize],
            self.scenario.totals[total as usize],
        )
    }
}

/// The mean of e^(−t/constant) over the day that begins at `day`, in days.
fn day_mean(day: f64, constant: f64) -> f64 {
    constant * (libm::exp(-day / constant) - libm::exp(-(day + 1.0) / constant))
}

fn close(got: f64, want: f64, within: f64) {
    assert!(
        (got - want).abs() <= within,
        "{got} is not {want} ± {within}"
    );
}

/// Part of a region's fleets that can pay their energy when hashprice has fallen to `left` of what it was,
/// and each kWh costs `levy` more: generations of 60 J/TH with a spread of 0.3, none of which pays more
/// than it earned at the start, at 5 cents else.
fn running(price_usd: f64, left: f64, levy: f64) -> f64 {
    let hashes = two_regions(None).clock.block_hashes();
    let hashprice = 6.35 * price_usd * 86_400.0 * 1e12 / hashes;
    let generations = hashquake_sim::start::generations(60.0, 0.3);
    let runs = |j: &&f64| {
        let could_pay = hashprice / (**j * 0.024);
        0.05f64.min(could_pay) + levy <= left * could_pay
    };
    generations.iter().filter(runs).count() as f64 / 4.0
}
