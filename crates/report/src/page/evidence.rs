//! The evidence in tables: each source, all together, and other choices.

use hashquake_base::format::{bracket, decimal, percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::{EvidenceSource, Explanation, ShareEvidence};
use maud::{Markup, html};

use super::panel;
use crate::figure::pools;
use crate::phrases::{block_choice, fused_choice};
use crate::table::Table;

/// What each source says, with its part of the information, and where they disagree.
pub(super) fn by_source(e: &Explanation) -> Markup {
    let rows = source_rows(e);
    html! {
        @if !rows.rows.is_empty() {
            section {
                h2 { "The evidence, source by source" }
                (panel::table("The evidence, source by source", &rows))
                @for conflict in e.fused.iter().flat_map(|f| &f.conflicts) {
                    p class="conflict" { (conflict) }
                }
            }
        }
    }
}

fn source_rows(e: &Explanation) -> Table {
    let mut rows = Table::new(&[
        "Evidence",
        "Loss",
        "90 %",
        "What it is",
        "Part of the information",
    ]);
    let weight = |source: EvidenceSource| -> String {
        let weights = e.fused.iter().flat_map(|f| &f.weights);
        let mut found = weights.filter(|w| w.source == source);
        found.next().map_or(String::new(), |w| {
            format!("{} %", decimal(w.share * 100.0, 0))
        })
    };
    if let Some(b) = &e.evidence.blocks {
        let what = format!(
            "{} blocks, {} expected; log₁₀ BF {}",
            b.blocks,
            decimal(b.expected_blocks, 0),
            decimal(b.log10_bayes_factor, 2)
        );
        let weight = weight(EvidenceSource::Blocks);
        rows.add_row(source_row("Block times", b.loss_percent, what, weight));
    }
    for share in &e.evidence.shares {
        let name = pool_label(&share.pool);
        let none = String::new();
        rows.add_row(source_row(&name, share.loss_percent, about(share), none));
    }
    for (source, words) in [
        (EvidenceSource::Shares, "Pools’ own reports together"),
        (EvidenceSource::Press, "Printed losses together"),
    ] {
        let part = weight(source);
        if !part.is_empty() {
            rows.add_row([words, "", "", "", &part]);
        }
    }
    if let Some(f) = &e.fused {
        let what = format!("log₁₀ BF {}", decimal(f.log10_bayes_factor, 2));
        let all = "100 %".to_string();
        rows.add_row(source_row("All evidence", f.loss_percent, what, all));
    }
    rows
}

fn source_row(name: &str, loss: Quantiles, what: String, weight: String) -> [String; 5] {
    let loss = [percent(loss.p50), percent_range(loss)];
    let [median, range] = loss;
    [name.to_string(), median, range, what, weight]
}

fn about(share: &ShareEvidence) -> String {
    let mut text = pools::kind(share.kind).to_string();
    if let Some(part) = share.network_share_percent {
        text.push_str(&format!("; {} of the network", percent(part)));
    }
    if let (Some(before), Some(during)) = (share.before_ehs, share.during_ehs) {
        text.push_str(&format!(
            "; {} to {} EH/s",
            decimal(before, 2),
            decimal(during, 2)
        ));
    }
    if let Some(onset) = share.onset {
        text.push_str(&format!("; began {}", bracket(onset)));
    }
    text
}

/// The answer under other choices, of all evidence and of block times alone.
pub(super) fn sensitivity(e: &Explanation) -> Markup {
    let sections = sensitivity_tables(e);
    html! {
        @if !sections.is_empty() {
            section {
                h2 { "Would other choices give another answer?" }
                @for (name, rows) in &sections {
                    h3 { (name) }
                    (panel::table(name, rows))
                }
            }
        }
    }
}

fn sensitivity_tables(e: &Explanation) -> Vec<(&'static str, Table)> {
    let head = ["Other choice", "Loss", "90 %", "log₁₀ BF"];
    let row = |what: &str, loss: Quantiles, bf: f64| {
        let (median, range) = (percent(loss.p50), percent_range(loss));
        [what.to_string(), median, range, decimal(bf, 2)]
    };
    let mut sections = Vec::new();
    if let Some(f) = e.fused.as_ref().filter(|f| !f.sensitivity.is_empty()) {
        let mut rows = Table::new(&head);
        rows.add_row(row("as reported", f.loss_percent, f.log10_bayes_factor));
        for s in &f.sensitivity {
            rows.add_row(row(
                &fused_choice(s.change),
                s.loss_percent,
                s.log10_bayes_factor,
            ));
        }
        sections.push(("All evidence", rows));
    }
    let blocks = e.evidence.blocks.as_ref();
    if let Some(b) = blocks.filter(|b| !b.sensitivity.is_empty()) {
        let mut rows = Table::new(&head);
        rows.add_row(row("as reported", b.loss_percent, b.log10_bayes_factor));
        for s in &b.sensitivity {
            rows.add_row(row(
                &block_choice(s.change),
                s.loss_percent,
                s.log10_bayes_factor,
            ));
        }
        sections.push(("Block times alone", rows));
    }
    sections
}
