//! What stands around the answer: daily counts, the next retarget, the curves of the figures.

use super::context::AnalysisContext;
use super::context::DAYS_AROUND;
use crate::explanation::{BandPoint, Day, FigureData, NextRetarget, PoolShare};
use hashquake_base::stats::bisect::bisect;
use hashquake_base::stats::special::beta_quantile;
use hashquake_base::units::{DAY, Quantiles, Span};
use hashquake_observe::band::{Kind, Point, band};
use hashquake_observe::daily;
use hashquake_observe::fuse::FusedAnswer;
use hashquake_observe::loss::{Counts, DRIFT_SD, LossAnswer, headline, loss_grid};
use hashquake_observe::retarget;

/// The longest loss that is tried when asking how long block times would need, days.
pub(super) const DAYS_TRIED: f64 = 60.0;
/// The band is drawn at one block in so many.
const BAND_STEP: usize = 12;

impl AnalysisContext<'_> {
    pub(super) fn daily(&self) -> Vec<Day> {
        let span = Span {
            start: self.window.start - DAYS_AROUND * DAY,
            end: self.q.window.end + DAYS_AROUND * DAY,
        };
        let mut before: Option<f64> = None;
        let row = |d: daily::Day| {
            let ehs = d.hashrate.ehs();
            let last = before.filter(|ehs| *ehs > 0.0);
            before = (!d.partial).then_some(ehs);
            Day {
                start: d.start,
                blocks: d.blocks,
                hashrate_ehs: d.hashrate,
                sigma_ehs: d.sigma,
                change_percent: last.map(|last| 100.0 * (ehs / last - 1.0)),
                partial: d.partial,
            }
        };
        daily::daily(&self.blocks, span, self.observed)
            .into_iter()
            .map(row)
            .collect()
    }

    pub(super) fn next_retarget(&self) -> Option<NextRetarget> {
        let seen_at = self.window.end;
        let r = retarget::forecast(&self.chain, seen_at)?;
        Some(NextRetarget {
            height: r.height,
            seen_at,
            blocks_so_far: r.blocks_so_far,
            change_percent: r.change_percent,
            date: r.date,
        })
    }

    pub(super) fn figures(&self, fused: Option<&FusedAnswer>) -> FigureData {
        let density = |a: &LossAnswer| a.posterior.density().iter().map(|d| d / 100.0).collect();
        let alone = headline(&self.chain, self.window, self.counted);
        FigureData {
            band: self.band(),
            loss_percent: loss_grid().points().map(|x| 100.0 * x).collect(),
            blocks_density: alone
                .filter(|_| !self.q.without.blocks)
                .as_ref()
                .map_or(Vec::new(), density),
            fused_density: fused.map_or(Vec::new(), |f| density(&f.loss)),
            pool_shares: self.pool_shares(),
        }
    }

    pub(super) fn band(&self) -> Vec<BandPoint> {
        let around = Span {
            start: self.window.start - DAYS_AROUND * DAY,
            end: (self.q.window.end + DAYS_AROUND * DAY).min(self.observed.end),
        };
        if self.q.without.blocks {
            return Vec::new();
        }
        let point = |p: &Point| BandPoint {
            time: p.time,
            hashrate_ehs: p.hashrate_ehs,
        };
        band(&self.chain, around, Kind::Smoothed)
            .iter()
            .step_by(BAND_STEP)
            .map(point)
            .collect()
    }

    pub(super) fn pool_shares(&self) -> Vec<PoolShare> {
        if self.blocks.pools().is_none() {
            return Vec::new();
        }
        let (before, during) = (&self.pools.before, &self.pools.during);
        let interval = |n: u64, all: &[u64]| {
            let total: u64 = all.iter().sum();
            let at = |p| 100.0 * beta_quantile(n as f64 + 1.0, (total - n) as f64 + 1.0, p);
            Quantiles {
                p05: at(0.05),
                p50: at(0.5),
                p95: at(0.95),
            }
        };
        let mut order: Vec<usize> = (0..before.len()).filter(|&i| before[i] > 0).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(before[i]), i));
        let row = |&i: &usize| PoolShare {
            pool: self.pools.names[i].clone(),
            before_blocks: before[i],
            during_blocks: during[i],
            before_percent: interval(before[i], before),
            during_percent: interval(during[i], during),
        };
        order.iter().take(10).map(row).collect()
    }

    /// Days that a loss of `size` would have to last before block times alone reach odds of ten to one, if
    /// blocks came exactly as expected.
    pub(super) fn days_to_show(&self, size: f64) -> Option<f64> {
        let counts = self.counts(self.window, 10, 10);
        let rate = counts.comparison.blocks as f64 / counts.comparison.exposure;
        let day = counts.window.exposure / self.window.days();
        let shown = |days: f64| {
            let sides = if days <= 7.0 { 20.0 } else { 56.0 };
            let count = |days: f64, kept: f64| hashquake_observe::clean::Count {
                blocks: (rate * day * days * kept).round() as u64,
                exposure: day * days,
            };
            let expected = Counts {
                comparison: count(sides, 1.0),
                window: count(days, 1.0 - size),
            };
            expected
                .answer(DRIFT_SD)
                .is_some_and(|a| a.log10_bayes_factor >= 1.0)
        };
        if !shown(DAYS_TRIED) {
            return None;
        }
        let (_, enough) = bisect(0.0, DAYS_TRIED, 0.125, |days| !shown(days));
        Some(enough)
    }
}
