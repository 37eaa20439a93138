//! The scorecard of the estimators: the filter ("hashquake") against the reference rules, on real headers and
//! on synthetic paths whose truth is known.
//!
//! - One step: mean log score of each interval, less that of MA14d's posterior, in mnats a block; by year.
//!   With it the PIT of each interval: how often central intervals held, and its distance from uniform.
//! - Next m = 144 and 1008: log score of the time of the next m blocks, a start every m/2, less MA7d's, in
//!   nats a forecast, and how often 50 and 90 % intervals held.
//! - Paths: regret against the true rate (mnats a block), RMSE of ln H, coverage and width of 90 % bands.
//!
//! All rules are scored as Gamma posteriors (a plug-in average can lose any amount on one gap).
//! Differences are paired; a standard error is that of the means of batches: 144 blocks, or
//! [`BATCH_FORECASTS`] forecasts, which overlap by half. The first [`SKIP_BLOCKS`] intervals are not
//! scored, nor a block for which the rule or its reference still lacks its past.

mod batches;
mod estimators;
mod paths;

pub(crate) use batches::difference;
pub use batches::{BATCH_BLOCKS, BATCH_FORECASTS, Difference, FILTER, SKIP_BLOCKS};
pub use estimators::{EstimatorScores, HORIZONS, NextBlocksScore, OneStepScore, estimators};
pub use paths::{PATH_RULES, Path, PathScore, paths};

use hashquake_base::units::{Seconds, Span};

/// The whole of 2020–2024: what the figures in docs/scores.md are about.
pub const REFERENCE_SPAN: Span = Span {
    start: 1_577_836_800 as Seconds,
    end: 1_735_689_600 as Seconds,
};

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::history;

    /// The figures that were set beforehand (docs/scores.md), on every block of 2020–2024.
    #[test]
    fn the_filter_beats_the_reference_rules_on_the_real_chain() {
        let card = estimators(&history::embedded().blocks, REFERENCE_SPAN, |_| ()).unwrap();
        let gain = |name: &str| {
            let all = |r: &&OneStepScore| r.name == name && r.year.is_none();
            card.one_step.iter().find(all).unwrap().log_score_mnats
        };
        let filter = gain(FILTER);
        assert!(filter >= 0.20, "{filter}");
        assert!(filter - gain("MA24h") >= 2.5, "{}", gain("MA24h"));
        assert!(filter - gain("Core120") >= 3.2, "{}", gain("Core120"));
        let ahead = &card.ahead[0];
        assert_eq!((ahead.blocks, ahead.name.as_str()), (144, FILTER));
        assert!(ahead.nats >= 0.01, "{ahead:?}");
        assert!((0.48..=0.54).contains(&ahead.coverage50), "{ahead:?}");
        assert!((0.88..=0.92).contains(&ahead.coverage90), "{ahead:?}");
    }
}
