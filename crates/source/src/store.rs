//! The header file that we keep: opened, appended to, cut back at a reorganisation.
//!
//! Layout and what makes it safe: [`hashquake_chain::store`]. Here are the system calls. An
//! append is checked as a whole before the first byte is written, and has reached the disk when it
//! returns; one that fails half-way is taken back, and if the machine stops before that, the next
//! opening finds the torn tail and cuts it. One process at a time: the file is locked where the file
//! system can. Opening reads and checks the whole file, so does cutting back what stays of it: 72 MB
//! and a fifth of a second for the whole chain.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use hashquake_base::units::Seconds;
use hashquake_chain::header::{HEADER, Verifier};
use hashquake_chain::rules::Refusal;
use hashquake_chain::store;

/// Why the kept file could not be opened or changed. It is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system says no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has it open.
    #[error("{path}: in use by another process")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It holds a header that breaks a rule, and that no interrupted write explains.
    #[error(
        "{path}, byte {byte}: {source}. Nothing was cut, since this is no torn tail; cut the file to {byte} bytes to go on from there"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the header begins.
        byte: usize,
        /// The rule that it breaks.
        source: Refusal,
    },
    /// A header to be appended breaks a rule.
    #[error("{path}: nothing was appended: {source}")]
    Refused {
        /// The file.
        path: PathBuf,
        /// The rule that it breaks.
        source: Refusal,
    },
}

/// A header file that is open and checked.
#[derive(Debug)]
pub struct HeaderFile {
    path: PathBuf,
    file: File,
    verifier: Verifier,
}

impl HeaderFile {
    /// Opens the file whose first header is that of block `first_height`, or makes an empty one, checks
    /// all of it, and cuts a torn tail. Returns also the number of bytes cut. `now` is the caller's clock.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::InUse`], [`StoreError::Damaged`].
    pub fn open(path: &Path, first_height: u32, now: Seconds) -> Result<(Self, usize), StoreError> {
        let io = |source| io_error(path, source);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(io)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let path = path.to_path_buf();
                return Err(StoreError::InUse { path });
            }
            // Not every file system has locks.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let mut bytes = Vec::new();
        (&file).read_to_end(&mut bytes).map_err(io)?;
        let kept = store::inspect(&bytes, first_height, now)
            .map_err(|source| damaged(path, first_height, source))?;
        if kept.torn > 0 {
            file.set_len(kept.good as u64).map_err(io)?;
            file.sync_all().map_err(io)?;
        }
        let opened = Self {
            path: path.to_path_buf(),
            file,
            verifier: kept.verifier,
        };
        Ok((opened, kept.torn))
    }

    /// The state after the last header: height, tip, what could not be checked.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Appends headers, all of them or none; they are on the disk when this returns. `now` is the
    /// caller's clock.
    ///
    /// # Errors
    /// [`StoreError::Refused`], [`StoreError::Io`].
    pub fn append(&mut self, headers: &[u8], now: Seconds) -> Result<(), StoreError> {
        let mut verifier = self.verifier.clone();
        verifier
            .extend(headers, now)
            .map_err(|source| StoreError::Refused {
                path: self.path.clone(),
                source,
            })?;
        let end = self.end();
        if let Err(source) = self.write_at(end, headers) {
            // Should this fail too, the next append overwrites and the next opening cuts.
            let _ = self.file.set_len(end);
            return Err(io_error(&self.path, source));
        }
        self.verifier = verifier;
        Ok(())
    }

    /// Keeps the first `len` headers and cuts the rest, as a reorganisation asks; with no more than
    /// that there, nothing happens.
    ///
    /// # Errors
    /// [`StoreError::Io`]; [`StoreError::Damaged`] when what should stay was changed from outside.
    pub fn truncate(&mut self, len: usize) -> Result<(), StoreError> {
        if len >= self.verifier.len() {
            return Ok(());
        }
        let mut kept = self.read()?;
        kept.truncate(len * HEADER);
        let first_height = self.verifier.first_height();
        let mut verifier = Verifier::starting_at(first_height);
        // Each of them was held against the clock when it came.
        verifier
            .extend(&kept, Seconds::MAX)
            .map_err(|source| damaged(&self.path, first_height, source))?;
        let cut = self.file.set_len(kept.len() as u64);
        cut.and_then(|()| self.file.sync_all())
            .map_err(|source| io_error(&self.path, source))?;
        self.verifier = verifier;
        Ok(())
    }

    /// All headers, as their bytes.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn read(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; self.verifier.len() * HEADER];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|source| io_error(&self.path, source))?;
        Ok(bytes)
    }

    fn end(&self) -> u64 {
        (self.verifier.len() * HEADER) as u64
    }

    fn write_at(&mut self, at: u64, headers: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(headers)?;
        self.file.sync_all()
    }
}

fn io_error(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io {
        path: path.to_path_buf(),
        source,
    }
}

fn damaged(path: &Path, first_height: u32, source: Refusal) -> StoreError {
    StoreError::Damaged {
        path: path.to_path_buf(),
        byte: (source.height - first_height) as usize * HEADER,
        source,
    }
}
