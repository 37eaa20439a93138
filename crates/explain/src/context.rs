//! The question and its material, cut to the moment.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::question::{ExplainError, Material, Question};
use hashquake_base::units::{DAY, Seconds, Span, rfc3339};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::clean::Cleaned;
use hashquake_observe::fuse::{BlockEvidence, Edges, stretch};
use hashquake_observe::loss::{Counts, comparison_days};
use hashquake_observe::shares::{self, PoolLoss, Series};
use hashquake_world::atlas::Case;

/// What block times say, by the edges that they were counted for.
type KnownBlockEvidence = RefCell<Vec<(Edges, Option<Rc<BlockEvidence>>)>>;

/// Days of daily counts and of reports shown on each side of the window.
pub(super) const DAYS_AROUND: Seconds = 14;

/// A series with what it says.
pub(super) struct PoolSeriesLoss<'a> {
    pub(super) series: &'a Series,
    pub(super) loss: PoolLoss,
}

/// The question and its material, cut to the moment.
pub(super) struct AnalysisContext<'a> {
    pub(super) q: &'a Question<'a>,
    pub(super) case: Option<Case>,
    pub(super) as_of: Seconds,
    pub(super) window: Span,
    /// First and last second of which something is known.
    pub(super) observed: Span,
    /// The stretch in which blocks are counted: to the last moment seen, which a block may just have hit.
    pub(super) counted: Span,
    pub(super) blocks: Blocks,
    pub(super) chain: Cleaned,
    pub(super) series_losses: Vec<PoolSeriesLoss<'a>>,
    pub(super) pools: Pools,
    pub(super) notes: Vec<String>,
    block_evidence: KnownBlockEvidence,
}

/// Blocks of each pool in the comparison window and in the window.
pub(super) struct Pools {
    pub(super) names: Vec<String>,
    pub(super) before: Vec<u64>,
    pub(super) during: Vec<u64>,
}

impl Pools {
    pub(super) fn place(&self, pool: &str) -> Option<usize> {
        self.names.iter().position(|n| n == pool)
    }
}

impl<'a> AnalysisContext<'a> {
    pub(super) fn new(q: &'a Question<'a>, m: &Material<'a>) -> Result<Self, ExplainError> {
        let mut notes = Vec::new();
        let blocks = q
            .as_of
            .map_or_else(|| m.blocks.clone(), |t| m.blocks.as_of(t));
        let chain = Cleaned::new(&blocks);
        let ends = |blocks: &Blocks| {
            let first = blocks.times().first().map_or(0, |&t| Seconds::from(t));
            (
                first,
                blocks.times().last().map_or(0, |&t| Seconds::from(t)),
            )
        };
        let (first, last) = ends(&blocks);
        let (_, data_end) = ends(m.blocks);
        let as_of = q.as_of.unwrap_or(data_end);
        if q.as_of.is_some() && q.window.start >= as_of {
            let (from, as_of) = (rfc3339(q.window.start), rfc3339(as_of));
            return Err(ExplainError::NotYet { from, as_of });
        }
        let seen_to = if as_of > data_end {
            notes.push(format!(
                "The data end at {}, before {}: what came between is not known here.",
                rfc3339(data_end),
                rfc3339(as_of)
            ));
            data_end
        } else {
            as_of
        };
        let observed = Span {
            start: first,
            end: seen_to + 1,
        };
        let counted = Span {
            start: first,
            end: seen_to,
        };
        let window = Span {
            start: q.window.start,
            end: q.window.end.min(seen_to),
        };
        let outside = window.end <= window.start || window.start < observed.start;
        if blocks.is_empty() || outside || chain.count(window).blocks == 0 {
            let to = q.as_of.map_or(q.window.end, |t| q.window.end.min(t));
            let (from, to) = (rfc3339(q.window.start), rfc3339(to));
            if !outside && q.window.end <= last {
                let span = q.window.end - q.window.start;
                return Err(ExplainError::NoneWithin {
                    from,
                    to,
                    minutes: span / 60,
                });
            }
            let (first, last) = match q.as_of {
                Some(_) => (rfc3339(first), format!("{} as known then", rfc3339(last))),
                None => (rfc3339(first), rfc3339(data_end)),
            };
            return Err(ExplainError::NoBlocks {
                from,
                to,
                first,
                last,
            });
        }
        let days = comparison_days(window);
        if !Counts::around(&chain, window, days, days, counted).usable() {
            let (first, from) = (rfc3339(first), rfc3339(window.start));
            return Err(ExplainError::NoComparison { first, from });
        }
        if window.start - days * DAY < observed.start {
            notes.push(format!(
                "The data begin at {}: the comparison window before it is shorter than {days} days.",
                rfc3339(observed.start)
            ));
        }
        let case = q.case.map(|c| {
            if q.as_of.is_some() {
                c.as_of(as_of)
            } else {
                c.clone()
            }
        });
        let near = Span {
            start: window.start - DAY,
            end: window.end,
        };
        let mut series_losses = Vec::new();
        for series in if q.without.shares { &[] } else { m.series } {
            if let Some(loss) = shares::analyse(series, window, seen_to) {
                series_losses.push(PoolSeriesLoss { series, loss });
            } else if series.within(near).reports().next().is_some() {
                notes.push(format!(
                    "{} has too few reports around the window to measure their noise; they are left out.",
                    series.pool()
                ));
            }
        }
        let pools = pools(
            &blocks,
            &chain,
            window,
            counted,
            &series_losses,
            case.as_ref(),
        );
        if blocks.pools().is_none() && !series_losses.is_empty() {
            notes.push(
                "The blocks carry no pool labels: a pool's share of the network is taken from its reports."
                    .to_string(),
            );
        }
        for t in series_losses.iter().filter(|_| blocks.pools().is_some()) {
            let place = pools.place(t.series.pool());
            if place.is_none_or(|i| pools.before[i] == 0) {
                notes.push(format!(
                    "No block of the comparison window is labelled `{0}`: if the labels know this pool by another name, `{0}` counts for next to nothing in the network's loss.",
                    t.series.pool()
                ));
            }
        }
        Ok(Self {
            q,
            case,
            as_of,
            window,
            observed,
            counted,
            blocks,
            chain,
            series_losses,
            pools,
            notes,
            block_evidence: RefCell::default(),
        })
    }

    pub(super) fn counts(&self, window: Span, before_days: Seconds, after_days: Seconds) -> Counts {
        Counts::around(&self.chain, window, before_days, after_days, self.counted)
    }

    /// What block times say of the loss between `edges`; counted once for each.
    pub(super) fn block_likelihood(&self, edges: Edges) -> Option<Rc<BlockEvidence>> {
        let mut known = self.block_evidence.borrow_mut();
        if let Some((_, known)) = known.iter().find(|(e, _)| *e == edges) {
            return known.clone();
        }
        let found = BlockEvidence::new(&self.chain, edges, self.counted).map(Rc::new);
        known.push((edges, found.clone()));
        found
    }
}

/// Blocks of every pool in the comparison window and in the window, pools by name, those without any
/// left out unless a source names them: so that nothing depends on what stands elsewhere in the data.
///
/// Where blocks carry no labels, the pools with reports get the blocks that their level would have found,
/// and the rest is ten equal pools.
fn pools(
    blocks: &Blocks,
    chain: &Cleaned,
    window: Span,
    counted: Span,
    series_losses: &[PoolSeriesLoss<'_>],
    case: Option<&Case>,
) -> Pools {
    let whole = stretch(Edges::window(window), counted);
    let mut found: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    if let Some(labels) = blocks.pools() {
        for i in chain.first_at(whole.start)..chain.first_at(whole.end) {
            let name = &labels.names()[labels.index()[i] as usize];
            let counts = found.entry(name.clone()).or_default();
            let inside = window.contains(chain.times()[i]);
            *(if inside { &mut counts.1 } else { &mut counts.0 }) += 1;
        }
        let printed = case.into_iter().flat_map(|c| {
            let press = c.press.iter().map(|p| &p.pool);
            press.chain(c.zero_exposure.iter().map(|z| &z.pool))
        });
        printed.for_each(|name| {
            found.entry(name.clone()).or_default();
        });
    } else {
        let comparison = chain.count(whole).without(chain.count(window));
        let network_ehs = comparison.blocks as f64 / comparison.exposure;
        let mut rest = comparison.blocks;
        for t in series_losses {
            let part = (t.loss.before_ehs / network_ehs).min(1.0);
            let blocks = ((part * comparison.blocks as f64) as u64).min(rest);
            rest -= blocks;
            found.insert(t.series.pool().to_string(), (blocks, 0));
        }
        (1..=10).for_each(|i| {
            found.insert(format!("not labelled {i}"), (rest / 10, 0));
        });
    }
    for t in series_losses {
        found.entry(t.series.pool().to_string()).or_default();
    }
    Pools {
        before: found.values().map(|c| c.0).collect(),
        during: found.values().map(|c| c.1).collect(),
        names: found.into_keys().collect(),
    }
}
