//! Price, fees, subsidy.

use hashquake_base::units::DAY;
use hashquake_chain::history;
use hashquake_sim::Sampler;
use hashquake_sim::output::Quantity;
use hashquake_sim::start::StartWorld;
use hashquake_world::scenario::EventKind;

use crate::{close, event, options, p, quiet, ran, ran_in, running, t, two_regions};

/// The price falls by 90 %: hashprice too, and with it who cannot pay his bill goes dark; at −10 % nobody does.
#[test]
fn a_price_shock_moves_hashprice_and_stops_the_dearest_fleets() {
    let shock = |change: f64| {
        let kind = EventKind::PriceShock { change: p(change) };
        ran(vec![event("", 0.0, None, kind)])
    };
    let deep = shock(-0.9);
    close(deep.ratio(Quantity::Price, 0), 0.1, 1e-6);
    close(deep.ratio(Quantity::Hashprice, 0), 0.1, 1e-6);
    close(
        deep.ratio(Quantity::Hashrate, 3),
        running(45_000.0, 0.1, 0.0),
        1e-5,
    );
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

/// When demand does not wait, a day's fees a block are in inverse proportion to the blocks of the day before.
#[test]
fn fees_answer_to_the_waiting_time() {
    let cut = event("US", 0.0, None, EventKind::PowerCut { severity: p(0.5) });
    let mut scenario = quiet(vec![cut]);
    scenario.fees.backlog_response = p(1.0);
    scenario.end = scenario.start + 12 * DAY;
    let out = ran_in(two_regions(None), scenario, options(Sampler::Leap));
    for arm in [&out.counterfactual, &out.scenario] {
        let of = |q: Quantity, day: usize| f64::from(arm.network[q as usize][day]);
        for day in 1..12 {
            let waiting = 144.0 / of(Quantity::Blocks, day - 1);
            close(of(Quantity::Fees, day) / (0.1 * waiting), 1.0, 1e-6);
        }
    }
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
