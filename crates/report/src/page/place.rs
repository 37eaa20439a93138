//! Where, and why: regions, pools and causes on the page.

use hashquake_base::format::{
    amount, amounts, percent, percent_range, probability, sentence, sentence_case,
};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::Explanation;
use maud::{Markup, html};

use super::evidence_details::{self, details};
use super::panel::{self, panel, unbroken};
use crate::figure::causes::name;
use crate::figure::picture::Figure;
use crate::phrases::{not_attributed, together};
use crate::table::Table;

/// Regions with map and table, which of them are indistinguishable, pools.
pub(super) fn place(e: &Explanation, version: &str, map: &[&Figure], pools: &[&Figure]) -> Markup {
    let rest = e.not_attributed_percent.filter(|_| !e.regions.is_empty());
    html! {
        @if !e.regions.is_empty() || !e.pools.is_empty() {
            h2 id="where" { "Where" }
            @for joint in &e.inseparable { p class="told" { (unbroken(&together(&e.regions, joint))) } }
            @if let Some(rest) = rest { p { (unbroken(&not_attributed(rest))) } }
            @for f in map { (panel(f, e.as_of, version)) }
            @if !e.regions.is_empty() {
                section class="spaced" { (panel::table("Regions", &regions(e))) }
            }
            @for f in pools { (panel(f, e.as_of, version)) }
            (details(&evidence_details::place(e)))
        }
    }
}

fn regions(e: &Explanation) -> Table {
    let mut table = Table::new(&[
        "Region",
        "Share before",
        "90 %",
        "Loss",
        "90 %",
        "MW",
        "90 %",
    ]);
    let cell = |q: Option<Quantiles>, say: fn(Quantiles) -> String| q.map_or("–".to_string(), say);
    for r in &e.regions {
        table.add_row([
            r.name.clone(),
            percent(r.share_percent.p50),
            percent_range(r.share_percent),
            cell(r.loss_percent, |q| percent(q.p50)),
            cell(r.loss_percent, percent_range),
            cell(r.power_mw, |q| amount(q.p50)),
            cell(r.power_mw, amounts),
        ]);
    }
    table
}

/// Causes with what each would have looked like.
pub(super) fn causes(e: &Explanation, version: &str, figures: &[&Figure]) -> Markup {
    html! {
        @if !e.causes.is_empty() {
            h2 id="why" { "Why" }
            @for f in figures { (panel(f, e.as_of, version)) }
            ul class="because spaced" {
                @for c in &e.causes {
                    li {
                        b { (sentence_case(name(c.cause))) } ", " (unbroken(&probability(c.posterior))) ". "
                        (unbroken(&sentence(&c.because)))
                    }
                }
            }
            (details(&evidence_details::causes(e)))
        }
    }
}
