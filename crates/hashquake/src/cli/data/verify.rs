//! The embedded data rechecked, by themselves and against files of the user's.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use hashquake_base::units::{Seconds, Span, date};
use hashquake_chain::blocks::{Blocks, EPOCH};
use hashquake_chain::history::{self, History};
use hashquake_chain::pool::is_same;
use hashquake_chain::retarget::{check_against_epochs, verify_epochs};
use hashquake_chain::rules::check_blocks;
use hashquake_chain::tables::{parse_blocks, parse_boundaries, parse_daily};
use hashquake_chain::target::CompactTarget;
use hashquake_observe::daily::daily;
use hashquake_observe::shares::parse_reports;
use hashquake_source::headers as header_files;
use hashquake_source::read::read;
use hashquake_world::atlas::{self, Case};

use super::items::{self, DIGESTS};
use crate::cli::input::now;
use crate::cli::output::print;

fn say(what: &str) -> anyhow::Result<()> {
    print(format!("ok  {what}\n").as_bytes())
}

/// Digests, every retarget since 2009, every block's rules, cases and reports.
pub fn itself() -> anyhow::Result<History> {
    let items = items::all()?;
    for item in &items {
        let line = DIGESTS
            .lines()
            .find(|l| l.ends_with(&format!("  {}", item.name)));
        let recorded = line.and_then(|l| l.split_whitespace().next());
        let recorded =
            recorded.with_context(|| format!("no digest on record for {}", item.name))?;
        ensure!(
            recorded == item.sha256,
            "{}: its digest is {}, on record is {recorded}",
            item.name,
            item.sha256
        );
    }
    say(&format!(
        "digests of {} embedded files are those on record",
        items.len()
    ))?;
    let history = History::decode(history::embedded_bytes())?;
    let retargets = verify_epochs(&history.epochs, history.first_epoch)?;
    say(&format!(
        "{retargets} retargets since 2009 recomputed from their epochs' own times"
    ))?;
    check_against_epochs(&history.blocks, &history.epochs, history.first_epoch)?;
    check_blocks(&history.blocks)?;
    say(&format!(
        "{} blocks keep the rules of target and median time, and agree with their epochs",
        history.blocks.len()
    ))?;
    for (name, text) in atlas::FILES {
        Case::parse(name, text)?;
    }
    parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())?;
    say(&format!(
        "{} cases and the pools' reports read without a mistake",
        atlas::FILES.len()
    ))?;
    Ok(history)
}

/// Against a table of blocks.
pub fn blocks(history: &History, path: &Path) -> anyhow::Result<()> {
    let named = read(path)?;
    let other = parse_blocks(&named.name, &named.bytes)?.value;
    let agreed = agreement(history, &other).with_context(|| path.display().to_string())?;
    let pools = |blocks: &Blocks, i: usize| -> Option<String> {
        let pools = blocks.pools()?;
        Some(pools.names()[pools.index()[i] as usize].clone())
    };
    for j in 0..other.len() {
        let here = history.blocks.position(other.height(j));
        let known = here
            .and_then(|i| pools(&history.blocks, i))
            .zip(pools(&other, j));
        if let Some((here, there)) = known {
            ensure!(
                is_same(&here, &there),
                "{}: block {} was found by {there}, the history says {here}",
                path.display(),
                other.height(j)
            );
        }
    }
    say(&format!(
        "{}: {agreed} of {} blocks known here, all agree",
        path.display(),
        other.len()
    ))?;
    Ok(())
}

/// Against a file of headers.
pub fn headers(history: &History, path: &Path) -> anyhow::Result<()> {
    let (other, _) = header_files::read_headers(&read(path)?, None, now())?;
    check_against_epochs(&other, &history.epochs, history.first_epoch)
        .with_context(|| path.display().to_string())?;
    let agreed = agreement(history, &other).with_context(|| path.display().to_string())?;
    say(&format!(
        "{}: {} headers prove their work and agree with the epochs, {agreed} of them with our blocks",
        path.display(),
        other.len()
    ))?;
    Ok(())
}

/// Blocks that both know; an error when they disagree in time or target.
fn agreement(history: &History, other: &Blocks) -> anyhow::Result<usize> {
    let known = |j: &usize| history.blocks.position(other.height(*j)).is_some();
    let first = (0..other.len()).find(known);
    let last = (0..other.len()).rev().find(known);
    let Some((first, last)) = first.zip(last) else {
        return Ok(0);
    };
    history.blocks.join(&other.range(first, last + 1))?;
    Ok(last + 1 - first)
}

/// Against a table of epoch boundaries.
pub fn boundaries(history: &History, path: &Path) -> anyhow::Result<()> {
    let named = read(path)?;
    let rows = parse_boundaries(&named.name, &named.bytes)?.value;
    let known = rows
        .iter()
        .filter(|row| agrees(history, row).is_some())
        .count();
    if let Some(row) = rows.iter().find(|row| agrees(history, row) == Some(false)) {
        bail!(
            "{}: block {} disagrees with the embedded history",
            path.display(),
            row.0
        );
    }
    say(&format!(
        "{}: {known} of {} boundaries known here, all agree",
        path.display(),
        rows.len()
    ))?;
    Ok(())
}

/// Against a table of blocks a day.
pub fn daily_counts(history: &History, path: &Path) -> anyhow::Result<()> {
    let times = history.blocks.times();
    let ends = times.first().zip(times.last()).context("no blocks")?;
    let observed = Span {
        start: Seconds::from(*ends.0),
        end: Seconds::from(*ends.1) + 1,
    };
    let days = daily(&history.blocks, observed, observed);
    let named = read(path)?;
    let other = parse_daily(&named.name, &named.bytes)?.value;
    let mut agreed = 0;
    for day in days.iter().filter(|d| !d.partial) {
        let Some(&(_, blocks)) = other.iter().find(|(start, _)| *start == day.start) else {
            continue;
        };
        ensure!(
            blocks == day.blocks,
            "{}: {} has {blocks} blocks, the history {}",
            path.display(),
            date(day.start),
            day.blocks
        );
        agreed += 1;
    }
    ensure!(
        agreed > 0,
        "{}: no day of it lies within the history",
        path.display()
    );
    say(&format!(
        "{}: {agreed} daily counts known here, all agree",
        path.display()
    ))?;
    Ok(())
}

/// Whether a boundary agrees with the history; `None` where the history does not know it.
fn agrees(history: &History, &(height, time, bits): &(u32, u32, CompactTarget)) -> Option<bool> {
    let epoch = history.epoch_of(height)?;
    let known = match height % EPOCH {
        0 => Some(epoch.first_time),
        r if r == EPOCH - 1 => epoch.last_time,
        _ => history
            .blocks
            .position(height)
            .map(|i| history.blocks.times()[i]),
    };
    known.map(|t| t == time && epoch.bits == bits)
}
