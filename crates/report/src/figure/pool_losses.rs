//! What each pool lost, from its own evidence and drawn towards the network's loss.
//!
//! A pool of two percent finds some fifteen blocks in five days, so its own loss is known to ±40 points
//! and says next to nothing; drawn towards the network's by the spread that pools have, it says as much
//! as the evidence bears. Both are shown: what was shrunk in the pool's colour, what was not as a thin
//! line beneath. Pools that mine on one pool's templates are bracketed, for they fall together. Left
//! out of the picture, and kept in the table: pools below half a percent of the blocks.

use super::pools::{ROW, columns, interval_mark, row_frame, row_label, rules};
use crate::figure::layout::Layout;
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, svg};
use crate::figure::scale::{Scale, round_domain};
use crate::svg::{Drawing, Mark};
use crate::table::Table;
use hashquake_base::format::{decimal, list, percent, percent_range, probability};
use hashquake_base::units::Quantiles;
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::attribution::{PoolBasis, PoolRow};
use hashquake_explain::explanation::{Explanation, POOL_SHARE_MIN_PERCENT};

/// Pools drawn, at most.
const DRAWN_MAX: usize = 16;
/// The axis never reaches further, percent: an interval that does ends at the edge.
const REACH: (f64, f64) = (-50.0, 100.0);

const ID: &str = "pool-estimates";

/// The figure; `None` without pools large enough to draw.
pub fn figure(e: &Explanation) -> Option<Figure> {
    let rows = PoolRow::by_group(&e.pools);
    let drawn: Vec<&PoolRow> = rows
        .iter()
        .copied()
        .filter(|p| p.share_percent >= POOL_SHARE_MIN_PERCENT)
        .take(DRAWN_MAX)
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let network = e.fused.as_ref().map(|f| f.loss_percent);
    let description = drawn
        .iter()
        .map(|p| describe(p))
        .collect::<Vec<_>>()
        .join("; ");
    let picture = |layout| {
        let (drawing, height) = draw(&drawn, network, layout);
        svg(ID, layout, height, &description, drawing)
    };
    Some(Figure {
        id: ID.to_string(),
        title: finding(e),
        unit: "Loss of the pool’s own hashrate, percent, with 90 % interval".to_string(),
        note: note(&drawn),
        key: Vec::new(),
        source:
            "block headers, with the pool marks in their coinbase transactions; pools’ own reports \
                 where marked"
                .to_string(),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(&rows),
    })
}

fn finding(e: &Explanation) -> String {
    let apart = &e.findings.pools_apart;
    if apart.is_empty() {
        return "Pool by pool: no loss lies apart from the network’s".to_string();
    }
    let names: Vec<String> = apart.iter().map(|p| pool_label(p)).collect();
    match names.len() {
        1..=3 => format!("Pool by pool: {} apart from the network", list(&names)),
        many => format!("Pool by pool: {many} apart from the network"),
    }
}

fn note(drawn: &[&PoolRow]) -> String {
    let mut note =
        "The band is the network’s loss. Thick lines are drawn towards it by as much as pools \
                    differ; thin lines beneath use the pool’s own evidence alone."
            .to_string();
    for members in groups(drawn).iter().filter(|g| g.len() > 1) {
        let first = pool_label(&drawn[members[0]].group);
        note.push_str(&format!(
            " The bracket joins pools that mine on {first}’s templates."
        ));
    }
    if drawn.iter().any(|p| beyond(p.own_loss_percent)) {
        note.push_str(" A thin line that ends at the edge goes on.");
    }
    note
}

fn beyond(q: Quantiles) -> bool {
    q.p05 < REACH.0 || q.p95 > REACH.1
}

/// Runs of rows of one group.
fn groups(drawn: &[&PoolRow]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (i, pool) in drawn.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if drawn[run[0]].group == pool.group => run.push(i),
            _ => runs.push(vec![i]),
        }
    }
    runs
}

fn describe(p: &PoolRow) -> String {
    format!(
        "{}: {} ({})",
        pool_label(&p.pool),
        percent(p.loss_percent.p50),
        percent_range(p.loss_percent)
    )
}

fn draw(drawn: &[&PoolRow], network: Option<Quantiles>, layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let mut entries = vec![(Swatch::Mark("fact", Mark::Disc), "from blocks")];
    if drawn.iter().any(|p| p.basis == PoolBasis::Shares) {
        entries.push((Swatch::Mark("fact", Mark::Square), "from its own count"));
    }
    entries.push((Swatch::Line("own-bar"), "its own evidence alone"));
    if network.is_some() {
        entries.push((Swatch::Fill("fill-band"), "the network, 90 %"));
    }
    let top = legend(&mut d, layout, 0.0, &entries) + layout.pick(20.0, 8.0);
    let frame = row_frame(layout, top, drawn.len());
    let ends = drawn.iter().flat_map(|p| {
        let (q, own) = (p.loss_percent, p.own_loss_percent);
        [q.p05, q.p95, own.p05, own.p95].map(|v| v.clamp(REACH.0, REACH.1))
    });
    let all = ends
        .chain(network.iter().flat_map(|n| [n.p05, n.p95]))
        .chain([0.0]);
    let domain = round_domain(all, 5).unwrap_or((0.0, 1.0));
    let x = Scale::new(domain, frame.across());
    if let Some(n) = network {
        let (a, b) = (x.clamped(n.p05), x.clamped(n.p95));
        d.rect("fill-band", a, frame.top, b - a, frame.bottom - frame.top);
        let at = x.clamped(n.p50);
        d.line("band-edge", (at, frame.top), (at, frame.bottom));
    }
    rules(&mut d, frame, x, layout);
    d.line("zero", (x.at(0.0), frame.top), (x.at(0.0), frame.bottom));
    for (i, pool) in drawn.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * ROW;
        row_label(&mut d, frame, y, &pool_label(&pool.pool));
        let own = pool.own_loss_percent;
        d.line(
            "own-bar",
            (x.clamped(own.p05), y + 9.0),
            (x.clamped(own.p95), y + 9.0),
        );
        d.line(
            "own-bar",
            (x.clamped(own.p50), y + 6.0),
            (x.clamped(own.p50), y + 12.0),
        );
        let mark = match pool.basis {
            PoolBasis::Blocks => Mark::Disc,
            PoolBasis::Shares => Mark::Square,
        };
        interval_mark(&mut d, "fact", mark, x, (pool.loss_percent, y - 2.0));
        if layout == Layout::Wide {
            let over = probability(pool.probability_lost_over_20);
            let cells = [percent(pool.loss_percent.p50), over];
            columns(&mut d, "small", y + 4.0, &cells);
        }
    }
    for run in groups(drawn).iter().filter(|g| g.len() > 1) {
        let from = frame.top + run[0] as f64 * ROW + 4.0;
        let to = frame.top + (run[run.len() - 1] + 1) as f64 * ROW - 4.0;
        d.polyline(
            "group",
            &[
                (frame.left - 3.0, from),
                (frame.left - 7.0, from),
                (frame.left - 7.0, to),
                (frame.left - 3.0, to),
            ],
        );
    }
    if layout == Layout::Wide {
        let heads = ["loss".to_string(), "P > 20 %".to_string()];
        columns(&mut d, "tick", frame.top - 4.0, &heads);
    }
    (d, frame.bottom + 24.0)
}

fn table(rows: &[&PoolRow]) -> Table {
    let mut table = Table::new(&[
        "Pool",
        "Templates of",
        "Share of blocks",
        "Blocks found",
        "Expected",
        "Loss",
        "90 %",
        "Own evidence alone",
        "90 %",
        "P(lost over 20 %)",
        "Read off",
    ]);
    table.rows = rows
        .iter()
        .map(|p| {
            vec![
                pool_label(&p.pool),
                pool_label(&p.group),
                percent(p.share_percent),
                p.blocks.to_string(),
                decimal(p.expected_blocks, 1),
                percent(p.loss_percent.p50),
                percent_range(p.loss_percent),
                percent(p.own_loss_percent.p50),
                percent_range(p.own_loss_percent),
                probability(p.probability_lost_over_20),
                basis(p.basis).to_string(),
            ]
        })
        .collect();
    table
}

/// What a pool's loss was read off, in words.
pub fn basis(basis: PoolBasis) -> &'static str {
    match basis {
        PoolBasis::Blocks => "blocks",
        PoolBasis::Shares => "its own count",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn groups_stand_together_and_small_pools_in_the_table_only() {
        let e = sample::kazakhstan();
        let rows = PoolRow::by_group(&e.pools);
        let names: Vec<&str> = rows.iter().map(|p| p.pool.as_str()).collect();
        assert_eq!(&names[..3], ["antpool", "btccom", "foundryusa"]);
        let figure = figure(&e).unwrap();
        assert_eq!(figure.table.rows.len(), e.pools.len());
        assert!(
            !figure.description.contains("Ultimus"),
            "{}",
            figure.description
        );
        assert!(
            figure.note.contains("AntPool’s templates"),
            "{}",
            figure.note
        );
        for picture in [&figure.wide, &figure.narrow] {
            let document = roxmltree::Document::parse(picture).unwrap();
            let brackets = document
                .descendants()
                .filter(|n| n.attribute("class") == Some("group"));
            assert_eq!(brackets.count(), 1);
        }
    }

    /// Only 1THash's own interval (12 to 86 %) could lie apart from 3 to 16 %, and it does not.
    #[test]
    fn the_title_names_who_lies_apart() {
        let mut e = sample::kazakhstan();
        assert!(figure(&e).unwrap().title.contains("no loss lies apart"));
        let huobi = e.pools.iter_mut().find(|p| p.pool == "1thash").unwrap();
        huobi.own_loss_percent.p05 = 30.0;
        e.findings = hashquake_explain::findings::read(&e);
        assert!(figure(&e).unwrap().title.contains("1THash apart"));
        e.pools.clear();
        assert!(figure(&e).is_none());
    }
}
