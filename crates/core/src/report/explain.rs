//! From blocks, reports and a case to the [`Explanation`]: each witness alone, all together, the claims.

use std::collections::BTreeMap;

use crate::chain::blocks::Blocks;
use crate::observe::band::{Kind, Point, band};
use crate::observe::clean::Cleaned;
use crate::observe::fuse::{
    BlockWitness, Edges, FusedAnswer, POOL_SPREAD, PRESS_SD, PoolWitness, PoolWitnesses,
    ShareDraws, ZERO_EXPOSURE_SD, fuse, stretch,
};
use crate::observe::loss::{Counts, DRIFT_SD, LossAnswer, baseline_days, headline, loss_grid};
use crate::observe::shares::{self, PoolLoss, Series};
use crate::observe::{daily, drifting, retarget};
use crate::report::explanation::{
    BandPoint, BlockEvidence, BlockSensitivity, Day, EdgeSource, Edges as EdgesFrom, Evidence,
    Explanation, FigureData, Fused, FusedSensitivity, NextRetarget, PoolShare, Report,
    ShareEvidence, ShareKind, Source, TimelineEvidence, Weight,
};
use crate::report::judge::Bench;
use crate::report::verdict::{self, Frame, moment, pool_name};
use crate::stats::special::beta_quantile;
use crate::units::{Bracket, DAY, Quantiles, Seconds, Span, date, rfc3339};
use crate::world::atlas::{Case, StatementKind};

/// Days of daily counts on each side of the window.
const DAILY_DAYS: Seconds = 14;
/// The band is drawn at one block in so many.
const BAND_STEP: usize = 12;
const HOUR: Seconds = 3_600;
/// The longest loss that is tried when asking how long block times would need.
const DAYS_TRIED: f64 = 60.0;
/// Two witnesses further apart than this many sigmas are said to disagree.
const CONFLICT_SIGMAS: f64 = 2.58;
/// A range that ends within so many points of the losses tried is cut by them.
const EDGE_POINTS: f64 = 2.0;
/// The widest spread of pools that is tried.
const POOL_SPREAD_MAX: f64 = 0.40;

/// Witnesses to leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without {
    /// Block times.
    pub blocks: bool,
    /// Pools' series.
    pub shares: bool,
    /// Printed losses and documented absences.
    pub press: bool,
    /// Dated statements.
    pub timeline: bool,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// A case of the atlas, or of the user's own.
    pub case: Option<&'a Case>,
    /// The window; the case's own unless the user gave another.
    pub window: Span,
    /// The moment whose knowledge is used; the end of the data when absent.
    pub as_of: Option<Seconds>,
    /// Witnesses to leave out.
    pub without: Without,
    /// Seed of the random streams.
    pub seed: u64,
}

/// What it is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The chain.
    pub blocks: &'a Blocks,
    /// Pools' reports.
    pub series: &'a [Series],
    /// What was read.
    pub sources: &'a [Source],
    /// What could not be checked in it.
    pub notes: &'a [String],
    /// Version of the program.
    pub version: &'a str,
    /// The command that asks this, for those who cite it.
    pub command: &'a str,
}

/// Why nothing can be explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The window holds no block.
    #[error("no blocks in the window {from} to {to}: the data reach from {first} to {last}")]
    NoBlocks {
        /// Start of the window.
        from: String,
        /// Its end.
        to: String,
        /// First block time of the data.
        first: String,
        /// Last block time of the data.
        last: String,
    },
    /// The window begins after the moment.
    #[error(
        "the window begins at {from}, after the moment {as_of} of --as-of: nothing of it was known then"
    )]
    NotYet {
        /// Start of the window.
        from: String,
        /// The moment.
        as_of: String,
    },
    /// There is nothing to compare with.
    #[error(
        "no baseline: the data begin at {first} and the window at {from}; give blocks of at least a day before it or after it"
    )]
    NoBaseline {
        /// First block time of the data.
        first: String,
        /// Start of the window.
        from: String,
    },
}

/// Explains a window.
///
/// # Errors
/// [`ExplainError`] when the data hold nothing of the window, or nothing beside it.
pub fn explain(q: &Question<'_>, m: &Material<'_>) -> Result<Explanation, ExplainError> {
    let scene = Scene::new(q, m)?;
    let blocks = scene.block_evidence();
    let mut evidence = Evidence {
        blocks: blocks.filter(|_| !q.without.blocks),
        shares: scene.share_evidence(),
        timeline: scene.timeline_evidence(),
    };
    let (fused, answer) = scene.fused();
    let losses = loss_grid();
    let bench = Bench {
        fused: fused.as_ref(),
        answer: answer.as_ref(),
        losses: &losses,
        shares: &evidence.shares,
    };
    let claims = scene
        .case
        .iter()
        .flat_map(|c| &c.claims)
        .map(|c| bench.judge(c))
        .collect();
    let figures = scene.figures(answer.as_ref());
    scene.attach_reports(&mut evidence.shares);
    let mut explanation = Explanation {
        case: q.case.map(|c| c.id.clone()),
        title: q
            .case
            .map_or_else(|| own_title(scene.window), |c| c.title.clone()),
        as_of: scene.as_of,
        version: m.version.to_string(),
        command: m.command.to_string(),
        seed: q.seed,
        window: scene.window,
        last_height: scene.blocks.last_height().unwrap_or_default(),
        daily: scene.daily(),
        claims,
        evidence,
        fused,
        next_retarget: scene.next_retarget(),
        verdict: String::new(),
        figures,
        sources: m.sources.to_vec(),
        notes: m
            .notes
            .iter()
            .cloned()
            .chain(scene.notes.iter().cloned())
            .collect(),
    };
    explanation.notes.extend(at_the_edge(&explanation));
    let size = explanation
        .fused
        .as_ref()
        .map_or(0.0, |f| f.loss_percent.p50 / 100.0);
    let frame = Frame {
        event: scene.case.as_ref().map(|c| c.event.as_str()),
        place: scene.case.as_ref().map(|c| c.place.as_str()),
        past: q.as_of.is_some(),
        days_to_show: scene.days_to_show(size),
        days_tried: DAYS_TRIED,
    };
    explanation.verdict = verdict::verdict(&explanation, &frame);
    Ok(explanation)
}

/// What to say when the range of the loss is cut by the losses that are tried.
fn at_the_edge(e: &Explanation) -> Option<String> {
    let losses = loss_grid();
    let (low, high) = (losses.at(0), losses.at(losses.len() - 1));
    let range = e.fused.as_ref()?.loss_percent;
    let (below, above) = (range.p05 - 100.0 * low, 100.0 * high - range.p95);
    (below.min(above) < EDGE_POINTS).then(|| {
        format!(
            "Only gains up to {:.0} % and losses up to {:.0} % are tried, and the range reaches that edge: it would go on beyond it.",
            -100.0 * low,
            100.0 * high
        )
    })
}

fn own_title(window: Span) -> String {
    format!("{} to {}", moment(window.start), moment(window.end))
}

/// A series with what it says.
struct Told<'a> {
    series: &'a Series,
    loss: PoolLoss,
}

/// The question and its material, cut to the moment.
struct Scene<'a> {
    q: &'a Question<'a>,
    case: Option<Case>,
    as_of: Seconds,
    window: Span,
    /// First and last second of which something is known.
    observed: Span,
    /// The stretch in which blocks are counted: to the last moment seen, which a block may just have hit.
    counted: Span,
    blocks: Blocks,
    chain: Cleaned,
    told: Vec<Told<'a>>,
    pools: Pools,
    notes: Vec<String>,
}

/// Blocks of each pool in the baseline and in the window.
struct Pools {
    names: Vec<String>,
    before: Vec<u64>,
    during: Vec<u64>,
}

impl Pools {
    fn place(&self, pool: &str) -> Option<usize> {
        self.names.iter().position(|n| n == pool)
    }
}

impl<'a> Scene<'a> {
    fn new(q: &'a Question<'a>, m: &Material<'a>) -> Result<Self, ExplainError> {
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
        let days = baseline_days(window);
        if !Counts::take(&chain, window, days, days, counted).usable() {
            let (first, from) = (rfc3339(first), rfc3339(window.start));
            return Err(ExplainError::NoBaseline { first, from });
        }
        if window.start - days * DAY < observed.start {
            notes.push(format!(
                "The data begin at {}: the baseline before the window is shorter than {days} days.",
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
        let tell = |series: &'a Series| {
            let loss = shares::analyse(series, window, seen_to)?;
            Some(Told { series, loss })
        };
        let heard = if q.without.shares { &[] } else { m.series };
        let told: Vec<Told<'a>> = heard.iter().filter_map(tell).collect();
        let pools = pools(&blocks, &chain, window, counted, &told, case.as_ref());
        if blocks.pools().is_none() && !told.is_empty() {
            notes.push(
                "The blocks carry no pool labels: a pool's share of the network is taken from its reports."
                    .to_string(),
            );
        }
        for t in told.iter().filter(|_| blocks.pools().is_some()) {
            let place = pools.place(t.series.pool());
            if place.is_none_or(|i| pools.before[i] == 0) {
                notes.push(format!(
                    "No block of the baseline is labelled `{0}`: if the labels know this pool by another name, `{0}` counts for next to nothing in the network's loss.",
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
            told,
            pools,
            notes,
        })
    }

    fn counts(&self, window: Span, before_days: Seconds, after_days: Seconds) -> Counts {
        Counts::take(&self.chain, window, before_days, after_days, self.counted)
    }

    fn block_evidence(&self) -> Option<BlockEvidence> {
        let days = baseline_days(self.window);
        let counts = self.counts(self.window, days, days);
        let rate = counts.baseline.blocks as f64 / counts.baseline.exposure;
        let answer = headline(&self.chain, self.window, self.counted)?;
        Some(BlockEvidence {
            blocks: counts.window.blocks,
            expected_blocks: rate * counts.window.exposure,
            loss_percent: in_percent(&answer),
            log10_bayes_factor: answer.log10_bayes_factor,
            sensitivity: self.block_sensitivity(days),
        })
    }

    fn block_sensitivity(&self, days: Seconds) -> Vec<BlockSensitivity> {
        let mut rows = Vec::new();
        let mut add = |change: String, answer: Option<LossAnswer>| {
            if let Some(a) = answer {
                let (loss_percent, log10_bayes_factor) = (in_percent(&a), a.log10_bayes_factor);
                rows.push(BlockSensitivity {
                    change,
                    loss_percent,
                    log10_bayes_factor,
                });
            }
        };
        for (hours, word) in [(-12, "earlier"), (12, "later")] {
            let start = self.window.start + hours * HOUR;
            let moved = Span {
                start,
                end: self.window.end,
            };
            if moved.seconds() > 0 {
                let answer = self.counts(moved, days, days).answer(DRIFT_SD);
                add(format!("window starts 12 h {word}"), answer);
            }
        }
        let held_before = self.window.start - self.counted.start >= DAY;
        let held_after = self.counted.end - self.window.end >= DAY;
        for d in [4, 10, 28] {
            let sides = [
                (held_before, d, 0, "before"),
                (held_after, 0, d, "after"),
                (true, d, d, "each side"),
            ];
            for (_, before, after, sides) in sides.into_iter().filter(|side| side.0) {
                let answer = self.counts(self.window, before, after).answer(DRIFT_SD);
                add(format!("baseline {d} d {sides}"), answer);
            }
        }
        let counts = self.counts(self.window, days, days);
        add("drift 1 %".to_string(), counts.answer(0.01));
        add("drift 4 %".to_string(), counts.answer(0.04));
        for walk in [0.006, 0.010, 0.015] {
            let answer = drifting::answer(&self.chain, self.window, walk, self.counted);
            add(
                format!("baseline walks {:.1} %/√day, 28 d each side", 100.0 * walk),
                answer,
            );
        }
        rows
    }

    fn share_evidence(&self) -> Vec<ShareEvidence> {
        let total: u64 = self.pools.before.iter().sum();
        let part = |pool: &str| {
            let place = self.pools.place(pool)?;
            Some(100.0 * self.pools.before[place] as f64 / total as f64)
        };
        let mut out: Vec<ShareEvidence> = Vec::new();
        for t in &self.told {
            let day_seconds = (DAY as f64).sqrt();
            out.push(ShareEvidence {
                pool: t.series.pool().to_string(),
                kind: ShareKind::Series,
                network_share_percent: part(t.series.pool()),
                before_ehs: Some(t.loss.before_ehs),
                during_ehs: Some(t.loss.during_ehs),
                after_ehs: t.loss.after_ehs,
                loss_percent: t.loss.loss().map(|x| 100.0 * x),
                onset: t.loss.onset,
                end: t.loss.end,
                reports_during: Some(t.loss.reports_during),
                step_noise_percent: Some(100.0 * t.loss.noise.step),
                wander_percent_per_day: Some(
                    100.0 * t.loss.noise.walk_variance.sqrt() * day_seconds,
                ),
                source: "the pool's own list of found blocks with its hashrate".to_string(),
                reports: Vec::new(),
            });
        }
        let printed = self
            .printed()
            .into_iter()
            .map(|(pool, loss, sd, source, kind)| {
                let loss_percent = Quantiles {
                    p05: 100.0 * (loss - 1.6449 * sd),
                    p50: 100.0 * loss,
                    p95: 100.0 * (loss + 1.6449 * sd),
                };
                ShareEvidence {
                    network_share_percent: part(&pool),
                    pool,
                    kind,
                    before_ehs: None,
                    during_ehs: None,
                    after_ehs: None,
                    loss_percent,
                    onset: None,
                    end: None,
                    reports_during: None,
                    step_noise_percent: None,
                    wander_percent_per_day: None,
                    source,
                    reports: Vec::new(),
                }
            });
        out.extend(printed);
        out
    }

    fn attach_reports(&self, evidence: &mut [ShareEvidence]) {
        let around = Span {
            start: self.window.start - DAILY_DAYS * DAY,
            end: (self.window.end + DAILY_DAYS * DAY).min(self.observed.end),
        };
        for (row, t) in evidence.iter_mut().zip(&self.told) {
            let reports = t.series.within(around);
            row.reports = reports
                .reports()
                .map(|(time, hashrate_ehs)| Report { time, hashrate_ehs })
                .collect();
        }
    }

    /// Printed losses and documented absences: pool, loss, sd, source, kind.
    fn printed(&self) -> Vec<(String, f64, f64, String, ShareKind)> {
        let Some(case) = self.case.as_ref().filter(|_| !self.q.without.press) else {
            return Vec::new();
        };
        let press = case.press.iter().map(|p| {
            let loss = p.loss_percent / 100.0;
            (
                p.pool.clone(),
                loss,
                PRESS_SD,
                p.source.clone(),
                ShareKind::Press,
            )
        });
        let absent = case.zero_exposure.iter().map(|z| {
            (
                z.pool.clone(),
                0.0,
                ZERO_EXPOSURE_SD,
                z.source.clone(),
                ShareKind::ZeroExposure,
            )
        });
        press.chain(absent).collect()
    }

    fn timeline_evidence(&self) -> Vec<TimelineEvidence> {
        let Some(case) = self.case.as_ref().filter(|_| !self.q.without.timeline) else {
            return Vec::new();
        };
        let row = |s: &crate::world::atlas::Statement| TimelineEvidence {
            kind: s.kind.word().to_string(),
            audience: s.audience.clone(),
            when: s.when,
            what: s.what.clone(),
            source: s.source.clone(),
        };
        case.timeline.iter().map(row).collect()
    }

    /// Onset and end: a series with a step fixes them, else the timeline, else the window.
    fn edges(&self, witnesses: Heard) -> (Edges, EdgesFrom, bool) {
        let steps: Vec<&PoolLoss> = self
            .told
            .iter()
            .map(|t| &t.loss)
            .filter(|l| witnesses.shares && l.onset.is_some())
            .collect();
        let statements = |kind: StatementKind| -> Vec<Bracket> {
            let all = self.case.iter().flat_map(|c| &c.timeline);
            all.filter(|s| witnesses.timeline && s.kind == kind)
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

    /// Fuses what `heard` allows, under a spread of pools; `None` without any witness of the loss.
    fn fuse(&self, heard: Heard, spread: f64, press_counts: PressCounts) -> Option<FusedAnswer> {
        let (edges, _, _) = self.edges(heard);
        let blocks = if heard.blocks {
            Some(BlockWitness::new(&self.chain, edges, self.counted)?)
        } else {
            None
        };
        let mut witnesses = PoolWitnesses::default();
        if heard.shares {
            for t in &self.told {
                let (loss, sd) = t.loss.mean_sd();
                let pool = self.pools.place(t.series.pool())?;
                witnesses.of_network.push(PoolWitness { pool, loss, sd });
            }
        }
        if heard.press {
            for (name, loss, sd, _, _) in self.printed() {
                let Some(pool) = self.pools.place(&name) else {
                    continue;
                };
                if witnesses.of_network.iter().any(|w| w.pool == pool) {
                    continue;
                }
                let witness = PoolWitness { pool, loss, sd };
                match press_counts {
                    PressCounts::ForItself => witnesses.of_itself.push(witness),
                    PressCounts::ForNetwork => witnesses.of_network.push(witness),
                }
            }
        }
        if blocks.is_none() && witnesses.of_network.is_empty() {
            return None;
        }
        let shares = ShareDraws::new(&self.pools.before, self.q.seed);
        let pools = witnesses.ln_likelihood(&shares, spread);
        Some(fuse(blocks.as_ref(), &pools, edges))
    }

    fn fused(&self) -> (Option<Fused>, Option<FusedAnswer>) {
        let w = self.q.without;
        let all = Heard {
            blocks: !w.blocks,
            shares: !w.shares && !self.told.is_empty(),
            press: !w.press && !self.printed().is_empty(),
            timeline: !w.timeline,
        };
        let (spread, conflicts) = self.spread(all);
        let Some(answer) = self.fuse(all, spread, PressCounts::ForItself) else {
            return (None, None);
        };
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
        (Some(fused), Some(answer))
    }

    fn weights(&self, all: Heard, spread: f64, answer: &FusedAnswer) -> Vec<Weight> {
        let full = 1.0 / answer.loss.posterior.variance();
        let falls: Vec<(&str, f64)> = all
            .each_left_out()
            .into_iter()
            .map(|(name, fewer)| {
                let rest = self.fuse(fewer, spread, PressCounts::ForItself);
                let left = rest.map_or(0.0, |a| 1.0 / a.loss.posterior.variance());
                (name, (full - left).max(0.0))
            })
            .collect();
        let total: f64 = falls.iter().map(|f| f.1).sum();
        let share = |fall: f64| if total > 0.0 { fall / total } else { 0.0 };
        falls
            .iter()
            .map(|(n, f)| Weight {
                witness: n.to_string(),
                share: share(*f),
            })
            .collect()
    }

    fn fused_sensitivity(&self, all: Heard, spread: f64) -> Vec<FusedSensitivity> {
        let mut rows = Vec::new();
        let mut add = |witnesses: &str, answer: Option<FusedAnswer>| {
            if let Some(a) = answer {
                rows.push(FusedSensitivity {
                    witnesses: witnesses.to_string(),
                    loss_percent: in_percent(&a.loss),
                    log10_bayes_factor: a.loss.log10_bayes_factor,
                });
            }
        };
        let only = |blocks, shares, press| Heard {
            blocks: blocks && all.blocks,
            shares: shares && all.shares,
            press: press && all.press,
            timeline: all.timeline,
        };
        let plain = |heard| self.fuse(heard, spread, PressCounts::ForItself);
        if all.blocks {
            let window = Heard {
                timeline: false,
                ..only(true, false, false)
            };
            add("block times alone, the window as given", plain(window));
            if all.timeline && self.edges(only(true, false, false)).1.onset == EdgeSource::Timeline
            {
                add(
                    "block times, edges of the timeline",
                    plain(only(true, false, false)),
                );
            }
        }
        if all.shares {
            add("pools' series alone", plain(only(false, true, false)));
            if all.blocks {
                add(
                    "block times and pools' series",
                    plain(only(true, true, false)),
                );
            }
            for other in [POOL_SPREAD / 2.0, POOL_SPREAD, POOL_SPREAD * 2.0] {
                if other != spread {
                    let name = format!("all, pools spread by {:.1} points", 100.0 * other);
                    add(&name, self.fuse(all, other, PressCounts::ForItself));
                }
            }
        }
        if all.press {
            let name = "all, printed losses count for the network";
            add(name, self.fuse(all, spread, PressCounts::ForNetwork));
        }
        rows
    }

    /// The spread of pools around the network: the usual one, doubled while block times and series
    /// disagree by more than chance allows under it; and what to say of that.
    fn spread(&self, all: Heard) -> (f64, Vec<String>) {
        if !(all.blocks && all.shares) {
            return (POOL_SPREAD, Vec::new());
        }
        let alone = |blocks, spread| {
            let heard = Heard {
                blocks,
                shares: !blocks,
                press: false,
                timeline: all.timeline,
            };
            self.fuse(heard, spread, PressCounts::ForItself)
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
        let names: Vec<String> = self
            .told
            .iter()
            .map(|t| pool_name(t.series.pool()))
            .collect();
        let told: Vec<String> = self
            .told
            .iter()
            .map(|t| verdict::percent(100.0 * t.loss.loss().p50))
            .collect();
        let sentence = format!(
            "The witnesses disagree by more than chance allows if pools differ from the network by {:.0} points: block times say {}, {} {}. So the pool tells little of the network here, and the spread is taken as {:.0} points.",
            100.0 * POOL_SPREAD,
            verdict::percent_range(in_percent(&from_blocks)),
            verdict::list(&names),
            verdict::list(&told),
            100.0 * spread
        );
        (spread, vec![sentence])
    }

    fn daily(&self) -> Vec<Day> {
        let span = Span {
            start: self.window.start - DAILY_DAYS * DAY,
            end: self.q.window.end + DAILY_DAYS * DAY,
        };
        let row = |d: daily::Day| Day {
            date: date(d.start),
            blocks: d.blocks,
            hashrate_ehs: d.hashrate,
            sigma_ehs: d.sigma,
            partial: d.partial,
        };
        daily::daily(&self.blocks, span, self.observed)
            .into_iter()
            .map(row)
            .collect()
    }

    fn next_retarget(&self) -> Option<NextRetarget> {
        let seen_at = self.window.end;
        let r = retarget::forecast(&self.chain, seen_at)?;
        Some(NextRetarget {
            height: r.height,
            seen_at,
            blocks_so_far: r.blocks_so_far,
            change_percent: r.change_percent,
            date: r.date,
        })
    }

    fn figures(&self, fused: Option<&FusedAnswer>) -> FigureData {
        let density = |a: &LossAnswer| a.posterior.density().iter().map(|d| d / 100.0).collect();
        let alone = headline(&self.chain, self.window, self.counted);
        FigureData {
            band: self.band(),
            loss_percent: loss_grid().points().map(|x| 100.0 * x).collect(),
            blocks_density: alone
                .filter(|_| !self.q.without.blocks)
                .as_ref()
                .map_or(Vec::new(), density),
            fused_density: fused.map_or(Vec::new(), |f| density(&f.loss)),
            pool_shares: self.pool_shares(),
        }
    }

    fn band(&self) -> Vec<BandPoint> {
        let around = Span {
            start: self.window.start - DAILY_DAYS * DAY,
            end: (self.q.window.end + DAILY_DAYS * DAY).min(self.observed.end),
        };
        if self.q.without.blocks {
            return Vec::new();
        }
        let point = |p: &Point| BandPoint {
            time: p.time,
            hashrate_ehs: p.hashrate_ehs,
        };
        band(&self.chain, around, Kind::Smoothed)
            .iter()
            .step_by(BAND_STEP)
            .map(point)
            .collect()
    }

    fn pool_shares(&self) -> Vec<PoolShare> {
        if self.blocks.pools().is_none() {
            return Vec::new();
        }
        let (before, during) = (&self.pools.before, &self.pools.during);
        let interval = |n: u64, all: &[u64]| {
            let total: u64 = all.iter().sum();
            let at = |p| 100.0 * beta_quantile(n as f64 + 1.0, (total - n) as f64 + 1.0, p);
            Quantiles {
                p05: at(0.05),
                p50: at(0.5),
                p95: at(0.95),
            }
        };
        let mut order: Vec<usize> = (0..before.len()).filter(|&i| before[i] > 0).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(before[i]), i));
        let row = |&i: &usize| PoolShare {
            pool: self.pools.names[i].clone(),
            before_blocks: before[i],
            during_blocks: during[i],
            before_percent: interval(before[i], before),
            during_percent: interval(during[i], during),
        };
        order.iter().take(10).map(row).collect()
    }

    /// Days that a loss of `size` would have to last before block times alone reach odds of ten to one, if
    /// blocks came exactly as expected.
    fn days_to_show(&self, size: f64) -> Option<f64> {
        let counts = self.counts(self.window, 10, 10);
        let rate = counts.baseline.blocks as f64 / counts.baseline.exposure;
        let day = counts.window.exposure / self.window.days();
        let shown = |days: f64| {
            let sides = if days <= 7.0 { 20.0 } else { 56.0 };
            let count = |days: f64, kept: f64| crate::observe::clean::Count {
                blocks: (rate * day * days * kept).round() as u64,
                exposure: day * days,
            };
            let expected = Counts {
                baseline: count(sides, 1.0),
                window: count(days, 1.0 - size),
            };
            expected
                .answer(DRIFT_SD)
                .is_some_and(|a| a.log10_bayes_factor >= 1.0)
        };
        if !shown(DAYS_TRIED) {
            return None;
        }
        let (mut low, mut high) = (0.0, DAYS_TRIED);
        while high - low > 0.125 {
            let middle = 0.5 * (low + high);
            if shown(middle) {
                high = middle
            } else {
                low = middle
            }
        }
        Some(high)
    }
}

/// Which witnesses are heard.
#[derive(Clone, Copy)]
struct Heard {
    blocks: bool,
    shares: bool,
    press: bool,
    timeline: bool,
}

impl Heard {
    fn each_left_out(self) -> Vec<(&'static str, Self)> {
        let mut out = Vec::new();
        if self.blocks {
            out.push((
                "blocks",
                Self {
                    blocks: false,
                    ..self
                },
            ));
        }
        if self.shares {
            out.push((
                "shares",
                Self {
                    shares: false,
                    ..self
                },
            ));
        }
        if self.press {
            out.push((
                "press",
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
    ForItself,
    ForNetwork,
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

fn in_percent(answer: &LossAnswer) -> Quantiles {
    answer.posterior.quantiles().map(|x| 100.0 * x)
}

/// Blocks of every pool in the baseline and in the window, pools by name, those without any left out
/// unless a witness speaks of them: so that nothing depends on what stands elsewhere in the data.
///
/// Where blocks carry no labels, the pools with reports get the blocks that their level would have found,
/// and the rest is ten equal pools.
fn pools(
    blocks: &Blocks,
    chain: &Cleaned,
    window: Span,
    counted: Span,
    told: &[Told<'_>],
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
        let baseline = chain.count(whole).without(chain.count(window));
        let network_ehs = baseline.blocks as f64 / baseline.exposure;
        let mut rest = baseline.blocks;
        for t in told {
            let part = (t.loss.before_ehs / network_ehs).min(1.0);
            let blocks = ((part * baseline.blocks as f64) as u64).min(rest);
            rest -= blocks;
            found.insert(t.series.pool().to_string(), (blocks, 0));
        }
        (1..=10).for_each(|i| {
            found.insert(format!("not labelled {i}"), (rest / 10, 0));
        });
    }
    for t in told {
        found.entry(t.series.pool().to_string()).or_default();
    }
    Pools {
        before: found.values().map(|c| c.0).collect(),
        during: found.values().map(|c| c.1).collect(),
        names: found.into_keys().collect(),
    }
}
