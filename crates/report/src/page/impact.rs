//! What followed: price, power and carbon, resilience on the page.

use std::fmt::Write;

use super::{draw, drawer, parts};
use crate::figure::{Figure, Table};
use crate::phrases::recovery;
use crate::svg::escape;
use hashquake_base::format::column::{
    amount, amounts, change, decimal, interval, p_value, percent, sentence, sentence_case,
    short_moment,
};
use hashquake_base::units::{Moment, Quantiles};
use hashquake_explain::explanation::Explanation;
use hashquake_explain::explanation::attribution::{Energy, PriceRow, Resilience};

/// The answer, the returns, the stretches between other news.
pub(super) fn price(out: &mut String, e: &Explanation, figures: &[Figure]) {
    let Some(p) = &e.price else { return };
    out.push_str("<h2 id=\"price\">Price</h2>\n");
    let _ = writeln!(
        out,
        "<p class=\"told\">{}</p>",
        escape(&sentence(&p.answer))
    );
    for f in figures {
        draw(out, e, f);
    }
    out.push_str("<section class=\"spaced\">\n");
    parts::table(out, "Returns since the onset", &returns(p));
    out.push_str("</section>\n");
    if !p.stretches.is_empty() {
        out.push_str("<section>\n<h3>Between other news</h3>\n");
        parts::table(out, "Returns between other news", &stretches(p));
        out.push_str("</section>\n");
    }
    drawer::draw(out, &drawer::price(e));
}

fn returns(p: &PriceRow) -> Table {
    let mut table = Table::new(&["Since the onset", "Return", "Beyond the usual", "90 %", "p"]);
    let row = |name: String, change_percent: f64, abnormal: Quantiles, p: f64| {
        vec![
            name,
            change(change_percent),
            change(abnormal.p50),
            format!("{} to {}", change(abnormal.p05), change(abnormal.p95)),
            p_value(p),
        ]
    };
    let first = "first 24 hours".to_string();
    table
        .rows
        .push(row(first, p.return_percent, p.abnormal_percent, p.p_value));
    let later = p.after.iter().map(|a| {
        let days = format!("{} day{}", a.days, if a.days == 1 { "" } else { "s" });
        row(days, a.return_percent, a.abnormal_percent, a.p_value)
    });
    table.rows.extend(later);
    table
}

fn stretches(p: &PriceRow) -> Table {
    let mut table = Table::new(&["From, UTC", "To", "Return", "What"]);
    let when =
        |text: &str| Moment::parse(text).map_or(text.to_string(), |m| short_moment(m.start()));
    table.rows = p
        .stretches
        .iter()
        .map(|s| {
            vec![
                when(&s.from),
                when(&s.to),
                change(s.return_percent),
                s.what.clone(),
            ]
        })
        .collect();
    table
}

/// Power, energy, emissions, coins, and what was assumed for them.
pub(super) fn energy(out: &mut String, e: &Explanation) {
    let Some(energy) = &e.energy else { return };
    out.push_str("<h2 id=\"power\">Power and carbon</h2>\n");
    parts::number_list(out, &quantities(energy));
    let _ = writeln!(
        out,
        "<p class=\"unit spaced\">Emissions as if nobody else had used the power{}.</p>",
        match energy.emissions_t.marginal {
            Some(_) => "",
            None =>
                "; no marginal factor is known for these grids, so only the average one was used",
        }
    );
    drawer::draw(out, &drawer::energy(e));
}

fn quantities(energy: &Energy) -> Vec<(&'static str, String, String)> {
    let row = |name, q: Quantiles, unit: &str| {
        let range = format!("90 %: {}", amounts(q));
        (name, format!("{}\u{a0}{unit}", amount(q.p50)), range)
    };
    let mut rows = vec![
        row("Power that stopped or moved", energy.power_mw, "MW"),
        row("Energy over the event", energy.energy_mwh, "MWh"),
        row(
            "Emissions not caused, average factor",
            energy.emissions_t.average,
            "t CO₂",
        ),
    ];
    if let Some(q) = energy.emissions_t.marginal {
        rows.push(row("Emissions not caused, marginal factor", q, "t CO₂"));
    }
    rows.push(row(
        "Coins not earned there",
        energy.coins_not_earned,
        "BTC",
    ));
    rows.push(row(
        "Efficiency assumed",
        energy.efficiency_j_per_th,
        "J/TH",
    ));
    rows
}

/// Depth, recovery, lost work, concentration.
pub(super) fn resilience(out: &mut String, e: &Explanation) {
    let Some(r) = &e.resilience else { return };
    out.push_str("<h2 id=\"resilience\">Resilience</h2>\n");
    parts::number_list(out, &measures(r));
    if !r.pools_over_time.is_empty() {
        let mut table = Table::new(&[
            "Pools, by group",
            "Sum of squared shares",
            "Fewest over half",
        ]);
        table.rows = r
            .pools_over_time
            .iter()
            .map(|c| {
                vec![
                    sentence_case(&c.when),
                    decimal(c.hhi_pools, 3),
                    c.smallest_majority_pools.to_string(),
                ]
            })
            .collect();
        out.push_str("<section class=\"spaced\">\n");
        parts::table(out, "Concentration of pools", &table);
        out.push_str("</section>\n");
    }
    drawer::draw(out, &drawer::resilience(e));
}

fn measures(r: &Resilience) -> Vec<(&'static str, String, String)> {
    let range = |q: Quantiles| format!("90 %: {}", amounts(q));
    let mut rows = vec![(
        "Depth",
        percent(r.depth_percent.p50),
        format!("90 %: {}", interval(r.depth_percent)),
    )];
    let (back, meaning) = recovery(r);
    let meaning = match r.recovery_days {
        Some(q) if q.p05 < q.p95 => range(q),
        _ => meaning,
    };
    rows.push(("95 % back after", back, meaning));
    let lost = r.lost_work_percent_days;
    rows.push((
        "Work lost",
        format!("{}\u{a0}%·days", amount(lost.p50)),
        range(lost),
    ));
    let fewest = |n: u32| format!("fewest over half: {n}");
    if let Some(q) = r.hhi_regions {
        let ends = format!("90 %: {} to {}", decimal(q.p05, 2), decimal(q.p95, 2));
        let majority = r
            .smallest_majority_regions
            .map_or(String::new(), |n| format!("; {}", fewest(n)));
        rows.push((
            "Concentration of regions",
            decimal(q.p50, 2),
            ends + &majority,
        ));
    }
    let majority = fewest(r.smallest_majority_pools);
    rows.push(("Concentration of pools", decimal(r.hhi_pools, 3), majority));
    rows
}
