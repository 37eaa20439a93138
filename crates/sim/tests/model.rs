//! The simulation's model: the start agrees with its sources, and each event does what its name says, by as
//! much as first principles say.

use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Moment, Seconds, year_start};
use hashquake_chain::history;
use hashquake_sim::Simulate;
use hashquake_sim::assumed_parameters::{AssumedParameter, AssumedParameters};
use hashquake_sim::output::{Arm, Quantity, RegionQuantity, RunRecord, Total};
use hashquake_sim::start::{Figure, Part, ShareDistribution, StartError, StartRegion, StartWorld};
use hashquake_sim::{Options, Sampler, Simulation, SimulationError};
use hashquake_world::fleet;
use hashquake_world::scenario::library;
use hashquake_world::scenario::{
    BehindCut, CurtailmentTrigger, CutFirst, Destinations, Event, EventKind, Fees, Filter, Growth,
    Price, Scenario,
};
use hashquake_world::shares;

const HOUR: f64 = 3600.0;
const DAYS: f64 = 86_400.0;

fn t(text: &str) -> Seconds {
    Moment::parse(text).unwrap().start()
}

fn p(x: f64) -> Distribution {
    Distribution::Point(x)
}

fn quiet(events: Vec<Event>) -> Scenario {
    let start = t("2022-01-05");
    Scenario {
        id: "test".to_string(),
        title: String::new(),
        question: String::new(),
        sources: Vec::new(),
        start,
        as_of: start,
        end: start + 40 * DAY,
        decision_seconds: DAY,
        price: Price::Constant(45_000.0),
        fees: Fees {
            btc_per_block: p(0.1),
            backlog_response: p(0.0),
        },
        growth: Growth {
            per_day: p(0.0),
            walk_per_sqrt_day: p(0.0),
        },
        events,
    }
}

fn event(code: &str, start: f64, days: Option<f64>, kind: EventKind) -> Event {
    Event {
        id: "it".to_string(),
        kind,
        who: Filter {
            regions: if code.is_empty() {
                Vec::new()
            } else {
                vec![code.to_string()]
            },
            ..Filter::default()
        },
        start: p(start),
        duration: days.map(|d| p(d * DAYS)),
        recovery: None,
        source: None,
        known_at: None,
        line: 1,
    }
}

fn region(code: &str, row: usize, usd: f64, registered: Option<f64>) -> StartRegion {
    StartRegion {
        code: code.to_string(),
        row: Some(row),
        part: Part::Rest,
        tariff: Figure::known(p(usd), "test"),
        g_per_kwh: Figure::known(p(500.0), "test"),
        registered: registered.map(|x| Figure::known(p(x), "test")),
    }
}

/// Two regions of known size, 20 % and 80 % of the real chain of 5 January 2022, at 60 J/TH.
fn two_regions(registered: Option<f64>) -> StartWorld {
    let chain = StartWorld::known(&quiet(Vec::new()), history::embedded()).unwrap();
    let share = |x: f64| ShareDistribution {
        center: libm::log(x),
        sd: 0.0,
    };
    StartWorld {
        j_per_th: Figure::known(p(60.0), "test"),
        shares: vec![share(0.2), share(0.8)],
        regions: vec![
            region("KZ", 0, 0.05, registered),
            region("US", 1, 0.05, None),
        ],
        ..chain
    }
}

/// All but the chain's own luck and the estimate of the hashrate at the start is known.
fn settled() -> AssumedParameters {
    AssumedParameters::default()
        .with(AssumedParameter::EfficiencySpread, p(0.3))
        .with(AssumedParameter::Overhead, p(1.0))
        .with(AssumedParameter::InterruptibleShare, p(0.5))
        .with(AssumedParameter::InterruptibleDiscount, p(0.0))
        .with(AssumedParameter::PoolFee, p(0.0))
        .with(AssumedParameter::StopMargin, p(0.0))
        .with(AssumedParameter::StartMargin, p(0.0))
        .with(AssumedParameter::ReactionDays, p(0.0))
        .with(AssumedParameter::Headroom, p(0.0))
        .with(AssumedParameter::ConnectFloor, p(1e9))
}

struct Ran {
    plan: Simulation,
    counterfactual: RunRecord,
    scenario: RunRecord,
}

fn options(sampler: Sampler) -> Options {
    Options {
        sampler,
        assumed: settled(),
        ..Options::default()
    }
}

fn ran_in(world: StartWorld, scenario: Scenario, options: Options) -> Ran {
    let plan = Simulation::new(scenario, world, options).unwrap();
    let mut scratch = plan.scratch();
    let mut arm = |arm| {
        let mut record = RunRecord::shaped(plan.layout());
        plan.run(3, arm, &mut scratch, &mut record);
        record
    };
    Ran {
        counterfactual: arm(Arm::Counterfactual),
        scenario: arm(Arm::Scenario),
        plan,
    }
}

fn ran(events: Vec<Event>) -> Ran {
    ran_in(two_regions(None), quiet(events), options(Sampler::Leap))
}

impl Ran {
    fn of(&self, q: Quantity, step: usize) -> (f64, f64) {
        let at = |r: &RunRecord| f64::from(r.network[q as usize][step]);
        (at(&self.counterfactual), at(&self.scenario))
    }

    /// Scenario over counterfactual.
    fn ratio(&self, q: Quantity, step: usize) -> f64 {
        let (b, s) = self.of(q, step);
        s / b
    }

    fn regional(&self, q: RegionQuantity, code: &str, step: usize) -> (f64, f64) {
        let codes = &self.plan.layout().regions;
        let r = codes.iter().position(|c| c == code).unwrap();
        let i = step * codes.len() + r;
        let at = |rec: &RunRecord| f64::from(rec.regional[q as usize][i]);
        (at(&self.counterfactual), at(&self.scenario))
    }

    fn region_ratio(&self, q: RegionQuantity, code: &str, step: usize) -> f64 {
        let (b, s) = self.regional(q, code, step);
        s / b
    }

    fn total(&self, total: Total) -> (f64, f64) {
        (
            self.counterfactual.totals[total as usize],
            self.scenario.totals[total as usize],
        )
    }
}

fn close(got: f64, want: f64, within: f64) {
    assert!(
        (got - want).abs() <= within,
        "{got} is not {want} ± {within}"
    );
}

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
        let (first, cut) = out.total(Total::FirstRetarget);
        assert!(cut < first, "{cut} % is not less than {first} %");
        let blocks: (f64, f64) = (0..20).fold((0.0, 0.0), |sum, k| {
            let (b, s) = out.of(Quantity::Blocks, k);
            (sum.0 + b, sum.1 + s)
        });
        // 2,880 blocks have a luck of 1.9 %; the arms share it but for the retargets between.
        close(blocks.1 / blocks.0, 0.85, 0.04);
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
    let unheard = |day: f64| 0.2 * 0.75 * libm::exp(-day / 2.0);
    for day in [1, 3, 7] {
        let lost = 1.0 - growing.ratio(Quantity::Hashrate, day);
        // Held between the ends of eighths: at most an eighth of what was without.
        close(lost, unheard(day as f64 + 0.5), 0.2 * 0.75 / 8.0);
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
    close(lost, 0.4 * libm::exp(-4.5 / 4.0), 0.4 / 8.0);
    assert!(out.ratio(Quantity::Hashrate, 30) > 0.999);
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
    close(here(39), 0.2, 2e-3);
}

/// What a destination cannot connect waits: 30 MW a month are 30/30.4 MW a day.
#[test]
fn machines_wait_for_a_plug() {
    let narrow = Options {
        assumed: settled()
            .with(AssumedParameter::ConnectFloor, p(30.0))
            .with(AssumedParameter::ConnectShare, p(0.0)),
        ..options(Sampler::Leap)
    };
    let events = vec![event("KZ", 0.0, None, ban(0.0, 0.0))];
    let out = ran_in(two_regions(None), quiet(events), narrow);
    let mw = |day| {
        let (b, s) = out.regional(RegionQuantity::Power, "US", day);
        s - b
    };
    // The region's own factor about 30 MW is drawn, and the same each day.
    let daily = mw(21) - mw(20);
    assert!((0.2..5.0).contains(&daily), "{daily} MW a day");
    close(mw(39) - mw(20), 19.0 * daily, 0.2 * daily);
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

/// Thresholds from first principles: with subsidy and fees of 6.35 BTC at 45,000 dollars, a TH/s and day earns
/// p; a fleet of J J/TH breaks even at p / (J·0.024) dollars a kWh. A levy of 25 tenge at 0.0023 dollars a
/// tenge is 0.0575 dollars; fleets whose break-even lies below tariff and levy stop, the others do not.
#[test]
fn a_levy_stops_the_fleets_whose_break_even_lies_below_it() {
    let levy = |tenge: f64| EventKind::Levy {
        usd_per_kwh: p(tenge * 0.0023),
    };
    let at_price = |price: f64, tenge: f64| {
        let mut scenario = quiet(vec![event("KZ", 0.0, None, levy(tenge))]);
        scenario.price = Price::Constant(price);
        ran_in(two_regions(None), scenario, options(Sampler::Leap))
    };
    let world = two_regions(None);
    for price in [8_000.0, 16_000.0, 24_000.0] {
        let out = at_price(price, 25.0);
        let hashprice = 6.35 * price * 86_400.0 * 1e12 / world.clock.block_hashes();
        let generations = hashquake_sim::start::generations(60.0, 0.3);
        // A fleet that could not live with 5 cents pays what it can live with: the levy is on top of that.
        let runs = |j: &&f64| {
            let can_pay = hashprice / (**j * 0.024);
            0.05f64.min(can_pay) + 0.0575 <= can_pay
        };
        let want = generations.iter().filter(runs).count() as f64 / 4.0;
        let got = out.region_ratio(RegionQuantity::Hashrate, "KZ", 3);
        close(got, want, 1e-5);
        close(
            out.region_ratio(RegionQuantity::Hashrate, "US", 3),
            1.0,
            1e-6,
        );
    }
    let little = at_price(45_000.0, 1.0);
    close(little.ratio(Quantity::Hashrate, 3), 1.0, 1e-6);
    // 1 tenge on the region's MW for 40 days.
    let mwh = little.plan.world().hashrate_ehs * 0.2 * 60.0 * 24.0 * 40.0;
    let levies = little.total(Total::Levies).1;
    let drawn = little.scenario.draws[0] / little.plan.world().hashrate_ehs;
    close(levies / (mwh * drawn * 1000.0 * 0.0023 / 1e6), 1.0, 1e-6);
}

#[test]
fn a_tariff_replaces_what_was_paid() {
    let kind = |usd: f64| EventKind::Tariff {
        usd_per_kwh: p(usd),
    };
    let dear = ran(vec![event("KZ", 0.0, Some(10.0), kind(10.0))]);
    close(dear.ratio(Quantity::Hashrate, 5), 0.8, 1e-6);
    close(dear.ratio(Quantity::Hashrate, 15), 1.0, 1e-6);
    let cheap = ran(vec![event("KZ", 0.0, Some(10.0), kind(0.01))]);
    close(cheap.ratio(Quantity::Hashrate, 5), 1.0, 1e-6);
}

/// Three quarters through a venue that takes all of it: a quarter of the revenue is left, which stops
/// who needs more.
#[test]
fn a_sale_rule_costs_what_it_takes() {
    let rule = |discount: f64| EventKind::SaleRule {
        share: p(0.75),
        fee: p(0.0),
        discount: p(discount),
        settlement_days: p(0.0),
        cost_of_capital: p(0.1),
        settlement_asset: "digital tenge".to_string(),
    };
    let mut taken = quiet(vec![event("KZ", 0.0, None, rule(1.0))]);
    taken.price = Price::Constant(24_000.0);
    let out = ran_in(two_regions(None), taken, options(Sampler::Leap));
    assert!(out.region_ratio(RegionQuantity::Hashrate, "KZ", 3) < 0.01);
    // A venue that takes a hundredth, ten days' wait at 36.5 % a year another: 75 % of 2 % of a fifth of it all.
    let kind = EventKind::SaleRule {
        share: p(0.75),
        fee: p(0.004),
        discount: p(0.006),
        settlement_days: p(10.0),
        cost_of_capital: p(0.365),
        settlement_asset: "digital tenge".to_string(),
    };
    let out = ran(vec![event("KZ", 0.0, None, kind)]);
    let (revenue, costs) = (out.total(Total::Revenue).1, out.total(Total::SaleCosts).1);
    close(costs / revenue, 0.75 * 0.02 * 0.2, 1e-9);
    assert_eq!(out.total(Total::SaleCosts).0, 0.0);
    let mut cheap = quiet(vec![event("KZ", 0.0, None, rule(0.01))]);
    cheap.price = Price::Constant(45_000.0);
    let out = ran_in(two_regions(None), cheap, options(Sampler::Leap));
    close(out.ratio(Quantity::Hashrate, 3), 1.0, 1e-6);
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

/// The price falls by 60 %: hashprice too, and with it who cannot pay his bill goes dark; at −10 % nobody does.
#[test]
fn a_price_shock_moves_hashprice_and_stops_the_dearest_fleets() {
    let shock = |change: f64| {
        let kind = EventKind::PriceShock { change: p(change) };
        ran(vec![event("", 0.0, None, kind)])
    };
    let deep = shock(-0.9);
    close(deep.ratio(Quantity::Price, 0), 0.1, 1e-6);
    close(deep.ratio(Quantity::Hashprice, 0), 0.1, 1e-6);
    assert!(deep.ratio(Quantity::Hashrate, 3) < 0.9);
    close(shock(-0.1).ratio(Quantity::Hashrate, 3), 1.0, 1e-6);
}

#[test]
fn a_fee_shock_adds_its_coins() {
    let kind = EventKind::FeeShock {
        btc_per_block: p(2.0),
    };
    let out = ran(vec![event("", 0.0, Some(3.0), kind)]);
    let (b, s) = out.of(Quantity::Fees, 1);
    close(s - b, 2.0, 1e-6);
    close(
        out.ratio(Quantity::Hashprice, 1),
        (6.25 + 0.1 + 2.0) / (6.25 + 0.1),
        1e-5,
    );
    close(out.ratio(Quantity::Fees, 5), 1.0, 1e-6);
}

/// Slow blocks carry more fees when demand does not wait.
#[test]
fn fees_answer_to_the_waiting_time() {
    let cut = event("US", 0.0, None, EventKind::PowerCut { severity: p(0.5) });
    let mut scenario = quiet(vec![cut]);
    scenario.fees.backlog_response = p(1.0);
    scenario.end = scenario.start + 12 * DAY;
    let out = ran_in(two_regions(None), scenario, options(Sampler::Leap));
    let mean = |r: &RunRecord| -> f64 {
        let fees = &r.network[Quantity::Fees as usize];
        fees.iter().map(|&x| f64::from(x)).sum::<f64>() / fees.len() as f64
    };
    // 60 % of the hashrate: intervals 1/0.6 as long, until the first retarget.
    let ratio = mean(&out.scenario) / mean(&out.counterfactual);
    assert!((1.3..1.8).contains(&ratio), "{ratio}");
}

/// The subsidy halves at block 840,000, and with it what a hash earns; nobody has to say so.
#[test]
fn a_halving_comes_by_itself() {
    let mut scenario = quiet(Vec::new());
    scenario.start = t("2024-04-15");
    scenario.as_of = scenario.start;
    scenario.end = scenario.start + 10 * DAY;
    scenario.fees.btc_per_block = p(0.0);
    let world = StartWorld::known(&scenario, history::embedded()).unwrap();
    let out = ran_in(world, scenario, options(Sampler::Leap));
    let hashprice = &out.counterfactual.network[Quantity::Hashprice as usize];
    let fall = hashprice.last().unwrap() / hashprice[0];
    let retargeted: f32 = out
        .counterfactual
        .retargets
        .iter()
        .map(|r| 1.0 + r.change_percent / 100.0)
        .product();
    close(f64::from(fall * retargeted), 0.5, 1e-4);
}

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

/// Hashrate is the chain's, energy that of the efficiency table, shares those of the map, each within its
/// own error: means of many runs against the sources.
#[test]
fn the_start_agrees_with_its_sources() {
    let scenario = quiet(Vec::new());
    let at = scenario.start;
    let plan = Simulation::known(scenario, history::embedded(), Options::default()).unwrap();
    let world = plan.world();
    assert!(
        (170.0..195.0).contains(&world.hashrate_ehs),
        "{}",
        world.hashrate_ehs
    );
    assert!((1_950..2_250).contains(&world.blocks_counted));
    let efficiency = fleet::efficiency(at, Some(at)).unwrap().j_per_th;
    let map = shares::at(at, Some(at)).unwrap();
    let kz = map.row("KZ").unwrap().percent;
    let codes = &plan.layout().regions;
    let kz_at = codes.iter().position(|c| c == "KZ").unwrap();
    let mut scratch = plan.scratch();
    let mut record = RunRecord::shaped(plan.layout());
    let (mut j, mut share, mut hash) = (Vec::new(), Vec::new(), 0.0);
    for run in 0..400 {
        plan.run(run, Arm::Counterfactual, &mut scratch, &mut record);
        let ehs = f64::from(record.network[Quantity::Hashrate as usize][0]);
        close(ehs / record.draws[0], 1.0, 1e-5);
        j.push(f64::from(record.network[Quantity::Power as usize][0]) / ehs);
        close(j[j.len() - 1] / record.draws[1], 1.0, 1e-5);
        share.push(f64::from(
            record.regional[RegionQuantity::Share as usize][kz_at],
        ));
        hash += ehs / 400.0;
    }
    close(hash / world.hashrate_ehs, 1.0, 0.005);
    j.sort_by(f64::total_cmp);
    share.sort_by(f64::total_cmp);
    close(j[200] / efficiency.p50, 1.0, 0.05);
    close(share[200] / kz.p50, 1.0, 0.10);
    close(share[20] / kz.p05, 1.0, 0.20);
    close(share[380] / kz.p95, 1.0, 0.20);
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
                let told_apart = RegionQuantity::Registered as usize;
                assert!(
                    record.regional[..told_apart].iter().all(|xs| finite(xs)),
                    "{id}"
                );
                assert!(record.totals[Total::Blocks as usize] > 0.0, "{id}");
            }
        }
    }
}
