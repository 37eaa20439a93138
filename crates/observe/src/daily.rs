//! Counts of a UTC day by raw header time: what most headlines are made of, with the error they leave out.

use hashquake_base::units::{DAY, Hashrate, Seconds, Span};
use hashquake_chain::blocks::Blocks;

/// One UTC day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// Its first second.
    pub start: Seconds,
    /// Blocks whose header time lies in it.
    pub blocks: u64,
    /// Work of those blocks over the elapsed seconds.
    pub hashrate: Hashrate,
    /// Poisson error of that, one sigma: rate/√blocks.
    pub sigma: Hashrate,
    /// Whether the observation ends within the day.
    pub partial: bool,
}

/// Days that touch `span`, from the first that `observed` covers from its start on.
pub fn daily(blocks: &Blocks, span: Span, observed: Span) -> Vec<Day> {
    let first = span
        .start
        .div_euclid(DAY)
        .max((observed.start + DAY - 1).div_euclid(DAY));
    let last = (span.end - 1)
        .div_euclid(DAY)
        .min((observed.end - 1).div_euclid(DAY));
    if last < first {
        return Vec::new();
    }
    let mut sums = vec![(0u64, 0.0f64); (last - first + 1) as usize];
    for (&time, work) in blocks.times().iter().zip(blocks.work_eh()) {
        let day = Seconds::from(time).div_euclid(DAY) - first;
        if let Some(sum) = usize::try_from(day).ok().and_then(|d| sums.get_mut(d)) {
            sum.0 += 1;
            sum.1 += work;
        }
    }
    let day = |(i, &(blocks, work_eh)): (usize, &(u64, f64))| {
        let start = (first + i as Seconds) * DAY;
        let elapsed = (start + DAY).min(observed.end) - start;
        let ehs = work_eh / elapsed as f64;
        let sigma = if blocks > 0 {
            ehs / (blocks as f64).sqrt()
        } else {
            0.0
        };
        Day {
            start,
            blocks,
            hashrate: Hashrate::from_ehs(ehs),
            sigma: Hashrate::from_ehs(sigma),
            partial: elapsed < DAY,
        }
    };
    sums.iter().enumerate().map(day).collect()
}

/// The chance that, at a constant hashrate of 144 blocks a day, a day's count falls below the day before's
/// by `fall` or more (a fraction; below zero a rise by no more than that): how often a chart of daily counts
/// shows such a fall by luck alone.
///
/// ```
/// let chance = hashquake_observe::daily::chance_of_fall(0.134);
/// assert!((chance - 0.112).abs() < 0.001);
/// ```
pub fn chance_of_fall(fall: f64) -> f64 {
    const MEAN: f64 = 144.0;
    const MOST: usize = 400;
    let mut probability = vec![libm::exp(-MEAN)];
    for n in 1..MOST {
        probability.push(probability[n - 1] * MEAN / n as f64);
    }
    let mut at_most = probability.clone();
    for n in 1..MOST {
        at_most[n] += at_most[n - 1];
    }
    if fall > 1.0 {
        return 0.0;
    }
    let below = |n: usize| at_most[(((n as f64 * (1.0 - fall)) + 1e-9) as usize).min(MOST - 1)];
    let chance: f64 = (1..MOST).map(|n| probability[n] * below(n)).sum();
    chance.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_chain::target::CompactTarget;

    /// A rise by up to a hundredfold is nearly always met, a fall by more than all never.
    #[test]
    fn the_chance_of_a_fall_is_one_whatever_is_asked() {
        let falls = [
            -1e18, -100.0, -10.0, -1.0, -0.01, 0.0, 0.134, 1.0, 1.01, 1e18,
        ];
        let chances = falls.map(chance_of_fall);
        assert!(chances.is_sorted_by(|a, b| a >= b), "{chances:?}");
        assert!(
            chances.iter().all(|c| (0.0..=1.0).contains(c)),
            "{chances:?}"
        );
        assert!(chances[0] > 0.999_999 && chances[9] == 0.0, "{chances:?}");
    }

    /// Observed from noon of day 10 to noon of day 13: days 11 and 12 are whole, 13 is in part, 10 is not counted.
    #[test]
    fn days_begin_where_they_are_covered_and_end_where_the_observation_does() {
        let day = |d: i64| d * DAY;
        let observed = Span {
            start: day(10) + DAY / 2,
            end: day(13) + DAY / 2,
        };
        let times: Vec<u32> = (observed.start..observed.end)
            .step_by(600)
            .map(|t| t as u32)
            .collect();
        let bits = vec![CompactTarget::from_consensus(0x1d00_ffff); times.len()];
        let blocks = Blocks::new(0, times, bits, None);
        let span = Span {
            start: day(9),
            end: day(20),
        };
        let days = daily(&blocks, span, observed);
        let seen: Vec<_> = days
            .iter()
            .map(|d| (d.start / DAY, d.blocks, d.partial))
            .collect();
        assert_eq!(seen, [(11, 144, false), (12, 144, false), (13, 72, true)]);
        let ehs = days[0].hashrate.ehs();
        assert!((days[2].hashrate.ehs() / ehs - 1.0).abs() < 1e-12);
        assert!((days[0].sigma.ehs() - ehs / 12.0).abs() < 1e-12 * ehs);
    }
}
