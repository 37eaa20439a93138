//! What a price usually does in a day, a week or a month, and whether it now did something else.
//!
//! The classical event study (MacKinlay 1997) takes the return after an event less its mean over a window
//! before, against the spread of that window. Two things break its normal distribution here. Daily returns of
//! bitcoin have heavy tails, and the window is short: over thirty days ahead, the mean of 59 returns is
//! itself uncertain by half as much variance again. So the usual is a predictive distribution. Log returns of one
//! day are independent Student-t(μ, σ, ν); prior flat in μ and ln σ, even over the ν of [`TAILS`]; the
//! posterior stands on a grid. [`DRAWS`] triples are drawn from it, and from each a path of future
//! returns: their sums are what would have come without any event, tails and ignorance included.
//!
//! Why not resample: 59 days hold 30 overlapping returns of a month, which are two independent ones, and
//! hold no fall greater than their greatest; both make p-values too small.
//!
//! The abnormal return is the return less a draw; the p-value is twice the smaller part of the draws
//! beyond the return. It is 0.1 where the 90 % interval just touches zero. `tests/price.rs` proves the
//! level on simulated returns without events, and `docs/price.md` measures it on real ones.
//!
//! For a part of a day the spread goes with the root of time, which hours of the day and hours of news do
//! not obey: such a p-value is an approximation.
//!
//! Left out: turbulence that comes in clusters (a turbulent month after a calm one looks like an event), a
//! market to hold bitcoin's return against, and news other than that given.

use libm::{exp, lgamma, log, log1p};
use rand_chacha::ChaCha8Rng;

use hashquake_base::stats::draw::{gamma, normal, uniform};
use hashquake_base::stats::sample::quantile;
use hashquake_base::units::Quantiles;

/// Fewest returns from which the usual is learnt.
pub const RETURNS_MIN: usize = 20;
/// Futures drawn for a printed answer: a p-value of 0.05 is good to ±0.007.
pub const DRAWS: usize = 4_000;
/// Degrees of freedom that are tried, even weights: an assumption.
pub const TAILS: [f64; 7] = [2.5, 3.0, 4.0, 5.0, 7.0, 12.0, 40.0];

const LOCATIONS: usize = 17;
/// Locations reach so many standard errors to both sides of the mean.
const LOCATION_REACH: f64 = 4.0;
const SCALES: usize = 21;
/// Scales reach from this part of the standard deviation, in steps of 8 %, to 1.4 times it: a t-distribution of
/// 2.5 degrees has a scale of 0.45 of its deviation, and of a sample with one great outlier less.
const SCALE_FROM: f64 = 0.3;
const SCALE_STEP: f64 = 1.08;

/// The usual course of a price: draws of the log return summed over 1, 2, … days.
#[derive(Clone, Debug)]
pub struct Usual {
    /// By days less one; each sorted.
    sums: Vec<Vec<f64>>,
}

/// A return set against the usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Abnormal {
    /// The log return less what was usual.
    pub ln_return: Quantiles,
    /// Probability of one this far out, either way, without any event.
    pub p_value: f64,
}

impl Usual {
    /// Learns from daily log returns and draws the next `days`. `None` from fewer than [`RETURNS_MIN`]
    /// returns, or from returns that never differ.
    pub fn learn(returns: &[f64], days: usize, draws: usize, rng: &mut ChaCha8Rng) -> Option<Self> {
        if returns.len() < RETURNS_MIN || returns.iter().any(|r| !r.is_finite()) {
            return None;
        }
        let posterior = Posterior::new(returns)?;
        let mut sums = vec![Vec::with_capacity(draws); days];
        for _ in 0..draws {
            let distribution = posterior.draw(rng);
            let mut sum = 0.0;
            for day in &mut sums {
                sum += distribution.draw(rng);
                day.push(sum);
            }
        }
        sums.iter_mut().for_each(|day| day.sort_by(f64::total_cmp));
        Some(Self { sums })
    }

    /// What was usual over `days`, whole ones up to those drawn or a part of one: quantiles of the log
    /// return.
    pub fn quantiles(&self, days: f64) -> Option<Quantiles> {
        let at = |p| self.quantile(days, p);
        Some(Quantiles {
            p05: at(0.05)?,
            p50: at(0.5)?,
            p95: at(0.95)?,
        })
    }

    /// A log return over `days` set against the usual; `days` as for [`Self::quantiles`].
    pub fn against(&self, ln_return: f64, days: f64) -> Option<Abnormal> {
        let usual = self.quantiles(days)?;
        let (draws, centre, stretch) = self.of(days)?;
        let as_a_day = centre + (ln_return - centre * days.min(1.0)) / stretch;
        let below = draws.partition_point(|d| *d < as_a_day);
        let least = below.min(draws.len() - below) as f64;
        Some(Abnormal {
            ln_return: Quantiles {
                p05: ln_return - usual.p95,
                p50: ln_return - usual.p50,
                p95: ln_return - usual.p05,
            },
            p_value: (2.0 * (least + 1.0) / (draws.len() as f64 + 1.0)).min(1.0),
        })
    }

    /// Draws for `days`, their median, and by how much a part of a day is narrower than a day.
    fn of(&self, days: f64) -> Option<(&[f64], f64, f64)> {
        let whole = days.max(1.0);
        let sound = days > 0.0 && (whole - whole.round()).abs() < 1e-6;
        let draws = self.sums.get((whole as usize).checked_sub(1)?)?;
        sound.then_some((draws, draws[draws.len() / 2], days.min(1.0).sqrt()))
    }

    fn quantile(&self, days: f64, p: f64) -> Option<f64> {
        let (draws, centre, stretch) = self.of(days)?;
        let value = quantile(draws, p);
        Some(centre * days.min(1.0) + (value - centre) * stretch)
    }
}

/// One distribution of daily log returns.
#[derive(Clone, Copy, Debug)]
struct TDistribution {
    location: f64,
    scale: f64,
    tail: f64,
}

impl TDistribution {
    fn ln_likelihood(self, returns: &[f64]) -> f64 {
        let half = 0.5 * (self.tail + 1.0);
        let constant = lgamma(half)
            - lgamma(0.5 * self.tail)
            - 0.5 * log(core::f64::consts::PI * self.tail)
            - log(self.scale);
        let part = |r: &f64| {
            let z = (r - self.location) / self.scale;
            log1p(z * z / self.tail)
        };
        constant * returns.len() as f64 - half * returns.iter().map(part).sum::<f64>()
    }

    fn draw(self, rng: &mut ChaCha8Rng) -> f64 {
        let chi_squared = 2.0 * gamma(rng, 0.5 * self.tail);
        self.location + self.scale * normal(rng) * (self.tail / chi_squared).sqrt()
    }
}

/// Distributions with the cumulated weights of their posterior.
struct Posterior {
    distributions: Vec<TDistribution>,
    cumulated: Vec<f64>,
}

impl Posterior {
    fn new(returns: &[f64]) -> Option<Self> {
        let n = returns.len() as f64;
        let mean = returns.iter().sum::<f64>() / n;
        let squares = returns.iter().map(|r| (r - mean) * (r - mean));
        let sd = (squares.sum::<f64>() / (n - 1.0)).sqrt();
        if sd < 1e-12 {
            return None;
        }
        let reach = LOCATION_REACH * sd / n.sqrt();
        let mut distributions = Vec::with_capacity(TAILS.len() * SCALES * LOCATIONS);
        for tail in TAILS {
            let mut scale = SCALE_FROM * sd;
            for _ in 0..SCALES {
                distributions.extend((0..LOCATIONS).map(|i| TDistribution {
                    location: mean + reach * (2.0 * i as f64 / (LOCATIONS - 1) as f64 - 1.0),
                    scale,
                    tail,
                }));
                scale *= SCALE_STEP;
            }
        }
        let ln: Vec<f64> = distributions
            .iter()
            .map(|l| l.ln_likelihood(returns))
            .collect();
        let top = ln.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        let cumulated = ln.iter().map(|l| {
            sum += exp(l - top);
            sum
        });
        Some(Self {
            cumulated: cumulated.collect(),
            distributions,
        })
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> TDistribution {
        let total = self.cumulated[self.cumulated.len() - 1];
        let at = uniform(rng) * total;
        let i = self.cumulated.partition_point(|c| *c < at);
        self.distributions[i.min(self.distributions.len() - 1)]
    }
}
