//! Pools one by one: their shares of the blocks before and in the window, and the losses that each is
//! known to have had.

use crate::figure::frame::Frame;
use crate::figure::layout::{Layout, TEXT};
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, svg};
use crate::figure::scale::{Scale, round_domain};
use crate::svg::{Anchor, Drawing, Mark, elide};
use crate::table::Table;
use hashquake_base::format::{percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::{Explanation, PoolShare, ShareEvidence, ShareKind};

/// Pools drawn, at most; the table has all.
const POOLS_MAX: usize = 8;
pub(super) const ROW: f64 = 32.0;

/// Shares of the blocks found, before and in the window; `None` without any.
pub fn shares(e: &Explanation) -> Option<Figure> {
    let pools: Vec<&PoolShare> = e.figures.pool_shares.iter().collect();
    if pools.is_empty() {
        return None;
    }
    let drawn = &pools[..pools.len().min(POOLS_MAX)];
    let id = "pool-shares";
    let description = drawn
        .iter()
        .map(|p| {
            let (before, during) = (p.before_percent.p50, p.during_percent.p50);
            format!(
                "{} {} before, {} in the window",
                pool_label(&p.pool),
                percent(before),
                percent(during)
            )
        })
        .collect::<Vec<_>>()
        .join("; ");
    let picture = |layout| {
        let (drawing, height) = draw_shares(drawn, layout);
        svg(id, layout, height, &description, drawing)
    };
    Some(Figure {
        id: id.to_string(),
        title: shares_finding(drawn),
        unit: format!(
            "Share of all blocks found, percent; the {} largest pools",
            drawn.len()
        ),
        note: "Lines are 90 % intervals of the count itself. A share is of what the whole \
               network found, so it falls only when a pool loses more than the others do."
            .to_string(),
        key: Vec::new(),
        source: "block headers, with the pool marks in their coinbase transactions".to_string(),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: shares_table(&pools),
    })
}

fn shares_finding(pools: &[&PoolShare]) -> String {
    let names: Vec<_> = pools
        .iter()
        .filter(|p| p.moved())
        .map(|p| pool_label(&p.pool))
        .collect();
    match names.as_slice() {
        [] => "Pools’ shares of blocks: before and during, all ranges overlap".to_string(),
        [one] => format!("Pools’ shares of blocks: only {one}’s ranges lie apart"),
        several => format!(
            "Pools’ shares of blocks: the ranges of {} lie apart",
            several.join(", ")
        ),
    }
}

fn draw_shares(pools: &[&PoolShare], layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let entries = [
        (Swatch::Mark("before", Mark::Ring), "before the window"),
        (Swatch::Mark("fact", Mark::Disc), "in the window"),
    ];
    let top = legend(&mut d, layout, 0.0, &entries) + layout.pick(20.0, 8.0);
    let frame = row_frame(layout, top, pools.len());
    let ends = pools
        .iter()
        .flat_map(|p| [p.before_percent.p95, p.during_percent.p95]);
    let domain = round_domain(ends.chain([0.0]), 5).unwrap_or((0.0, 1.0));
    let x = Scale::new(domain, frame.across());
    rules(&mut d, frame, x, layout);
    for (i, pool) in pools.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * ROW;
        row_label(&mut d, frame, y, &pool_label(&pool.pool));
        interval_mark(
            &mut d,
            "before",
            Mark::Ring,
            x,
            (pool.before_percent, y - 5.0),
        );
        interval_mark(
            &mut d,
            "fact",
            Mark::Disc,
            x,
            (pool.during_percent, y + 5.0),
        );
        if layout == Layout::Wide {
            let (before, during) = (pool.before_percent.p50, pool.during_percent.p50);
            let cells = [percent(before), percent(during)];
            columns(&mut d, "small", y + 4.0, &cells);
        }
    }
    if layout == Layout::Wide {
        let heads = ["before".to_string(), "in it".to_string()];
        columns(&mut d, "tick", frame.top - 4.0, &heads);
    }
    (d, frame.bottom + 24.0)
}

/// What each pool is known to have lost; `None` without any such source.
pub fn losses(e: &Explanation) -> Option<Figure> {
    let pools = e.evidence.shares_by_kind();
    if pools.is_empty() {
        return None;
    }
    let id = "pool-losses";
    let description = pools
        .iter()
        .map(|s| {
            format!(
                "{}: {} ({})",
                pool_label(&s.pool),
                percent(s.loss_percent.p50),
                kind(s.kind)
            )
        })
        .collect::<Vec<_>>()
        .join("; ");
    let picture = |layout| {
        let (drawing, height) = draw_losses(&pools, layout);
        svg(id, layout, height, &description, drawing)
    };
    let press = pools.iter().any(|s| s.kind == ShareKind::Press);
    Some(Figure {
        id: id.to_string(),
        title: "What each pool is known to have lost".to_string(),
        unit: "Loss of the pool’s own hashrate, percent, with 90 % interval".to_string(),
        note: if press {
            "The press prints the worst hit: a printed loss counts for its own pool only, with its part \
             of the blocks, and carries an error of ±5 points."
        } else {
            "Positive is a loss."
        }
        .to_string(),
        key: Vec::new(),
        source: sources(&pools),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: losses_table(&pools),
    })
}

fn draw_losses(pools: &[&ShareEvidence], layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let all = [ShareKind::Series, ShareKind::Press, ShareKind::ZeroExposure];
    let entries: Vec<_> = all
        .into_iter()
        .filter(|k| pools.iter().any(|s| s.kind == *k))
        .map(|k| (Swatch::Mark("fact", mark(k)), kind(k)))
        .collect();
    let top = legend(&mut d, layout, 0.0, &entries) + layout.pick(20.0, 8.0);
    let frame = row_frame(layout, top, pools.len());
    let ends = pools
        .iter()
        .flat_map(|s| [s.loss_percent.p05, s.loss_percent.p95]);
    let domain = round_domain(ends.chain([0.0]), 5).unwrap_or((0.0, 1.0));
    let x = Scale::new(domain, frame.across());
    rules(&mut d, frame, x, layout);
    d.line("zero", (x.at(0.0), frame.top), (x.at(0.0), frame.bottom));
    for (i, share) in pools.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * ROW;
        row_label(&mut d, frame, y, &pool_label(&share.pool));
        interval_mark(&mut d, "fact", mark(share.kind), x, (share.loss_percent, y));
        if layout == Layout::Wide {
            let part = share.network_share_percent.map(percent).unwrap_or_default();
            columns(
                &mut d,
                "small",
                y + 4.0,
                &[percent(share.loss_percent.p50), part],
            );
        }
    }
    if layout == Layout::Wide {
        let heads = ["loss".to_string(), "of blocks".to_string()];
        columns(&mut d, "tick", frame.top - 4.0, &heads);
    }
    (d, frame.bottom + 24.0)
}

/// Two numbers on the right of a row.
pub(super) fn columns(d: &mut Drawing, class: &str, y: f64, cells: &[String; 2]) {
    let right = Layout::Wide.width();
    d.text(class, (right - 68.0, y), Anchor::End, &cells[0]);
    d.text(class, (right, y), Anchor::End, &cells[1]);
}

pub(super) fn row_frame(layout: Layout, top: f64, rows: usize) -> Frame {
    Frame {
        left: layout.pick(124.0, 96.0),
        right: layout.width() - layout.pick(136.0, 12.0),
        top,
        bottom: top + rows as f64 * ROW,
    }
}

pub(super) fn rules(d: &mut Drawing, frame: Frame, x: Scale, layout: Layout) {
    let count = layout.pick(6, 4);
    for tick in x.ticks(count) {
        d.line("rule", (x.at(tick), frame.top), (x.at(tick), frame.bottom));
    }
    frame.percent_axis(d, x, count);
}

pub(super) fn row_label(d: &mut Drawing, frame: Frame, y: f64, name: &str) {
    let text = elide(name, TEXT, frame.left - 12.0);
    d.text("label", (frame.left - 12.0, y + 4.0), Anchor::End, &text);
}

pub(super) fn interval_mark(
    d: &mut Drawing,
    class: &str,
    mark: Mark,
    x: Scale,
    (q, y): (Quantiles, f64),
) {
    d.line(
        &format!("{class}-bar"),
        (x.clamped(q.p05), y),
        (x.clamped(q.p95), y),
    );
    d.mark(class, mark, (x.clamped(q.p50), y), 4.5);
}

fn mark(kind: ShareKind) -> Mark {
    match kind {
        ShareKind::Series => Mark::Disc,
        ShareKind::Press => Mark::Diamond,
        ShareKind::ZeroExposure => Mark::Square,
    }
}

/// How a pool's loss is known, in words.
pub fn kind(kind: ShareKind) -> &'static str {
    match kind {
        ShareKind::Series => "the pool’s own reports",
        ShareKind::Press => "printed in the press",
        ShareKind::ZeroExposure => "not in the region",
    }
}

fn sources(pools: &[&ShareEvidence]) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for share in pools {
        let source = share.source.as_str();
        if !source.is_empty() && !source.ends_with("(same)") && !seen.contains(&source) {
            seen.push(source);
        }
    }
    seen.join("; ")
}

fn shares_table(pools: &[&PoolShare]) -> Table {
    let mut table = Table::new(&[
        "Pool",
        "Blocks before",
        "Share before",
        "90 %",
        "Blocks in the window",
        "Share in it",
        "90 %",
    ]);
    table.rows = pools
        .iter()
        .map(|p| {
            vec![
                pool_label(&p.pool),
                p.before_blocks.to_string(),
                percent(p.before_percent.p50),
                percent_range(p.before_percent),
                p.during_blocks.to_string(),
                percent(p.during_percent.p50),
                percent_range(p.during_percent),
            ]
        })
        .collect();
    table
}

fn losses_table(pools: &[&ShareEvidence]) -> Table {
    let mut table = Table::new(&[
        "Pool",
        "Known from",
        "Share of the network",
        "Loss",
        "90 %",
        "Source",
    ]);
    table.rows = pools
        .iter()
        .map(|s| {
            vec![
                pool_label(&s.pool),
                kind(s.kind).to_string(),
                s.network_share_percent.map(percent).unwrap_or_default(),
                percent(s.loss_percent.p50),
                percent_range(s.loss_percent),
                s.source.clone(),
            ]
        })
        .collect();
    table
}
