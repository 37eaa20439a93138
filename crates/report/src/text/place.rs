//! Where, and why: regions, pools and causes in a terminal.

use crate::figure::causes::name;
use crate::phrases::{not_attributed, together};
use hashquake_base::format::{amount, amounts, decimal, probability, sentence, sentence_case};
use hashquake_base::units::Quantiles;
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::Explanation;
use hashquake_explain::explanation::attribution::{CauseRow, PoolBasis, PoolRow, RegionRow};

use super::table::wrap;
use crate::table::Table;

/// Rows shown: regions that did not lose, pools, causes in full.
const REGIONS_SHOWN: usize = 5;
const POOLS_SHOWN: usize = 8;
const REASONS_SHOWN: usize = 3;

const POOLS_NOTE: &str = "Losses are drawn towards the network's; alone: by the pool's own evidence. In brackets: whose templates a pool mines on.";

/// Regions, which of them are indistinguishable, pools; `None` when neither is known.
pub(super) fn place(e: &Explanation, width: usize) -> Option<String> {
    let mut parts = Vec::new();
    if !e.regions.is_empty() {
        parts.push(regions(&e.regions, width));
    }
    let joint = e.inseparable.iter();
    parts.extend(joint.map(|j| wrap(&together(&e.regions, j), width)));
    if let (Some(rest), false) = (e.not_attributed_percent, e.regions.is_empty()) {
        parts.push(wrap(&not_attributed(rest), width));
    }
    if !e.pools.is_empty() {
        parts.push(pools(&e.pools, width));
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// Regions that lost, and the largest of the others; `rows` in that order.
fn regions(rows: &[RegionRow], width: usize) -> String {
    let losers = rows.iter().filter(|r| r.lost()).count();
    let shown = &rows[..rows.len().min(losers.max(REGIONS_SHOWN))];
    let mut out = Table::new(&["region", "share, % (90 %)", "lost, % (90 %)", "MW (90 %)"]);
    let power = |q: Quantiles| format!("{} ({})", amount(q.p50), amounts(q));
    let none = || "–".to_string();
    for r in shown {
        out.add_row([
            r.name.clone(),
            estimate(r.share_percent),
            r.loss_percent.map_or_else(none, estimate),
            r.power_mw.map_or_else(none, power),
        ]);
    }
    let left_out = left_out(rows.len() - shown.len(), "region");
    format!("{}{left_out}", out.to_text(width))
}

/// `6.4 (1.8 to 11.9)`.
fn estimate(q: Quantiles) -> String {
    format!("{} ({})", decimal(q.p50, 1), range(q))
}

fn range(q: Quantiles) -> String {
    format!("{} to {}", decimal(q.p05, 1), decimal(q.p95, 1))
}

fn left_out(count: usize, what: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!("\n1 more {what}: --format json or --report"),
        n => format!("\n{n} more {what}s: --format json or --report"),
    }
}

/// The pools whose loss weighs most in the network.
fn pools(rows: &[PoolRow], width: usize) -> String {
    let mut shown = PoolRow::by_weight(rows);
    shown.truncate(POOLS_SHOWN);
    let mut out = Table::new(&[
        "pool",
        "share, %",
        "lost, % (90 %)",
        "alone, 90 %",
        "P > 20 %",
    ]);
    for p in &shown {
        let mut name = pool_label(&p.pool);
        if p.group != p.pool {
            name.push_str(&format!(" ({})", pool_label(&p.group)));
        }
        if p.basis == PoolBasis::Shares {
            name.push('*');
        }
        out.add_row([
            name,
            decimal(p.share_percent, 1),
            estimate(p.loss_percent),
            range(p.own_loss_percent),
            probability(p.probability_lost_over_20),
        ]);
    }
    let mut out = format!("{}\n{}", out.to_text(width), wrap(POOLS_NOTE, width));
    if shown.iter().any(|p| p.basis == PoolBasis::Shares) {
        out.push_str("\n* by its own count");
    }
    format!("{out}{}", left_out(rows.len() - shown.len(), "pool"))
}

/// Causes, with the reasons of the likeliest; `None` without any. `rows` are in the order of their
/// probability.
pub(super) fn causes(rows: &[CauseRow], width: usize) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let mut out = Table::new(&[
        "cause",
        "before",
        "after",
        "log10 LR",
        "when",
        "size, place",
    ]);
    for c in rows {
        out.add_row([
            name(c.cause).to_string(),
            probability(c.prior),
            probability(c.posterior),
            decimal(c.log10_likelihood_ratio, 1),
            decimal(c.log10_timing, 1),
            decimal(c.log10_size, 1),
        ]);
    }
    let reason = |c: &CauseRow| {
        let words = sentence_case(name(c.cause));
        wrap(&format!("{words}: {}", sentence(&c.because)), width)
    };
    let reasons: Vec<String> = rows.iter().take(REASONS_SHOWN).map(reason).collect();
    let note = "The chances before are assumptions; the likelihood ratio is against luck.";
    Some(format!(
        "{}\n\n{}\n\n{}",
        out.to_text(width),
        wrap(note, width),
        reasons.join("\n")
    ))
}

#[cfg(test)]
mod tests {
    use hashquake_explain::explanation::attribution::CauseName;

    use super::*;

    const WIDTH: usize = 80;

    fn q(p05: f64, p50: f64, p95: f64) -> Quantiles {
        Quantiles { p05, p50, p95 }
    }

    fn region(code: &str, share: f64, loss: Option<f64>) -> RegionRow {
        RegionRow {
            region: code.to_string(),
            name: format!("Land {code}"),
            share_percent: q(share * 0.7, share, share * 1.4),
            share_source: String::new(),
            loss_percent: loss.map(|x| q(x / 2.0, x, x * 2.0)),
            power_mw: loss.map(|x| q(60.0 * x, 120.0 * x, 240.0 * x)),
        }
    }

    fn fits(text: &str) {
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }

    /// All that lost, however small their share, and at least five in all.
    #[test]
    fn regions_that_lost_are_never_left_out() {
        let mut rows = vec![region("KZ", 1.0, Some(6.4))];
        rows.extend((0..7).map(|i| region(&format!("A{i}"), 10.0, None)));
        let text = regions(&rows, WIDTH);
        fits(&text);
        let first = text.lines().nth(2).unwrap();
        assert!(
            first.contains("Land KZ") && first.contains("6.4 (3.2 to 12.8)"),
            "{text}"
        );
        assert!(
            text.ends_with("3 more regions: --format json or --report"),
            "{text}"
        );
        let all: Vec<RegionRow> = (0..7)
            .map(|i| region(&format!("A{i}"), 1.0, Some(1.0)))
            .collect();
        assert_eq!(regions(&all, WIDTH).matches("Land").count(), 7);
    }

    #[test]
    fn the_pools_shown_are_those_that_weigh_most() {
        let pool = |name: String, share: f64| PoolRow {
            group: name.clone(),
            pool: name,
            share_percent: share,
            loss_percent: q(-4.0, 10.0, 24.0),
            probability_lost_over_20: 0.1,
            own_loss_percent: q(-123.4, 10.0, 88.8),
            blocks: 9,
            expected_blocks: 10.0,
            basis: PoolBasis::Shares,
        };
        let rows: Vec<PoolRow> = (1..=10)
            .map(|i| pool(format!("pool{i}"), f64::from(i)))
            .collect();
        let text = pools(&rows, WIDTH);
        fits(&text);
        assert!(text.contains("pool10") && !text.contains("pool2"), "{text}");
    }

    #[test]
    fn three_reasons_are_told_and_all_causes_counted() {
        let row = |cause, posterior| CauseRow {
            cause,
            prior: 0.25,
            log10_likelihood_ratio: 1.0,
            log10_timing: 0.6,
            log10_size: 0.4,
            posterior,
            because: "reason".to_string(),
        };
        let rows = [
            row(CauseName::InternetOutage, 0.6),
            row(CauseName::Unrest, 0.2),
            row(CauseName::Luck, 0.1),
            row(CauseName::DifficultyOrHalving, 0.1),
        ];
        let text = causes(&rows, WIDTH).unwrap();
        fits(&text);
        assert_eq!(text.matches("Reason.").count(), 3);
        assert_eq!(text.matches("25 %").count(), 4);
        assert!(text.find("internet outage") < text.find("unrest"));
        assert!(causes(&[], WIDTH).is_none());
    }
}
