//! What the numbers of a part rest on, behind a line that opens without a script.

use super::opening::published;
use super::panel::linked;
use crate::figure::pools::kind;
use crate::phrases::statement_kind;
use crate::verdict::judgement_words;
use hashquake_base::format::{bracket, list, sentence, sentence_case};
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::attribution::PoolBasis;
use hashquake_explain::explanation::{ClaimKind, EdgeSource, Explanation, ShareKind};
use maud::{Markup, html};

/// A statement, and where it is from; the source may be empty.
pub(super) struct Item {
    what: String,
    source: String,
}

impl Item {
    fn new(what: String, source: &str) -> Self {
        Self {
            what,
            source: source.to_string(),
        }
    }
}

const HEADERS: &str = "block headers, with the pool marks in their coinbase transactions";

/// The items, folded away; nothing without items.
pub(super) fn details(items: &[Item]) -> Markup {
    html! {
        @if !items.is_empty() {
            details class="evidence-details" {
                summary { "What this rests on" }
                ul {
                    @for item in items {
                        li {
                            (sentence(&item.what))
                            @if !item.source.is_empty() { " Source: " (linked(&item.source)) }
                        }
                    }
                }
            }
        }
    }
}

/// Under the key numbers: the sources, and where begin and end come from.
pub(super) fn key_numbers(e: &Explanation) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(b) = &e.evidence.blocks {
        let what = format!("Loss and blocks: {} blocks in the window", b.blocks);
        items.push(Item::new(what, HEADERS));
    }
    let shares = e.evidence.shares.iter();
    items.extend(shares.map(|s| {
        let what = format!("Loss of {}: {}", pool_label(&s.pool), kind(s.kind));
        Item::new(what, &s.source)
    }));
    if let Some(f) = &e.fused {
        let what = format!(
            "Begin: {}; end: {}",
            edge(f.edges_from.onset),
            edge(f.edges_from.end)
        );
        items.push(Item::new(what, ""));
    }
    items.extend(claims(e, &[ClaimKind::Loss]));
    items
}

fn edge(source: EdgeSource) -> &'static str {
    match source {
        EdgeSource::Series => "from a pool’s own reports",
        EdgeSource::Timeline => "from dated statements",
        EdgeSource::Window => "the window as given",
    }
}

/// Under the map and the pools.
pub(super) fn place(e: &Explanation) -> Vec<Item> {
    let mut items = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for source in e.regions.iter().map(|r| r.share_source.as_str()) {
        if source.is_empty() || told.contains(&source) {
            continue;
        }
        told.push(source);
        let of = e.regions.iter().filter(|r| r.share_source == source);
        let names: Vec<String> = of.map(|r| r.name.clone()).collect();
        items.push(Item::new(format!("Shares of {}", list(&names)), source));
    }
    let by_blocks = e.pools.iter().any(|p| p.basis == PoolBasis::Blocks);
    if by_blocks {
        items.push(Item::new(
            "Losses of pools by their blocks".to_string(),
            HEADERS,
        ));
    }
    for pool in e.pools.iter().filter(|p| p.basis == PoolBasis::Shares) {
        let series = |s: &&hashquake_explain::explanation::ShareEvidence| {
            s.pool == pool.pool && s.kind == ShareKind::Series
        };
        let source = e.evidence.shares.iter().find(series);
        let what = format!("Loss of {}: its own reports", pool_label(&pool.pool));
        items.push(Item::new(what, source.map_or("", |s| &s.source)));
    }
    items.extend(claims(e, &[ClaimKind::Rank]));
    items
}

/// Under the causes: dated statements, and what was said of the cause.
pub(super) fn causes(e: &Explanation) -> Vec<Item> {
    let statement = |s: &hashquake_explain::explanation::TimelineEvidence| {
        let whom = s.audience.as_deref().map_or(String::new(), |a| {
            format!(" ({})", sentence_case(a).to_lowercase())
        });
        let what = format!(
            "{}{whom}, {} UTC: {}",
            sentence_case(statement_kind(s.kind)),
            bracket(s.when),
            s.what
        );
        Item::new(what, &s.source)
    };
    let mut items: Vec<Item> = e.evidence.timeline.iter().map(statement).collect();
    items.extend(claims(e, &[ClaimKind::Cause]));
    items
}

/// Under the price.
pub(super) fn price(e: &Explanation) -> Vec<Item> {
    let prices = e.price.iter();
    let mut items: Vec<Item> = prices
        .map(|p| Item::new("Prices".to_string(), &p.source))
        .collect();
    items.extend(claims(e, &[ClaimKind::Price]));
    items
}

/// Under power and carbon: what was assumed, and where sources disagree.
pub(super) fn energy(e: &Explanation) -> Vec<Item> {
    let notes = e.energy.iter().flat_map(|energy| &energy.notes);
    notes.map(|note| Item::new(note.clone(), "")).collect()
}

/// Under resilience.
pub(super) fn resilience(e: &Explanation) -> Vec<Item> {
    let mut items = vec![
        Item::new(
            "Depth, recovery and lost work: the answer from all evidence above".to_string(),
            "",
        ),
        Item::new(
            "Concentration of pools: shares of blocks".to_string(),
            HEADERS,
        ),
    ];
    if e.resilience
        .as_ref()
        .is_some_and(|r| r.hhi_regions.is_some())
    {
        let what = "Concentration of regions: the shares on the map".to_string();
        items.push(Item::new(what, ""));
    }
    items.extend(claims(e, &[ClaimKind::Duration, ClaimKind::Frequency]));
    items
}

fn claims(e: &Explanation, kinds: &[ClaimKind]) -> Vec<Item> {
    let told = e.claims.iter().filter(|c| kinds.contains(&c.kind));
    told.map(|c| {
        let what = format!(
            "Said: “{}” ({}, {}); {}",
            c.text,
            c.said_by,
            published(c.published),
            judgement_words(c.verdict)
        );
        Item::new(what, &c.source)
    })
    .collect()
}
