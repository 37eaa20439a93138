//! Published sentences against the evidence.
//!
//! A claimed loss of the network outside [p05, p95] of the fused posterior is contradicted; inside, with a
//! fused log₁₀ Bayes factor of at least 1, supported; else the evidence cannot tell. A pool's loss is
//! judged by that pool's evidence alone. What neither block times nor shares reach is not assessed, and
//! says what would tell.

use crate::explanation::{
    About, ClaimVerdict, ESTABLISHED, Fused, Judgement, ShareEvidence, ShareKind,
};
use hashquake_base::format::{decimal, hours_or_days, list, percent, percent_range};
use hashquake_base::stats::density::Grid;
use hashquake_base::units::{DAY, Quantiles};
use hashquake_chain::pool::pool_name;
use hashquake_observe::daily::chance_of_fall;
use hashquake_observe::fuse::FusedAnswer;
use hashquake_world::atlas::{Basis, Claim, ClaimTest};

/// What claims about a loss are assessed against.
pub struct LossEvidence<'a> {
    /// The fused answer as printed.
    pub fused: Option<&'a Fused>,
    /// Fused answer on the loss; `None` without evidence.
    pub answer: Option<&'a FusedAnswer>,
    /// The grid of losses under the likelihood.
    pub losses: &'a Grid,
    /// What pools' reports say of their losses.
    pub shares: &'a [ShareEvidence],
}

impl LossEvidence<'_> {
    /// The verdict on a claim about a loss or its return, with the reason; `None` for any other claim.
    pub fn of_loss(&self, claim: &Claim) -> Option<(Judgement, String)> {
        let value = claim.value.unwrap_or(0.0);
        match &claim.test {
            ClaimTest::NetworkLoss => Some(self.network(value)),
            ClaimTest::PoolLoss(pools) => Some(self.pools(value, pools)),
            ClaimTest::Return { within_days, .. } => Some(self.returned(*within_days)),
            _ => None,
        }
    }

    /// A claim with its verdict, for the document.
    pub fn document(&self, claim: &Claim, verdict: Judgement, because: String) -> ClaimVerdict {
        let because = match (claim.basis, claim.value) {
            (Some(Basis::DayToDay), Some(value)) => format!(
                "{because} It was read off single days: at a constant hashrate a day's count falls so far below the day before's on {} of days.",
                chance(chance_of_fall(value / 100.0))
            ),
            _ => because,
        };
        let because = match &claim.remark {
            Some(remark) => format!("{because} {remark}"),
            None => because,
        };
        let network = matches!(claim.test, ClaimTest::NetworkLoss);
        ClaimVerdict {
            id: claim.id.clone(),
            kind: claim.kind,
            about: match claim.test {
                ClaimTest::PoolLoss(_) => About::Pools,
                _ => About::Network,
            },
            text: claim.text.clone(),
            value: claim.value,
            unit: claim.unit.clone(),
            said_by: claim.said_by.clone(),
            source: claim.source.clone(),
            published: claim.published,
            verdict,
            because,
            log10_bayes_factor: claim
                .value
                .filter(|_| network)
                .and_then(|v| self.against_none(v)),
        }
    }

    fn network(&self, value: f64) -> (Judgement, String) {
        let Some(fused) = self.fused else {
            return (
                Judgement::CannotTell,
                "No source speaks to the network's loss.".to_string(),
            );
        };
        let range = percent_range(fused.loss_percent);
        if !inside(value, fused.loss_percent) {
            let because = format!("{} lies outside the range of {range}.", percent(value));
            (Judgement::Contradicted, because)
        } else if fused.log10_bayes_factor >= ESTABLISHED {
            let because = format!(
                "{} lies within the range of {range}, and a loss is established.",
                percent(value)
            );
            (Judgement::Supported, because)
        } else {
            let because = format!(
                "{} lies within the range of {range}, but no loss is established: it could still be luck (log10 Bayes factor {}).",
                percent(value),
                decimal(fused.log10_bayes_factor, 1)
            );
            (Judgement::CannotTell, because)
        }
    }

    fn pools(&self, value: f64, pools: &[String]) -> (Judgement, String) {
        let of_pool = |p: &String| self.shares.iter().find(|s| s.pool == *p);
        let known: Vec<&ShareEvidence> = pools.iter().filter_map(of_pool).collect();
        if known.len() < pools.len() || known.is_empty() {
            let names = list(&pools.iter().map(|p| pool_name(p)).collect::<Vec<_>>());
            let because =
                format!("There is no evidence on {names}; their own share counts would tell.");
            return (Judgement::CannotTell, because);
        }
        let say = |s: &&ShareEvidence| {
            format!("{} {}", pool_name(&s.pool), percent_range(s.loss_percent))
        };
        let said = list(&known.iter().map(say).collect::<Vec<_>>());
        let series = known.iter().all(|s| s.kind == ShareKind::Series);
        if known.iter().any(|s| !inside(value, s.loss_percent)) {
            (
                Judgement::Contradicted,
                format!("{} lies outside: {said}.", percent(value)),
            )
        } else if series {
            (
                Judgement::Supported,
                format!("The pools' own reports agree: {said}."),
            )
        } else {
            let because = format!(
                "Within the range of what the press printed ({said}), which is the same kind of source; the pools' own share counts would tell. It is a sentence about pools, not about the network."
            );
            (Judgement::CannotTell, because)
        }
    }

    fn returned(&self, within_days: f64) -> (Judgement, String) {
        let Some(fused) = self.fused else {
            return (
                Judgement::CannotTell,
                "No source speaks to the network's loss.".to_string(),
            );
        };
        if fused.log10_bayes_factor < ESTABLISHED {
            return (
                Judgement::CannotTell,
                "No loss is established, so no return either.".to_string(),
            );
        }
        let Some(lasted) = fused.duration_hours else {
            let because = "The end was not yet in the data.".to_string();
            return (Judgement::CannotTell, because);
        };
        let range = hours_or_days(lasted);
        let limit_hours = within_days * DAY as f64 / 3_600.0;
        if !self.shares.iter().any(|s| s.end.is_some()) {
            let because = format!(
                "No pool's own reports show the return; the end assumed here ({range} after the onset) is the outage's, not the miners'."
            );
            (Judgement::CannotTell, because)
        } else if lasted.p95 <= limit_hours {
            (
                Judgement::Supported,
                format!("It lasted {range}, then the pool that shows it was back."),
            )
        } else if lasted.p05 > limit_hours {
            (Judgement::Contradicted, format!("It lasted {range}."))
        } else {
            (
                Judgement::CannotTell,
                format!("It lasted {range}, on both sides of the limit."),
            )
        }
    }

    fn against_none(&self, percent: f64) -> Option<f64> {
        let ln = &self.answer?.ln_likelihood;
        let step = self.losses.at(1) - self.losses.at(0);
        let at = |x: f64| {
            let place = (x - self.losses.at(0)) / step;
            let i = (place as usize).min(ln.len() - 2);
            ln[i] + (place - i as f64) * (ln[i + 1] - ln[i])
        };
        let x = percent / 100.0;
        let on_grid = x >= self.losses.at(0) && x <= self.losses.at(self.losses.len() - 1);
        on_grid.then(|| (at(x) - at(0.0)) / core::f64::consts::LN_10)
    }
}

fn chance(p: f64) -> String {
    if p < 0.001 {
        "fewer than 0.1 %".to_string()
    } else {
        percent(100.0 * p)
    }
}

fn inside(value: f64, range: Quantiles) -> bool {
    range.p05 <= value && value <= range.p95
}
