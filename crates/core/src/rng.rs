//! Named random streams: one per (seed, run, purpose), so that a new purpose never shifts an old one
//! and the order of work never matters.
//!
//! ChaCha8; the key is the seed, the stream number mixes run and purpose.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What a stream is for. The number is part of every published result: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Pool shares drawn from their counts, in the fusion of witnesses.
    PoolShares = 1,
    /// Simulated shocks that prove the fusion's coverage.
    FusionCases = 2,
    /// Paths of the two-regime model that check the forecast of the next blocks.
    HorizonPaths = 3,
    /// Block intervals of a constant hashrate that check the filter.
    ConstantChains = 4,
    /// Paths of a forecast from one moment.
    ForecastPaths = 16,
    /// Paths from every checkpoint at which forecasts of retargets are scored.
    RetargetScores = 17,
    /// Efficiency, duration and carbon factors beside a posterior of the loss.
    Energy = 20,
    /// Backgrounds without shocks that set the detector's thresholds.
    DetectorThresholds = 40,
    /// Simulated shocks that measure the detector's power.
    DetectorPower = 41,
    /// Fresh backgrounds that count the detector's false alarms.
    DetectorFalseAlarms = 42,
    /// Shares of countries drawn within their errors.
    RegionShares = 60,
    /// Shares of pools drawn from their counts, in the comparison of two dates.
    PoolConcentration = 61,
}

/// The stream of one purpose in one run.
pub fn stream(seed: u64, run: u32, purpose: Purpose) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(run) << 32 | u64::from(purpose as u32));
    rng
}
