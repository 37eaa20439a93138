//! The claims under the curve: a row each, its mark on the curve's axis, its words beside the mark.

use crate::figure::frame::Frame;
use crate::figure::layout::{Layout, SMALL, TEXT};
use crate::figure::scale::Scale;
use crate::svg::{Anchor, Drawing, Mark, elide, text_width};
use crate::verdict::judgement_words;
use hashquake_base::format::as_claimed;
use hashquake_explain::explanation::{ClaimVerdict, Explanation, Judgement};

/// Verdicts in the order of a legend.
pub(super) const VERDICTS: [Judgement; 4] = [
    Judgement::Supported,
    Judgement::CannotTell,
    Judgement::Contradicted,
    Judgement::NotAssessed,
];

/// Claims of a loss of the network with a number, smallest first.
pub(super) fn claims(e: &Explanation) -> Vec<&ClaimVerdict> {
    let mut claims: Vec<(f64, &ClaimVerdict)> = e
        .claims
        .iter()
        .filter_map(|c| Some((c.network_loss_percent()?, c)))
        .collect();
    claims.sort_by(|a, b| a.0.total_cmp(&b.0));
    claims.into_iter().map(|(_, claim)| claim).collect()
}

/// A claim's label beside its mark.
#[derive(Clone, Debug, PartialEq)]
struct Label {
    x: f64,
    anchor: Anchor,
    text: String,
}

/// The label of a mark at `x`: on its left, where no later claim's line runs, unless less than `enough`
/// is free there and more on its right; cut where it does not fit.
fn beside(x: f64, text: &str, size: f64, enough: f64, (low, high): (f64, f64)) -> Label {
    const GAP: f64 = 12.0;
    let (left, right) = (x - GAP - low, high - x - GAP);
    if left >= text_width(text, size).min(enough) || left >= right {
        return Label {
            x: x - GAP,
            anchor: Anchor::End,
            text: elide(text, size, left),
        };
    }
    Label {
        x: x + GAP,
        anchor: Anchor::Start,
        text: elide(text, size, right),
    }
}

/// One row a claim, from the axis downwards.
pub(super) struct ClaimRows {
    frame: Frame,
    x: Scale,
    layout: Layout,
}

impl ClaimRows {
    pub(super) fn new(frame: Frame, x: Scale, layout: Layout) -> Self {
        Self { frame, x, layout }
    }

    fn y(&self, row: usize) -> f64 {
        self.frame.bottom + 44.0 + row as f64 * self.layout.pick(24.0, 38.0)
    }

    fn px(&self, claim: &ClaimVerdict) -> f64 {
        self.x.clamped(claim.value.unwrap_or_default())
    }

    /// Where the drawing ends.
    pub(super) fn end(&self, rows: usize) -> f64 {
        match rows {
            0 => self.frame.bottom + 24.0,
            n => self.y(n - 1) + self.layout.pick(14.0, 26.0),
        }
    }

    /// From each mark up through the curve; drawn first, so that every text lies over them.
    pub(super) fn lines(&self, d: &mut Drawing, claims: &[&ClaimVerdict]) {
        for (row, claim) in claims.iter().enumerate() {
            let px = self.px(claim);
            d.line("claim-drop", (px, self.frame.top), (px, self.y(row)));
        }
    }

    pub(super) fn labels(&self, d: &mut Drawing, claims: &[&ClaimVerdict]) {
        let bounds = (0.0, self.layout.width());
        let enough = self.layout.pick(300.0, 110.0);
        for (row, claim) in claims.iter().enumerate() {
            let (px, y) = (self.px(claim), self.y(row));
            d.mark("claim", mark(claim.verdict), (px, y), 5.0);
            let number = as_claimed(claim.value.unwrap_or_default());
            let said = judgement_words(claim.verdict);
            let text = match self.layout {
                Layout::Wide => format!("{number} %: {said} — {}", claim.said_by),
                Layout::Narrow => format!("{number} %: {said}"),
            };
            let label = beside(px, &text, TEXT, enough, bounds);
            d.text("halo", (label.x, y + 4.5), label.anchor, &label.text);
            if self.layout == Layout::Narrow {
                let under = beside(px, &claim.said_by, SMALL, enough, bounds);
                d.text("small halo", (under.x, y + 19.0), under.anchor, &under.text);
            }
        }
    }
}

/// The form of a verdict.
pub fn mark(verdict: Judgement) -> Mark {
    match verdict {
        Judgement::Supported => Mark::Disc,
        Judgement::Contradicted => Mark::Cross,
        Judgement::CannotTell => Mark::Diamond,
        Judgement::NotAssessed => Mark::Dash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stay_in_the_drawing_and_off_their_marks() {
        let long = "13.4 %: cannot tell — chart sites as quoted by the press and by everyone else who could";
        for bounds in [(0.0, 340.0), (0.0, 720.0)] {
            for x in [8.0, 90.0, 170.0, 250.0, 332.0] {
                for text in [long, "12 %: supported"] {
                    let label = beside(x, text, TEXT, 110.0, bounds);
                    let (from, to) = label.anchor.reach(label.x, text_width(&label.text, TEXT));
                    assert!(
                        from >= bounds.0 - 1e-9 && to <= bounds.1 + 1e-9,
                        "{x}: {label:?}"
                    );
                    assert!(to <= x - 8.0 || from >= x + 8.0, "{x}: {label:?}");
                }
            }
        }
    }

    #[test]
    fn labels_of_claims_never_overlap() {
        for layout in [Layout::Wide, Layout::Narrow] {
            let frame = Frame {
                left: 8.0,
                right: layout.width() - 8.0,
                top: 40.0,
                bottom: 240.0,
            };
            let rows = ClaimRows::new(frame, Scale::new((-10.0, 30.0), frame.across()), layout);
            let lines = layout.pick(1.0, 2.0);
            let height = rows.y(1) - rows.y(0);
            assert!(height >= lines * SMALL * 1.3, "{height}");
            assert!(
                rows.y(0) - frame.bottom > 18.0 + SMALL,
                "clear of the ticks"
            );
        }
    }
}
