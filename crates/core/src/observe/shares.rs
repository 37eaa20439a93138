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
//! both from medians, of neighbours and of reports eight apart, so that a shock does not inflate them. Reports in round numbers hide noise below
//! their last digit, so √ν is at least half the smallest difference between two values. A level is the mean of the reports in its
//! segment; its error is that of a mean of a few readings of a walk against the walk's time average.
//! What the pool would have done anyway between two segments (its *wander*) is larger, and is kept apart:
//! the interval of a loss is about what was reported, the fusion adds the wander.
//!
//! A shock is a step down, perhaps with a step back: the split of the reports around the window into
//! before, during and after with the least squared error, transitional reports left out at a price.
//! It counts when it exceeds four times the wander.

use crate::units::{Bracket, DAY, Quantiles, Seconds, Span};
use libm::{exp, log};

/// A step must exceed the pool's own wander by this factor.
const STEP_SIGMAS: f64 = 4.0;
/// Price of leaving out a transitional report, in units of squared step noise: a three-sigma outlier.
const TRANSITION_PRICE: f64 = 9.0;
/// Transitional reports left out at each edge, at most.
const TRANSITIONS_MAX: usize = 2;
/// Reports between the steps, at least.
const DURING_MIN: usize = 2;
/// Reports so far apart tell the walk from the noise of one report.
const LAG_FAR: usize = 8;
/// Reports that are looked at around a window, at most: of more, every second or third or …
const REPORTS_MAX: usize = 4_000;
/// Differences needed to measure the noise.
const DIFFERENCES_MIN: usize = 8;
/// Days on each side of the window from which the noise is measured.
const NOISE_DAYS: Seconds = 10;
/// MAD to standard deviation of a normal.
const MAD_TO_SD: f64 = 1.4826;
/// Changes of a level (ln) below this are the arithmetic's.
const CHANGE_MIN: f64 = 1e-6;
/// Hashrates of a pool that can be meant, EH/s.
const EHS_MAX: f64 = 1e9;
const EHS_MIN: f64 = 1e-9;

/// A pool's reports, cleaned: in order, one a second, positive.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pool: String,
    times: Vec<Seconds>,
    ehs: Vec<f64>,
}

/// A table of reports that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportsError {
    /// A column is missing.
    #[error(
        "no column `{column}`; the first line must name time, pool and hashrate_ehs (it names {found})"
    )]
    Column {
        /// The missing column.
        column: &'static str,
        /// The columns that are there.
        found: String,
    },
    /// A line cannot be read.
    #[error("line {line}: {what}")]
    Line {
        /// Line number, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
}

/// Reads reports of any number of pools from CSV `time,pool,hashrate_ehs` (time in unix seconds or
/// RFC 3339), one [`Series`] a pool, pools in order of first appearance.
///
/// # Errors
/// [`ReportsError`], with the line.
pub fn parse_reports(text: &[u8]) -> Result<Vec<Series>, ReportsError> {
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let csv_error = |e: &csv::Error| ReportsError::Line {
        line: e.position().map_or(1, csv::Position::line),
        what: e.to_string(),
    };
    let headers = table.headers().map_err(|e| csv_error(&e))?.clone();
    let column = |column: &'static str| {
        headers
            .iter()
            .position(|h| h == column)
            .ok_or_else(|| ReportsError::Column {
                column,
                found: headers.iter().collect::<Vec<_>>().join(","),
            })
    };
    let (time_at, pool_at) = (column("time")?, column("pool")?);
    let ehs_at = column("hashrate_ehs")?;
    let mut rows: Vec<(String, Vec<(Seconds, f64)>)> = Vec::new();
    for row in table.records() {
        let row = row.map_err(|e| csv_error(&e))?;
        let line = row.position().map_or(0, csv::Position::line);
        let bad = |what: String| ReportsError::Line { line, what };
        let time = parse_time(&row[time_at]).map_err(bad)?;
        let ehs: f64 = row[ehs_at]
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
            .ok_or_else(|| bad(format!("hashrate_ehs `{}` is not a number", &row[ehs_at])))?;
        if ehs > 0.0 && !(EHS_MIN..=EHS_MAX).contains(&ehs) {
            return Err(bad(format!(
                "hashrate_ehs `{}` cannot be meant: a pool has between {EHS_MIN:e} and {EHS_MAX:e} EH/s",
                &row[ehs_at]
            )));
        }
        let pool = slug(&row[pool_at]);
        if pool.is_empty() {
            return Err(bad("the pool has no name".to_string()));
        }
        match rows.iter_mut().find(|(name, _)| *name == pool) {
            Some((_, reports)) => reports.push((time, ehs)),
            None => rows.push((pool, vec![(time, ehs)])),
        }
    }
    Ok(rows
        .into_iter()
        .map(|(pool, reports)| Series::clean(pool, reports))
        .collect())
}

/// A pool's name as the labels of blocks have it: lower case, letters and digits only.
fn slug(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn parse_time(text: &str) -> Result<Seconds, String> {
    if let Ok(t) = text.parse::<Seconds>() {
        return Ok(t);
    }
    match crate::units::Moment::parse(text) {
        Ok(crate::units::Moment::Instant(t)) => Ok(t),
        _ => Err(format!(
            "time `{text}` is neither unix seconds nor like 2022-01-05T10:45:00Z"
        )),
    }
}

impl Series {
    /// Sorts, drops reports that are not positive, and keeps the first of several in one second.
    pub fn clean(pool: String, mut reports: Vec<(Seconds, f64)>) -> Self {
        reports.retain(|(_, ehs)| *ehs > 0.0);
        reports.sort_by_key(|r| r.0);
        reports.dedup_by_key(|r| r.0);
        let (times, ehs) = reports.into_iter().unzip();
        Self { pool, times, ehs }
    }

    /// The pool's slug.
    pub fn pool(&self) -> &str {
        &self.pool
    }

    /// Reports as (time, EH/s), in order.
    pub fn reports(&self) -> impl Iterator<Item = (Seconds, f64)> + '_ {
        self.times.iter().copied().zip(self.ehs.iter().copied())
    }

    /// The reports within `span`.
    pub fn within(&self, span: Span) -> Self {
        let kept = self.reports().filter(|(t, _)| span.contains(*t)).collect();
        Self::clean(self.pool.clone(), kept)
    }

    fn thinned(&self, most: usize) -> Self {
        let step = self.times.len().div_ceil(most).max(1);
        Self::clean(self.pool.clone(), self.reports().step_by(step).collect())
    }

    fn places(&self, from: Seconds, to: Seconds) -> std::ops::Range<usize> {
        let start = self.times.partition_point(|&t| t < from);
        start..self.times.partition_point(|&t| t <= to).max(start)
    }
}

/// The measured noise of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Robust sd of the difference between successive reports (ln).
    pub step: f64,
    /// Variance of one report around the level (ln²).
    pub report_variance: f64,
    /// Variance that the level gains in a second (ln²).
    pub walk_variance: f64,
}

impl Noise {
    /// Measures it; `None` with fewer than nine reports.
    pub fn measure(series: &Series) -> Option<Self> {
        let n = series.times.len();
        if n <= DIFFERENCES_MIN {
            return None;
        }
        let near = Difference::at(series, 1);
        let far = Difference::at(series, LAG_FAR.min(n / 2));
        let gained = (far.variance - near.variance) / (far.seconds - near.seconds).max(1.0);
        let walk_variance = gained.max(0.0);
        let left = (near.variance - walk_variance * near.seconds) / 2.0;
        let rounding = rounding_variance(&series.ehs);
        Some(Self {
            step: near
                .variance
                .sqrt()
                .max((2.0 * rounding).sqrt())
                .max(CHANGE_MIN),
            report_variance: left.max(rounding),
            walk_variance,
        })
    }

    /// Variance of the mean of readings at `times` against the level's average over `segment`.
    fn mean_error(&self, times: &[Seconds], segment: Span) -> f64 {
        let length = segment.seconds().max(1) as f64;
        let to_segment = times.iter().map(|&t| {
            let u = (t - segment.start) as f64;
            (u * u + (length - u) * (length - u)) / (2.0 * length)
        });
        let n = times.len() as f64;
        let walk = to_segment.sum::<f64>() / n - mean_distance(times, times) / 2.0 - length / 6.0;
        self.walk_variance * walk.max(0.0) + self.report_variance / n
    }

    /// Variance of the difference of two means of readings if nothing but the walk happened.
    fn wander(&self, a: &[Seconds], b: &[Seconds]) -> f64 {
        let apart = mean_distance(a, b) - mean_distance(a, a) / 2.0 - mean_distance(b, b) / 2.0;
        let readings = 1.0 / a.len() as f64 + 1.0 / b.len() as f64;
        self.walk_variance * apart.max(0.0) + self.report_variance * readings
    }
}

/// Differences between reports so many apart: robust variance (ln²), and the time between them.
struct Difference {
    variance: f64,
    seconds: f64,
}

impl Difference {
    fn at(series: &Series, lag: usize) -> Self {
        let pairs = || lag..series.times.len();
        let size = |i: usize| log(series.ehs[i] / series.ehs[i - lag]).abs();
        let sd = MAD_TO_SD * median(pairs().map(size).collect());
        let gap = |i: usize| (series.times[i] - series.times[i - lag]) as f64;
        Self {
            variance: sd * sd,
            seconds: median(pairs().map(gap).collect()),
        }
    }
}

/// Variance (ln²) that round numbers may hide: half the smallest difference between two of `ehs`, squared;
/// 0 when all are the same.
fn rounding_variance(ehs: &[f64]) -> f64 {
    let mut sorted = ehs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let level = median(sorted.clone());
    let digit = sorted
        .windows(2)
        .map(|w| w[1] - w[0])
        .filter(|d| *d > CHANGE_MIN * level)
        .fold(f64::INFINITY, f64::min);
    if digit.is_finite() {
        (digit / level) * (digit / level) / 4.0
    } else {
        0.0
    }
}

fn mean_distance(a: &[Seconds], b: &[Seconds]) -> f64 {
    let sum: f64 = a
        .iter()
        .flat_map(|x| b.iter().map(move |y| (x - y).abs() as f64))
        .sum();
    sum / (a.len() * b.len()) as f64
}

fn median(mut xs: Vec<f64>) -> f64 {
    if xs.is_empty() {
        return 0.0;
    }
    xs.sort_by(f64::total_cmp);
    let n = xs.len();
    0.5 * (xs[(n - 1) / 2] + xs[n / 2])
}

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

/// A split of reports into before, during and perhaps after; indices into the series.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Split {
    last_before: usize,
    first_during: usize,
    last_during: usize,
    first_after: Option<usize>,
}

impl Split {
    fn best(series: &Series, noise: &Noise, near: Span, window: Span) -> Option<Self> {
        let all = series.places(near.start, near.end - 1);
        let ln: Vec<f64> = series.ehs[all.clone()].iter().map(|x| log(*x)).collect();
        let squares = Squares::new(&ln);
        let n = ln.len();
        let scale = noise.step * noise.step;
        let mut best: Option<(f64, Self)> = None;
        let mut offer = |price: f64, split: Self| {
            if best.is_none_or(|(least, _)| price < least) {
                best = Some((price, split));
            }
        };
        for i in 0..n {
            for j in i + 1..(i + 2 + TRANSITIONS_MAX).min(n) {
                if series.times[all.start + j] >= window.end {
                    continue;
                }
                for k in j + DURING_MIN - 1..n {
                    if series.times[all.start + k] < window.start {
                        continue;
                    }
                    let left_out = (j - i - 1) as f64 * TRANSITION_PRICE;
                    let so_far = squares.of(0, i + 1) + squares.of(j, k + 1);
                    let split = |first_after: Option<usize>| Self {
                        last_before: all.start + i,
                        first_during: all.start + j,
                        last_during: all.start + k,
                        first_after: first_after.map(|m| all.start + m),
                    };
                    if k == n - 1 {
                        offer(so_far / scale + left_out, split(None));
                    }
                    for m in k + 1..(k + 2 + TRANSITIONS_MAX).min(n) {
                        let left_out = left_out + (m - k) as f64 * TRANSITION_PRICE;
                        let price = (so_far + squares.of(m, n)) / scale + left_out;
                        offer(price, split(Some(m)));
                    }
                }
            }
        }
        best.map(|(_, split)| split)
    }

    fn loss(&self, series: &Series, noise: &Noise) -> Option<PoolLoss> {
        let onset = Bracket {
            earliest: series.times[self.last_before],
            latest: series.times[self.first_during],
        };
        let before = series.places(onset.earliest - DAY, onset.earliest);
        let mut loss = levels(
            series,
            noise,
            before,
            self.first_during..self.last_during + 1,
        );
        if loss.ln_change >= -(STEP_SIGMAS * loss.ln_wander_sd).max(CHANGE_MIN) {
            return None;
        }
        loss.onset = Some(onset);
        if let Some(m) = self.first_after {
            let earliest = series.times[self.last_during];
            loss.end = Some(Bracket {
                earliest,
                latest: series.times[m],
            });
            let after = series.places(series.times[m], series.times[m] + DAY);
            let sum: f64 = series.ehs[after.clone()].iter().sum();
            loss.after_ehs = Some(sum / after.len() as f64);
        }
        Some(loss)
    }
}

/// Squared error of any run of values around its own mean, in constant time.
struct Squares {
    sum: Vec<f64>,
    square: Vec<f64>,
}

impl Squares {
    fn new(values: &[f64]) -> Self {
        let centre = values.first().copied().unwrap_or(0.0);
        let (mut sum, mut square) = (vec![0.0], vec![0.0]);
        for v in values {
            let d = v - centre;
            sum.push(sum[sum.len() - 1] + d);
            square.push(square[square.len() - 1] + d * d);
        }
        Self { sum, square }
    }

    fn of(&self, from: usize, to: usize) -> f64 {
        let sum = self.sum[to] - self.sum[from];
        (self.square[to] - self.square[from] - sum * sum / (to - from) as f64).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};
    use crate::stats::draw::normal;

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
