//! From values to pixels, and where the ticks stand.
//!
//! Ticks of a number stand at 1, 2 or 5 times a power of ten; ticks of time at whole hours, days, Mondays
//! or months, in UTC.

use hashquake_base::units::{DAY, Seconds, timestamp};

/// A straight-line map from values to pixels.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// `low` goes to pixel `from`, `high` to pixel `to`; an empty or absurd domain is widened to one.
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        let sound = low.is_finite() && high.is_finite() && high > low;
        let (low, high) = if sound { (low, high) } else { (0.0, 1.0) };
        Self {
            low,
            high,
            from,
            to,
        }
    }

    /// Over a stretch of time.
    pub fn of_time((start, end): (Seconds, Seconds), range: (f64, f64)) -> Self {
        Self::new((start as f64, end.max(start + 1) as f64), range)
    }

    /// The pixel of a value.
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The pixel of a moment.
    pub fn time(&self, t: Seconds) -> f64 {
        self.at(t as f64)
    }

    /// The pixel of a value, held inside the range.
    pub fn clamped(&self, value: f64) -> f64 {
        self.at(value.clamp(self.low, self.high))
    }

    /// The pixel of a moment, held inside the range.
    pub fn clamped_time(&self, t: Seconds) -> f64 {
        self.clamped(t as f64)
    }

    /// The domain.
    pub fn domain(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Round values inside the domain, about `count` of them.
    pub fn ticks(&self, count: usize) -> Vec<f64> {
        let step = round_step((self.high - self.low) / count.max(1) as f64);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|k| k as f64 * step).collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
fn round_step(raw: f64) -> f64 {
    let mut unit = 1e-6;
    while unit * 10.0 <= raw && unit < 1e12 {
        unit *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * unit)
        .find(|step| *step >= raw * (1.0 - 1e-9))
        .unwrap_or(unit * 10.0)
}

/// The domain that holds all values, widened to whole steps of about `count` ticks.
pub fn round_domain(values: impl Iterator<Item = f64>, count: usize) -> Option<(f64, f64)> {
    let (low, high) = values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        });
    if low > high {
        return None;
    }
    let pad = if high > low {
        0.0
    } else {
        (high.abs() * 0.05).max(0.5)
    };
    let (low, high) = (low - pad, high + pad);
    let step = round_step((high - low) / count.max(1) as f64);
    Some(((low / step).floor() * step, (high / step).ceil() * step))
}

/// A tick of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeTick {
    /// Moment of the tick, unix seconds.
    pub time: Seconds,
    /// `5 Jan`, `06:00` or `Jan`.
    pub label: String,
    /// The year or the day, under the first tick and wherever it changes.
    pub below: Option<String>,
}

const HOUR: Seconds = 3_600;

/// Ticks of a stretch of time, at most `count` of them.
pub fn time_ticks((start, end): (Seconds, Seconds), count: usize) -> Vec<TimeTick> {
    let count = count.max(2) as Seconds;
    let steps = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336].map(|hours| hours * HOUR);
    let times = match steps.into_iter().find(|step| (end - start) / step < count) {
        Some(step) => regular(start, end, step),
        None => months(start, end, count),
    };
    label(&times)
}

fn regular(start: Seconds, end: Seconds, step: Seconds) -> Vec<Seconds> {
    // 1970-01-05 was a Monday.
    let offset = if step >= 7 * DAY { 4 * DAY } else { 0 };
    let first = (start - offset).div_euclid(step) * step + offset;
    (0..)
        .map(|k| first + k * step)
        .skip_while(|t| *t < start)
        .take_while(|t| *t <= end)
        .collect()
}

fn months(start: Seconds, end: Seconds, count: Seconds) -> Vec<Seconds> {
    let month = |t: Seconds| -> i64 {
        let date = jiff::tz::TimeZone::UTC.to_datetime(timestamp(t)).date();
        i64::from(date.year()) * 12 + i64::from(date.month()) - 1
    };
    let first_second = |m: i64| -> Option<Seconds> {
        let (year, month) = (m.div_euclid(12), m.rem_euclid(12) + 1);
        let date = jiff::civil::Date::new(year as i16, month as i8, 1).ok()?;
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp().as_second())
    };
    let span = month(end) - month(start);
    let step = [1, 2, 3, 6, 12, 24, 60, 120]
        .into_iter()
        .find(|step| span / step < count)
        .unwrap_or(120);
    (month(start)..=month(end))
        .filter(|m| m % step == 0)
        .filter_map(first_second)
        .filter(|t| start <= *t && *t <= end)
        .collect()
}

fn label(times: &[Seconds]) -> Vec<TimeTick> {
    let hourly = times.windows(2).any(|pair| pair[1] - pair[0] < DAY);
    let monthly = times.windows(2).any(|pair| pair[1] - pair[0] > 20 * DAY);
    let (main, below) = match (hourly, monthly) {
        (true, _) => ("%H:%M", "%-d %b %Y"),
        (false, true) => ("%b", "%Y"),
        (false, false) => ("%-d %b", "%Y"),
    };
    let format = |t: Seconds, form: &str| timestamp(t).strftime(form).to_string();
    let mut last = String::new();
    times
        .iter()
        .map(|&time| {
            let under = format(time, below);
            let below = (under != last).then(|| under.clone());
            last = under;
            TimeTick {
                time,
                label: format(time, main),
                below,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::Moment;

    fn t(text: &str) -> Seconds {
        Moment::parse(text).unwrap().start()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let ticks = Scale::new((131.0, 214.0), (0.0, 1.0)).ticks(5);
        assert_eq!(ticks, [140.0, 160.0, 180.0, 200.0]);
        let across_zero = Scale::new((-6.0, 21.0), (0.0, 1.0)).ticks(6);
        assert_eq!(across_zero, [-5.0, 0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(
            round_domain([131.0, 214.0].into_iter(), 5),
            Some((120.0, 220.0))
        );
        assert_eq!(round_domain([f64::NAN].into_iter(), 5), None);
    }

    #[test]
    fn weeks_begin_on_monday_and_the_year_shows_where_it_changes() {
        let ticks = time_ticks((t("2021-12-22"), t("2022-01-24")), 7);
        let labels: Vec<_> = ticks.iter().map(|t| t.label.as_str()).collect();
        assert_eq!(labels, ["27 Dec", "3 Jan", "10 Jan", "17 Jan", "24 Jan"]);
        let below: Vec<_> = ticks.iter().map(|t| t.below.as_deref()).collect();
        assert_eq!(below, [Some("2021"), Some("2022"), None, None, None]);
    }

    #[test]
    fn any_stretch_from_an_hour_to_decades_has_few_ticks() {
        let start = t("2009-01-03");
        for length in [
            1,
            3_600,
            40_000,
            5 * DAY,
            100 * DAY,
            3_000 * DAY,
            6_500 * DAY,
        ] {
            let ticks = time_ticks((start, start + length), 6);
            assert!(ticks.len() <= 7, "{length}: {}", ticks.len());
        }
    }

    #[test]
    fn an_empty_domain_does_not_divide_by_zero() {
        assert!(Scale::new((3.0, 3.0), (0.0, 100.0)).at(3.0).is_finite());
        assert!(Scale::of_time((5, 5), (0.0, 100.0)).time(5).is_finite());
    }
}
