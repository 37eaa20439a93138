//! Where, why, and how much power: the paragraph that sums up the second half of the document.

use hashquake_base::format::{amount, amounts, list, percent, percent_range, range_words};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::attribution::{CauseRow, RegionRow};
use hashquake_explain::explanation::{Explanation, NetworkFinding};

/// What is known of places, causes and power; `None` where nothing is. A network that gained has no loss
/// whose cause could be named.
pub(super) fn found(e: &Explanation) -> Option<String> {
    let gained = e.findings.network == NetworkFinding::Gained;
    let why = (!gained).then(|| cause(e)).flatten();
    let parts: Vec<String> = [places(e), why, power(e)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The region in question with what it lost, in percent of the network.
pub(super) fn lost_there(e: &Explanation) -> Option<(&RegionRow, Quantiles)> {
    let mut rows = e.regions.iter().filter_map(|r| Some((r, r.loss_percent?)));
    let only = rows.next()?;
    rows.next().is_none().then_some(only)
}

fn places(e: &Explanation) -> Option<String> {
    let named: Vec<String> = e
        .regions
        .iter()
        .filter_map(|r| {
            let loss = r.loss_percent?;
            Some(format!(
                "{}, which had {} of the network's hashrate, lost {} of it",
                r.name,
                percent_range(r.share_percent),
                percent_range(loss)
            ))
        })
        .collect();
    let rest = e.not_attributed_percent?;
    (!named.is_empty()).then(|| {
        format!(
            "Where: {}, as far as shares and pools tell; {} is not attributed to any region.",
            list(&named),
            range_words(rest)
        )
    })
}

fn cause(e: &Explanation) -> Option<String> {
    let found = e.findings.cause?;
    let [first, second, ..] = e.causes.as_slice() else {
        return None;
    };
    let say = |row: &CauseRow| {
        let percents = 100.0 * row.posterior;
        let posterior = match percents {
            p if p < 0.05 => "under 0.1 %".to_string(),
            p => percent(p),
        };
        format!("{} {posterior}", row.cause.words())
    };
    let before = if found.equal_priors {
        "all alike"
    } else {
        "as given"
    };
    Some(if found.settled {
        format!(
            "Why: weighed {before} before the evidence, {}, next {}.",
            say(first),
            say(second)
        )
    } else {
        format!(
            "Why is not settled: weighed {before} before the evidence, {}, {}.",
            say(first),
            say(second)
        )
    })
}

fn power(e: &Explanation) -> Option<String> {
    let energy = e.energy.as_ref()?;
    let lost = e.fused.as_ref()?.loss_percent.p50 > 0.5;
    lost.then(|| {
        format!(
            "In power it was about {} MW ({}), over the event {} MWh ({}), and {} BTC of subsidy not earned ({}).",
            amount(energy.power_mw.p50),
            amounts(energy.power_mw),
            amount(energy.energy_mwh.p50),
            amounts(energy.energy_mwh),
            amount(energy.coins_not_earned.p50),
            amounts(energy.coins_not_earned)
        )
    })
}
