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
    /// Pool shares drawn from their counts, in the fusion of the sources of evidence.
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
    /// Shares of regions beside a posterior of the loss.
    PlaceShares = 21,
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
    /// Draws of where a loss fell: exposures, severities, fractions of regions.
    RegionDraws = 62,
    /// Simulated shocks to marked blocks that prove the attribution.
    AttributionCases = 63,
    /// Chains with and without a loss that check how causes are weighed.
    CauseChains = 70,
    /// What a price would have done without an event.
    PriceUsual = 80,
    /// Returns without events that check the level of the price's p-values.
    PriceLevel = 81,
    /// Luck and winner of every block, in the simulator's `block` sampler.
    BlockLuck = 100,
    /// Luck of every stride of blocks, in the simulator's `leap` sampler.
    LeapLuck = 101,
    /// Blocks found by the moment at which a stride is cut.
    LeapCounts = 102,
    /// Winners of blocks that `leap` counted.
    LeapWinners = 103,
    /// By how much simulated headers lag behind their blocks.
    HeaderLags = 104,
    /// Path of the simulated price.
    PricePath = 120,
    /// What the simulated network does by itself.
    NetworkWalk = 121,
    /// Regional shares at the start of a simulation.
    StartShares = 122,
    /// Hashrate and efficiency at the start of a simulation.
    StartNetwork = 123,
    /// What is assumed of one region.
    AssumedRegionParameters = 124,
    /// What is assumed of all.
    AssumedParameters = 125,
    /// One law of one event.
    EventDraws = 126,
    /// What a scenario says of growth, fees and price.
    ScenarioDraws = 127,
    /// What a fleet earns above its costs at the start.
    FleetHeadroom = 128,
    /// Points of a Latin hypercube.
    LatinHypercube = 150,
    /// Points of Sobol indices.
    SobolPoints = 151,
    /// Rows drawn again for the intervals of Sobol indices.
    SobolBootstrap = 152,
    /// Futures of the rules that a replay is held against, each by its name.
    ReplayReferenceRules = 180,
}

/// The stream of one purpose in one run.
pub fn stream(seed: u64, run: u32, purpose: Purpose) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(run) << 32 | u64::from(purpose as u32));
    rng
}

/// The stream of one purpose in one run for what is called `key`: each name has its own, so that a name
/// more or less shifts no other's draws.
pub fn keyed_stream(seed: u64, run: u32, purpose: Purpose, key: &str) -> ChaCha8Rng {
    stream(seed ^ name_hash(key), run, purpose)
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo).
fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
