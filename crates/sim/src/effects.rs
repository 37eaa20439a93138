//! What events do to fleets while they are felt: who is heard, who has power, what power costs, what is
//! left of revenue.
//!
//! Each event has a level, how much of it is felt in the middle of the stretch to come. Effects are counted
//! anew from the untouched fleets whenever a level has changed, so that events in any order, and their ends, leave
//! no trace. Those that act on the same part multiply; levies add; of two tariffs the later in the file
//! holds. Cuts that take machines in an order (rationing, curtailment) come last, on what the others left.

use crate::assumed_parameters::{AssumedParameter, AssumedValues};
use crate::connectivity::{backup, severity};
use crate::drawn::{DrawnEvent, DrawnKind, FELT_FOR};
use crate::fleets::{Cohorts, Contract, Fleets};
use crate::grid;
use crate::operators::{break_even, left_by_sale_rule};
use hashquake_world::scenario::{BehindCut, CutFirst, Event, EventKind};

/// Parts of an exponential's way at whose ends levels are counted anew.
const STAIRS: u32 = 8;

/// Columns that effects are counted in; as long as there are fleets.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    net: Vec<f64>,
    price_of_power: Vec<f64>,
    heard: Vec<f64>,
    powered: Vec<f64>,
    keep: Vec<f64>,
}

/// How much of `event` is felt at `t` seconds after the run's start: for a cut of connections, the part of
/// the machines that nobody hears.
pub fn level(event: &Event, drawn: &DrawnEvent, t: f64) -> f64 {
    let felt = drawn.intensity(t);
    match (&event.kind, drawn.kind) {
        (
            EventKind::InternetShutdown { restorations, .. },
            DrawnKind::InternetShutdown {
                severity: whole,
                backup_share,
                backup_growth,
                ..
            },
        ) if felt > 0.0 => {
            let since = t - drawn.start;
            let cut = severity(since, whole, restorations);
            felt * cut * (1.0 - backup(since, backup_share, backup_growth))
        }
        (
            EventKind::InternetShutdown { .. }
            | EventKind::PowerCut { .. }
            | EventKind::Rationing { .. }
            | EventKind::Curtailment { .. }
            | EventKind::Ban { .. }
            | EventKind::Crackdown { .. }
            | EventKind::Unrest { .. }
            | EventKind::PriceShock { .. }
            | EventKind::FeeShock { .. }
            | EventKind::Licensing { .. }
            | EventKind::Levy { .. }
            | EventKind::Tariff { .. }
            | EventKind::SaleRule { .. }
            | EventKind::Export { .. }
            | EventKind::Migration { .. }
            | EventKind::Investment { .. },
            _,
        ) => felt,
    }
}

/// Moments, seconds after the run's start, at which the level of `event` changes: given to `at`.
pub fn change_points(event: &Event, drawn: &DrawnEvent, mut at: impl FnMut(f64)) {
    at(drawn.start);
    at(drawn.end);
    let mut stairs = |from: f64, constant: f64| {
        for k in 1..STAIRS {
            let gone = f64::from(k) / f64::from(STAIRS);
            at(from - constant * libm::log1p(-gone));
        }
        at(from + FELT_FOR * constant);
    };
    if drawn.recovery > 0.0 && drawn.end.is_finite() {
        stairs(drawn.end, drawn.recovery);
    }
    if let DrawnKind::InternetShutdown {
        backup_growth: Some(constant),
        ..
    } = drawn.kind
    {
        stairs(drawn.start, constant);
    }
    if let EventKind::InternetShutdown { restorations, .. } = &event.kind {
        for &(from, to, _) in restorations {
            at(drawn.start + from);
            at(drawn.start + to);
        }
    }
}

/// Whether the event takes machines in an order, as [`Effects::cut`] does.
pub fn cuts_in_order(kind: &DrawnKind) -> bool {
    matches!(
        kind,
        DrawnKind::Rationing { .. } | DrawnKind::Curtailment { .. }
    )
}

impl Effects {
    /// Columns for `n` fleets.
    pub fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self {
            net: zeros(),
            price_of_power: zeros(),
            heard: zeros(),
            powered: zeros(),
            keep: zeros(),
        }
    }

    /// Counts anew what `events` at their `levels` do to `fleets`: all but what is cut in an order.
    pub fn apply(
        &mut self,
        events: &[DrawnEvent],
        levels: &[f64],
        members: &[Vec<usize>],
        assumed: &AssumedValues,
        fleets: &mut Fleets,
    ) {
        self.heard.fill(1.0);
        self.powered.fill(1.0);
        fleets.charged = false;
        fleets.levy.fill(0.0);
        fleets.sale_cost.fill(0.0);
        self.net.fill(1.0 - assumed.get(AssumedParameter::PoolFee));
        self.price_of_power.copy_from_slice(&fleets.tariff);
        for ((event, &level), members) in events.iter().zip(levels).zip(members) {
            if level > 0.0 {
                fleets.charged |= matches!(
                    event.kind,
                    DrawnKind::Levy { .. } | DrawnKind::SaleRule { .. }
                );
                self.touch(&event.kind, level, members, fleets);
            }
        }
        let (stop, start) = (
            1.0 - assumed.get(AssumedParameter::StopMargin),
            1.0 + assumed.get(AssumedParameter::StartMargin),
        );
        for f in 0..self.net.len() {
            let power = self.price_of_power[f] + fleets.levy[f];
            let even = break_even(fleets.j_per_th[f], power, self.net[f]);
            fleets.stop_at[f] = even * stop;
            fleets.start_at[f] = even * start;
        }
        fleets.heard.copy_from_slice(&self.heard);
        fleets.powered.copy_from_slice(&self.powered);
    }

    fn touch(&mut self, kind: &DrawnKind, level: f64, members: &[usize], fleets: &mut Fleets) {
        for &f in members {
            match *kind {
                DrawnKind::InternetShutdown { behind_cut, .. } => {
                    self.heard[f] *= 1.0 - level;
                    if behind_cut == BehindCut::Idle {
                        self.powered[f] *= 1.0 - level;
                    }
                }
                DrawnKind::PowerCut { severity } => self.darken(f, severity * level),
                DrawnKind::Unrest {
                    exposed_share,
                    severity,
                } => self.darken(f, exposed_share * severity * level),
                DrawnKind::Levy { usd_per_kwh } => fleets.levy[f] += usd_per_kwh * level,
                DrawnKind::Tariff { usd_per_kwh } => {
                    self.price_of_power[f] += (usd_per_kwh - self.price_of_power[f]) * level;
                }
                DrawnKind::SaleRule {
                    share,
                    fee,
                    discount,
                    settlement_days,
                    cost_of_capital,
                    settlement_asset: (),
                } => {
                    let left =
                        left_by_sale_rule(share, fee, discount, settlement_days, cost_of_capital);
                    let kept = 1.0 - level * (1.0 - left);
                    self.net[f] *= kept;
                    fleets.sale_cost[f] = 1.0 - (1.0 - fleets.sale_cost[f]) * kept;
                }
                DrawnKind::Rationing { .. }
                | DrawnKind::Curtailment { .. }
                | DrawnKind::Ban { .. }
                | DrawnKind::Crackdown { .. }
                | DrawnKind::Licensing { .. }
                | DrawnKind::Export { .. }
                | DrawnKind::Migration { .. }
                | DrawnKind::Investment { .. }
                | DrawnKind::PriceShock { .. }
                | DrawnKind::FeeShock { .. } => {}
            }
        }
    }

    fn darken(&mut self, f: usize, part: f64) {
        self.heard[f] *= 1.0 - part;
        self.powered[f] *= 1.0 - part;
    }

    /// Rationing and curtailment on what the other effects left, with `growth` that of the network since
    /// the start.
    pub fn cut(
        &mut self,
        events: &[DrawnEvent],
        levels: &[f64],
        members: &[Vec<usize>],
        cohorts: &Cohorts,
        growth: f64,
        fleets: &mut Fleets,
    ) {
        fleets.heard.copy_from_slice(&self.heard);
        fleets.powered.copy_from_slice(&self.powered);
        for ((event, &level), members) in events.iter().zip(levels).zip(members) {
            if level <= 0.0 {
                continue;
            }
            let keep = &mut self.keep[..members.len()];
            let cohort = |f: usize| &cohorts.all[f];
            match event.kind {
                DrawnKind::Rationing { cap_mw, first } => {
                    let draws = |f: usize| {
                        let ehs = fleets.installed[f] * fleets.powered[f] * fleets.running[f];
                        ehs * fleets.j_per_th[f] * growth
                    };
                    let excess = members.iter().map(|&f| draws(f)).sum::<f64>() - cap_mw;
                    let class = |f: usize| match first {
                        CutFirst::Everyone => 0,
                        CutFirst::Registered => usize::from(cohort(f).registered != Some(true)),
                        CutFirst::Unregistered => usize::from(cohort(f).registered != Some(false)),
                    };
                    grid::cut(members, excess * level, class, draws, keep);
                }
                DrawnKind::Curtailment { share, .. } => {
                    let could = |f: usize| fleets.installed[f] * fleets.powered[f];
                    let all: f64 = members.iter().map(|&f| could(f)).sum();
                    let class = |f: usize| usize::from(cohort(f).contract == Contract::Firm);
                    grid::cut(members, all * share * level, class, could, keep);
                }
                DrawnKind::InternetShutdown { .. }
                | DrawnKind::PowerCut { .. }
                | DrawnKind::Ban { .. }
                | DrawnKind::Crackdown { .. }
                | DrawnKind::Licensing { .. }
                | DrawnKind::Levy { .. }
                | DrawnKind::Tariff { .. }
                | DrawnKind::SaleRule { .. }
                | DrawnKind::Export { .. }
                | DrawnKind::Migration { .. }
                | DrawnKind::Investment { .. }
                | DrawnKind::Unrest { .. }
                | DrawnKind::PriceShock { .. }
                | DrawnKind::FeeShock { .. } => continue,
            }
            for (&f, &keep) in members.iter().zip(keep.iter()) {
                fleets.heard[f] *= keep;
                fleets.powered[f] *= keep;
            }
        }
    }
}
