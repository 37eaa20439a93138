//! The price around the onset, over where it would usually have been, with the onset and the other news
//! marked: a fall after the onset is not a fall because of it.

use crate::figure::frame::{Frame, VALUE_TICKS};
use crate::figure::layout::Layout;
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, hatch, svg};
use crate::figure::scale::{Scale, round_domain, time_ticks};
use crate::svg::{Anchor, Drawing, Mark};
use crate::table::Table;
use hashquake_base::format::{decimal, moment};
use hashquake_base::units::{DAY, Seconds};
use hashquake_explain::UNUSUAL;
use hashquake_explain::explanation::Explanation;
use hashquake_explain::explanation::attribution::{PriceMark, PriceResolution, PriceRow};

/// The figure; `None` without prices.
pub fn figure(e: &Explanation) -> Option<Figure> {
    let price = e.price.as_ref().filter(|p| p.series.len() > 1)?;
    let id = "price-path";
    let picture = |layout| {
        let (drawing, height) = draw(price, id, layout);
        svg(id, layout, height, &price.answer, drawing)
    };
    Some(Figure {
        id: id.to_string(),
        title: finding(price),
        unit: unit(price),
        note: note(price),
        key: key(price),
        source: price.source.clone(),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: price.answer.clone(),
        table: table(price),
    })
}

fn finding(p: &PriceRow) -> String {
    let sense = if p.return_percent < 0.0 {
        "fell"
    } else {
        "rose"
    };
    let size = decimal(p.return_percent.abs(), 1);
    let time = match p.resolution {
        PriceResolution::Hours => "in 24 hours",
        PriceResolution::Days => "on the day",
    };
    let quiet = p.stretches.first().is_some_and(|s| s.p_value >= UNUSUAL);
    let after = match p.p_value < UNUSUAL {
        false => ", no more than usual",
        true if quiet => ", most of it after other news",
        true => "",
    };
    format!("The price {sense} by {size} % {time}{after}")
}

fn unit(p: &PriceRow) -> String {
    let closes = match p.resolution {
        PriceResolution::Hours => "closes of hours",
        PriceResolution::Days => "closes of days",
    };
    let start = values(p).map_or(0.0, |v| v.0);
    format!(
        "Dollars for a bitcoin, {closes}, UTC; the axis starts at {}",
        decimal(start, 0)
    )
}

fn note(p: &PriceRow) -> String {
    format!(
        "The band holds with 90 % probability where the price would have been had it gone on from the \
         last close before the onset as in the {} daily returns before; within a day its width grows with \
         the root of time, an approximation.",
        p.returns_before
    )
}

fn key(p: &PriceRow) -> Vec<String> {
    let say = |m: &PriceMark| format!("{} UTC: {}", moment(m.time), m.what);
    p.marks.iter().map(say).collect()
}

/// The vertical domain; a band that is far wider than the price moved is cut at the frame.
fn values(p: &PriceRow) -> Option<(f64, f64)> {
    let closes = || p.series.iter().map(|c| c.price_usd);
    let (low, high) = closes().fold((f64::INFINITY, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let room = 0.5 * (high - low);
    let band = p
        .usual
        .iter()
        .flat_map(|b| [b.price_usd.p05, b.price_usd.p95]);
    let band = band.map(|v| v.clamp(low - room, high + room));
    round_domain(closes().chain(band), VALUE_TICKS).map(|(low, high)| (low.max(0.0), high))
}

fn draw(p: &PriceRow, id: &str, layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let band = hatch(id, layout, "band");
    let entries = [
        (Swatch::Line("fact-line"), "price"),
        (
            Swatch::Patch(band.clone(), "band-edge"),
            "the usual from the onset on, 90 %",
        ),
        (
            Swatch::Mark("badge", Mark::Disc),
            "onset and other news, listed below",
        ),
        (Swatch::Line("raw-curve"), "its median"),
    ];
    let top = legend(&mut d, layout, 0.0, &entries) + 34.0;
    let frame = Frame {
        left: 52.0,
        right: layout.width() - 6.0,
        top,
        bottom: top + layout.pick(250.0, 210.0),
    };
    let first = p.series.first().map_or(0, |c| c.time);
    let last = p.series.last().map_or(DAY, |c| c.time);
    let x = Scale::of_time((first, last), frame.across());
    let y = Scale::new(values(p).unwrap_or((0.0, 1.0)), frame.up());
    frame.value_axis(&mut d, y, "dollars");
    draw_band(&mut d, p, (x, y), &band);
    let line: Vec<_> = p
        .series
        .iter()
        .map(|c| (x.time(c.time), y.clamped(c.price_usd)))
        .collect();
    d.polyline("fact-line", &line);
    marks(&mut d, p, frame, x);
    frame.time_axis(&mut d, x, &time_ticks((first, last), layout.pick(8, 5)));
    (d, frame.bottom + 38.0)
}

fn draw_band(d: &mut Drawing, p: &PriceRow, (x, y): (Scale, Scale), pattern: &str) {
    let line = |f: fn(&hashquake_base::units::Quantiles) -> f64| -> Vec<(f64, f64)> {
        let points = p.usual.iter();
        points
            .map(|b| (x.clamped_time(b.time), y.clamped(f(&b.price_usd))))
            .collect()
    };
    let (upper, lower) = (line(|q| q.p95), line(|q| q.p05));
    d.band(pattern, &upper, &lower);
    d.polyline("raw-curve", &line(|q| q.p50));
}

/// Vertical lines at onset and news, each with its number above.
fn marks(d: &mut Drawing, p: &PriceRow, frame: Frame, x: Scale) {
    let mut free = f64::NEG_INFINITY;
    for (i, mark) in p.marks.iter().enumerate() {
        let at = x.clamped_time(mark.time);
        let class = if i == 0 { "axis" } else { "as-of" };
        d.line(class, (at, frame.top - 4.0), (at, frame.bottom));
        let badge = at.max(free);
        d.mark("badge", Mark::Disc, (badge, frame.top - 14.0), 8.0);
        let number = (i + 1).to_string();
        d.text("number", (badge, frame.top - 10.0), Anchor::Middle, &number);
        free = badge + 18.0;
    }
}

fn table(p: &PriceRow) -> Table {
    let mut table = Table::new(&["Known at, UTC", "Price, dollars"]);
    let around = |time: Seconds| (time - p.before.time).abs() <= 2 * DAY;
    let hours = p.resolution == PriceResolution::Hours;
    table.rows = p
        .series
        .iter()
        .filter(|c| !hours || around(c.time))
        .map(|c| vec![moment(c.time), decimal(c.price_usd, 2)])
        .collect();
    table
}
