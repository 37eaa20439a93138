//! The explanation as text for a terminal: sentences, evidence, plot; where, why, price, power and
//! carbon, resilience; claims, the next retarget.

use std::fmt::Write;

use hashquake_base::format::{decimal, moment_utc, percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_chain::pool::pool_name;
use hashquake_explain::explanation::{EvidenceSource, Explanation, ShareKind};

use super::table::{wrap, wrapped};
use super::{impact, place};
use crate::document::explain::ExplainDocument;
use crate::envelope::Envelope;
use crate::phrases::fused_choice;
use crate::plot::terminal_plot;
use crate::table::Table;
use crate::verdict::judgement_words;

/// Letters that the verdict on a claim takes on the left.
const CLAIM_MARGIN: usize = 14;

/// The whole answer, no line wider than `width` letters.
pub fn explain(answer: &Envelope<ExplainDocument>, width: usize) -> String {
    let e = &answer.answer.explanation;
    let mut out = format!("{}\n\n", e.title);
    for paragraph in answer.answer.verdict.split("\n\n") {
        let _ = writeln!(out, "{}\n", wrap(paragraph, width));
    }
    let _ = writeln!(out, "{}\n", evidence(e).to_text(width));
    out.push_str(&sensitivity(e, width));
    let _ = writeln!(out, "{}\n", terminal_plot(e, width).trim_end());
    out.push_str(&found(e, width));
    if !e.claims.is_empty() {
        let _ = writeln!(out, "{}", claims(e, width));
    }
    out.push_str(&next_retarget(e, width));
    out.push_str(&footer(answer, width));
    out
}

/// What was found of place, cause, price, power and resilience; parts of which nothing is known are left
/// out.
fn found(e: &Explanation, width: usize) -> String {
    let parts = [
        ("where", place::place(e, width)),
        ("why", place::causes(&e.causes, width)),
        ("price", e.price.as_ref().map(|p| impact::price(p, width))),
        (
            "power and carbon",
            e.energy
                .as_ref()
                .map(|energy| impact::energy(energy, width)),
        ),
        (
            "resilience",
            e.resilience.as_ref().map(|r| impact::resilience(r, width)),
        ),
    ];
    let mut out = String::new();
    for (name, text) in parts {
        if let Some(text) = text {
            let _ = writeln!(out, "{}\n\n{}\n", name.to_uppercase(), text.trim_end());
        }
    }
    out
}

fn evidence(e: &Explanation) -> Table {
    let mut rows = Table::new(&["evidence", "loss", "90 % range", "log10 BF", "information"]);
    let weight = |source: EvidenceSource| {
        let mut weights = e.fused.iter().flat_map(|f| &f.weights);
        let found = weights.find(|w| w.source == source);
        found.map_or(String::new(), |w| {
            format!("{} %", decimal(100.0 * w.share, 0))
        })
    };
    let mut add = |name: &str, q: Quantiles, bf: Option<f64>, part: String| {
        let bf = bf.map_or(String::new(), |x| decimal(x, 1));
        rows.add_row([name.to_string(), percent(q.p50), percent_range(q), bf, part]);
    };
    if let Some(b) = &e.evidence.blocks {
        add(
            "block times, the window as given",
            b.loss_percent,
            Some(b.log10_bayes_factor),
            weight(EvidenceSource::Blocks),
        );
    }
    let mut parts = [
        (EvidenceSource::Shares, ShareKind::Series),
        (EvidenceSource::Press, ShareKind::Press),
        (EvidenceSource::Press, ShareKind::ZeroExposure),
    ]
    .map(|(source, kind)| (weight(source), kind));
    for s in &e.evidence.shares {
        let how = match s.kind {
            ShareKind::Series => "its own reports",
            ShareKind::Press => "as printed",
            ShareKind::ZeroExposure => "documented absence",
        };
        // The part of a kind stands beside its first pool.
        let part = parts.iter_mut().find(|(_, kind)| *kind == s.kind);
        let part = part.map_or(String::new(), |(text, _)| std::mem::take(text));
        let name = format!("{}, {how}", pool_name(&s.pool));
        add(&name, s.loss_percent, None, part);
    }
    if let Some(f) = &e.fused {
        add(
            "the network, all together",
            f.loss_percent,
            Some(f.log10_bayes_factor),
            String::new(),
        );
    }
    rows
}

/// The fused answer with fewer sources or other assumptions, and the spread of the block answer's.
fn sensitivity(e: &Explanation, width: usize) -> String {
    let mut out = String::new();
    if let Some(f) = e.fused.as_ref().filter(|f| f.sensitivity.len() > 1) {
        let mut rows = Table::new(&["the network, if", "loss", "90 % range", "log10 BF"]);
        for s in &f.sensitivity {
            rows.add_row([
                fused_choice(s.change),
                percent(s.loss_percent.p50),
                percent_range(s.loss_percent),
                decimal(s.log10_bayes_factor, 1),
            ]);
        }
        let _ = writeln!(out, "{}\n", rows.to_text(width));
    }
    let Some(b) = &e.evidence.blocks else {
        return out;
    };
    let Some((low, high)) = b.medians_percent() else {
        return out;
    };
    let text = format!(
        "Under {} other windows, comparison windows and drifts the median of block times runs from {} to {} (rows: --format json or --report).",
        b.sensitivity.len(),
        percent(low),
        percent(high)
    );
    let _ = writeln!(out, "{}\n", wrap(&text, width));
    out
}

/// One claim a paragraph, with the verdict in the margin.
fn claims(e: &Explanation, width: usize) -> String {
    let mut out = String::new();
    for c in &e.claims {
        let verdict = judgement_words(c.verdict);
        let text = format!("{} ({}, {}). {}", c.text, c.said_by, c.published, c.because);
        let lines = wrapped(&text, width.saturating_sub(CLAIM_MARGIN));
        for (i, line) in lines.iter().enumerate() {
            let margin = if i == 0 { verdict } else { "" };
            let _ = writeln!(out, "{margin:CLAIM_MARGIN$}{line}");
        }
    }
    out
}

fn next_retarget(e: &Explanation, width: usize) -> String {
    let Some(r) = &e.next_retarget else {
        return "Next retarget: not known, the epoch's first block is not in the data.\n"
            .to_string();
    };
    let q = r.change_percent;
    let signed = |x: f64| format!("{}{}", if x > 0.0 { "+" } else { "" }, percent(x));
    let text = format!(
        "Next retarget at block {}, seen on {} after {} blocks of the epoch: {} ({} to {}), {} to {}, if its pace so far goes on.",
        r.height,
        moment_utc(r.seen_at),
        r.blocks_so_far,
        signed(q.p50),
        signed(q.p05),
        signed(q.p95),
        moment_utc(r.date.p05),
        moment_utc(r.date.p95)
    );
    format!("{}\n", wrap(&text, width))
}

fn footer(answer: &Envelope<ExplainDocument>, width: usize) -> String {
    let e = &answer.answer.explanation;
    let tables: Vec<String> = e
        .tables
        .iter()
        .map(|t| format!("world/{}", t.name))
        .collect();
    let world = if tables.is_empty() {
        String::new()
    } else {
        format!(" Tables (`hashquake world list`): {}.", tables.join(", "))
    };
    let sources: Vec<&str> = e.sources.iter().map(|s| s.from.as_str()).collect();
    let text = format!(
        "hashquake {}, as of {}, seed {}, blocks to {}. Sources: {}.{world}",
        answer.version,
        moment_utc(e.as_of),
        e.seed,
        e.last_height,
        sources.join("; ")
    );
    format!("\n{}\n", wrap(&text, width))
}
