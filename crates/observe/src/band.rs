//! The hashrate with its band over a stretch of the chain, block by block.
//!
//! Only the blocks near the stretch matter: the filter forgets with a time of some nine days, so it
//! starts [`REACH_DAYS`] days before the stretch, and a smoother ends as many days after it. What lies
//! further away moves no median by 0.1 % in the week that the test looks at.

use schemars::JsonSchema;
use serde::Serialize;

use crate::clean::Cleaned;
use crate::filter;
use crate::regime::Parameters;
use crate::smooth;
use hashquake_base::units::{DAY, Quantiles, Seconds, Span, Timestamp, serialize_time};

/// Days of blocks before a stretch, and for smoothing after it, that are taken into account.
pub const REACH_DAYS: Seconds = 60;

/// What a value may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The blocks up to its own.
    Filtered,
    /// From all blocks, later ones too.
    Smoothed,
}

/// The hashrate at a block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Point {
    /// Height of the block.
    pub height: u32,
    /// Cleaned time of the block, in UTC.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub time: Seconds,
    /// The hashrate that found it, EH/s.
    pub hashrate_ehs: Quantiles,
    /// Probability of the turbulent regime.
    pub turbulent_probability: f64,
}

/// The band at every block in `span`; empty when there is none. The first block of a chain ends no
/// interval and has no point.
pub fn band(chain: &Cleaned, span: Span, kind: Kind) -> Vec<Point> {
    let first = chain.first_at(span.start).max(1);
    let end = chain.first_at(span.end);
    if first >= end {
        return Vec::new();
    }
    let from = chain.first_at(span.start - REACH_DAYS * DAY).min(first - 1);
    let to = match kind {
        Kind::Filtered => end,
        Kind::Smoothed => chain.first_at(span.end + REACH_DAYS * DAY),
    };
    let intervals = chain.intervals();
    let y = &intervals[from..to - 1];
    let parameters = Parameters::default();
    let estimates = match kind {
        Kind::Filtered => filter::run(y, &parameters).estimates,
        Kind::Smoothed => smooth::run(y, &parameters).estimates,
    };
    (first..end)
        .map(|i| {
            let estimate = estimates[i - from - 1];
            Point {
                height: chain.height(i),
                time: chain.times()[i],
                hashrate_ehs: estimate.rate,
                turbulent_probability: estimate.turbulent,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::Moment;
    use hashquake_chain::history;

    fn span(from: &str, to: &str) -> Span {
        let at = |text| Moment::parse(text).unwrap().start();
        Span {
            start: at(from),
            end: at(to),
        }
    }

    /// The reach is long enough: more history, or more future, does not move the band.
    #[test]
    fn what_lies_beyond_the_reach_does_not_matter() {
        let cleaned = Cleaned::new(&history::embedded().blocks);
        let week = span("2022-01-03", "2022-01-10");
        let y = cleaned.intervals();
        let whole = smooth::run(&y, &Parameters::default());
        for (kind, estimates) in [
            (Kind::Filtered, &whole.filtered.estimates),
            (Kind::Smoothed, &whole.estimates),
        ] {
            let points = band(&cleaned, week, kind);
            assert_eq!(points.len() as u64, cleaned.count(week).blocks);
            for point in points {
                let i = (point.height - cleaned.height(0)) as usize;
                let want = estimates[i - 1];
                let ratio = point.hashrate_ehs.p50 / want.rate.p50;
                assert!((ratio - 1.0).abs() < 1e-3, "{kind:?} {ratio}");
                assert!((point.turbulent_probability - want.turbulent).abs() < 5e-3);
            }
        }
    }

    #[test]
    fn a_stretch_without_blocks_has_no_points() {
        let cleaned = Cleaned::new(&history::embedded().blocks);
        assert!(band(&cleaned, span("2019-01-01", "2019-02-01"), Kind::Smoothed).is_empty());
        assert!(band(&cleaned, span("2022-02-01", "2022-01-01"), Kind::Filtered).is_empty());
        let first = band(&cleaned, span("2019-12-01", "2020-01-02"), Kind::Filtered);
        assert_eq!(first[0].height, cleaned.height(1));
    }
}
