//! The start: what it says agrees with its sources, and what they do not say is listed.

use hashquake_base::units::{DAY, Seconds, year_start};
use hashquake_chain::history;
use hashquake_sim::output::{Arm, Quantity, RegionQuantity, RunRecord};
use hashquake_sim::start::{StartError, StartWorld};
use hashquake_sim::{Options, Simulate, Simulation, SimulationError};
use hashquake_world::fleet;
use hashquake_world::shares;

use crate::{DAYS, close, quiet, t};

/// Hashrate is the chain's, energy that of the efficiency table, shares those of the map, each within its
/// own error: means of many runs against the sources.
#[test]
fn the_start_agrees_with_its_sources() {
    const RUNS: u32 = 400;
    let scenario = quiet(Vec::new());
    let at = scenario.start;
    let plan = Simulation::known(scenario, history::embedded(), Options::default()).unwrap();
    let world = plan.world();
    // The work of two weeks of blocks over their time, counted anew.
    let blocks = &history::embedded().blocks;
    let times = blocks.times().iter().map(|&t| Seconds::from(t));
    let inside = times.zip(blocks.work_eh());
    let inside = inside.filter(|(time, _)| (at - 14 * DAY..at).contains(time));
    let (counted, work) = inside.fold((0, 0.0), |(n, sum), (_, work)| (n + 1, sum + work));
    assert_eq!(world.blocks_counted, counted);
    close(world.hashrate_ehs / (work / (14.0 * DAYS)), 1.0, 1e-9);
    let efficiency = fleet::efficiency(at, Some(at)).unwrap().j_per_th;
    let map = shares::at(at, Some(at)).unwrap();
    let kz = map.row("KZ").unwrap().percent;
    let codes = &plan.layout().regions;
    let kz_at = codes.iter().position(|c| c == "KZ").unwrap();
    let mut scratch = plan.scratch();
    let mut record = RunRecord::shaped(plan.layout());
    let (mut j, mut share, mut hash) = (Vec::new(), Vec::new(), 0.0);
    for run in 0..RUNS {
        plan.run(run, Arm::Counterfactual, &mut scratch, &mut record);
        let ehs = f64::from(record.network[Quantity::Hashrate as usize][0]);
        close(ehs / record.draws[0], 1.0, 1e-5);
        j.push(f64::from(record.network[Quantity::Power as usize][0]) / ehs);
        close(j[j.len() - 1] / record.draws[1], 1.0, 1e-5);
        share.push(f64::from(
            record.regional[RegionQuantity::Share as usize][kz_at],
        ));
        hash += ehs / f64::from(RUNS);
    }
    let n = f64::from(RUNS);
    close(
        hash / world.hashrate_ehs,
        1.0,
        4.0 / (n * f64::from(counted)).sqrt(),
    );
    j.sort_by(f64::total_cmp);
    share.sort_by(f64::total_cmp);
    for (drawn, law) in [(&j, efficiency), (&share, kz)] {
        let sigma = libm::log(law.p95 / law.p05) / (2.0 * 1.645);
        // Four standard errors of a sample quantile, √(p(1 − p)/n) over the density, of a bell in ln.
        for (part, density, quantile) in [
            (0.05, 0.1031, law.p05),
            (0.5, 0.3989, law.p50),
            (0.95, 0.1031, law.p95),
        ] {
            let found = drawn[(part * (n - 1.0)) as usize];
            let error = sigma * libm::sqrt(part * (1.0 - part) / n) / density;
            close(libm::log(found / quantile), 0.0, 4.0 * error);
        }
    }
}

/// On 6 January 2022 the map ended in August 2021; the edition with January came in May.
#[test]
fn a_later_edition_of_the_map_is_hidden() {
    let mut then = quiet(Vec::new());
    let early = StartWorld::known(&then, history::embedded()).unwrap();
    then.as_of = t("2022-06-01");
    let late = StartWorld::known(&then, history::embedded()).unwrap();
    assert!(
        early.shares_source.contains("2021-08"),
        "{}",
        early.shares_source
    );
    assert!(
        late.shares_source.contains("2022-01"),
        "{}",
        late.shares_source
    );
    assert_ne!(early.shares, late.shares);
}

#[test]
fn a_start_that_nothing_is_known_of_is_refused_with_what_is_known() {
    let mut scenario = quiet(Vec::new());
    scenario.start = year_start(2031);
    scenario.end = scenario.start + DAY;
    let refused = Simulation::known(scenario, history::embedded(), Options::default());
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("2031") && text.contains("2024-"), "{text}");
    let mut unmapped = quiet(Vec::new());
    unmapped.as_of = t("2019-01-01");
    let refused = Simulation::known(unmapped, history::embedded(), Options::default());
    assert!(matches!(
        refused,
        Err(SimulationError::Start(StartError::Shares { .. }))
    ));
    let mut still = quiet(Vec::new());
    still.decision_seconds = 0;
    let refused = Simulation::known(still, history::embedded(), Options::default());
    assert!(matches!(refused, Err(SimulationError::Steps { .. })));
}

/// What the tables do not know is listed, what they know is not.
#[test]
fn priors_are_listed_and_sources_are_not() {
    let plan = Simulation::known(quiet(Vec::new()), history::embedded(), Options::default());
    let names: Vec<String> = plan.unwrap().priors().into_iter().map(|p| p.name).collect();
    for name in ["assumed.overhead", "tariff.RU", "legal_risk"] {
        assert!(
            names.iter().any(|n| n == name),
            "{name} is not in {names:?}"
        );
    }
    for name in ["tariff.KZ", "carbon.KZ", "registered.KZ"] {
        assert!(names.iter().all(|n| n != name), "{name} has a source");
    }
}
