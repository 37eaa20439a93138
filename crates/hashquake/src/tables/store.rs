//! Finished shards, in memory or in a folder that a broken run is taken up from.
//!
//! ```text
//! HQS2 │ plan (64) │ shard │ sections │ packed and plain length of each │ sections │ SHA-256 (64)
//! ```
//!
//! Whole numbers are u32, little endian; a section is packed with zstd; digests are hexadecimal, the plan's
//! that of the folder's `plan.json`, the last one that of all before. Every format begins with `HQS` and
//! its number and ends in its digest, so that a whole shard of another format is refused by name. A file is
//! written beside, synced and renamed: what is damaged all the same counts as missing and is computed
//! again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail};
use hashquake_base::provenance::digest;

use super::write::{read_own, replace_bytes, sweep};

const MAGIC: &[u8; 3] = b"HQS";
const FORMAT: u8 = b'2';
/// Letters of a SHA-256.
const DIGEST: usize = 64;
/// Bytes before the lengths: magic, format, plan, shard, sections.
const HEAD: usize = 4 + DIGEST + 8;
const LEVEL: i32 = 1;
/// Bytes of a shard's file.
const SHARD_MAX: u64 = 1_000_000_000;

/// Where shards are kept.
pub enum Store {
    /// For a run that leaves no files.
    Memory(Mutex<BTreeMap<u32, Vec<u8>>>),
    /// A file each.
    Folder {
        /// Folder that the shards lie in.
        folder: PathBuf,
        /// SHA-256 of the plan to which the shards belong, hexadecimal.
        plan: String,
    },
}

impl Store {
    /// A store that keeps its shards in memory.
    pub fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// In a folder, which is made, for the shards of the plan with this SHA-256 (hexadecimal).
    pub fn in_folder(folder: &Path, plan: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Self::Folder {
            folder: folder.to_path_buf(),
            plan: plan.to_string(),
        })
    }

    /// Whether a shard is here, whole and with so many sections.
    ///
    /// # Errors
    /// When a file is there that is whole and of another plan, format or number, or cannot be read.
    pub fn has(&self, shard: u32, sections: usize) -> anyhow::Result<bool> {
        match self {
            Self::Memory(map) => Ok(lock(map).contains_key(&shard)),
            Self::Folder { folder, plan } => {
                let path = file(folder, shard);
                let Some(bytes) = read_own(&path, SHARD_MAX)? else {
                    return Ok(false);
                };
                belongs(&bytes, plan, shard, sections)
                    .with_context(|| format!("{} cannot be used", path.display()))
            }
        }
    }

    /// Keeps a shard.
    pub fn put(&self, shard: u32, sections: &[Vec<u8>]) -> anyhow::Result<()> {
        match self {
            Self::Memory(map) => {
                let bytes = pack(&"0".repeat(DIGEST), shard, sections)?;
                lock(map).insert(shard, bytes);
                Ok(())
            }
            Self::Folder { folder, plan } => {
                let bytes = pack(plan, shard, sections)?;
                if bytes.len() as u64 > SHARD_MAX {
                    bail!(
                        "shard {shard} has {} MB, at most {} MB are kept: simulate a shorter time, or keep less",
                        bytes.len() / 1_000_000,
                        SHARD_MAX / 1_000_000
                    );
                }
                replace_bytes(&file(folder, shard), &bytes).with_context(|| {
                    format!(
                        "shard {shard} is lost; what was finished stays in {}, and the same command goes on from there",
                        folder.display()
                    )
                })
            }
        }
    }

    /// One section of a shard.
    pub fn section(&self, shard: u32, section: usize) -> anyhow::Result<Vec<u8>> {
        let found = match self {
            Self::Memory(map) => {
                let map = lock(map);
                let bytes = map.get(&shard).context("it is not here")?;
                read(&mut Cursor::new(bytes), section)
            }
            Self::Folder { folder, .. } => {
                let path = file(folder, shard);
                File::open(&path)
                    .map_err(anyhow::Error::from)
                    .and_then(|mut f| read(&mut f, section))
                    .with_context(|| format!("{} cannot be read", path.display()))
            }
        };
        found.with_context(|| format!("shard {shard}"))
    }

    /// The same section of the first `shards` shards.
    pub fn sections(&self, shards: u32, section: usize) -> anyhow::Result<Vec<Vec<u8>>> {
        (0..shards).map(|s| self.section(s, section)).collect()
    }

    /// Forgets all shards. Of a folder only files of shards are taken away, and the folder itself when
    /// nothing else lies in it.
    pub fn remove(self) -> anyhow::Result<()> {
        let Self::Folder { folder, .. } = self else {
            return Ok(());
        };
        let gone = |path: &Path| format!("{} cannot be removed", path.display());
        sweep(&folder);
        for entry in fs::read_dir(&folder).with_context(|| gone(&folder))? {
            let entry = entry.with_context(|| gone(&folder))?;
            if is_shard(&entry.file_name().to_string_lossy()) {
                let path = entry.path();
                fs::remove_file(&path).with_context(|| gone(&path))?;
            }
        }
        match fs::remove_dir(&folder) {
            Err(e) if e.kind() != ErrorKind::DirectoryNotEmpty => {
                Err(e).with_context(|| gone(&folder))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a file has the name of a shard: `NNNNNN.hqs`.
fn is_shard(name: &str) -> bool {
    let digits = name.strip_suffix(".hqs").unwrap_or_default();
    digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit())
}

fn lock(map: &Mutex<BTreeMap<u32, Vec<u8>>>) -> std::sync::MutexGuard<'_, BTreeMap<u32, Vec<u8>>> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

fn file(folder: &Path, shard: u32) -> PathBuf {
    folder.join(format!("{shard:06}.hqs"))
}

/// Whether the bytes are this shard, whole; damaged ones are not.
fn belongs(bytes: &[u8], plan: &str, shard: u32, sections: usize) -> anyhow::Result<bool> {
    let Some(whole) = bytes.len().checked_sub(DIGEST) else {
        return Ok(false);
    };
    if digest(&bytes[..whole]).as_bytes() != &bytes[whole..] || !bytes.starts_with(MAGIC) {
        return Ok(false);
    }
    if bytes[3] != FORMAT {
        bail!(
            "it was written by format {}, this version reads {}: take it away, and it is computed again",
            char::from(bytes[3]),
            char::from(FORMAT)
        );
    }
    let Some(head) = bytes[..whole].get(..HEAD) else {
        return Ok(false);
    };
    if &head[4..4 + DIGEST] != plan.as_bytes() {
        bail!(
            "it belongs to another simulation, whose plan.json has the SHA-256 {}; expected {plan}: take it away, and it is computed again",
            String::from_utf8_lossy(&head[4..4 + DIGEST])
        );
    }
    let numbers = &head[4 + DIGEST..];
    let (number, count) = (number(&numbers[..4]), number(&numbers[4..]));
    if number != shard {
        bail!("it is shard {number}; expected {shard}: give it its own name again");
    }
    Ok(count as usize == sections)
}

fn pack(plan: &str, shard: u32, sections: &[Vec<u8>]) -> anyhow::Result<Vec<u8>> {
    let mut out = MAGIC.to_vec();
    out.push(FORMAT);
    out.extend(plan.as_bytes());
    out.extend(shard.to_le_bytes());
    out.extend(u32::try_from(sections.len())?.to_le_bytes());
    let mut body = Vec::new();
    for section in sections {
        let packed = zstd::bulk::compress(section, LEVEL)?;
        out.extend(u32::try_from(packed.len())?.to_le_bytes());
        out.extend(u32::try_from(section.len())?.to_le_bytes());
        body.extend(packed);
    }
    out.extend(body);
    let seal = digest(&out);
    out.extend(seal.as_bytes());
    Ok(out)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b))
}

fn read(file: &mut (impl Read + Seek), section: usize) -> anyhow::Result<Vec<u8>> {
    let mut head = [0; HEAD];
    file.read_exact(&mut head)?;
    let count = number(&head[HEAD - 4..]) as usize;
    if !head.starts_with(MAGIC) || head[3] != FORMAT || section >= count {
        bail!("it is not a valid shard, or has no section {section}");
    }
    let mut index = vec![0; count * 8];
    file.read_exact(&mut index)?;
    let lengths: Vec<u32> = index.chunks_exact(4).map(number).collect();
    let before: u64 = lengths[..2 * section]
        .iter()
        .step_by(2)
        .map(|n| u64::from(*n))
        .sum();
    file.seek(SeekFrom::Start((HEAD + index.len()) as u64 + before))?;
    let mut packed = vec![0; lengths[2 * section] as usize];
    file.read_exact(&mut packed)?;
    Ok(zstd::bulk::decompress(
        &packed,
        lengths[2 * section + 1] as usize,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn shard() -> Vec<Vec<u8>> {
        vec![vec![1; 100], vec![], (0..=255).collect()]
    }

    fn with_shard_0(folder: &Path) -> (Store, PathBuf) {
        let store = Store::in_folder(folder, PLAN).unwrap();
        store.put(0, &shard()).unwrap();
        (store, file(folder, 0))
    }

    #[test]
    fn sections_come_back_from_memory_and_folder() {
        let folder = tempfile::tempdir().unwrap();
        let in_folder = Store::in_folder(folder.path(), PLAN).unwrap();
        for store in [Store::in_memory(), in_folder] {
            assert!(!store.has(3, 3).unwrap());
            store.put(3, &shard()).unwrap();
            assert!(store.has(3, 3).unwrap());
            for (i, section) in shard().iter().enumerate() {
                assert_eq!(&store.section(3, i).unwrap(), section);
            }
            assert!(store.section(3, 3).is_err());
        }
    }

    #[test]
    fn a_damaged_or_cut_shard_counts_as_missing() {
        let folder = tempfile::tempdir().unwrap();
        let (store, path) = with_shard_0(folder.path());
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert!(!store.has(0, 3).unwrap(), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(!store.has(0, 3).unwrap(), "cut at {at}");
        }
    }

    /// Shards of two machines with different seeds would give one table without a word.
    #[test]
    fn a_whole_shard_of_another_plan_format_or_number_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let (store, path) = with_shard_0(folder.path());
        let other = Store::in_folder(folder.path(), &PLAN.replace('0', "f")).unwrap();
        let told = format!("{:#}", other.has(0, 3).unwrap_err());
        assert!(
            told.contains("another simulation") && told.contains(PLAN),
            "{told}"
        );
        fs::copy(&path, file(folder.path(), 1)).unwrap();
        let told = format!("{:#}", store.has(1, 3).unwrap_err());
        assert!(told.contains("it is shard 0; expected 1"), "{told}");
        let mut old = b"HQS1".to_vec();
        old.extend([1, 0, 0, 0]);
        let seal = digest(&old);
        old.extend(seal.as_bytes());
        fs::write(&path, old).unwrap();
        let told = format!("{:#}", store.has(0, 3).unwrap_err());
        assert!(
            told.contains("000000.hqs") && told.contains("format 1, this version reads 2"),
            "{told}"
        );
    }
}
