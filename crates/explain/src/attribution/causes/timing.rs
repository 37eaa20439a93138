//! When a cause may have acted: distributions of onset and end, as weighted cells.
//!
//! A cell is an interval of onsets, an interval of ends, and the time over which the loss builds up.
//! Block counts are taken at a cell's middles, pools' steps are averaged over the whole of it.
//!
//! *Any time* is the distribution of a cause without a date: the onset uniform over the window and a margin on both
//! sides (5 d; half the window, at most 23 d, beyond 7 d), the length log-uniform from 6 h to 30 d. A dated
//! cause begins within its source's bracket and a lag (exponential; its mean is the cause's) after it, and
//! ends within the source's bracket where one is known.

use libm::{exp, log};

use hashquake_base::units::{Bracket, DAY, HOUR, Seconds, Span};
use hashquake_chain::blocks::EPOCH;
use hashquake_chain::subsidy::HALVING;
use hashquake_observe::clean::Cleaned;
use hashquake_observe::loss::{SHORT_WINDOW_DAYS, comparison_days};
use hashquake_world::case::{Statement, StatementKind};

/// Shortest and longest loss of a cause without a date.
const LENGTH_MIN: Seconds = 6 * HOUR;
const LENGTH_MAX: Seconds = 30 * DAY;
const LENGTH_CELLS: usize = 12;
/// Cells of onset within the margins and the window.
const ONSET_CELLS: usize = 60;
/// Days around a short window in which onsets are looked for.
const MARGIN_DAYS: Seconds = 5;
/// A bracket is cut into cells of about this many seconds, at most eight.
const BRACKET_CELL: f64 = 6.0 * HOUR as f64;
const BRACKET_CELLS_MAX: usize = 8;
/// Quantiles of an exponential between which a lag is taken.
const LAG_QUANTILES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 0.95];
/// Later than anything.
pub(super) const NEVER: f64 = f64::INFINITY;

/// An interval of onsets with one of ends, unix seconds, and its part of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Earliest and latest onset, unix seconds.
    pub onset: (f64, f64),
    /// End between; infinite when it does not end.
    pub end: (f64, f64),
    /// Seconds over which the loss builds up; nil for a step.
    pub builds_up: f64,
    /// Part of the distribution.
    pub weight: f64,
}

impl Cell {
    /// Middle of the onsets.
    pub fn begins(&self) -> f64 {
        0.5 * (self.onset.0 + self.onset.1)
    }

    /// Middle of the ends.
    pub fn ends(&self) -> f64 {
        0.5 * (self.end.0 + self.end.1)
    }
}

/// Where onsets are looked for around a window, as far as `observed`.
pub fn onsets(window: Span, observed: Span) -> Span {
    let most = comparison_days(window) - MARGIN_DAYS;
    let margin = if window.days() <= SHORT_WINDOW_DAYS {
        MARGIN_DAYS * DAY
    } else {
        (window.seconds() / 2).min(most * DAY)
    };
    Span {
        start: (window.start - margin).max(observed.start),
        end: (window.end + margin).min(observed.end),
    }
}

/// Any time within `onsets`, for 6 h to 30 d.
pub fn any_time(onsets: Span) -> Vec<Cell> {
    begins_within(onsets)
        .into_iter()
        .flat_map(|onset| lengths(onset, 1.0 / ONSET_CELLS as f64))
        .collect()
}

/// Any time within `onsets`, for good.
pub fn any_time_for_good(onsets: Span) -> Vec<Cell> {
    begins_within(onsets)
        .into_iter()
        .map(|onset| for_good(onset, 1.0 / ONSET_CELLS as f64))
        .collect()
}

/// Onsets as in `distribution`, the loss building up over one to six weeks and staying.
pub fn gradual(distribution: &[Cell]) -> Vec<Cell> {
    let weeks = [1.0, 2.4, 6.0];
    let slow = |cell: &Cell| {
        let cell = *cell;
        weeks.map(|w| Cell {
            end: (NEVER, NEVER),
            builds_up: w * 7.0 * DAY as f64,
            weight: cell.weight / weeks.len() as f64,
            ..cell
        })
    };
    distribution.iter().flat_map(slow).collect()
}

fn begins_within(onsets: Span) -> Vec<(f64, f64)> {
    parts((onsets.start as f64, onsets.end as f64), ONSET_CELLS)
}

fn parts((from, to): (f64, f64), n: usize) -> Vec<(f64, f64)> {
    let at = |i: usize| from + (to - from) * i as f64 / n as f64;
    (0..n).map(|i| (at(i), at(i + 1))).collect()
}

fn lengths(onset: (f64, f64), weight: f64) -> Vec<Cell> {
    let middle = 0.5 * (onset.0 + onset.1);
    let (low, high) = (log(LENGTH_MIN as f64), log(LENGTH_MAX as f64));
    let cell = |(from, to): (f64, f64)| Cell {
        onset,
        end: (middle + exp(from), middle + exp(to)),
        builds_up: 0.0,
        weight: weight / LENGTH_CELLS as f64,
    };
    parts((low, high), LENGTH_CELLS)
        .into_iter()
        .map(cell)
        .collect()
}

fn for_good(onset: (f64, f64), weight: f64) -> Cell {
    Cell {
        onset,
        end: (NEVER, NEVER),
        builds_up: 0.0,
        weight,
    }
}

/// How long a dated cause lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lasts {
    /// As long as any.
    Any,
    /// To an end within a bracket.
    Until(Bracket),
    /// Beyond what is looked at.
    ForGood,
}

/// A dated occasion: when it began, how long it lasted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dated {
    /// Earliest and latest onset, unix seconds.
    pub onset: Bracket,
    /// How long the event lasts.
    pub lasts: Lasts,
}

impl Dated {
    /// Its distribution, when machines follow `lag` seconds behind on average.
    pub fn cells(&self, lag: f64) -> Vec<Cell> {
        let begins = after(self.onset, lag);
        let mut out = Vec::new();
        for (onset, weight) in begins {
            match self.lasts {
                Lasts::Any => out.extend(lengths(onset, weight)),
                Lasts::ForGood => out.push(for_good(onset, weight)),
                Lasts::Until(end) => {
                    let ends = bracket_cells(end);
                    let share = weight / ends.len() as f64;
                    out.extend(ends.into_iter().map(|end| Cell {
                        onset,
                        end,
                        builds_up: 0.0,
                        weight: share,
                    }));
                }
            }
        }
        out.retain(|c| c.ends() > c.begins());
        let total: f64 = out.iter().map(|c| c.weight).sum();
        out.iter_mut().for_each(|c| c.weight /= total);
        out
    }
}

fn bracket_cells(b: Bracket) -> Vec<(f64, f64)> {
    let (from, to) = (b.earliest as f64, b.latest as f64);
    let n = ((to - from) / BRACKET_CELL).ceil() as usize;
    parts((from, to), n.clamp(1, BRACKET_CELLS_MAX))
}

/// Cells of a bracket, each with its weight, moved by an exponential lag.
fn after(bracket: Bracket, lag: f64) -> Vec<((f64, f64), f64)> {
    let cells = bracket_cells(bracket);
    let share = 1.0 / cells.len() as f64;
    if lag == 0.0 {
        return cells.into_iter().map(|c| (c, share)).collect();
    }
    let quantile = |p: f64| -lag * libm::log1p(-p);
    let last = LAG_QUANTILES[LAG_QUANTILES.len() - 1];
    let moved = |(from, to): (f64, f64)| {
        LAG_QUANTILES.windows(2).map(move |q| {
            let onset = (from + quantile(q[0]), to + quantile(q[1]));
            (onset, share * (q[1] - q[0]) / last)
        })
    };
    cells.into_iter().flat_map(moved).collect()
}

/// What statements say of one event, audience by audience: a statement for nobody in particular is for
/// all. Notes count as onsets.
pub fn dated(statements: &[&Statement]) -> Vec<Dated> {
    let mut audiences: Vec<&str> = statements
        .iter()
        .filter_map(|s| s.audience.as_deref())
        .collect();
    audiences.sort_unstable();
    audiences.dedup();
    let whom: Vec<Option<&str>> = if audiences.is_empty() {
        vec![None]
    } else {
        audiences.into_iter().map(Some).collect()
    };
    let for_one = |audience: Option<&str>| {
        let heard = |end: bool| {
            hull(statements.iter().filter(|s| {
                let meant = s.audience.is_none() || s.audience.as_deref() == audience;
                meant && (s.kind == StatementKind::End) == end
            }))
        };
        let lasts = heard(true).map_or(Lasts::Any, Lasts::Until);
        heard(false).map(|onset| Dated { onset, lasts })
    };
    whom.into_iter().filter_map(for_one).collect()
}

fn hull<'s>(statements: impl Iterator<Item = &'s &'s Statement>) -> Option<Bracket> {
    statements.map(|s| s.when).reduce(|a, b| Bracket {
        earliest: a.earliest.min(b.earliest),
        latest: a.latest.max(b.latest),
    })
}

/// A moment from which mining pays less than before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rise {
    /// The first block under it.
    pub height: u32,
    /// When that block was found, unix seconds.
    pub at: Seconds,
    /// The next retarget after it; the end of what was seen while there was none.
    pub until: Seconds,
    /// By how much a hash of the same machine costs more of its revenue: 0.1 for a difficulty 10 % higher,
    /// 1 for a halving.
    pub by: f64,
}

/// Retargets that raised difficulty, and halvings, within `span`.
pub fn rises(chain: &Cleaned, span: Span) -> Vec<Rise> {
    let (from, to) = (chain.first_at(span.start), chain.first_at(span.end));
    let mut out = Vec::new();
    for i in from.max(1)..to {
        let height = chain.height(i);
        let harder = chain.work_eh()[i] / chain.work_eh()[i - 1] - 1.0;
        let by = if height.is_multiple_of(HALVING) {
            1.0
        } else if height.is_multiple_of(EPOCH) && harder > 0.0 {
            harder
        } else {
            continue;
        };
        let next = i + (EPOCH - height % EPOCH) as usize;
        let last = chain.times()[chain.len() - 1];
        out.push(Rise {
            height,
            at: chain.times()[i],
            until: chain.times().get(next).copied().unwrap_or(last),
            by,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(cells: &[Cell]) -> f64 {
        cells.iter().map(|c| c.weight).sum()
    }

    #[test]
    fn every_distribution_sums_to_one() {
        let span = Span {
            start: 0,
            end: 15 * DAY,
        };
        let bracket = Bracket {
            earliest: DAY,
            latest: 3 * DAY,
        };
        let dated = |lasts| Dated {
            onset: bracket,
            lasts,
        };
        for distribution in [
            any_time(span),
            any_time_for_good(span),
            gradual(&any_time_for_good(span)),
            dated(Lasts::Any).cells(0.0),
            dated(Lasts::ForGood).cells(DAY as f64),
            dated(Lasts::Until(bracket)).cells(0.0),
        ] {
            assert!(
                (total(&distribution) - 1.0).abs() < 1e-12,
                "{}",
                total(&distribution)
            );
            assert!(distribution.iter().all(|c| c.ends() > c.begins()));
        }
    }

    /// The lag's quantiles are those of an exponential: half of it within ln 2 of its mean.
    #[test]
    fn a_lag_is_exponential() {
        let distribution = Dated {
            onset: Bracket::point(0),
            lasts: Lasts::ForGood,
        }
        .cells(DAY as f64);
        let median = core::f64::consts::LN_2 * DAY as f64;
        let early = distribution.iter().filter(|c| c.onset.1 <= median + 1.0);
        assert!((early.map(|c| c.weight).sum::<f64>() - 0.5 / 0.95).abs() < 1e-12);
    }
}
