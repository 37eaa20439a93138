//! What followed: price, power and carbon, resilience in a terminal.

use crate::phrases::{phase, recovery};
use hashquake_base::format::{amount, amounts, change, decimal, p_value, sentence, short_moment};
use hashquake_base::format::{percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::attribution::{Concentration, Energy, PriceRow, Resilience};

use super::table::wrap;
use crate::table::Table;

/// The answer, the returns, the stretches between other news.
pub(super) fn price(p: &PriceRow, width: usize) -> String {
    let mut rows = Table::new(&["since the onset", "return", "beyond the usual", "90 %", "p"]);
    let mut add = |name: String, moved: f64, abnormal: Quantiles, p: f64| {
        let range = format!("{} to {}", change(abnormal.p05), change(abnormal.p95));
        rows.add_row([name, change(moved), change(abnormal.p50), range, p_value(p)]);
    };
    let first = "first 24 hours".to_string();
    add(first, p.return_percent, p.abnormal_percent, p.p_value);
    for a in &p.after {
        let days = format!("{} day{}", a.days, if a.days == 1 { "" } else { "s" });
        add(days, a.return_percent, a.abnormal_percent, a.p_value);
    }
    let mut out = format!(
        "{}\n\n{}",
        wrap(&sentence(&p.answer), width),
        rows.to_text(width)
    );
    if !p.stretches.is_empty() {
        out.push_str(&format!("\n\n{}", stretches(p, width)));
    }
    out
}

fn stretches(p: &PriceRow, width: usize) -> String {
    let mut rows = Table::new(&["from, UTC", "to", "return", "what"]);
    for s in &p.stretches {
        rows.add_row([
            short_moment(s.from),
            short_moment(s.to),
            change(s.return_percent),
            s.what.clone(),
        ]);
    }
    rows.to_text(width)
}

/// Power, energy, emissions, coins, and what was assumed.
pub(super) fn energy(e: &Energy, width: usize) -> String {
    let mut rows = Table::new(&["", "estimate", "90 %", "unit"]);
    let mut add = |name: &str, q: Quantiles, unit: &str| {
        rows.add_row([
            name.to_string(),
            amount(q.p50),
            amounts(q),
            unit.to_string(),
        ]);
    };
    add("power that stopped or moved", e.power_mw, "MW");
    add("energy over the event", e.energy_mwh, "MWh");
    add(
        "emissions not caused, average factor",
        e.emissions_t.average,
        "t CO2",
    );
    if let Some(q) = e.emissions_t.marginal {
        add("emissions not caused, marginal factor", q, "t CO2");
    }
    add("coins not earned there", e.coins_not_earned, "BTC");
    add("efficiency assumed", e.efficiency_j_per_th, "J/TH");
    let mut out = format!(
        "{}\nEmissions as if nobody else had used the power.",
        rows.to_text(width)
    );
    for note in &e.notes {
        out.push_str(&format!("\n\n{}", wrap(&sentence(note), width)));
    }
    out
}

/// Depth, recovery, lost work, concentration.
pub(super) fn resilience(r: &Resilience, width: usize) -> String {
    let mut rows = Table::new(&["", "estimate", "90 %"]);
    rows.add_row([
        "depth".to_string(),
        percent(r.depth_percent.p50),
        percent_range(r.depth_percent),
    ]);
    let (days, range) = recovery(r);
    rows.add_row(["95 % back after".to_string(), days, range]);
    let lost = r.lost_work_percent_days;
    rows.add_row([
        "work lost, percent × days".to_string(),
        amount(lost.p50),
        amounts(lost),
    ]);
    if let Some(q) = r.hhi_regions {
        rows.add_row([
            "concentration of regions, 0 to 1".to_string(),
            decimal(q.p50, 2),
            format!("{} to {}", decimal(q.p05, 2), decimal(q.p95, 2)),
        ]);
    }
    let pools = "concentration of pools, 0 to 1".to_string();
    rows.add_row([pools, decimal(r.hhi_pools, 3), String::new()]);
    let mut majority = format!(
        "More than half of the hashrate: {}",
        groups(r.smallest_majority_pools)
    );
    if let Some(n) = r.smallest_majority_regions {
        majority.push_str(&format!(", {n} region{}", if n == 1 { "" } else { "s" }));
    }
    let mut out = format!(
        "{}\n\n{}",
        rows.to_text(width),
        wrap(&format!("{majority}."), width)
    );
    let stretch = |c: &Concentration| {
        format!(
            "{} {} ({})",
            phase(c.when),
            decimal(c.hhi_pools, 3),
            groups(c.smallest_majority_pools)
        )
    };
    let told: Vec<String> = r.pools_over_time.iter().map(stretch).collect();
    if !told.is_empty() {
        out.push_str(&format!(
            "\n{}",
            wrap(&format!("Pools: {}.", told.join(", ")), width)
        ));
    }
    out
}

fn groups(n: u32) -> String {
    format!("{n} pool group{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use hashquake_explain::explanation::attribution::{
        Emissions, PriceAfter, PricePoint, PriceResolution, PriceStretch,
    };

    use super::*;

    const WIDTH: usize = 80;

    fn q(p05: f64, p50: f64, p95: f64) -> Quantiles {
        Quantiles { p05, p50, p95 }
    }

    fn fits(text: &str) {
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }

    #[test]
    fn a_price_keeps_its_sign_and_its_range() {
        let row = PriceRow {
            onset: 1_641_379_500,
            before: PricePoint {
                time: 1_641_376_800,
                price_usd: 46_414.0,
            },
            resolution: PriceResolution::Hours,
            returns_before: 60,
            marks: Vec::new(),
            usual: Vec::new(),
            return_percent: -7.1,
            abnormal_percent: q(-12.4, -7.0, 1.6),
            p_value: 0.03,
            after: vec![PriceAfter {
                days: 7,
                return_percent: 2.0,
                abnormal_percent: q(-20.0, 1.4, 9.1),
                p_value: 0.52,
            }],
            stretches: vec![PriceStretch {
                from: 1_641_409_200,
                to: 1_641_420_000,
                return_percent: -6.3,
                p_value: 0.004,
                what: "the three hours after the minutes of the US central bank came out"
                    .to_string(),
            }],
            series: Vec::new(),
            answer: "unusual".to_string(),
            source: String::new(),
        };
        let text = price(&row, WIDTH);
        fits(&text);
        assert!(text.contains("−12.4 % to +1.6 %"), "{text}");
        assert!(
            text.contains("5 Jan 19:00") && text.starts_with("Unusual."),
            "{text}"
        );
    }

    #[test]
    fn a_factor_that_is_not_known_has_no_row() {
        let mut e = Energy {
            power_mw: q(340.0, 1_170.0, 2_060.0),
            energy_mwh: q(9_800.0, 34_900.0, 66_000.0),
            emissions_t: Emissions {
                average: q(6_100.0, 22_400.0, 43_800.0),
                marginal: None,
            },
            coins_not_earned: q(36.0, 115.0, 193.0),
            efficiency_j_per_th: q(56.0, 68.0, 82.0),
            notes: vec!["an assumption".to_string()],
        };
        let text = energy(&e, WIDTH);
        fits(&text);
        assert!(
            !text.contains("marginal") && text.contains("9,800 to 66,000"),
            "{text}"
        );
        assert!(text.ends_with("An assumption."));
        e.emissions_t.marginal = Some(q(1.0, 2.0, 3.0));
        assert!(energy(&e, WIDTH).contains("marginal factor"));
    }

    #[test]
    fn a_loss_that_lasts_is_not_said_to_be_over() {
        let row = Resilience {
            depth_percent: q(3.0, 9.6, 16.1),
            recovery_days: None,
            lost_work_percent_days: q(3.6, 12.0, 21.0),
            hhi_regions: None,
            hhi_pools: 0.13,
            smallest_majority_regions: None,
            smallest_majority_pools: 3,
            pools_over_time: Vec::new(),
        };
        let text = resilience(&row, WIDTH);
        fits(&text);
        assert!(
            text.contains("not yet") && text.contains("3 pool groups."),
            "{text}"
        );
        assert!(!text.contains("regions"), "{text}");
    }
}
