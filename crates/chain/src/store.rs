//! A header file that grows: headers of 80 bytes one after the other and nothing else.
//!
//! ```text
//! header of block h at byte 80·(h − first height)
//! ```
//!
//! From the genesis block on it is the file that Electrum keeps as `blockchain_headers`: 72 MB for the
//! whole chain. No index, no checksum: height gives the place, and each header's hash vouches for the
//! one before it. No database: the file only grows at its end, and a reorganisation cuts it there.
//!
//! What keeps it safe:
//! - a header is checked before it is written, so that what is there kept every rule;
//! - a write that was interrupted leaves part of a record, or records that were never filled; both are
//!   found when the file is read, as they break a rule and prove no work;
//! - only bytes that prove no work are ever cut. A header with its work, wrong link or not, cost
//!   somebody electricity and was not made by a torn write: the file is refused instead and left as it
//!   is. So is a file without one good header, which may be no header file at all.
//!
//! Leaves out branches: the file holds one chain.

use crate::header::{HEADER, Header, Verifier};
use crate::rules::Refusal;
use hashquake_base::units::Seconds;

/// What of a kept file is good.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The state after the last good header.
    pub verifier: Verifier,
    /// Length of the good part, bytes.
    pub good: usize,
    /// Bytes of the torn tail behind it, to be cut; 0 when the file is whole.
    pub torn: usize,
}

/// Checks the bytes of a kept file whose first header is that of block `first_height`, and finds where
/// a torn tail begins; `now` is the reader's clock.
///
/// # Errors
/// The [`Refusal`] of the first bad header, when it is not the beginning of a torn tail: when it or one
/// behind it proves its work, or when no header before it is good.
pub fn inspect(bytes: &[u8], first_height: u32, now: Seconds) -> Result<Kept, Refusal> {
    let mut verifier = Verifier::starting_at(first_height);
    let refusal = verifier.extend(bytes, now).err();
    let good = verifier.len() * HEADER;
    let tail = &bytes[good..];
    match refusal {
        Some(refusal) if good == 0 || !is_torn(tail) => Err(refusal),
        _ => Ok(Kept {
            verifier,
            good,
            torn: tail.len(),
        }),
    }
}

fn is_torn(tail: &[u8]) -> bool {
    let (records, _) = tail.as_chunks();
    !records.iter().any(|r| Header(r).proves_its_work())
}
