//! What the chain did: blocks a day, work a week, retargets, by raw header times.
//!
//! A day is 24 hours from the start, a week seven of them; a last week that is not whole is not
//! scored. The hashrate of a week is the work of its blocks over its seconds, as anybody measures it: with the
//! luck of some 1008 blocks, 3 %. Predictions are measured in the same way.

use hashquake_base::units::{DAY, Seconds, Span};
use hashquake_chain::blocks::{Blocks, EPOCH};

/// Days in a week.
pub const WEEK_DAYS: usize = 7;

/// What was observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Blocks of each day.
    pub daily_blocks: Vec<f64>,
    /// Hashrate of each whole week, EH/s.
    pub weekly_ehs: Vec<f64>,
    /// First height under each new target, and the change of difficulty in percent.
    pub retargets: Vec<(u32, f64)>,
}

impl Outcome {
    /// Of `span`; `None` when the blocks do not reach over it.
    pub fn of(blocks: &Blocks, span: Span) -> Option<Self> {
        let times = blocks.times();
        let (first, last) = (
            Seconds::from(*times.first()?),
            Seconds::from(*times.last()?),
        );
        if span.start < first || span.end > last {
            return None;
        }
        let work = blocks.work_eh();
        let mut days = Days::new(span);
        let mut retargets = Vec::new();
        for (i, &time) in times.iter().enumerate() {
            let time = Seconds::from(time);
            days.add(time as f64, 1, work[i]);
            let height = blocks.height(i);
            if height.is_multiple_of(EPOCH) && i > 0 && span.contains(time) {
                retargets.push((height, 100.0 * (work[i] / work[i - 1] - 1.0)));
            }
        }
        Some(Self {
            weekly_ehs: days.weekly_ehs(),
            daily_blocks: days.blocks,
            retargets,
        })
    }
}

/// Counts and work by day.
#[derive(Clone, Debug)]
pub(super) struct Days {
    start: f64,
    pub(super) blocks: Vec<f64>,
    work_eh: Vec<f64>,
}

impl Days {
    pub(super) fn new(span: Span) -> Self {
        let days = (span.seconds() / DAY) as usize;
        Self {
            start: span.start as f64,
            blocks: vec![0.0; days],
            work_eh: vec![0.0; days],
        }
    }

    /// Adds `count` blocks of `work_eh` each at `time`, which may lie outside.
    pub(super) fn add(&mut self, time: f64, count: u32, work_eh: f64) {
        let day = libm::floor((time - self.start) / DAY as f64);
        if day >= 0.0 && (day as usize) < self.blocks.len() {
            self.blocks[day as usize] += f64::from(count);
            self.work_eh[day as usize] += f64::from(count) * work_eh;
        }
    }

    /// End of the day in which `time` lies.
    pub(super) fn day_end(&self, time: f64) -> f64 {
        let day = libm::floor((time - self.start) / DAY as f64);
        self.start + (day + 1.0) * DAY as f64
    }

    pub(super) fn weekly_ehs(&self) -> Vec<f64> {
        weekly_ehs(&self.work_eh)
    }
}

/// EH/s of each whole week, from the work of its days in EH.
pub(super) fn weekly_ehs(daily_work_eh: &[f64]) -> Vec<f64> {
    let weeks = daily_work_eh.chunks_exact(WEEK_DAYS);
    let seconds = (WEEK_DAYS as Seconds * DAY) as f64;
    weeks.map(|w| w.iter().sum::<f64>() / seconds).collect()
}
