//! A figure as it leaves: the picture for both columns and everything that must travel with it.

use std::fmt::Write;

use super::layout::Layout;
use crate::svg::{Drawing, escape};
use crate::table::Table;

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
    /// The numbers that are drawn.
    pub table: Table,
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
pub(super) fn svg(id: &str, layout: Layout, height: f64, label: &str, drawing: Drawing) -> String {
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
pub(super) fn hatch(id: &str, layout: Layout, kind: &str) -> String {
    format!("{id}-{}-{kind}", layout.name())
}

pub(super) fn patterns(prefix: &str) -> String {
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
