//! What is known of the occasion of each cause.

use hashquake_base::units::Quantiles;
use hashquake_world::case::Statement;
use hashquake_world::cause::Cause;

use super::timing::Rise;
use super::unrest::UnrestSite;

/// What is known of the occasion of each cause.
#[derive(Clone, Debug, Default)]
pub struct CauseInputs<'a> {
    /// The case's dated statements and its own cause, which its onsets and ends are about; `None` when
    /// there is no case or the statements are left out: then nothing can be missing from them.
    pub timeline: Option<(&'a [Statement], Cause)>,
    /// The region's share of the network, a fraction, where one region is in question and its share known.
    pub share: Option<Quantiles>,
    /// Where unrest was, and what share of the country's capacity stands there; `None` when no table was
    /// looked at, empty when none is known.
    pub unrest: Option<&'a [UnrestSite]>,
    /// Retargets that raised difficulty, and halvings.
    pub rises: &'a [Rise],
    /// Relative change of the coin's price over the 30 days before the window; `None` where not given.
    pub price_change: Option<f64>,
}
