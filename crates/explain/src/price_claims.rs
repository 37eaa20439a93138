//! Published sentences about the price against the event study.
//!
//! That a price fell, and by how much, prices decide. That it fell because of something they do not: the
//! most that timing gives is that nothing unusual happened before other news came. A first time since a
//! month is decided on daily closes, and the sentence says when trades within a day had been there before.

use super::price::{UNUSUAL, close_day, dollars, p_words, timing};
use crate::explanation::Judgement;
use crate::explanation::attribution::{PriceAfter, PriceRow};
use hashquake_base::format::change;
use hashquake_base::units::{DAY, Seconds, Span};
use hashquake_world::market::prices::{Fact, FactKind, Prices, facts};

/// A claimed return is met within so many points: it was rounded, and taken at some minute of the day.
const TOLERANCE_POINTS: f64 = 1.0;

/// What claims about the price are assessed against.
pub struct PriceEvidence<'a> {
    row: &'a PriceRow,
    prices: &'a Prices,
    onset: Seconds,
    facts: Vec<Fact>,
}

impl<'a> PriceEvidence<'a> {
    /// Of a study and the prices that it was made from, with the embedded figures known at `as_of`.
    pub fn new(row: &'a PriceRow, prices: &'a Prices, as_of: Seconds) -> Self {
        Self {
            onset: row.onset,
            row,
            prices,
            facts: facts(as_of),
        }
    }

    /// "Because of it the price moved by `value` percent", signed.
    pub fn claim_fell_because(&self, value: f64) -> (Judgement, String) {
        let seen = change(self.row.return_percent);
        let p = p_words(self.row.p_value);
        if (value - self.row.return_percent).abs() > TOLERANCE_POINTS {
            let because = format!("The first day after the onset brought {seen} ({p}).");
            return (Judgement::Contradicted, because);
        }
        let first = self.row.stretches.first();
        let why = match first {
            _ if self.row.p_value >= UNUSUAL => {
                "a move of this size is usual, so it shows no cause".to_string()
            }
            Some(s) if s.p_value >= UNUSUAL => format!(
                "the timing speaks against it: nothing unusual came before other news. {}",
                timing(self.row)
            ),
            Some(_) => format!("other news came within the day. {}", timing(self.row)),
            None => "prices alone do not tell why".to_string(),
        };
        let because = format!("The size is right ({seen} in a day, {p}); for the cause, {why}");
        let end = if because.ends_with('.') { "" } else { "." };
        (Judgement::CannotTell, format!("{because}{end}"))
    }

    /// "It fell below `level` dollars for the first time since `since`" (a month, say), decided on daily
    /// closes: the last one below before must lie there.
    pub fn claim_below_for_first_time_since(&self, level: f64, since: Span) -> (Judgement, String) {
        let cannot_tell = |because: String| (Judgement::CannotTell, because);
        let later = self.prices.daily().iter().filter(|q| q.time > self.onset);
        let Some(first) = later.clone().find(|q| q.usd < level) else {
            let because = format!(
                "None of the {} daily closes known after the onset lies below {} dollars.",
                later.count(),
                dollars(level)
            );
            return (Judgement::Contradicted, because);
        };
        let closes = self.closes_before(first.time);
        let below = || closes.iter().filter(|c| c.usd < level);
        let Some(last) = below().filter(|c| c.single).max_by_key(|c| c.from) else {
            return cannot_tell("The last daily close below it before is not on record.".into());
        };
        let unclear = below().any(|c| c.from >= last.to);
        if unclear || uncovered(&closes, last.to, first.time - DAY) {
            return cannot_tell(format!(
                "Not every daily close between {} and {} is on record.",
                close_day(last.to),
                close_day(first.time)
            ));
        }
        let because = format!(
            "On daily closes: {} on {}; the last below {} before it was {} on {}.{}",
            dollars(first.usd),
            close_day(first.time),
            dollars(level),
            dollars(last.usd),
            close_day(last.to),
            self.lows_between(level, last.to)
        );
        let verdict = if since.contains(last.to - 1) {
            Judgement::Supported
        } else {
            Judgement::Contradicted
        };
        (verdict, because)
    }

    /// The half of "short-term" that is about the exchange rate: back to the usual within `days`.
    pub fn claim_short_term(&self, days: u32) -> (Judgement, String) {
        let at = |days: u32| self.row.after.iter().find(|a| a.days == days);
        let Some(later) = at(days) else {
            let because = format!("The price {days} days after is not measured.");
            return (Judgement::CannotTell, because);
        };
        let say = |a: &PriceAfter| {
            format!(
                "{} after {} days ({})",
                change(a.return_percent),
                a.days,
                p_words(a.p_value)
            )
        };
        if self.row.p_value >= UNUSUAL {
            let because = format!(
                "No effect on the exchange rate is shown that could last or pass: {}.",
                say(later)
            );
            (Judgement::CannotTell, because)
        } else if later.p_value < UNUSUAL {
            let because = format!(
                "The exchange rate was still out of the usual: {}.",
                say(later)
            );
            (Judgement::Contradicted, because)
        } else if later.return_percent.abs() <= 0.5 * self.row.return_percent.abs() {
            let because = format!("The exchange rate was back: {}.", say(later));
            (Judgement::Supported, because)
        } else {
            let because = format!(
                "The exchange rate had not come back, and was not out of the usual either: {} against {} in the first day.",
                say(later),
                change(self.row.return_percent)
            );
            (Judgement::CannotTell, because)
        }
    }

    /// What is known of daily closes before `until`: single ones and the lowest of stretches.
    fn closes_before(&self, until: Seconds) -> Vec<Known> {
        let single = self.prices.daily().iter().filter(|q| q.time < until);
        let single = single.map(|q| Known {
            from: q.time - DAY,
            to: q.time,
            usd: q.usd,
            single: true,
        });
        let told = self.facts.iter().filter(|f| f.to < until);
        let told = told.filter_map(|f| match f.kind {
            FactKind::Close | FactKind::LowestClose => Some(Known {
                from: f.from,
                to: f.to,
                usd: f.usd,
                single: f.kind == FactKind::Close,
            }),
            FactKind::Low | FactKind::High => None,
        });
        single.chain(told).collect()
    }

    fn lows_between(&self, level: f64, from: Seconds) -> String {
        let low = self
            .facts
            .iter()
            .filter(|f| f.kind == FactKind::Low && f.usd < level)
            .filter(|f| f.from >= from && f.to <= self.onset)
            .min_by(|a, b| a.usd.total_cmp(&b.usd));
        low.map_or(String::new(), |f| {
            format!(
                " Within the day it had been there on {}: {} ({}).",
                close_day(f.to),
                dollars(f.usd),
                f.source
            )
        })
    }
}

/// A close, or the lowest of a stretch of days.
struct Known {
    from: Seconds,
    to: Seconds,
    usd: f64,
    single: bool,
}

/// Whether a day between the two moments is in none of the stretches.
fn uncovered(closes: &[Known], from: Seconds, to: Seconds) -> bool {
    let mut stretches: Vec<(Seconds, Seconds)> = closes.iter().map(|c| (c.from, c.to)).collect();
    stretches.sort_unstable();
    let mut reached = from;
    for (start, end) in stretches {
        if start <= reached + 1 {
            reached = reached.max(end);
        }
    }
    reached + 1 < to
}
