//! Who hashes: the map's ten rows of January 2022, against what was known at the start.
//!
//! The simulation's share of a row is its mean over the days of the month, regions put together as the map
//! counts them. **Persistence** draws from the composition of the start; the **random walk**
//! adds each region's walk, month by month, to January. The points are the map's printed shares, and "China at ten":
//! China falls to 10 %, the rest keeps its proportions. The mean absolute error is of points: of a
//! simulation its medians, which make that error least (Gneiting 2011).

use schemars::JsonSchema;
use serde::Serialize;

use hashquake_base::fan::Fan;
use hashquake_base::rng::{Purpose, keyed_stream};
use hashquake_base::stats::draw::normal;
use hashquake_base::units::{DAY, Seconds};
use hashquake_sim::fleets::means;
use hashquake_world::editions;
use hashquake_world::month::Month;
use hashquake_world::shares::composition::softmax;
use hashquake_world::shares::observation::members;
use hashquake_world::shares::{self, Shares};

use crate::predictions::Simulated;
use hashquake_sim::output::Layout;

/// The row that counts what has no row.
const OTHER: &str = "other";

/// What the simple rule says of China, percent.
const CHINA_PERCENT: f64 = 10.0;

/// The month that is scored.
pub fn month() -> Month {
    Month::parse("2022-01").expect("it is a month")
}

/// A country's share, as observed and as predicted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ShareRow {
    /// Code of the country, or `other`.
    pub region: &'static str,
    /// What the map printed for January 2022.
    pub observed_percent: f64,
    /// What the map known at the start printed.
    pub persistence_percent: f64,
    /// China at 10 %, the rest in proportion.
    pub china_at_ten_percent: f64,
    /// Quantiles of the simulation.
    pub hashquake_percent: Fan,
}

/// The map's rows, and how far each rule was off.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CountryShares {
    /// Month of the map that was known at the start, `2020-04`.
    #[schemars(with = "String")]
    pub map_month: Month,
    /// Mean absolute error over the rows when all shares stay, percentage points.
    pub persistence_mae_points: f64,
    /// The same of "China at ten".
    pub china_at_ten_mae_points: f64,
    /// The same of the simulation's medians.
    pub hashquake_mae_points: f64,
    /// A row a country.
    pub rows: Vec<ShareRow>,
}

/// Draws of each row, percent.
#[derive(Clone, Debug)]
pub struct ShareDraws {
    /// Codes, and what was observed.
    pub observed: Vec<(&'static str, f64)>,
    /// Of each row, the simulation's.
    pub simulated: Vec<Vec<f64>>,
    /// Of each row, persistence's.
    pub persistence: Vec<Vec<f64>>,
    /// Of each row, the random walk's.
    pub random_walk: Vec<Vec<f64>>,
    map_month: Month,
}

impl ShareDraws {
    /// What a replay says of the month; `None` when it does not reach over it.
    pub fn of(simulated: &Simulated, layout: &Layout, as_of: Seconds, seed: u64) -> Option<Self> {
        let day = |t: Seconds| usize::try_from((t - layout.start) / DAY).ok();
        let (from, to) = (day(month().start())?, day(month().end())?);
        let map = shares::at(layout.start, Some(as_of))?;
        if to > layout.steps {
            return None;
        }
        let observed: Vec<_> = shares::printed(month()).collect();
        let row_of = |region: &str| {
            let place = observed.iter().position(|(code, _)| means(code, region));
            place.or_else(|| observed.iter().position(|(code, _)| *code == OTHER))
        };
        let rows: Vec<Option<usize>> = layout.regions.iter().map(|r| row_of(r)).collect();
        let runs = simulated.mean_shares(from, to);
        let mut ours = vec![Vec::with_capacity(runs.len()); observed.len()];
        for run in &runs {
            let mut sums = vec![0.0; observed.len()];
            for (row, percent) in rows.iter().zip(run) {
                if let Some(row) = row {
                    sums[*row] += percent;
                }
            }
            ours.iter_mut()
                .zip(sums)
                .for_each(|(draws, x)| draws.push(x));
        }
        let months = month().distance(layout.start);
        Some(Self {
            persistence: draws(&map, &observed, 0.0, seed, runs.len()),
            random_walk: draws(&map, &observed, months, seed, runs.len()),
            simulated: ours,
            observed,
            map_month: nearest_month(layout.start, as_of)?,
        })
    }

    /// The rows with the points.
    pub fn country_shares(&self) -> CountryShares {
        let printed = |code: &str| {
            let found = shares::printed(self.map_month).find(|(region, _)| *region == code);
            found.map_or(0.0, |(_, percent)| percent)
        };
        let china = printed("CN");
        let row = |((region, observed), draws): (&(&'static str, f64), &Vec<f64>)| {
            let rest = printed(region) * (100.0 - CHINA_PERCENT) / (100.0 - china);
            ShareRow {
                region,
                observed_percent: *observed,
                persistence_percent: printed(region),
                china_at_ten_percent: if *region == "CN" { CHINA_PERCENT } else { rest },
                hashquake_percent: Fan::of(&mut draws.clone()),
            }
        };
        let rows: Vec<ShareRow> = self.observed.iter().zip(&self.simulated).map(row).collect();
        let mae = |of: fn(&ShareRow) -> f64| {
            rows.iter()
                .map(|r| (of(r) - r.observed_percent).abs())
                .sum::<f64>()
                / rows.len() as f64
        };
        CountryShares {
            map_month: self.map_month,
            persistence_mae_points: mae(|r| r.persistence_percent),
            china_at_ten_mae_points: mae(|r| r.china_at_ten_percent),
            hashquake_mae_points: mae(|r| r.hashquake_percent.p50),
            rows,
        }
    }
}

/// The month of the map nearest to `at` that was published by `as_of`.
fn nearest_month(at: Seconds, as_of: Seconds) -> Option<Month> {
    let months = editions::months(Some(as_of))?;
    Some(Month::of(at).clamp(months.first, months.last))
}

/// Draws of the rows in the order of `observed`, percent, after so many months of each region's walk; what
/// has no row of its own counts among `other`.
fn draws(
    map: &Shares,
    observed: &[(&'static str, f64)],
    months: f64,
    seed: u64,
    runs: usize,
) -> Vec<Vec<f64>> {
    let mut rng = keyed_stream(seed, 1, Purpose::ReplayReferenceRules, "shares");
    let place = |code: &str| observed.iter().position(|(region, _)| *region == code);
    let rows: Vec<Option<usize>> = members()
        .iter()
        .map(|m| place(m.region).or_else(|| place(OTHER)))
        .collect();
    let mut out = vec![Vec::with_capacity(runs); observed.len()];
    for _ in 0..runs {
        let mut weights = map.composition.draw_log_weights(&mut rng);
        for (x, m) in weights.iter_mut().zip(members()) {
            *x += m.walk_sd * libm::sqrt(months) * normal(&mut rng);
        }
        let mut sums = vec![0.0; observed.len()];
        for (share, row) in softmax(&weights).iter().zip(&rows) {
            if let Some(row) = row {
                sums[*row] += 100.0 * share;
            }
        }
        out.iter_mut()
            .zip(sums)
            .for_each(|(draws, x)| draws.push(x));
    }
    out
}
