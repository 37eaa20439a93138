//! All sources of evidence together, and what becomes of that with fewer of them or other assumptions.

use super::context::{AnalysisContext, PoolSeriesLoss};
use super::evidence::in_percent;
use crate::explanation::{
    EdgeSource, Edges as EdgesFrom, EvidenceSource, Fused, FusedChoice, FusedSensitivity, LeftOut,
    Weight,
};
use hashquake_base::format;
use hashquake_base::units::{Bracket, HOUR};
use hashquake_chain::pool::pool_name;
use hashquake_observe::fuse::{
    Edges, FusedAnswer, POOL_SPREAD, PoolEvidence, PoolEvidenceSet, ShareDraws, fuse,
};
use hashquake_observe::shares::PoolLoss;
use hashquake_world::atlas::StatementKind;

/// Two sources further apart than this many sigmas are said to disagree.
const CONFLICT_SIGMAS: f64 = 2.58;
/// Another error of a printed loss, as a sensitivity: a day of a pool's blocks is that noisy.
const PRESS_SD_WIDE: f64 = 0.15;
/// The widest spread of pools that is tried.
const POOL_SPREAD_MAX: f64 = 0.40;

impl AnalysisContext<'_> {
    /// Onset and end: a series with a step fixes them, else the timeline, else the window.
    fn edges(&self, sources: SourcesUsed) -> (Edges, EdgesFrom, bool) {
        let steps: Vec<&PoolLoss> = self
            .series_losses
            .iter()
            .map(|t| &t.loss)
            .filter(|l| sources.shares && l.onset.is_some())
            .collect();
        let statements = |kind: StatementKind| -> Vec<Bracket> {
            let all = self.case.iter().flat_map(|c| &c.timeline);
            all.filter(|s| sources.timeline && s.kind == kind)
                .map(|s| s.when)
                .collect()
        };
        let window = |t| Bracket::point(t);
        let (onset, onset_from) = choose(
            &steps.iter().filter_map(|l| l.onset).collect::<Vec<_>>(),
            &statements(StatementKind::Onset),
            window(self.window.start),
        );
        let open = !steps.is_empty() && steps.iter().all(|l| l.end.is_none());
        let (end, end_from) = if open {
            (window(self.window.end), EdgeSource::Series)
        } else {
            choose(
                &steps.iter().filter_map(|l| l.end).collect::<Vec<_>>(),
                &statements(StatementKind::End),
                window(self.window.end),
            )
        };
        let cut = self.window.end < self.q.window.end && end_from != EdgeSource::Series;
        let last = self.observed.end - 1;
        let clamp = |b: Bracket| Bracket {
            earliest: b.earliest.min(last),
            latest: b.latest.min(last),
        };
        let mut edges = Edges {
            onset: clamp(onset),
            end: clamp(end),
        };
        if edges.end.earliest < edges.onset.latest {
            edges.end.earliest = edges.onset.latest;
            edges.end.latest = edges.end.latest.max(edges.onset.latest + 1);
        }
        (
            edges,
            EdgesFrom {
                onset: onset_from,
                end: end_from,
            },
            open || cut,
        )
    }

    /// Fuses the sources that are used, under a spread of pools; `None` without any source on the loss.
    fn fuse(
        &self,
        sources: SourcesUsed,
        spread: f64,
        press_counts: PressCounts,
    ) -> Option<FusedAnswer> {
        let (edges, _, _) = self.edges(sources);
        let blocks = if sources.blocks {
            Some(self.block_likelihood(edges)?)
        } else {
            None
        };
        let mut pools = PoolEvidenceSet::default();
        if sources.shares {
            for t in &self.series_losses {
                let (loss, sd) = t.loss.mean_sd();
                let pool = self.pools.place(t.series.pool())?;
                pools.of_network.push(PoolEvidence { pool, loss, sd });
            }
        }
        if sources.press {
            for (name, loss, sd, _, _) in self.printed() {
                let Some(pool) = self.pools.place(&name) else {
                    continue;
                };
                if pools.of_network.iter().any(|w| w.pool == pool) {
                    continue;
                }
                let printed = PoolEvidence { pool, loss, sd };
                match press_counts {
                    PressCounts::Itself => pools.of_itself.push(printed),
                    PressCounts::ItselfWithin(sd) => {
                        pools.of_itself.push(PoolEvidence { sd, ..printed });
                    }
                    PressCounts::Network => pools.of_network.push(printed),
                }
            }
        }
        if blocks.is_none() && pools.of_network.is_empty() {
            return None;
        }
        let shares = ShareDraws::new(&self.pools.before, self.q.seed);
        let pools = pools.ln_likelihood(&shares, spread);
        Some(fuse(blocks.as_deref(), &pools, edges))
    }

    /// What all sources say together; `None` without any that speaks to the network's loss.
    pub(super) fn fused(&self) -> Option<(Fused, FusedAnswer)> {
        let w = self.q.without;
        let all = SourcesUsed {
            blocks: !w.blocks,
            shares: !w.shares && !self.series_losses.is_empty(),
            press: !w.press && !self.printed().is_empty(),
            timeline: !w.timeline,
        };
        let (spread, conflicts) = self.spread(all);
        let answer = self.fuse(all, spread, PressCounts::Itself)?;
        let (_, edges_from, open) = self.edges(all);
        let fused = Fused {
            loss_percent: in_percent(&answer.loss),
            onset: answer.onset,
            end: (!open).then_some(answer.end),
            edges_from,
            duration_hours: (!open).then(|| answer.duration.map(|s| s / HOUR as f64)),
            log10_bayes_factor: answer.loss.log10_bayes_factor,
            pool_spread_points: 100.0 * spread,
            weights: self.weights(all, spread, &answer),
            sensitivity: self.fused_sensitivity(all, spread),
            conflicts,
        };
        Some((fused, answer))
    }

    fn weights(&self, all: SourcesUsed, spread: f64, answer: &FusedAnswer) -> Vec<Weight> {
        let full = 1.0 / answer.loss.posterior.variance();
        let without: Vec<(EvidenceSource, Option<FusedAnswer>)> = all
            .each_left_out()
            .into_iter()
            .map(|(source, fewer)| (source, self.fuse(fewer, spread, PressCounts::Itself)))
            .collect();
        let fall = |rest: &Option<FusedAnswer>| {
            let left = rest
                .as_ref()
                .map_or(0.0, |a| 1.0 / a.loss.posterior.variance());
            (full - left).max(0.0)
        };
        let total: f64 = without.iter().map(|(_, rest)| fall(rest)).sum();
        let weight = |(source, rest): &(EvidenceSource, Option<FusedAnswer>)| Weight {
            source: *source,
            share: if total > 0.0 { fall(rest) / total } else { 0.0 },
            without: rest.as_ref().map(|a| LeftOut {
                loss_percent: in_percent(&a.loss),
                log10_bayes_factor: a.loss.log10_bayes_factor,
            }),
        };
        without.iter().map(weight).collect()
    }

    fn fused_sensitivity(&self, all: SourcesUsed, spread: f64) -> Vec<FusedSensitivity> {
        let mut rows = Vec::new();
        let mut add = |change: FusedChoice, answer: Option<FusedAnswer>| {
            if let Some(a) = answer {
                rows.push(FusedSensitivity {
                    change,
                    loss_percent: in_percent(&a.loss),
                    log10_bayes_factor: a.loss.log10_bayes_factor,
                });
            }
        };
        let only = |blocks, shares, press| SourcesUsed {
            blocks: blocks && all.blocks,
            shares: shares && all.shares,
            press: press && all.press,
            timeline: all.timeline,
        };
        let plain = |sources| self.fuse(sources, spread, PressCounts::Itself);
        if all.blocks {
            let window = SourcesUsed {
                timeline: false,
                ..only(true, false, false)
            };
            add(FusedChoice::BlocksAlone, plain(window));
            if all.timeline && self.edges(only(true, false, false)).1.onset == EdgeSource::Timeline
            {
                let blocks = plain(only(true, false, false));
                add(FusedChoice::BlocksWithinTimeline, blocks);
            }
        }
        if all.shares {
            add(FusedChoice::SeriesAlone, plain(only(false, true, false)));
            if all.blocks {
                let both = plain(only(true, true, false));
                add(FusedChoice::BlocksAndSeries, both);
            }
            for other in [POOL_SPREAD / 2.0, POOL_SPREAD, POOL_SPREAD * 2.0] {
                if other != spread {
                    let points = 100.0 * other;
                    let answer = self.fuse(all, other, PressCounts::Itself);
                    add(FusedChoice::PoolSpread { points }, answer);
                }
            }
        }
        if all.press {
            let wide = PressCounts::ItselfWithin(PRESS_SD_WIDE);
            let points = 100.0 * PRESS_SD_WIDE;
            let answer = self.fuse(all, spread, wide);
            add(FusedChoice::PrintedLossError { points }, answer);
            let answer = self.fuse(all, spread, PressCounts::Network);
            add(FusedChoice::PrintedLossesForNetwork, answer);
        }
        rows
    }

    /// The spread of pools around the network: the usual one, doubled while block times and series
    /// disagree by more than chance allows under it; and what to say of that.
    fn spread(&self, all: SourcesUsed) -> (f64, Vec<String>) {
        if !(all.blocks && all.shares) {
            return (POOL_SPREAD, Vec::new());
        }
        let alone = |blocks, spread| {
            let sources = SourcesUsed {
                blocks,
                shares: !blocks,
                press: false,
                timeline: all.timeline,
            };
            self.fuse(sources, spread, PressCounts::Itself)
                .map(|a| a.loss)
        };
        let Some(from_blocks) = alone(true, POOL_SPREAD) else {
            return (POOL_SPREAD, Vec::new());
        };
        let mut spread = POOL_SPREAD;
        while spread < POOL_SPREAD_MAX {
            let Some(from_pools) = alone(false, spread) else {
                break;
            };
            let variance = from_blocks.posterior.variance() + from_pools.posterior.variance();
            let apart = from_blocks.posterior.quantile(0.5) - from_pools.posterior.quantile(0.5);
            if apart.abs() < CONFLICT_SIGMAS * variance.sqrt() {
                break;
            }
            spread *= 2.0;
        }
        if spread == POOL_SPREAD {
            return (spread, Vec::new());
        }
        let say = |t: &PoolSeriesLoss<'_>| {
            let loss = format::percent(100.0 * t.loss.loss().p50);
            format!("{} {loss}", pool_name(t.series.pool()))
        };
        let losses: Vec<String> = self.series_losses.iter().map(say).collect();
        let sentence = format!(
            "The sources disagree by more than chance allows if pools differ from the network by {} points: block times say {}, {}. So these reports say little about the network here, and the spread is taken as {} points.",
            format::decimal(100.0 * POOL_SPREAD, 0),
            format::percent_range(in_percent(&from_blocks)),
            format::list(&losses),
            format::decimal(100.0 * spread, 0)
        );
        (spread, vec![sentence])
    }
}

/// Which sources are used.
#[derive(Clone, Copy)]
struct SourcesUsed {
    blocks: bool,
    shares: bool,
    press: bool,
    timeline: bool,
}

impl SourcesUsed {
    fn each_left_out(self) -> Vec<(EvidenceSource, Self)> {
        let mut out = Vec::new();
        if self.blocks {
            out.push((
                EvidenceSource::Blocks,
                Self {
                    blocks: false,
                    ..self
                },
            ));
        }
        if self.shares {
            out.push((
                EvidenceSource::Shares,
                Self {
                    shares: false,
                    ..self
                },
            ));
        }
        if self.press {
            out.push((
                EvidenceSource::Press,
                Self {
                    press: false,
                    ..self
                },
            ));
        }
        out
    }
}

/// What a printed loss counts for.
#[derive(Clone, Copy)]
enum PressCounts {
    /// For its own pool's share.
    Itself,
    /// The same, with another error (a fraction).
    ItselfWithin(f64),
    /// For the mean of all pools.
    Network,
}

fn choose(series: &[Bracket], timeline: &[Bracket], window: Bracket) -> (Bracket, EdgeSource) {
    let hull = |all: &[Bracket]| Bracket {
        earliest: all.iter().map(|b| b.earliest).min().unwrap_or_default(),
        latest: all.iter().map(|b| b.latest).max().unwrap_or_default(),
    };
    if !series.is_empty() {
        let inner = Bracket {
            earliest: series.iter().map(|b| b.earliest).max().unwrap_or_default(),
            latest: series.iter().map(|b| b.latest).min().unwrap_or_default(),
        };
        let agree = inner.earliest < inner.latest;
        (if agree { inner } else { hull(series) }, EdgeSource::Series)
    } else if !timeline.is_empty() {
        (hull(timeline), EdgeSource::Timeline)
    } else {
        (window, EdgeSource::Window)
    }
}
