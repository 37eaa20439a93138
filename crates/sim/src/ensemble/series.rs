//! A column of an ensemble at each of its steps.

use schemars::JsonSchema;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::fans::{ArmQuantiles, Fans};
use super::shard::Column;
use crate::output::Layout;
use hashquake_base::units::{Seconds, Timestamp};

/// Quantiles of a column at each step.
#[derive(Clone, Debug)]
pub struct Series {
    /// The quantity, of the network or of a region.
    pub column: Column,
    /// The region's code; `None` for the network.
    pub region: Option<String>,
    /// Start of each step, unix seconds.
    pub times: Vec<Seconds>,
    /// Quantiles at each step, in the column's unit.
    pub fans: Vec<Fans>,
}

impl Series {
    /// A folded column.
    pub fn new(column: Column, layout: &Layout, fans: Vec<Fans>) -> Self {
        let times = (0..layout.steps as Seconds).map(|k| layout.start + k * layout.step);
        Self {
            column,
            region: column.region(layout).map(str::to_string),
            times: times.collect(),
            fans,
        }
    }

    /// The step at which the median of the difference is farthest from zero, the first of equals.
    pub fn most_different_step(&self) -> Option<usize> {
        let median = |k: &usize| self.fans[*k].difference.p50;
        let known = (0..self.fans.len()).filter(|k| !median(k).is_nan());
        known.reduce(|best, next| {
            let larger = median(&next).abs() > median(&best).abs();
            if larger { next } else { best }
        })
    }

    /// That step's start and quantiles.
    pub fn most_different(&self) -> Option<(Seconds, &Fans)> {
        let step = self.most_different_step()?;
        Some((*self.times.get(step)?, &self.fans[step]))
    }
}

/// A quantity at a step.
#[derive(Serialize, JsonSchema)]
pub(super) struct SeriesRow<'a> {
    /// Name of the quantity, with its unit.
    quantity: &'static str,
    /// Unit of the quantity.
    unit: &'static str,
    /// Code of the region; `null` for the network.
    region: Option<&'a str>,
    /// Start of the step.
    time: Timestamp,
    #[serde(flatten)]
    fans: ArmQuantiles,
}

/// Row by row: one for each quantity, region and step.
pub(super) fn serialize_rows<S: Serializer>(series: &[Series], s: S) -> Result<S::Ok, S::Error> {
    let mut rows = s.serialize_seq(None)?;
    for one in series {
        let (quantity, unit) = one.column.words();
        for (time, fans) in one.times.iter().zip(&one.fans) {
            rows.serialize_element(&SeriesRow {
                quantity,
                unit,
                region: one.region.as_deref(),
                time: Timestamp(*time),
                fans: fans.into(),
            })?;
        }
    }
    rows.end()
}
