//! Power: cuts, rationing, curtailment, unrest.

use hashquake_sim::output::{Quantity, RegionQuantity, Total};
use hashquake_sim::{Options, Sampler};
use hashquake_world::scenario::{CurtailmentTrigger, CutFirst, EventKind};

use crate::{DAYS, Ran, close, day_mean, event, options, p, quiet, ran, ran_in, two_regions};

/// A power cut of a half; afterwards the way back has the time constant that it was given.
#[test]
fn a_power_cut_darkens_and_recovers_by_its_distribution() {
    let mut cut = event(
        "US",
        0.0,
        Some(5.0),
        EventKind::PowerCut { severity: p(0.5) },
    );
    cut.recovery = Some(p(4.0 * DAYS));
    let out = ran(vec![cut]);
    close(out.ratio(Quantity::Hashrate, 2), 1.0 - 0.5 * 0.8, 1e-6);
    close(out.ratio(Quantity::Emissions, 2), 1.0 - 0.5 * 0.8, 1e-6);
    let lost = 1.0 - out.ratio(Quantity::Hashrate, 9);
    // Held at its middle for at most a day: an error of 1/24 of the curvature, a day in four squared.
    close(lost / (0.4 * day_mean(4.0, 4.0)), 1.0, 1.0 / 24.0 / 16.0);
    // Below a hundredth nothing is felt any more.
    close(out.ratio(Quantity::Hashrate, 30), 1.0, 1e-6);
}

fn rationed(first: CutFirst, cap_share: f64) -> Ran {
    let world = two_regions(Some(0.4));
    let cap = world.hashrate_ehs * 0.2 * 60.0 * cap_share;
    let kind = EventKind::Rationing {
        cap_mw: p(cap),
        first,
    };
    let options = Options {
        seed: 11,
        ..options(Sampler::Leap)
    };
    ran_in(
        world,
        quiet(vec![event("KZ", 0.0, Some(20.0), kind)]),
        options,
    )
}

/// Above the cap nobody draws, whoever goes first.
#[test]
fn rationing_holds_its_cap() {
    for first in [
        CutFirst::Everyone,
        CutFirst::Registered,
        CutFirst::Unregistered,
    ] {
        let out = rationed(first, 0.5);
        let cap = out.plan.world().hashrate_ehs * 0.2 * 60.0 * 0.5;
        close(
            out.regional(RegionQuantity::Power, "KZ", 5).1 / cap,
            1.0,
            1e-4,
        );
        close(out.region_ratio(RegionQuantity::Power, "KZ", 25), 1.0, 1e-6);
        close(out.region_ratio(RegionQuantity::Power, "US", 5), 1.0, 1e-6);
        // Of 40 registered and 60 others the cap lets 50 run, when the hashrate is as estimated.
        let luck = out.scenario.draws[0] / out.plan.world().hashrate_ehs;
        let registered = out.regional(RegionQuantity::Registered, "KZ", 5);
        let percent = match first {
            CutFirst::Everyone => 40.0,
            CutFirst::Registered => 0.0,
            CutFirst::Unregistered => 80.0 * luck,
        };
        close(registered.0, 40.0, 1e-3);
        close(registered.1, percent, 1e-3);
    }
}

/// Registered first: a levy on the registered brings nothing any more, since the 60 % that are not
/// registered fill a cap of a half.
#[test]
fn rationing_registered_first_leaves_the_unregistered_running() {
    let with_levy = |first| {
        let world = two_regions(Some(0.4));
        let cap_mw = p(world.hashrate_ehs * 0.2 * 60.0 * 0.5);
        let mut levy = event(
            "KZ",
            0.0,
            Some(20.0),
            EventKind::Levy {
                usd_per_kwh: p(1e-6),
            },
        );
        levy.who.registered = Some(true);
        levy.id = "levy".to_string();
        let ration = event(
            "KZ",
            0.0,
            Some(20.0),
            EventKind::Rationing { cap_mw, first },
        );
        let scenario = quiet(vec![ration, levy]);
        ran_in(world, scenario, options(Sampler::Leap))
            .total(Total::Levies)
            .1
    };
    assert_eq!(with_levy(CutFirst::Registered), 0.0);
    assert!(with_levy(CutFirst::Unregistered) > with_levy(CutFirst::Everyone));
}

#[test]
fn curtailment_takes_its_share() {
    for trigger in [CurtailmentTrigger::Price, CurtailmentTrigger::Temperature] {
        let kind = EventKind::Curtailment {
            share: p(0.3),
            trigger,
        };
        let out = ran(vec![event("US", 0.0, Some(2.0), kind)]);
        close(out.ratio(Quantity::Hashrate, 1), 1.0 - 0.3 * 0.8, 1e-6);
        close(out.ratio(Quantity::Hashrate, 3), 1.0, 1e-6);
    }
}

#[test]
fn unrest_touches_only_what_stands_there() {
    let kind = EventKind::Unrest {
        exposed_share: p(0.1),
        severity: p(0.8),
    };
    let out = ran(vec![event("KZ", 0.0, Some(6.0), kind)]);
    close(
        out.ratio(Quantity::Hashrate, 3),
        1.0 - 0.2 * 0.1 * 0.8,
        1e-6,
    );
    close(
        out.region_ratio(RegionQuantity::Hashrate, "US", 3),
        1.0,
        1e-6,
    );
}
