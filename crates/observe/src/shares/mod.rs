//! A pool's own hashrate, as it reported it over time.
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

mod loss;
mod noise;
mod series;
mod step;

pub use loss::PoolLoss;
pub use noise::Noise;
pub use series::{REPORT_COLUMNS, Series, parse_reports};

use hashquake_base::units::{DAY, Seconds, Span};
use loss::levels;
use step::Split;

/// Reports that are looked at around a window, at most: of more, every second or third or …
const REPORTS_MAX: usize = 4_000;
/// Days on each side of the window from which the noise is measured.
const NOISE_DAYS: Seconds = 10;

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

#[cfg(test)]
mod tests {
    use super::*;
    use libm::{exp, log};

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
    /// rounding, not nil, and a hundredth of a percent is not a step.
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
        let e = parse_reports("s.csv", text.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(e.contains("line 3: ") && e.contains("yesterday"), "{e}");
        for row in ["1641368874,a,1e300", "1641368874,,1"] {
            let text = format!("time,pool,hashrate_ehs\n{row}\n");
            let e = parse_reports("s.csv", text.as_bytes())
                .unwrap_err()
                .to_string();
            assert!(e.contains("line 2: "), "{e}");
        }
        let e = parse_reports("s.csv", b"time,pool\n1,a\n")
            .unwrap_err()
            .to_string();
        assert!(e.contains("hashrate_ehs"), "{e}");
    }
}
