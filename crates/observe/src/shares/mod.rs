//! The second witness: a pool's own hashrate, as it reported it over time.
//!
//! A pool counts shares, some 10⁴ times as many as blocks, so its reports are far sharper than block
//! times, but of that pool alone. The noise is measured from the series itself: with d the difference of
//! ln hashrate between reports a gap g apart,
//!
//! ```text
//! Var d = 2ν + q² g        ν: noise of one report     q²: the level's own walk
//! ```
//!
//! both from medians, of neighbours and of reports eight apart, so that a shock does not inflate them.
//! Reports in round numbers hide noise below their last digit, so √ν is at least half the smallest
//! difference between two values. A level is the mean of the reports in its segment; its error is that
//! of a mean of a few readings of a walk against the walk's time average. What the pool would have done
//! anyway between two segments (its *wander*) is larger, and is kept apart:
//! the interval of a loss is about what was reported, the fusion adds the wander.
//!
//! A shock is a step down, perhaps with a step back: the split of the reports around the window into
//! before, during and after with the least squared error, transitional reports left out at a price.
//! It counts when it exceeds four times the wander.

mod noise;
mod series;
mod step;

pub use noise::Noise;
pub use series::{ReportsError, Series, parse_reports};

use libm::{exp, log};

use hashquake_base::units::{Bracket, DAY, Quantiles, Seconds, Span};
use step::Split;

/// Reports that are looked at around a window, at most: of more, every second or third or …
const REPORTS_MAX: usize = 4_000;
/// Days on each side of the window from which the noise is measured.
const NOISE_DAYS: Seconds = 10;

/// What a pool's series says of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolLoss {
    /// Mean of the reports before, EH/s.
    pub before_ehs: f64,
    /// Mean of the reports during.
    pub during_ehs: f64,
    /// Mean of the reports after the step back.
    pub after_ehs: Option<f64>,
    /// Reports in `during`.
    pub reports_during: usize,
    /// ln(during/before).
    pub ln_change: f64,
    /// Its error as a change of reported levels.
    pub ln_change_sd: f64,
    /// What the pool's own walk would have done between the two segments, one sigma.
    pub ln_wander_sd: f64,
    /// Between which reports it began; `None` without a step.
    pub onset: Option<Bracket>,
    /// Between which reports it ended; `None` without a step, or while it had not ended.
    pub end: Option<Bracket>,
    /// The measured noise.
    pub noise: Noise,
}

impl PoolLoss {
    /// Quantiles of the loss, a fraction of the level before.
    pub fn loss(&self) -> Quantiles {
        let at = |z: f64| 1.0 - exp(self.ln_change - z * self.ln_change_sd);
        Quantiles {
            p05: at(-1.6449),
            p50: at(0.0),
            p95: at(1.6449),
        }
    }

    /// Mean and sd of the loss for the fusion: the error of the levels and the pool's wander.
    pub fn mean_sd(&self) -> (f64, f64) {
        let variance =
            self.ln_wander_sd * self.ln_wander_sd + self.ln_change_sd * self.ln_change_sd;
        let kept = exp(self.ln_change);
        (1.0 - kept, kept * variance.sqrt())
    }
}

/// Analyses a series around `window`, from reports known by `as_of`; `None` when there are too few.
pub fn analyse(series: &Series, window: Span, as_of: Seconds) -> Option<PoolLoss> {
    let stretch = Span {
        start: window.start - NOISE_DAYS * DAY,
        end: (window.end + NOISE_DAYS * DAY).min(as_of + 1),
    };
    let known = series.within(stretch).thinned(REPORTS_MAX);
    let noise = Noise::measure(&known)?;
    let near = Span {
        start: window.start - DAY,
        end: window.end + DAY,
    };
    let split = Split::best(&known, &noise, near, window);
    split
        .and_then(|split| split.loss(&known, &noise))
        .or_else(|| over_window(&known, &noise, window))
}

/// Without a step: the reports inside the window against those of the 24 h before it.
fn over_window(series: &Series, noise: &Noise, window: Span) -> Option<PoolLoss> {
    let before = series.places(window.start - DAY, window.start - 1);
    let during = series.places(window.start, window.end - 1);
    if before.is_empty() || during.is_empty() {
        return None;
    }
    Some(levels(series, noise, before, during))
}

fn levels(
    series: &Series,
    noise: &Noise,
    before: std::ops::Range<usize>,
    during: std::ops::Range<usize>,
) -> PoolLoss {
    let mean =
        |r: &std::ops::Range<usize>| series.ehs[r.clone()].iter().sum::<f64>() / r.len() as f64;
    let last_before = series.times[before.end - 1];
    let day = Span {
        start: last_before - DAY,
        end: last_before,
    };
    let between = Span {
        start: series.times[during.start],
        end: series.times[during.end - 1],
    };
    let (a, b) = (&series.times[before.clone()], &series.times[during.clone()]);
    let variance = noise.mean_error(a, day) + noise.mean_error(b, between);
    let (before_ehs, during_ehs) = (mean(&before), mean(&during));
    PoolLoss {
        before_ehs,
        during_ehs,
        after_ehs: None,
        reports_during: during.len(),
        ln_change: log(during_ehs / before_ehs),
        ln_change_sd: variance.sqrt(),
        ln_wander_sd: noise.wander(a, b).sqrt(),
        onset: None,
        end: None,
        noise: *noise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::rng::{Purpose, stream};
    use hashquake_base::stats::draw::normal;

    /// A walk that is known: the measured noise is that, and a series without a shock shows no step.
    #[test]
    fn noise_is_measured_and_calm_series_show_no_step() {
        let mut rng = stream(5, 0, Purpose::FusionCases);
        let (walk, report) = (0.003, 0.001);
        let window = Span {
            start: 20 * DAY,
            end: 22 * DAY,
        };
        let (mut steps, mut walks) = (0, 0.0);
        for _ in 0..200 {
            let (mut level, mut t) = (log(10.0), 0);
            let mut reports = Vec::new();
            while t < 40 * DAY {
                let gap = 1_200 + (normal(&mut rng).abs() * 12_000.0) as Seconds;
                t += gap;
                level += walk * (gap as f64 / 3_600.0).sqrt() * normal(&mut rng);
                reports.push((t, exp(level + report * normal(&mut rng))));
            }
            let found = analyse(&Series::clean("x".into(), reports), window, 40 * DAY).unwrap();
            steps += usize::from(found.onset.is_some());
            walks += (found.noise.walk_variance * 3_600.0).sqrt() / 200.0;
        }
        assert!((walks / walk - 1.0).abs() < 0.1, "walk {walks}");
        assert!(steps <= 2, "{steps} steps in 200 calm series");
    }

    /// Reports rounded to a tenth of 10 EH/s are mostly the same number: their noise is that of the
    /// rounding, not nil, and a hundredth of a percent is no step.
    #[test]
    fn round_numbers_are_not_noiseless() {
        let mut rng = stream(6, 0, Purpose::FusionCases);
        let window = Span {
            start: 20 * DAY,
            end: 22 * DAY,
        };
        let mut calm = |level: f64| {
            let reports = (0..960).map(|i| {
                let ehs = level * exp(0.003 * normal(&mut rng));
                (i * 3_600, (10.0 * ehs).round() / 10.0)
            });
            Series::clean("x".into(), reports.collect())
        };
        for series in [calm(10.0), calm(10.04), calm(10.04)] {
            let found = analyse(&series, window, 40 * DAY).unwrap();
            assert_eq!(found.onset, None);
            assert!(found.noise.report_variance.sqrt() > 0.002, "{found:?}");
        }
        let same = (0..960).map(|i| (i * 3_600, 0.1)).collect();
        let found = analyse(&Series::clean("x".into(), same), window, 40 * DAY).unwrap();
        assert_eq!(found.onset, None);
    }

    /// Hourly reports with 0.4 % of white noise and a drop of a tenth for two days: the noise is not taken
    /// for a walk, and the step is found.
    #[test]
    fn a_regular_series_shows_its_step() {
        let mut rng = stream(7, 0, Purpose::FusionCases);
        let window = Span {
            start: 20 * DAY,
            end: 22 * DAY,
        };
        let reports = (0..960).map(|i| {
            let t = i * 3_600;
            let level: f64 = if window.contains(t) { 9.0 } else { 10.0 };
            (t, level * exp(0.004 * normal(&mut rng)))
        });
        let found = analyse(
            &Series::clean("x".into(), reports.collect()),
            window,
            40 * DAY,
        )
        .unwrap();
        assert!(found.onset.is_some() && found.end.is_some(), "{found:?}");
        assert!((found.loss().p50 - 0.1).abs() < 0.003, "{found:?}");
        assert!(
            (found.noise.report_variance.sqrt() - 0.004).abs() < 0.001,
            "{found:?}"
        );
    }

    #[test]
    fn bad_tables_are_refused_with_their_line() {
        let text = "time,pool,hashrate_ehs\n1641368874,a,1\nyesterday,a,1\n";
        let e = parse_reports(text.as_bytes()).unwrap_err().to_string();
        assert!(e.starts_with("line 3") && e.contains("yesterday"), "{e}");
        for row in ["1641368874,a,1e300", "1641368874,,1"] {
            let text = format!("time,pool,hashrate_ehs\n{row}\n");
            let e = parse_reports(text.as_bytes()).unwrap_err().to_string();
            assert!(e.starts_with("line 2"), "{e}");
        }
        let e = parse_reports(b"time,pool\n1,a\n").unwrap_err().to_string();
        assert!(e.contains("hashrate_ehs"), "{e}");
    }
}
