//! The explanation as text for a terminal: sentences, evidence, plot; where, why, price, power and
//! carbon, resilience; claims, the next retarget.

pub mod check;
mod fans;
mod impact;
mod place;
pub mod replay;
pub mod scenarios;
pub mod simulate;
pub mod sweep;
pub mod table;

mod attribution_score;
mod columns;
pub mod data;
pub mod detect;
pub mod forecast;
pub mod hashrate;
pub mod score;

use std::fmt::Write;

use crate::plot::terminal_plot;
use crate::verdict::judgement_words;
use comfy_table::{ContentArrangement, LineStyle, Table, presets};
use hashquake_base::format::prose::{decimal, moment, percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_chain::pool::pool_name;
use hashquake_explain::explanation::{EvidenceSource, Explanation, ShareKind};

const WIDTH: usize = 80;
const CLAIM_MARGIN: usize = 14;

/// The whole of it.
pub fn explanation(e: &Explanation) -> String {
    let mut out = format!("{}\n\n", e.title);
    for paragraph in e.verdict.split("\n\n") {
        let _ = writeln!(out, "{}\n", wrap(paragraph));
    }
    let _ = writeln!(out, "{}\n", evidence(e));
    out.push_str(&sensitivity(e));
    let _ = writeln!(out, "{}\n", terminal_plot(e, WIDTH).trim_end());
    out.push_str(&found(e));
    if !e.claims.is_empty() {
        let _ = writeln!(out, "{}", claims(e));
    }
    out.push_str(&next_retarget(e));
    out.push_str(&footer(e));
    out
}

/// What was found of place, cause, price, power and resilience; parts of which nothing is known are left
/// out.
fn found(e: &Explanation) -> String {
    let parts = [
        ("where", place::place(e)),
        ("why", place::causes(&e.causes)),
        ("price", e.price.as_ref().map(impact::price)),
        ("power and carbon", e.energy.as_ref().map(impact::energy)),
        ("resilience", e.resilience.as_ref().map(impact::resilience)),
    ];
    let mut out = String::new();
    for (name, text) in parts {
        if let Some(text) = text {
            let _ = writeln!(out, "{}\n\n{}\n", name.to_uppercase(), text.trim_end());
        }
    }
    out
}

/// A table that fits a terminal of `width` columns.
pub fn table(header: &[&str], width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    table.set_header(header);
    table
}

/// A table as wide as its rows, without lines.
pub fn plain_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    table
}

fn evidence(e: &Explanation) -> Table {
    let mut rows = table(
        &["evidence", "loss", "90 % range", "log10 BF", "information"],
        WIDTH as u16,
    );
    let weight = |source: EvidenceSource| {
        let found = e
            .fused
            .iter()
            .flat_map(|f| &f.weights)
            .find(|w| w.source == source);
        found.map_or(String::new(), |w| format!("{:.0} %", 100.0 * w.share))
    };
    let mut add = |name: String, q: Quantiles, bf: Option<f64>, part: String| {
        let bf = bf.map_or(String::new(), decimal);
        rows.add_row([name, percent(q.p50), percent_range(q), bf, part]);
    };
    if let Some(b) = &e.evidence.blocks {
        let name = "block times, the window as given".to_string();
        add(
            name,
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
        let part = parts.iter_mut().find(|(_, kind)| *kind == s.kind);
        let part = part.map_or(String::new(), |(text, _)| std::mem::take(text));
        add(
            format!("{}, {how}", pool_name(&s.pool)),
            s.loss_percent,
            None,
            part,
        );
    }
    if let Some(f) = &e.fused {
        let name = "the network, all together".to_string();
        add(
            name,
            f.loss_percent,
            Some(f.log10_bayes_factor),
            String::new(),
        );
    }
    rows
}

/// The fused answer with fewer sources or other assumptions, and the spread of the block answer's.
fn sensitivity(e: &Explanation) -> String {
    let mut out = String::new();
    if let Some(f) = e.fused.as_ref().filter(|f| f.sensitivity.len() > 1) {
        let mut rows = table(
            &["the network, if", "loss", "90 % range", "log10 BF"],
            WIDTH as u16,
        );
        for s in &f.sensitivity {
            let bf = decimal(s.log10_bayes_factor);
            rows.add_row([
                s.change.clone(),
                percent(s.loss_percent.p50),
                percent_range(s.loss_percent),
                bf,
            ]);
        }
        let _ = writeln!(out, "{rows}\n");
    }
    if let Some(b) = &e.evidence.blocks {
        let medians = || b.sensitivity.iter().map(|s| s.loss_percent.p50);
        let text = format!(
            "Under {} other windows, comparison windows and drifts the median of block times runs from {} to {} (rows: --format json or --report).",
            b.sensitivity.len(),
            percent(medians().fold(f64::INFINITY, f64::min)),
            percent(medians().fold(f64::NEG_INFINITY, f64::max))
        );
        let _ = writeln!(out, "{}\n", wrap(&text));
    }
    out
}

/// One claim a paragraph, with the verdict in the margin.
fn claims(e: &Explanation) -> String {
    let mut out = String::new();
    for c in &e.claims {
        let verdict = judgement_words(c.verdict);
        let text = format!("{} ({}, {}). {}", c.text, c.said_by, c.published, c.because);
        let lines = table::wrapped(&text, WIDTH - CLAIM_MARGIN);
        for (i, line) in lines.iter().enumerate() {
            let margin = if i == 0 { verdict } else { "" };
            let _ = writeln!(out, "{margin:CLAIM_MARGIN$}{line}");
        }
    }
    out
}

fn next_retarget(e: &Explanation) -> String {
    let Some(r) = &e.next_retarget else {
        return "Next retarget: not known, the epoch's first block is not in the data.\n"
            .to_string();
    };
    let q = r.change_percent;
    let signed = |x: f64| format!("{}{}", if x > 0.0 { "+" } else { "" }, percent(x));
    let text = format!(
        "Next retarget at block {}, seen on {} after {} blocks of the epoch: {} ({} to {}), {} to {}, if its pace so far goes on.",
        r.height,
        moment(r.seen_at),
        r.blocks_so_far,
        signed(q.p50),
        signed(q.p05),
        signed(q.p95),
        moment(r.date.p05),
        moment(r.date.p95)
    );
    format!("{}\n", wrap(&text))
}

fn footer(e: &Explanation) -> String {
    let (tables, others): (Vec<&str>, Vec<&str>) = e
        .sources
        .iter()
        .map(|s| s.from.as_str())
        .partition(|from| from.starts_with("world/"));
    let files: Vec<&str> = tables.iter().filter_map(|t| t.split(": ").next()).collect();
    let world = if files.is_empty() {
        String::new()
    } else {
        format!(" Tables (`hashquake world list`): {}.", files.join(", "))
    };
    let text = format!(
        "hashquake {}, as of {}, seed {}, blocks to {}. Sources: {}.{world}",
        e.version,
        moment(e.as_of),
        e.seed,
        e.last_height,
        others.join("; ")
    );
    format!("\n{}\n", wrap(&text))
}

/// Breaks at spaces, to 80 letters.
pub fn wrap(text: &str) -> String {
    table::wrap(text, WIDTH)
}
