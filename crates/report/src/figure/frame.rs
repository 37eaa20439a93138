//! The rectangle that data are drawn in: its axes, its ticks, the window, and where labels find room.

use super::layout::SMALL;
use super::scale::{Scale, TimeTick};
use crate::svg::{Anchor, Drawing, text_width};
use hashquake_base::units::Span;

/// Ticks of a vertical axis, about.
pub(super) const VALUE_TICKS: usize = 6;

/// The rectangle that data are drawn in, pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Frame {
    pub(super) fn across(self) -> (f64, f64) {
        (self.left, self.right)
    }

    pub(super) fn up(self) -> (f64, f64) {
        (self.bottom, self.top)
    }

    /// Rules and labels of a vertical axis; the unit stands above it.
    pub(super) fn value_axis(self, d: &mut Drawing, y: Scale, unit: &str) {
        for tick in y.ticks(VALUE_TICKS) {
            let at = y.at(tick);
            d.line("rule", (self.left, at), (self.right, at));
            let text = tick_label(tick);
            d.text("tick", (self.left - 7.0, at + 4.0), Anchor::End, &text);
        }
        d.text("tick", (0.0, self.top - 10.0), Anchor::Start, unit);
    }

    /// Base line, ticks and dates; takes 36 pixels below the frame.
    pub(super) fn time_axis(self, d: &mut Drawing, x: Scale, ticks: &[TimeTick]) {
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
    pub(super) fn percent_axis(self, d: &mut Drawing, x: Scale, count: usize) {
        d.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        let mut free = f64::NEG_INFINITY;
        for tick in x.ticks(count) {
            let text = format!("{} %", tick_label(tick));
            self.tick(d, x.at(tick), &text, &mut free);
        }
    }

    /// A tick, and its label where the last one left room (from `free` on); where the label is anchored.
    pub(super) fn tick(
        self,
        d: &mut Drawing,
        at: f64,
        label: &str,
        free: &mut f64,
    ) -> Option<Anchor> {
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
    pub(super) fn window(self, d: &mut Drawing, x: Scale, window: Span) {
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
pub(super) fn centred(x: f64, text: &str, size: f64, (low, high): (f64, f64)) -> f64 {
    let half = text_width(text, size) / 2.0;
    x.max(low + half).min((high - half).max(low + half))
}

/// Positions near the wanted ones, in their order, at least `gap` apart and between the bounds when they
/// fit there.
pub(super) fn spread(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
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
