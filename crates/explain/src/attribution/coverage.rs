//! Does the attribution find what is there, as often as it says? Simulated shocks with a known truth.
//!
//! Nine pools with shares like those of January 2022, 28 days to compare with, an outage of five days, a
//! drift of the network of N(0, 2 %). In one region, the loss X is read off all blocks together
//! (*unmarked*), or off the blocks of each pool (*marked*) under
//!
//! ```text
//! f_p = δ (1 − E_p X / Σ_q s_q E_q)
//! ```
//!
//! with the exposures E_p known: *diffuse*, all pools but one alike, or *concentrated* in some pools. The
//! posterior is under a flat prior on X, the Bayes factor the mean of L over [0, 30 %] against L(0), as
//! in the headline. A fourth kind has exposures that are concentrated in truth and diffuse in the
//! analysis: what a wrong table costs.
//!
//! [`two_dark`] gives two regions an outage and asks the whole model of [`super::regions`] which it was,
//! with both cut at once or one after the other.
//!
//! It proves the inference, not the model: pools here differ by exposure alone, and exposures are known.

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::Serialize;

use super::exposure::{ExposurePrior, GivenExposure, RegionShares};
use super::marks::{Bin, Marks, Piece, ln_likelihood};
use super::outage::Severity;
use super::regions::proposals::NODES;
use super::regions::{self, Candidate, RegionEvidence, RegionPrior, RegionsAnswer};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::density::{Grid, Posterior, ln_mean};
use hashquake_base::stats::draw::{normal, poisson, uniform};
use hashquake_base::stats::special::log_sum_exp;
use hashquake_base::units::{DAY, Quantiles, Seconds, Span};
use hashquake_observe::clean::Count;
use hashquake_observe::fuse::Edges;
use hashquake_observe::loss::{Counts, DRIFT_SD, LossAnswer, loss_grid};

const SHARES: [f64; 9] = [0.17, 0.15, 0.14, 0.13, 0.11, 0.10, 0.07, 0.05, 0.08];
const DIFFUSE: [f64; 9] = [0.16, 0.16, 0.02, 0.18, 0.18, 0.16, 0.16, 0.12, 0.15];
const CONCENTRATED: [f64; 9] = [0.30, 0.10, 0.0, 0.35, 0.30, 0.15, 0.15, 0.03, 0.10];
const SECOND: [f64; 9] = [0.12, 0.14, 0.03, 0.15, 0.14, 0.12, 0.12, 0.08, 0.10];
const BLOCKS_A_DAY: f64 = 144.0;
const BASELINE_DAYS: f64 = 28.0;
const OUTAGE_DAYS: f64 = 5.0;
const KEPT_LEAST: f64 = 1e-3;
/// Pools' own deviations where exposures are known.
const KNOWN_SPREAD: f64 = 0.01;

/// Which blocks are looked at, and with what exposures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// All blocks together.
    Unmarked,
    /// Blocks by pool, pools much alike.
    MarkedDiffuse,
    /// Blocks by pool, pools much unlike.
    MarkedConcentrated,
    /// Pools much unlike, taken to be much alike.
    MarkedWrong,
}

/// All kinds, in the order of the table.
pub const KINDS: [Kind; 4] = [
    Kind::Unmarked,
    Kind::MarkedDiffuse,
    Kind::MarkedConcentrated,
    Kind::MarkedWrong,
];

/// What came of many simulated shocks of one kind and size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Came {
    /// Share of cases whose 90 % interval holds the truth.
    pub covered: f64,
    /// Mean width of that interval, a fraction.
    pub width: f64,
    /// Median log₁₀ Bayes factor.
    pub log10_bayes_factor: f64,
    /// Share of cases with a Bayes factor over ten.
    pub found: f64,
    /// Standard error of `found` as the estimate of a probability.
    pub found_se: f64,
}

/// Simulates `cases` shocks that take `loss` (a fraction) of the network.
pub fn simulate(kind: Kind, loss: f64, cases: u32, seed: u64) -> Came {
    let (truth, believed) = match kind {
        Kind::Unmarked | Kind::MarkedDiffuse => (&DIFFUSE, &DIFFUSE),
        Kind::MarkedConcentrated => (&CONCENTRATED, &CONCENTRATED),
        Kind::MarkedWrong => (&CONCENTRATED, &DIFFUSE),
    };
    let axis = Axis::new();
    let (mut covered, mut found, mut width) = (0u32, 0u32, 0.0);
    let mut factors = Vec::with_capacity(cases as usize);
    for run in 0..cases {
        let (before, during) = blocks_of(truth, loss, run, seed);
        let ln = match kind {
            Kind::Unmarked => axis.unmarked(&before, &during),
            _ => axis.marked(&before, &during, believed),
        };
        let interval = Posterior::from_ln_likelihood(axis.grid.clone(), &ln).quantiles();
        covered += u32::from(interval.p05 <= loss && loss <= interval.p95);
        width += interval.p95 - interval.p05;
        let factor = axis.log10_bayes_factor(&ln);
        found += u32::from(factor > 1.0);
        factors.push(factor);
    }
    factors.sort_by(f64::total_cmp);
    let share = |n: u32| f64::from(n) / f64::from(cases);
    Came {
        covered: share(covered),
        width: width / f64::from(cases),
        log10_bayes_factor: factors[factors.len() / 2],
        found: share(found),
        found_se: (share(found) * (1.0 - share(found)) / f64::from(cases)).sqrt(),
    }
}

fn weighted(values: &[f64; 9]) -> f64 {
    SHARES.iter().zip(values).map(|(s, e)| s * e).sum()
}

fn blocks_of(exposures: &[f64; 9], loss: f64, run: u32, seed: u64) -> ([u64; 9], [u64; 9]) {
    let mut rng = stream(seed, run, Purpose::AttributionCases);
    let drift = exp(DRIFT_SD * normal(&mut rng));
    let stopped = loss / weighted(exposures);
    let mut draw = |days: f64, kept: &dyn Fn(usize) -> f64| {
        let mean = |p: usize| BLOCKS_A_DAY * days * SHARES[p] * kept(p);
        core::array::from_fn(|p| poisson(&mut rng, mean(p)))
    };
    let before = draw(BASELINE_DAYS, &|_| 1.0);
    let kept = |p: usize| drift * (1.0 - exposures[p] * stopped).max(KEPT_LEAST);
    (before, draw(OUTAGE_DAYS, &kept))
}

/// Losses on which the likelihood is evaluated: from −20 to 40 % by points.
struct Axis {
    grid: Grid,
    zero: usize,
    top: usize,
}

impl Axis {
    fn new() -> Self {
        Self {
            grid: Grid::new(-0.2, 0.4, 61),
            zero: 20,
            top: 50,
        }
    }

    fn unmarked(&self, before: &[u64; 9], during: &[u64; 9]) -> Vec<f64> {
        counts(before, during).ln_likelihood(&self.grid, DRIFT_SD)
    }

    fn marked(&self, before: &[u64; 9], during: &[u64; 9], exposures: &[f64; 9]) -> Vec<f64> {
        let found = before.map(|n| n as f64 + 1.0);
        let total: f64 = found.iter().sum();
        let mean: f64 = found
            .iter()
            .zip(exposures)
            .map(|(n, e)| n / total * e)
            .sum();
        let at = |loss: f64| {
            let each = NODES.map(|(node, weight)| {
                let factor = exp(DRIFT_SD * node);
                let pool = |p: usize| {
                    let kept = factor * (1.0 - exposures[p] * loss / mean).max(KEPT_LEAST);
                    let piece = |blocks, exposure, kept| Piece {
                        blocks,
                        exposure,
                        kept,
                    };
                    ln_likelihood(&[
                        piece(before[p], BASELINE_DAYS, 1.0),
                        piece(during[p], OUTAGE_DAYS, kept),
                    ])
                };
                log(weight) + (0..SHARES.len()).map(pool).sum::<f64>()
            });
            log_sum_exp(&each)
        };
        self.grid.points().map(at).collect()
    }

    fn log10_bayes_factor(&self, ln: &[f64]) -> f64 {
        (ln_mean(&ln[self.zero..=self.top]) - ln[self.zero]) / core::f64::consts::LN_10
    }
}

fn counts(before: &[u64; 9], during: &[u64; 9]) -> Counts {
    let count = |blocks: &[u64; 9], days: f64| Count {
        blocks: blocks.iter().sum(),
        exposure: days,
    };
    Counts {
        comparison: count(before, BASELINE_DAYS),
        window: count(during, OUTAGE_DAYS),
    }
}

/// When two regions went dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Both for the whole outage.
    Together,
    /// One in the first half of it, the other in the second.
    InTurn,
}

/// Both, in the order of the table.
pub const TWO_DARK_TIMINGS: [Timing; 2] = [Timing::Together, Timing::InTurn];

/// What came of two regions going dark.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TwoDark {
    /// Share of cases in which the two are said to be inseparable.
    pub inseparable: f64,
    /// Mean width of the 90 % interval of the first region's loss, a fraction of the network.
    pub width_first: f64,
    /// Mean width of that of both together.
    pub width_both: f64,
    /// Share of cases in which that of the first holds the truth.
    pub covered_first: f64,
    /// Share of cases in which that of both holds the truth.
    pub covered_both: f64,
}

/// Two regions that hold some 15 and 12 % of the network and lose parts β ~ U(0, 1) of themselves, the
/// model's own prior; exposures diffuse and known, nothing lost elsewhere.
pub fn two_dark(timing: Timing, cases: u32, seed: u64) -> TwoDark {
    let mut came = TwoDark {
        inseparable: 0.0,
        width_first: 0.0,
        width_both: 0.0,
        covered_first: 0.0,
        covered_both: 0.0,
    };
    let part = 1.0 / f64::from(cases);
    for run in 0..cases {
        let (answer, truth) = one_of_two(timing, run, seed);
        let first = answer.regions[0].1;
        let both = regions::quantiles(&answer.draws, &|d| d.regions[0] + d.regions[1]);
        let holds = |q: Quantiles, x: f64| f64::from(u8::from(q.p05 <= x && x <= q.p95));
        came.inseparable += part * f64::from(u8::from(!answer.inseparable.is_empty()));
        came.width_first += part * (first.p95 - first.p05);
        came.width_both += part * (both.p95 - both.p05);
        came.covered_first += part * holds(first, truth[0]);
        came.covered_both += part * holds(both, truth[0] + truth[1]);
    }
    came
}

fn one_of_two(timing: Timing, run: u32, seed: u64) -> (RegionsAnswer, [f64; 2]) {
    let mut rng = stream(seed, run, Purpose::AttributionCases);
    let stopped = [uniform(&mut rng), uniform(&mut rng)];
    let end = (OUTAGE_DAYS * DAY as f64) as Seconds;
    let whole = Span { start: 0, end };
    let (dark, mean) = match timing {
        Timing::Together => ([whole, whole], 1.0),
        Timing::InTurn => {
            let (start, half) = (end / 2, end / 2);
            ([Span { end: half, ..whole }, Span { start, end }], 0.5)
        }
    };
    let marks = marks_of(&stopped, &dark, end, &mut rng);
    let codes = ["first", "second"].map(str::to_string).to_vec();
    let exposures = known_exposures(&marks.pools, &codes);
    let fractions = [weighted(&DIFFUSE), weighted(&SECOND)];
    let shares = RegionShares {
        draws: vec![fractions.to_vec()],
        codes,
    };
    let edges = |span: Span| Edges::window(span);
    let candidates = [0, 1].map(|r| Candidate {
        region: r,
        severity: Severity::full(&shares.codes[r], edges(dark[r])),
    });
    let sum = |bins: &[Bin], p: usize| bins.iter().map(|b| b.blocks[p]).sum();
    let during: [u64; 9] = core::array::from_fn(|p| sum(&marks.bins, p));
    let before: [u64; 9] = core::array::from_fn(|p| marks.before[p]);
    let ln = counts(&before, &during).ln_likelihood(&loss_grid(), DRIFT_SD);
    let network = LossAnswer::from_ln_likelihood(&ln).posterior;
    let evidence = RegionEvidence {
        marks: &marks,
        reported: &[],
        network: &network,
        edges: edges(whole),
        candidates: &candidates,
    };
    let prior = RegionPrior {
        shares: &shares,
        exposures: &exposures,
        spread: KNOWN_SPREAD,
    };
    let answer = regions::attribute(&evidence, &prior, seed).expect("there are candidates");
    (answer, [0, 1].map(|r| mean * stopped[r] * fractions[r]))
}

/// Blocks of an outage in two bins, each region dark in those that lie in its span.
fn marks_of(stopped: &[f64; 2], dark: &[Span; 2], end: Seconds, rng: &mut ChaCha8Rng) -> Marks {
    let drift = exp(DRIFT_SD * normal(rng));
    let lost = |p: usize, t: Seconds| -> f64 {
        let in_region = |r: usize| f64::from(u8::from(dark[r].contains(t))) * stopped[r];
        in_region(0) * DIFFUSE[p] + in_region(1) * SECOND[p]
    };
    let mut draw = |days: f64, kept: &dyn Fn(usize) -> f64| -> Vec<u64> {
        let mean = |p: usize| BLOCKS_A_DAY * days * SHARES[p] * kept(p);
        (0..SHARES.len()).map(|p| poisson(rng, mean(p))).collect()
    };
    let before = draw(BASELINE_DAYS, &|_| 1.0);
    let bins = [0, end / 2].map(|start| Bin {
        span: Span {
            start,
            end: start + end / 2,
        },
        exposure: OUTAGE_DAYS / 2.0,
        blocks: draw(OUTAGE_DAYS / 2.0, &|p| drift * (1.0 - lost(p, start))),
    });
    Marks {
        pools: (0..SHARES.len()).map(|p| format!("pool {p}")).collect(),
        before,
        exposure: BASELINE_DAYS,
        bins: bins.to_vec(),
    }
}

fn known_exposures(pools: &[String], codes: &[String]) -> ExposurePrior {
    let cell = |(pool, region): (usize, usize)| GivenExposure {
        pool: pools[pool].clone(),
        region: codes[region].clone(),
        fraction: [DIFFUSE, SECOND][region][pool],
    };
    let places = (0..pools.len()).flat_map(|p| (0..codes.len()).map(move |r| (p, r)));
    let given: Vec<GivenExposure> = places.map(cell).collect();
    ExposurePrior::new(pools, codes, &[], &given)
}
