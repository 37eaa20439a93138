//! What the attribution to regions reads: evidence and priors.

use crate::attribution::exposure::{ExposurePrior, RegionShares};
use crate::attribution::marks::Marks;
use crate::attribution::outage::Severity;
use hashquake_base::stats::density::Posterior;
use hashquake_observe::fuse::Edges;

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
