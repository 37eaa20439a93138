//! The world at the start of a simulation: the chain, and regions with what is known of each.
//!
//! Hashrate at the start is that of the last two weeks, from counts weighted by work: n blocks of
//! together W hashes in T seconds give Ĥ = W/T, and a run draws H = Ĥ·G/n with G ~ Gamma(n), the
//! posterior under the scale prior of a Poisson rate (2 % at 2016 blocks). Shares, efficiency, tariffs
//! and carbon are distributions from the world's tables; [`Figure::source`] says from where, and is empty where
//! the distribution is a prior.
//!
//! Leaves out: machines that stood idle at the start and would come back at a better hashprice.

use hashquake_chain::target::CompactTarget;
use libm::{exp, log};

use crate::assumed_parameters::{AssumedParameter, AssumedValues, Prior};
use crate::clock::{self, Clock};
use crate::energy;
use hashquake_base::distribution::Distribution;
use hashquake_base::rng::{Purpose, keyed_stream, stream};
use hashquake_base::stats::draw::{gamma, normal, uniform};
use hashquake_base::units::{DAY, EXA, Seconds, rfc3339};
use hashquake_chain::blocks::expected_hashes;
use hashquake_chain::history::History;
use hashquake_world::shares::composition::Composition;

/// Days whose blocks tell the hashrate at the start.
pub const HASHRATE_DAYS: i64 = 14;

/// A number of the start: its distribution and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Distribution of the figure, in its unit.
    pub distribution: Distribution,
    /// Its source; `None` for a prior.
    pub source: Option<String>,
}

impl Figure {
    /// A figure with a source.
    pub fn known(distribution: Distribution, source: impl Into<String>) -> Self {
        Self {
            distribution,
            source: Some(source.into()),
        }
    }

    /// A figure that no source has: a prior.
    pub fn prior(distribution: Distribution) -> Self {
        Self {
            distribution,
            source: None,
        }
    }
}

/// Which part of a row of the shares a region is.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A fraction of the row.
    Fraction(Figure),
    /// What the fractions of the row leave.
    Rest,
}

/// A region at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct StartRegion {
    /// Its code: `KZ`, `US-TX`, `CN-other`, `other`.
    pub code: String,
    /// The row of the shares in which it lies; `None` where nobody mines yet.
    pub row: Option<usize>,
    /// How much of that row.
    pub part: Part,
    /// Dollars a kWh.
    pub tariff: Figure,
    /// Average carbon of its power, g/kWh.
    pub g_per_kwh: Figure,
    /// Part of its machines that is registered; `None`: no such distinction.
    pub registered: Option<Figure>,
}

/// Everything that a simulation starts from.
#[derive(Clone, Debug)]
pub struct StartWorld {
    /// Moment at which the runs begin, unix seconds.
    pub time: Seconds,
    /// The chain before its next block.
    pub clock: Clock,
    /// Hashrate of the last two weeks, EH/s.
    pub hashrate_ehs: f64,
    /// Blocks that it was read off.
    pub blocks_counted: u32,
    /// The network's efficiency at the wall, J/TH.
    pub j_per_th: Figure,
    /// The rows of the shares together.
    pub shares: Composition,
    /// Where the shares come from.
    pub shares_source: String,
    /// Regions with their fleets.
    pub regions: Vec<StartRegion>,
}

/// Why a simulation cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The history does not reach the moment.
    #[error(
        "a run cannot start at {}: the history holds blocks from {} to {}, and a start needs the {HASHRATE_DAYS} days before it",
        rfc3339(*at), rfc3339(*first), rfc3339(*last)
    )]
    History {
        /// Moment that was asked for, unix seconds.
        at: Seconds,
        /// First header time that is known, unix seconds.
        first: Seconds,
        /// Last header time that is known, unix seconds.
        last: Seconds,
    },
    /// The clock cannot be set.
    #[error(transparent)]
    Clock(#[from] clock::StartError),
    /// No shares were known.
    #[error(
        "no regional shares were known on {}: the map of mining begins in September 2019 and was first published in May 2020; give a later as_of",
        rfc3339(*as_of)
    )]
    Shares {
        /// What might be known.
        as_of: Seconds,
    },
    /// No efficiency was known.
    #[error("no efficiency of the network was known on {}: give a later as_of", rfc3339(*as_of))]
    Efficiency {
        /// What might be known.
        as_of: Seconds,
    },
}

/// The chain at `at`: the clock before its next block, the hashrate of the two weeks before in EH/s and
/// the blocks that tell it.
///
/// # Errors
/// [`StartError::History`] and [`StartError::Clock`].
pub fn chain_at(history: &History, at: Seconds) -> Result<(Clock, f64, u32), StartError> {
    let blocks = &history.blocks;
    let times = blocks.times();
    let first = times.first().map_or(0, |&t| i64::from(t));
    let last = times.last().map_or(0, |&t| i64::from(t));
    let from = at - HASHRATE_DAYS * DAY;
    if first > from || at > last + DAY {
        return Err(StartError::History { at, first, last });
    }
    let before = |t: Seconds| move |&time: &u32| i64::from(time) < t;
    let tip = times.iter().rposition(before(at)).map_or(0, |i| i + 1);
    let window = (0..tip)
        .rev()
        .take_while(|&i| i64::from(times[i]) >= from - DAY);
    let inside: Vec<usize> = window.filter(|&i| i64::from(times[i]) >= from).collect();
    let hashes: f64 = inside.iter().map(|&i| hashes_of(blocks.bits()[i])).sum();
    let seconds = (HASHRATE_DAYS * DAY) as f64;
    let clock = Clock::before(history, blocks.height(tip))?;
    Ok((clock, hashes / seconds / EXA, inside.len() as u32))
}

fn hashes_of(bits: CompactTarget) -> f64 {
    expected_hashes(bits)
}

/// One run's start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnStart {
    /// Hashrate of the network at the start, EH/s.
    pub hashrate_ehs: f64,
    /// The network's efficiency at the wall, J/TH.
    pub j_per_th: f64,
    /// Of each region, a fraction of the hashrate; sums to one.
    pub shares: Vec<f64>,
    /// Of each region, dollars a kWh.
    pub tariffs: Vec<f64>,
    /// Of each region, g/kWh.
    pub g_per_kwh: Vec<f64>,
    /// Of each region, the registered part; one where there is no such distinction.
    pub registered: Vec<f64>,
    /// Of each region, the risk that the law turns against miners, 0 to 1.
    pub legal_risk: Vec<f64>,
    /// Of each region, MW that can be connected in a month.
    pub connect_mw_month: Vec<f64>,
}

/// The distribution of a region's legal risk: no source at hand has it.
const LEGAL_RISK: Distribution = Distribution::Uniform {
    low: 0.0,
    high: 1.0,
};

/// Spread of connect rates between regions, sd of ln: a prior.
const CONNECT_SPREAD: f64 = 0.5;

/// Name of the network's J/TH among the draws.
const J_PER_TH_DRAW: &str = "start.j_per_th";

/// Fractions of one row together are at most this.
const PARTS_MAX: f64 = 0.98;

impl StartWorld {
    /// Names of what is drawn of the whole network, as the output records them.
    pub const DRAWS: [&'static str; 2] = ["start.hashrate_ehs", J_PER_TH_DRAW];

    /// One run's start into `out`.
    pub fn draw(&self, assumed: &AssumedValues, seed: u64, run: u32, out: &mut DrawnStart) {
        let mut rng = stream(seed, run, Purpose::StartNetwork);
        let n = f64::from(self.blocks_counted);
        let luck = if n >= 1.0 {
            gamma(&mut rng, n) / n
        } else {
            1.0
        };
        out.hashrate_ehs = self.hashrate_ehs * luck;
        out.j_per_th = self.j_per_th.distribution.draw(&mut rng).max(1.0);
        self.draw_shares(seed, run, &mut out.shares);
        let mw = energy::megawatts(out.hashrate_ehs, out.j_per_th);
        out.tariffs.clear();
        out.g_per_kwh.clear();
        out.registered.clear();
        out.legal_risk.clear();
        out.connect_mw_month.clear();
        for (region, share) in self.regions.iter().zip(&out.shares) {
            let mut rng = keyed_stream(seed, run, Purpose::AssumedRegionParameters, &region.code);
            out.tariffs
                .push(region.tariff.distribution.draw(&mut rng).max(0.0));
            out.g_per_kwh
                .push(region.g_per_kwh.distribution.draw(&mut rng).max(0.0));
            let registered = region.registered.as_ref();
            let part = registered.map_or(1.0, |f| f.distribution.draw(&mut rng).clamp(0.0, 1.0));
            out.registered.push(part);
            out.legal_risk.push(LEGAL_RISK.draw(&mut rng));
            let most = (mw * share * assumed.get(AssumedParameter::ConnectShare))
                .max(assumed.get(AssumedParameter::ConnectFloor));
            out.connect_mw_month
                .push(most * exp(CONNECT_SPREAD * normal(&mut rng)));
        }
    }

    fn draw_shares(&self, seed: u64, run: u32, out: &mut Vec<f64>) {
        let mut rng = stream(seed, run, Purpose::StartShares);
        let rows = self.shares.draw(&mut rng);
        let fraction = |r: &StartRegion| match &r.part {
            Part::Fraction(f) => {
                let mut rng = keyed_stream(seed, run, Purpose::StartShares, &r.code);
                f.distribution.draw(&mut rng).clamp(0.0, 1.0)
            }
            Part::Rest => 0.0,
        };
        out.clear();
        out.extend(self.regions.iter().map(fraction));
        let taken = |row: Option<usize>, out: &[f64]| -> f64 {
            let same = self.regions.iter().zip(out).filter(|(r, _)| r.row == row);
            same.map(|(_, f)| f).sum()
        };
        for i in 0..self.regions.len() {
            let Some(row) = self.regions[i].row else {
                out[i] = 0.0;
                continue;
            };
            if self.regions[i].part != Part::Rest {
                continue;
            }
            let parts = taken(Some(row), out);
            let keep = if parts > PARTS_MAX {
                PARTS_MAX / parts
            } else {
                1.0
            };
            for (region, f) in self.regions.iter().zip(out.iter_mut()) {
                if region.row == Some(row) {
                    *f *= keep * rows[row];
                }
            }
            out[i] = (1.0 - parts * keep) * rows[row];
        }
    }

    /// What of the start is a prior.
    pub fn priors(&self) -> Vec<Prior> {
        let mut out = Vec::new();
        let mut add = |name: String, figure: &Figure, unit, reason: &str, of_region: bool| {
            if figure.source.is_none() {
                out.push(Prior {
                    name,
                    distribution: figure.distribution.clone(),
                    unit,
                    reason: reason.to_string(),
                    of_region,
                });
            }
        };
        let (whole, none) = ("no figure at hand", "no figure for this region at hand");
        add(
            J_PER_TH_DRAW.to_string(),
            &self.j_per_th,
            "J/TH",
            whole,
            false,
        );
        for r in &self.regions {
            let code = &r.code;
            add(format!("tariff.{code}"), &r.tariff, "USD/kWh", none, true);
            add(format!("carbon.{code}"), &r.g_per_kwh, "g/kWh", none, true);
            if let Some(registered) = &r.registered {
                add(
                    format!("registered.{code}"),
                    registered,
                    "fraction",
                    none,
                    false,
                );
            }
            if let Part::Fraction(part) = &r.part {
                add(
                    format!("part.{code}"),
                    part,
                    "fraction of its country",
                    none,
                    true,
                );
            }
        }
        out.push(Prior {
            name: "legal_risk".to_string(),
            distribution: LEGAL_RISK,
            unit: "from no risk to most, each region its own",
            reason: whole.to_string(),
            of_region: false,
        });
        out.push(Prior {
            name: "connect_rate_spread".to_string(),
            distribution: Distribution::LogNormal {
                median: 1.0,
                sigma: CONNECT_SPREAD,
            },
            unit: "ratio, each region its own",
            reason: "regions differ in how fast they connect, by how much is not known".to_string(),
            of_region: false,
        });
        out
    }
}

/// Standard normal quantiles of the middles of four equal parts.
const MIDDLES: [f64; GENERATIONS] = [-1.150_349, -0.318_639, 0.318_639, 1.150_349];

/// Generations of machines, most efficient first, each a quarter of the hashrate at the start.
pub const GENERATIONS: usize = 4;

/// Efficiencies of the generations at the wall, J/TH: log-normal about `mean` (their mean by hashrate)
/// with `spread`, the sd of ln.
pub fn generations(mean: f64, spread: f64) -> [f64; GENERATIONS] {
    let raw = MIDDLES.map(|z| exp(spread * z));
    let scale = mean * GENERATIONS as f64 / raw.iter().sum::<f64>();
    raw.map(|x| x * scale)
}

/// The most that a fleet which runs at the start may pay for its energy, as a fraction of hashprice: 1 − u·headroom,
/// u uniform.
pub fn cost_limits(assumed: &AssumedValues, seed: u64, run: u32, out: &mut [f64]) {
    let mut rng = stream(seed, run, Purpose::FleetHeadroom);
    let headroom = assumed.get(AssumedParameter::Headroom);
    for limit in out {
        *limit = 1.0 - headroom * uniform(&mut rng);
    }
}

/// A distribution through three quantiles, bell-shaped in the logarithm.
pub fn distribution_of(q: hashquake_base::units::Quantiles) -> Distribution {
    if q.p05 > 0.0 && q.p95 > q.p05 {
        Distribution::LogNormal {
            median: q.p50,
            sigma: log(q.p95 / q.p05) / (2.0 * 1.644_853_626_951_472_7),
        }
    } else {
        Distribution::Point(q.p50)
    }
}
