//! Tables into files: written beside, synced, renamed, so that no file is ever half there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::catalogue::Field;
use super::values::Values;
use anyhow::{Context, bail};

/// Files of tables are of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns, packed with zstd.
    #[cfg(feature = "parquet")]
    Parquet,
    /// Text.
    Csv,
}

impl Format {
    /// Parquet where it is built in.
    pub const DEFAULT: Self = {
        #[cfg(feature = "parquet")]
        {
            Self::Parquet
        }
        #[cfg(not(feature = "parquet"))]
        {
            Self::Csv
        }
    };

    /// The files' ending.
    pub fn ending(self) -> &'static str {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }
}

/// A table on its way to a file, batch by batch.
pub enum Writer {
    /// Into Parquet.
    #[cfg(feature = "parquet")]
    Parquet(Box<super::parquet::Writer>),
    /// Into CSV.
    Csv(Box<csv::Writer<BufWriter<File>>>),
}

impl Writer {
    /// Into a new file.
    pub fn new(file: File, fields: &[Field], format: Format) -> anyhow::Result<Self> {
        Ok(match format {
            #[cfg(feature = "parquet")]
            Format::Parquet => Self::Parquet(Box::new(super::parquet::Writer::new(file, fields)?)),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(BufWriter::new(file));
                writer.write_record(fields.iter().map(|f| &f.name))?;
                Self::Csv(Box::new(writer))
            }
        })
    }

    /// Appends rows: for each field its values.
    pub fn batch(&mut self, columns: Vec<Values>) -> anyhow::Result<()> {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.batch(columns),
            Self::Csv(writer) => {
                let rows = columns.first().map_or(0, Values::len);
                for row in 0..rows {
                    writer.write_record(columns.iter().map(|c| c.cell(row)))?;
                }
                Ok(())
            }
        }
    }

    /// Ends the file, which is then on the disk.
    pub fn finish(self) -> anyhow::Result<()> {
        let file = match self {
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.finish()?,
            Self::Csv(writer) => {
                let buffered = writer.into_inner().map_err(|e| e.into_error())?;
                buffered.into_inner().map_err(|e| e.into_error())?
            }
        };
        Ok(file.sync_all()?)
    }
}

/// Writes a file beside `path` by `fill`, then puts it there. On an error nothing is left beside.
pub fn replace(path: &Path, fill: impl FnOnce(File) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let beside = beside(path);
    let made = File::create(&beside)
        .map_err(anyhow::Error::from)
        .and_then(|file| {
            // Held until the file has its name; where nothing can be locked, nothing is swept away.
            let held = file.try_clone()?;
            let _ = held.try_lock();
            fill(file)?;
            Ok(fs::rename(&beside, path)?)
        });
    if made.is_err() {
        let _ = fs::remove_file(&beside);
    }
    made.with_context(|| format!("{} cannot be written", path.display()))?;
    if let Some(folder) = path.parent().and_then(|f| File::open(f).ok()) {
        // A name that is not yet on the disk is written again after a crash.
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Writes bytes as [`replace`] does.
pub fn replace_bytes(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    replace(path, |mut file| {
        file.write_all(bytes)?;
        Ok(file.sync_all()?)
    })
}

/// Takes away what writers that were killed have left in a folder. Who still writes holds a lock.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let left = written_beside(&name).is_some() && entry.file_type().is_ok_and(|t| t.is_file());
        let alone = || File::open(entry.path()).is_ok_and(|f| f.try_lock().is_ok());
        if left && alone() {
            // What cannot be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The name of the file that a half-written one, `.NAME.PROCESS.part`, was to become.
pub fn written_beside(name: &str) -> Option<&str> {
    let (name, process) = name
        .strip_prefix('.')?
        .strip_suffix(".part")?
        .rsplit_once('.')?;
    let digits = !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit());
    digits.then_some(name)
}

/// The bytes of a file that this program writes, or `None` where there is none.
///
/// # Errors
/// When it is not a regular file (it may have no end), is larger than `most` bytes, or cannot be read.
pub fn read_own(path: &Path, most: u64) -> anyhow::Result<Option<Vec<u8>>> {
    let said = || format!("{} cannot be read", path.display());
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).with_context(said),
    };
    if !kind.is_file() {
        bail!("{} is not a file", path.display());
    }
    let mut bytes = Vec::new();
    if kind.len() <= most {
        let file = File::open(path).with_context(said)?;
        file.take(most + 1)
            .read_to_end(&mut bytes)
            .with_context(said)?;
    }
    if kind.len().max(bytes.len() as u64) > most {
        bail!(
            "{} is over {} MB, more than this program writes",
            path.display(),
            most / 1_000_000
        );
    }
    Ok(Some(bytes))
}

/// Two processes on one folder must not write the same file.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}
