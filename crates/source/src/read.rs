//! One file that the user names, or standard input, read whole, unpacked and within a bound.
//!
//! Whether a file is packed (gzip, Zstandard) is read from its first bytes, not its name. The digest is
//! of the bytes as they are stored. At most 256 MB are kept, packed or not: every header of the chain is
//! 75 MB, every block as a table 40 MB. A file that is larger is refused by its size before the first
//! byte is read; what unpacks to more is refused when it passes the bound. Devices are refused, since
//! they have no end; a pipe is read like a file.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use bitcoin_hashes::{HashEngine, Sha256, sha256};
use flate2::bufread::MultiGzDecoder;
use hashquake_base::provenance::Input;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// Bytes that are read of one file, and that it may unpack to.
pub const BYTES_MAX: u64 = 256_000_000;
/// The name that stands for standard input.
pub const STANDARD_INPUT: &str = "-";
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Named {
    /// As messages name it.
    pub name: String,
    /// Its bytes, unpacked.
    pub bytes: Vec<u8>,
    /// Name and digest for the answer.
    pub input: Input,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The operating system says no.
    #[error("{name}: cannot be read")]
    Io {
        /// Name of the file, as given.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// It has no end, or no bytes of its own.
    #[error("{name}: is a {kind}; expected a file")]
    NotAFile {
        /// Name of the file, as given.
        name: String,
        /// Directory, device, socket or pipe.
        kind: &'static str,
    },
    /// It is larger than what is read.
    #[error("{name}: {}, at most {} MB are read; keep only the rows and columns that are needed", .size.map_or("is too large".to_string(), |n| format!("is {} MB", n / 1_000_000)), BYTES_MAX / 1_000_000)]
    TooLarge {
        /// Name of the file, as given.
        name: String,
        /// Its size in bytes, where it is known.
        size: Option<u64>,
    },
    /// It unpacks to more than what is read.
    #[error("{name}: unpacks to over {} MB, at most that is read; keep only the rows and columns that are needed", BYTES_MAX / 1_000_000)]
    UnpacksTooLarge {
        /// Name of the file, as given.
        name: String,
    },
    /// It begins like a packed file and cannot be unpacked.
    #[error("{name}: the {format} data are damaged: {what}")]
    Damaged {
        /// Name of the file, as given.
        name: String,
        /// `gzip` or `zstd`.
        format: &'static str,
        /// What the decoder said.
        what: String,
    },
    /// Standard input was named twice.
    #[error(
        "standard input is named twice with `-`: it can be read once; give the other as a file"
    )]
    StandardInputTwice,
}

/// Reads what `path` names; `-` is standard input.
///
/// # Errors
/// [`ReadError`].
pub fn read(path: &Path) -> Result<Named, ReadError> {
    if path.as_os_str() == STANDARD_INPUT {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        if TAKEN.swap(true, Ordering::Relaxed) {
            return Err(ReadError::StandardInputTwice);
        }
        return read_from(io::stdin().lock(), "standard input");
    }
    let name = path.display().to_string();
    let failed = |source| ReadError::Io {
        name: name.clone(),
        source,
    };
    let kind = fs::metadata(path).map_err(failed)?;
    if let Some(kind) = other_than_file(&kind) {
        return Err(ReadError::NotAFile { name, kind });
    }
    if kind.is_file() && kind.len() > BYTES_MAX {
        let size = Some(kind.len());
        return Err(ReadError::TooLarge { name, size });
    }
    read_from(File::open(path).map_err(failed)?, &name)
}

/// Reads what `path` names, which must not be a pipe: what is named within another file, or found in a folder,
/// is a file, and nobody writes into a pipe there. `-` is standard input.
///
/// # Errors
/// [`ReadError`].
pub fn read_regular(path: &Path) -> Result<Named, ReadError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if fs::metadata(path).is_ok_and(|kind| kind.file_type().is_fifo()) {
            return Err(ReadError::NotAFile {
                name: path.display().to_string(),
                kind: "pipe",
            });
        }
    }
    read(path)
}

/// What a path leads to when that has no bytes to read from start to end.
fn other_than_file(kind: &fs::Metadata) -> Option<&'static str> {
    if kind.is_dir() {
        return Some("directory");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = kind.file_type();
        if kind.is_char_device() || kind.is_block_device() {
            return Some("device");
        }
        if kind.is_socket() {
            return Some("socket");
        }
    }
    None
}

/// Reads a stream to its end.
///
/// # Errors
/// [`ReadError`].
pub fn read_from(stream: impl Read, name: &str) -> Result<Named, ReadError> {
    let failed = |source| ReadError::Io {
        name: name.to_string(),
        source,
    };
    let stored = Stored {
        stream,
        digest: Sha256::engine(),
        length: 0,
    };
    let mut stored = BufReader::with_capacity(1 << 16, stored);
    let mut begins = Vec::new();
    let mut first = stored.by_ref().take(ZSTD_MAGIC.len() as u64);
    first.read_to_end(&mut begins).map_err(failed)?;
    let mut stored = begins.as_slice().chain(stored);
    let mut bytes = Vec::new();
    if begins.starts_with(&ZSTD_MAGIC) {
        unpack_zstd(&mut stored, name, &mut bytes)?;
    } else if begins.starts_with(&GZIP_MAGIC) {
        unpack(MultiGzDecoder::new(&mut stored), name, "gzip", &mut bytes)?;
    } else if !fill(&mut stored, &mut bytes).map_err(failed)? {
        let name = name.to_string();
        return Err(ReadError::TooLarge { name, size: None });
    }
    // The digest is of all that is stored, also of what stands behind the packed data.
    io::copy(&mut stored, &mut io::sink()).map_err(failed)?;
    let sha256 = Sha256::from_engine(stored.into_inner().1.into_inner().digest).to_string();
    let name = name.to_string();
    Ok(Named {
        input: Input {
            name: name.clone(),
            sha256,
        },
        name,
        bytes,
    })
}

/// Reads to the end; false when there is more than the bound.
fn fill(from: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<bool> {
    let room = BYTES_MAX - bytes.len() as u64;
    from.take(room + 1).read_to_end(bytes)?;
    Ok(bytes.len() as u64 <= BYTES_MAX)
}

fn unpack(
    mut packed: impl Read,
    name: &str,
    format: &'static str,
    bytes: &mut Vec<u8>,
) -> Result<(), ReadError> {
    match fill(&mut packed, bytes) {
        Ok(true) => Ok(()),
        Ok(false) => Err(ReadError::UnpacksTooLarge {
            name: name.to_string(),
        }),
        Err(e) => Err(damaged(name, format, e)),
    }
}

/// All frames of a file, one behind the other.
fn unpack_zstd(
    stored: &mut impl BufRead,
    name: &str,
    bytes: &mut Vec<u8>,
) -> Result<(), ReadError> {
    let failed = |source| ReadError::Io {
        name: name.to_string(),
        source,
    };
    while !stored.fill_buf().map_err(failed)?.is_empty() {
        match StreamingDecoder::new(&mut *stored) {
            Ok(frame) => unpack(frame, name, "zstd", bytes)?,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                let mut skipped = stored.by_ref().take(u64::from(length));
                io::copy(&mut skipped, &mut io::sink()).map_err(failed)?;
            }
            Err(e) => return Err(damaged(name, "zstd", e)),
        }
    }
    Ok(())
}

fn damaged(name: &str, format: &'static str, e: impl core::fmt::Display) -> ReadError {
    ReadError::Damaged {
        name: name.to_string(),
        format,
        what: e.to_string(),
    }
}

/// A stream whose bytes are digested as they pass, and which ends in an error beyond the bound.
struct Stored<R> {
    stream: R,
    digest: sha256::HashEngine,
    length: u64,
}

impl<R: Read> Read for Stored<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buffer)?;
        self.digest.input(&buffer[..n]);
        self.length += n as u64;
        if self.length > BYTES_MAX + (1 << 20) {
            return Err(io::Error::other(format!(
                "over {} MB are stored in it, at most that is read",
                BYTES_MAX / 1_000_000
            )));
        }
        Ok(n)
    }
}
