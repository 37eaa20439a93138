//! What followed: price, power and carbon, resilience on the page.

use hashquake_base::format::{
    amount, amounts, change, decimal, p_value, percent, percent_range, sentence, sentence_case,
    short_moment,
};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::Explanation;
use hashquake_explain::explanation::attribution::{Energy, PriceRow, Resilience};
use maud::{Markup, html};

use super::evidence_details::{self, details};
use super::panel::{self, KeyNumber, number_list, panel, unbroken};
use crate::figure::picture::Figure;
use crate::phrases::{phase, recovery};
use crate::table::Table;

/// The answer, the returns, the stretches between other news.
pub(super) fn price(e: &Explanation, version: &str, figures: &[&Figure]) -> Markup {
    html! {
        @if let Some(p) = &e.price {
            h2 id="price" { "Price" }
            p class="told" { (unbroken(&sentence(&p.answer))) }
            @for f in figures { (panel(f, e.as_of, version)) }
            section class="spaced" { (panel::table("Returns since the onset", &returns(p))) }
            @if !p.stretches.is_empty() {
                section {
                    h3 { "Between other news" }
                    (panel::table("Returns between other news", &stretches(p)))
                }
            }
            (details(&evidence_details::price(e)))
        }
    }
}

fn returns(p: &PriceRow) -> Table {
    let mut table = Table::new(&["Since the onset", "Return", "Beyond the usual", "90 %", "p"]);
    let row = |name: String, change_percent: f64, abnormal: Quantiles, p: f64| {
        let range = format!("{} to {}", change(abnormal.p05), change(abnormal.p95));
        [
            name,
            change(change_percent),
            change(abnormal.p50),
            range,
            p_value(p),
        ]
    };
    let first = "first 24 hours".to_string();
    table.add_row(row(first, p.return_percent, p.abnormal_percent, p.p_value));
    for a in &p.after {
        let days = format!("{} day{}", a.days, if a.days == 1 { "" } else { "s" });
        table.add_row(row(days, a.return_percent, a.abnormal_percent, a.p_value));
    }
    table
}

fn stretches(p: &PriceRow) -> Table {
    let mut table = Table::new(&["From, UTC", "To", "Return", "What"]);
    for s in &p.stretches {
        let (from, to) = (short_moment(s.from), short_moment(s.to));
        table.add_row([from, to, change(s.return_percent), s.what.clone()]);
    }
    table
}

/// Power, energy, emissions, coins, and what was assumed for them.
pub(super) fn energy(e: &Explanation) -> Markup {
    html! {
        @if let Some(energy) = &e.energy {
            h2 id="power" { "Power and carbon" }
            (number_list(&quantities(energy)))
            p class="unit spaced" {
                "Emissions as if nobody else had used the power"
                @if energy.emissions_t.marginal.is_none() {
                    "; no marginal factor is known for these grids, so only the average one was used"
                }
                "."
            }
            (details(&evidence_details::energy(e)))
        }
    }
}

fn quantities(energy: &Energy) -> Vec<KeyNumber> {
    let row = |name, q: Quantiles, unit: &str| {
        let range = format!("90 %: {}", amounts(q));
        (name, format!("{} {unit}", amount(q.p50)), range)
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
pub(super) fn resilience(e: &Explanation) -> Markup {
    html! {
        @if let Some(r) = &e.resilience {
            h2 id="resilience" { "Resilience" }
            (number_list(&measures(r)))
            @if !r.pools_over_time.is_empty() {
                section class="spaced" { (panel::table("Concentration of pools", &concentration(r))) }
            }
            (details(&evidence_details::resilience(e)))
        }
    }
}

fn concentration(r: &Resilience) -> Table {
    let mut table = Table::new(&[
        "Pools, by group",
        "Sum of squared shares",
        "Fewest over half",
    ]);
    for c in &r.pools_over_time {
        let fewest = c.smallest_majority_pools.to_string();
        table.add_row([
            sentence_case(phase(c.when)),
            decimal(c.hhi_pools, 3),
            fewest,
        ]);
    }
    table
}

fn measures(r: &Resilience) -> Vec<KeyNumber> {
    let range = |q: Quantiles| format!("90 %: {}", amounts(q));
    let mut rows = vec![(
        "Depth",
        percent(r.depth_percent.p50),
        format!("90 %: {}", percent_range(r.depth_percent)),
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
        format!("{} %·days", amount(lost.p50)),
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
