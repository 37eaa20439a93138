//! Files of 80-byte headers that the user names, as nodes and wallets write them.
//!
//! The records carry no height. Where the first one stands is what the caller says, else what the name
//! says when it ends in `_FIRST_LAST.bin` (`headers_685440_687516.bin`), else 0 when it is the genesis
//! block; otherwise the file is refused. Every header is checked as [`hashquake_chain::header`]
//! says. Leaves out test networks.

use std::path::{Path, PathBuf};

use hashquake_base::units::Seconds;
use hashquake_chain::blocks::Blocks;
use hashquake_chain::header::{self, HEADER, Header};
use hashquake_chain::rules::Refusal;

use crate::read::Named;

/// Why a file could not be read as headers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeadersError {
    /// There is nothing in it.
    #[error("{path}: no blocks in it")]
    Empty {
        /// File that was read.
        path: PathBuf,
    },
    /// Nothing says which block its first header is.
    #[error(
        "{path}: nothing says which block its first header is: it is not the genesis block, and the name does not end in _FIRST_LAST.bin; say it with --headers-from HEIGHT"
    )]
    FirstHeight {
        /// File that was read.
        path: PathBuf,
    },
    /// It holds another number of headers than its name says.
    #[error(
        "{path}: its name says blocks {first} to {last}, but it holds {found} headers; rename it, or say its first height with --headers-from HEIGHT"
    )]
    Name {
        /// File that was read.
        path: PathBuf,
        /// First height in the name.
        first: u32,
        /// Last height in the name.
        last: u32,
        /// Whole headers in the file.
        found: usize,
    },
    /// A header breaks a rule, or is cut.
    #[error("{path}, header {number} (from byte {byte}): {refusal}")]
    Refused {
        /// File that was read.
        path: PathBuf,
        /// Which header, from 1.
        number: usize,
        /// Where it begins, in the decompressed file.
        byte: usize,
        /// The rule that the header breaks.
        refusal: Refusal,
    },
}

/// Reads and checks a file of headers: the blocks, without pools, and in plain sentences what could not
/// be checked because headers before the first are not in the file. `from` is the height of the first
/// header where the caller knows it, `now` the caller's clock.
///
/// # Errors
/// [`HeadersError`].
pub fn read_headers(
    file: &Named,
    from: Option<u32>,
    now: Seconds,
) -> Result<(Blocks, Vec<String>), HeadersError> {
    let (path, bytes) = (Path::new(&file.name), file.bytes.as_slice());
    if bytes.is_empty() {
        let path = path.to_path_buf();
        return Err(HeadersError::Empty { path });
    }
    let first = match from {
        Some(first) => first,
        None => first_height(path, bytes)?,
    };
    let (blocks, gaps) = header::read(bytes, first, now).map_err(|refusal| {
        let before = (refusal.height - first) as usize;
        HeadersError::Refused {
            path: path.to_path_buf(),
            number: before + 1,
            byte: before * HEADER,
            refusal,
        }
    })?;
    Ok((blocks, gaps.iter().map(ToString::to_string).collect()))
}

fn first_height(path: &Path, bytes: &[u8]) -> Result<u32, HeadersError> {
    let Some((first, last)) = heights_in_name(path) else {
        let begins_at_genesis = bytes
            .first_chunk()
            .is_some_and(|record| Header(record).is_genesis());
        return begins_at_genesis
            .then_some(0)
            .ok_or_else(|| HeadersError::FirstHeight {
                path: path.to_path_buf(),
            });
    };
    let found = bytes.len() / HEADER;
    // A cut record counts as one that should be there: its own error says more.
    let should_be = bytes.len().div_ceil(HEADER) as u64;
    if u64::from(last) + 1 != u64::from(first) + should_be {
        return Err(HeadersError::Name {
            path: path.to_path_buf(),
            first,
            last,
            found,
        });
    }
    Ok(first)
}

/// FIRST and LAST of a name that ends in `_FIRST_LAST.bin` or `_FIRST_LAST.bin.zst`.
fn heights_in_name(path: &Path) -> Option<(u32, u32)> {
    let name = path.file_name()?.to_str()?;
    let stem = name
        .strip_suffix(".zst")
        .unwrap_or(name)
        .strip_suffix(".bin")?;
    let (rest, last) = stem.rsplit_once('_')?;
    let (_, first) = rest.rsplit_once('_')?;
    let height = |digits: &str| {
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse().ok().filter(|_| plain)
    };
    Some((height(first)?, height(last)?))
}
