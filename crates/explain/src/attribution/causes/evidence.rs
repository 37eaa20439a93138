//! How well a loss of X between a and b explains what was seen.
//!
//! **Block times.** As in [`observe::loss`](hashquake_observe::loss), over one stretch for all cells: with nₖ
//! blocks in exposure tₖ where the loss stands at gₖX (one step of g = 1, or four stairs and a landing),
//! n₀ in t₀ elsewhere, and δ the network's own drift,
//!
//! ```text
//! ln L(X) = ln E_δ [ Π (δ(1−gₖX))^nₖ / (t₀ + δ Σ tₖ(1−gₖX))ⁿ ]
//! ```
//!
//! **Pools.** A pool either follows the network, its loss N(m, s) with m = (X − M)/(1 − P) where printed
//! losses account for M at pools of share P, or moves by itself, its loss Student's t of four degrees
//! around nil with the same scale: customers come and go in leaps. One pool in five has no part in it. A
//! step that a series shows is either the network's, between the reports where a + lag and b + lag fall,
//! or its own at any time; a loss of the pool too small to show leaves room for a step of its own. Series
//! are independent given X.
//!
//! Reports lag because a reported hashrate is an average over some past time that pools do not state:
//! exponential with a mean of two hours, an assumption.

use libm::{exp, expm1, log};

use super::hypothesis::{Component, EdgeDistribution, Hypothesis};
use super::size::{self, Size};
use super::timing::{self, Cell};
use hashquake_base::stats::density::Grid;
use hashquake_base::stats::special::{ln_normal, log_sum_exp, normal_cdf};
use hashquake_base::units::{Bracket, DAY, HOUR, Seconds, Span};
use hashquake_observe::clean::{Cleaned, Count};
use hashquake_observe::fuse::POOL_SPREAD;
use hashquake_observe::loss::{DRIFT_SD, comparison_days};
use hashquake_observe::shares::PoolLoss;

/// Chance that a reporting pool has no machines where the loss is.
const NO_PART: f64 = 0.2;
/// Mean lag of a report.
const REPORT_LAG: f64 = 2.0 * HOUR as f64;
/// A pool's step shows above so many sigmas of its wander (as in `observe::shares`).
const SHOWS_SIGMAS: f64 = 4.0;
/// The part of every distribution that is any time at all.
const ANY_TIME_PART: f64 = 0.05;
const STAIRS: usize = 4;
const DRIFT_POINTS: usize = 7;

/// What a pool's series says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoolReport {
    /// Its loss, a fraction.
    pub loss: f64,
    /// The error of that.
    pub sd: f64,
    /// Smallest loss that would have shown as a step.
    pub shows: f64,
    /// Between which reports it fell; `None` without a step.
    pub onset: Option<Bracket>,
    /// Between which it was back; `None` while it was not.
    pub end: Option<Bracket>,
}

impl From<&PoolLoss> for PoolReport {
    fn from(p: &PoolLoss) -> Self {
        let (loss, sd) = p.mean_sd();
        Self {
            loss,
            sd,
            shows: SHOWS_SIGMAS * p.ln_wander_sd,
            onset: p.onset,
            end: p.end,
        }
    }
}

/// What was seen around a window.
#[derive(Clone, Debug)]
pub struct CauseEvidence<'a> {
    /// Block times; `None` when left out.
    pub chain: Option<&'a Cleaned>,
    /// The window in which the loss is looked for, unix seconds.
    pub window: Span,
    /// Where blocks are counted at all.
    pub observed: Span,
    /// Pools with series.
    pub pools: Vec<PoolReport>,
    /// Share of the network of the pools whose losses were printed, a fraction.
    pub printed_share: f64,
    /// What those losses come to, a fraction of the network.
    pub printed_loss: f64,
}

/// The evidence laid out: likelihoods of the cells of *any time*, which most causes need.
pub struct CauseLikelihood<'a> {
    evidence: &'a CauseEvidence<'a>,
    onsets: Span,
    stretch: Span,
    whole: Count,
    losses: Grid,
    drift: Drift,
    any_time: Rows,
    /// For each pool, ln p of its report when it moves by itself.
    own: Vec<f64>,
}

/// Cells, with ln p(evidence | X) on the grid of losses for each.
struct Rows(Vec<(Cell, Vec<f64>)>);

impl<'a> CauseLikelihood<'a> {
    /// Counts blocks for every cell of any time.
    pub fn new(evidence: &'a CauseEvidence<'a>) -> Self {
        let (window, observed) = (evidence.window, evidence.observed);
        let days = comparison_days(window);
        let stretch = Span {
            start: (window.start - days * DAY).max(observed.start),
            end: (window.end + days * DAY).min(observed.end),
        };
        let onsets = timing::onsets(window, observed);
        let any_time = timing::any_time(onsets);
        let alone = |p: &PoolReport| {
            let when = |c: &Cell| c.weight * steps_at(p, c, observed.end);
            let chance: f64 = any_time.iter().map(when).sum();
            ln_student(p.loss, scale(p)) + if p.onset.is_some() { log(chance) } else { 0.0 }
        };
        let own = evidence.pools.iter().map(alone).collect();
        let mut likelihood = Self {
            evidence,
            onsets,
            stretch,
            whole: evidence
                .chain
                .map_or(Count::default(), |c| c.count(stretch)),
            losses: size::grid(),
            drift: Drift::new(),
            any_time: Rows(Vec::new()),
            own,
        };
        likelihood.any_time = likelihood.rows(any_time);
        likelihood
    }

    /// Where onsets are looked for.
    pub fn onsets(&self) -> Span {
        self.onsets
    }

    /// ln p(evidence | no loss): block counts at X = 0, pools by themselves.
    pub fn luck(&self) -> f64 {
        let blocks = |(c, _): &(Cell, Vec<f64>)| log(c.weight) + self.blocks(c, 0.0);
        let terms: Vec<f64> = self.any_time.0.iter().map(blocks).collect();
        log_sum_exp(&terms) + self.own.iter().sum::<f64>()
    }

    /// ln p(evidence | hypothesis), and the same at any time; luck's own for one without components.
    pub fn ln_evidence(&self, h: &Hypothesis) -> (f64, f64) {
        if h.components.is_empty() {
            let luck = self.luck();
            return (luck, luck);
        }
        let sum = |term: &dyn Fn(&Component) -> f64| {
            let terms: Vec<f64> = h.components.iter().map(term).collect();
            log_sum_exp(&terms)
        };
        let any_time = sum(&|c| log(c.weight) + self.any_time.ln_mean(&c.size));
        let kept = log(ANY_TIME_PART) + any_time;
        let expected = sum(&|c| {
            let ln = match &c.edges {
                EdgeDistribution::AnyTime => self.any_time.ln_mean(&c.size),
                EdgeDistribution::Cells(cells) => self.rows(cells.clone()).ln_mean(&c.size),
                EdgeDistribution::Missing => return f64::NEG_INFINITY,
            };
            log(c.weight) + ln
        });
        let with = if expected == f64::NEG_INFINITY {
            kept
        } else {
            log_sum_exp(&[log(1.0 - ANY_TIME_PART) + expected, kept])
        };
        (with, any_time)
    }

    fn rows(&self, cells: Vec<Cell>) -> Rows {
        let row = |cell: Cell| {
            let stairs = self.stairs(&cell);
            let at = |x: f64| self.ln_blocks(&stairs, x) + self.ln_pools(&cell, x);
            (cell, self.losses.points().map(at).collect())
        };
        Rows(cells.into_iter().map(row).collect())
    }

    fn blocks(&self, cell: &Cell, x: f64) -> f64 {
        self.ln_blocks(&self.stairs(cell), x)
    }

    fn stairs(&self, cell: &Cell) -> Vec<(Count, f64)> {
        let Some(chain) = self.evidence.chain else {
            return Vec::new();
        };
        let whole = (self.stretch.start as f64, self.stretch.end as f64);
        let count = |((from, to), part): ((f64, f64), f64)| {
            let span = Span {
                start: from.clamp(whole.0, whole.1) as Seconds,
                end: to.clamp(whole.0, whole.1) as Seconds,
            };
            (span.end > span.start).then(|| (chain.count(span), part))
        };
        profile(cell).into_iter().filter_map(count).collect()
    }

    fn ln_blocks(&self, stairs: &[(Count, f64)], x: f64) -> f64 {
        if self.whole.blocks == 0 {
            return 0.0;
        }
        let inside = stairs
            .iter()
            .fold(Count::default(), |sum, (count, _)| sum + *count);
        let base = (self.whole.exposure - inside.exposure).max(0.0);
        let kept = |(count, g): &(Count, f64)| count.exposure * (1.0 - g * x);
        let left: f64 = stairs.iter().map(kept).sum();
        let fell = |(count, g): &(Count, f64)| count.blocks as f64 * log(1.0 - g * x);
        let lost: f64 = stairs.iter().map(fell).sum();
        let n = self.whole.blocks as f64;
        lost + self.drift.ln_mean(inside.blocks as f64, n, base, left)
    }

    fn ln_pools(&self, cell: &Cell, x: f64) -> f64 {
        let e = self.evidence;
        let share_left = (1.0 - e.printed_share).max(0.01);
        let mean = ((x - e.printed_loss) / share_left).max(0.0);
        let one = |(p, own): (&PoolReport, &f64)| {
            let s = scale(p);
            if p.onset.is_none() {
                let seen = mean * (covered(cell, e.window) - covered(cell, day_before(e.window)));
                let follows = log(1.0 - NO_PART) + ln_normal(p.loss, seen, s);
                return log_sum_exp(&[log(NO_PART) + own, follows]);
            }
            let hidden = if cell.builds_up > 0.0 {
                1.0
            } else {
                NO_PART + (1.0 - NO_PART) * normal_cdf((p.shows - mean) / s)
            };
            let when = steps_at(p, cell, e.observed.end);
            let follows = log((1.0 - NO_PART) * when) + ln_normal(p.loss, mean, s);
            if when > 0.0 {
                log_sum_exp(&[log(hidden) + own, follows])
            } else {
                log(hidden) + own
            }
        };
        e.pools.iter().zip(&self.own).map(one).sum()
    }
}

impl Rows {
    /// ln of the mean over cells and losses.
    fn ln_mean(&self, size: &Size) -> f64 {
        let weights = size.weights();
        let used: Vec<(usize, f64)> = weights
            .iter()
            .enumerate()
            .filter(|(_, w)| **w > 0.0)
            .map(|(i, w)| (i, log(*w)))
            .collect();
        let terms: Vec<f64> = self
            .0
            .iter()
            .flat_map(|(cell, row)| {
                let ln_cell = log(cell.weight);
                used.iter().map(move |(i, ln)| ln_cell + ln + row[*i])
            })
            .collect();
        log_sum_exp(&terms)
    }
}

/// The network's drift as weighted points over ±3 sd.
struct Drift([(f64, f64, f64); DRIFT_POINTS]);

impl Drift {
    fn new() -> Self {
        let z = Grid::new(-3.0, 3.0, DRIFT_POINTS);
        let raw: [f64; DRIFT_POINTS] = core::array::from_fn(|i| -0.5 * z.at(i) * z.at(i));
        let total = log_sum_exp(&raw);
        Self(core::array::from_fn(|i| {
            let ln = DRIFT_SD * z.at(i);
            (raw[i] - total, ln, exp(ln))
        }))
    }

    fn ln_mean(&self, inside: f64, blocks: f64, base: f64, left: f64) -> f64 {
        let term = |(weight, ln, factor): (f64, f64, f64)| {
            weight + inside * ln - blocks * log(base + factor * left)
        };
        log_sum_exp(&self.0.map(term))
    }
}

/// When the loss stands at which part of X.
fn profile(cell: &Cell) -> Vec<((f64, f64), f64)> {
    let (from, to) = (cell.begins(), cell.ends());
    if cell.builds_up == 0.0 {
        return vec![((from, to), 1.0)];
    }
    let stair = cell.builds_up / STAIRS as f64;
    let step = |k: usize| {
        let start = from + stair * k as f64;
        ((start, start + stair), (k as f64 + 0.5) / STAIRS as f64)
    };
    let mut out: Vec<_> = (0..STAIRS).map(step).collect();
    out.push(((from + cell.builds_up, to), 1.0));
    out
}

/// Mean of the profile over `span`.
fn covered(cell: &Cell, span: Span) -> f64 {
    let (from, to) = (span.start as f64, span.end as f64);
    let part = |((a, b), g): ((f64, f64), f64)| g * (b.min(to) - a.max(from)).max(0.0);
    profile(cell).into_iter().map(part).sum::<f64>() / (to - from)
}

fn day_before(window: Span) -> Span {
    Span {
        start: window.start - DAY,
        end: window.start,
    }
}

fn scale(p: &PoolReport) -> f64 {
    libm::sqrt(POOL_SPREAD * POOL_SPREAD + p.sd * p.sd)
}

/// ln density of Student's t of four degrees around nil.
fn ln_student(x: f64, scale: f64) -> f64 {
    let z = x / scale;
    log(0.375 / scale) - 2.5 * log(1.0 + z * z / 4.0)
}

/// Chance that the reports show the steps of a cell where the series has them.
fn steps_at(p: &PoolReport, cell: &Cell, seen_to: Seconds) -> f64 {
    let Some(onset) = p.onset else {
        return 1.0;
    };
    if cell.builds_up > 0.0 {
        return 0.0;
    }
    let between = |b: Bracket, cell: (f64, f64)| {
        reported_by(cell, b.latest as f64) - reported_by(cell, b.earliest as f64)
    };
    let ended = match p.end {
        Some(end) => between(end, cell.end),
        None => 1.0 - reported_by(cell.end, seen_to as f64),
    };
    between(onset, cell.onset) * ended
}

/// Chance that what happened between the ends of `cell`, evenly, is reported by `t`.
fn reported_by((from, to): (f64, f64), t: f64) -> f64 {
    if from.is_infinite() {
        return 0.0;
    }
    let by = |since: f64| -expm1(-since.max(0.0) / REPORT_LAG);
    if to - from < 1.0 {
        return by(t - from);
    }
    let so_far = |since: f64| since.max(0.0) - REPORT_LAG * by(since);
    ((so_far(t - from) - so_far(t - to)) / (to - from)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::history;
    use hashquake_observe::loss::Counts;
    use hashquake_world::region::Region;

    /// On a step, the likelihood is the one from which the headline is made, to a hundredth of
    /// itself: the drift has 7 points here and 25 there; with 25 the two are equal.
    #[test]
    fn a_step_weighs_as_in_the_headline() {
        let chain = Cleaned::new(&history::embedded().blocks);
        let case = hashquake_world::atlas::find("kazakhstan-2022").unwrap();
        assert_eq!(case.regions, [Region::parse("KZ").unwrap()]);
        let observed = Span {
            start: chain.times()[0],
            end: chain.times()[chain.len() - 1],
        };
        let evidence = CauseEvidence {
            chain: Some(&chain),
            window: case.window,
            observed,
            pools: Vec::new(),
            printed_share: 0.0,
            printed_loss: 0.0,
        };
        let likelihood = CauseLikelihood::new(&evidence);
        let (start, end) = (case.window.start as f64, case.window.end as f64);
        let cell = Cell {
            onset: (start, start),
            end: (end, end),
            builds_up: 0.0,
            weight: 1.0,
        };
        let counts = Counts::around(&chain, case.window, 10, 10, observed);
        let want = counts.ln_likelihood(&Grid::new(0.0, 0.3, 4), DRIFT_SD);
        for (i, x) in [0.1, 0.2, 0.3].into_iter().enumerate() {
            let got = likelihood.blocks(&cell, x) - likelihood.blocks(&cell, 0.0);
            let want = want[i + 1] - want[0];
            assert!(
                (got - want).abs() < 0.01 * want.abs(),
                "{x}: {got} is not {want}"
            );
        }
    }

    /// What happened evenly over an hour is reported, two hours of lag on average, by t with the mean of
    /// the exponential's distribution over that hour.
    #[test]
    fn a_cell_is_averaged_in_closed_form() {
        let (from, to, t) = (0.0, 3_600.0, 9_000.0);
        let n = 10_000;
        let sum: f64 = (0..n)
            .map(|i| {
                let x = from + (to - from) * (f64::from(i) + 0.5) / f64::from(n);
                1.0 - exp(-(t - x) / REPORT_LAG)
            })
            .sum();
        assert!((reported_by((from, to), t) - sum / f64::from(n)).abs() < 1e-6);
        assert_eq!(reported_by((f64::INFINITY, f64::INFINITY), t), 0.0);
    }
}
