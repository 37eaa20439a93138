//! Where: pools, and the regions that a case or the user names, from one joint posterior.
//!
//! Regions that nobody names are not searched: block times and a few pools cannot find them. What is
//! attributed to none of those named is "not attributed". A part of a country is split off its country's share; where
//! no share of the part is known, the country stands for it, and a note says so.

use crate::attribution::exposure::{ExposurePrior, RegionShares, affinities_as_of};
use crate::attribution::groups::group_of;
use crate::attribution::marks::Marks;
use crate::attribution::outage::{self, Severity};
use crate::attribution::pools::{self, Basis, PoolAnswer};
use crate::attribution::regions::{
    self, Candidate, Draw, RegionEvidence, RegionPrior, RegionsAnswer, ReportedPoolLoss,
};
use crate::explanation::Fused;
use crate::explanation::attribution::{JointRegions, PoolBasis, PoolRow, RegionRow};
use hashquake_base::format::{decimal, list};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::normal;
use hashquake_base::stats::sample::{log_normal_between, weighted_quantiles};
use hashquake_base::units::{Bracket, Quantiles, Span};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::fuse::{Edges, FusedAnswer, stretch};
use hashquake_world::region;
use hashquake_world::region::Region;
use hashquake_world::shares::{self, Shares};

use super::context::AnalysisContext;

/// Draws of the regions' shares.
const SHARE_DRAWS: usize = 400;
/// A part of a country leaves at least so much of it to the rest.
const REST_LEAST: f64 = 0.02;
/// The map's row for what it does not list.
const OTHER: &str = "other";

/// What is known of regions' shares, with the candidates that are weighed.
pub(super) struct RegionInputs {
    pub(super) shares: Shares,
    drawn: RegionShares,
    /// Code, place in the drawn shares, share and where it comes from.
    pub(super) candidates: Vec<CandidateRegion>,
    pub(super) notes: Vec<String>,
}

/// A region that may have lost something.
pub(super) struct CandidateRegion {
    pub(super) code: String,
    place: usize,
    pub(super) share_percent: Quantiles,
    pub(super) basis: String,
}

impl AnalysisContext<'_> {
    /// What each pool lost, beside the network.
    pub(super) fn pool_rows(&self, fused: &Fused, answer: &FusedAnswer) -> Vec<PoolRow> {
        let inside = Span {
            start: answer.onset.p50,
            end: answer.end.p50,
        };
        let whole = stretch(Edges::window(inside), self.counted);
        let mut evidence = pools::count(&self.blocks, &self.chain, inside, whole);
        for pool in &mut evidence {
            pool.group = self.group(&pool.name);
            let series = self
                .series_losses
                .iter()
                .find(|t| t.series.pool() == pool.name);
            pool.series_loss = series.map(|t| t.loss.clone());
        }
        let spread = fused.pool_spread_points / 100.0;
        let mut rows: Vec<PoolRow> = pools::attribute(&evidence, &answer.loss.posterior, spread)
            .into_iter()
            .map(pool_row)
            .collect();
        rows.sort_by(|a, b| b.share_percent.total_cmp(&a.share_percent));
        rows
    }

    pub(super) fn group(&self, pool: &str) -> String {
        group_of(pool, self.window.start, self.as_of).to_string()
    }

    /// Shares and candidates; `None` before the first edition of the map.
    pub(super) fn region_inputs(&self) -> Option<RegionInputs> {
        let shares = shares::at(self.window.start, self.q.as_of)?;
        let mut rng = stream(self.q.seed, 0, Purpose::PlaceShares);
        let draws = (0..SHARE_DRAWS).map(|_| shares.draw(&mut rng)).collect();
        let mut inputs = RegionInputs {
            drawn: RegionShares {
                codes: shares.rows.iter().map(|r| r.region.to_string()).collect(),
                draws,
            },
            shares,
            candidates: Vec::new(),
            notes: Vec::new(),
        };
        if let Some(other) = inputs.place(OTHER) {
            inputs.drawn.codes.remove(other);
            inputs.drawn.draws.iter_mut().for_each(|d| {
                d.remove(other);
            });
        }
        let named = self.case.as_ref().map_or(&[][..], |c| &c.regions);
        let asked = if self.q.regions.is_empty() {
            named
        } else {
            self.q.regions
        };
        for region in asked {
            inputs.add(region, &mut rng);
        }
        Some(inputs)
    }

    /// Where the loss fell; `None` without a candidate.
    pub(super) fn regions(
        &self,
        inputs: &RegionInputs,
        fused: &Fused,
        answer: &FusedAnswer,
    ) -> Option<RegionsAnswer> {
        let bracket = |earliest, latest| Bracket { earliest, latest };
        let edges = Edges {
            onset: bracket(answer.onset.p05, answer.onset.p95),
            end: bracket(answer.end.p05, answer.end.p95),
        };
        let known = self.severities();
        let candidates: Vec<Candidate> = inputs
            .candidates
            .iter()
            .map(|c| Candidate {
                region: c.place,
                severity: outage::for_miners(&known, &c.code)
                    .cloned()
                    .unwrap_or_else(|| Severity::full(&c.code, edges)),
            })
            .collect();
        let hulls = || candidates.iter().map(|c| c.severity.hull());
        let shock = Span {
            start: hulls()
                .map(|h| h.start)
                .fold(edges.onset.earliest, i64::min),
            end: hulls()
                .map(|h| h.end)
                .fold(edges.end.latest, i64::max)
                .min(self.counted.end),
        };
        let merged = |pool: &str| self.group(pool);
        let labels: &Blocks = &self.blocks;
        let around = stretch(edges, self.counted);
        let marks = Marks::count(labels, &self.chain, shock, around, &merged);
        let reported: Vec<ReportedPoolLoss> = self
            .series_losses
            .iter()
            .map(|t| {
                let (loss, sd) = t.loss.mean_sd();
                let pool = self.group(t.series.pool());
                ReportedPoolLoss { pool, loss, sd }
            })
            .filter(|t| marks.pools.contains(&t.pool))
            .collect();
        let exposures = ExposurePrior::new(
            &marks.pools,
            &inputs.drawn.codes,
            &affinities_as_of(self.q.as_of),
            self.q.exposures,
        );
        let evidence = RegionEvidence {
            marks: &marks,
            reported: &reported,
            network: &answer.loss.posterior,
            edges,
            candidates: &candidates,
        };
        let prior = RegionPrior {
            shares: &inputs.drawn,
            exposures: &exposures,
            spread: fused.pool_spread_points / 100.0,
        };
        regions::attribute(&evidence, &prior, self.q.seed)
    }

    /// The outage hour by hour as known then: the user's, else the case's own.
    fn severities(&self) -> Vec<Severity> {
        if self.q.without.timeline {
            return Vec::new();
        }
        let embedded = || outage::of_case(&self.case.as_ref()?.id);
        let all = match self.q.outage {
            [] => embedded().unwrap_or_default(),
            own => own.to_vec(),
        };
        all.iter().filter_map(|s| s.as_of(self.as_of)).collect()
    }
}

impl RegionInputs {
    fn place(&self, code: &str) -> Option<usize> {
        self.drawn.codes.iter().position(|c| c == code)
    }

    /// Adds a candidate: a country of the map, a part split off it, or the country in its place.
    fn add(&mut self, region: &Region, rng: &mut rand_chacha::ChaCha8Rng) {
        let code = region.code();
        let known = match self.shares.share(code) {
            Ok(known) => known,
            Err(none) => {
                let country = code.split('-').next().unwrap_or(code);
                self.notes.push(format!("{none}."));
                let Some(whole) = (country != code)
                    .then(|| self.shares.share(country).ok())
                    .flatten()
                else {
                    return;
                };
                self.notes.push(format!(
                    "The whole of {} stands for {} in what is said of regions.",
                    region::name(country),
                    region::name(code)
                ));
                whole
            }
        };
        if self.candidates.iter().any(|c| c.code == known.region) {
            return;
        }
        let place = match self.place(known.region) {
            Some(place) => place,
            None => match self.split(known.region, known.percent, rng) {
                Some(place) => place,
                None => return,
            },
        };
        self.candidates.push(CandidateRegion {
            code: known.region.to_string(),
            place,
            share_percent: known.percent,
            basis: known.basis,
        });
    }

    /// Takes a part's share out of its country's; the country's column keeps the rest.
    fn split(
        &mut self,
        part: &str,
        percent: Quantiles,
        rng: &mut rand_chacha::ChaCha8Rng,
    ) -> Option<usize> {
        let country = self.place(part.split('-').next()?)?;
        let fraction = percent.map(|p| p / 100.0);
        for draw in &mut self.drawn.draws {
            let whole = draw[country];
            let drawn = log_normal_between(fraction, normal(rng)).min(whole * (1.0 - REST_LEAST));
            draw[country] = whole - drawn;
            draw.push(drawn);
        }
        self.drawn.codes.push(part.to_string());
        Some(self.drawn.codes.len() - 1)
    }

    /// A country whose parts are candidates: its name without them, and the share that is left to it.
    fn rest_of(&self, country: &str) -> Option<(String, Quantiles)> {
        let within = |c: &&CandidateRegion| {
            c.code
                .split_once('-')
                .is_some_and(|(whole, _)| whole == country)
        };
        let parts: Vec<String> = self
            .candidates
            .iter()
            .filter(within)
            .map(|c| region::name(&c.code).to_string())
            .collect();
        let place = self.place(country).filter(|_| !parts.is_empty())?;
        let left = weighted_quantiles(self.drawn.draws.iter().map(|d| (100.0 * d[place], 1.0)))?;
        let name = format!("{} without {}", region::name(country), list(&parts));
        Some((name, left))
    }

    /// All regions of the map, and parts that are candidates, of which the row of their country is the
    /// rest; those that lost first, then the largest.
    pub(super) fn rows(
        &self,
        answer: Option<&RegionsAnswer>,
        power_mw: Option<&[Quantiles]>,
    ) -> Vec<RegionRow> {
        let source = |basis: &str| {
            let away = match self.shares.months_away.round() as i32 {
                0 => String::new(),
                1 => ", a month from the onset".to_string(),
                n => format!(", {n} months from the onset"),
            };
            format!("{basis}{away}")
        };
        let lost = |code: &str| {
            let place = self.candidates.iter().position(|c| c.code == code)?;
            let answer = answer.filter(|a| network_lost(a))?;
            let loss = answer.regions[place].1.map(|x| 100.0 * x);
            Some((loss, power_mw.map(|p| p[place])))
        };
        let row = |code: &str, share_percent, basis: &str| {
            let found = lost(code);
            RegionRow {
                region: code.to_string(),
                name: region::name(code).to_string(),
                share_percent,
                share_source: source(basis),
                loss_percent: found.map(|f| f.0),
                power_mw: found.and_then(|f| f.1),
            }
        };
        let map = format!("{}, {}", self.shares.source, self.shares.month);
        let listed = self.shares.rows.iter().filter(|r| r.region != OTHER);
        let mut rows: Vec<RegionRow> = listed
            .map(|r| match self.rest_of(r.region) {
                Some((name, percent)) => RegionRow {
                    name,
                    ..row(r.region, percent, &map)
                },
                None => row(r.region, r.percent, &map),
            })
            .collect();
        let parts = self.candidates.iter().filter(|c| c.code.contains('-'));
        rows.extend(parts.map(|c| row(&c.code, c.share_percent, &c.basis)));
        rows.sort_by(RegionRow::order);
        rows
    }
}

/// Whether the network lost anything, at its median. Where it gained, the model puts the whole of the gain
/// outside the regions, and what one of them may have lost meanwhile is not known from that.
fn network_lost(answer: &RegionsAnswer) -> bool {
    let total = weighted_quantiles(answer.draws.iter().map(|d| (d.total, d.weight)));
    total.is_some_and(|q| q.p50 > 0.0)
}

/// Part of a candidate's own hashrate that stopped, over the draws that `counts` keeps.
pub(super) fn stopped_percent(
    answer: &RegionsAnswer,
    place: usize,
    counts: &dyn Fn(&Draw) -> bool,
) -> Option<Quantiles> {
    let draws = answer.draws.iter().filter(|d| counts(d));
    weighted_quantiles(draws.map(|d| (100.0 * d.regions[place] / d.shares[place], d.weight)))
}

/// Indistinguishable regions, for the document.
pub(super) fn joint_rows(answer: &RegionsAnswer) -> Vec<JointRegions> {
    let joint = |j: &regions::Joint| JointRegions {
        regions: j.regions.clone(),
        loss_percent: j.loss.map(|x| 100.0 * x),
        because: format!(
            "They lost at the same time and no pool stands in one alone: of what both lost, the first may have {} to {} %.",
            decimal(100.0 * j.split.p05, 0),
            decimal(100.0 * j.split.p95, 0)
        ),
    };
    answer.inseparable.iter().map(joint).collect()
}

fn pool_row(a: PoolAnswer) -> PoolRow {
    let percent = |q: Quantiles| q.map(|x| 100.0 * x);
    PoolRow {
        pool: a.name,
        group: a.group,
        share_percent: 100.0 * a.share,
        loss_percent: percent(a.loss),
        probability_lost_over_20: a.probability_badly_hit,
        own_loss_percent: percent(a.own_loss),
        blocks: a.blocks,
        expected_blocks: a.expected_blocks,
        basis: match a.basis {
            Basis::Blocks => PoolBasis::Blocks,
            Basis::Shares => PoolBasis::Shares,
        },
    }
}
