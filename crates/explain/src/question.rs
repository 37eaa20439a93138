//! What is asked, what it is asked of, and why nothing may be explained.

use hashquake_base::provenance::Source;
use hashquake_base::units::{Seconds, Span};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::shares::Series;
use hashquake_world::case::Case;
use hashquake_world::market::prices::Prices;
use hashquake_world::region::Region;

use crate::attribution::causes::priors::Priors;
use crate::attribution::exposure::GivenExposure;
use crate::attribution::outage::Severity;

/// Sources of evidence to leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without {
    /// Leave block times out.
    pub blocks: bool,
    /// Pools' own series.
    pub shares: bool,
    /// Printed losses and documented absences.
    pub press: bool,
    /// Leave dated statements out.
    pub timeline: bool,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Question<'a> {
    /// A case of the atlas, or of the user's own.
    pub case: Option<&'a Case>,
    /// The window, half-open; the case's own unless the user gave another.
    pub window: Span,
    /// The moment whose knowledge is used; the end of the data when absent.
    pub as_of: Option<Seconds>,
    /// Sources of evidence to leave out.
    pub without: Without,
    /// Regions that may have lost something; the case's own when empty.
    pub regions: &'a [Region],
    /// Where pools' miners stand, as far as the user knows.
    pub exposures: &'a [GivenExposure],
    /// The outage hour by hour; the case's own when empty.
    pub outage: &'a [Severity],
    /// Seed of the random streams.
    pub seed: u64,
    /// What each cause weighs before the evidence.
    pub priors: Priors,
}

impl<'a> Question<'a> {
    /// Everything about a window of one's own.
    pub fn of_window(window: Span) -> Self {
        Self {
            case: None,
            window,
            as_of: None,
            without: Without::default(),
            regions: &[],
            exposures: &[],
            outage: &[],
            seed: 0,
            priors: Priors::default(),
        }
    }

    /// Everything about a case.
    pub fn of_case(case: &'a Case) -> Self {
        Self {
            case: Some(case),
            ..Self::of_window(case.window)
        }
    }
}

/// What it is asked of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Material<'a> {
    /// Blocks of the chain, before and after the window.
    pub blocks: &'a Blocks,
    /// Series that pools published.
    pub series: &'a [Series],
    /// The user's own prices, in place of the embedded ones.
    pub prices: Option<&'a Prices>,
    /// What was read.
    pub sources: &'a [Source],
    /// What could not be checked in it.
    pub notes: &'a [String],
}

impl<'a> Material<'a> {
    /// Blocks alone: no reports of pools, embedded prices, nothing to cite.
    pub fn of_blocks(blocks: &'a Blocks) -> Self {
        Self {
            blocks,
            series: &[],
            prices: None,
            sources: &[],
            notes: &[],
        }
    }
}

/// Why nothing can be explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The data do not reach the window.
    #[error("no blocks in the window {from} to {to}: the data reach from {first} to {last}")]
    NoBlocks {
        /// Start of the window.
        from: String,
        /// End of the window, as written.
        to: String,
        /// First block time of the data.
        first: String,
        /// Last block time of the data.
        last: String,
    },
    /// The data reach over the window, but no block was found in it.
    #[error(
        "no block falls into the window {from} to {to}: blocks come every ten minutes on average, and this one has {minutes}; take a wider one"
    )]
    NoneWithin {
        /// Start of the window.
        from: String,
        /// End of the window, as far as it is seen.
        to: String,
        /// Length of the window that was asked for.
        minutes: Seconds,
    },
    /// The window begins after the moment.
    #[error(
        "the window begins at {from}, after the moment {as_of} of --as-of: nothing of it was known then"
    )]
    NotYet {
        /// Start of the window.
        from: String,
        /// The moment that was asked for, as written.
        as_of: String,
    },
    /// There is nothing to compare with.
    #[error(
        "nothing to compare the window with: the data begin at {first} and the window at {from}; give blocks of at least a day before it or after it"
    )]
    NoComparison {
        /// First block time of the data.
        first: String,
        /// Start of the window.
        from: String,
    },
}
