//! When it began and ended, by each source: statements on the outage, the pools' own counts, the window.
//!
//! A moment that is known only to lie between two others is hatched between them. Statements are
//! numbered in the drawing and written out under it.

use crate::figure::frame::{Frame, spread};
use crate::figure::layout::{Layout, SMALL, TEXT};
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, hatch, svg};
use crate::figure::scale::{Scale, time_ticks};
use crate::figure::series;
use crate::phrases::statement_kind;
use crate::svg::{Anchor, Drawing, Mark, elide, text_width};
use crate::table::Table;
use hashquake_base::format::{bracket, decimal, sentence_case, short_moment};
use hashquake_base::units::{Bracket, Seconds, Span};
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::{Explanation, TimelineEvidence};
use hashquake_world::case::StatementKind;

/// A row: a name, what is known of begin and end, and the numbered statements.
struct Row {
    name: String,
    onset: Option<Bracket>,
    end: Option<Bracket>,
    /// Number and moment of each statement.
    statements: Vec<(usize, Bracket)>,
}

const BAR: f64 = 12.0;
const BADGES: f64 = 26.0;
const GAP: f64 = 16.0;

/// The figure; `None` when no source dates begin or end.
pub fn figure(e: &Explanation) -> Option<Figure> {
    let rows = rows(e);
    if e.evidence.timeline.is_empty() && series::published(e).all(|s| s.onset.is_none()) {
        return None;
    }
    let id = "timeline";
    let description = rows
        .iter()
        .map(|r| format!("{}: {}", r.name, when(r)))
        .collect::<Vec<_>>()
        .join("; ");
    let picture = |layout| {
        let (drawing, height) = draw(e, &rows, id, layout);
        svg(id, layout, height, &description, drawing)
    };
    Some(Figure {
        id: id.to_string(),
        title: finding(e),
        unit: "Time, UTC; each row is one source; between the dotted lines: the window asked about".to_string(),
        note: "Solid: the outage is on record. Hatched: the moment of change lies in between. Dashed: the \
               other end is not on record. Sources differ because they watch different things: a pool sees miners, not households."
            .to_string(),
        key: e.evidence.timeline.iter().map(statement).collect(),
        source: sources(e),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(e),
    })
}

fn finding(e: &Explanation) -> String {
    match e.fused.as_ref().and_then(|f| f.duration_hours) {
        Some(hours) if hours.p50 >= 72.0 => {
            format!("It lasted about {} days", decimal(hours.p50 / 24.0, 1))
        }
        Some(hours) => format!("It lasted about {} hours", decimal(hours.p50, 0)),
        None => "When it began and ended, by each source".to_string(),
    }
}

fn rows(e: &Explanation) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut audiences: Vec<Option<&str>> = Vec::new();
    for statement in &e.evidence.timeline {
        if !audiences.contains(&statement.audience.as_deref()) {
            audiences.push(statement.audience.as_deref());
        }
    }
    rows.extend(audiences.into_iter().map(|a| audience_row(e, a)));
    for share in series::published(e).filter(|s| s.onset.is_some()) {
        rows.push(Row {
            name: format!("{}’s own count", pool_label(&share.pool)),
            onset: share.onset,
            end: share.end,
            statements: Vec::new(),
        });
    }
    if let Some(fused) = &e.fused {
        rows.push(Row {
            name: "All evidence, 90 %".to_string(),
            onset: Some(Bracket {
                earliest: fused.onset.p05,
                latest: fused.onset.p95,
            }),
            end: fused.end.map(|q| Bracket {
                earliest: q.p05,
                latest: q.p95,
            }),
            statements: Vec::new(),
        });
    }
    rows
}

fn audience_row(e: &Explanation, audience: Option<&str>) -> Row {
    let here = || {
        let all = e.evidence.timeline.iter().enumerate();
        all.filter(move |(_, s)| s.audience.as_deref() == audience)
    };
    let edge = |kind: StatementKind| {
        here()
            .filter(|(_, s)| s.kind == kind)
            .map(|(_, s)| s.when)
            .reduce(hull)
    };
    Row {
        name: audience.map_or("The outage as a whole".to_string(), sentence_case),
        onset: edge(StatementKind::Onset),
        end: edge(StatementKind::End),
        statements: here().map(|(i, s)| (i + 1, s.when)).collect(),
    }
}

fn hull(a: Bracket, b: Bracket) -> Bracket {
    Bracket {
        earliest: a.earliest.min(b.earliest),
        latest: a.latest.max(b.latest),
    }
}

fn when(row: &Row) -> String {
    match (row.onset, row.end) {
        (Some(a), Some(b)) => format!("{} → {}", bracket(a), bracket(b)),
        (Some(a), None) => format!("from {}; no end on record", bracket(a)),
        (None, Some(b)) => format!("until {}; no begin on record", bracket(b)),
        (None, None) => "statements only".to_string(),
    }
}

fn stretch(rows: &[Row], window: Span) -> (Seconds, Seconds) {
    let asked = Bracket {
        earliest: window.start,
        latest: window.end,
    };
    let edges = rows
        .iter()
        .flat_map(|r| [r.onset, r.end].into_iter().flatten());
    let all = edges
        .chain([asked])
        .chain(rows.iter().flat_map(|r| r.statements.iter().map(|s| s.1)));
    let (a, b) = all.fold((Seconds::MAX, Seconds::MIN), |(a, b), w| {
        (a.min(w.earliest), b.max(w.latest))
    });
    let pad = ((b - a) / 25).max(3_600);
    (a - pad, b + pad)
}

fn draw(e: &Explanation, rows: &[Row], id: &str, layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let edge = hatch(id, layout, "edge");
    let mut entries = vec![
        (Swatch::Fill("fact-fill"), "outage on record"),
        (
            Swatch::Patch(edge.clone(), "band-edge"),
            "began or ended in between",
        ),
    ];
    if !e.evidence.timeline.is_empty() {
        entries.push((Swatch::Mark("badge", Mark::Disc), "statement, see below"));
    }
    let top = legend(&mut d, layout, 0.0, &entries) + 12.0;
    let height: f64 = rows.iter().map(|r| row_height(r, layout)).sum();
    let frame = Frame {
        left: 2.0,
        right: layout.width() - 2.0,
        top,
        bottom: top + height,
    };
    let span = stretch(rows, e.window);
    let x = Scale::of_time(span, frame.across());
    let ticks = time_ticks(span, layout.pick(9, 6));
    for tick in &ticks {
        d.line(
            "rule",
            (x.time(tick.time), top),
            (x.time(tick.time), frame.bottom),
        );
    }
    let (from, to) = (x.clamped_time(e.window.start), x.clamped_time(e.window.end));
    d.line("window-edge", (from, top), (from, frame.bottom));
    d.line("window-edge", (to, top), (to, frame.bottom));
    let mut y = top;
    for row in rows {
        draw_label(&mut d, row, (frame.left, y), layout);
        let bar_top = y + label_height(layout);
        bar(&mut d, row, (x, e.as_of), bar_top, &edge);
        badges(&mut d, row, (frame, x), bar_top);
        y += row_height(row, layout);
    }
    frame.time_axis(&mut d, x, &ticks);
    (d, frame.bottom + 38.0)
}

fn label_height(layout: Layout) -> f64 {
    layout.pick(22.0, 38.0)
}

fn row_height(row: &Row, layout: Layout) -> f64 {
    let badges = if row.statements.is_empty() {
        0.0
    } else {
        BADGES
    };
    label_height(layout) + BAR + badges + GAP
}

fn draw_label(d: &mut Drawing, row: &Row, (x, y): (f64, f64), layout: Layout) {
    let room = layout.width() - x;
    let name = elide(&row.name, TEXT, room);
    d.text("strong halo", (x, y + 16.0), Anchor::Start, &name);
    let when = when(row);
    match layout {
        Layout::Wide => {
            let beside = x + text_width(&name, TEXT) + 10.0;
            let text = elide(&when, SMALL, layout.width() - beside);
            d.text("small halo", (beside, y + 16.0), Anchor::Start, &text);
        }
        Layout::Narrow => {
            d.text(
                "small halo",
                (x, y + 32.0),
                Anchor::Start,
                &elide(&when, SMALL, room),
            );
        }
    }
}

/// The row's numbers under its bar, moved apart where they would touch.
fn badges(d: &mut Drawing, row: &Row, (frame, x): (Frame, Scale), bar_top: f64) {
    let middle = |(_, w): &(usize, Bracket)| x.time(w.earliest + (w.latest - w.earliest) / 2);
    let wanted: Vec<f64> = row.statements.iter().map(middle).collect();
    let placed = spread(&wanted, 19.0, (frame.left + 9.0, frame.right - 9.0));
    for ((number, _), (true_x, at)) in row.statements.iter().zip(wanted.iter().zip(&placed)) {
        d.line(
            "leader",
            (*true_x, bar_top + BAR),
            (*at, bar_top + BAR + 9.0),
        );
        d.mark("badge", Mark::Disc, (*at, bar_top + BAR + 16.0), 8.5);
        d.text(
            "number",
            (*at, bar_top + BAR + 20.0),
            Anchor::Middle,
            &number.to_string(),
        );
    }
}

fn bar(d: &mut Drawing, row: &Row, (x, as_of): (Scale, Seconds), top: f64, edge: &str) {
    let at = |t: Seconds| x.clamped_time(t);
    let middle = top + BAR / 2.0;
    let last = x.domain().1.min(as_of as f64) as Seconds;
    match (row.onset, row.end) {
        (Some(a), Some(b)) => {
            d.rect(
                "fact-fill",
                at(a.latest),
                top,
                at(b.earliest) - at(a.latest),
                BAR,
            );
        }
        (Some(a), None) => d.line("open", (at(a.latest), middle), (at(last), middle)),
        (None, Some(b)) => d.line(
            "open",
            (at(x.domain().0 as Seconds), middle),
            (at(b.earliest), middle),
        ),
        (None, None) => {}
    }
    for b in [row.onset, row.end].into_iter().flatten() {
        d.hatched_rect(
            edge,
            at(b.earliest),
            top,
            at(b.latest) - at(b.earliest),
            BAR,
        );
        d.line(
            "fact-bar",
            (at(b.earliest), top),
            (at(b.earliest), top + BAR),
        );
        d.line("fact-bar", (at(b.latest), top), (at(b.latest), top + BAR));
    }
}

fn statement(s: &TimelineEvidence) -> String {
    let audience = s.audience.as_deref().map(sentence_case);
    let about = audience
        .map(|a| format!(", {}", a.to_lowercase()))
        .unwrap_or_default();
    format!(
        "{} UTC ({}{about}): {}",
        bracket(s.when),
        statement_kind(s.kind),
        s.what
    )
}

fn sources(e: &Explanation) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let shares = series::published(e).map(|s| s.source.as_str());
    for source in e
        .evidence
        .timeline
        .iter()
        .map(|s| s.source.as_str())
        .chain(shares)
    {
        if !source.is_empty() && !seen.contains(&source) {
            seen.push(source);
        }
    }
    seen.join("; ")
}

fn table(e: &Explanation) -> Table {
    let mut table = Table::new(&[
        "No.",
        "Kind",
        "Whom",
        "Not before, UTC",
        "Not after, UTC",
        "What",
        "Source",
    ]);
    table.rows = e
        .evidence
        .timeline
        .iter()
        .enumerate()
        .map(|(i, s)| {
            vec![
                (i + 1).to_string(),
                statement_kind(s.kind).to_string(),
                s.audience.as_deref().map(sentence_case).unwrap_or_default(),
                short_moment(s.when.earliest),
                short_moment(s.when.latest),
                s.what.clone(),
                s.source.clone(),
            ]
        })
        .collect();
    table
}
