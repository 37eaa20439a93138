//! Later months of the map held against intervals made from its earlier ones.
//!
//! From every month with half a year behind it the printed shares are widened by the walk, measured on the
//! months up to it, and the printed share some months later is looked up. The map samples the same pools
//! each time, so its own later figure shares most of the coverage error: the walk alone is the sharp test, the
//! whole interval (which is about the network and not about the map) should cover more.

use libm::log;
use schemars::JsonSchema;
use serde::Serialize;

use super::logistic::softmax_draw;
use super::model::{MEASURED_FROM_PERCENT, coverage_variance, walk_sd};
use super::printed::{first_month, printed};
use crate::editions;
use crate::month::Month;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::sample::quantiles_of;

/// Months behind an origin before it is used.
const LEAST_MONTHS: i32 = 6;
const DRAWS: usize = 2000;
/// The first month of the map that China's ban of June 2021 emptied.
const BAN: &str = "2021-07";

/// How often 90 % intervals held.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Calibration {
    /// Months from the data to the month predicted.
    pub horizon_months: i32,
    /// Pairs of country and month that do not straddle the ban.
    pub pairs: u32,
    /// Of those, how many the walk alone covered, percent.
    pub walk_covered_percent: f64,
    /// And how many the whole interval covered.
    pub whole_covered_percent: f64,
    /// Pairs that straddle the ban: data before July 2021, month predicted in it or after.
    pub ban_pairs: u32,
    /// Of those, how many the walk alone covered, percent; absent when there are none.
    pub ban_walk_covered_percent: Option<f64>,
    /// And how many the whole interval covered.
    pub ban_whole_covered_percent: Option<f64>,
}

#[derive(Default)]
struct Tally {
    pairs: u32,
    walk: u32,
    whole: u32,
}

/// The coverage of 90 % intervals at a horizon of so many months. Countries at half a percent and more.
pub fn calibration(horizon_months: i32) -> Option<Calibration> {
    let months = editions::months(None)?;
    let ban = Month::parse(BAN).ok()?;
    let (mut calm, mut straddling) = (Tally::default(), Tally::default());
    let mut origin = first_month().plus(LEAST_MONTHS);
    while origin.plus(horizon_months) <= months.last {
        let target = origin.plus(horizon_months);
        let tally = if origin < ban && target >= ban {
            &mut straddling
        } else {
            &mut calm
        };
        tally_origin(origin, target, tally);
        origin = origin.plus(1);
    }
    let percent = |covered: u32, of: u32| 100.0 * f64::from(covered) / f64::from(of);
    let of_ban = |covered: u32| (straddling.pairs > 0).then(|| percent(covered, straddling.pairs));
    (calm.pairs > 0).then(|| Calibration {
        horizon_months,
        pairs: calm.pairs,
        walk_covered_percent: percent(calm.walk, calm.pairs),
        whole_covered_percent: percent(calm.whole, calm.pairs),
        ban_pairs: straddling.pairs,
        ban_walk_covered_percent: of_ban(straddling.walk),
        ban_whole_covered_percent: of_ban(straddling.whole),
    })
}

fn tally_origin(origin: Month, target: Month, tally: &mut Tally) {
    let shares: Vec<(&str, f64)> = printed(origin).filter(|(_, p)| *p > 0.0).collect();
    let walk = walk_sd(origin);
    let walked = walk * walk * f64::from(target.since(origin));
    let covered = |variance: f64| -> Vec<bool> {
        let mut rng = stream(0, 2, Purpose::RegionShares);
        let terms = || shares.iter().map(|(_, p)| (log(*p), variance.sqrt()));
        let draws: Vec<_> = (0..DRAWS)
            .map(|_| softmax_draw(terms(), &mut rng))
            .collect();
        let holds = |(i, (region, _)): (usize, &(&str, f64))| {
            let mut xs: Vec<f64> = draws.iter().map(|d| 100.0 * d[i]).collect();
            let q = quantiles_of(&mut xs);
            let later = printed(target).find(|(r, _)| r == region);
            later.is_some_and(|(_, p)| q.p05 <= p && p <= q.p95)
        };
        shares.iter().enumerate().map(holds).collect()
    };
    let (by_walk, by_whole) = (covered(walked), covered(walked + coverage_variance(origin)));
    for (i, (_, percent)) in shares.iter().enumerate() {
        if *percent >= MEASURED_FROM_PERCENT {
            tally.pairs += 1;
            tally.walk += u32::from(by_walk[i]);
            tally.whole += u32::from(by_whole[i]);
        }
    }
}
