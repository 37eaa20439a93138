//! What the price did around the onset, and whether that can be because of it.
//!
//! The return runs from the last close at or before the onset, over 24 hours where bars are finer than a
//! day, else over the day of the onset; what is usual is learnt from the daily closes of
//! [`WINDOW_DAYS`] days before ([`event_study`](crate::event_study)), for hours too: the
//! hours embedded around New Year are few and quiet. 1, 7 and 30 days after are read off daily closes.
//!
//! A fall after an event is not a fall because of it. Where the timeline has news for the market (a note of
//! audience `market`), the first 24 hours are cut there: until the news, [`NEWS_HOURS`] hours after it,
//! the rest. If nothing unusual happened until other news came, the timing speaks against the event as
//! the cause. It proves nothing: a market may be slow, and the list of news is ours.

use libm::{expm1, log};

use super::context::AnalysisContext;
use crate::event_study::{Abnormal, DRAWS, Usual};
use crate::explanation::Fused;
use crate::explanation::attribution::{
    PriceAfter, PriceBand, PriceMark, PricePoint, PriceResolution, PriceRow, PriceStretch,
};
use hashquake_base::format::{change, day, decimal, list, moment_utc, p_value};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::units::{DAY, HOUR, Quantiles, Seconds, Span, rfc3339};
use hashquake_world::case::Statement;
use hashquake_world::market::prices::{Prices, Quote, last_known};

/// The usual is learnt from so many days.
pub const WINDOW_DAYS: Seconds = 60;
/// News is given so many hours to show: an assumption.
pub const NEWS_HOURS: Seconds = 3;
/// From this p-value down a move counts as unusual.
pub const UNUSUAL: f64 = 0.1;
/// Horizons on daily closes.
pub const HORIZONS: [u32; 3] = [1, 7, 30];

/// The audience of statements that are news for the market.
const MARKET: &str = "market";
/// A finer close is used if it stands no longer than this before the onset.
const FINE_AGE_MAX: Seconds = 6 * HOUR;
/// The figure's stretch with finer bars, before and after.
const HOURLY_AROUND: (Seconds, Seconds) = (3 * DAY, 5 * DAY);
/// The same with daily closes.
const DAILY_AROUND: (Seconds, Seconds) = (30 * DAY, 31 * DAY);

impl AnalysisContext<'_> {
    /// The moment that the price is measured from: the window's documented start for a case, else the
    /// fused onset's median.
    pub(super) fn price_onset(&self, fused: Option<&Fused>) -> Seconds {
        let documented = self.case.is_some().then_some(self.window.start);
        documented
            .or_else(|| fused.map(|f| f.onset.p50))
            .unwrap_or(self.window.start)
    }

    /// The case's prices as known, the user's own before the embedded ones.
    pub(super) fn prices(&self, own: Option<&Prices>) -> Option<Prices> {
        let embedded = || Prices::embedded(&self.case.as_ref()?.id);
        let prices = own.cloned().or_else(embedded)?;
        Some(
            self.q
                .as_of
                .map_or_else(|| prices.clone(), |t| prices.as_of(t)),
        )
    }

    /// The price around `onset`; an error says why it cannot be measured.
    pub(super) fn price(&self, prices: &Prices, onset: Seconds) -> Result<PriceRow, String> {
        let news = self.news(onset);
        let study = Study::new(prices, onset, self.q.seed)?;
        study.row(&news)
    }

    /// News for the market in the first 24 hours, in order.
    fn news(&self, onset: Seconds) -> Vec<&Statement> {
        let first_day = Span {
            start: onset,
            end: onset + DAY,
        };
        let case = self.case.as_ref().filter(|_| !self.q.without.timeline);
        let all = case.into_iter().flat_map(|c| &c.timeline);
        let mut news: Vec<&Statement> = all
            .filter(|s| s.audience.as_deref() == Some(MARKET))
            .filter(|s| first_day.contains(s.when.earliest))
            .collect();
        news.sort_by_key(|s| s.when.earliest);
        news
    }
}

/// Prices, the close before the onset by days and by finer bars, and what is usual.
struct Study<'a> {
    prices: &'a Prices,
    onset: Seconds,
    day_before: Quote,
    /// The close before and that of 24 hours later, where finer bars reach both.
    fine: Option<(Quote, Quote)>,
    usual: Usual,
    returns: usize,
}

impl<'a> Study<'a> {
    fn new(prices: &'a Prices, onset: Seconds, seed: u64) -> Result<Self, String> {
        let at = rfc3339(onset);
        let before = last_known(prices.daily(), onset).filter(|q| onset - q.time <= DAY);
        let day_before = before.ok_or_else(|| {
            format!("The price is not measured: there is no daily close in the 24 hours before {at}; give them with --prices.")
        })?;
        let window = Span {
            start: day_before.time - WINDOW_DAYS * DAY + HOUR,
            end: day_before.time + 1,
        };
        let returns = daily_returns(prices.daily(), window);
        let days = HORIZONS[HORIZONS.len() - 1] as usize;
        let mut rng = stream(seed, 0, Purpose::PriceUsual);
        let usual = Usual::learn(&returns, days, DRAWS, &mut rng).ok_or_else(|| {
            format!(
                "The price is not measured: only {} returns of a day, or none that differ, in the {WINDOW_DAYS} days before {at}; give daily closes of them with --prices.",
                returns.len()
            )
        })?;
        Ok(Self {
            fine: first_day(prices.fine(), onset)?,
            prices,
            onset,
            day_before,
            usual,
            returns: returns.len(),
        })
    }

    fn row(&self, news: &[&Statement]) -> Result<PriceRow, String> {
        let after: Vec<PriceAfter> = HORIZONS.iter().filter_map(|d| self.after(*d)).collect();
        let (before, later, resolution) = match self.fine {
            Some((before, later)) => (before, Some(later), PriceResolution::Hours),
            None => (self.day_before, self.day_later(1), PriceResolution::Days),
        };
        let ln = later.map(|later| ln_return(before, later));
        let day = ln.and_then(|ln| Some((ln, self.usual.against(ln, 1.0)?)));
        let (ln, day) = day.ok_or_else(|| not_over(self.onset))?;
        let mut row = PriceRow {
            onset: self.onset,
            before: point(before),
            resolution,
            return_percent: 100.0 * expm1(ln),
            abnormal_percent: in_percent(day),
            p_value: day.p_value,
            returns_before: self.returns,
            after,
            stretches: self.stretches(news),
            marks: self.marks(news),
            series: self.series(),
            usual: self.band(before),
            answer: String::new(),
            source: self.prices.source().to_string(),
        };
        row.answer = answer(&row, self.onset);
        Ok(row)
    }

    fn day_later(&self, days: u32) -> Option<Quote> {
        let target = self.day_before.time + Seconds::from(days) * DAY;
        let near = |q: &&Quote| (q.time - target).abs() < DAY / 2;
        self.prices.daily().iter().find(near).copied()
    }

    fn after(&self, days: u32) -> Option<PriceAfter> {
        let ln = ln_return(self.day_before, self.day_later(days)?);
        let abnormal = self.usual.against(ln, f64::from(days))?;
        Some(PriceAfter {
            days,
            return_percent: 100.0 * expm1(ln),
            abnormal_percent: in_percent(abnormal),
            p_value: abnormal.p_value,
        })
    }

    /// The first 24 hours cut at the news; none without news or finer bars.
    fn stretches(&self, news: &[&Statement]) -> Vec<PriceStretch> {
        let Some((before, last)) = self.fine.filter(|_| !news.is_empty()) else {
            return Vec::new();
        };
        let mut cuts: Vec<(Seconds, String)> = Vec::new();
        let mut what = "from the onset until other news came".to_string();
        for (i, n) in news.iter().enumerate() {
            let at = n.when.earliest;
            let next = news.get(i + 1).map_or(last.time, |n| n.when.earliest);
            cuts.push((at, what));
            let until = (at + NEWS_HOURS * HOUR).min(next);
            cuts.push((
                until,
                format!("in the {NEWS_HOURS} hours after it ({})", n.what),
            ));
            what = "until the next news came".to_string();
        }
        cuts.push((last.time, "in the rest of the 24 hours".to_string()));
        let mut from = before;
        let mut out = Vec::new();
        for (until, what) in cuts {
            let Some(to) = last_known(self.prices.fine(), until.min(last.time)) else {
                continue;
            };
            let days = (to.time - from.time) as f64 / DAY as f64;
            let ln = ln_return(from, to);
            if let Some(abnormal) = self.usual.against(ln, days) {
                out.push(PriceStretch {
                    from: from.time,
                    to: to.time,
                    return_percent: 100.0 * expm1(ln),
                    p_value: abnormal.p_value,
                    what,
                });
                from = to;
            }
        }
        out
    }

    fn marks(&self, news: &[&Statement]) -> Vec<PriceMark> {
        let onset = PriceMark {
            time: self.onset,
            what: "onset".to_string(),
        };
        let told = news.iter().map(|n| PriceMark {
            time: n.when.earliest,
            what: n.what.clone(),
        });
        core::iter::once(onset).chain(told).collect()
    }

    fn series(&self) -> Vec<PricePoint> {
        let (quotes, (before, after)) = match self.fine {
            Some(_) => (self.prices.fine(), HOURLY_AROUND),
            None => (self.prices.daily(), DAILY_AROUND),
        };
        let around = Span {
            start: self.onset - before,
            end: self.onset + after,
        };
        let inside = quotes.iter().filter(|q| around.contains(q.time));
        inside.copied().map(point).collect()
    }

    /// The usual after `before`, by quarters of the first day, then by days, as far as the series goes.
    fn band(&self, before: Quote) -> Vec<PriceBand> {
        let last = self.series().last().map_or(before.time, |p| p.time);
        let days = (0..4).map(|q| 0.25 * f64::from(q));
        let days = days.chain((1..=HORIZONS[2]).map(f64::from));
        let at = |days: f64| {
            let time = before.time + (days * DAY as f64) as Seconds;
            let start = Some(Quantiles::point(0.0)).filter(|_| days == 0.0);
            let ln = start.or_else(|| self.usual.quantiles(days))?;
            let price_usd = ln.map(|x| before.usd * (1.0 + expm1(x)));
            (time <= last).then_some(PriceBand { time, price_usd })
        };
        days.filter_map(at).collect()
    }
}

/// Log returns between closes of consecutive days inside `window`.
fn daily_returns(daily: &[Quote], window: Span) -> Vec<f64> {
    let inside: Vec<Quote> = daily
        .iter()
        .copied()
        .filter(|q| window.contains(q.time))
        .collect();
    let next_day = |w: &&[Quote]| (w[1].time - w[0].time - DAY).abs() < DAY / 2;
    let pairs = inside.windows(2).filter(next_day);
    pairs.map(|w| ln_return(w[0], w[1])).collect()
}

/// The last finer close at or before the onset, and that of 24 hours later; `None` without finer bars.
fn first_day(fine: &[Quote], onset: Seconds) -> Result<Option<(Quote, Quote)>, String> {
    let Some(before) = last_known(fine, onset).filter(|q| onset - q.time <= FINE_AGE_MAX) else {
        return Ok(None);
    };
    let target = before.time + DAY;
    let reached = fine.last().is_some_and(|q| q.time >= target);
    let later = last_known(fine, target).filter(|q| reached && target - q.time <= FINE_AGE_MAX);
    later
        .map(|later| Some((before, later)))
        .ok_or_else(|| not_over(onset))
}

fn not_over(onset: Seconds) -> String {
    format!(
        "The price is not measured: its first day after {} is not over in the prices known.",
        rfc3339(onset)
    )
}

fn ln_return(from: Quote, to: Quote) -> f64 {
    log(to.usd / from.usd)
}

fn point(q: Quote) -> PricePoint {
    PricePoint {
        time: q.time,
        price_usd: q.usd,
    }
}

fn in_percent(a: Abnormal) -> Quantiles {
    a.ln_return.map(|x| 100.0 * expm1(x))
}

/// The finding, the numbers, the timing, the horizons.
fn answer(row: &PriceRow, onset: Seconds) -> String {
    let (over, usual) = match row.resolution {
        PriceResolution::Hours => ("over the next 24 hours", "hours"),
        PriceResolution::Days => ("over the day of the onset", "days"),
    };
    let known = format!(
        "From {} dollars, the last close before the onset ({}), bitcoin moved by {} {over}; against the {WINDOW_DAYS} days before, a move so far out in a day has {}.",
        dollars(row.before.price_usd),
        moment_utc(onset),
        change(row.return_percent),
        p_words(row.p_value),
    );
    let timing = match (row.stretches.is_empty(), usual) {
        (false, _) => format!(" {}", timing(row)),
        (true, "hours") => " No other news of those hours is on record here.".to_string(),
        (true, _) => {
            " Only daily closes are known here: other news of the same day cannot be kept apart."
                .to_string()
        }
    };
    format!("{} {known}{timing} {}", finding(row), later(row))
}

/// The first sentence.
pub(super) fn finding(row: &PriceRow) -> &'static str {
    let unusual = row.p_value < UNUSUAL;
    let before_news = row.stretches.first();
    match (unusual, row.return_percent < 0.0, before_news) {
        (false, ..) => {
            "The price did nothing unusual in the first day: there is no effect to explain."
        }
        (true, true, Some(s)) if s.p_value >= UNUSUAL => {
            "The price fell, but its timing does not point to this event."
        }
        (true, true, Some(_)) => {
            "The price fell by more than usual before the other news on record came; that it fell because of this event is not proved."
        }
        (true, true, None) => {
            "The price fell by more than usual; whether because of this event, prices alone cannot tell."
        }
        (true, false, _) => "The price did not fall: it rose by more than usual.",
    }
}

/// The stretches of the first 24 hours, one after the other.
pub(super) fn timing(row: &PriceRow) -> String {
    let say = |s: &PriceStretch| {
        format!(
            "{} {} ({})",
            change(s.return_percent),
            s.what,
            p_words(s.p_value)
        )
    };
    let parts: Vec<String> = row.stretches.iter().map(say).collect();
    format!(
        "Of this came {}. Timing is no proof, and the p of hours takes spread to grow with the root of time.",
        list(&parts)
    )
}

fn later(row: &PriceRow) -> String {
    let late: Vec<&PriceAfter> = row.after.iter().filter(|a| a.days > 1).collect();
    let mut text = String::new();
    if !late.is_empty() {
        let say = |a: &&PriceAfter| {
            format!(
                "{} after {} days (less the usual: {} to {}, {})",
                change(a.return_percent),
                a.days,
                change(a.abnormal_percent.p05),
                change(a.abnormal_percent.p95),
                p_words(a.p_value)
            )
        };
        let said: Vec<String> = late.iter().map(say).collect();
        let unusual = late.iter().any(|a| a.p_value < UNUSUAL);
        let end = if unusual {
            "much else happened meanwhile"
        } else {
            "that is indistinguishable from no effect"
        };
        text = format!("On daily closes it stood at {}: {end}.", list(&said));
    }
    let missing = HORIZONS
        .iter()
        .filter(|d| row.after.iter().all(|a| a.days != **d));
    let missing: Vec<String> = missing.map(u32::to_string).collect();
    if !missing.is_empty() {
        let gap = if text.is_empty() { "" } else { " " };
        text.push_str(&format!(
            "{gap}The daily closes known do not reach {} days after.",
            list(&missing)
        ));
    }
    text
}

/// Whole dollars with separators: `46,414`.
pub(super) fn dollars(usd: f64) -> String {
    decimal(usd, 0)
}

/// `p = 0.03`, `p < 0.001`.
pub(super) fn p_words(p: f64) -> String {
    let text = p_value(p);
    let equals = if text.starts_with('<') { "" } else { "= " };
    format!("p {equals}{text}")
}

/// `6 Jan 2022`, of the day that a close ends.
pub(super) fn close_day(time: Seconds) -> String {
    day(time - 1)
}
