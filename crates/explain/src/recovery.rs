//! How long the network took to come back, and the work lost until then, from block counts alone.
//!
//! The rate before is the mean over the comparison window's days before the onset. After it, the mean of each
//! stretch of [`STRETCH_DAYS`] is held against [`BACK`] of that; a count of n blocks has a relative error
//! of 1/√n, and the rate before its own. The network is back at the start of the first stretch, from the
//! window's end on, that reaches it: at its median, at its upper end (the earliest that the counts allow)
//! and at its lower (the latest). A return that climbs for weeks so reads up to one week early.
//! Difficulty does not matter: rates are blocks by exposure.
//!
//! The mean of a fortnight hides what comes and goes within it: where a pool's own count shows both edges,
//! that is the better answer, and this one is not asked.

use libm::sqrt;

use hashquake_base::stats::normal::Z95;
use hashquake_base::units::{DAY, Quantiles, Seconds, Span};
use hashquake_observe::clean::Cleaned;

/// Part of the rate before that counts as back.
pub const BACK: f64 = 0.95;
/// Days over which the rate is averaged.
pub const STRETCH_DAYS: Seconds = 14;
/// The longest wait that is looked at, days.
pub const LONGEST_DAYS: Seconds = 400;

/// The way back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// Days from the onset until the network was back; `None` where the data end before.
    pub days: Option<Quantiles>,
    /// Loss times days until then, in percent-days; gains count against it.
    pub lost_percent_days: Quantiles,
}

/// The way back after a loss between `window.start` and, at least, `window.end`; the rate before is taken
/// over `comparison_days`. `None` when nothing was seen before or after.
pub fn recovery(
    chain: &Cleaned,
    window: Span,
    comparison_days: Seconds,
    observed: Span,
) -> Option<Recovery> {
    let before = chain.count(Span {
        start: (window.start - comparison_days * DAY).max(observed.start),
        end: window.start,
    });
    if before.blocks == 0 || window.end + STRETCH_DAYS * DAY > observed.end {
        return None;
    }
    let rate = before.blocks as f64 / before.exposure;
    let ratio = |span: Span| {
        let count = chain.count(span);
        let ratio = count.blocks as f64 / count.exposure / rate;
        let relative = sqrt(1.0 / count.blocks.max(1) as f64 + 1.0 / before.blocks as f64);
        (ratio, ratio * relative * Z95)
    };
    let mut back: [Option<Seconds>; 3] = [None; 3];
    let mut start = window.end;
    while back[2].is_none()
        && start + STRETCH_DAYS * DAY <= observed.end
        && start - window.start <= LONGEST_DAYS * DAY
    {
        let (middle, error) = ratio(Span {
            start,
            end: start + STRETCH_DAYS * DAY,
        });
        let reached = [middle + error, middle, middle - error].map(|r| r >= BACK);
        for (day, _) in back
            .iter_mut()
            .zip(reached)
            .filter(|(d, r)| d.is_none() && *r)
        {
            *day = Some(start);
        }
        start += DAY;
    }
    let days = match back {
        [Some(a), Some(b), Some(c)] => {
            let days = |t: Seconds| (t - window.start) as f64 / DAY as f64;
            Some(Quantiles {
                p05: days(a),
                p50: days(b),
                p95: days(c),
            })
        }
        _ => None,
    };
    let until = Span {
        start: window.start,
        end: back[1]
            .unwrap_or(start + STRETCH_DAYS * DAY)
            .min(observed.end),
    };
    let (kept, error) = ratio(until);
    let lost = |kept: f64| 100.0 * (1.0 - kept) * until.days();
    Some(Recovery {
        days,
        lost_percent_days: Quantiles {
            p05: lost(kept + error),
            p50: lost(kept),
            p95: lost(kept - error),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::blocks::Blocks;
    use hashquake_chain::target::CompactTarget;

    /// A chain at constant difficulty whose blocks come every 600 s, and every 1,200 s in `slow`.
    fn chain(days: Seconds, slow: Span) -> Cleaned {
        let mut times = vec![0_u32];
        while Seconds::from(times[times.len() - 1]) < days * DAY {
            let last = times[times.len() - 1];
            let step = if slow.contains(Seconds::from(last)) {
                1_200
            } else {
                600
            };
            times.push(last + step);
        }
        let bits = vec![CompactTarget::from_consensus(0x1d00_ffff); times.len()];
        Cleaned::new(&Blocks::new(0, times, bits, None))
    }

    fn days(start: Seconds, end: Seconds) -> Span {
        Span {
            start: start * DAY,
            end: end * DAY,
        }
    }

    #[test]
    fn half_the_network_away_for_thirty_days_is_back_within_days_of_that() {
        let slow = days(30, 60);
        let chain = chain(120, slow);
        let window = days(30, 40);
        let r = recovery(&chain, window, 28, days(0, 120)).unwrap();
        let back = r.days.unwrap();
        assert!(back.p05 <= back.p50 && back.p50 <= back.p95);
        assert!((28.0..33.0).contains(&back.p50), "{back:?}");
        assert!((r.lost_percent_days.p50 - 1_500.0).abs() < 60.0, "{r:?}");
    }

    #[test]
    fn what_does_not_come_back_has_no_day() {
        let chain = chain(120, days(30, 120));
        let r = recovery(&chain, days(30, 40), 28, days(0, 120)).unwrap();
        assert_eq!(r.days, None);
        assert!(r.lost_percent_days.p50 > 3_000.0);
    }
}
