//! A run while it runs: what the engine asks of a world, answered by the submodels.

use std::ops::Range;

use libm::{exp, sqrt};
use rand_chacha::ChaCha8Rng;

use crate::assumed_parameters::AssumedParameter;
use crate::clock::Clock;
use crate::drawn::DrawnKind;
use crate::effects::{cuts_in_order, level};
use crate::engine::World;
use crate::fees;
use crate::fleets::Fleets;
use crate::flows::Interval;
use crate::ledger::Terms;
use crate::market::Market;
use crate::mining::Winners;
use crate::operators::{calm, decide, followed, hashprice_usd_per_th_day};
use crate::output::{Arm, RunRecord, RunRetarget};
use crate::setup::{Drifts, Scratch, Setup};
use crate::time::Micros;
use hashquake_base::stats::draw::normal;
use hashquake_base::units::{DAY, Hashrate};

/// A network whose machines all stand still finds blocks at this rate, EH/s, that time may pass.
const STANDSTILL_EHS: f64 = 1e-9;

/// No hashprice at all.
const NOWHERE: Range<f64> = f64::INFINITY..f64::NEG_INFINITY;

/// A run while it runs.
pub struct RunState<'a> {
    setup: &'a Setup,
    s: &'a mut Scratch,
    record: &'a mut RunRecord,
    arm: Arm,
    market: Market,
    walk: ChaCha8Rng,
    drifts: Drifts,
    terms: Terms,
    winners: Winners,
    /// Index of the next own moment.
    moment: usize,
    /// Number of the next decision.
    decision: usize,
    decided_at: Micros,
    blocks_at_decision: u64,
    waiting: f64,
    block_hashes: f64,
    in_order: bool,
    /// Part of a decision that fleets follow until the next.
    follows: f64,
    /// Hashprices at which nobody would decide anything new.
    calm: Range<f64>,
}

/// Who may find blocks: the regions where blocks are kept, one for all where nobody asks.
fn regions_that_win(setup: &Setup) -> Winners {
    let regions = if setup.options.keep_blocks {
        setup.layout.regions.len()
    } else {
        1
    };
    Winners::new(&vec![1.0; regions]).unwrap_or_else(|_| Winners::one())
}

impl<'a> RunState<'a> {
    /// At the start, all that is installed running.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of a run, named once"
    )]
    pub fn new(
        setup: &'a Setup,
        s: &'a mut Scratch,
        record: &'a mut RunRecord,
        arm: Arm,
        market: Market,
        walk: ChaCha8Rng,
        drifts: Drifts,
        clock: &Clock,
    ) -> Self {
        let terms = Terms {
            growth: 1.0,
            price: market.usd(),
            fees: drifts.fees_at_rest,
            subsidy: clock.subsidy_btc(),
            hashprice: 0.0,
        };
        s.levels.fill(0.0);
        let in_order = s.events.iter().any(|e| cuts_in_order(&e.kind));
        let step_days = setup.schedule.decision_step.as_seconds() / DAY as f64;
        let follows = followed(step_days, s.assumed.get(AssumedParameter::ReactionDays));
        let mut state = Self {
            decided_at: setup.schedule.start,
            block_hashes: clock.block_hashes(),
            setup,
            s,
            record,
            arm,
            market,
            walk,
            drifts,
            terms,
            winners: regions_that_win(setup),
            moment: 0,
            decision: 0,
            blocks_at_decision: 0,
            waiting: 1.0,
            in_order,
            follows,
            calm: NOWHERE,
        };
        state.apply();
        state.count_terms();
        state.weigh();
        state.add_up();
        state
    }

    /// Books the last step and the totals.
    pub fn finish(mut self, wait_s: f64) {
        self.accrue(self.setup.schedule.end);
        let layout = &self.setup.layout;
        self.s.ledger.close_step(layout, self.record);
        let start_ehs = self.s.start.hashrate_ehs;
        self.s.ledger.close(layout, start_ehs, wait_s, self.record);
    }

    fn seconds(&self, at: Micros) -> f64 {
        (at - self.setup.schedule.start).as_seconds()
    }

    fn blocks(&self) -> u64 {
        self.winners.counts().iter().sum()
    }

    fn accrue(&mut self, at: Micros) {
        let blocks = self.blocks();
        self.s.ledger.accrue(at, blocks, &self.s.sums, &self.terms);
    }

    /// Levels in the middle of the stretch from `at` to the next change; whether any has changed.
    fn set_levels(&mut self, at: Micros, next_decision: Micros) -> bool {
        if self.arm == Arm::Counterfactual {
            return false;
        }
        let own = self.s.moments.get(self.moment).copied();
        let until = own.map_or(next_decision, |m| m.min(next_decision));
        let middle = 0.5 * (self.seconds(at) + self.seconds(until));
        let mut changed = false;
        let events = self.setup.scenario.events.iter().zip(&self.s.events);
        for ((event, drawn), now) in events.zip(&mut self.s.levels) {
            let new = level(event, drawn, middle);
            changed |= new != *now;
            *now = new;
        }
        changed
    }

    fn apply(&mut self) {
        let Scratch {
            effects,
            events,
            levels,
            members,
            assumed,
            fleets,
            ..
        } = &mut *self.s;
        effects.apply(events, levels, members, assumed, fleets);
        self.calm = NOWHERE;
    }

    /// Cuts in an order, and weights anew: machines or effects have changed.
    fn weigh(&mut self) {
        let Scratch {
            effects,
            events,
            levels,
            members,
            fleets,
            ..
        } = &mut *self.s;
        if self.in_order && self.arm == Arm::Scenario {
            let (cohorts, growth) = (&self.setup.cohorts, self.terms.growth);
            effects.cut(events, levels, members, cohorts, growth, fleets);
        }
        fleets.weigh();
    }

    fn add_up(&mut self) {
        let Scratch { fleets, sums, .. } = &mut *self.s;
        sums.add_up(&self.setup.cohorts, fleets);
        if self.setup.options.keep_blocks {
            // Where nothing runs, no weight is above zero, and the last ones stay.
            let _ = self.winners.set_weights(&sums.hash);
        }
    }

    /// Price, fees and hashprice with the shocks that are felt.
    fn count_terms(&mut self) {
        let mut price = self.market.usd();
        let Drifts {
            fees_at_rest,
            backlog_response,
            ..
        } = self.drifts;
        let mut fees = fees::per_block(fees_at_rest, backlog_response, self.waiting);
        for (event, level) in self.s.events.iter().zip(&self.s.levels) {
            match event.kind {
                DrawnKind::PriceShock { change } => price *= 1.0 + change * level,
                DrawnKind::FeeShock { btc_per_block } => fees += btc_per_block * level,
                DrawnKind::InternetShutdown { .. }
                | DrawnKind::PowerCut { .. }
                | DrawnKind::Rationing { .. }
                | DrawnKind::Curtailment { .. }
                | DrawnKind::Ban { .. }
                | DrawnKind::Crackdown { .. }
                | DrawnKind::Licensing { .. }
                | DrawnKind::Levy { .. }
                | DrawnKind::Tariff { .. }
                | DrawnKind::SaleRule { .. }
                | DrawnKind::Export { .. }
                | DrawnKind::Migration { .. }
                | DrawnKind::Investment { .. }
                | DrawnKind::Unrest { .. } => {}
            }
        }
        self.terms.price = price.max(0.0);
        self.terms.fees = fees.max(0.0);
        self.count_hashprice();
    }

    fn count_hashprice(&mut self) {
        let coins = self.terms.subsidy + self.terms.fees;
        self.terms.hashprice = hashprice_usd_per_th_day(coins, self.terms.price, self.block_hashes);
    }

    /// Price, growth and waiting time move on to `at`; machines move. Whether any did.
    fn pass(&mut self, at: Micros) -> bool {
        let seconds = (at - self.decided_at).as_seconds();
        let days = seconds / DAY as f64;
        self.market
            .pass(&self.setup.scenario.price, at.seconds(), seconds);
        let Drifts {
            growth_per_day,
            walk_per_sqrt_day,
            ..
        } = self.drifts;
        let luck = walk_per_sqrt_day * sqrt(days) * normal(&mut self.walk);
        self.terms.growth *= exp(growth_per_day * days + luck);
        let found = self.blocks() - self.blocks_at_decision;
        self.waiting = fees::waiting(seconds, found as u32);
        self.blocks_at_decision = self.blocks();
        if self.arm == Arm::Counterfactual {
            return false;
        }
        let (from, to) = (self.seconds(self.decided_at), self.seconds(at));
        let s = &mut *self.s;
        let when = Interval {
            number: self.decision,
            from,
            to,
            growth: self.terms.growth,
            scenario: &self.setup.scenario,
            cohorts: &self.setup.cohorts,
            codes: &self.setup.layout.regions,
            start: &s.start,
            assumed: &s.assumed,
            members: &s.members,
        };
        s.traffic.pass(&s.events, &when, &mut s.fleets)
    }

    fn any_cut(&self) -> bool {
        self.in_order && self.arm == Arm::Scenario
    }
}

impl World for RunState<'_> {
    fn hashrate(&self) -> Hashrate {
        let ehs = self.s.sums.hash_all * self.terms.growth;
        Hashrate::from_ehs(ehs.max(STANDSTILL_EHS))
    }

    fn winners(&mut self) -> &mut Winners {
        &mut self.winners
    }

    fn next_event(&self) -> Option<Micros> {
        self.s.moments.get(self.moment).copied()
    }

    fn happen(&mut self, at: Micros, _: &Clock) {
        self.accrue(at);
        self.moment += 1;
        let next = self.decided_at + self.setup.schedule.decision_step;
        // At the start no decision has been taken yet; the next is one step later all the same.
        if self.set_levels(at, next) {
            self.apply();
            self.count_terms();
            self.weigh();
            self.add_up();
        }
    }

    fn retargeted(&mut self, at: Micros, clock: &Clock) {
        self.accrue(at);
        let change = 100.0 * (clock.block_hashes() / self.block_hashes - 1.0);
        self.block_hashes = clock.block_hashes();
        self.record.retargets.push(RunRetarget {
            time: at.seconds(),
            height: clock.next_height(),
            change_percent: change as f32,
        });
        self.terms.subsidy = clock.subsidy_btc();
        self.count_hashprice();
    }

    fn halved(&mut self, at: Micros, clock: &Clock) {
        self.accrue(at);
        self.terms.subsidy = clock.subsidy_btc();
        self.count_hashprice();
    }

    fn decide(&mut self, at: Micros, _: &Clock) {
        self.accrue(at);
        let mut anew = self.any_cut();
        if self.decision > 0 {
            anew |= self.pass(at);
        }
        self.decided_at = at;
        self.decision += 1;
        if self.set_levels(at, at + self.setup.schedule.decision_step) {
            self.apply();
            anew = true;
        }
        self.count_terms();
        let Fleets {
            start_at,
            stop_at,
            wanted,
            running,
            ..
        } = &mut self.s.fleets;
        let hashprice = self.terms.hashprice;
        let moved = !self.calm.contains(&hashprice)
            && decide(hashprice, start_at, stop_at, self.follows, wanted, running);
        if !moved && self.calm.is_empty() {
            self.calm = calm(start_at, stop_at, wanted, running);
        } else if moved {
            self.calm = NOWHERE;
        }
        if anew {
            self.weigh();
        }
        if anew || moved {
            self.add_up();
        }
    }

    fn record(&mut self, at: Micros, _: &Clock, _: u32) {
        self.accrue(at);
        self.s.ledger.close_step(&self.setup.layout, self.record);
    }
}
