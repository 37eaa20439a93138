//! What the numbers of an explanation come to.

use hashquake_observe::loss::comparison_days;

use crate::explanation::attribution::RegionRow;
use crate::explanation::{
    BlockChoice, CauseFinding, ESTABLISHED, EvidenceSource, Explanation, Findings, Fused,
    NetworkFinding, POOL_SHARE_MIN_PERCENT, RegionFinding, RegionFindingKind, block_finding,
    established,
};
use hashquake_base::units::Quantiles;

/// Medians further apart than this, against both sides and against the days before, are both told,
/// percentage points.
const TREND_POINTS: f64 = 5.0;
/// A cause leads from this probability on.
const LEADS: f64 = 0.8;
/// A cause is settled from this probability on.
const SETTLED: f64 = 0.9;
/// A region may have lost nothing to speak of when its interval begins below this, percent of the
/// network.
const NOTHING_PERCENT: f64 = 0.5;

/// Reads the rest of `e`; how long a loss would have to last to be seen stays as it stands there.
pub fn read(e: &Explanation) -> Findings {
    let blocks = e.evidence.blocks.as_ref();
    Findings {
        network: e.fused.as_ref().map_or(NetworkFinding::NoEvidence, network),
        blocks: blocks.map(|b| block_finding(b.log10_bayes_factor)),
        against_days_before_percent: against_days_before(e),
        rests_on: e.fused.as_ref().map_or_else(Vec::new, rests_on),
        regions: regions(e),
        cause: cause(e),
        pools_apart: pools_apart(e),
        ..e.findings
    }
}

fn network(fused: &Fused) -> NetworkFinding {
    let loss = fused.loss_percent;
    if established(loss, fused.log10_bayes_factor) {
        NetworkFinding::Lost
    } else if loss.p95 < 0.0 {
        NetworkFinding::Gained
    } else {
        NetworkFinding::NotSettled
    }
}

fn against_days_before(e: &Explanation) -> Option<Quantiles> {
    let blocks = e.evidence.blocks.as_ref()?;
    let before = BlockChoice::ComparisonWindow {
        days_before: comparison_days(e.window),
        days_after: 0,
    };
    let row = blocks.sensitivity.iter().find(|row| row.change == before)?;
    let apart = (row.loss_percent.p50 - blocks.loss_percent.p50).abs();
    (apart > TREND_POINTS).then_some(row.loss_percent)
}

fn rests_on(fused: &Fused) -> Vec<EvidenceSource> {
    if fused.log10_bayes_factor < ESTABLISHED {
        return Vec::new();
    }
    let needed = fused.weights.iter().filter(|w| {
        w.without
            .is_some_and(|left| left.log10_bayes_factor < ESTABLISHED)
    });
    needed.map(|w| w.source).collect()
}

fn regions(e: &Explanation) -> RegionFinding {
    let rows: Vec<&RegionRow> = e.regions.iter().filter(|r| r.lost()).collect();
    let alike = e
        .inseparable
        .iter()
        .any(|joint| rows.len() > 1 && rows.iter().all(|row| joint.regions.contains(&row.region)));
    let losses = || rows.iter().filter_map(|r| r.loss_percent);
    let there: f64 = losses().map(|q| q.p50).sum();
    let nowhere = e.not_attributed_percent.map_or(0.0, |q| q.p50);
    let kind = if rows.is_empty() {
        RegionFindingKind::NoneStandsOut
    } else if alike {
        RegionFindingKind::Indistinguishable
    } else if losses().any(|q| q.p05 < NOTHING_PERCENT) {
        RegionFindingKind::MayHaveLost
    } else if there > nowhere {
        RegionFindingKind::Lost
    } else {
        RegionFindingKind::LostPart
    };
    RegionFinding {
        kind,
        regions: rows.iter().map(|r| r.region.clone()).collect(),
    }
}

fn cause(e: &Explanation) -> Option<CauseFinding> {
    let [first, _, ..] = e.causes.as_slice() else {
        return None;
    };
    Some(CauseFinding {
        likeliest: first.cause,
        probability: first.posterior,
        leads: first.posterior >= LEADS,
        settled: first.posterior >= SETTLED,
        equal_priors: e
            .causes
            .iter()
            .all(|c| (c.prior - first.prior).abs() < 1e-9),
    })
}

fn pools_apart(e: &Explanation) -> Vec<String> {
    let Some(network) = e.fused.as_ref().map(|f| f.loss_percent) else {
        return Vec::new();
    };
    let apart = e
        .pools
        .iter()
        .filter(|p| p.share_percent >= POOL_SHARE_MIN_PERCENT && p.apart_from(network));
    apart.map(|p| p.pool.clone()).collect()
}
