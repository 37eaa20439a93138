//! Just enough SVG: elements with classes, escaped text, rounded coordinates.
//!
//! Colours, strokes and fonts live in one style sheet (`figure/figure.css`), so that a figure follows the
//! reader's light or dark scheme; only geometry and patterns are attributes. Coordinates carry one
//! decimal: a tenth of a pixel. Left out: transforms, gradients, filters, embedded fonts, scripts.

use std::fmt::Write;

/// Text that is safe in an element and in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A coordinate: one decimal, none when whole; NaN and the infinities count as zero.
pub fn coordinate(value: f64) -> String {
    let tenths = if value.is_finite() {
        (value * 10.0).round() as i64
    } else {
        0
    };
    if tenths % 10 == 0 {
        return (tenths / 10).to_string();
    }
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// Width of `text` in pixels at `size` pixels, for the usual sans-serif faces; errs on the wide side.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(em_width).sum::<f64>() * size
}

fn em_width(c: char) -> f64 {
    match c {
        'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.28,
        't' | 'f' | 'r' | 'I' | ' ' | '\u{a0}' | '(' | ')' | '[' | ']' | '/' | '-' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' | '→' => 0.92,
        'A'..='Z' => 0.70,
        c if (c as u32) >= 0x2e80 => 1.05,
        _ => 0.58,
    }
}

/// `text` cut to `room` pixels at `size`, with an ellipsis where something was cut.
pub fn elide(text: &str, size: f64, room: f64) -> String {
    if text_width(text, size) <= room {
        return text.to_string();
    }
    let mut width = em_width('…') * size;
    let mut out = String::new();
    for c in text.chars() {
        width += em_width(c) * size;
        if width > room {
            break;
        }
        out.push(c);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    out.push('…');
    out
}

/// Which part of a text stands at its x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// The text's centre.
    Middle,
    /// Its right end.
    End,
}

impl Anchor {
    /// From where to where a text of this width reaches that stands at `x`.
    pub fn reach(self, x: f64, width: f64) -> (f64, f64) {
        match self {
            Self::Start => (x, x + width),
            Self::Middle => (x - width / 2.0, x + width / 2.0),
            Self::End => (x - width, x),
        }
    }

    fn attribute(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Middle => " text-anchor=\"middle\"",
            Self::End => " text-anchor=\"end\"",
        }
    }
}

/// Forms that stay apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A filled disc.
    Disc,
    /// An open ring.
    Ring,
    /// A diagonal cross.
    Cross,
    /// An open diamond.
    Diamond,
    /// A filled square.
    Square,
    /// A filled diamond.
    Lozenge,
    /// A short bar.
    Dash,
}

/// The inside of an `<svg>` element, as it grows.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    body: String,
}

impl Drawing {
    /// What was drawn.
    pub fn into_body(self) -> String {
        self.body
    }

    /// A rectangle; an empty one is left out.
    pub fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        if width <= 0.0 || height <= 0.0 {
            return;
        }
        let (x, y) = (coordinate(x), coordinate(y));
        let (w, h) = (coordinate(width), coordinate(height));
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/>"
        ));
    }

    /// A rectangle filled with the pattern `pattern`.
    pub fn hatched_rect(&mut self, pattern: &str, x: f64, y: f64, width: f64, height: f64) {
        if width <= 0.0 || height <= 0.0 {
            return;
        }
        let (x, y) = (coordinate(x), coordinate(y));
        let (w, h) = (coordinate(width), coordinate(height));
        self.push(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"url(#{pattern})\"/>"
        ));
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1) = (coordinate(from.0), coordinate(from.1));
        let (x2, y2) = (coordinate(to.0), coordinate(to.1));
        self.push(format_args!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    /// A line through points.
    pub fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 1 {
            let d = path(points);
            self.push(format_args!("<path class=\"{class}\" d=\"{d}\"/>"));
        }
    }

    /// A closed area.
    pub fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 2 {
            let d = path(points);
            self.push(format_args!("<path class=\"{class}\" d=\"{d}Z\"/>"));
        }
    }

    /// A closed area filled with the pattern `pattern`.
    pub fn hatched_polygon(&mut self, pattern: &str, points: &[(f64, f64)]) {
        if points.len() > 2 {
            let d = path(points);
            self.push(format_args!("<path fill=\"url(#{pattern})\" d=\"{d}Z\"/>"));
        }
    }

    /// A band between two lines, filled with the pattern `pattern`, its edges drawn.
    pub fn band(&mut self, pattern: &str, upper: &[(f64, f64)], lower: &[(f64, f64)]) {
        let area: Vec<_> = upper.iter().chain(lower.iter().rev()).copied().collect();
        self.hatched_polygon(pattern, &area);
        self.polyline("band-edge", upper);
        self.polyline("band-edge", lower);
    }

    /// Closed rings as one area, which may have holes.
    pub fn area(&mut self, class: &str, rings: &[Vec<(f64, f64)>]) {
        let d = rings_path(rings);
        if !d.is_empty() {
            self.push(format_args!("<path class=\"{class}\" d=\"{d}\"/>"));
        }
    }

    /// The same, filled with the pattern `pattern`.
    pub fn hatched_area(&mut self, pattern: &str, rings: &[Vec<(f64, f64)>]) {
        let d = rings_path(rings);
        if !d.is_empty() {
            self.push(format_args!(
                "<path class=\"area\" fill=\"url(#{pattern})\" d=\"{d}\"/>"
            ));
        }
    }

    /// A pattern of slanted lines of a class, `gap` pixels apart, to fill with.
    pub fn hatching(&mut self, name: &str, class: &str, gap: f64) {
        let gap = coordinate(gap);
        self.push(format_args!(
            "<defs><pattern id=\"{name}\" width=\"{gap}\" height=\"{gap}\" \
             patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"{class}\" \
             x1=\"0\" y1=\"0\" x2=\"0\" y2=\"{gap}\"/></pattern></defs>"
        ));
    }

    /// Everything of `other` that lies in the rectangle from `(x, y)`.
    pub fn clipped(
        &mut self,
        name: &str,
        other: Self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) {
        let (x, y) = (coordinate(x), coordinate(y));
        let (w, h) = (coordinate(width), coordinate(height));
        let body = other.body;
        self.push(format_args!(
            "<clipPath id=\"{name}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/></clipPath>\n\
             <g clip-path=\"url(#{name})\">\n{body}</g>"
        ));
    }

    /// A mark of half-width `r`.
    pub fn mark(&mut self, class: &str, mark: Mark, (x, y): (f64, f64), r: f64) {
        let at = |dx: f64, dy: f64| format!("{} {}", coordinate(x + dx), coordinate(y + dy));
        let d = match mark {
            Mark::Disc | Mark::Ring => {
                let form = if mark == Mark::Disc { "disc" } else { "ring" };
                let (x, y, r) = (coordinate(x), coordinate(y), coordinate(r));
                self.push(format_args!(
                    "<circle class=\"{class} {form}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"
                ));
                return;
            }
            Mark::Cross => format!("M{}L{}M{}L{}", at(-r, -r), at(r, r), at(-r, r), at(r, -r)),
            Mark::Diamond | Mark::Lozenge => {
                let r = r * 1.25;
                format!(
                    "M{}L{}L{}L{}Z",
                    at(0.0, -r),
                    at(r, 0.0),
                    at(0.0, r),
                    at(-r, 0.0)
                )
            }
            Mark::Square => format!("M{}L{}L{}L{}Z", at(-r, -r), at(r, -r), at(r, r), at(-r, r)),
            Mark::Dash => format!("M{}L{}", at(-r, 0.0), at(r, 0.0)),
        };
        let form = match mark {
            Mark::Diamond => "ring",
            Mark::Cross | Mark::Dash => "stroke",
            _ => "disc",
        };
        self.push(format_args!("<path class=\"{class} {form}\" d=\"{d}\"/>"));
    }

    /// A text, escaped.
    pub fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let (x, y) = (coordinate(x), coordinate(y));
        let (anchor, text) = (anchor.attribute(), escape(text));
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{text}</text>"
        ));
    }

    /// Everything of `other`, moved by `(dx, dy)`.
    pub fn place(&mut self, other: Self, (dx, dy): (f64, f64)) {
        let (dx, dy) = (coordinate(dx), coordinate(dy));
        let body = other.body;
        self.push(format_args!(
            "<g transform=\"translate({dx} {dy})\">\n{body}</g>"
        ));
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        let written = writeln!(self.body, "{element}");
        debug_assert!(written.is_ok(), "a string takes everything");
    }
}

/// Rings in steps of tenths of a pixel, each from the last point: half as long as in whole coordinates.
fn rings_path(rings: &[Vec<(f64, f64)>]) -> String {
    let tenths = |value: f64| (value * 10.0).round() as i64;
    let mut d = String::new();
    for ring in rings.iter().filter(|r| r.len() > 2) {
        let (mut x, mut y) = (tenths(ring[0].0), tenths(ring[0].1));
        let _ = write!(d, "M{}", step(x, false));
        d.push_str(&step(y, true));
        let mut follows = false;
        for point in &ring[1..] {
            let (to_x, to_y) = (tenths(point.0), tenths(point.1));
            if (to_x, to_y) == (x, y) {
                continue;
            }
            if !follows {
                d.push('l');
            }
            d.push_str(&step(to_x - x, follows));
            d.push_str(&step(to_y - y, true));
            (x, y, follows) = (to_x, to_y, true);
        }
        d.push('Z');
    }
    d
}

/// Tenths as the shortest decimal; a space before it where it follows a number and brings no minus.
fn step(tenths: i64, follows: bool) -> String {
    let space = if follows && tenths >= 0 { " " } else { "" };
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.abs() / 10, tenths.abs() % 10);
    match (whole, part) {
        (_, 0) => format!("{space}{sign}{whole}"),
        (0, _) => format!("{space}{sign}.{part}"),
        _ => format!("{space}{sign}{whole}.{part}"),
    }
}

fn path(points: &[(f64, f64)]) -> String {
    let mut d = String::with_capacity(points.len() * 12);
    for (i, (x, y)) in points.iter().enumerate() {
        d.push(if i == 0 { 'M' } else { 'L' });
        d.push_str(&coordinate(*x));
        d.push(' ');
        d.push_str(&coordinate(*y));
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_never_minus_zero() {
        let cases = [
            (12.0, "12"),
            (-0.04, "0"),
            (-0.06, "-0.1"),
            (3.149, "3.1"),
            (-2.5, "-2.5"),
        ];
        for (value, text) in cases {
            assert_eq!(coordinate(value), text);
        }
        assert_eq!(coordinate(f64::NAN), "0");
        let farthest = (i64::MAX / 10).to_string();
        assert!(
            coordinate(1e300).starts_with(&farthest),
            "the last number that there is"
        );
    }

    #[test]
    fn a_ring_is_written_in_short_steps() {
        let mut d = Drawing::default();
        let square = vec![(1.0, 2.0), (11.0, 2.0), (11.0, 12.54), (0.5, 12.5)];
        d.area("area", &[square, vec![(0.0, 0.0), (1.0, 1.0)]]);
        assert_eq!(
            d.into_body(),
            "<path class=\"area\" d=\"M1 2l10 0 0 10.5-10.5 0Z\"/>\n"
        );
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(
            escape("<script>\"a\" & 'b'\u{0}\n"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39; "
        );
    }

    #[test]
    fn an_elided_text_fits_its_room() {
        let long = "chart sites as quoted by the press and by everyone else";
        for room in [30.0, 80.0, 200.0] {
            let cut = elide(long, 12.0, room);
            assert!(text_width(&cut, 12.0) <= room, "{cut}");
            assert!(cut.ends_with('…'));
        }
        assert_eq!(elide("press", 12.0, 100.0), "press");
    }
}
