//! Thresholds for a number of false alarms a year, by simulation of the whole detector.
//!
//! Every test gets the threshold at which it alone would start to alarm equally often; that common rate
//! is then moved until the detector as a whole (six tests, both directions, with what it does after an
//! alarm) calls as many shocks a year as was asked for. A test's own rate is read off the highest points
//! of its excursions from zero. Over n years a rate of F carries a relative error of 1/√(F n).

use crate::detect::background::{BLOCKS_A_YEAR, Background, Chain};
use crate::detect::bank::{Bank, Detector, Discounted, TESTS, Turn, WARM_UP_BLOCKS};
use crate::detect::hindsight::Cells;
use crate::detect::thresholds::{Row, Thresholds};
use hashquake_base::rng::{Purpose, stream};

/// False alarms a year for which thresholds are shipped.
pub const RATES: [f64; 6] = [0.25, 0.5, 1.0, 2.0, 4.0, 12.0];
/// Prices of a stretch at which its false alarms are counted, nats.
const PRICES: [f64; 10] = [3.5, 5.0, 6.5, 8.0, 9.5, 11.0, 13.0, 15.0, 18.0, 22.0];
/// Years that are cut into stretches at once.
const CHUNK_YEARS: u32 = 10;
/// Passes that move the common rate of the tests.
const PASSES: usize = 4;
/// Excursions lower than this stand in no table.
const LOWEST: f64 = 1.0;
/// A first guess: false alarms of six tests that partly alarm together, per false alarm of one.
const TOGETHER: f64 = 4.0;

/// Calibrates on `years` simulated years of each background; `progress` hears of each simulated year,
/// [`steps`] in all.
pub fn calibrate(years: u32, seed: u64, mut progress: impl FnMut()) -> Vec<Row> {
    let real = tests(Background::Realistic, years, seed, None, &mut progress);
    let rises = real.map(|t| core::array::from_fn(|k| t[k + TESTS / 2]));
    let still = tests(
        Background::Constant,
        years,
        seed,
        Some(rises),
        &mut progress,
    );
    let mut rows = Vec::new();
    for (background, tests) in [(Background::Constant, still), (Background::Realistic, real)] {
        let prices = prices(background, years, seed, &mut progress);
        for ((tests, hindsight), false_alarms_per_year) in tests.into_iter().zip(prices).zip(RATES)
        {
            rows.push(Row {
                background,
                false_alarms_per_year,
                thresholds: Thresholds { tests, hindsight },
            });
        }
    }
    rows
}

/// Simulated years in [`calibrate`], all passes together.
pub fn steps(years: u32) -> u64 {
    2 * u64::from(years) * (PASSES as u64 + 2)
}

type Rises = [f64; TESTS / 2];

/// The tests' thresholds for each of [`RATES`], those of the rises given or not.
fn tests(
    background: Background,
    years: u32,
    seed: u64,
    rises: Option<[Rises; RATES.len()]>,
    mut progress: impl FnMut(),
) -> [[f64; TESTS]; RATES.len()] {
    let peaks = Peaks::simulate(background, years, seed, &mut progress);
    let thresholds = |single: [f64; RATES.len()]| {
        core::array::from_fn(|i| {
            let mut all = peaks.thresholds(single[i]);
            if let Some(rises) = rises {
                all[TESTS / 2..].copy_from_slice(&rises[i]);
            }
            all
        })
    };
    let mut single = RATES.map(|rate| rate / TOGETHER);
    for _ in 0..PASSES {
        let realised = false_alarms(
            background,
            &thresholds(single),
            years,
            seed,
            Purpose::DetectorThresholds,
            &mut progress,
        );
        for ((rate, got), want) in single.iter_mut().zip(realised).zip(RATES) {
            *rate *= (want / got.max(want / 3.0)).min(3.0);
        }
    }
    thresholds(single)
}

/// The price of a stretch in hindsight for each of [`RATES`].
fn prices(
    background: Background,
    years: u32,
    seed: u64,
    progress: impl FnMut(),
) -> [f64; RATES.len()] {
    let rates = hindsight_false_alarms(
        background,
        &PRICES,
        years,
        seed,
        Purpose::DetectorThresholds,
        progress,
    );
    let least = 0.5 / f64::from(years);
    let ln: Vec<f64> = rates.iter().map(|r| libm::log(r.max(least))).collect();
    RATES.map(|rate| {
        let want = libm::log(rate);
        let i = ln
            .iter()
            .position(|&l| l <= want)
            .unwrap_or(ln.len() - 1)
            .max(1);
        let part = (want - ln[i - 1]) / (ln[i] - ln[i - 1]);
        PRICES[i - 1] + part * (PRICES[i] - PRICES[i - 1])
    })
}

/// Stretches found a year in hindsight, at each price, on a chain of `years` years without shocks.
pub fn hindsight_false_alarms(
    background: Background,
    prices: &[f64],
    years: u32,
    seed: u64,
    purpose: Purpose,
    mut progress: impl FnMut(),
) -> Vec<f64> {
    let mut chain = Chain::new(background, stream(seed, 2, purpose));
    let mut found = vec![0usize; prices.len()];
    let mut done = 0;
    while done < years {
        let part = CHUNK_YEARS.min(years - done);
        let y: Vec<f64> = (0..part * BLOCKS_A_YEAR as u32)
            .map(|_| chain.interval(1.0))
            .collect();
        let cells = Cells::new(&y);
        for (found, &price) in found.iter_mut().zip(prices) {
            *found += cells.stretches(price).len();
        }
        (0..part).for_each(|_| progress());
        done += part;
    }
    found
        .into_iter()
        .map(|n| n as f64 / f64::from(years))
        .collect()
}

/// Shocks called a year by detectors with these thresholds on one chain of `years` years without shocks.
pub fn false_alarms(
    background: Background,
    thresholds: &[[f64; TESTS]],
    years: u32,
    seed: u64,
    purpose: Purpose,
    mut progress: impl FnMut(),
) -> Vec<f64> {
    let mut detectors: Vec<Detector> = thresholds.iter().map(|t| Detector::new(*t)).collect();
    let mut alarms = vec![0u64; thresholds.len()];
    let mut chain = Chain::new(background, stream(seed, 1, purpose));
    for block in 0..WARM_UP_BLOCKS + u64::from(years) * BLOCKS_A_YEAR as u64 {
        let y = chain.interval(1.0);
        for (detector, alarms) in detectors.iter_mut().zip(&mut alarms) {
            if let Some(Turn::Alarm { .. }) = detector.update(y) {
                *alarms += 1;
            }
        }
        if (block + 1) % (BLOCKS_A_YEAR as u64) == 0 {
            progress();
        }
    }
    let rate = |n| n as f64 / f64::from(years);
    alarms.into_iter().map(rate).collect()
}

/// How high the excursions of each test went, highest first.
struct Peaks {
    years: f64,
    heights: [Vec<f64>; TESTS],
}

impl Peaks {
    fn simulate(background: Background, years: u32, seed: u64, mut progress: impl FnMut()) -> Self {
        let mut chain = Chain::new(background, stream(seed, 0, Purpose::DetectorThresholds));
        let mut baseline = Discounted::default();
        for _ in 0..WARM_UP_BLOCKS {
            baseline.update(chain.interval(1.0));
        }
        let mut bank = Bank::new(0, baseline);
        let mut heights: [Vec<f64>; TESTS] = Default::default();
        let mut top = [0.0f64; TESTS];
        for block in 0..u64::from(years) * BLOCKS_A_YEAR as u64 {
            let y = chain.interval(1.0);
            bank.update(y, block, baseline);
            baseline.update(y);
            for (k, &level) in bank.levels().iter().enumerate() {
                if level > 0.0 {
                    top[k] = top[k].max(level);
                } else {
                    if top[k] > LOWEST {
                        heights[k].push(top[k]);
                    }
                    top[k] = 0.0;
                }
            }
            if (block + 1) % (BLOCKS_A_YEAR as u64) == 0 {
                progress();
            }
        }
        heights
            .iter_mut()
            .for_each(|h| h.sort_unstable_by(|a, b| b.total_cmp(a)));
        Self {
            years: f64::from(years),
            heights,
        }
    }

    /// The thresholds that each test's excursions pass `rate` times a year.
    fn thresholds(&self, rate: f64) -> [f64; TESTS] {
        let rank = (rate * self.years).max(1.0);
        core::array::from_fn(|k| {
            let heights = &self.heights[k];
            let last = heights.len().saturating_sub(2);
            let i = (rank as usize - 1).min(last);
            let part = (rank - 1.0 - i as f64).min(1.0);
            heights
                .get(i)
                .zip(heights.get(i + 1))
                .map_or(LOWEST, |(a, b)| a + part * (b - a))
        })
    }
}
