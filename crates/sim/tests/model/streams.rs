//! Random streams: arms share them, other events and other runs leave no trace.

use hashquake_base::distribution::Distribution;
use hashquake_chain::history;
use hashquake_sim::output::{Arm, Quantity, RegionQuantity, RunRecord, Total};
use hashquake_sim::{Options, Sampler, Simulate, Simulation};
use hashquake_world::scenario::{Event, EventKind, Growth, Price, Scenario, library};

use crate::{event, p, quiet, ran_in, two_regions};

const HOUR: f64 = 3600.0;

fn bytes(record: &RunRecord) -> Vec<u64> {
    let columns = record.network.iter().chain(&record.regional).flatten();
    let mut out: Vec<u64> = columns.map(|x| u64::from(x.to_bits())).collect();
    out.extend(
        record
            .totals
            .iter()
            .chain(&record.draws)
            .map(|x| x.to_bits()),
    );
    out.extend(record.retargets.iter().map(|r| r.time as u64));
    out
}

fn uncertain(events: Vec<Event>) -> Scenario {
    let mut scenario = quiet(events);
    scenario.growth = Growth {
        per_day: p(0.001),
        walk_per_sqrt_day: p(0.01),
    };
    scenario.price = Price::JumpDiffusion {
        start_usd: 45_000.0,
        drift_per_day: Distribution::Normal {
            mean: 0.0,
            sd: 0.001,
        },
        volatility_per_sqrt_day: p(0.035),
        jumps_per_day: p(0.05),
        jump_sd: p(0.1),
    };
    scenario
}

#[test]
fn without_events_the_arms_are_the_same_to_the_last_bit() {
    for sampler in [Sampler::Leap, Sampler::Block] {
        let scenario = uncertain(Vec::new());
        let options = Options {
            sampler,
            ..Options::default()
        };
        let plan = Simulation::known(scenario, history::embedded(), options).unwrap();
        let mut scratch = plan.scratch();
        for run in 0..5 {
            let mut records = [Arm::Counterfactual, Arm::Scenario].map(|arm| {
                let mut record = RunRecord::shaped(plan.layout());
                plan.run(run, arm, &mut scratch, &mut record);
                bytes(&record)
            });
            assert_eq!(records[0], records[1]);
            // The memory of other runs leaves no trace.
            let mut again = RunRecord::shaped(plan.layout());
            plan.run(run, Arm::Counterfactual, &mut plan.scratch(), &mut again);
            assert_eq!(records[0], bytes(&again));
            records[0].clear();
        }
    }
}

/// An event more, in another place, shifts no draw of the first, and the streams of the world stay.
#[test]
fn another_event_shifts_no_draws() {
    let severity = Distribution::Uniform {
        low: 0.3,
        high: 0.9,
    };
    let cut = event(
        "KZ",
        0.0,
        Some(3.0),
        EventKind::PowerCut {
            severity: severity.clone(),
        },
    );
    let mut other = event(
        "US",
        50.0 * HOUR,
        Some(1.0),
        EventKind::PowerCut { severity },
    );
    other.id = "other".to_string();
    let value = |events: Vec<Event>, name: &str| {
        let out = ran_in(two_regions(None), uncertain(events), Options::default());
        let names = &out.plan.layout().draws;
        let at = names.iter().position(|n| n == name).unwrap();
        assert_eq!(names.len(), out.scenario.draws.len());
        assert_eq!(out.scenario.draws, out.counterfactual.draws);
        (out.scenario.draws[at], out.scenario.draws[0])
    };
    let alone = value(vec![cut.clone()], "it.severity");
    assert_eq!(
        alone,
        value(vec![other.clone(), cut.clone()], "it.severity")
    );
    assert_ne!(alone.0, value(vec![other, cut], "other.severity").0);
}

/// Every scenario that is carried runs, in both arms and with both samplers, and what should be a number is.
#[test]
fn every_carried_scenario_runs() {
    for resolved in library::all() {
        let id = resolved.scenario.id.clone();
        for sampler in [Sampler::Leap, Sampler::Block] {
            let options = Options {
                sampler,
                ..Options::default()
            };
            let plan = Simulation::known(resolved.scenario.clone(), history::embedded(), options);
            let plan = plan.unwrap_or_else(|e| panic!("{id}: {e}"));
            let mut scratch = plan.scratch();
            let mut record = RunRecord::shaped(plan.layout());
            for arm in [Arm::Counterfactual, Arm::Scenario] {
                plan.run(0, arm, &mut scratch, &mut record);
                let finite = |xs: &[f32]| xs.iter().all(|x| x.is_finite() && *x >= 0.0);
                for q in [Quantity::Hashrate, Quantity::Power, Quantity::Hashprice] {
                    assert!(finite(&record.network[q as usize]), "{id}: {q:?}");
                }
                let always = RegionQuantity::Registered as usize;
                assert!(
                    record.regional[..always].iter().all(|xs| finite(xs)),
                    "{id}"
                );
                assert!(record.totals[Total::Blocks as usize] > 0.0, "{id}");
            }
        }
    }
}
