//! The posterior of the loss, by block times alone and by all witnesses, with the claims under it.
//!
//! Each claim has a row of its own beneath the curve, on the curve's axis, so that no number of claims at
//! one value can run together.

use super::{
    Drawing, Figure, Frame, Layout, SMALL, Swatch, TEXT, Table, hatch, legend, spread, svg,
};
use crate::report::explanation::{ClaimKind, ClaimVerdict, Explanation, Judgement};
use crate::report::figure::scale::{Scale, round_domain};
use crate::report::svg::{Anchor, Mark, elide, text_width};
use crate::report::wording::{as_claimed, decimal, interval, judgement, percent};
use crate::units::Quantiles;

/// A density below this part of its peak is not worth the paper.
const NEGLIGIBLE: f64 = 0.004;

/// A curve: losses in percent, density per percentage point.
type Curve = Vec<(f64, f64)>;

/// The curves that the explanation has.
struct Curves {
    /// The answer: all witnesses, or block times when they are the only one.
    answer: Curve,
    /// Block times, when the answer is from more than them.
    blocks: Option<Curve>,
    loss: Quantiles,
}

/// The figure; `None` without a density.
pub fn figure(e: &Explanation) -> Option<Figure> {
    let curves = curves(e)?;
    let id = "posterior";
    let description = describe(e, &curves);
    let picture = |layout| {
        let (drawing, height) = draw(e, &curves, id, layout);
        svg(id, layout, height, &description, drawing)
    };
    let shown = claims(e);
    let note = if shown.is_empty() {
        "The higher the curve, the more probable the loss under it."
    } else {
        "The higher the curve, the more probable the loss under it. A claim outside the 90 % interval is \
         contradicted; one inside it is supported only where a loss is established against none."
    };
    Some(Figure {
        id: id.to_string(),
        title: finding(curves.loss),
        unit: "Loss of the network’s hashrate in the window, percent of the hashrate before; \
               height: probability density"
            .to_string(),
        note: note.to_string(),
        key: Vec::new(),
        source: witnesses(e),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(e, &curves),
    })
}

/// The answer, in a title.
pub fn finding(loss: Quantiles) -> String {
    if loss.p50 < 0.0 {
        return format!(
            "No loss: the hashrate changed by {} to {}",
            decimal(-loss.p95, 1),
            percent(-loss.p05)
        );
    }
    format!(
        "The network lost about {}, with 90 % probability {}",
        percent(loss.p50),
        interval(loss)
    )
}

fn curves(e: &Explanation) -> Option<Curves> {
    let f = &e.figures;
    let curve = |density: &[f64]| -> Option<Curve> {
        let sound = density.len() == f.loss_percent.len() && density.iter().any(|v| *v > 0.0);
        sound.then(|| {
            f.loss_percent
                .iter()
                .copied()
                .zip(density.iter().copied())
                .collect()
        })
    };
    let blocks = curve(&f.blocks_density);
    let blocks_loss = e.evidence.blocks.as_ref().map(|b| b.loss_percent);
    match (curve(&f.fused_density), e.fused.as_ref()) {
        (Some(answer), Some(fused)) => {
            let alone = f.fused_density == f.blocks_density;
            Some(Curves {
                answer,
                blocks: blocks.filter(|_| !alone),
                loss: fused.loss_percent,
            })
        }
        _ => Some(Curves {
            answer: blocks?,
            blocks: None,
            loss: blocks_loss?,
        }),
    }
}

/// Claims of a loss with a number, smallest first.
pub fn claims(e: &Explanation) -> Vec<&ClaimVerdict> {
    let in_percent = |c: &&ClaimVerdict| {
        c.kind == ClaimKind::Loss
            && c.value.is_some_and(f64::is_finite)
            && c.unit.as_deref().is_none_or(|u| u == "percent" || u == "%")
    };
    let mut claims: Vec<_> = e.claims.iter().filter(in_percent).collect();
    claims.sort_by(|a, b| {
        a.value
            .partial_cmp(&b.value)
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    claims
}

fn domain(e: &Explanation, curves: &Curves) -> (f64, f64) {
    let visible = |curve: &Curve| -> Vec<f64> {
        let peak = curve.iter().fold(0.0_f64, |m, p| m.max(p.1));
        curve
            .iter()
            .filter(|p| p.1 > peak * NEGLIGIBLE)
            .map(|p| p.0)
            .collect()
    };
    let mut values = visible(&curves.answer);
    values.extend(curves.blocks.iter().flat_map(visible));
    values.extend(claims(e).iter().filter_map(|c| c.value));
    round_domain(values.into_iter().chain([0.0]), 8).unwrap_or((-20.0, 90.0))
}

fn draw(e: &Explanation, curves: &Curves, id: &str, layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let (band, raw) = (hatch(id, layout, "band"), hatch(id, layout, "raw"));
    let answer = if curves.blocks.is_some() {
        "all witnesses"
    } else {
        "block times"
    };
    let mut entries = vec![
        (Swatch::Line("fact-line"), answer),
        (
            Swatch::Patch(band.clone(), "fact-line"),
            "its 90 % interval",
        ),
    ];
    if curves.blocks.is_some() {
        entries.push((Swatch::Line("raw-curve"), "block times alone"));
    }
    let shown = claims(e);
    let mut verdicts: Vec<Judgement> = Vec::new();
    for claim in &shown {
        if !verdicts.contains(&claim.verdict) {
            verdicts.push(claim.verdict);
        }
    }
    for verdict in verdicts {
        let text = match verdict {
            Judgement::Supported => "claim: supported",
            Judgement::Contradicted => "claim: contradicted",
            Judgement::CannotTell => "claim: cannot tell",
            Judgement::NotAssessed => "claim: not assessed",
        };
        entries.push((Swatch::Mark("claim", mark(verdict)), text));
    }
    let top = legend(&mut d, layout, 0.0, &entries) + 26.0;
    let frame = Frame {
        left: 8.0,
        right: layout.width() - 8.0,
        top,
        bottom: top + layout.pick(210.0, 170.0),
    };
    let x = Scale::new(domain(e, curves), frame.across());
    plot(&mut d, curves, frame, x, (&band, &raw), layout.pick(8, 5));
    let height = claim_rows(&mut d, &shown, frame, x, layout);
    (d, height)
}

/// The curves, without legend and claims, into a frame.
fn plot(
    d: &mut Drawing,
    curves: &Curves,
    frame: Frame,
    x: Scale,
    hatches: (&str, &str),
    ticks: usize,
) {
    let all = curves.answer.iter().chain(curves.blocks.iter().flatten());
    let peak = all.fold(0.0_f64, |m, p| m.max(p.1));
    let y = Scale::new((0.0, peak * 1.04), frame.up());
    let (low, high) = x.domain();
    let line = |curve: &Curve| -> Vec<(f64, f64)> {
        let seen = curve.iter().filter(|p| low <= p.0 && p.0 <= high);
        seen.map(|p| (x.at(p.0), y.at(p.1))).collect()
    };
    if let Some(blocks) = &curves.blocks {
        d.hatched_polygon(hatches.1, &closed(line(blocks), frame.bottom));
        d.polyline("raw-curve", &line(blocks));
    }
    let (from, to) = (curves.loss.p05, curves.loss.p95);
    let inside: Curve = curves
        .answer
        .iter()
        .copied()
        .filter(|p| from <= p.0 && p.0 <= to)
        .collect();
    d.hatched_polygon(hatches.0, &closed(line(&inside), frame.bottom));
    d.polyline("fact-line", &line(&curves.answer));
    let height_at = |loss: f64| {
        let nearest = |p: &&(f64, f64)| (p.0 - loss).abs();
        let near = curves
            .answer
            .iter()
            .min_by(|a, b| nearest(a).total_cmp(&nearest(b)));
        near.map_or(0.0, |p| p.1)
    };
    let median = x.clamped(curves.loss.p50);
    d.line(
        "fact-bar",
        (median, frame.bottom),
        (median, y.at(height_at(curves.loss.p50))),
    );
    d.line(
        "zero",
        (x.at(0.0), frame.top - 4.0),
        (x.at(0.0), frame.bottom),
    );
    let text = "no loss";
    let anchor = if x.at(0.0) - text_width(text, SMALL) < frame.left {
        Anchor::Start
    } else {
        Anchor::Middle
    };
    d.text("tick", (x.at(0.0), frame.top - 10.0), anchor, text);
    let label = percent(curves.loss.p50);
    let top = y.at(height_at(curves.loss.p50)) - 8.0;
    d.text("fact", (median, top), Anchor::Middle, &label);
    frame.percent_axis(d, x, ticks);
}

/// The curves and the claimed numbers, small: for a panel among others. Takes 66 pixels below the frame;
/// draws nothing without a density.
pub(super) fn panel(d: &mut Drawing, e: &Explanation, frame: Frame, hatches: (&str, &str)) {
    let Some(curves) = curves(e) else { return };
    let x = Scale::new(domain(e, &curves), frame.across());
    let shown = claims(e);
    let numbers: Vec<String> = shown
        .iter()
        .map(|c| as_claimed(c.value.unwrap_or_default()))
        .collect();
    let wanted: Vec<f64> = shown
        .iter()
        .map(|c| x.clamped(c.value.unwrap_or_default()))
        .collect();
    for px in &wanted {
        d.line("claim-drop", (*px, frame.top), (*px, frame.bottom));
    }
    plot(d, &curves, frame, x, hatches, 5);
    let widest = numbers
        .iter()
        .map(|n| text_width(n, SMALL))
        .fold(10.0, f64::max);
    let placed = spread(&wanted, widest + 5.0, (frame.left + 8.0, frame.right - 8.0));
    let (row, words) = (frame.bottom + 38.0, frame.bottom + 60.0);
    for ((claim, number), (true_x, at)) in
        shown.iter().zip(&numbers).zip(wanted.iter().zip(&placed))
    {
        d.line(
            "claim-drop",
            (*true_x, frame.bottom + 22.0),
            (*at, row - 6.0),
        );
        d.mark("claim", mark(claim.verdict), (*at, row), 4.0);
        d.text("tick", (*at, words), Anchor::Middle, number);
    }
}

fn closed(mut line: Vec<(f64, f64)>, base: f64) -> Vec<(f64, f64)> {
    if let (Some(first), Some(last)) = (line.first().copied(), line.last().copied()) {
        line.push((last.0, base));
        line.push((first.0, base));
    }
    line
}

/// A claim's label beside its mark.
#[derive(Clone, Debug, PartialEq)]
struct Label {
    x: f64,
    anchor: Anchor,
    text: String,
}

impl Label {
    fn reach(&self, size: f64) -> (f64, f64) {
        let width = text_width(&self.text, size);
        match self.anchor {
            Anchor::Start => (self.x, self.x + width),
            Anchor::Middle => (self.x - width / 2.0, self.x + width / 2.0),
            Anchor::End => (self.x - width, self.x),
        }
    }
}

/// The label of a mark at `x`: on its left, where no later claim's line runs, unless only the right has
/// room; cut where neither has.
fn beside(x: f64, text: &str, size: f64, (low, high): (f64, f64)) -> Label {
    const GAP: f64 = 12.0;
    let (left, right) = (x - GAP - low, high - x - GAP);
    let width = text_width(text, size);
    if width <= left || left >= right {
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

/// One row a claim, from the axis downwards; returns where the drawing ends.
fn claim_rows(
    d: &mut Drawing,
    claims: &[&ClaimVerdict],
    frame: Frame,
    x: Scale,
    layout: Layout,
) -> f64 {
    let first = frame.bottom + 34.0;
    let row = layout.pick(24.0, 38.0);
    let bounds = (0.0, layout.width());
    let at = |i: usize| first + i as f64 * row + 8.0;
    for (i, claim) in claims.iter().enumerate() {
        let px = x.clamped(claim.value.unwrap_or_default());
        d.line("claim-drop", (px, frame.top), (px, at(i)));
    }
    for (i, claim) in claims.iter().enumerate() {
        let px = x.clamped(claim.value.unwrap_or_default());
        d.mark("claim", mark(claim.verdict), (px, at(i)), 5.0);
        let number = as_claimed(claim.value.unwrap_or_default());
        let said = judgement(claim.verdict);
        let strong = match layout {
            Layout::Wide => format!("{number}\u{a0}%: {said} — {}", claim.said_by),
            Layout::Narrow => format!("{number}\u{a0}%: {said}"),
        };
        let label = beside(px, &strong, TEXT, bounds);
        d.text("halo", (label.x, at(i) + 4.5), label.anchor, &label.text);
        if layout == Layout::Narrow {
            let under = beside(px, &claim.said_by, SMALL, bounds);
            d.text(
                "small halo",
                (under.x, at(i) + 19.0),
                under.anchor,
                &under.text,
            );
        }
    }
    if claims.is_empty() {
        frame.bottom + 24.0
    } else {
        at(claims.len() - 1) + layout.pick(14.0, 26.0)
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

fn witnesses(e: &Explanation) -> String {
    let mut parts = Vec::new();
    if e.evidence.blocks.is_some() {
        parts.push("block headers");
    }
    if !e.evidence.shares.is_empty() {
        parts.push("pools’ share counts and printed losses");
    }
    if !e.evidence.timeline.is_empty() {
        parts.push("dated statements on the outage");
    }
    parts.join("; ")
}

fn describe(e: &Explanation, curves: &Curves) -> String {
    let mut text = format!(
        "Posterior of the loss: median {}, 90 % interval {}.",
        percent(curves.loss.p50),
        interval(curves.loss)
    );
    if let (Some(blocks), Some(_)) = (&e.evidence.blocks, &curves.blocks) {
        text.push_str(&format!(
            " Block times alone: {}, {}.",
            percent(blocks.loss_percent.p50),
            interval(blocks.loss_percent)
        ));
    }
    for claim in claims(e) {
        let number = as_claimed(claim.value.unwrap_or_default());
        text.push_str(&format!(
            " Claim of {number} %: {}.",
            judgement(claim.verdict)
        ));
    }
    text
}

fn table(e: &Explanation, curves: &Curves) -> Table {
    let mut table = Table::new(&[
        "Loss, percent",
        "Density, all witnesses",
        "Density, block times alone",
    ]);
    let (low, high) = domain(e, curves);
    let stride = (curves.answer.len() / 100).max(1);
    for (i, (loss, density)) in curves.answer.iter().enumerate().step_by(stride) {
        if (low..=high).contains(loss) {
            let blocks = e.figures.blocks_density.get(i).map(|v| decimal(*v, 4));
            table.rows.push(vec![
                decimal(*loss, 1),
                decimal(*density, 4),
                blocks.unwrap_or_default(),
            ]);
        }
    }
    table
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
                    let label = beside(x, text, TEXT, bounds);
                    let (from, to) = label.reach(TEXT);
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
    fn a_gain_is_not_called_a_loss() {
        let gain = Quantiles {
            p05: -9.0,
            p50: -4.0,
            p95: 1.0,
        };
        assert_eq!(
            finding(gain),
            "No loss: the hashrate changed by −1.0 to 9.0\u{a0}%"
        );
    }
}
