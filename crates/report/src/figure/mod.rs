//! The figures of an explanation: SVG twice over, for a wide and a narrow column.
//!
//! One drawing scaled to a telephone has text of five pixels, so each figure is laid out twice, 720 and
//! 340 pixels wide with letters of the same size, and the page shows the one that fits. Nothing is told
//! by colour alone: evidence is solid or hatched, verdicts differ by form and carry their word.
//! Left out: interaction, animation, bitmap output.

pub mod causes;
pub mod fans;
pub mod hashrate;
pub mod map;
pub mod pool_losses;
pub mod pools;
pub mod posterior;
pub mod price;
pub mod readme;
pub mod scale;
pub mod series;
pub mod timeline;

use std::fmt::Write;

use crate::figure::scale::{Scale, TimeTick};
use crate::svg::{Anchor, Drawing, Mark, escape, text_width};
pub use crate::table::Table;
use hashquake_base::units::Span;
use hashquake_explain::explanation::Explanation;

/// Size of most letters, pixels.
pub const TEXT: f64 = 13.0;
/// Size of ticks and small print, pixels.
pub const SMALL: f64 = 12.0;

/// Ticks of a vertical axis, about.
const VALUE_TICKS: usize = 6;

/// The column that a drawing is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A desk or a printed page.
    Wide,
    /// A telephone.
    Narrow,
}

impl Layout {
    /// Width of the drawing, pixels.
    pub fn width(self) -> f64 {
        self.pick(720.0, 340.0)
    }

    /// One value for each column.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }

    fn name(self) -> &'static str {
        self.pick("wide", "narrow")
    }
}

/// A figure with everything that must travel with it.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Unique on the page.
    pub id: String,
    /// What it shows, as a finding.
    pub title: String,
    /// What is drawn, in which unit.
    pub unit: String,
    /// How to read it, and what not to read into it.
    pub note: String,
    /// Statements that the numbers in the drawing stand for.
    pub key: Vec<String>,
    /// Where the data are from.
    pub source: String,
    /// The picture in words.
    pub description: String,
    /// `<svg>` for a wide column.
    pub wide: String,
    /// `<svg>` for a narrow column.
    pub narrow: String,
    /// The numbers.
    pub table: Table,
}

/// Every figure that the explanation has data for, in the order of the argument.
pub fn figures(e: &Explanation) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(posterior::figure(e));
    figures.extend(map::figure(e));
    figures.extend(pool_losses::figure(e));
    figures.extend(causes::figure(e));
    figures.extend(hashrate::figure(e));
    figures.extend(series::figures(e));
    figures.extend(pools::losses(e));
    figures.extend(pools::shares(e));
    figures.extend(timeline::figure(e));
    figures.extend(price::figure(e));
    figures
}

/// The style sheet that the figures' classes refer to; colours are CSS variables of [`PALETTE`].
pub const STYLE: &str = include_str!("figure.css");

/// Name, light and dark value of every colour. Light and dark differ in grey as well.
pub const PALETTE: [(&str, &str, &str); 15] = [
    ("--paper", "#fffdf9", "#15181c"),
    ("--ink", "#1c1b19", "#ece8e1"),
    ("--soft", "#625d56", "#a9a39a"),
    ("--rule", "#dcd6cb", "#3a3d42"),
    ("--raw", "#98928a", "#77736c"),
    ("--fact", "#0b4f7d", "#7cc0ef"),
    ("--band", "#a9cbe2", "#2c5878"),
    ("--window", "#f3e6d0", "#3a3222"),
    ("--claim", "#a8260f", "#ff9b7d"),
    ("--land", "#efebe3", "#23272c"),
    ("--share-1", "#bfd8e8", "#27404f"),
    ("--share-2", "#9cc1dc", "#2f5873"),
    ("--share-3", "#6fa5cc", "#437ea6"),
    ("--share-4", "#3679aa", "#74b4de"),
    ("--share-5", "#0a446d", "#bfe0f7"),
];

/// A picture in one `<svg>` element.
fn svg(id: &str, layout: Layout, height: f64, label: &str, drawing: Drawing) -> String {
    let name = layout.name();
    let (width, height) = (layout.width(), height.ceil());
    let mut out = String::new();
    // Two ids on a page must not meet, so the patterns carry the figure's and the layout's name.
    let _ = write!(
        out,
        "<svg class=\"figure {name}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n{}{}</svg>\n",
        escape(label),
        patterns(&format!("{id}-{name}")),
        drawing.into_body(),
    );
    out
}

/// Name of the hatching in a drawing.
fn hatch(id: &str, layout: Layout, kind: &str) -> String {
    format!("{id}-{}-{kind}", layout.name())
}

fn patterns(prefix: &str) -> String {
    format!(
        "<defs>\
         <pattern id=\"{prefix}-band\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect class=\"fill-band\" width=\"5\" height=\"5\"/><line class=\"hatch-band\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/></pattern>\
         <pattern id=\"{prefix}-raw\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">\
         <line class=\"hatch-raw\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern>\
         <pattern id=\"{prefix}-edge\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">\
         <line class=\"hatch-edge\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"4\"/></pattern></defs>\n"
    )
}

/// The rectangle that data are drawn in, pixels.
#[derive(Clone, Copy, Debug)]
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Frame {
    fn across(self) -> (f64, f64) {
        (self.left, self.right)
    }

    fn up(self) -> (f64, f64) {
        (self.bottom, self.top)
    }

    /// Rules and labels of a vertical axis; the unit stands above it.
    fn value_axis(self, d: &mut Drawing, y: Scale, unit: &str) {
        for tick in y.ticks(VALUE_TICKS) {
            let at = y.at(tick);
            d.line("rule", (self.left, at), (self.right, at));
            let text = tick_label(tick);
            d.text("tick", (self.left - 7.0, at + 4.0), Anchor::End, &text);
        }
        d.text("tick", (0.0, self.top - 10.0), Anchor::Start, unit);
    }

    /// Base line, ticks and dates; takes 36 pixels below the frame.
    fn time_axis(self, d: &mut Drawing, x: Scale, ticks: &[TimeTick]) {
        d.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        let mut free = f64::NEG_INFINITY;
        for tick in ticks {
            let at = x.time(tick.time);
            let anchor = self.tick(d, at, &tick.label, &mut free);
            if let (Some(below), Some(anchor)) = (&tick.below, anchor) {
                d.text("tick", (at, self.bottom + 33.0), anchor, below);
            }
        }
    }

    /// Base line, ticks and numbers; takes 22 pixels below the frame.
    fn percent_axis(self, d: &mut Drawing, x: Scale, count: usize) {
        d.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        let mut free = f64::NEG_INFINITY;
        for tick in x.ticks(count) {
            let text = format!("{} %", tick_label(tick));
            self.tick(d, x.at(tick), &text, &mut free);
        }
    }

    /// A tick, and its label where the last one left room (from `free` on); where the label is anchored.
    fn tick(self, d: &mut Drawing, at: f64, label: &str, free: &mut f64) -> Option<Anchor> {
        d.line("axis", (at, self.bottom), (at, self.bottom + 5.0));
        let anchor = edge_anchor(at, label, self);
        let (from, to) = anchor.reach(at, text_width(label, SMALL));
        if from < *free {
            return None;
        }
        *free = to + 3.0;
        d.text("tick halo", (at, self.bottom + 18.0), anchor, label);
        Some(anchor)
    }

    /// The window, shaded, its name above it.
    fn window(self, d: &mut Drawing, x: Scale, window: Span) {
        let (a, b) = (x.clamped_time(window.start), x.clamped_time(window.end));
        d.rect(
            "window",
            a,
            self.top,
            (b - a).max(1.0),
            self.bottom - self.top,
        );
        d.line("window-edge", (a, self.top), (a, self.bottom));
        d.line("window-edge", (b, self.top), (b, self.bottom));
        let at = centred((a + b) / 2.0, "window", SMALL, (self.left, self.right));
        d.text("tick", (at, self.top - 10.0), Anchor::Middle, "window");
    }
}

/// A tick's label keeps inside the drawing: at an edge it ends or starts at the tick.
fn edge_anchor(at: f64, text: &str, frame: Frame) -> Anchor {
    let half = text_width(text, SMALL) / 2.0;
    if at + half > frame.right + 8.0 {
        Anchor::End
    } else if at - half < 0.0 {
        Anchor::Start
    } else {
        Anchor::Middle
    }
}

/// A tick in the fewest decimals that tell it from its neighbours.
fn tick_label(value: f64) -> String {
    let decimals = (0..3)
        .find(|d| {
            let unit = [1.0, 10.0, 100.0][*d];
            ((value * unit) - (value * unit).round()).abs() < 1e-6
        })
        .unwrap_or(3);
    hashquake_base::format::decimal(value, decimals)
}

/// The middle nearest to `x` at which a text stays between the bounds.
fn centred(x: f64, text: &str, size: f64, (low, high): (f64, f64)) -> f64 {
    let half = text_width(text, size) / 2.0;
    x.max(low + half).min((high - half).max(low + half))
}

/// Positions near the wanted ones, in their order, at least `gap` apart and between the bounds when they
/// fit there.
pub fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut placed = vec![0.0; wanted.len()];
    let mut next = low;
    for &i in &order {
        placed[i] = wanted[i].max(next);
        next = placed[i] + gap;
    }
    let mut limit = high;
    for &i in order.iter().rev() {
        placed[i] = placed[i].min(limit);
        limit = placed[i] - gap;
    }
    placed
}

/// What stands for a thing in a legend.
enum Swatch {
    Mark(&'static str, Mark),
    Line(&'static str),
    /// A mark with its error bar.
    Counted(&'static str),
    /// A patch of the pattern, under a line of the class.
    Patch(String, &'static str),
    Fill(&'static str),
    /// A fill under a pattern.
    Hatched(&'static str, String),
}

/// A legend from `(0, y)`, wrapped to the width; returns its height.
fn legend(d: &mut Drawing, layout: Layout, y: f64, entries: &[(Swatch, &str)]) -> f64 {
    let (mut x, mut line) = (0.0, 0.0);
    for (swatch, text) in entries {
        let width = 34.0 + text_width(text, SMALL);
        if x > 0.0 && x + width > layout.width() {
            x = 0.0;
            line += 20.0;
        }
        draw_swatch(d, swatch, (x, y + line + 8.0));
        d.text("small", (x + 28.0, y + line + 12.0), Anchor::Start, text);
        x += width + 8.0;
    }
    line + 20.0
}

fn draw_swatch(d: &mut Drawing, swatch: &Swatch, (x, y): (f64, f64)) {
    match swatch {
        Swatch::Mark(class, mark) => d.mark(class, *mark, (x + 11.0, y), 4.5),
        Swatch::Line(class) => d.line(class, (x, y), (x + 22.0, y)),
        Swatch::Counted(class) => {
            d.line(
                &format!("{class}-bar"),
                (x + 11.0, y - 8.0),
                (x + 11.0, y + 8.0),
            );
            d.mark(class, Mark::Disc, (x + 11.0, y), 3.0);
        }
        Swatch::Patch(pattern, line) => {
            d.hatched_rect(pattern, x, y - 6.0, 22.0, 12.0);
            d.line(line, (x, y), (x + 22.0, y));
        }
        Swatch::Fill(class) => d.rect(class, x, y - 6.0, 22.0, 12.0),
        Swatch::Hatched(class, pattern) => {
            d.rect(class, x, y - 6.0, 22.0, 12.0);
            d.hatched_rect(pattern, x, y - 6.0, 22.0, 12.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_keeps_order_and_distance() {
        let cases: [&[f64]; 4] = [
            &[13.4, 12.0, 10.0, 14.0, 15.0],
            &[5.0; 6],
            &[-50.0, 300.0, 299.0],
            &[],
        ];
        for wanted in cases {
            let mut placed = spread(wanted, 18.0, (0.0, 200.0));
            for (i, j) in (0..wanted.len()).flat_map(|i| (0..i).map(move |j| (i, j))) {
                assert!((placed[i] - placed[j]).abs() >= 18.0 - 1e-9, "{placed:?}");
                let order = wanted[i].total_cmp(&wanted[j]);
                assert!(order.is_eq() || order == placed[i].total_cmp(&placed[j]));
            }
            placed.retain(|p| !(-1e-9..=200.0 + 1e-9).contains(p));
            assert!(placed.is_empty(), "{placed:?}");
        }
    }

    #[test]
    fn ticks_show_the_decimals_they_need() {
        let labels: Vec<_> = [8.5, 10.0, -5.0, 0.25].map(tick_label).into();
        assert_eq!(labels, ["8.5", "10", "−5", "0.25"]);
    }
}
