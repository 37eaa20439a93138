//! Synthetic chains whose hashrate is known, from files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use hashquake_base::table_reader::{Column, Table};
use hashquake_observe::score;
use hashquake_report::document::score::PathScores;

use crate::cli::input::Loaded;
use crate::cli::progress::Progress;

/// Rules that are scored on each kind, and the filter, a step each for a bar.
const STEPS_A_KIND: u64 = 16;

/// Scores of every file in `folder`, which is recorded in `loaded`.
pub fn scores(folder: &Path, loaded: &mut Loaded) -> anyhow::Result<Vec<PathScores>> {
    let place = || folder.display().to_string();
    let mut files: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .with_context(place)?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            let kind = name
                .strip_suffix(".csv.zst")
                .or_else(|| name.strip_suffix(".csv"))?;
            Some((kind.to_string(), path))
        })
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("{}: no KIND.csv or KIND.csv.zst in it", place());
    }
    let bar = Progress::new("scoring paths", files.len() as u64 * STEPS_A_KIND);
    let mut kinds = Vec::new();
    for (kind, path) in files {
        if !path.is_file() {
            bail!("{}: is not a file", path.display());
        }
        let paths = read_paths(&path, loaded)?;
        let rows = score::paths(&paths, || bar.forward());
        kinds.push(PathScores { kind, rows });
    }
    Ok(kinds)
}

/// Columns of a file of chains: the rows of a path stand together, in order of time.
const COLUMNS: &[Column] = &[
    Column::needed("path", &[]),
    Column::needed("time_s", &[]),
    Column::needed("difficulty", &[]),
    Column::needed("ln_h", &[]),
];
/// Seconds of a chain, and logarithms of a hashrate, up to which a number makes sense.
const NUMBER_MAX: f64 = 1e15;
const DIFFICULTY_MAX: f64 = 1e30;

fn read_paths(file: &Path, loaded: &mut Loaded) -> anyhow::Result<Vec<score::Path>> {
    let named = loaded.read(file, "synthetic chains with a known hashrate")?;
    let table = Table::open(&named.name, &named.bytes, COLUMNS)?;
    let mut paths: Vec<score::Path> = Vec::new();
    let mut current = None;
    table.each_row(|row| {
        let numbers = (
            row.whole_up_to("path", u32::MAX),
            row.number_in("time_s", -NUMBER_MAX, NUMBER_MAX),
            row.number_in("difficulty", f64::MIN_POSITIVE, DIFFICULTY_MAX),
            row.number_in("ln_h", -NUMBER_MAX, NUMBER_MAX),
        );
        let (Some(number), Some(time_s), Some(difficulty), Some(ln_h)) = numbers else {
            return;
        };
        if current != Some(number) {
            paths.push(score::Path::default());
            current = Some(number);
        }
        let Some(path) = paths.last_mut() else { return };
        if path.times_s.last().is_some_and(|t| *t > time_s) {
            row.refuse("time_s", "lies before that of the row above".to_string());
        }
        path.times_s.push(time_s);
        path.difficulty.push(difficulty);
        path.ln_hashrate.push(ln_h);
    });
    if paths.is_empty() && !table.is_wrong() {
        table.refuse_whole("no chain in it".to_string());
    }
    if paths.iter().any(|path| path.times_s.len() < 2) && !table.is_wrong() {
        table.refuse_whole("a path of one row: a chain needs at least two".to_string());
    }
    Ok(loaded.take(table.finish(paths)?))
}
