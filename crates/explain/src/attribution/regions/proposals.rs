//! Draws from the prior given the network's loss, each with its likelihood.

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;

use super::evidence::{RegionEvidence, RegionPrior};
use crate::attribution::draws::Draw;
use crate::attribution::marks::{Piece, ln_likelihood};
use crate::attribution::outage::SeverityDraw;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::{gamma, normal, uniform};
use hashquake_base::stats::special::{ln_normal, log_sum_exp};
use hashquake_base::units::{Bracket, Seconds, Span};
use hashquake_observe::loss::DRIFT_SD;

/// Equally likely values of the network's loss.
pub const STRATA: usize = 100;

const KEPT_LEAST: f64 = 1e-3;
/// Five nodes and weights of Gauss and Hermite for a standard normal.
pub(in crate::attribution) const NODES: [(f64, f64); 5] = [
    (-2.856_970_013_872_806, 0.011_257_411_327_720_69),
    (-1.355_626_179_974_266, 0.222_075_922_005_612_6),
    (0.0, 0.533_333_333_333_333_3),
    (1.355_626_179_974_266, 0.222_075_922_005_612_6),
    (2.856_970_013_872_806, 0.011_257_411_327_720_69),
];

/// A draw from the prior given X, with what decides its weight.
pub(super) struct Proposal {
    pub(super) stratum: usize,
    /// ln of the likelihood and of the factors of the conditioned prior, without that of u.
    pub(super) ln_weight: f64,
    /// Whether u is nil by assumption.
    pub(super) whole_story: bool,
    pub(super) draw: Draw,
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

pub(super) struct Model<'a> {
    pub(super) evidence: &'a RegionEvidence<'a>,
    pub(super) prior: &'a RegionPrior<'a>,
}

impl Model<'_> {
    pub(super) fn propose(&self, run: usize, seed: u64) -> Proposal {
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
