//! Cuts of connections: who is heard, and what backups and restorations give back.

use hashquake_sim::Sampler;
use hashquake_sim::output::{Quantity, RunRecord, Total};
use hashquake_world::scenario::{BehindCut, EventKind};

use crate::{DAYS, close, day_mean, event, options, p, quiet, ran, ran_in, t, two_regions};

fn shutdown(severity: f64, behind_cut: BehindCut) -> EventKind {
    EventKind::InternetShutdown {
        severity: p(severity),
        restorations: Vec::new(),
        backup_share: p(0.0),
        backup_growth: None,
        behind_cut,
    }
}

/// A cut of severity s where a share q mines takes s·q of the hashrate and of the power, gives it back at its
/// end, and the next target answers to the blocks that were missing.
#[test]
fn a_shutdown_takes_its_severity_times_its_share() {
    for sampler in [Sampler::Leap, Sampler::Block] {
        let start = t("2022-01-05");
        let events = vec![event(
            "KZ",
            0.0,
            Some(20.0),
            shutdown(0.75, BehindCut::Idle),
        )];
        let out = ran_in(two_regions(None), quiet(events), options(sampler));
        close(out.ratio(Quantity::Hashrate, 5), 1.0 - 0.75 * 0.2, 1e-6);
        close(out.ratio(Quantity::Power, 5), 1.0 - 0.75 * 0.2, 1e-6);
        close(out.ratio(Quantity::Hashrate, 25), 1.0, 1e-6);
        let (depth, lost) = (out.total(Total::Depth).1, out.total(Total::LostWork).1);
        close(depth, 15.0, 1e-3);
        close(lost, 15.0 * 20.0, 1e-2);
        // Both arms share their luck, which belongs to heights: what the same blocks take is 1/0.85 as long,
        // but for moments in whole seconds.
        let wait = |r: &RunRecord| (r.retargets[0].time - start) as f64;
        let (without, with) = (wait(&out.counterfactual), wait(&out.scenario));
        close(without / with, 0.85, 2.0 / without);
        let change = |r: &RunRecord| f64::from(r.retargets[0].change_percent);
        let (first, cut) = (change(&out.counterfactual), change(&out.scenario));
        let longer = (with - without) / (14.0 * DAYS);
        // The target answers to the time that the epoch took in header times, which lag by some minutes.
        let ratio = (1.0 + first / 100.0) / (1.0 + cut / 100.0);
        close(
            ratio,
            1.0 + longer * (1.0 + first / 100.0),
            600.0 / (14.0 * DAYS),
        );
    }
}

/// Machines that mine on alone draw their power; their work is lost all the same.
#[test]
fn mining_alone_behind_a_cut_burns_power_for_nothing() {
    let alone = shutdown(1.0, BehindCut::MineAlone);
    let out = ran(vec![event("KZ", 0.0, Some(10.0), alone)]);
    close(out.ratio(Quantity::Hashrate, 5), 0.8, 1e-6);
    close(out.ratio(Quantity::Power, 5), 1.0, 1e-6);
}

/// With a way out found by all in a time constant of two days, a week later all but e^−3.5 are heard; a restoration
/// helps while it lasts.
#[test]
fn backup_grows_and_restorations_help() {
    let kind = |restorations, growth: Option<f64>| EventKind::InternetShutdown {
        severity: p(1.0),
        restorations,
        backup_share: p(0.25),
        backup_growth: growth.map(p),
        behind_cut: BehindCut::Idle,
    };
    let growing = ran(vec![event(
        "KZ",
        0.0,
        None,
        kind(Vec::new(), Some(2.0 * DAYS)),
    )]);
    for day in [1, 3, 7] {
        let lost = 1.0 - growing.ratio(Quantity::Hashrate, day);
        let mean = 0.2 * 0.75 * day_mean(day as f64, 2.0);
        // Held at its middle for at most a day: an error of 1/24 of the curvature, a day in two squared.
        close(lost / mean, 1.0, 1.0 / 24.0 / 4.0);
    }
    let evening = vec![(2.0 * DAYS, 3.0 * DAYS, 0.4)];
    let out = ran(vec![event("KZ", 0.0, Some(5.0), kind(evening, None))]);
    close(out.ratio(Quantity::Hashrate, 1), 1.0 - 0.2 * 0.75, 1e-6);
    close(
        out.ratio(Quantity::Hashrate, 2),
        1.0 - 0.2 * 0.75 * 0.4,
        1e-6,
    );
    close(out.ratio(Quantity::Hashrate, 3), 1.0 - 0.2 * 0.75, 1e-6);
}
