//! Phrases that the page and the terminal share.

use hashquake_base::format::column::{amount, amounts, change, interval, percent, sentence};
use hashquake_base::format::prose::list;
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::attribution::{JointRegions, RegionRow, Resilience};
use hashquake_explain::recovery::BACK;

/// That regions are indistinguishable, what they lost together, and why.
pub fn together(rows: &[RegionRow], joint: &JointRegions) -> String {
    let name = |code: &String| {
        let row = rows.iter().find(|r| r.region == *code);
        row.map_or(code.clone(), |r| r.name.clone())
    };
    let names: Vec<String> = joint.regions.iter().map(name).collect();
    format!(
        "{} are indistinguishable; together they lost {} of the network (90 %: {}). {}",
        list(&names),
        percent(joint.loss_percent.p50),
        interval(joint.loss_percent),
        sentence(&joint.because)
    )
}

/// What was lost and is not attributed to any region.
pub fn not_attributed(rest: Quantiles) -> String {
    if rest.p05 < 0.0 {
        return format!(
            "Outside the regions in question the network moved by {} (90 %: {} to {}).",
            change(-rest.p50),
            change(-rest.p95),
            change(-rest.p05)
        );
    }
    format!(
        "{} of the network’s hashrate (90 %: {}) was lost and is not attributed to any region.",
        percent(rest.p50),
        interval(rest)
    )
}

/// After how many days 95 % was back, and the range of that. Block counts are looked at from the window's
/// end on: a return that they show at once may have come before.
pub fn recovery(r: &Resilience) -> (String, String) {
    match r.recovery_days {
        Some(q) if q.p05 == q.p95 => (
            format!("at most {}", days(q.p50)),
            "back at the window’s end".to_string(),
        ),
        Some(q) => (days(q.p50), amounts(q)),
        None if r.depth_percent.p50 <= 100.0 * (1.0 - BACK) => {
            ("never less".to_string(), String::new())
        }
        None => ("not yet".to_string(), "in the data read".to_string()),
    }
}

fn days(n: f64) -> String {
    let text = amount(n);
    let unit = if text == "1" { "day" } else { "days" };
    format!("{text}\u{a0}{unit}")
}
