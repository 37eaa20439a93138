//! Tables of blocks: CSV with the columns `height,time,bits` and optionally `pool`.
//!
//! `time` is unix seconds or RFC 3339, `bits` eight hexadecimal digits; other columns are passed over.

use std::path::{Path, PathBuf};

use hashquake_base::units::{Moment, Seconds, parse_seconds};
use hashquake_chain::blocks::{Blocks, Pools};
use hashquake_chain::retarget;
use hashquake_chain::target::CompactTarget;

use crate::read::Named;

/// Why a file could not be read as what it should be.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A column is missing.
    #[error("{path}: no column `{column}`; the first line must name {should} (it names {found})")]
    Column {
        /// The file.
        path: PathBuf,
        /// The missing column.
        column: &'static str,
        /// The columns that there should be.
        should: &'static str,
        /// The columns that are there.
        found: String,
    },
    /// A line cannot be read.
    #[error("{path}, line {line}: {what}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// What is wrong and what would be right.
        what: String,
    },
    /// There is nothing in it.
    #[error("{path}: no blocks in it")]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// Far above any chain, far below the end of `u32`.
const HEIGHT_MAX: u32 = 1_000_000_000;
/// Names of pools that a table may hold.
const POOLS_MAX: usize = 10_000;

/// Reads a table of blocks. Heights must run without a gap and every target must be one; whether times
/// and targets follow each other as consensus demands is another question
/// ([`hashquake_chain::rules::check_blocks`]).
///
/// # Errors
/// [`FileError`], with the line.
pub fn read_blocks(file: &Named) -> Result<Blocks, FileError> {
    let path = Path::new(&file.name);
    let mut table = Table::open(path, &file.bytes)?;
    let should = "height,time,bits and perhaps pool";
    let height_at = table.column(&["height"], should)?;
    let (time_at, bits_at) = (
        table.column(&["time"], should)?,
        table.column(&["bits"], should)?,
    );
    let pool_at = table.column(&["pool"], should).ok();
    let (mut first, mut times, mut bits) = (None, Vec::new(), Vec::new());
    let mut pools = pool_at.map(|_| Pools::default());
    table.each_row(|row| {
        let height = parse_height(&row[height_at])?;
        let expected = *first.get_or_insert(height) + times.len() as u32;
        if height != expected {
            return Err(format!(
                "height {height}, but {expected} should follow: heights must run without a gap"
            ));
        }
        let target = parse_bits(&row[bits_at])?;
        if retarget::target(target).is_none() {
            return Err(format!("bits `{}` stand for no target", &row[bits_at]));
        }
        times.push(parse_time(&row[time_at])?);
        bits.push(target);
        if let (Some(pools), Some(at)) = (&mut pools, pool_at) {
            pools.push(if row[at].is_empty() {
                "unknown"
            } else {
                &row[at]
            });
            if pools.names().len() > POOLS_MAX {
                return Err(format!(
                    "over {POOLS_MAX} pools: is `pool` the pool's name?"
                ));
            }
        }
        Ok(())
    })?;
    let Some(first) = first else {
        return Err(FileError::Empty {
            path: path.to_path_buf(),
        });
    };
    Ok(Blocks::new(first, times, bits, pools))
}

/// A CSV with named columns, whose errors say file and line.
struct Table<'a> {
    path: &'a Path,
    rows: csv::Reader<&'a [u8]>,
    headers: csv::StringRecord,
}

impl<'a> Table<'a> {
    fn open(path: &'a Path, bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut rows = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let headers = rows
            .headers()
            .map_err(|e| line_error(path, 1, e.to_string()))?
            .clone();
        Ok(Self {
            path,
            rows,
            headers,
        })
    }

    /// Where the first of `names` that is there stands.
    fn column(&self, names: &[&'static str], should: &'static str) -> Result<usize, FileError> {
        let found = self.headers.iter().position(|h| names.contains(&h));
        found.ok_or_else(|| FileError::Column {
            path: self.path.to_path_buf(),
            column: names[0],
            should,
            found: self.headers.iter().collect::<Vec<_>>().join(","),
        })
    }

    /// Hands every row to `read`; what it says of a row is told with the row's line.
    fn each_row(
        &mut self,
        mut read: impl FnMut(&csv::StringRecord) -> Result<(), String>,
    ) -> Result<(), FileError> {
        let mut row = csv::StringRecord::new();
        let mut line = 1;
        loop {
            line += 1;
            match self.rows.read_record(&mut row) {
                Ok(false) => return Ok(()),
                Ok(true) => read(&row).map_err(|what| line_error(self.path, line, what))?,
                Err(e) => return Err(line_error(self.path, line, e.to_string())),
            }
        }
    }
}

fn line_error(path: &Path, line: u64, what: String) -> FileError {
    FileError::Line {
        path: path.to_path_buf(),
        line,
        what,
    }
}

fn parse_height(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(height) if height <= HEIGHT_MAX => Ok(height),
        Ok(height) => Err(format!("height {height} is too high, at most {HEIGHT_MAX}")),
        Err(_) => Err(format!("height `{text}` is not a whole number")),
    }
}

fn parse_time(text: &str) -> Result<u32, String> {
    let fits = |t| u32::try_from(t).map_err(|_| format!("time `{text}` does not fit a header"));
    parse_seconds(text).and_then(fits)
}

fn parse_bits(text: &str) -> Result<CompactTarget, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    match u32::from_str_radix(digits, 16) {
        Ok(bits) if digits.len() == 8 => Ok(CompactTarget::from_consensus(bits)),
        _ => Err(format!(
            "bits `{text}` are not eight hexadecimal digits, like 170b8c8b"
        )),
    }
}

/// Reads single blocks from a table with the columns `height`, `bits` and `time` (or `timestamp`), in any
/// order and with gaps: the boundaries of epochs.
///
/// # Errors
/// [`FileError`], with the line.
pub fn read_boundaries(file: &Named) -> Result<Vec<(u32, u32, CompactTarget)>, FileError> {
    let path = Path::new(&file.name);
    let mut table = Table::open(path, &file.bytes)?;
    let should = "height, time (or timestamp) and bits";
    let height_at = table.column(&["height"], should)?;
    let time_at = table.column(&["time", "timestamp"], should)?;
    let bits_at = table.column(&["bits"], should)?;
    let mut out = Vec::new();
    table.each_row(|row| {
        let height = parse_height(&row[height_at])?;
        out.push((
            height,
            parse_time(&row[time_at])?,
            parse_bits(&row[bits_at])?,
        ));
        Ok(())
    })?;
    Ok(out)
}

/// Reads blocks a UTC day from a table with the columns `time` and `BlkCnt`, or `date` and `blocks`: the
/// day's first second and its count. Days without a count are passed over.
///
/// # Errors
/// [`FileError`], with the line.
pub fn read_daily(file: &Named) -> Result<Vec<(Seconds, u64)>, FileError> {
    let path = Path::new(&file.name);
    let mut table = Table::open(path, &file.bytes)?;
    let should = "time and BlkCnt, or date and blocks";
    let day_at = table.column(&["time", "date"], should)?;
    let count_at = table.column(&["BlkCnt", "blocks"], should)?;
    let mut out = Vec::new();
    table.each_row(|row| {
        if row[count_at].is_empty() {
            return Ok(());
        }
        let day = Moment::parse(row[day_at].get(..10).unwrap_or(&row[day_at]))?.start();
        let count = row[count_at].parse::<f64>().ok().filter(|n| *n >= 0.0);
        let count = count.ok_or_else(|| format!("`{}` is no count", &row[count_at]))?;
        out.push((day, count as u64));
        Ok(())
    })?;
    Ok(out)
}
