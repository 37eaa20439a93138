//! Phrases that the page and the terminal share.

use hashquake_base::format::{amount, amounts, change, list, percent, percent_range, sentence};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::attribution::{JointRegions, Phase, RegionRow, Resilience};
use hashquake_explain::explanation::{BlockChoice, FusedChoice};
use hashquake_explain::recovery::BACK;
use hashquake_world::case::StatementKind;

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
        percent_range(joint.loss_percent),
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
        percent_range(rest)
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
    format!("{text} {unit}")
}

/// What was chosen otherwise for block times.
pub fn block_choice(choice: BlockChoice) -> String {
    match choice {
        BlockChoice::WindowStart { hours_later } => {
            let word = if hours_later < 0 { "earlier" } else { "later" };
            format!("window starts {} h {word}", hours_later.abs())
        }
        BlockChoice::ComparisonWindow {
            days_before,
            days_after,
        } => {
            let sides = match (days_before, days_after) {
                (_, 0) => "before",
                (0, _) => "after",
                _ => "each side",
            };
            let days = days_before.max(days_after);
            format!("comparison window {days} d {sides}")
        }
        BlockChoice::Drift { percent } => format!("drift {percent:.0} %"),
        BlockChoice::ComparisonLevelWalks {
            percent_per_root_day,
        } => {
            format!("comparison level walks {percent_per_root_day:.1} %/√day, 28 d each side")
        }
    }
}

/// Which evidence was used, or what was assumed otherwise of it.
pub fn fused_choice(choice: FusedChoice) -> String {
    match choice {
        FusedChoice::BlocksAlone => "block times alone, the window as given".to_string(),
        FusedChoice::BlocksWithinTimeline => "block times, edges of the timeline".to_string(),
        FusedChoice::SeriesAlone => "pools' series alone".to_string(),
        FusedChoice::BlocksAndSeries => "block times and pools' series".to_string(),
        FusedChoice::PoolSpread { points } => format!("all, pools spread by {points:.1} points"),
        FusedChoice::PrintedLossError { points } => {
            format!("all, printed losses off by {points:.0} points")
        }
        FusedChoice::PrintedLossesForNetwork => {
            "all, printed losses count for the network".to_string()
        }
    }
}

/// A stretch of time, seen from the window.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "before",
        Phase::During => "during",
        Phase::After => "after",
    }
}

/// What a statement of the timeline is about.
pub fn statement_kind(kind: StatementKind) -> &'static str {
    match kind {
        StatementKind::Onset => "onset",
        StatementKind::PartialRestore => "partial restore",
        StatementKind::End => "end",
        StatementKind::Note => "note",
    }
}
