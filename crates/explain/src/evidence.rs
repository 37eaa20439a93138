//! What each source of evidence says by itself.

use super::context::AnalysisContext;
use super::context::DAYS_AROUND;
use crate::explanation::{
    BlockChoice, BlockEvidence, BlockSensitivity, Report, ShareEvidence, ShareKind,
    TimelineEvidence,
};
use hashquake_base::stats::normal::normal_quantiles;
use hashquake_base::units::{DAY, HOUR, Quantiles, Seconds, Span};
use hashquake_observe::drifting;
use hashquake_observe::fuse::{PRESS_SD, ZERO_EXPOSURE_SD};
use hashquake_observe::loss::{DRIFT_SD, LossAnswer, comparison_days, headline};

impl AnalysisContext<'_> {
    pub(super) fn block_evidence(&self) -> Option<BlockEvidence> {
        let days = comparison_days(self.window);
        let counts = self.counts(self.window, days, days);
        let rate = counts.comparison.blocks as f64 / counts.comparison.exposure;
        let answer = headline(&self.chain, self.window, self.counted)?;
        Some(BlockEvidence {
            blocks: counts.window.blocks,
            expected_blocks: rate * counts.window.exposure,
            loss_percent: in_percent(&answer),
            log10_bayes_factor: answer.log10_bayes_factor,
            sensitivity: self.block_sensitivity(days),
        })
    }

    pub(super) fn block_sensitivity(&self, days: Seconds) -> Vec<BlockSensitivity> {
        let mut rows = Vec::new();
        let mut add = |change: BlockChoice, answer: Option<LossAnswer>| {
            if let Some(a) = answer {
                let (loss_percent, log10_bayes_factor) = (in_percent(&a), a.log10_bayes_factor);
                rows.push(BlockSensitivity {
                    change,
                    loss_percent,
                    log10_bayes_factor,
                });
            }
        };
        for hours_later in [-12, 12] {
            let start = self.window.start + hours_later * HOUR;
            let moved = Span {
                start,
                end: self.window.end,
            };
            if moved.seconds() > 0 {
                let answer = self.counts(moved, days, days).answer(DRIFT_SD);
                add(BlockChoice::WindowStart { hours_later }, answer);
            }
        }
        let held_before = self.window.start - self.counted.start >= DAY;
        let held_after = self.counted.end - self.window.end >= DAY;
        for d in [4, 10, 28] {
            let sides = [(held_before, d, 0), (held_after, 0, d), (true, d, d)];
            for (_, days_before, days_after) in sides.into_iter().filter(|side| side.0) {
                let counts = self.counts(self.window, days_before, days_after);
                let change = BlockChoice::ComparisonWindow {
                    days_before,
                    days_after,
                };
                add(change, counts.answer(DRIFT_SD));
            }
        }
        let counts = self.counts(self.window, days, days);
        for percent in [1.0, 4.0] {
            let answer = counts.answer(percent / 100.0);
            add(BlockChoice::Drift { percent }, answer);
        }
        for percent_per_root_day in [0.6, 1.0, 1.5] {
            let walk = percent_per_root_day / 100.0;
            let answer = drifting::answer(&self.chain, self.window, walk, self.counted);
            add(
                BlockChoice::ComparisonLevelWalks {
                    percent_per_root_day,
                },
                answer,
            );
        }
        rows
    }

    pub(super) fn share_evidence(&self) -> Vec<ShareEvidence> {
        let total: u64 = self.pools.before.iter().sum();
        let part = |pool: &str| {
            let place = self.pools.place(pool)?;
            Some(100.0 * self.pools.before[place] as f64 / total as f64)
        };
        let mut out: Vec<ShareEvidence> = Vec::new();
        for t in &self.series_losses {
            let day_seconds = (DAY as f64).sqrt();
            out.push(ShareEvidence {
                pool: t.series.pool().to_string(),
                kind: ShareKind::Series,
                network_share_percent: part(t.series.pool()),
                before_ehs: Some(t.loss.before_ehs),
                during_ehs: Some(t.loss.during_ehs),
                after_ehs: t.loss.after_ehs,
                loss_percent: t.loss.loss().map(|x| 100.0 * x),
                onset: t.loss.onset,
                end: t.loss.end,
                reports_during: Some(t.loss.reports_during),
                step_noise_percent: Some(100.0 * t.loss.noise.step),
                wander_percent_per_day: Some(
                    100.0 * t.loss.noise.walk_variance.sqrt() * day_seconds,
                ),
                source: "the pool's own list of found blocks with its hashrate".to_string(),
                reports: Vec::new(),
            });
        }
        let printed = self
            .printed()
            .into_iter()
            .map(|(pool, loss, sd, source, kind)| {
                let loss_percent = normal_quantiles(loss, sd).map(|x| 100.0 * x);
                ShareEvidence {
                    network_share_percent: part(&pool),
                    pool,
                    kind,
                    before_ehs: None,
                    during_ehs: None,
                    after_ehs: None,
                    loss_percent,
                    onset: None,
                    end: None,
                    reports_during: None,
                    step_noise_percent: None,
                    wander_percent_per_day: None,
                    source,
                    reports: Vec::new(),
                }
            });
        out.extend(printed);
        out
    }

    pub(super) fn attach_reports(&self, evidence: &mut [ShareEvidence]) {
        let around = Span {
            start: self.window.start - DAYS_AROUND * DAY,
            end: (self.window.end + DAYS_AROUND * DAY).min(self.observed.end),
        };
        for (row, t) in evidence.iter_mut().zip(&self.series_losses) {
            let reports = t.series.within(around);
            row.reports = reports
                .reports()
                .map(|(time, hashrate_ehs)| Report { time, hashrate_ehs })
                .collect();
        }
    }

    /// Printed losses and documented absences: pool, loss, sd, source, kind.
    pub(super) fn printed(&self) -> Vec<(String, f64, f64, String, ShareKind)> {
        let Some(case) = self.case.as_ref().filter(|_| !self.q.without.press) else {
            return Vec::new();
        };
        let press = case.press.iter().map(|p| {
            let loss = p.loss_percent / 100.0;
            (
                p.pool.clone(),
                loss,
                PRESS_SD,
                p.source.clone(),
                ShareKind::Press,
            )
        });
        let absent = case.zero_exposure.iter().map(|z| {
            (
                z.pool.clone(),
                0.0,
                ZERO_EXPOSURE_SD,
                z.source.clone(),
                ShareKind::ZeroExposure,
            )
        });
        press.chain(absent).collect()
    }

    pub(super) fn timeline_evidence(&self) -> Vec<TimelineEvidence> {
        let Some(case) = self.case.as_ref().filter(|_| !self.q.without.timeline) else {
            return Vec::new();
        };
        let row = |s: &hashquake_world::atlas::Statement| TimelineEvidence {
            kind: s.kind,
            audience: s.audience.clone(),
            when: s.when,
            what: s.what.clone(),
            source: s.source.clone(),
        };
        case.timeline.iter().map(row).collect()
    }
}

/// The posterior of a loss as quantiles, percent of the network.
pub(super) fn in_percent(answer: &LossAnswer) -> Quantiles {
    answer.posterior.quantiles().map(|x| 100.0 * x)
}
