//! What block times say of each case, and which cases are like a loss of a given size and length.
//!
//! Nothing is stored: a case gives the window, the chain the answer in the headline form
//! ([`hashquake_observe::loss::headline`]), which holds the window against what lies on both sides of it. A
//! fall that stays shows as a part of itself there; against the days before it alone it shows whole, and
//! with it all growth or decline of those weeks, so both are given. A case lies at the distance
//!
//! ```text
//! d² = ((L − Lc) / 10 points)² + log₂(D / Dc)²
//! ```
//!
//! from a loss of L percent over D days, with Lc the median of the case's measured loss and Dc the length
//! of its window: ten points of loss count as much as a doubling of the time. It knows neither cause nor
//! place, and takes no notice of how sure the measured loss is; the range stands beside it.

use libm::log2;
use schemars::JsonSchema;
use serde::Serialize;

use hashquake_base::units::{Quantiles, Seconds, Span, serialize_time};
use hashquake_chain::blocks::{EPOCH, expected_hashes};
use hashquake_chain::history::{Epoch, History};
use hashquake_observe::clean::Cleaned;
use hashquake_observe::loss::{Counts, DRIFT_SD, LossAnswer, comparison_days, headline};
use hashquake_world::case::Case;

/// Points of loss that count as much as a doubling of the time.
const POINTS_PER_DOUBLING: f64 = 10.0;

/// A case with what the chain says of its window.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// The case of the atlas.
    pub case: &'a Case,
    /// Length of its window.
    pub days: f64,
    /// The answer of block times; `None` where the chain does not hold the window or what to compare it with.
    pub blocks: Option<BlockAnswer>,
    /// The first retarget at or after the end of the window.
    pub retarget: Option<Retarget>,
}

/// What block times alone say of a loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct BlockAnswer {
    /// Blocks in the window.
    pub count: u64,
    /// Loss of the network, percent of the hashrate around the window; negative is a gain.
    pub loss_percent: Quantiles,
    /// The same against the days before the window alone; `null` where the chain has none.
    pub against_before_percent: Option<Quantiles>,
    /// log₁₀ of the Bayes factor of a loss in (0, 30 %] against none.
    pub log10_bayes_factor: f64,
}

/// A change of difficulty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Retarget {
    /// First block of the new epoch.
    pub height: u32,
    /// Its header time.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub time: Seconds,
    /// Change of difficulty.
    pub change_percent: f64,
}

/// Every retarget of a history, in order.
pub fn retargets(history: &History) -> Vec<Retarget> {
    let change = |(i, pair): (usize, &[Epoch])| Retarget {
        height: (history.first_epoch + i as u32 + 1) * EPOCH,
        time: Seconds::from(pair[1].first_time),
        change_percent: 100.0
            * (expected_hashes(pair[1].bits) / expected_hashes(pair[0].bits) - 1.0),
    };
    history.epochs.windows(2).enumerate().map(change).collect()
}

/// Measures `cases` on the chain of `history`, in their order.
pub fn measure<'a>(history: &History, cases: &'a [Case]) -> Vec<Measured<'a>> {
    let chain = Cleaned::new(&history.blocks);
    let times = history.blocks.times();
    let observed = times.first().zip(times.last()).map(|(&first, &last)| Span {
        start: Seconds::from(first),
        end: Seconds::from(last) + 1,
    });
    let retargets = retargets(history);
    let one = |case: &'a Case| Measured {
        case,
        days: case.window.days(),
        blocks: observed.and_then(|observed| answer(&chain, case.window, observed)),
        retarget: retargets
            .iter()
            .find(|r| r.time >= case.window.end)
            .copied(),
    };
    cases.iter().map(one).collect()
}

fn answer(chain: &Cleaned, window: Span, observed: Span) -> Option<BlockAnswer> {
    let inside = observed.start <= window.start && window.end <= observed.end;
    let found = inside.then(|| headline(chain, window, observed))??;
    let percent = |found: &LossAnswer| found.posterior.quantiles().map(|x| 100.0 * x);
    let before = Counts::around(chain, window, comparison_days(window), 0, observed);
    Some(BlockAnswer {
        count: chain.count(window).blocks,
        loss_percent: percent(&found),
        against_before_percent: before.answer(DRIFT_SD).as_ref().map(percent),
        log10_bayes_factor: found.log10_bayes_factor,
    })
}

/// A measured case and how far it lies from what was asked.
#[derive(Clone, Copy, Debug)]
pub struct Analogue<'a> {
    /// Distance; 1 is ten points of loss or a doubling of the time.
    pub distance: f64,
    /// The case that is nearest, as measured.
    pub measured: Measured<'a>,
}

/// `measured` in order of distance from a loss of `loss_percent` over `days` (more than none); what the
/// chain does not hold is left out. Equal distances keep their order.
pub fn nearest<'a>(measured: &[Measured<'a>], loss_percent: f64, days: f64) -> Vec<Analogue<'a>> {
    let mut out: Vec<Analogue<'a>> = measured
        .iter()
        .filter_map(|m| {
            let apart = (m.blocks?.loss_percent.p50 - loss_percent) / POINTS_PER_DOUBLING;
            let longer = log2(days / m.days);
            Some(Analogue {
                distance: libm::hypot(apart, longer),
                measured: *m,
            })
        })
        .collect();
    out.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    out
}
