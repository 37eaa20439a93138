//! How a scenario is simulated, and why it cannot be.

use schemars::JsonSchema;
use serde::Serialize;

use crate::assumed_parameters::AssumedParameters;
use crate::header_lag::{self, Knots};
use crate::start::StartError;
use hashquake_base::units::{Seconds, rfc3339};

/// Most decisions and most steps of a run.
pub(crate) const STEPS_MAX: Seconds = 1_000_000;

/// Which sampler finds the blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sampler {
    /// Draws every block.
    Block,
    /// Draws strides of blocks at once: faster, the same distributions.
    Leap,
}

impl Sampler {
    /// As on the command line and in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Leap => "leap",
        }
    }
}

/// Seed, sampler, steps and assumptions of a simulation.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of all streams.
    pub seed: u64,
    /// How blocks are found.
    pub sampler: Sampler,
    /// Seconds between two records; by the length of the run when absent.
    pub step: Option<Seconds>,
    /// Distributions of what no source says.
    pub assumed: AssumedParameters,
    /// By how much headers lag.
    pub header_lag: Knots,
    /// Whether records hold every block; only [`Sampler::Block`] knows them.
    pub keep_blocks: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            sampler: Sampler::Leap,
            step: None,
            assumed: AssumedParameters::default(),
            header_lag: header_lag::MEASURED,
            keep_blocks: false,
        }
    }
}

/// Why a scenario cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The world cannot be set up.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It ends before it starts.
    #[error("the run ends at {} and starts at {}: the end must be later", rfc3339(*end), rfc3339(*start))]
    Span {
        /// Start of the runs, unix seconds.
        start: Seconds,
        /// End of the runs, unix seconds.
        end: Seconds,
    },
    /// Single blocks of strides.
    #[error(
        "single blocks are to be kept, and the sampler `leap` passes many at once without telling them apart: choose the sampler `block`"
    )]
    NoBlocks,
    /// Too many or no steps.
    #[error(
        "{what} every {seconds} s in a run of {run} s: write a step above zero, of which at most {STEPS_MAX} fit into the run"
    )]
    Steps {
        /// `operators decide` or `records are taken`.
        what: &'static str,
        /// Length of the step.
        seconds: Seconds,
        /// Length of the run, seconds.
        run: Seconds,
    },
}
