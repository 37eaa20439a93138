//! Operators: whose bill is paid, and what levies, tariffs and rules of sale take.

use hashquake_sim::Sampler;
use hashquake_sim::output::{Quantity, RegionQuantity, Total};
use hashquake_world::scenario::{EventKind, Price};

use crate::{close, event, options, p, quiet, ran, ran_in, running, two_regions};

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
    for price in [8_000.0, 16_000.0, 24_000.0] {
        let out = at_price(price, 25.0);
        let want = running(price, 1.0, 0.0575);
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
    let quarter = running(24_000.0, 0.25, 0.0);
    close(
        out.region_ratio(RegionQuantity::Hashrate, "KZ", 3),
        quarter,
        1e-5,
    );
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
