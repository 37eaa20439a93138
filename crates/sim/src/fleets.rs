//! Fleets: cohorts of machines, region × registered or not × generation × contract, in columns.
//!
//! A region has eight (four generations, firm and interruptible contracts), sixteen where registered and
//! unregistered machines are told apart, and one more for each investment in it. They lie together by
//! region, so that a region's sum is a sum over a stretch. Hashrates are EH/s; columns are as long as
//! there are fleets; nothing is allocated once they are.

use std::ops::Range;

use crate::assumed_parameters::{AssumedParameter, AssumedValues};
use crate::energy::tonnes_per_day;
use crate::operators::break_even;
use crate::start::{DrawnStart, GENERATIONS, StartWorld, generations};
use hashquake_world::scenario::{Event, EventKind, Filter};

/// What a fleet's contract allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contract {
    /// Power at all times.
    Firm,
    /// Power at a discount, cut first.
    Interruptible,
}

/// Which machines a fleet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// Index of the region.
    pub region: usize,
    /// Registered or not; `None` where the region knows no such distinction.
    pub registered: Option<bool>,
    /// 0 is the most efficient.
    pub generation: usize,
    /// Contract by which the machines buy power.
    pub contract: Contract,
    /// Index of the investment that builds it.
    pub built_by: Option<usize>,
}

/// The cohorts of a world, and where each region's lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohorts {
    /// All, by region.
    pub all: Vec<Cohort>,
    /// Of each region, the places in `all`.
    pub of_region: Vec<Range<usize>>,
    /// Of each region, the registered ones; `None` where there is no such distinction.
    pub registered: Vec<Option<Range<usize>>>,
    codes: Vec<String>,
}

/// Whether a filter's code means a region: itself, or the country in which it lies.
pub fn means(code: &str, region: &str) -> bool {
    region == code
        || region
            .strip_prefix(code)
            .is_some_and(|rest| rest.starts_with('-'))
}

/// Whether `who` touches the region at all.
pub fn touches(who: &Filter, region: &str) -> bool {
    who.regions.is_empty() || who.regions.iter().any(|code| means(code, region))
}

/// What investments among `events` build in region `r`, called `code`.
fn sites<'a>(
    r: usize,
    registered: Option<bool>,
    code: &'a str,
    events: &'a [Event],
) -> impl Iterator<Item = Cohort> + 'a {
    let builds =
        move |e: &Event| matches!(e.kind, EventKind::Investment { .. }) && touches(&e.who, code);
    let investments = events.iter().enumerate().filter(move |(_, e)| builds(e));
    investments.map(move |(i, _)| Cohort {
        region: r,
        registered,
        generation: 0,
        contract: Contract::Firm,
        built_by: Some(i),
    })
}

impl Cohorts {
    /// The cohorts of `world` with what `events` build.
    pub fn new(world: &StartWorld, events: &[Event]) -> Self {
        let mut all = Vec::new();
        let mut of_region = Vec::new();
        let mut registered_of = Vec::new();
        for (r, region) in world.regions.iter().enumerate() {
            let first = all.len();
            let classes: &[Option<bool>] = match region.registered {
                Some(_) => &[Some(true), Some(false)],
                None => &[None],
            };
            let mut side = None;
            for &registered in classes {
                let from = all.len();
                for generation in 0..GENERATIONS {
                    for contract in [Contract::Firm, Contract::Interruptible] {
                        all.push(Cohort {
                            region: r,
                            registered,
                            generation,
                            contract,
                            built_by: None,
                        });
                    }
                }
                if registered == classes[0] {
                    all.extend(sites(r, registered, &region.code, events));
                }
                if registered == Some(true) {
                    side = Some(from..all.len());
                }
            }
            registered_of.push(side);
            of_region.push(first..all.len());
        }
        let codes = world.regions.iter().map(|r| r.code.clone()).collect();
        Self {
            all,
            of_region,
            registered: registered_of,
            codes,
        }
    }

    /// Fleets that `who` means, efficiency left aside: that is drawn a run.
    pub fn meant(&self, who: &Filter) -> Vec<usize> {
        let is = |c: &Cohort| {
            touches(who, &self.codes[c.region])
                && who.registered.is_none_or(|r| c.registered == Some(r))
        };
        let found = self.all.iter().enumerate().filter(|(_, c)| is(c));
        found.map(|(f, _)| f).collect()
    }

    /// The same machines on the other side of the register.
    pub fn sibling(&self, f: usize) -> Option<usize> {
        let this = self.all[f];
        let registered = Some(!this.registered?);
        let other = Cohort { registered, ..this };
        self.of_region[this.region]
            .clone()
            .find(|&g| self.all[g] == other)
            .or_else(|| {
                let plain = Cohort {
                    built_by: None,
                    ..other
                };
                self.of_region[this.region]
                    .clone()
                    .find(|&g| self.all[g] == plain)
            })
    }
}

/// The columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fleets {
    /// Installed hashrate before the network's own growth, EH/s.
    pub installed: Vec<f64>,
    /// At the wall, J/TH.
    pub j_per_th: Vec<f64>,
    /// Of the power it draws, g/kWh.
    pub g_per_kwh: Vec<f64>,
    /// By contract, dollars a kWh.
    pub tariff: Vec<f64>,
    /// Whether its owner wants it to run: 1 or 0.
    pub wanted: Vec<f64>,
    /// The part of it that runs, 0 to 1.
    pub running: Vec<f64>,
    /// Hashprice from which a stopped fleet starts, dollars a TH/s and day.
    pub start_at: Vec<f64>,
    /// Hashprice below which a running fleet stops.
    pub stop_at: Vec<f64>,
    /// Part of the machines whose work reaches the network.
    pub heard: Vec<f64>,
    /// Part of the machines that draws power.
    pub powered: Vec<f64>,
    /// Whether any levy or rule of sale is felt.
    pub charged: bool,
    /// Levy, dollars a kWh.
    pub levy: Vec<f64>,
    /// What sale rules take of its revenue, a fraction.
    pub sale_cost: Vec<f64>,
    /// Part of arriving machines of its region and generation that this fleet takes.
    pub takes: Vec<f64>,
    /// EH/s that reach the network when it runs, before growth.
    pub hash_weight: Vec<f64>,
    /// MW when it runs, before growth.
    pub power_weight: Vec<f64>,
    /// Tonnes a day when it runs, before growth.
    pub carbon_weight: Vec<f64>,
    /// Dollars of levies a day when it runs, before growth.
    pub levy_weight: Vec<f64>,
}

impl Fleets {
    /// Columns for `n` fleets.
    pub fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self {
            installed: zeros(),
            j_per_th: zeros(),
            g_per_kwh: zeros(),
            tariff: zeros(),
            wanted: zeros(),
            running: zeros(),
            start_at: zeros(),
            stop_at: zeros(),
            heard: zeros(),
            powered: zeros(),
            charged: false,
            levy: zeros(),
            sale_cost: zeros(),
            takes: zeros(),
            hash_weight: zeros(),
            power_weight: zeros(),
            carbon_weight: zeros(),
            levy_weight: zeros(),
        }
    }

    /// Fills the columns for a run: hashrate, shares and energy are those of `start`, all that is
    /// installed runs, and no fleet pays more for its energy than `limits` (fractions of `hashprice`,
    /// dollars a TH/s and day) allow: who runs can live with what he pays.
    pub fn fill(
        &mut self,
        cohorts: &Cohorts,
        start: &DrawnStart,
        assumed: &AssumedValues,
        hashprice: f64,
        limits: &[f64],
    ) {
        let efficiency = generations(
            start.j_per_th,
            assumed.get(AssumedParameter::EfficiencySpread),
        );
        let interruptible = assumed.get(AssumedParameter::InterruptibleShare).min(1.0);
        let discount = assumed
            .get(AssumedParameter::InterruptibleDiscount)
            .min(1.0);
        let net = 1.0 - assumed.get(AssumedParameter::PoolFee);
        for (f, cohort) in cohorts.all.iter().enumerate() {
            let r = cohort.region;
            let side = match cohort.registered {
                None => 1.0,
                Some(true) => start.registered[r],
                Some(false) => 1.0 - start.registered[r],
            };
            let (part, asked) = match cohort.contract {
                Contract::Firm => (1.0 - interruptible, start.tariffs[r]),
                Contract::Interruptible => (interruptible, start.tariffs[r] * (1.0 - discount)),
            };
            let own = if cohort.built_by.is_some() { 0.0 } else { 1.0 };
            self.takes[f] = own * side * part;
            self.installed[f] =
                start.hashrate_ehs * start.shares[r] * self.takes[f] / GENERATIONS as f64;
            self.j_per_th[f] = efficiency[cohort.generation];
            self.g_per_kwh[f] = start.g_per_kwh[r];
            let dear = break_even(self.j_per_th[f], asked, net) / (hashprice * limits[f]);
            self.tariff[f] = if own > 0.0 {
                asked / dear.max(1.0)
            } else {
                asked
            };
            self.wanted[f] = 1.0;
            self.running[f] = 1.0;
        }
    }

    /// Weights anew, after a change of machines or of what reaches them.
    pub fn weigh(&mut self) {
        for f in 0..self.installed.len() {
            self.hash_weight[f] = self.installed[f] * self.heard[f];
            let mw = self.installed[f] * self.powered[f] * self.j_per_th[f];
            self.power_weight[f] = mw;
            self.carbon_weight[f] = tonnes_per_day(mw, self.g_per_kwh[f]);
            self.levy_weight[f] = mw * 24_000.0 * self.levy[f];
        }
    }
}

/// Sums over running fleets, by region and in all, before growth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// EH/s by region.
    pub hash: Vec<f64>,
    /// MW by region.
    pub mw: Vec<f64>,
    /// Tonnes a day by region.
    pub tonnes: Vec<f64>,
    /// EH/s of registered machines by region; not a number where there is no such distinction.
    pub registered: Vec<f64>,
    /// Hashrate of all regions, EH/s.
    pub hash_all: f64,
    /// Power of all regions, MW.
    pub mw_all: f64,
    /// Tonnes a day.
    pub tonnes_all: f64,
    /// Dollars of levies a day.
    pub levies: f64,
    /// EH/s times the part of their revenue that sale rules take.
    pub sale_cost: f64,
}

impl Sums {
    /// For so many regions.
    pub fn new(regions: usize) -> Self {
        Self {
            hash: vec![0.0; regions],
            mw: vec![0.0; regions],
            tonnes: vec![0.0; regions],
            registered: vec![f64::NAN; regions],
            ..Self::default()
        }
    }

    /// Adds up, in one pass over the columns.
    pub fn add_up(&mut self, cohorts: &Cohorts, fleets: &Fleets) {
        for (r, range) in cohorts.of_region.iter().enumerate() {
            let running = &fleets.running[range.clone()];
            let hash = &fleets.hash_weight[range.clone()];
            let power = &fleets.power_weight[range.clone()];
            let carbon = &fleets.carbon_weight[range.clone()];
            let (mut ehs, mut mw, mut tonnes) = (0.0, 0.0, 0.0);
            for (((runs, hash), power), carbon) in running.iter().zip(hash).zip(power).zip(carbon) {
                ehs += runs * hash;
                mw += runs * power;
                tonnes += runs * carbon;
            }
            (self.hash[r], self.mw[r], self.tonnes[r]) = (ehs, mw, tonnes);
            if let Some(registered) = &cohorts.registered[r] {
                self.registered[r] = dot(
                    &fleets.hash_weight[registered.clone()],
                    &fleets.running[registered.clone()],
                );
            }
        }
        self.hash_all = self.hash.iter().sum();
        self.mw_all = self.mw.iter().sum();
        self.tonnes_all = self.tonnes.iter().sum();
        self.levies = 0.0;
        self.sale_cost = 0.0;
        if fleets.charged {
            self.levies = dot(&fleets.levy_weight, &fleets.running);
            let hash = fleets.hash_weight.iter().zip(&fleets.running);
            let taken = hash
                .zip(&fleets.sale_cost)
                .map(|((w, r), cost)| w * r * cost);
            self.sale_cost = taken.sum();
        }
    }
}

fn dot(weights: &[f64], running: &[f64]) -> f64 {
    weights.iter().zip(running).map(|(w, r)| w * r).sum()
}
