//! One wide picture for a README: the daily counts, a pool's own count, the posterior against the claims.
//!
//! Self-contained: no variables, no dark mode (it brings its own paper), so that any viewer draws it.

use std::fmt::Write;

use crate::document::explain::ExplainDocument;
use crate::envelope::Envelope;
use crate::figure::frame::Frame;
use crate::figure::picture::{PALETTE, STYLE, patterns};
use crate::figure::{hashrate, posterior, series};
use crate::svg::{Anchor, Drawing, elide, escape};
use hashquake_base::format::{moment, percent, percent_range};
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::{Explanation, established};

const WIDTH: f64 = 880.0;
const HEIGHT: f64 = 372.0;
const MARGIN: f64 = 22.0;
const GUTTER: f64 = 26.0;
const ID: &str = "story-wide";

/// The picture as one SVG document, 880 × 372.
pub fn readme_svg(answer: &Envelope<ExplainDocument>) -> String {
    let e = &answer.answer.explanation;
    let mut d = Drawing::default();
    d.rect("paper", 0.0, 0.0, WIDTH, HEIGHT);
    let room = WIDTH - 2.0 * MARGIN;
    d.text(
        "headline",
        (MARGIN, 36.0),
        Anchor::Start,
        &elide(&e.title, 21.0, room),
    );
    let panels = panels(e);
    let count = panels.len().max(1) as f64;
    let width = (room - (count - 1.0) * GUTTER) / count;
    for (i, panel) in panels.iter().enumerate() {
        let left = MARGIN + i as f64 * (width + GUTTER);
        draw_panel(&mut d, e, panel, left, width);
    }
    let credit = format!(
        "hashquake {} · as of {} UTC · blocks: block headers · claims: as cited in the report",
        answer.version,
        moment(e.as_of)
    );
    d.text(
        "tick",
        (MARGIN, HEIGHT - 12.0),
        Anchor::Start,
        &elide(&credit, 12.0, room),
    );
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg class=\"figure\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\">\n<title>{}</title>\n\
         <style>{}</style>\n{}{}</svg>\n",
        escape(&describe(e)),
        escape(&e.title),
        style(),
        patterns(ID),
        d.into_body()
    );
    out
}

#[derive(Clone, Copy)]
enum Content {
    Daily,
    Series,
    Posterior,
}

struct Panel {
    title: String,
    subtitle: String,
    content: Content,
}

fn panels(e: &Explanation) -> Vec<Panel> {
    let mut panels = Vec::new();
    if !e.daily.is_empty() {
        let blocks = e.evidence.blocks.as_ref();
        panels.push(Panel {
            title: hashrate::short_finding(e).to_string(),
            subtitle: blocks.map_or("daily counts, EH/s".to_string(), |b| {
                format!("daily counts, ±1σ; loss {}", percent_range(b.loss_percent))
            }),
            content: Content::Daily,
        });
    }
    if let Some(share) = series::published(e).next() {
        let change = percent(-share.loss_percent.p50);
        panels.push(Panel {
            title: format!("{} counts its own", pool_label(&share.pool)),
            subtitle: match share.onset {
                Some(_) => format!("{change} at this pool"),
                None => "no step at this pool".to_string(),
            },
            content: Content::Series,
        });
    }
    let fused = e
        .fused
        .as_ref()
        .map(|f| (f.loss_percent, f.log10_bayes_factor));
    let blocks = e
        .evidence
        .blocks
        .as_ref()
        .map(|b| (b.loss_percent, b.log10_bayes_factor));
    if let Some((loss, bf)) = fused.or(blocks) {
        let about = percent(loss.p50);
        panels.push(Panel {
            title: if established(loss, bf) {
                format!("Together: about {about} lost")
            } else {
                format!("Together: {about}, not established")
            },
            subtitle: format!("90 %: {}; claims in red, %", percent_range(loss)),
            content: Content::Posterior,
        });
    }
    panels
}

fn draw_panel(d: &mut Drawing, e: &Explanation, panel: &Panel, left: f64, width: f64) {
    d.line("axis", (left, 56.0), (left + width, 56.0));
    d.text(
        "strong",
        (left, 78.0),
        Anchor::Start,
        &elide(&panel.title, 14.0, width),
    );
    d.text(
        "small",
        (left, 97.0),
        Anchor::Start,
        &elide(&panel.subtitle, 12.5, width),
    );
    let mut inner = Drawing::default();
    let frame = |gutter: f64, bottom: f64| Frame {
        left: gutter,
        right: width - 2.0,
        top: 136.0,
        bottom,
    };
    let (band, raw, edge) = (
        format!("{ID}-band"),
        format!("{ID}-raw"),
        format!("{ID}-edge"),
    );
    match panel.content {
        Content::Daily => hashrate::plot(&mut inner, e, frame(34.0, 298.0), &band, 4),
        Content::Series => {
            if let Some(share) = series::published(e).next() {
                let place = (frame(34.0, 298.0), hashrate::stretch(e));
                series::plot(&mut inner, e, share, place, &edge, 4);
            }
        }
        Content::Posterior => posterior::panel(&mut inner, e, frame(4.0, 270.0), (&band, &raw)),
    }
    d.place(inner, (left, 0.0));
}

fn style() -> String {
    let own = ".paper{fill:var(--paper)} svg.figure text.headline{font-size:21px;font-weight:700} \
               svg.figure text.strong{font-size:14px}\n";
    let mut style = format!("{STYLE}{own}");
    for (name, light, _) in PALETTE {
        style = style.replace(&format!("var({name})"), light);
    }
    style
}

fn describe(e: &Explanation) -> String {
    let parts: Vec<_> = panels(e)
        .into_iter()
        .map(|p| format!("{}: {}", p.title, p.subtitle))
        .collect();
    format!("{}. {}", e.title, parts.join(". "))
}
