//! The posterior of the loss, by block times alone and by all evidence, with the claims under it.
//!
//! Each claim has a row of its own beneath the curve, on the curve's axis, so that no number of claims at
//! one value can run together.

pub mod claims;

use crate::figure::frame::{Frame, spread};
use crate::figure::layout::{Layout, SMALL};
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, hatch, svg};
use crate::figure::scale::{Scale, round_domain};
use crate::svg::{Anchor, Drawing, text_width};
use crate::table::Table;
use crate::verdict::judgement_words;
use claims::{ClaimRows, VERDICTS, claims, mark};
use hashquake_base::format::{as_claimed, decimal, percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::{
    BlockFinding, Explanation, Judgement, block_finding, established,
};

/// A density below this part of its peak is not worth the paper.
const NEGLIGIBLE: f64 = 0.01;

/// A curve: losses in percent, density per percentage point.
type Curve = Vec<(f64, f64)>;

/// The curves that the explanation has.
struct Curves {
    /// Whose answer it is.
    name: &'static str,
    /// The answer: all evidence, or block times when they are the only source.
    answer: Curve,
    /// Block times, when the answer is from more than them.
    blocks: Option<Curve>,
    loss: Quantiles,
    log10_bayes_factor: f64,
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
        title: finding(curves.loss, curves.log10_bayes_factor),
        unit: "Loss of the network’s hashrate in the window, percent of the hashrate before; \
               height: probability density"
            .to_string(),
        note: note.to_string(),
        key: Vec::new(),
        source: sources(e),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(e, &curves),
    })
}

/// The answer, in a title; a loss is called one only where it is established.
pub fn finding(loss: Quantiles, log10_bayes_factor: f64) -> String {
    let (about, range) = (percent(loss.p50), percent_range(loss));
    if established(loss, log10_bayes_factor) {
        format!("The network lost about {about}, with 90 % probability {range}")
    } else if block_finding(log10_bayes_factor) != BlockFinding::LossDisfavoured {
        format!("A loss is not established: about {about}, 90 % from {range}")
    } else {
        format!("The evidence speaks against a loss: about {about}, 90 % from {range}")
    }
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
    match (curve(&f.fused_density), e.fused.as_ref()) {
        (Some(answer), Some(fused)) => {
            let alone = f.blocks_alone();
            Some(Curves {
                name: if alone { "block times" } else { "all evidence" },
                answer,
                blocks: blocks.filter(|_| !alone),
                loss: fused.loss_percent,
                log10_bayes_factor: fused.log10_bayes_factor,
            })
        }
        _ => {
            let found = e.evidence.blocks.as_ref()?;
            Some(Curves {
                name: "block times",
                answer: blocks?,
                blocks: None,
                loss: found.loss_percent,
                log10_bayes_factor: found.log10_bayes_factor,
            })
        }
    }
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
    let answer = format!("{}, filled: 90 %", curves.name);
    let mut entries = vec![(Swatch::Patch(band.clone(), "fact-line"), answer.as_str())];
    if curves.blocks.is_some() {
        entries.push((Swatch::Patch(raw.clone(), "raw-curve"), "block times alone"));
    }
    let shown = claims(e);
    for verdict in VERDICTS {
        if shown.iter().any(|c| c.verdict == verdict) {
            let words = match verdict {
                Judgement::Supported => "claim: supported",
                Judgement::CannotTell => "claim: cannot tell",
                Judgement::Contradicted => "claim: contradicted",
                Judgement::NotAssessed => "claim: not assessed",
            };
            entries.push((Swatch::Mark("claim", mark(verdict)), words));
        }
    }
    let top = legend(&mut d, layout, 0.0, &entries) + 26.0;
    let frame = Frame {
        left: 8.0,
        right: layout.width() - 8.0,
        top,
        bottom: top + layout.pick(210.0, 170.0),
    };
    let x = Scale::new(domain(e, curves), frame.across());
    let rows = ClaimRows::new(frame, x, layout);
    rows.lines(&mut d, &shown);
    plot(&mut d, curves, frame, x, (&band, &raw), layout.pick(8, 5));
    rows.labels(&mut d, &shown);
    (d, rows.end(shown.len()))
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
    if placed.iter().all(|at| *at > frame.left + 104.0) {
        let used = VERDICTS
            .iter()
            .filter(|v| shown.iter().any(|c| c.verdict == **v));
        for (i, verdict) in used.take(3).enumerate() {
            let y = frame.bottom + 38.0 + 17.0 * i as f64;
            d.mark("claim", mark(*verdict), (frame.left + 5.0, y), 4.0);
            d.text(
                "tick",
                (frame.left + 16.0, y + 4.0),
                Anchor::Start,
                judgement_words(*verdict),
            );
        }
    }
}

fn closed(mut line: Vec<(f64, f64)>, base: f64) -> Vec<(f64, f64)> {
    if let (Some(first), Some(last)) = (line.first().copied(), line.last().copied()) {
        line.push((last.0, base));
        line.push((first.0, base));
    }
    line
}

fn sources(e: &Explanation) -> String {
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
        percent_range(curves.loss)
    );
    if let (Some(blocks), Some(_)) = (&e.evidence.blocks, &curves.blocks) {
        text.push_str(&format!(
            " Block times alone: {}, {}.",
            percent(blocks.loss_percent.p50),
            percent_range(blocks.loss_percent)
        ));
    }
    for claim in claims(e) {
        let number = as_claimed(claim.value.unwrap_or_default());
        text.push_str(&format!(
            " Claim of {number} %: {}.",
            judgement_words(claim.verdict)
        ));
    }
    text
}

fn table(e: &Explanation, curves: &Curves) -> Table {
    let mut table = Table::new(&[
        "Loss, percent",
        "Density, all evidence",
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
    fn only_what_is_established_is_called_a_loss() {
        let q = |p05, p50, p95| Quantiles { p05, p50, p95 };
        assert!(finding(q(6.5, 11.6, 16.6), 2.5).starts_with("The network lost about 11.6 %"));
        assert!(finding(q(-0.2, 7.0, 13.9), 1.2).starts_with("A loss is not established"));
        assert!(finding(q(2.0, 7.0, 13.9), 0.11).starts_with("A loss is not established"));
        assert!(finding(q(-9.0, -2.0, 4.0), -0.8).starts_with("The evidence speaks against"));
    }
}
