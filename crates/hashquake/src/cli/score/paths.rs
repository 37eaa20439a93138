//! Synthetic chains whose hashrate is known, from files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
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
        let paths = read_paths(&path, loaded)?;
        let rows = score::paths(&paths, || bar.forward());
        kinds.push(PathScores { kind, rows });
    }
    Ok(kinds)
}

/// Columns path,time_s,difficulty,ln_h, the rows of a path together.
fn read_paths(file: &Path, loaded: &mut Loaded) -> anyhow::Result<Vec<score::Path>> {
    #[derive(serde::Deserialize)]
    struct Row {
        path: u32,
        time_s: f64,
        difficulty: f64,
        ln_h: f64,
    }
    let named = loaded.read(file, "synthetic chains with a known hashrate")?;
    let mut table = csv::Reader::from_reader(named.bytes.as_slice());
    let mut paths: Vec<score::Path> = Vec::new();
    let mut current = None;
    let expected = || format!("{}: rows must be path,time_s,difficulty,ln_h", named.name);
    for (i, row) in table.deserialize().enumerate() {
        let row: Row = row.with_context(expected)?;
        ensure!(
            row.time_s.is_finite() && row.ln_h.is_finite() && row.difficulty > 0.0,
            "{}, row {}: expected finite numbers and a difficulty above 0",
            expected(),
            i + 1
        );
        if current != Some(row.path) {
            paths.push(score::Path::default());
            current = Some(row.path);
        }
        let Some(path) = paths.last_mut() else {
            continue;
        };
        ensure!(
            path.times_s.last().is_none_or(|t| *t <= row.time_s),
            "{}, row {}: its time lies before that of the row above",
            expected(),
            i + 1
        );
        path.times_s.push(row.time_s);
        path.difficulty.push(row.difficulty);
        path.ln_hashrate.push(row.ln_h);
    }
    Ok(paths)
}
