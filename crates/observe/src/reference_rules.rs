//! The reference rules: those by which the field publishes a hashrate.
//!
//! Each is a value with two faces. As a point it is what its users see, on raw header times where they
//! use those. As a posterior it is the best that can be made of the same blocks, a Gamma distribution: n
//! exponential intervals with sum b (in units of work) under the improper prior 1/H leave
//! H ~ Gamma(n, b), so that a rule is never beaten for its lack of an interval.
//!
//! | name | point |
//! |---|---|
//! | MA24h, MA3d, MA7d, MA14d | work of the blocks in the last so many days / that time |
//! | Core120, Core1008 | `getnetworkhashps`: (chainwork(h) − chainwork(h−L)) / (max t − min t) over the L+1 header times |
//! | Lopp1100 | the same over 1100 trailing blocks |
//! | Daily | work of the blocks of the last whole UTC day / 86,400 s |

use libm::{lgamma, log, log1p};
use serde::{Serialize, Serializer};

use crate::clean::Cleaned;
use hashquake_base::stats::special::{beta_cdf, gamma_cdf, gamma_quantile};
use hashquake_base::units::{DAY, Hashrate, Quantiles, Seconds, Span};
use hashquake_chain::blocks::Blocks;

/// A published rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceRule {
    /// Average over the last so many days.
    Days(u16),
    /// Bitcoin Core's `getnetworkhashps` over so many blocks.
    Core(u16),
    /// Jameson Lopp's choice among trailing windows: 1100 blocks.
    Lopp1100,
    /// Blocks of the last whole UTC day.
    Daily,
}

impl ReferenceRule {
    /// All of them, as published.
    pub const ALL: [Self; 8] = [
        Self::Days(1),
        Self::Days(3),
        Self::Days(7),
        Self::Days(14),
        Self::Core(120),
        Self::Core(1008),
        Self::Lopp1100,
        Self::Daily,
    ];

    /// The name in tables.
    pub fn name(self) -> String {
        match self {
            Self::Days(1) => "MA24h".to_string(),
            Self::Days(days) => format!("MA{days}d"),
            Self::Core(blocks) => format!("Core{blocks}"),
            Self::Lopp1100 => "Lopp1100".to_string(),
            Self::Daily => "Daily".to_string(),
        }
    }

    /// What the rule's users see once block `i` (a position) is known; `None` while blocks are missing.
    pub fn point(self, record: &Record, i: usize) -> Option<Hashrate> {
        match self {
            Self::Days(days) => {
                let seconds = Seconds::from(days) * DAY;
                let t = record.cleaned.times()[i];
                if t - record.cleaned.times()[0] < seconds {
                    return None;
                }
                let first = record.cleaned.first_at(t - seconds + 1);
                Some(Hashrate::from_ehs(
                    record.work_of(first, i + 1) / seconds as f64,
                ))
            }
            Self::Core(blocks) => record.core(i, usize::from(blocks)),
            Self::Lopp1100 => record.core(i, 1100),
            Self::Daily => {
                let day = record.last_whole_day(i)?;
                let work = record.header_work_in(day, i);
                Some(Hashrate::from_ehs(work / DAY as f64))
            }
        }
    }

    /// The posterior of the hashrate once block `i` (a position) is known; `None` while blocks are
    /// missing.
    pub fn posterior(self, record: &Record, i: usize) -> Option<Gamma> {
        match self {
            Self::Daily => {
                let count = record.cleaned.count(record.last_whole_day(i)?);
                (count.blocks > 0).then_some(Gamma {
                    shape: count.blocks as f64,
                    rate: count.exposure,
                })
            }
            _ => self.trailing(&record.trail, i),
        }
    }

    /// The posterior of a rule that looks back from a block; `None` for the daily count, which looks at
    /// the calendar, and while blocks are missing.
    pub fn trailing(self, trail: &Trail, i: usize) -> Option<Gamma> {
        match self {
            Self::Days(days) => trail.last_seconds(i, f64::from(days) * DAY as f64),
            Self::Core(blocks) => trail.last_blocks(i, usize::from(blocks)),
            Self::Lopp1100 => trail.last_blocks(i, 1100),
            Self::Daily => None,
        }
    }
}

impl Serialize for ReferenceRule {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.name())
    }
}

/// H ~ Gamma(shape, rate): density ∝ H^(shape−1) e^(−rate·H). EH/s for a rate in s/EH.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    /// Number of intervals.
    pub shape: f64,
    /// Their sum in units of work.
    pub rate: f64,
}

impl Gamma {
    /// ln density of the next interval: Lomax, a bᵃ / (b + y)^(a+1).
    pub fn ln_next(&self, y: f64) -> f64 {
        log(self.shape / self.rate) - (self.shape + 1.0) * log1p(y / self.rate)
    }

    /// P(the next interval ≤ `y`) = 1 − (1 + y/b)^−a.
    pub fn next_cdf(&self, y: f64) -> f64 {
        -libm::expm1(-self.shape * log1p(y / self.rate))
    }

    /// ln density of the sum of the next `m` intervals: bᵃ s^(m−1) / (B(a, m) (b + s)^(a+m)).
    pub fn ln_next_sum(&self, m: usize, sum: f64) -> f64 {
        let (a, b, m) = (self.shape, self.rate, m as f64);
        let ln_beta = lgamma(a) + lgamma(m) - lgamma(a + m);
        let ratio = sum / b;
        (m - 1.0) * log(ratio) - (a + m) * log1p(ratio) - ln_beta - log(b)
    }

    /// P(the sum of the next `m` intervals ≤ `sum`).
    pub fn next_sum_cdf(&self, m: usize, sum: f64) -> f64 {
        beta_cdf(m as f64, self.shape, sum / (self.rate + sum))
    }

    /// P(H ≤ `hashrate`).
    pub fn cdf(&self, hashrate: f64) -> f64 {
        gamma_cdf(self.shape, self.rate * hashrate)
    }

    /// 5, 50 and 95 %.
    pub fn quantiles(&self) -> Quantiles {
        let at = |p| gamma_quantile(self.shape, p) / self.rate;
        Quantiles {
            p05: at(0.05),
            p50: at(0.5),
            p95: at(0.95),
        }
    }
}

/// Block times and the sums of intervals up to each: what a trailing rule needs.
#[derive(Clone, Debug)]
pub struct Trail {
    times: Vec<f64>,
    sums: Vec<f64>,
}

impl Trail {
    /// From the times of n + 1 blocks, in order, and the n intervals between them in units of work.
    pub fn new(times: Vec<f64>, intervals: &[f64]) -> Self {
        assert_eq!(times.len(), intervals.len() + 1, "intervals lie between");
        let mut sum = 0.0;
        let sums = core::iter::once(0.0).chain(intervals.iter().map(|y| {
            sum += y;
            sum
        }));
        Self {
            sums: sums.collect(),
            times,
        }
    }

    /// Sum of the intervals from block `from` to block `to`.
    pub fn sum(&self, from: usize, to: usize) -> f64 {
        self.sums[to] - self.sums[from]
    }

    fn last_blocks(&self, i: usize, blocks: usize) -> Option<Gamma> {
        let from = i.checked_sub(blocks)?;
        Some(Gamma {
            shape: blocks as f64,
            rate: self.sum(from, i),
        })
    }

    /// Intervals that lie within the last `seconds`, at least one.
    fn last_seconds(&self, i: usize, seconds: f64) -> Option<Gamma> {
        let start = self.times[i] - seconds;
        if i == 0 || self.times[0] > start {
            return None;
        }
        let from = self.times[..i].partition_point(|&t| t < start).min(i - 1);
        self.last_blocks(i, i - from)
    }
}

/// A chain as the rules see it: raw and cleaned times, sums of work and of intervals.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    blocks: &'a Blocks,
    cleaned: &'a Cleaned,
    trail: Trail,
    work_sums: Vec<f64>,
}

impl<'a> Record<'a> {
    /// Of `blocks` and their cleaned times.
    pub fn new(blocks: &'a Blocks, cleaned: &'a Cleaned) -> Self {
        let mut sum = 0.0;
        let work_sums = core::iter::once(0.0).chain(cleaned.work_eh().iter().map(|w| {
            sum += w;
            sum
        }));
        let times = cleaned.times().iter().map(|&t| t as f64).collect();
        let intervals = if cleaned.is_empty() {
            Vec::new()
        } else {
            cleaned.intervals()
        };
        Self {
            blocks,
            cleaned,
            trail: Trail::new(times, &intervals),
            work_sums: work_sums.collect(),
        }
    }

    /// Times and sums of intervals.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Expected work of block `i` (a position), EH.
    pub fn work_eh(&self, i: usize) -> f64 {
        self.cleaned.work_eh()[i]
    }

    /// Work of the blocks `from..to`, EH.
    fn work_of(&self, from: usize, to: usize) -> f64 {
        self.work_sums[to] - self.work_sums[from]
    }

    fn core(&self, i: usize, blocks: usize) -> Option<Hashrate> {
        let from = i.checked_sub(blocks)?;
        let times = &self.blocks.times()[from..=i];
        let seconds = times.iter().max()? - times.iter().min()?;
        let work = self.work_of(from + 1, i + 1);
        (seconds > 0).then(|| Hashrate::from_ehs(work / f64::from(seconds)))
    }

    /// The last UTC day that ended at or before block `i`, when the chain holds all of it.
    fn last_whole_day(&self, i: usize) -> Option<Span> {
        let end = self.cleaned.times()[i].div_euclid(DAY) * DAY;
        let start = end - DAY;
        (self.cleaned.times()[0] <= start).then_some(Span { start, end })
    }

    /// Work of the blocks up to `i` whose header times lie in `span`. Header times may run ahead of
    /// cleaned ones by two hours, so the search is a little wider than the span.
    fn header_work_in(&self, span: Span, i: usize) -> f64 {
        let from = self.cleaned.first_at(span.start - DAY / 4);
        let to = self.cleaned.first_at(span.end + DAY / 4).min(i + 1);
        (from..to)
            .filter(|&k| span.contains(Seconds::from(self.blocks.times()[k])))
            .map(|k| self.cleaned.work_eh()[k])
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::{Moment, rfc3339};
    use hashquake_chain::history;

    fn at(text: &str) -> Seconds {
        Moment::parse(text).unwrap().start()
    }

    /// The press's figures: 205 and 177.33 EH/s for the counts of 3 and 4 January 2022's days before,
    /// 156.5 on 24 December 2022, 414.8 and 454.8 in January 2024.
    #[test]
    fn the_daily_count_is_the_number_in_the_newspapers() {
        let blocks = &history::embedded().blocks;
        let cleaned = Cleaned::new(blocks);
        let record = Record::new(blocks, &cleaned);
        for (day_after, want_ehs) in [
            ("2022-01-05T12:00:00Z", 177.33),
            ("2022-12-25T12:00:00Z", 156.5),
            ("2024-01-16T12:00:00Z", 414.8),
            ("2024-01-17T12:00:00Z", 454.8),
        ] {
            let i = cleaned.first_at(at(day_after));
            let got = ReferenceRule::Daily.point(&record, i).unwrap().ehs();
            assert!((got / want_ehs - 1.0).abs() < 1e-3, "{day_after}: {got}");
        }
    }

    /// `getnetworkhashps` reads the extremes of the header times, not the last and the first.
    #[test]
    fn cores_rule_takes_the_extremes_of_the_times() {
        let bits = hashquake_chain::target::CompactTarget::from_consensus(0x1d00_ffff);
        let times = vec![0, 600, 1300, 1200];
        let blocks = Blocks::new(0, times, vec![bits; 4], None);
        let cleaned = Cleaned::new(&blocks);
        let record = Record::new(&blocks, &cleaned);
        let got = ReferenceRule::Core(3).point(&record, 3).unwrap().ehs();
        let work_eh = 4_295_032_833.0 / 1e18;
        assert!((got / (3.0 * work_eh / 1300.0) - 1.0).abs() < 1e-12);
        assert!(ReferenceRule::Core(4).point(&record, 3).is_none());
        assert!(ReferenceRule::Days(1).posterior(&record, 3).is_none());
    }

    #[test]
    fn all_rules_agree_on_the_same_calm_month() {
        let blocks = &history::embedded().blocks;
        let cleaned = Cleaned::new(blocks);
        let record = Record::new(blocks, &cleaned);
        let i = cleaned.first_at(at("2023-03-01"));
        for rule in ReferenceRule::ALL {
            let point = rule.point(&record, i).unwrap().ehs();
            let band = rule.posterior(&record, i).unwrap().quantiles();
            let t = rfc3339(cleaned.times()[i]);
            assert!((250.0..400.0).contains(&point), "{}: {point}", rule.name());
            assert!(
                band.p05 * 0.98 < point && point < band.p95 * 1.02,
                "{} at {t}",
                rule.name()
            );
        }
    }

    /// One interval is the case m = 1 of many; the distribution function is the density's integral.
    #[test]
    fn the_compound_law_is_consistent_with_itself() {
        let posterior = Gamma {
            shape: 20.0,
            rate: 4.0,
        };
        for s in [0.01, 0.2, 1.5] {
            assert!((posterior.ln_next(s) - posterior.ln_next_sum(1, s)).abs() < 1e-10);
            assert!((posterior.next_cdf(s) - posterior.next_sum_cdf(1, s)).abs() < 1e-10);
        }
        let (low, high, n) = (1.0, 2.0, 2000);
        let width = (high - low) / f64::from(n);
        let integral: f64 = (0..n)
            .map(|k| libm::exp(posterior.ln_next_sum(7, low + (f64::from(k) + 0.5) * width)))
            .sum::<f64>()
            * width;
        let want = posterior.next_sum_cdf(7, high) - posterior.next_sum_cdf(7, low);
        assert!((integral - want).abs() < 1e-6);
    }
}
