//! Where, and why: regions, pools and causes on the page.

use std::fmt::Write;

use super::{draw, drawer, parts};
use crate::figure::causes::{name, ranked};
use crate::figure::{Figure, Table};
use crate::phrases::{not_attributed, together};
use crate::svg::escape;
use hashquake_base::format::column::{
    amount, amounts, interval, percent, probability, sentence, sentence_case,
};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::Explanation;

/// Regions with map and table, what cannot be told apart, pools.
pub(super) fn place(out: &mut String, e: &Explanation, (map, pools): (&[Figure], &[Figure])) {
    if e.regions.is_empty() && e.pools.is_empty() {
        return;
    }
    out.push_str("<h2 id=\"where\">Where</h2>\n");
    for joint in &e.inseparable {
        let _ = writeln!(
            out,
            "<p class=\"told\">{}</p>",
            escape(&together(&e.regions, joint))
        );
    }
    if let (Some(rest), false) = (e.not_attributed_percent, e.regions.is_empty()) {
        let _ = writeln!(out, "<p>{}</p>", escape(&not_attributed(rest)));
    }
    for f in map {
        draw(out, e, f);
    }
    if !e.regions.is_empty() {
        out.push_str("<section class=\"spaced\">\n");
        parts::table(out, "Regions", &regions(e));
        out.push_str("</section>\n");
    }
    for f in pools {
        draw(out, e, f);
    }
    drawer::draw(out, &drawer::place(e));
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
    let mut rows: Vec<_> = e.regions.iter().collect();
    let loss = |q: Option<Quantiles>| q.map_or(f64::NEG_INFINITY, |q| q.p50);
    rows.sort_by(|a, b| {
        loss(b.loss_percent)
            .total_cmp(&loss(a.loss_percent))
            .then(b.share_percent.p50.total_cmp(&a.share_percent.p50))
    });
    table.rows = rows
        .iter()
        .map(|r| {
            vec![
                r.name.clone(),
                percent(r.share_percent.p50),
                interval(r.share_percent),
                cell(r.loss_percent, |q| percent(q.p50)),
                cell(r.loss_percent, interval),
                cell(r.power_mw, |q| amount(q.p50)),
                cell(r.power_mw, amounts),
            ]
        })
        .collect();
    table
}

/// Causes with what each would have looked like.
pub(super) fn causes(out: &mut String, e: &Explanation, figures: &[Figure]) {
    if e.causes.is_empty() {
        return;
    }
    out.push_str("<h2 id=\"why\">Why</h2>\n");
    for f in figures {
        draw(out, e, f);
    }
    out.push_str("<ul class=\"because spaced\">\n");
    for c in ranked(&e.causes) {
        let _ = writeln!(
            out,
            "<li><b>{}</b>, {}. {}</li>",
            escape(&sentence_case(name(c.cause))),
            escape(&probability(c.posterior)),
            escape(&sentence(&c.because))
        );
    }
    out.push_str("</ul>\n");
    drawer::draw(out, &drawer::causes(e));
}
