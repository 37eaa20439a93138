//! The legend of a figure.

use super::layout::{Layout, SMALL};
use crate::svg::{Anchor, Drawing, Mark, text_width};

/// What stands for a thing in a legend.
pub(super) enum Swatch {
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
pub(super) fn legend(d: &mut Drawing, layout: Layout, y: f64, entries: &[(Swatch, &str)]) -> f64 {
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
