//! Whether mining was harder to hit at one moment than at another: "more resistant over time", measured.
//!
//! Four measures, lower is more resistant: the Herfindahl index of countries, the share of the largest country
//! (what is lost if it goes dark), the index of pools, and, as company, the carbon intensity of the mix (each
//! country's life-cycle average weighted by its share). Each is drawn at both moments from the errors of
//! [`shares`] and of the pools' counts. A measure fell when 95 % of the draws fell, rose when 95 %
//! rose; else one cannot tell. The errors of the two moments are drawn independently: what the map misses in
//! both months alike would cancel, so that "cannot tell" is said rather too often.

use libm::exp;
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::Serialize;

use crate::attribution::groups::group_of;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::normal;
use hashquake_base::stats::normal::ln_sd_between;
use hashquake_base::stats::sample::quantiles_of;
use hashquake_base::units::{Quantiles, Seconds};
use hashquake_chain::blocks::Blocks;
use hashquake_world::carbon;
use hashquake_world::concentration::{draw_pools, herfindahl, pool_counts, smallest_majority};
use hashquake_world::month::Month;
use hashquake_world::shares::{self, Shares};

const DRAWS: usize = 4000;

/// Draws that must agree before a direction is stated.
const SURE: f64 = 0.95;

/// The network at one moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Side {
    /// The month asked for.
    pub month: Month,
    /// The map's month that was used, and how far it lies away.
    pub map_month: Month,
    /// Months between the two.
    pub months_away: f64,
    /// When that month was published.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
    /// The largest country.
    pub largest_region: &'static str,
    /// Its name.
    pub largest_name: &'static str,
    /// How probable it is that no country was larger.
    pub largest_probability: f64,
    /// The share of the largest country, whichever it is: the loss if it goes dark.
    pub largest_percent: Quantiles,
    /// Herfindahl index of countries.
    pub hhi_regions: Quantiles,
    /// Fewest countries with more than half.
    pub smallest_majority_regions: Quantiles<u32>,
    /// Coal in the mix that Cambridge printed for the month; no interval was printed.
    pub coal_percent: Option<f64>,
    /// Grams a kilowatt-hour, countries' averages by share.
    pub g_per_kwh: Quantiles,
    /// Herfindahl index of pools by group; absent where the blocks do not cover the month.
    pub hhi_pools: Option<Quantiles>,
    /// Fewest pools by group with more than half.
    pub smallest_majority_pools: Option<Quantiles<u32>>,
}

/// Which way a measure went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Lower: more resistant.
    Fell,
    /// Higher: less resistant.
    Rose,
    /// The intervals leave both open.
    CannotTell,
}

impl Direction {
    /// As a document has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fell => "fell",
            Self::Rose => "rose",
            Self::CannotTell => "cannot_tell",
        }
    }
}

/// What is measured; lower is more resistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Herfindahl index of countries, 0 to 1.
    HhiRegions,
    /// Share of the largest country, percent of the network: the loss if it goes dark.
    LargestRegionPercent,
    /// Herfindahl index of pools by group, 0 to 1.
    HhiPools,
    /// Grams of CO₂ a kilowatt-hour, countries' averages by share.
    GPerKwh,
}

impl Measure {
    /// As a document has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::HhiRegions => "hhi_regions",
            Self::LargestRegionPercent => "largest_region_percent",
            Self::HhiPools => "hhi_pools",
            Self::GPerKwh => "g_per_kwh",
        }
    }
}

/// One measure at both moments.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Change {
    /// Which.
    pub measure: Measure,
    /// Earlier argument.
    pub before: Quantiles,
    /// Later argument.
    pub after: Quantiles,
    /// After minus before.
    pub difference: Quantiles,
    /// Part of the draws in which it fell.
    pub probability_fell: f64,
    /// What that comes to.
    pub direction: Direction,
}

/// Two moments side by side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Comparison {
    /// The first moment.
    pub before: Side,
    /// The second.
    pub after: Side,
    /// The measures.
    pub changes: Vec<Change>,
}

/// The draws behind a side.
struct Draws {
    hhi_regions: Vec<f64>,
    largest: Vec<f64>,
    grams: Vec<f64>,
    majority: Vec<f64>,
    first: Vec<usize>,
    hhi_pools: Vec<f64>,
    majority_pools: Vec<f64>,
}

/// Compares two months, pools by the blocks. `None` before the map's first edition.
pub fn compare(
    before: Month,
    after: Month,
    blocks: &Blocks,
    as_of: Option<Seconds>,
) -> Option<Comparison> {
    let (before, mut was) = side(before, blocks, as_of, 0)?;
    let (after, mut is) = side(after, blocks, as_of, 1)?;
    let mut changes = vec![
        change(
            Measure::HhiRegions,
            &mut was.hhi_regions,
            &mut is.hhi_regions,
        ),
        change(
            Measure::LargestRegionPercent,
            &mut was.largest,
            &mut is.largest,
        ),
    ];
    if before.hhi_pools.is_some() && after.hhi_pools.is_some() {
        changes.push(change(
            Measure::HhiPools,
            &mut was.hhi_pools,
            &mut is.hhi_pools,
        ));
    }
    changes.push(change(Measure::GPerKwh, &mut was.grams, &mut is.grams));
    Some(Comparison {
        before,
        after,
        changes,
    })
}

fn change(measure: Measure, was: &mut [f64], is: &mut [f64]) -> Change {
    let mut differences: Vec<f64> = was.iter().zip(is.iter()).map(|(a, b)| b - a).collect();
    let fell = differences.iter().filter(|d| **d < 0.0).count() as f64 / differences.len() as f64;
    let direction = if fell >= SURE {
        Direction::Fell
    } else if fell <= 1.0 - SURE {
        Direction::Rose
    } else {
        Direction::CannotTell
    };
    Change {
        measure,
        before: quantiles_of(was),
        after: quantiles_of(is),
        difference: quantiles_of(&mut differences),
        probability_fell: fell,
        direction,
    }
}

fn side(month: Month, blocks: &Blocks, as_of: Option<Seconds>, run: u32) -> Option<(Side, Draws)> {
    let middle = month.start() + (month.end() - month.start()) / 2;
    let shares = shares::at(middle, as_of)?;
    let known = as_of.map(|t| blocks.as_of(t));
    let merged = |pool: &str| group_of(pool, middle, as_of.unwrap_or(Seconds::MAX)).to_string();
    let pools = pool_counts(known.as_ref().unwrap_or(blocks), month, &merged);
    let draws = draw(&shares, pools.as_deref(), middle, run);
    let countries = shares.rows.iter().filter(|r| r.region != "other").count();
    let times_first = |i: usize| draws.first.iter().filter(|f| **f == i).count();
    let largest = (0..countries).max_by_key(|i| times_first(*i))?;
    let summary = |xs: &[f64]| quantiles_of(&mut xs.to_vec());
    let whole = |xs: &[f64]| summary(xs).map(|x| (x + 0.5) as u32);
    let side = Side {
        month,
        map_month: shares.nearest.month,
        months_away: shares.months_away,
        known_at: shares.known_at,
        largest_region: shares.rows[largest].region,
        largest_name: shares.rows[largest].name,
        largest_probability: times_first(largest) as f64 / DRAWS as f64,
        largest_percent: summary(&draws.largest),
        hhi_regions: summary(&draws.hhi_regions),
        smallest_majority_regions: whole(&draws.majority),
        coal_percent: carbon::mix(month, as_of).map(|m| m.coal_percent),
        g_per_kwh: summary(&draws.grams),
        hhi_pools: pools.as_ref().map(|_| summary(&draws.hhi_pools)),
        smallest_majority_pools: pools.as_ref().map(|_| whole(&draws.majority_pools)),
    };
    Some((side, draws))
}

fn draw(shares: &Shares, pools: Option<&[(String, u32)]>, at: Seconds, run: u32) -> Draws {
    let mut rng = stream(0, 10 + run, Purpose::RegionShares);
    let mut pool_rng = stream(0, run, Purpose::PoolConcentration);
    let factors: Vec<Option<Quantiles>> =
        shares.rows.iter().map(|r| factor(r.region, at)).collect();
    let countries: Vec<bool> = shares.rows.iter().map(|r| r.region != "other").collect();
    let mut out = Draws {
        hhi_regions: Vec::new(),
        largest: Vec::new(),
        grams: Vec::new(),
        majority: Vec::new(),
        first: Vec::new(),
        hhi_pools: Vec::new(),
        majority_pools: Vec::new(),
    };
    for _ in 0..DRAWS {
        let all = shares.draw(&mut rng);
        out.grams.push(weighted(&all, &factors, &mut rng));
        let named = all
            .iter()
            .zip(&countries)
            .map(|(x, c)| if *c { *x } else { 0.0 });
        let named: Vec<f64> = named.collect();
        out.hhi_regions.push(herfindahl(&named));
        out.majority.push(f64::from(
            smallest_majority(&named).unwrap_or(named.len() as u32),
        ));
        let first = (0..named.len()).max_by(|a, b| named[*a].total_cmp(&named[*b]));
        out.first.extend(first);
        out.largest.extend(first.map(|i| 100.0 * named[i]));
        if let Some(counts) = pools {
            let xs = draw_pools(counts, &mut pool_rng);
            out.hhi_pools.push(herfindahl(&xs));
            out.majority_pools
                .push(f64::from(smallest_majority(&xs).unwrap_or(0)));
        }
    }
    out
}

/// A country's life-cycle average; `other` countries have the world's marginal factor, the only one at hand.
fn factor(region: &str, at: Seconds) -> Option<Quantiles> {
    let code = if region == "other" { "world" } else { region };
    let all = carbon::intensity(code, at, None);
    all.first().map(|f| f.g_per_kwh)
}

/// Grams a kilowatt-hour of one draw: shares without a factor are left out of the mean.
fn weighted(shares: &[f64], factors: &[Option<Quantiles>], rng: &mut ChaCha8Rng) -> f64 {
    let (mut grams, mut whole) = (0.0, 0.0);
    for (share, factor) in shares.iter().zip(factors) {
        let Some(q) = factor else { continue };
        let sd = ln_sd_between(q.p05, q.p95);
        grams += share * q.p50 * exp(sd * normal(rng));
        whole += share;
    }
    grams / whole
}
