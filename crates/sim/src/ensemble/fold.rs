//! Puts shards together: quantiles of each column at each step, of the totals, of the retargets.
//!
//! The paired difference is taken run by run, scenario minus counterfactual, before any quantile: the
//! difference of two medians is not the median of the differences. Series come from counts in [`super::bins`],
//! totals and retargets from the rows and are exact.

use super::bins::Counts;
use super::fans::Fans;
use super::packing::{Broken, Cells};
use super::shard::Row;
use crate::output::Total;

/// Quantiles of a column at each of its steps, from that column's section of every shard.
///
/// # Errors
/// [`Broken`] where a section is none, or has not `steps` steps.
pub fn column(
    sections: &[Vec<u8>],
    steps: usize,
    counts: &mut Counts,
) -> Result<Vec<Fans>, Broken> {
    let mut cells: Vec<_> = sections.iter().map(|bytes| Cells::new(bytes)).collect();
    let mut next = || {
        counts.clear();
        for cell in &mut cells {
            cell.add_to(counts)?;
        }
        Ok(counts.fan())
    };
    let fans = (0..steps)
        .map(|_| {
            Ok(Fans {
                counterfactual: next()?,
                scenario: next()?,
                difference: next()?,
            })
        })
        .collect::<Result<_, _>>()?;
    if cells.iter().all(|c| c.done()) {
        Ok(fans)
    } else {
        Err(Broken)
    }
}

/// Quantiles of a total.
pub fn total(rows: &[Row], total: Total) -> Fans {
    Fans::of_pairs(rows.iter().map(|row| row.total(total)))
}

/// The n-th retarget over the runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NthRetarget {
    /// First height under the new target; the same in every run.
    pub height: u32,
    /// Unix seconds; the difference in seconds.
    pub time: Fans,
    /// Change of difficulty, percent; the difference in points.
    pub change_percent: Fans,
}

/// The retargets that every run reaches in both arms, in order.
pub fn retargets(rows: &[Row]) -> Vec<NthRetarget> {
    let reached = |row: &Row| row.retargets[0].len().min(row.retargets[1].len());
    let all = rows.iter().map(reached).min().unwrap_or(0);
    let nth = |n: usize| {
        let of = |value: fn(&crate::output::RunRetarget) -> f64| {
            let pair = move |row: &Row| [0, 1].map(|arm: usize| value(&row.retargets[arm][n]));
            Fans::of_pairs(rows.iter().map(pair))
        };
        NthRetarget {
            height: rows[0].retargets[0][n].height,
            time: of(|r| r.time as f64),
            change_percent: of(|r| f64::from(r.change_percent)),
        }
    };
    (0..all).map(nth).collect()
}
