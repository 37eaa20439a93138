//! The hashrate around the window: what was smoothed, over the raw daily counts that the news quote.

use crate::figure::frame::{Frame, VALUE_TICKS};
use crate::figure::layout::Layout;
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, hatch, svg};
use crate::figure::scale::{Scale, round_domain, time_ticks};
use crate::svg::{Anchor, Drawing, Mark};
use crate::table::Table;
use hashquake_base::format::{decimal, moment, percent};
use hashquake_base::units::{DAY, Seconds, date};
use hashquake_explain::explanation::{
    BandPoint, BlockFinding, Day, Explanation, days_that_fall_by_a_tenth_percent,
};

/// Points of the band in a drawing, at most: one in three pixels.
const BAND_POINTS: usize = 240;

/// The figure; `None` without any daily count and band.
pub fn figure(e: &Explanation) -> Option<Figure> {
    if e.daily.is_empty() && e.figures.band.is_empty() {
        return None;
    }
    let id = "hashrate";
    let description = describe(e);
    let picture = |layout| {
        let (drawing, height) = draw(e, id, layout);
        svg(id, layout, height, &description, drawing)
    };
    Some(Figure {
        id: id.to_string(),
        title: finding(e).to_string(),
        unit: format!(
            "Hashrate of the network, EH/s, UTC days{}",
            truncated_axis(e)
        ),
        note: note(e),
        key: Vec::new(),
        source: "block headers (times and targets)".to_string(),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(e),
    })
}

fn note(e: &Explanation) -> String {
    let mut note = format!(
        "Each grey dot is one day’s count of blocks, the figure that news sites quote; its bar is one \
         standard deviation of luck. At a constant hashrate {} % of days still fall by a tenth or more \
         against the day before.",
        decimal(days_that_fall_by_a_tenth_percent(), 0)
    );
    if e.figures.band.len() > 1 {
        note.push_str(" The band holds the smoothed hashrate with 90 % probability.");
    }
    if e.daily.iter().any(|d| d.partial) {
        note.push_str(" The open dot is a day of which only a part was known.");
    }
    note
}

/// What block times say, in a title.
pub fn finding(e: &Explanation) -> &'static str {
    match e.findings.blocks {
        Some(BlockFinding::LossSupported) => "Block times alone show a loss",
        Some(BlockFinding::CannotTell) => "Block times alone cannot tell a loss from luck",
        Some(BlockFinding::LossDisfavoured) => "Block times alone speak against a loss",
        None => "The network’s hashrate around the window",
    }
}

/// The same in few words.
pub(super) fn short_finding(e: &Explanation) -> &'static str {
    match e.findings.blocks {
        Some(BlockFinding::LossSupported) => "Block times show a loss",
        Some(BlockFinding::CannotTell) => "Block times cannot tell",
        Some(BlockFinding::LossDisfavoured) => "Block times show no loss",
        None => "Daily counts of blocks",
    }
}

fn truncated_axis(e: &Explanation) -> String {
    match values(e) {
        Some((low, _)) if low > 0.0 => format!("; the axis starts at {}", decimal(low, 0)),
        _ => String::new(),
    }
}

fn values(e: &Explanation) -> Option<(f64, f64)> {
    let days = e.daily.iter().flat_map(|d| {
        let (h, s) = (d.hashrate_ehs.ehs(), d.sigma_ehs.ehs());
        [h - s, h + s]
    });
    let band = e
        .figures
        .band
        .iter()
        .flat_map(|p| [p.hashrate_ehs.p05, p.hashrate_ehs.p95]);
    round_domain(days.chain(band), VALUE_TICKS).map(|(low, high)| (low.max(0.0), high))
}

/// The stretch of days and band together.
pub(crate) fn stretch(e: &Explanation) -> (Seconds, Seconds) {
    let days = e.daily.iter().flat_map(|d| [d.start, d.start + DAY]);
    let band = e.figures.band.iter().map(|p| p.time);
    let all = days.chain(band).chain([e.window.start, e.window.end]);
    all.fold((Seconds::MAX, Seconds::MIN), |(a, b), t| {
        (a.min(t), b.max(t))
    })
}

fn draw(e: &Explanation, id: &str, layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let band_hatch = hatch(id, layout, "band");
    let mut entries = vec![(Swatch::Counted("raw"), "one day’s count, ±1σ of luck")];
    if e.figures.band.len() > 1 {
        let patch = Swatch::Patch(band_hatch.clone(), "median");
        entries.push((patch, "smoothed: median and 90 % band"));
    }
    let top = legend(&mut d, layout, 0.0, &entries) + 28.0;
    let frame = Frame {
        left: 36.0,
        right: layout.width() - 6.0,
        top,
        bottom: top + layout.pick(260.0, 220.0),
    };
    plot(&mut d, e, frame, &band_hatch, layout.pick(8, 5));
    (d, frame.bottom + 38.0)
}

/// The plot without its legend, into a frame.
pub(super) fn plot(d: &mut Drawing, e: &Explanation, frame: Frame, band_hatch: &str, ticks: usize) {
    let span = stretch(e);
    let x = Scale::of_time(span, frame.across());
    let y = Scale::new(values(e).unwrap_or((0.0, 1.0)), frame.up());
    frame.window(d, x, e.window);
    frame.value_axis(d, y, "EH/s");
    draw_band(d, &e.figures.band, x, y, band_hatch);
    for day in &e.daily {
        draw_day(d, day, x, y);
    }
    frame.time_axis(d, x, &time_ticks(span, ticks));
    if span.0 < e.as_of && e.as_of < span.1 {
        let at = x.time(e.as_of);
        d.line("as-of", (at, frame.top), (at, frame.bottom));
        let (anchor, dx) = if at > (frame.left + frame.right) / 2.0 {
            (Anchor::End, -5.0)
        } else {
            (Anchor::Start, 5.0)
        };
        d.text(
            "small halo",
            (at + dx, frame.bottom - 8.0),
            anchor,
            "known until here",
        );
    }
}

fn draw_band(d: &mut Drawing, band: &[BandPoint], x: Scale, y: Scale, pattern: &str) {
    let band = thinned(band);
    let line = |f: fn(&BandPoint) -> f64| -> Vec<(f64, f64)> {
        band.iter()
            .map(|p| (x.time(p.time), y.clamped(f(p))))
            .collect()
    };
    let upper = line(|p| p.hashrate_ehs.p95);
    let lower = line(|p| p.hashrate_ehs.p05);
    d.band(pattern, &upper, &lower);
    d.polyline("median", &line(|p| p.hashrate_ehs.p50));
}

fn thinned(band: &[BandPoint]) -> Vec<BandPoint> {
    let step = band.len().div_ceil(BAND_POINTS).max(1);
    let mut kept: Vec<_> = band.iter().step_by(step).copied().collect();
    if let (Some(last), true) = (band.last(), band.len() % step != 1) {
        kept.push(*last);
    }
    kept
}

fn draw_day(d: &mut Drawing, day: &Day, x: Scale, y: Scale) {
    let at = x.time(day.start + DAY / 2);
    let (h, s) = (day.hashrate_ehs.ehs(), day.sigma_ehs.ehs());
    d.line("raw-bar", (at, y.clamped(h - s)), (at, y.clamped(h + s)));
    let mark = if day.partial { Mark::Ring } else { Mark::Disc };
    d.mark("raw", mark, (at, y.clamped(h)), 3.0);
}

fn describe(e: &Explanation) -> String {
    let levels = e.daily.iter().map(|d| d.hashrate_ehs.ehs());
    let (low, high) = levels.fold((f64::INFINITY, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let mut text = format!(
        "Daily counts from {} to {} EH/s",
        decimal(low, 0),
        decimal(high, 0)
    );
    if let Some(blocks) = &e.evidence.blocks {
        text.push_str(&format!(
            "; {} blocks in the window against {} expected at the rate around it",
            blocks.blocks,
            decimal(blocks.expected_blocks, 0)
        ));
    }
    text.push_str(&format!(
        ". The window runs from {} to {} UTC.",
        moment(e.window.start),
        moment(e.window.end)
    ));
    text
}

fn table(e: &Explanation) -> Table {
    let mut table = Table::new(&[
        "Day, UTC",
        "Blocks",
        "Hashrate, EH/s",
        "±1σ, EH/s",
        "Against the day before",
    ]);
    for day in &e.daily {
        let h = day.hashrate_ehs.ehs();
        let partial = if day.partial { " (partial)" } else { "" };
        table.rows.push(vec![
            format!("{}{partial}", date(day.start)),
            day.blocks.to_string(),
            decimal(h, 1),
            decimal(day.sigma_ehs.ehs(), 1),
            day.change_percent.map(percent).unwrap_or_default(),
        ]);
    }
    table
}
