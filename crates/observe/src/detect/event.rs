//! What is said of a shock: when it began and ended, how large it was, whether it is real.
//!
//! **Onset and end.** With the rates before, in and after the stretch, the log-likelihood of a change at
//! each moment within [`REACH_DAYS`] is a running sum; under a flat prior over time it gives the interval.
//!
//! **Size.** The posterior of [`crate::loss`] in its headline form, over the stretch between the medians of onset
//! and end. While a shock goes on, or once it has become the baseline, only what lay before it is
//! compared with. A gain of g is a loss of g/(1+g) of the stretch against what is around it, turned round. The
//! detector chose the stretch because it stood out, so near the threshold sizes are some points too large.
//!
//! **Is it real?** Odds = shocks expected in the place × Bayes factor of the size (again [`crate::loss`]'s). The
//! prior is [`SHOCKS_A_YEAR`], half of them falls, with lengths even in the logarithm from six hours to
//! sixty days; the place is the onset's and, after a return, the end's interval: what was free to be chosen.
//! A 90 % interval is taken as [`EFFECTIVE_WIDTH`] of itself: the width of a box with the same mass.

use libm::log;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::clean::Cleaned;
use crate::detect::bank::Direction;
use crate::loss::{Counts, DRIFT_SD, LossAnswer, comparison_days};
use hashquake_base::units::{DAY, Quantiles, Seconds, Span, Timestamp};

/// Shocks of either direction that a year brings: one in sixty days.
pub const SHOCKS_A_YEAR: f64 = 6.0;
/// How far from the first guess an onset or an end is looked for.
pub const REACH_DAYS: Seconds = 10;
/// Width of a box with the mass of a density, as a part of the density's 90 % interval.
pub const EFFECTIVE_WIDTH: f64 = 0.6;
/// Rates are taken to differ by at least this much where one changes into the other.
const LEAST_RATIO: f64 = 0.95;
const SHORTEST_DAYS: f64 = 0.25;
const LONGEST_DAYS: f64 = 60.0;

/// What became of a shock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The rate is back where it was.
    Returned,
    /// It lasted until it was the baseline; the end is the moment when the detector let it go.
    BecameNormal,
    /// It goes on where the blocks end.
    GoesOn,
}

/// A stretch of blocks, by position in the chain, before it is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whether the hashrate fell or rose.
    pub direction: Direction,
    /// The change lies after this block.
    pub onset: usize,
    /// The change back lies after this block.
    pub end: Option<usize>,
    /// What became of it.
    pub state: State,
    /// Header time of the block at which it was first callable online.
    pub called_at: Option<Seconds>,
}

/// A shock.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Event {
    /// Whether the hashrate fell or rose.
    pub direction: Direction,
    /// What became of it.
    pub state: State,
    /// When the rate changed.
    #[serde(serialize_with = "serialize_moments")]
    #[schemars(with = "Quantiles<Timestamp>")]
    pub onset: Quantiles<Seconds>,
    /// When it was over; `null` while it goes on.
    #[serde(serialize_with = "serialize_moments_if_any")]
    #[schemars(with = "Option<Quantiles<Timestamp>>")]
    pub end: Option<Quantiles<Seconds>>,
    /// Share of the hashrate before that went; a gain is negative.
    pub loss_percent: Quantiles,
    /// log₁₀ of the Bayes factor of that size against none.
    pub log10_bayes_factor: f64,
    /// Posterior probability that the hashrate changed.
    pub probability_real: f64,
    /// The moment when it was first callable online; `null` when it never was at this rate of alarms.
    #[serde(serialize_with = "serialize_moment_if_any")]
    #[schemars(with = "Option<Timestamp>")]
    pub called_at: Option<Seconds>,
    /// The case of the atlas whose window fits it best.
    pub case: Option<String>,
}

impl Event {
    /// From the earliest likely onset to the latest likely end, `to` where it goes on.
    pub fn span(&self, to: Seconds) -> Span {
        Span {
            start: self.onset.p05,
            end: self.end.map_or(to, |end| end.p95).max(self.onset.p05 + 1),
        }
    }
}

/// Describes stretches of `chain`, in order; those with nothing before them to compare with are left out.
pub fn describe_all(chain: &Cleaned, found: &[Found]) -> Vec<Event> {
    let describe_one = |(i, f): (usize, &Found)| {
        let previous = found[..i].last().and_then(|p| p.end).unwrap_or(0);
        let next = found.get(i + 1).map_or(chain.len() - 1, |n| n.onset);
        describe(
            chain,
            *f,
            previous.min(f.onset),
            next.max(f.end.unwrap_or(0)),
        )
    };
    found.iter().enumerate().filter_map(describe_one).collect()
}

/// Describes a stretch whose onset and end lie between the blocks `earliest` and `latest`.
fn describe(chain: &Cleaned, found: Found, earliest: usize, latest: usize) -> Option<Event> {
    let times = chain.times();
    let now = times[times.len() - 1];
    let (start, stop) = (times[found.onset], found.end.map_or(now, |i| times[i]));
    let rate = |from: Seconds, to: Seconds| {
        let count = chain.count(Span {
            start: from,
            end: to.max(from + 1),
        });
        count.blocks.max(1) as f64 / count.exposure
    };
    let reach = REACH_DAYS * DAY;
    let inside = rate(start, stop);
    let apart = |around: f64| match found.direction {
        Direction::Fall => around.max(inside / LEAST_RATIO),
        Direction::Rise => around.min(inside * LEAST_RATIO),
    };
    let onset = moment_of_change(
        chain,
        chain.first_at(start - reach).max(earliest),
        found.end.unwrap_or(latest),
        apart(rate(start - reach, start)),
        inside,
    );
    let end = found.end.map(|i| match found.state {
        State::Returned => moment_of_change(
            chain,
            chain.first_at(onset.p50.max(stop - reach)),
            chain.first_at(stop + reach).min(latest),
            inside,
            apart(rate(stop, (stop + reach).min(now))),
        ),
        State::BecameNormal | State::GoesOn => Quantiles::point(times[i]),
    });
    let window = Span {
        start: onset.p50,
        end: end.map_or(now, |e| e.p50).max(onset.p50 + 3600),
    };
    let answer = size(chain, window, found)?;
    Some(Event {
        direction: found.direction,
        state: found.state,
        onset,
        end,
        loss_percent: loss_percent(answer.posterior.quantiles(), found.direction),
        log10_bayes_factor: answer.log10_bayes_factor,
        probability_real: probability(
            &answer,
            onset,
            end.filter(|_| found.state == State::Returned),
            window,
        ),
        called_at: found.called_at,
        case: None,
    })
}

/// When the rate changed from `before` to `after`, between blocks `from` and `to`.
fn moment_of_change(
    chain: &Cleaned,
    from: usize,
    to: usize,
    before: f64,
    after: f64,
) -> Quantiles<Seconds> {
    let (times, work) = (chain.times(), chain.work_eh());
    if to <= from {
        return Quantiles::point(times[from.min(times.len() - 1)]);
    }
    let ln_ratio = log(before / after);
    let gaps: Vec<(f64, f64, f64)> = {
        let mut sum = 0.0;
        (from..to)
            .map(|i| {
                let gap = (times[i + 1] - times[i]).max(1) as f64;
                let y = gap / work[i + 1];
                let at_start = sum;
                sum += ln_ratio - (before - after) * y;
                (at_start, (after - before) * y, gap)
            })
            .collect()
    };
    let top = gaps.iter().fold(f64::NEG_INFINITY, |m, g| m.max(g.0));
    let mass: Vec<f64> = gaps
        .iter()
        .map(|&(ln, k, gap)| {
            let mean = if k.abs() < 1e-9 {
                1.0
            } else {
                libm::expm1(k) / k
            };
            gap * mean * libm::exp(ln - top)
        })
        .collect();
    let total: f64 = mass.iter().sum();
    let quantile = |p: f64| {
        let mut left = p * total;
        for (i, m) in mass.iter().enumerate() {
            if left <= *m {
                return times[from + i] + (gaps[i].2 * left / m) as Seconds;
            }
            left -= m;
        }
        times[to]
    };
    Quantiles {
        p05: quantile(0.05),
        p50: quantile(0.5),
        p95: quantile(0.95),
    }
}

fn size(chain: &Cleaned, window: Span, found: Found) -> Option<LossAnswer> {
    let times = chain.times();
    let observed = Span {
        start: times[0],
        end: times[times.len() - 1] + 1,
    };
    let days = comparison_days(window);
    let after = if found.state == State::Returned {
        days
    } else {
        0
    };
    let counts = Counts::around(chain, window, days, after, observed);
    let counts = match found.direction {
        Direction::Fall => counts,
        Direction::Rise => Counts {
            comparison: counts.window,
            window: counts.comparison,
        },
    };
    counts.answer(DRIFT_SD)
}

fn loss_percent(loss: Quantiles, direction: Direction) -> Quantiles {
    let gain = |x: f64| -100.0 * x / (1.0 - x);
    match direction {
        Direction::Fall => loss.map(|x| 100.0 * x),
        Direction::Rise => Quantiles {
            p05: gain(loss.p95),
            p50: gain(loss.p50),
            p95: gain(loss.p05),
        },
    }
}

fn probability(
    answer: &LossAnswer,
    onset: Quantiles<Seconds>,
    end: Option<Quantiles<Seconds>>,
    window: Span,
) -> f64 {
    let width = |q: Quantiles<Seconds>| {
        EFFECTIVE_WIDTH * ((q.p95 - q.p05) as f64 / DAY as f64).max(1.0 / 144.0)
    };
    let begun = SHOCKS_A_YEAR / 2.0 * width(onset) / 365.25;
    let ended = end.map_or(1.0, |q| {
        let days = window.days().max(SHORTEST_DAYS);
        (width(q) / (days * log(LONGEST_DAYS / SHORTEST_DAYS))).min(1.0)
    });
    let ln_odds = log(begun * ended) + answer.log10_bayes_factor * core::f64::consts::LN_10;
    1.0 / (1.0 + libm::exp(-ln_odds))
}

fn serialize_moments<S: Serializer>(q: &Quantiles<Seconds>, s: S) -> Result<S::Ok, S::Error> {
    q.map(Timestamp).serialize(s)
}

fn serialize_moments_if_any<S: Serializer>(
    q: &Option<Quantiles<Seconds>>,
    s: S,
) -> Result<S::Ok, S::Error> {
    q.map(|q| q.map(Timestamp)).serialize(s)
}

fn serialize_moment_if_any<S: Serializer>(t: &Option<Seconds>, s: S) -> Result<S::Ok, S::Error> {
    t.map(Timestamp).serialize(s)
}
