//! Rows of a table of blocks that contradict what nearly all the others agree on: mistyped digits.
//!
//! Two things are known of a row. Where the embedded history has its height, the target of its epoch, and its
//! header time (of every block from 2020 to 2024, before them of the first and last of an epoch); and that all
//! 2016 blocks of an epoch have one target. A table of which at least nine in ten rows agree with the history is
//! of that chain, and the rows that do not are wrong. A table that agrees less is of another chain, and is not
//! held against it. A target that differs from those on both sides within an epoch, while these are equal, is
//! wrong in any chain; save the easiest target, which test networks allow now and then.

use crate::blocks::EPOCH;
use crate::history::{self, History};
use crate::target::CompactTarget;

/// A block as a table says it: height, header time in unix seconds, target.
pub(crate) type Row = (u32, u32, CompactTarget);

/// A row that is wrong.
pub(crate) struct Outlier {
    /// Its place among the rows.
    pub(crate) index: usize,
    /// `time` or `bits`.
    pub(crate) column: &'static str,
    /// What it says, and what is known.
    pub(crate) what: String,
}

/// The rows, in order of height without a gap, that contradict the others.
pub(crate) fn outliers(rows: &[Row]) -> Vec<Outlier> {
    let history = history::embedded();
    let mut found = against_history(rows, history);
    for (index, known) in lonely_bits(rows) {
        if found.iter().all(|o| o.index != index) {
            let (height, _, bits) = rows[index];
            let what = format!(
                "block {height}: its bits are {bits:08x}, those of its neighbours {known:08x}; within an epoch of {EPOCH} blocks they do not change"
            );
            found.push(Outlier {
                index,
                column: "bits",
                what,
            });
        }
    }
    found
}

fn against_history(rows: &[Row], history: &History) -> Vec<Outlier> {
    let bits = rows.iter().map(|(height, _, bits)| {
        let known = history.epoch_of(*height)?.bits;
        Some((bits.to_consensus(), known.to_consensus()))
    });
    let times = rows
        .iter()
        .map(|(height, time, _)| Some((*time, known_time(history, *height)?)));
    let told_bits = disagreeing(bits.collect()).map(|(index, says, knows, agree)| {
        let what = format!("its bits are {says:08x}, but Bitcoin's main chain has {knows:08x}");
        (index, "bits", what, agree)
    });
    let told_times = disagreeing(times.collect()).map(|(index, says, knows, agree)| {
        let what = format!("its header time is {says}, but Bitcoin's main chain has {knows}");
        (index, "time", what, agree)
    });
    let told = |(index, column, what, agree): (usize, _, String, usize)| {
        let height = rows[index].0;
        let what = format!("block {height}: {what}, and {agree} other rows agree with that chain");
        Outlier {
            index,
            column,
            what,
        }
    };
    told_bits.chain(told_times).map(told).collect()
}

/// What rows say that disagree with what is known, where at least nine in ten agree: the place, what is said,
/// what is known, and how many agree.
fn disagreeing(pairs: Vec<Option<(u32, u32)>>) -> impl Iterator<Item = (usize, u32, u32, usize)> {
    let known = pairs.iter().flatten().count();
    let agree = pairs.iter().flatten().filter(|(a, b)| a == b).count();
    let is_this_chain = agree * 10 >= known * 9;
    let pairs = pairs.into_iter().enumerate();
    pairs.filter_map(move |(index, pair)| {
        let (says, knows) = pair.filter(|(a, b)| is_this_chain && a != b)?;
        Some((index, says, knows, agree))
    })
}

fn known_time(history: &History, height: u32) -> Option<u32> {
    if let Some(i) = history.blocks.position(height) {
        return Some(history.blocks.times()[i]);
    }
    let epoch = history.epoch_of(height)?;
    match height % EPOCH {
        0 => Some(epoch.first_time),
        last if last == EPOCH - 1 => epoch.last_time,
        _ => None,
    }
}

/// Rows whose target differs from the two nearest of the same epoch, and the target of those.
fn lonely_bits(rows: &[Row]) -> impl Iterator<Item = (usize, CompactTarget)> {
    let epochs = rows.chunk_by(|a, b| a.0 / EPOCH == b.0 / EPOCH);
    let starts = epochs.clone().scan(0, |at, epoch| {
        *at += epoch.len();
        Some(*at - epoch.len())
    });
    starts.zip(epochs).flat_map(|(start, epoch)| {
        let last = epoch.len().saturating_sub(1);
        let lonely = move |i: usize| {
            let (a, b) = match i {
                _ if last < 2 => return None,
                0 => (1, 2),
                i if i == last => (i - 1, i - 2),
                i => (i - 1, i + 1),
            };
            let (bits, known) = (epoch[i].2, epoch[a].2);
            let is_lonely = bits != known && known == epoch[b].2 && bits != CompactTarget::LIMIT;
            is_lonely.then_some((start + i, known))
        };
        (0..epoch.len()).filter_map(lonely)
    })
}
