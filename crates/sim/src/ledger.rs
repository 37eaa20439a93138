//! The books of a run: what was drawn, found, earned and emitted, step by step and in all.
//!
//! Between two changes everything stands still, so an integral is a product. Means over a step are such
//! integrals over its length.

use crate::energy::HOUR;
use crate::fleets::Sums;
use crate::output::{Layout, Quantity, RegionQuantity, RunRecord, Total};
use crate::security::{concentration, smallest_majority};
use crate::time::{Micros, SECOND};
use hashquake_base::units::DAY;

/// Part of the hashrate at the start at which a run counts as recovered.
const RECOVERED: f64 = 0.95;

const DAY_SECONDS: f64 = DAY as f64;

/// What holds between two changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// The network against its start: growth and its own walk.
    pub growth: f64,
    /// Dollars a coin.
    pub price: f64,
    /// BTC a block.
    pub fees: f64,
    /// New BTC a block.
    pub subsidy: f64,
    /// Dollars a TH/s and day.
    pub hashprice: f64,
}

/// Integrals over a step, per second.
#[derive(Clone, Debug, Default)]
struct Step {
    seconds: f64,
    hash: Vec<f64>,
    mw: Vec<f64>,
    tonnes: Vec<f64>,
    registered: Vec<f64>,
    hash_all: f64,
    mw_all: f64,
    tonnes_all: f64,
    price: f64,
    fees: f64,
    hashprice: f64,
}

/// The books of one run: what was mined, earned and spent in each step.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    at: Micros,
    step: Step,
    number: usize,
    blocks: u64,
    blocks_in_steps: u64,
    energy_mwh: f64,
    emissions_t: f64,
    revenue_usd: f64,
    levies_usd: f64,
    sale_costs_usd: f64,
    rest: Vec<f64>,
}

impl Ledger {
    /// For so many regions.
    pub fn new(regions: usize) -> Self {
        let zeros = || vec![0.0; regions];
        Self {
            step: Step {
                hash: zeros(),
                mw: zeros(),
                tonnes: zeros(),
                registered: zeros(),
                ..Step::default()
            },
            rest: zeros(),
            ..Self::default()
        }
    }

    /// Empty books from `at` on.
    pub fn open(&mut self, at: Micros) {
        self.step.clear();
        self.at = at;
        (self.number, self.blocks, self.blocks_in_steps) = (0, 0, 0);
        (self.energy_mwh, self.emissions_t) = (0.0, 0.0);
        (self.revenue_usd, self.levies_usd, self.sale_costs_usd) = (0.0, 0.0, 0.0);
    }

    /// Books what held until `at`, by when `blocks` had been found since the run's start.
    pub fn accrue(&mut self, at: Micros, blocks: u64, sums: &Sums, terms: &Terms) {
        let found = (blocks - self.blocks) as f64;
        self.blocks = blocks;
        let revenue = found * (terms.subsidy + terms.fees) * terms.price;
        self.revenue_usd += revenue;
        if sums.sale_cost > 0.0 {
            self.sale_costs_usd += revenue * sums.sale_cost / sums.hash_all;
        }
        let seconds = (at - self.at).as_seconds();
        if seconds <= 0.0 {
            return;
        }
        self.at = at;
        let scaled = seconds * terms.growth;
        self.step.add(seconds, sums, terms);
        self.energy_mwh += sums.mw_all * scaled / HOUR;
        self.emissions_t += sums.tonnes_all * scaled / DAY_SECONDS;
        self.levies_usd += sums.levies * scaled / DAY_SECONDS;
    }

    /// Closes a step: its means into `record`. Steps beyond the layout's are not written.
    pub fn close_step(&mut self, layout: &Layout, record: &mut RunRecord) {
        let (k, blocks) = (self.number, self.blocks - self.blocks_in_steps);
        let regions = layout.regions.len();
        if k < layout.steps && self.step.seconds > 0.0 {
            let s = &self.step;
            let per_second = 1.0 / s.seconds;
            let mut put = |q: Quantity, x: f64| record.network[q as usize][k] = x as f32;
            put(Quantity::Hashrate, s.hash_all * per_second);
            put(Quantity::Blocks, blocks as f64);
            let interval = if blocks > 0 {
                s.seconds / blocks as f64
            } else {
                f64::NAN
            };
            put(Quantity::BlockInterval, interval);
            put(Quantity::Hashprice, 1000.0 * s.hashprice * per_second);
            put(Quantity::Power, s.mw_all * per_second);
            put(Quantity::Emissions, s.tonnes_all * per_second);
            put(Quantity::Price, s.price * per_second);
            put(Quantity::Fees, s.fees * per_second);
            put(Quantity::Concentration, concentration(&s.hash));
            let fewest = smallest_majority(&s.hash, &mut self.rest);
            put(Quantity::SmallestMajority, fewest as f64);
            let last = record.retargets.last().map_or(0.0, |r| r.change_percent);
            record.network[Quantity::RetargetChange as usize][k] = last;
            // Where nothing runs at all, nobody has a share.
            let share = if s.hash_all > 0.0 {
                100.0 / s.hash_all
            } else {
                0.0
            };
            for (q, xs, scale) in [
                (RegionQuantity::Hashrate, &s.hash, per_second),
                (RegionQuantity::Share, &s.hash, share),
                (RegionQuantity::Power, &s.mw, per_second),
                (RegionQuantity::Emissions, &s.tonnes, per_second),
            ] {
                let row = &mut record.regional[q as usize][k * regions..(k + 1) * regions];
                for (out, x) in row.iter_mut().zip(xs) {
                    *out = (x * scale) as f32;
                }
            }
            let row = &mut record.regional[RegionQuantity::Registered as usize];
            let row = &mut row[k * regions..(k + 1) * regions];
            for (out, (registered, all)) in row.iter_mut().zip(s.registered.iter().zip(&s.hash)) {
                *out = (100.0 * registered / all) as f32;
            }
        }
        self.number += 1;
        self.blocks_in_steps = self.blocks;
        self.step.clear();
    }

    /// Closes the books: totals into `record`, against `start_ehs` at the start.
    pub fn close(&self, layout: &Layout, start_ehs: f64, wait_s: f64, record: &mut RunRecord) {
        let (depth, recovery, lost) = losses(layout, start_ehs, record);
        let hashrate = &record.network[Quantity::Hashrate as usize];
        let last = hashrate.last().map_or(f64::NAN, |&x| f64::from(x));
        let first = record.retargets.first();
        let first = first.map_or(f64::NAN, |r| f64::from(r.change_percent));
        for (total, value) in [
            (Total::Blocks, self.blocks as f64),
            (Total::Depth, depth),
            (Total::Recovery, recovery),
            (Total::LostWork, lost),
            (Total::Energy, self.energy_mwh / 1e3),
            (Total::Emissions, self.emissions_t / 1e3),
            (Total::Revenue, self.revenue_usd / 1e6),
            (Total::Levies, self.levies_usd / 1e6),
            (Total::FinalHashrate, last),
            (Total::FirstRetarget, first),
            (Total::LongestWait, wait_s / 60.0),
            (Total::SaleCosts, self.sale_costs_usd / 1e6),
        ] {
            record.totals[total as usize] = value;
        }
    }
}

impl Step {
    fn clear(&mut self) {
        let Self {
            hash,
            mw,
            tonnes,
            registered,
            ..
        } = self;
        for column in [hash, mw, tonnes, registered] {
            column.fill(0.0);
        }
        (self.seconds, self.hash_all, self.mw_all, self.tonnes_all) = (0.0, 0.0, 0.0, 0.0);
        (self.price, self.fees, self.hashprice) = (0.0, 0.0, 0.0);
    }

    fn add(&mut self, seconds: f64, sums: &Sums, terms: &Terms) {
        let scaled = seconds * terms.growth;
        self.seconds += seconds;
        for (to, from) in [
            (&mut self.hash, &sums.hash),
            (&mut self.mw, &sums.mw),
            (&mut self.tonnes, &sums.tonnes),
            (&mut self.registered, &sums.registered),
        ] {
            for (sum, x) in to.iter_mut().zip(from) {
                *sum += x * scaled;
            }
        }
        self.hash_all += sums.hash_all * scaled;
        self.mw_all += sums.mw_all * scaled;
        self.tonnes_all += sums.tonnes_all * scaled;
        self.price += terms.price * seconds;
        self.fees += terms.fees * seconds;
        self.hashprice += terms.hashprice * seconds;
    }
}

/// Deepest loss in percent, days from there until recovered, and percent-days lost.
fn losses(layout: &Layout, start_ehs: f64, record: &RunRecord) -> (f64, f64, f64) {
    let hashrate = &record.network[Quantity::Hashrate as usize];
    let of_start = |k: usize| f64::from(hashrate[k]) / start_ehs;
    let step_days = layout.step as f64 / DAY_SECONDS;
    let mut deepest = 0;
    let mut lost = 0.0;
    for k in 0..hashrate.len() {
        if hashrate[k] < hashrate[deepest] {
            deepest = k;
        }
        lost += 100.0 * (1.0 - of_start(k)).max(0.0) * step_days;
    }
    let back = (deepest..hashrate.len()).find(|&k| of_start(k) >= RECOVERED);
    let recovery = back.map_or(hashrate.len(), |k| k - deepest) as f64 * step_days;
    let depth = hashrate
        .get(deepest)
        .map_or(0.0, |_| 1.0 - of_start(deepest));
    (100.0 * depth, recovery, lost)
}

/// The longest wait for a block so far, seconds.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    last: Micros,
    longest: i64,
}

impl Waits {
    /// Nothing found since `start`.
    pub fn new(start: Micros) -> Self {
        Self {
            last: start,
            longest: 0,
        }
    }

    /// A block was found at `at`.
    #[inline(always)]
    pub fn found(&mut self, at: Micros) {
        self.longest = self.longest.max((at - self.last).0);
        self.last = at;
    }

    /// Longest wait for a block, seconds.
    pub fn longest_s(&self) -> f64 {
        self.longest as f64 / SECOND as f64
    }
}
