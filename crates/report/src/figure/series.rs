//! A pool's own reports: far sharper than blocks, because a pool counts shares by the million.

use crate::figure::frame::{Frame, VALUE_TICKS};
use crate::figure::layout::{Layout, TEXT};
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, hatch, svg};
use crate::figure::scale::{Scale, round_domain, time_ticks};
use crate::svg::{Anchor, Drawing, Mark, text_width};
use crate::table::Table;
use hashquake_base::format::{bracket, decimal, moment, percent, percent_range};
use hashquake_base::units::{Bracket, DAY, Seconds};
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::{Explanation, Report, ShareEvidence, ShareKind};

/// One figure for each pool that published a series.
pub fn figures(e: &Explanation) -> Vec<Figure> {
    published(e)
        .enumerate()
        .map(|(i, share)| figure(e, share, i))
        .collect()
}

/// The pools with a series of their own.
pub fn published(e: &Explanation) -> impl Iterator<Item = &ShareEvidence> {
    e.evidence
        .shares
        .iter()
        .filter(|s| s.kind == ShareKind::Series && s.reports.len() > 1)
}

/// What the series shows, in a title.
pub fn finding(share: &ShareEvidence) -> String {
    let pool = pool_label(&share.pool);
    let loss = share.loss_percent.p50;
    let size = percent(loss.abs());
    match (share.onset, share.end) {
        (None, _) => format!("{pool}’s own count shows no step"),
        (Some(_), _) if loss < 0.0 => format!("{pool}’s own count rose by {size}"),
        (Some(_), Some(_)) => format!("{pool}’s own count fell by {size} and came back"),
        (Some(_), None) => format!("{pool}’s own count fell by {size}"),
    }
}

fn figure(e: &Explanation, share: &ShareEvidence, index: usize) -> Figure {
    let id = format!("series-{}", index + 1);
    let description = describe(share);
    let picture = |layout| {
        let (drawing, height) = draw(e, share, &id, layout);
        svg(&id, layout, height, &description, drawing)
    };
    let start = values(&share.reports).map_or(0.0, |v| v.0);
    let starts = if start > 0.0 {
        format!("; the axis starts at {}", decimal(start, 1))
    } else {
        String::new()
    };
    Figure {
        title: finding(share),
        unit: format!(
            "Hashrate as {} itself reported it with each block it found, EH/s{starts}",
            pool_label(&share.pool)
        ),
        note: note(share),
        key: Vec::new(),
        source: share.source.clone(),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(share),
        id,
    }
}

fn values(reports: &[Report]) -> Option<(f64, f64)> {
    round_domain(reports.iter().map(|r| r.hashrate_ehs), VALUE_TICKS)
        .map(|(low, high)| (low.max(0.0), high))
}

fn draw(e: &Explanation, share: &ShareEvidence, id: &str, layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let edge = hatch(id, layout, "edge");
    let mut entries = vec![
        (Swatch::Mark("fact", Mark::Disc), "one report"),
        (Swatch::Line("level"), "mean level"),
    ];
    if share.onset.is_some() {
        entries.push((
            Swatch::Patch(edge.clone(), "band-edge"),
            "between these reports it changed",
        ));
    }
    let top = legend(&mut d, layout, 0.0, &entries) + 28.0;
    let frame = Frame {
        left: 36.0,
        right: layout.width() - 6.0,
        top,
        bottom: top + layout.pick(240.0, 210.0),
    };
    let span = super::hashrate::stretch(e);
    plot(&mut d, e, share, (frame, span), &edge, layout.pick(8, 5));
    (d, frame.bottom + 38.0)
}

/// The plot without its legend, into a frame, over a stretch of time.
pub(super) fn plot(
    d: &mut Drawing,
    e: &Explanation,
    share: &ShareEvidence,
    (frame, span): (Frame, (Seconds, Seconds)),
    edge: &str,
    ticks: usize,
) {
    let x = Scale::of_time(span, frame.across());
    let y = Scale::new(values(&share.reports).unwrap_or((0.0, 1.0)), frame.up());
    frame.window(d, x, e.window);
    frame.value_axis(d, y, "EH/s");
    for b in [share.onset, share.end].into_iter().flatten() {
        let (a, z) = (x.clamped_time(b.earliest), x.clamped_time(b.latest));
        d.hatched_rect(
            edge,
            a,
            frame.top,
            (z - a).max(2.0),
            frame.bottom - frame.top,
        );
    }
    let inside = |r: &&Report| span.0 <= r.time && r.time <= span.1;
    let points: Vec<_> = share
        .reports
        .iter()
        .filter(inside)
        .map(|r| (x.time(r.time), y.at(r.hashrate_ehs)))
        .collect();
    d.polyline("band-edge", &points);
    for point in &points {
        d.mark("fact", Mark::Disc, *point, 2.0);
    }
    levels(d, share, (frame, x, y), &points);
    frame.time_axis(d, x, &time_ticks(span, ticks));
}

/// Mean levels before, during and after, with their numbers beside the step, where no reports are.
fn levels(
    d: &mut Drawing,
    share: &ShareEvidence,
    (frame, x, y): (Frame, Scale, Scale),
    points: &[(f64, f64)],
) {
    let Some(onset) = share.onset else { return };
    let last = share.reports.last().map_or(onset.latest, |r| r.time);
    let end = share.end.unwrap_or(Bracket::point(last));
    let mut level = |value: Option<f64>, from: Seconds, to: Seconds| {
        let at = y.clamped(value?);
        d.line(
            "level",
            (x.clamped_time(from), at),
            (x.clamped_time(to), at),
        );
        Some(at)
    };
    let before = level(share.before_ehs, onset.earliest - DAY, onset.earliest);
    let during = level(share.during_ehs, onset.latest, end.earliest);
    let after = share
        .end
        .and_then(|end| level(share.after_ehs, end.latest, end.latest + DAY));
    let (left, right) = (
        x.clamped_time(onset.earliest) - 8.0,
        x.clamped_time(end.latest) + 8.0,
    );
    let mut beside =
        |at: Option<f64>, value: Option<f64>, when: &str, (x, anchor): (f64, Anchor)| {
            let (Some(at), Some(value)) = (at, value) else {
                return;
            };
            let text = format!("{} {when}", decimal(value, 2));
            let reach = anchor.reach(x, text_width(&text, TEXT));
            let halfway = during.map_or(at + 26.0, |to| at + (to - at) * 0.4 + 4.0);
            let taken = during.map_or(f64::INFINITY, |to| to + 4.0);
            let spots = [
                halfway,
                at + 24.0,
                at - 14.0,
                frame.top + 16.0,
                frame.bottom - 8.0,
            ];
            let free = spots.into_iter().filter(|y| (y - taken).abs() > 18.0);
            let y = clearest(free, reach, points).unwrap_or(halfway);
            d.text("fact", (x, y), anchor, &text);
        };
    beside(before, share.before_ehs, "before", (left, Anchor::End));
    beside(after, share.after_ehs, "after", (right, Anchor::Start));
    if let (Some(at), Some(value)) = (during, share.during_ehs) {
        let change = percent(-share.loss_percent.p50);
        let full = format!("{} during ({change})", decimal(value, 2));
        let short = format!("{} during", decimal(value, 2));
        let right_room = share.end.map_or(0.0, |_| frame.right - right);
        let room = right_room.max(left - frame.left);
        let text = if text_width(&full, TEXT) < room {
            full
        } else {
            short
        };
        if text_width(&text, TEXT) < right_room {
            d.text("fact", (right, at + 4.0), Anchor::Start, &text);
        } else {
            d.text("fact", (left, at + 4.0), Anchor::End, &text);
        }
    }
}

/// The base line, of those offered, on which a text between two x covers the fewest points.
fn clearest(
    spots: impl Iterator<Item = f64>,
    (from, to): (f64, f64),
    points: &[(f64, f64)],
) -> Option<f64> {
    let covered = |y: f64| {
        let inside = |p: &&(f64, f64)| {
            from - 3.0 < p.0 && p.0 < to + 3.0 && y - TEXT - 2.0 < p.1 && p.1 < y + 5.0
        };
        points.iter().filter(inside).count()
    };
    spots.min_by_key(|y| covered(*y))
}

fn note(share: &ShareEvidence) -> String {
    let mut text = format!(
        "Loss at this pool: {}, 90 % between {}.",
        percent(share.loss_percent.p50),
        percent_range(share.loss_percent)
    );
    if let Some(onset) = share.onset {
        text.push_str(&format!(" It began between {} UTC", between(onset)));
        match share.end {
            Some(end) => text.push_str(&format!(" and ended between {} UTC.", between(end))),
            None => text.push_str(" and had not ended by then."),
        }
    }
    if let Some(noise) = share.step_noise_percent {
        text.push_str(&format!(
            " From one report to the next the count usually moves by {}.",
            percent(noise)
        ));
    }
    if let Some(part) = share.network_share_percent {
        text.push_str(&format!(
            " One pool, {} of the network’s blocks, and no random sample of it.",
            percent(part)
        ));
    }
    text
}

fn between(b: Bracket) -> String {
    bracket(b).replace(" to ", " and ")
}

fn describe(share: &ShareEvidence) -> String {
    format!("{} reports. {}", share.reports.len(), note(share))
}

fn table(share: &ShareEvidence) -> Table {
    let mut table = Table::new(&["Report, UTC", "Pool’s hashrate, EH/s"]);
    table.rows = share
        .reports
        .iter()
        .map(|r| vec![moment(r.time), decimal(r.hashrate_ehs, 3)])
        .collect();
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_keeps_off_the_reports() {
        let points: Vec<_> = (0..20).map(|i| (f64::from(i) * 5.0, 50.0)).collect();
        let spots = [52.0, 90.0, 54.0];
        assert_eq!(
            clearest(spots.into_iter(), (20.0, 60.0), &points),
            Some(90.0)
        );
    }
}
