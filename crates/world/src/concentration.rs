//! How concentrated mining is, by country and by pool, and what that means for a blow to the largest.
//!
//! The Herfindahl index is Σ s_i², 1 for a monopoly and 1/n for n equals. The smallest majority is the fewest
//! that together hold more than half (the "Nakamoto coefficient": Srinivasan and Lee 2017). `other` countries
//! are many and small: they are in the whole, but add no square and form no majority. Pool counts are those of a
//! UTC month's blocks by label; shares are drawn from their Dirichlet posterior, so luck is in the
//! interval. Which labels are one pool is the caller's to say; whoever mines on another's templates without being
//! found out still counts apart, so that the index of pools is a lower limit.

use core::ops::RangeInclusive;
use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;

use crate::month::Month;
use hashquake_base::stats::draw::gamma;
use hashquake_base::units::Seconds;
use hashquake_chain::blocks::Blocks;

/// Sum of the squares of fractions.
///
/// ```
/// use hashquake_world::concentration::herfindahl;
/// assert_eq!(herfindahl(&[0.5, 0.25, 0.25]), 0.375);
/// ```
pub fn herfindahl(fractions: &[f64]) -> f64 {
    fractions.iter().map(|x| x * x).sum()
}

/// The fewest of the fractions that together make more than half; `None` where all together do not.
///
/// ```
/// use hashquake_world::concentration::smallest_majority;
/// assert_eq!(smallest_majority(&[0.3, 0.25, 0.25, 0.2]), Some(2));
/// assert_eq!(smallest_majority(&[0.5, 0.5]), Some(2));
/// assert_eq!(smallest_majority(&[0.2, 0.2]), None);
/// ```
pub fn smallest_majority(fractions: &[f64]) -> Option<u32> {
    let mut sorted = fractions.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let mut sum = 0.0;
    let reached = sorted.iter().position(|x| {
        sum += x;
        sum > 0.5
    });
    reached.map(|i| i as u32 + 1)
}

/// Blocks in the UTC month by the name that `merged` gives a pool's label, the largest first; `None` where
/// the blocks do not cover the month.
pub fn pool_counts(
    blocks: &Blocks,
    month: Month,
    merged: &dyn Fn(&str) -> String,
) -> Option<Vec<(String, u32)>> {
    let pools = blocks.pools()?;
    let covered: RangeInclusive<Seconds> =
        Seconds::from(*blocks.times().first()?)..=Seconds::from(*blocks.times().last()?);
    if !covered.contains(&month.start()) || !covered.contains(&month.end()) {
        return None;
    }
    let names: Vec<String> = pools.names().iter().map(|name| merged(name)).collect();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (&time, &pool) in blocks.times().iter().zip(pools.index()) {
        if (month.start()..month.end()).contains(&Seconds::from(time)) {
            *counts.entry(&names[usize::from(pool)]).or_default() += 1;
        }
    }
    let named = counts.into_iter().map(|(name, n)| (name.to_string(), n));
    let mut out: Vec<(String, u32)> = named.collect();
    out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Some(out)
}

/// One draw of pool shares from their counts: fractions that sum to one.
pub fn draw_pools(counts: &[(String, u32)], rng: &mut ChaCha8Rng) -> Vec<f64> {
    let mut xs: Vec<f64> = counts
        .iter()
        .map(|(_, n)| gamma(rng, f64::from(*n).max(1.0)))
        .collect();
    let sum: f64 = xs.iter().sum();
    xs.iter_mut().for_each(|x| *x /= sum);
    xs
}
