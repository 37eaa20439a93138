//! Where the loss fell: the marked Poisson model over pools and hours (science B4).
//!
//! ```text
//! n_pg ~ Poisson(λ_p w_g δ [1 − Σ_r E_pr β_r o_rg − (u + e_p) o_g])
//! X_r = S_r β_r ō_r,   X = Σ_r X_r + u
//! ```
//!
//! all of it the mean over the event, ō_r the mean severity between its edges. E_pr is the fraction of pool p in region r ([`super::exposure`]), β_r ~ U(0, 1) the fraction of the
//! region that stopped, o_rg its outage's severity ([`super::outage`]), o_g one inside the fused edges, δ
//! the network's own drift (2 %) and λ_p integrated out ([`super::marks`]).
//!
//! **What is in no listed region**, u, is a prior of ours: with probability one half the listed regions
//! are the whole story, u = 0, else u is exponential with a mean of 5 points. [`RegionsAnswer`] carries
//! the answer for other priors.
//!
//! **Pools** stand apart from what their exposures say by e_p ~ N(0, τ). It is integrated out by five
//! Gauss-Hermite nodes, but a pool whose own shares were counted has a known loss, which tells of its
//! e_p. A loss printed in the press says nothing of *where*, because the press prints the worst hit; it
//! acts through X alone.
//!
//! **How much, and where.** X is not learnt here a second time: its distribution is the fused posterior, and the
//! model answers where, given how much. Each of [`STRATA`] equally likely values of X gets the same
//! number of draws from the prior of (S, E, o, δ, β, u) given Σ_r X_r + u = X, weighted by the
//! likelihood and summing to one within the stratum. So the total's distribution is the fused one by construction,
//! to half a stratum. Where X is not above zero nothing fell anywhere, and the whole of it (a gain) is
//! not attributed.
//!
//! **Which region.** Two regions whose outages overlap in time and whose miners use the same pools cannot
//! be told apart, and the prior decides between them. Because β ≤ 1 bounds both and X is uncertain, their
//! losses need not be much correlated then; so what is looked at is the split X_i/(X_i + X_j): while its
//! 90 % interval is wider than [`SPLIT_UNKNOWN`], the two are given together.
//!
//! When fewer than [`FEW_EFFECTIVE`] draws are left effective the number is doubled, at most
//! [`DOUBLINGS`] times; what is left is reported. Four thousand draws of 15 pools take some 100 ms.
//!
//! Left out: that X_r outside the outage's pieces may differ (miners who leave for good), and that a
//! region's share and a pool's exposure may err together beyond what the sums force.

use hashquake_base::format::decimal;
use libm::{exp, log};
use rand_chacha::ChaCha8Rng;

pub use super::draws::{Draw, quantiles};
use super::draws::{correlation, weighted};
use super::exposure::{ExposurePrior, RegionShares};
use super::marks::{Marks, Piece, ln_likelihood};
use super::outage::{Severity, SeverityDraw};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::density::Posterior;
use hashquake_base::stats::draw::{gamma, normal, uniform};
use hashquake_base::stats::special::{ln_normal, log_sum_exp};
use hashquake_base::units::{Bracket, Quantiles, Seconds, Span};
use hashquake_observe::fuse::Edges;
use hashquake_observe::loss::DRIFT_SD;

/// Equally likely values of the network's loss.
pub const STRATA: usize = 100;
/// Fewer effective draws than this are too few.
pub const FEW_EFFECTIVE: f64 = 400.0;
/// How often the number of draws may be doubled.
pub const DOUBLINGS: u32 = 2;
const DRAWS_A_STRATUM: usize = 40;
/// Probability that the listed regions are the whole story.
pub const UNLISTED_NONE: f64 = 0.5;
/// Mean of what fell in no listed region, where anything did, a fraction of the network.
pub const UNLISTED_MEAN: f64 = 0.05;
/// Two regions are inseparable while the 90 % interval of their split is wider than this: under a flat
/// prior on the split, without any evidence, it would be 0.9.
pub const SPLIT_UNKNOWN: f64 = 0.6;
const KEPT_LEAST: f64 = 1e-3;
/// Five nodes and weights of Gauss and Hermite for a standard normal.
pub(super) const NODES: [(f64, f64); 5] = [
    (-2.856_970_013_872_806, 0.011_257_411_327_720_69),
    (-1.355_626_179_974_266, 0.222_075_922_005_612_6),
    (0.0, 0.533_333_333_333_333_3),
    (1.355_626_179_974_266, 0.222_075_922_005_612_6),
    (2.856_970_013_872_806, 0.011_257_411_327_720_69),
];

/// A region that may have lost something.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its place in [`RegionShares::codes`].
    pub region: usize,
    /// Its outage; [`Severity::full`] where no timeline is known.
    pub severity: Severity,
}

/// A pool's loss from its own share count.
#[derive(Clone, Debug)]
pub struct ReportedPoolLoss {
    /// Pool, a name of [`Marks::pools`].
    pub pool: String,
    /// Its loss, a fraction.
    pub loss: f64,
    /// The error of that.
    pub sd: f64,
}

/// What was seen.
#[derive(Clone, Copy, Debug)]
pub struct RegionEvidence<'a> {
    /// Blocks by pool and bin; the bins reach over the edges and the severities.
    pub marks: &'a Marks,
    /// What pools' own shares say.
    pub reported: &'a [ReportedPoolLoss],
    /// The fused posterior of the network's loss.
    pub network: &'a Posterior,
    /// The fused edges.
    pub edges: Edges,
    /// Regions that may have lost something.
    pub candidates: &'a [Candidate],
}

/// What was believed before.
#[derive(Clone, Copy, Debug)]
pub struct RegionPrior<'a> {
    /// Regions' fractions of the network.
    pub shares: &'a RegionShares,
    /// Pools' exposures, in the order of [`Marks::pools`] and [`RegionShares::codes`].
    pub exposures: &'a ExposurePrior,
    /// Spread of pools around what their exposures say, a fraction.
    pub spread: f64,
}

/// Regions that the evidence cannot tell apart.
#[derive(Clone, Debug)]
pub struct Joint {
    /// Their codes.
    pub regions: Vec<String>,
    /// What they lost together.
    pub loss: Quantiles,
    /// The part of it that the first two of them split, the first one's.
    pub split: Quantiles,
    /// The correlation of these two.
    pub correlation: f64,
}

/// The answer under another prior of what is in no listed region.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// What was changed.
    pub change: String,
    /// Losses of the candidates.
    pub regions: Vec<(String, Quantiles)>,
    /// Loss in no listed region.
    pub not_attributed: Quantiles,
}

/// Where the loss fell. Losses are fractions of the network.
#[derive(Clone, Debug)]
pub struct RegionsAnswer {
    /// Code and loss of each candidate.
    pub regions: Vec<(String, Quantiles)>,
    /// Loss in no listed region.
    pub not_attributed: Quantiles,
    /// Candidates that cannot be told apart.
    pub inseparable: Vec<Joint>,
    /// Correlation of the losses of each two candidates, by their places.
    pub correlations: Vec<(usize, usize, f64)>,
    /// Joint draws.
    pub draws: Vec<Draw>,
    /// (Σw)²/Σw².
    pub effective_draws: f64,
    /// Under other priors of what is in no listed region.
    pub sensitivity: Vec<Sensitivity>,
}

/// A draw from the prior given X, with what decides its weight.
struct Proposal {
    stratum: usize,
    /// ln of the likelihood and of the factors of the conditioned prior, without that of u.
    ln_weight: f64,
    /// Whether u is nil by assumption.
    whole_story: bool,
    draw: Draw,
}

/// The prior of what is in no listed region.
#[derive(Clone, Copy)]
struct Unlisted {
    none: f64,
    mean: f64,
}

/// Attributes the loss to regions; `seed` fixes every draw. `None` without a candidate or without a draw
/// of the shares.
pub fn attribute(
    evidence: &RegionEvidence<'_>,
    prior: &RegionPrior<'_>,
    seed: u64,
) -> Option<RegionsAnswer> {
    if evidence.candidates.is_empty() || prior.shares.draws.is_empty() {
        return None;
    }
    let usual = Unlisted {
        none: UNLISTED_NONE,
        mean: UNLISTED_MEAN,
    };
    let model = Model { evidence, prior };
    let mut proposals = Vec::new();
    let mut weights = Vec::new();
    for doubling in 0..=DOUBLINGS {
        let runs = (STRATA * DRAWS_A_STRATUM) << doubling;
        let from = proposals.len();
        proposals.extend((from..runs).map(|run| model.propose(run, seed)));
        weights = weigh(&proposals, usual);
        if effective(&weights) >= FEW_EFFECTIVE {
            break;
        }
    }
    let sensitivity = others()
        .into_iter()
        .map(|(change, unlisted)| {
            model.sensitivity(change, &proposals, &weigh(&proposals, unlisted))
        })
        .collect();
    let effective_draws = effective(&weights);
    let draws: Vec<Draw> = proposals
        .into_iter()
        .zip(weights)
        .filter(|(_, w)| *w > 0.0)
        .map(|(p, weight)| Draw { weight, ..p.draw })
        .collect();
    Some(model.answer(draws, effective_draws, sensitivity))
}

fn others() -> [(String, Unlisted); 4] {
    let usual = Unlisted {
        none: UNLISTED_NONE,
        mean: UNLISTED_MEAN,
    };
    let mean = |mean: f64| {
        let change = format!(
            "loss elsewhere, if any, {} points on average",
            decimal(100.0 * mean, 1)
        );
        (change, Unlisted { mean, ..usual })
    };
    let none = |none: f64| {
        let change = format!("no loss elsewhere with probability {none}");
        (change, Unlisted { none, ..usual })
    };
    [
        mean(UNLISTED_MEAN / 2.0),
        mean(UNLISTED_MEAN * 2.0),
        none(0.25),
        none(0.75),
    ]
}

/// Weights that sum to one in all and to 1/[`STRATA`] in each stratum.
fn weigh(proposals: &[Proposal], unlisted: Unlisted) -> Vec<f64> {
    let ln = |p: &Proposal| {
        let u = p.draw.not_attributed;
        let ln_prior = if p.whole_story {
            log(unlisted.none)
        } else {
            log((1.0 - unlisted.none) / unlisted.mean) - u.max(0.0) / unlisted.mean
        };
        p.ln_weight + ln_prior
    };
    let ln: Vec<f64> = proposals.iter().map(ln).collect();
    let mut by_stratum = vec![Vec::new(); STRATA];
    for (p, l) in proposals.iter().zip(&ln) {
        by_stratum[p.stratum].push(*l);
    }
    let totals: Vec<f64> = by_stratum.iter().map(|ls| log_sum_exp(ls)).collect();
    proposals
        .iter()
        .zip(&ln)
        .map(|(p, l)| exp(l - totals[p.stratum]) / STRATA as f64)
        .collect()
}

fn effective(weights: &[f64]) -> f64 {
    1.0 / weights
        .iter()
        .map(|w| w * w)
        .sum::<f64>()
        .max(f64::MIN_POSITIVE)
}

/// One possibility of the outage.
struct Outage {
    /// Mean severity of each candidate between the edges.
    mean: Vec<f64>,
    hours: Vec<Hours>,
    /// All bins that nothing touches.
    outside: Hours,
}

/// What it does in a piece of time.
struct Hours {
    place: usize,
    /// Severity of each candidate.
    severities: Vec<f64>,
    /// Part of it inside the edges.
    inside: f64,
    exposure: f64,
    /// Blocks of each pool.
    blocks: Vec<u64>,
}

struct Model<'a> {
    evidence: &'a RegionEvidence<'a>,
    prior: &'a RegionPrior<'a>,
}

impl Model<'_> {
    fn propose(&self, run: usize, seed: u64) -> Proposal {
        let rng = &mut stream(seed, run as u32, Purpose::RegionDraws);
        let stratum = run % STRATA;
        let whole_story = (run / STRATA).is_multiple_of(2);
        let total = self
            .evidence
            .network
            .quantile((stratum as f64 + 0.5) / STRATA as f64);
        let shares = &self.prior.shares.draws;
        let shares = &shares[run / STRATA / 2 % shares.len()];
        let outage = self.outage(rng);
        let here: Vec<f64> = self
            .evidence
            .candidates
            .iter()
            .map(|c| shares[c.region])
            .collect();
        let most: Vec<f64> = here.iter().zip(&outage.mean).map(|(s, o)| s * o).collect();
        let (stopped, left, ln_prior) = if total > 0.0 {
            split(total, &most, whole_story, rng)
        } else {
            (vec![0.0; here.len()], total, 0.0)
        };
        let ln_weight = if ln_prior > f64::NEG_INFINITY {
            ln_prior + self.ln_likelihood(shares, &stopped, left, &outage, rng)
        } else {
            ln_prior
        };
        Proposal {
            stratum,
            ln_weight,
            whole_story,
            draw: Draw {
                weight: 0.0,
                regions: most.iter().zip(&stopped).map(|(m, b)| m * b).collect(),
                shares: here,
                not_attributed: left,
                total,
            },
        }
    }

    fn ln_likelihood(
        &self,
        shares: &[f64],
        stopped: &[f64],
        left: f64,
        outage: &Outage,
        rng: &mut ChaCha8Rng,
    ) -> f64 {
        let marks = self.evidence.marks;
        let raw: Vec<f64> = marks
            .before
            .iter()
            .map(|&n| gamma(rng, n as f64 + 1.0))
            .collect();
        let sum: f64 = raw.iter().sum();
        let pools: Vec<f64> = raw.iter().map(|x| x / sum).collect();
        let squares: f64 = pools.iter().map(|s| s * s).sum();
        let exposures = self.prior.exposures.draw(&pools, shares, rng);
        let drift = exp(DRIFT_SD * normal(rng));
        let listed = |p: usize, severities: &[f64]| -> f64 {
            let each = self.evidence.candidates.iter().zip(stopped).zip(severities);
            each.map(|((c, b), o)| exposures[p][c.region] * b * o).sum()
        };
        let mut pieces = Vec::with_capacity(outage.hours.len() + 1);
        let mut at = |p: usize, lost: &dyn Fn(&Hours) -> f64| {
            pieces.clear();
            pieces.push(Piece {
                blocks: marks.before[p] + outage.outside.blocks[p],
                exposure: marks.exposure + outage.outside.exposure,
                kept: 1.0,
            });
            pieces.extend(outage.hours.iter().map(|h| Piece {
                blocks: h.blocks[p],
                exposure: h.exposure,
                kept: (drift * (1.0 - lost(h))).max(KEPT_LEAST),
            }));
            ln_likelihood(&pieces)
        };
        let mut ln = 0.0;
        for (p, name) in marks.pools.iter().enumerate() {
            let apart = self.prior.spread * (1.0 - 2.0 * pools[p] + squares).max(1e-4).sqrt();
            if let Some(reported) = self.evidence.reported.iter().find(|t| t.pool == *name) {
                let loss = reported.loss + reported.sd * normal(rng);
                ln += ln_normal(loss, listed(p, &outage.mean) + left, apart);
                ln += at(p, &|h| loss * h.inside);
            } else {
                let expected: Vec<f64> = outage
                    .hours
                    .iter()
                    .map(|h| listed(p, &h.severities))
                    .collect();
                let each: [f64; 5] = core::array::from_fn(|k| {
                    let own = left + apart * NODES[k].0;
                    log(NODES[k].1) + at(p, &|h| expected[h.place] + own * h.inside)
                });
                ln += log_sum_exp(&each);
            }
        }
        ln
    }

    /// One possibility of the outage: bins joined to pieces of the same severity.
    fn outage(&self, rng: &mut ChaCha8Rng) -> Outage {
        let marks = self.evidence.marks;
        let candidates = self.evidence.candidates;
        let cuts: Vec<SeverityDraw> = candidates.iter().map(|c| c.severity.draw(rng)).collect();
        let mut between =
            |b: Bracket| b.earliest + ((b.latest - b.earliest) as f64 * uniform(rng)) as Seconds;
        let edges = Span {
            start: between(self.evidence.edges.onset),
            end: between(self.evidence.edges.end),
        };
        let none = || Hours {
            place: 0,
            severities: vec![0.0; candidates.len()],
            inside: 0.0,
            exposure: 0.0,
            blocks: vec![0; marks.pools.len()],
        };
        let (mut hours, mut outside): (Vec<Hours>, Hours) = (Vec::new(), none());
        for bin in &marks.bins {
            let shared = edges.end.min(bin.span.end) - edges.start.max(bin.span.start);
            let inside = shared.max(0) as f64 / bin.span.seconds().max(1) as f64;
            let severities: Vec<f64> = cuts.iter().map(|c| c.mean_over(bin.span)).collect();
            let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
            let same = |h: &&mut Hours| {
                let all = h
                    .severities
                    .iter()
                    .zip(&severities)
                    .all(|(a, b)| near(*a, *b));
                all && near(h.inside, inside)
            };
            let nothing = near(inside, 0.0) && severities.iter().all(|s| near(*s, 0.0));
            let piece = match hours.iter_mut().find(same) {
                _ if nothing => &mut outside,
                Some(piece) => piece,
                None => {
                    hours.push(Hours {
                        place: hours.len(),
                        severities,
                        inside,
                        ..none()
                    });
                    let last = hours.len() - 1;
                    &mut hours[last]
                }
            };
            piece.exposure += bin.exposure;
            for (sum, n) in piece.blocks.iter_mut().zip(&bin.blocks) {
                *sum += n;
            }
        }
        Outage {
            mean: cuts.iter().map(|c| c.mean_over(edges)).collect(),
            hours,
            outside,
        }
    }

    fn code(&self, candidate: usize) -> String {
        self.prior.shares.codes[self.evidence.candidates[candidate].region].clone()
    }

    fn sensitivity(&self, change: String, proposals: &[Proposal], weights: &[f64]) -> Sensitivity {
        let of = |value: &dyn Fn(&Draw) -> f64| {
            weighted(
                proposals
                    .iter()
                    .zip(weights)
                    .map(|(p, w)| (value(&p.draw), *w)),
            )
        };
        Sensitivity {
            change,
            regions: (0..self.evidence.candidates.len())
                .map(|r| (self.code(r), of(&|d| d.regions[r])))
                .collect(),
            not_attributed: of(&|d| d.not_attributed),
        }
    }

    fn answer(
        &self,
        draws: Vec<Draw>,
        effective_draws: f64,
        sensitivity: Vec<Sensitivity>,
    ) -> RegionsAnswer {
        let of = |value: &dyn Fn(&Draw) -> f64| quantiles(&draws, value);
        let n = self.evidence.candidates.len();
        let losses: Vec<Quantiles> = (0..n).map(|r| of(&|d| d.regions[r])).collect();
        let mut correlations = Vec::new();
        let mut joined: Vec<(Vec<usize>, Quantiles, f64)> = Vec::new();
        for (i, j) in (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))) {
            let together = correlation(&draws, i, j);
            correlations.push((i, j, together));
            let part = of(&|d| d.regions[i] / (d.regions[i] + d.regions[j]).max(f64::MIN_POSITIVE));
            if part.p95 - part.p05 < SPLIT_UNKNOWN {
                continue;
            }
            match joined
                .iter_mut()
                .find(|g| g.0.contains(&i) || g.0.contains(&j))
            {
                Some((group, ..)) => {
                    group.extend([i, j]);
                    group.sort_unstable();
                    group.dedup();
                }
                None => joined.push((vec![i, j], part, together)),
            }
        }
        let inseparable = joined
            .into_iter()
            .map(|(group, split, correlation)| Joint {
                regions: group.iter().map(|&r| self.code(r)).collect(),
                loss: of(&|d| group.iter().map(|&r| d.regions[r]).sum()),
                split,
                correlation,
            })
            .collect();
        RegionsAnswer {
            regions: losses
                .iter()
                .enumerate()
                .map(|(r, q)| (self.code(r), *q))
                .collect(),
            not_attributed: of(&|d| d.not_attributed),
            inseparable,
            correlations,
            effective_draws,
            sensitivity,
            draws,
        }
    }
}

/// Draws β of every region and what is left, given that all of it sums to `total` > 0; and ln of the
/// density of that sum along the draw. When the listed regions are the whole story the largest takes what
/// the others leave.
fn split(
    total: f64,
    shares: &[f64],
    whole_story: bool,
    rng: &mut ChaCha8Rng,
) -> (Vec<f64>, f64, f64) {
    let largest = (0..shares.len())
        .max_by(|&a, &b| shares[a].total_cmp(&shares[b]))
        .unwrap_or(0);
    let (mut left, mut ln) = (total, 0.0);
    let mut stopped = vec![0.0; shares.len()];
    for (r, &share) in shares.iter().enumerate() {
        if share <= 0.0 || (whole_story && r == largest) {
            continue;
        }
        let most = (left / share).min(1.0);
        stopped[r] = most * uniform(rng);
        ln += log(most);
        left = (left - share * stopped[r]).max(f64::MIN_POSITIVE);
    }
    if !whole_story {
        return (stopped, left, ln);
    }
    let share = shares[largest];
    if share <= 0.0 || left > share {
        return (stopped, left, f64::NEG_INFINITY);
    }
    stopped[largest] = left / share;
    (stopped, 0.0, ln - log(share))
}
