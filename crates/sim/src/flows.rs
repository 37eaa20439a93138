//! Flows of machines that events set going, decision by decision: out of fleets, between the two sides of a
//! register, on the way, into the grid, out of money.
//!
//! Shares are of what stood there when the event began.

use crate::assumed_parameters::AssumedValues;
use crate::drawn::{DrawnEvent, DrawnKind};
use crate::fleets::{Cohorts, Fleets};
use crate::investment;
use crate::migration::{Exodus, Lot, connect, destinations};
use crate::policy::{done, done_evenly, obeys};
use crate::start::{DrawnStart, GENERATIONS};
use hashquake_world::scenario::{EventKind, Scenario};

/// What one event has set going.
#[derive(Clone, Debug)]
pub struct Flow {
    begun: bool,
    /// Installed at the event's beginning, a number a member.
    base: Vec<f64>,
    exodus: Option<Exodus>,
}

impl Flow {
    /// For an event of `kind` that means so many fleets.
    pub fn new(kind: &EventKind, members: usize, decisions: usize, regions: usize) -> Self {
        let travels = matches!(kind, EventKind::Ban { .. } | EventKind::Migration { .. });
        Self {
            begun: false,
            base: vec![0.0; members],
            exodus: travels.then(|| Exodus::new(decisions, regions)),
        }
    }
}

/// All flows of a run.
#[derive(Clone, Debug)]
pub struct Traffic {
    flows: Vec<Flow>,
    waiting: Vec<Lot>,
}

/// A decision interval, and what flows need to know of the run.
pub struct Interval<'a> {
    /// Number of the decision at its end.
    pub number: usize,
    /// Seconds after the run's start.
    pub from: f64,
    /// Seconds after the run's start.
    pub to: f64,
    /// The network against its start.
    pub growth: f64,
    /// Scenario that is simulated.
    pub scenario: &'a Scenario,
    /// All machines, in cohorts.
    pub cohorts: &'a Cohorts,
    /// Codes of the regions.
    pub codes: &'a [String],
    /// The drawn start.
    pub start: &'a DrawnStart,
    /// The run's assumed parameters.
    pub assumed: &'a AssumedValues,
    /// Fleets of each event.
    pub members: &'a [Vec<usize>],
}

impl Traffic {
    /// With these flows.
    pub fn new(flows: Vec<Flow>, regions: usize) -> Self {
        Self {
            flows,
            waiting: vec![[0.0; GENERATIONS]; regions],
        }
    }

    /// Forgets what has moved.
    pub fn clear(&mut self) {
        self.flows.iter_mut().for_each(|f| f.begun = false);
        self.waiting.fill([0.0; GENERATIONS]);
    }

    /// Moves all that moves in the interval; whether any machine was installed or taken away.
    pub fn pass(&mut self, events: &[DrawnEvent], when: &Interval, fleets: &mut Fleets) -> bool {
        let mut moved = false;
        for (e, event) in events.iter().enumerate() {
            let flow = &mut self.flows[e];
            if !flow.begun && when.to <= event.start {
                continue;
            }
            if !flow.begun {
                begin(flow, e, event, when, fleets);
            }
            if when.from < event.end {
                moved |= move_machines(flow, e, event, when, fleets);
            }
            if let Some(exodus) = &flow.exodus {
                exodus.arrive(when.number, &mut self.waiting);
            }
        }
        let seconds = when.to - when.from;
        let Interval {
            start,
            cohorts,
            growth,
            ..
        } = when;
        moved | connect(&mut self.waiting, start, cohorts, fleets, *growth, seconds)
    }
}

fn begin(flow: &mut Flow, e: usize, event: &DrawnEvent, when: &Interval, fleets: &Fleets) {
    flow.begun = true;
    for (base, &f) in flow.base.iter_mut().zip(&when.members[e]) {
        *base = fleets.installed[f];
    }
    let asked = &when.scenario.events[e];
    let (
        Some(exodus),
        DrawnKind::Ban { to: journey, .. } | DrawnKind::Migration { to: journey, .. },
        EventKind::Ban { to, .. } | EventKind::Migration { to, .. },
    ) = (&mut flow.exodus, event.kind, &asked.kind)
    else {
        return;
    };
    exodus.begin(&journey, when.scenario.decision_seconds as f64);
    let weights = destinations(to, &asked.who, when.codes, when.start, when.assumed);
    exodus.set_destinations(weights.into_iter());
}

/// The part of an event's whole that falls into the interval, for a way of doing it by time.
fn due(event: &DrawnEvent, when: &Interval, done: impl Fn(f64, f64) -> f64) -> f64 {
    let long = event.end - event.start;
    done(when.to - event.start, long) - done(when.from - event.start, long)
}

fn move_machines(
    flow: &mut Flow,
    e: usize,
    event: &DrawnEvent,
    when: &Interval,
    fleets: &mut Fleets,
) -> bool {
    let members = &when.members[e];
    let pairs = || members.iter().copied().zip(flow.base.iter().copied());
    let installed = &mut fleets.installed;
    match event.kind {
        DrawnKind::Ban {
            half_life,
            underground_share,
            ..
        } => {
            let part = obeys(event.lasted(when.from, when.to), half_life);
            for (f, base) in pairs() {
                let out = part * (installed[f] - base * underground_share).max(0.0);
                installed[f] -= out;
                if let Some(exodus) = &mut flow.exodus {
                    exodus.leave(when.number, when.cohorts.all[f].generation, out);
                }
            }
        }
        DrawnKind::Export { share } | DrawnKind::Migration { share, .. } => {
            let part = share * due(event, when, done_evenly);
            for (f, base) in pairs() {
                let out = (base * part).min(installed[f]);
                installed[f] -= out;
                if let Some(exodus) = &mut flow.exodus {
                    exodus.leave(when.number, when.cohorts.all[f].generation, out);
                }
            }
        }
        DrawnKind::Crackdown {
            found_share,
            half_life,
            registers_share,
        } => {
            let part = found_share * due(event, when, |t, long| done(t, half_life, long));
            for (f, base) in pairs() {
                let found = (base * part).min(installed[f]);
                installed[f] -= found;
                register(installed, when.cohorts, f, found * registers_share);
            }
        }
        DrawnKind::Licensing { share, half_life } => {
            let part = share * due(event, when, |t, long| done(t, half_life, long));
            for (f, base) in pairs() {
                let asks = (base * part).min(installed[f]);
                installed[f] -= asks;
                register(installed, when.cohorts, f, asks);
            }
        }
        DrawnKind::Investment { .. } => build(e, event, when, fleets),
        DrawnKind::InternetShutdown { .. }
        | DrawnKind::PowerCut { .. }
        | DrawnKind::Rationing { .. }
        | DrawnKind::Curtailment { .. }
        | DrawnKind::Levy { .. }
        | DrawnKind::Tariff { .. }
        | DrawnKind::SaleRule { .. }
        | DrawnKind::Unrest { .. }
        | DrawnKind::PriceShock { .. }
        | DrawnKind::FeeShock { .. } => return false,
    }
    true
}

fn register(installed: &mut [f64], cohorts: &Cohorts, f: usize, ehs: f64) {
    let to = cohorts.sibling(f).unwrap_or(f);
    installed[to] += ehs;
}

fn build(e: usize, event: &DrawnEvent, when: &Interval, fleets: &mut Fleets) {
    let DrawnKind::Investment {
        usd,
        usd_per_mw,
        usd_per_th,
        realised_share,
        ..
    } = event.kind
    else {
        return;
    };
    let cohorts = &when.cohorts.all;
    let built = |f: &usize| cohorts[*f].built_by == Some(e);
    let sites = (0..cohorts.len()).filter(built).count();
    let part = due(event, when, done_evenly) * realised_share / sites.max(1) as f64;
    for f in (0..cohorts.len()).filter(built) {
        let j = fleets.j_per_th[f];
        let mw = investment::megawatts(usd * part, usd_per_mw, usd_per_th, j);
        fleets.installed[f] += mw / j / when.growth;
    }
}
