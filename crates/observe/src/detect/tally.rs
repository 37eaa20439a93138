//! How the detector did on chains whose shocks are known from elsewhere.
//!
//! A known shock is found when a called fall overlaps its window: a rise beside it is its return at best.

use schemars::JsonSchema;
use serde::Serialize;

use crate::detect::bank::Direction;
use crate::detect::event::Event;
use hashquake_base::stats::sample::quantile;
use hashquake_base::units::{DAY, Seconds, Span};

/// A shock that is known from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownShock {
    /// Its name in the atlas.
    pub id: String,
    /// Window of the shock, unix seconds.
    pub window: Span,
}

/// Alarms and known shocks over a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Tally {
    /// Shocks called a year that overlap no known one.
    pub alarms_per_year_outside_atlas: f64,
    /// Shocks called a year, all.
    pub alarms_per_year: f64,
    /// Known shocks that begin in the stretch.
    pub cases: usize,
    /// Those that a called fall overlaps.
    pub found: usize,
    /// Median over those found of the days from the start of the window to the first call in or after it.
    pub delay_days_median: Option<f64>,
}

/// Writes on each event the known shock whose window fits it best: the largest part shared of the time
/// that either takes.
pub fn name(events: &mut [Event], known: &[KnownShock], data_end: Seconds) {
    for event in events {
        let span = event.span(data_end);
        let fit = |k: &KnownShock| {
            let shared = overlap(span, k.window);
            shared as f64 / (span.seconds() + k.window.seconds() - shared) as f64
        };
        let best = known
            .iter()
            .filter(|k| overlap(span, k.window) > 0)
            .max_by(|a, b| fit(a).total_cmp(&fit(b)));
        event.case = best.map(|k| k.id.clone());
    }
}

/// Counts over `span`: events called in it, known shocks that begin in it. Blocks end at `data_end`.
pub fn tally(events: &[Event], known: &[KnownShock], span: Span, data_end: Seconds) -> Tally {
    let called: Vec<(&Event, Seconds)> = events
        .iter()
        .filter_map(|e| e.called_at.map(|t| (e, t)))
        .filter(|(_, t)| span.contains(*t))
        .collect();
    let meets = |e: &Event, k: &KnownShock| overlap(e.span(data_end), k.window) > 0;
    let outside = called
        .iter()
        .filter(|(e, _)| !known.iter().any(|k| meets(e, k)))
        .count();
    let due: Vec<&KnownShock> = known
        .iter()
        .filter(|k| span.contains(k.window.start))
        .collect();
    let mut delays: Vec<f64> = due
        .iter()
        .filter_map(|k| {
            let falls = called
                .iter()
                .filter(|(e, _)| e.direction == Direction::Fall);
            let calls = falls.filter(|(e, _)| meets(e, k));
            let first = calls.map(|(_, t)| *t).min()?;
            Some((first - k.window.start).max(0) as f64 / DAY as f64)
        })
        .collect();
    delays.sort_unstable_by(f64::total_cmp);
    let years = span.days() / 365.25;
    Tally {
        alarms_per_year_outside_atlas: outside as f64 / years,
        alarms_per_year: called.len() as f64 / years,
        cases: due.len(),
        found: delays.len(),
        delay_days_median: (!delays.is_empty()).then(|| quantile(&delays, 0.5)),
    }
}

fn overlap(a: Span, b: Span) -> Seconds {
    a.end.min(b.end) - a.start.max(b.start)
}
