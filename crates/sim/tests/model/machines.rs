//! Machines that leave, travel, wait, register, and are built.

use hashquake_sim::assumed_parameters::AssumedParameter;
use hashquake_sim::output::{Arm, Quantity, RegionQuantity, RunRecord, Total};
use hashquake_sim::{Options, Sampler, Simulate, Simulation};
use hashquake_world::scenario::{Destinations, EventKind};

use crate::{DAYS, close, event, options, p, quiet, ran, ran_in, settled, two_regions};

fn ban(half_life_days: f64, underground: f64) -> EventKind {
    EventKind::Ban {
        half_life: p(half_life_days * DAYS),
        underground_share: p(underground),
        to: Destinations {
            weights: vec![("US".to_string(), 1.0)],
            transit: p(8.0 * DAYS),
            scrapped: p(0.25),
        },
    }
}

/// Half of what obeys is gone after a half-life, what goes underground stays, and three quarters of the rest
/// turn up elsewhere after their journey.
#[test]
fn a_ban_halves_with_its_half_life_and_moves_what_it_drives_away() {
    let out = ran(vec![event("KZ", 0.0, None, ban(4.0, 0.2))]);
    let here = |day| out.region_ratio(RegionQuantity::Hashrate, "KZ", day);
    close(here(4), 0.2 + 0.8 * 0.5, 1e-5);
    close(here(8), 0.2 + 0.8 * 0.25, 1e-5);
    let there = |day| out.region_ratio(RegionQuantity::Hashrate, "US", day);
    close(there(8), 1.0, 1e-6);
    let left_by_4 = 0.2 * 0.8 * 0.5;
    close(there(12), 1.0 + 0.75 * left_by_4 / 0.8, 1e-5);
    close(here(39), 0.2 + 0.8 * libm::pow(2.0, -39.0 / 4.0), 1e-5);
}

/// What a destination cannot connect waits: 30 MW a month are 30/30.44 MW a day, times the region's own
/// factor, which is drawn from a log-normal with sd 0.5 and holds for the run.
#[test]
fn machines_wait_for_a_plug() {
    const RUNS: u32 = 200;
    let narrow = Options {
        assumed: settled()
            .with(AssumedParameter::ConnectFloor, p(30.0))
            .with(AssumedParameter::ConnectShare, p(0.0)),
        ..options(Sampler::Leap)
    };
    let events = vec![event("KZ", 0.0, None, ban(0.0, 0.0))];
    let plan = Simulation::new(quiet(events), two_regions(None), narrow).unwrap();
    let mut scratch = plan.scratch();
    let daily = |run: u32| {
        let mw = [Arm::Counterfactual, Arm::Scenario].map(|arm| {
            let mut record = RunRecord::shaped(plan.layout());
            plan.run(run, arm, &mut scratch, &mut record);
            record.regional.swap_remove(RegionQuantity::Power as usize)
        });
        // Regions are KZ and US.
        let more = |day: usize| f64::from(mw[1][2 * day + 1] - mw[0][2 * day + 1]);
        let daily = more(21) - more(20);
        // Steps of some MW on 9,000 in single precision.
        close((more(39) - more(20)) / (19.0 * daily), 1.0, 3e-3);
        libm::log(daily / (30.0 / 30.436_875))
    };
    let factors: Vec<f64> = (0..RUNS).map(daily).collect();
    let n = f64::from(RUNS);
    let mean = factors.iter().sum::<f64>() / n;
    let square: f64 = factors.iter().map(|x| (x - mean) * (x - mean)).sum();
    // Three standard errors of a mean and of an sd.
    close(mean, 0.0, 3.0 * 0.5 / n.sqrt());
    close(
        (square / (n - 1.0)).sqrt(),
        0.5,
        3.0 * 0.5 / (2.0 * n).sqrt(),
    );
}

#[test]
fn export_and_migration_take_their_share_over_their_duration() {
    let export = EventKind::Export { share: p(0.5) };
    let out = ran(vec![event("US", 0.0, Some(20.0), export)]);
    close(
        out.region_ratio(RegionQuantity::Hashrate, "US", 10),
        0.75,
        1e-5,
    );
    close(
        out.region_ratio(RegionQuantity::Hashrate, "US", 30),
        0.5,
        1e-5,
    );
    close(
        out.region_ratio(RegionQuantity::Hashrate, "KZ", 30),
        1.0,
        1e-6,
    );
    let migration = EventKind::Migration {
        share: p(0.5),
        to: Destinations {
            weights: vec![("KZ".to_string(), 2.0)],
            transit: p(2.0 * DAYS),
            scrapped: p(0.0),
        },
    };
    let out = ran(vec![event("US", 0.0, Some(10.0), migration)]);
    close(
        out.ratio(Quantity::Hashrate, 5),
        1.0 - 0.8 * 0.5 * 0.2,
        1e-5,
    );
    close(out.ratio(Quantity::Hashrate, 30), 1.0, 1e-5);
    close(
        out.region_ratio(RegionQuantity::Hashrate, "KZ", 30),
        3.0,
        1e-5,
    );
}

/// A crackdown removes what it finds and does not register; licensing keeps the hashrate and raises what
/// registered machines pay in levies in proportion.
#[test]
fn crackdowns_remove_and_licensing_registers() {
    let crackdown = |registers: f64| EventKind::Crackdown {
        found_share: p(0.5),
        half_life: p(5.0 * DAYS),
        registers_share: p(registers),
    };
    let levied = |kind: EventKind, registered: f64| {
        let mut levy = event(
            "KZ",
            0.0,
            None,
            EventKind::Levy {
                usd_per_kwh: p(1e-6),
            },
        );
        levy.who.registered = Some(true);
        levy.id = "levy".to_string();
        let events = vec![event("KZ", 0.0, Some(1.0), kind), levy];
        let world = two_regions(Some(registered));
        ran_in(world, quiet(events), options(Sampler::Leap))
    };
    let half = levied(crackdown(0.0), 0.4);
    close(
        half.region_ratio(RegionQuantity::Hashrate, "KZ", 20),
        1.0 - 0.6 * 0.5,
        1e-5,
    );
    let some = levied(crackdown(0.5), 0.4);
    close(
        some.region_ratio(RegionQuantity::Hashrate, "KZ", 20),
        1.0 - 0.6 * 0.25,
        1e-5,
    );
    let licensing = EventKind::Licensing {
        share: p(0.5),
        half_life: p(5.0 * DAYS),
    };
    let licensed = levied(licensing, 0.4);
    close(licensed.ratio(Quantity::Hashrate, 20), 1.0, 1e-6);
    // All but the first day: from 40 to 40 + 60/2 percent.
    let (before, after) = (0.4, 0.7);
    let percent = licensed.regional(RegionQuantity::Registered, "KZ", 20);
    close(percent.1, 100.0 * after, 1e-3);
    assert!(
        licensed
            .regional(RegionQuantity::Registered, "US", 20)
            .1
            .is_nan()
    );
    let ratio = licensed.total(Total::Levies).1 / half.total(Total::Levies).1;
    close(ratio, (before + 39.0 * after) / (before * 40.0), 1e-3);
}

/// 738 million dollars at 0.5 million a MW of site, 20 dollars a TH/s and 30 J/TH, 80 % built: 506 MW over
/// the event's duration, at the carbon of its own source.
#[test]
fn money_becomes_megawatts() {
    let kind = EventKind::Investment {
        usd: p(738e6),
        usd_per_mw: p(0.5e6),
        usd_per_th: p(20.0),
        j_per_th: p(30.0),
        g_per_kwh: Some(p(0.0)),
        realised_share: p(0.8),
    };
    let out = ran(vec![event("KZ", 0.0, Some(20.0), kind)]);
    let added = |day| {
        let (b, s) = out.of(Quantity::Power, day);
        s - b
    };
    let mw = 738e6 * 0.8 / (0.5e6 + 20.0 * 1e6 / 30.0);
    close(added(10), mw / 2.0, 0.01);
    close(added(30), mw, 0.01);
    let (b, s) = out.of(Quantity::Hashrate, 30);
    close(s - b, mw / 30.0, 1e-3);
    close(out.ratio(Quantity::Emissions, 30), 1.0, 1e-6);
}
