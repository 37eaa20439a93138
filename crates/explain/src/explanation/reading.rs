//! Thresholds and orders by which rows of an explanation are read: in one place, so that sentences,
//! tables and figures agree.

use std::cmp::Ordering;

use hashquake_base::units::Quantiles;
use hashquake_observe::daily::chance_of_fall;
use hashquake_world::claim::ClaimKind;

use super::attribution::{PoolRow, RegionRow};
use super::claims::{About, ClaimVerdict};
use super::evidence::{BlockEvidence, EvidenceBySource, ShareEvidence, ShareKind};
use super::findings::{BlockFinding, ESTABLISHED};
use super::series::{FigureData, PoolShare};

/// Below this log₁₀ Bayes factor a loss is disfavoured: about one to three.
const DISFAVOURED: f64 = -0.5;
/// A region counts as having lost when its median is at least this part of the network, percent.
const REGION_LOST_PERCENT: f64 = 0.5;
/// Share of the blocks from which a pool is spoken of by itself, percent.
pub const POOL_SHARE_MIN_PERCENT: f64 = 0.5;

/// Whether odds and interval establish a loss: ten to one or more, and an interval above zero.
pub fn established(loss_percent: Quantiles, log10_bayes_factor: f64) -> bool {
    log10_bayes_factor >= ESTABLISHED && loss_percent.p05 > 0.0
}

/// What the odds of a loss against none say.
pub fn block_finding(log10_bayes_factor: f64) -> BlockFinding {
    if log10_bayes_factor >= ESTABLISHED {
        BlockFinding::LossSupported
    } else if log10_bayes_factor > DISFAVOURED {
        BlockFinding::CannotTell
    } else {
        BlockFinding::LossDisfavoured
    }
}

/// Days, percent, whose count of blocks falls by a tenth or more against the day before at a constant
/// hashrate.
pub fn days_that_fall_by_a_tenth_percent() -> f64 {
    100.0 * chance_of_fall(0.1)
}

/// Whether two intervals have nothing in common.
fn disjoint(a: Quantiles, b: Quantiles) -> bool {
    a.p05 > b.p95 || a.p95 < b.p05
}

impl BlockEvidence {
    /// Smallest and largest median of the loss under the other choices, percent; `None` without any.
    pub fn medians_percent(&self) -> Option<(f64, f64)> {
        let medians = self.sensitivity.iter().map(|s| s.loss_percent.p50);
        medians.fold(None, |ends, m| {
            let (low, high) = ends.unwrap_or((m, m));
            Some((f64::min(low, m), f64::max(high, m)))
        })
    }
}

impl RegionRow {
    /// Whether its loss is large enough to be named.
    pub fn lost(&self) -> bool {
        self.loss_percent
            .is_some_and(|q| q.p50 >= REGION_LOST_PERCENT)
    }

    /// Those that lost first, by their loss, then by their share.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let named = |r: &Self| {
            let loss = r.loss_percent.filter(|_| r.lost());
            loss.map_or(0.0, |q| q.p50)
        };
        named(other)
            .total_cmp(&named(self))
            .then(other.share_percent.p50.total_cmp(&self.share_percent.p50))
    }
}

impl PoolRow {
    /// Whether its own evidence lies outside what the network lost.
    pub fn apart_from(&self, network_loss_percent: Quantiles) -> bool {
        disjoint(self.own_loss_percent, network_loss_percent)
    }

    /// Pools by group, the group with the largest share of the blocks first.
    pub fn by_group(pools: &[Self]) -> Vec<&Self> {
        let total = |group: &str| -> f64 {
            let members = pools.iter().filter(|p| p.group == group);
            members.map(|p| p.share_percent).sum()
        };
        let mut rows: Vec<&Self> = pools.iter().collect();
        rows.sort_by(|a, b| {
            total(&b.group)
                .total_cmp(&total(&a.group))
                .then_with(|| a.group.cmp(&b.group))
                .then_with(|| b.share_percent.total_cmp(&a.share_percent))
        });
        rows
    }

    /// Pools by what their loss or gain weighs in the network's, the largest first.
    pub fn by_weight(pools: &[Self]) -> Vec<&Self> {
        let weight = |p: &Self| (p.loss_percent.p50 * p.share_percent).abs();
        let mut rows: Vec<&Self> = pools.iter().collect();
        rows.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        rows
    }
}

impl PoolShare {
    /// Whether its shares before and during have no value in common.
    pub fn moved(&self) -> bool {
        disjoint(self.before_percent, self.during_percent)
    }
}

impl FigureData {
    /// Whether the fused density is that of block times.
    pub fn blocks_alone(&self) -> bool {
        self.fused_density == self.blocks_density
    }
}

impl EvidenceBySource {
    /// Pools' losses by how they are known, series first, and by their size.
    pub fn shares_by_kind(&self) -> Vec<&ShareEvidence> {
        let rank = |kind| match kind {
            ShareKind::Series => 0,
            ShareKind::Press => 1,
            ShareKind::ZeroExposure => 2,
        };
        let mut rows: Vec<&ShareEvidence> = self.shares.iter().collect();
        rows.sort_by(|a, b| {
            let loss = b.loss_percent.p50.total_cmp(&a.loss_percent.p50);
            rank(a.kind).cmp(&rank(b.kind)).then(loss)
        });
        rows
    }
}

impl ClaimVerdict {
    /// The claimed loss of the network, percent; `None` of any other claim.
    pub fn network_loss_percent(&self) -> Option<f64> {
        let percent = |u: &str| u == "percent" || u == "%";
        let of_network = self.kind == ClaimKind::Loss
            && self.about == About::Network
            && self.unit.as_deref().is_none_or(percent);
        self.value.filter(|v| of_network && v.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explanation::attribution::PoolBasis;

    fn q(p05: f64, p50: f64, p95: f64) -> Quantiles {
        Quantiles { p05, p50, p95 }
    }

    fn region(code: &str, share: f64, loss: Option<f64>) -> RegionRow {
        RegionRow {
            region: code.to_string(),
            name: code.to_string(),
            share_percent: Quantiles::point(share),
            share_source: String::new(),
            loss_percent: loss.map(Quantiles::point),
            power_mw: None,
        }
    }

    fn pool(name: &str, group: &str, share: f64, loss: f64) -> PoolRow {
        PoolRow {
            pool: name.to_string(),
            group: group.to_string(),
            share_percent: share,
            loss_percent: Quantiles::point(loss),
            probability_lost_over_20: 0.0,
            own_loss_percent: q(loss - 5.0, loss, loss + 5.0),
            blocks: 0,
            expected_blocks: 0.0,
            basis: PoolBasis::Blocks,
        }
    }

    /// A loss of a few tenths of a percent is not named, so that a large country's error does not stand
    /// before a small one's loss.
    #[test]
    fn regions_that_lost_come_first_then_the_largest() {
        let mut rows = [
            region("US", 37.8, Some(0.4)),
            region("CN", 21.1, None),
            region("RU", 4.7, Some(0.9)),
            region("KZ", 13.2, Some(6.4)),
        ];
        rows.sort_by(RegionRow::order);
        let codes = rows.each_ref().map(|r| r.region.as_str());
        assert_eq!(codes, ["KZ", "RU", "US", "CN"]);
    }

    #[test]
    fn pools_of_one_group_stand_together_behind_the_largest_group() {
        let pools = [
            pool("foundryusa", "foundryusa", 17.9, 4.0),
            pool("antpool", "antpool", 16.8, 10.0),
            pool("btccom", "antpool", 4.4, 9.0),
        ];
        let names = |rows: Vec<&PoolRow>| rows.iter().map(|p| p.pool.clone()).collect::<Vec<_>>();
        let by_group = names(PoolRow::by_group(&pools));
        assert_eq!(by_group, ["antpool", "btccom", "foundryusa"]);
        let by_weight = names(PoolRow::by_weight(&pools));
        assert_eq!(by_weight, ["antpool", "foundryusa", "btccom"]);
    }

    #[test]
    fn a_pool_is_apart_when_no_loss_fits_both() {
        let network = q(3.0, 9.6, 16.1);
        assert!(!pool("a", "a", 1.0, 20.0).apart_from(network));
        assert!(pool("a", "a", 1.0, 22.0).apart_from(network));
        assert!(pool("a", "a", 1.0, -3.0).apart_from(network));
    }

    #[test]
    fn a_loss_is_established_at_ten_to_one_and_clear_of_zero() {
        assert!(established(q(6.5, 11.6, 16.6), 1.0));
        assert!(!established(q(6.5, 11.6, 16.6), 0.99));
        assert!(!established(q(-0.2, 7.0, 13.9), 2.0));
        assert_eq!(block_finding(-0.49), BlockFinding::CannotTell);
        assert_eq!(block_finding(-0.5), BlockFinding::LossDisfavoured);
    }
}
