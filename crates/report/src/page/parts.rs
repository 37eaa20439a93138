//! The page's lists and tables.

use std::fmt::Write;

use super::odds;
use crate::figure::{Table, pools, posterior};
use crate::svg::{Drawing, escape};
use crate::verdict::judgement_words;
use hashquake_base::format::column::{
    bracket, day, decimal, interval, moment, percent, sentence_case, short_moment,
};
use hashquake_base::units::{Moment, Quantiles};
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::{
    ClaimKind, ClaimVerdict, EdgeSource, Explanation, Judgement, ShareEvidence,
};

/// A table in a box that scrolls sideways by itself.
pub(super) fn table(out: &mut String, caption: &str, table: &Table) {
    let caption = escape(caption);
    let _ = write!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">\n<table>\n<thead><tr>"
    );
    let numeric: Vec<bool> = (0..table.head.len())
        .map(|i| is_numeric(table, i))
        .collect();
    let class = |i: usize| {
        if numeric.get(i) == Some(&true) {
            " class=\"n\""
        } else {
            ""
        }
    };
    for (i, name) in table.head.iter().enumerate() {
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(i), escape(name));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (i, cell) in row.iter().enumerate() {
            let _ = write!(out, "<td{}>{}</td>", class(i), linked(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn is_numeric(table: &Table, column: usize) -> bool {
    let number = |c: &char| c.is_ascii_digit() || " ,.+−–<>%±\u{a0}to".contains(*c);
    let mut cells = table.rows.iter().filter_map(|r| r.get(column));
    cells.all(|cell| cell.chars().all(|c| number(&c)))
}

/// Text, as a link where all of it is an address.
pub(super) fn linked(text: &str) -> String {
    let safe = escape(text);
    let address = text.starts_with("https://") || text.starts_with("http://");
    if address && !text.contains(char::is_whitespace) {
        return format!("<a href=\"{safe}\" rel=\"noreferrer\">{safe}</a>");
    }
    safe
}

pub(super) fn key_numbers(out: &mut String, e: &Explanation) {
    let mut numbers: Vec<(&str, String, String)> = Vec::new();
    let blocks = e.evidence.blocks.as_ref();
    let fused = e.fused.as_ref();
    let loss = fused.map(|f| (f.loss_percent, f.log10_bayes_factor));
    if let Some((loss, bf)) = loss.or(blocks.map(|b| (b.loss_percent, b.log10_bayes_factor))) {
        numbers.push((
            "Loss of hashrate",
            percent(loss.p50),
            format!("90 %: {}", interval(loss)),
        ));
        let against = format!("a loss against none; log₁₀ BF {}", decimal(bf, 2));
        numbers.push(("Odds from the data", odds(bf), against));
    }
    if let Some(f) = fused {
        let from = |q: Quantiles<i64>| {
            format!(
                "90 %: {} to {} UTC",
                short_moment(q.p05),
                short_moment(q.p95)
            )
        };
        if f.edges_from.onset != EdgeSource::Window {
            numbers.push(("Began", short_moment(f.onset.p50), from(f.onset)));
        }
        if let (Some(end), true) = (f.end, f.edges_from.end != EdgeSource::Window) {
            numbers.push(("Ended", short_moment(end.p50), from(end)));
        }
        let known =
            f.edges_from.onset != EdgeSource::Window || f.edges_from.end != EdgeSource::Window;
        if let (Some(hours), true) = (f.duration_hours, known) {
            let range = format!(
                "90 %: {} to {} h",
                decimal(hours.p05, 0),
                decimal(hours.p95, 0)
            );
            numbers.push(("Lasted", format!("{}\u{a0}h", decimal(hours.p50, 0)), range));
        }
    }
    if let Some(b) = blocks {
        let expected = format!("against {} expected", decimal(b.expected_blocks, 0));
        numbers.push(("Blocks in the window", b.blocks.to_string(), expected));
    }
    number_list(out, &numbers);
}

/// Numbers in large letters: name, value, range.
pub(super) fn number_list(out: &mut String, numbers: &[(&str, String, String)]) {
    if numbers.is_empty() {
        return;
    }
    out.push_str("<dl class=\"numbers\">\n");
    for (name, value, range) in numbers {
        let _ = writeln!(
            out,
            "<div><dt>{name}</dt><dd><b>{}</b><span>{}</span></dd></div>",
            escape(value),
            escape(range)
        );
    }
    out.push_str("</dl>\n");
}

/// The claims that the evidence speaks to, contradicted ones first.
pub(super) fn claims(out: &mut String, e: &Explanation) {
    let order = [
        Judgement::Contradicted,
        Judgement::Supported,
        Judgement::CannotTell,
    ];
    if !e.claims.iter().any(|c| order.contains(&c.verdict)) {
        return;
    }
    out.push_str("<section>\n<h2>What was said, and what the evidence says of it</h2>\n<ol class=\"claims\">\n");
    for verdict in order {
        let mut mark = Drawing::default();
        mark.mark("claim", posterior::mark(verdict), (8.0, 8.0), 5.0);
        let head = format!(
            "<svg class=\"figure mark\" width=\"16\" height=\"16\" viewBox=\"0 0 16 16\" \
             aria-hidden=\"true\">{}</svg>{}",
            mark.into_body(),
            sentence_case(judgement_words(verdict))
        );
        for c in e.claims.iter().filter(|c| c.verdict == verdict) {
            claim(out, c, &head);
        }
    }
    out.push_str("</ol>\n</section>\n");
}

/// The claims that nothing read here reaches, with what it would take.
pub(super) fn unassessed(out: &mut String, e: &Explanation) {
    let mut rest = e
        .claims
        .iter()
        .filter(|c| c.verdict == Judgement::NotAssessed)
        .peekable();
    if rest.peek().is_none() {
        return;
    }
    out.push_str(
        "<section>\n<h2>Also said, and not assessed here</h2>\n<ol class=\"claims minor\">\n",
    );
    for c in rest {
        claim(out, c, about_what(c.kind));
    }
    out.push_str("</ol>\n</section>\n");
}

fn about_what(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Loss => "Loss",
        ClaimKind::Price => "Price",
        ClaimKind::Rank => "Rank",
        ClaimKind::Cause => "Cause",
        ClaimKind::Duration => "Duration",
        ClaimKind::Frequency => "Frequency",
        ClaimKind::Other => "Other",
    }
}

/// One claim under a head, which is HTML.
fn claim(out: &mut String, c: &ClaimVerdict, head: &str) {
    let _ = write!(
        out,
        "<li>\n<p class=\"judged\">{head}</p>\n<div>\n<p class=\"said\">{}</p>\n\
         <p class=\"by\">{}, {}. {}</p>\n<p>{}</p>\n</div>\n</li>\n",
        escape(&c.text),
        escape(&c.said_by),
        escape(&published(&c.published)),
        linked(&c.source),
        escape(&c.because)
    );
}

/// The moment or the day, as people write it.
pub(super) fn published(text: &str) -> String {
    match Moment::parse(text) {
        Ok(Moment::Instant(t)) => format!("{} UTC", moment(t)),
        Ok(Moment::Day(t)) => day(t),
        Err(_) => text.to_string(),
    }
}

pub(super) fn witnesses(out: &mut String, e: &Explanation) {
    let mut rows = Table::new(&[
        "Witness",
        "Loss",
        "90 %",
        "What it is",
        "Part of the information",
    ]);
    let weight = |name: &str| -> String {
        let weights = e.fused.iter().flat_map(|f| &f.weights);
        let mut found = weights.filter(|w| w.witness == name);
        found.next().map_or(String::new(), |w| {
            format!("{}\u{a0}%", decimal(w.share * 100.0, 0))
        })
    };
    if let Some(b) = &e.evidence.blocks {
        let what = format!(
            "{} blocks, {} expected; log₁₀ BF {}",
            b.blocks,
            decimal(b.expected_blocks, 0),
            decimal(b.log10_bayes_factor, 2)
        );
        rows.rows.push(witness(
            "Block times",
            b.loss_percent,
            what,
            weight("blocks"),
        ));
    }
    for share in &e.evidence.shares {
        rows.rows.push(witness(
            &pool_label(&share.pool),
            share.loss_percent,
            about(share),
            String::new(),
        ));
    }
    for (name, words) in [
        ("shares", "Pools’ own reports together"),
        ("press", "Printed losses together"),
    ] {
        let part = weight(name);
        if !part.is_empty() {
            rows.rows.push(vec![
                words.to_string(),
                String::new(),
                String::new(),
                String::new(),
                part,
            ]);
        }
    }
    if let Some(f) = &e.fused {
        let what = format!("log₁₀ BF {}", decimal(f.log10_bayes_factor, 2));
        rows.rows.push(witness(
            "All witnesses",
            f.loss_percent,
            what,
            "100\u{a0}%".to_string(),
        ));
    }
    if rows.rows.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>The witnesses</h2>\n");
    table(out, "The witnesses", &rows);
    for conflict in e.fused.iter().flat_map(|f| &f.conflicts) {
        let _ = writeln!(out, "<p class=\"conflict\">{}</p>", escape(conflict));
    }
    out.push_str("</section>\n");
}

fn witness(name: &str, loss: Quantiles, what: String, weight: String) -> Vec<String> {
    vec![
        name.to_string(),
        percent(loss.p50),
        interval(loss),
        what,
        weight,
    ]
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

pub(super) fn sensitivity(out: &mut String, e: &Explanation) {
    let head = ["Other choice", "Loss", "90 %", "log₁₀ BF"];
    let row = |what: &str, loss: Quantiles, bf: f64| {
        vec![
            what.to_string(),
            percent(loss.p50),
            interval(loss),
            decimal(bf, 2),
        ]
    };
    let mut sections: Vec<(&str, Table)> = Vec::new();
    if let Some(f) = e.fused.as_ref().filter(|f| !f.sensitivity.is_empty()) {
        let mut rows = Table::new(&head);
        rows.rows
            .push(row("as reported", f.loss_percent, f.log10_bayes_factor));
        let others = f.sensitivity.iter();
        rows.rows
            .extend(others.map(|s| row(&s.witnesses, s.loss_percent, s.log10_bayes_factor)));
        sections.push(("All witnesses", rows));
    }
    if let Some(b) = e
        .evidence
        .blocks
        .as_ref()
        .filter(|b| !b.sensitivity.is_empty())
    {
        let mut rows = Table::new(&head);
        rows.rows
            .push(row("as reported", b.loss_percent, b.log10_bayes_factor));
        let others = b.sensitivity.iter();
        rows.rows
            .extend(others.map(|s| row(&s.change, s.loss_percent, s.log10_bayes_factor)));
        sections.push(("Block times alone", rows));
    }
    if sections.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>Would other choices give another answer?</h2>\n");
    for (name, rows) in sections {
        let _ = writeln!(out, "<h3>{name}</h3>");
        table(out, name, &rows);
    }
    out.push_str("</section>\n");
}

pub(super) fn method(out: &mut String, e: &Explanation) {
    out.push_str(include_str!("method.html"));
    if !e.notes.is_empty() {
        out.push_str("<h3>Left out or not checked</h3>\n<ul>\n");
        for note in &e.notes {
            let _ = writeln!(out, "<li>{}</li>", escape(note));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</section>\n");
}

pub(super) fn sources(out: &mut String, e: &Explanation) {
    if e.sources.is_empty() {
        return;
    }
    let mut rows = Table::new(&["What was read", "From", "Licence"]);
    let cells = |s: &hashquake_explain::explanation::Source| {
        vec![s.what.clone(), s.from.clone(), s.licence.clone()]
    };
    rows.rows = e.sources.iter().map(cells).collect();
    out.push_str("<section>\n<h2>Sources</h2>\n");
    table(out, "Sources", &rows);
    out.push_str("</section>\n");
}
