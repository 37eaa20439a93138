//! Finished shards, in memory or in a folder that a broken run is taken up from.
//!
//! A shard's file is `HQS1`, the number of its sections, for each its packed and plain length (all u32,
//! little endian), the sections packed with zstd, and the SHA-256 of all before. It is written beside,
//! synced and renamed: whatever has the right name and digest is whole. What is damaged counts as missing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail};
use hashquake_base::provenance::digest;

use super::write::replace_bytes;

const MAGIC: &[u8; 4] = b"HQS1";
/// Letters of a SHA-256.
const DIGEST: usize = 64;
const LEVEL: i32 = 1;

/// Where shards are kept.
pub enum Store {
    /// For a run that leaves no files.
    Memory(Mutex<BTreeMap<u32, Vec<u8>>>),
    /// A file each.
    Folder(PathBuf),
}

impl Store {
    /// In memory.
    pub fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// In a folder, which is made.
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Self::Folder(folder.to_path_buf()))
    }

    /// Whether a shard is here, whole and with so many sections.
    pub fn has(&self, shard: u32, sections: usize) -> bool {
        match self {
            Self::Memory(map) => lock(map).contains_key(&shard),
            Self::Folder(folder) => {
                let bytes = fs::read(file(folder, shard)).unwrap_or_default();
                let whole = bytes.len().checked_sub(DIGEST);
                let sound = whole.is_some_and(|n| digest(&bytes[..n]).as_bytes() == &bytes[n..]);
                let counted = bytes.get(4..8).map(|b| number(b) as usize);
                sound && bytes.starts_with(MAGIC) && counted == Some(sections)
            }
        }
    }

    /// Keeps a shard.
    pub fn put(&self, shard: u32, sections: &[Vec<u8>]) -> anyhow::Result<()> {
        let bytes = pack(sections)?;
        match self {
            Self::Memory(map) => {
                lock(map).insert(shard, bytes);
                Ok(())
            }
            Self::Folder(folder) => replace_bytes(&file(folder, shard), &bytes).with_context(|| {
                format!(
                    "shard {shard} is lost; what was finished stays in {}, and the same command goes on from there",
                    folder.display()
                )
            }),
        }
    }

    /// One section of a shard.
    pub fn section(&self, shard: u32, section: usize) -> anyhow::Result<Vec<u8>> {
        let found = match self {
            Self::Memory(map) => {
                let map = lock(map);
                let bytes = map.get(&shard).context("it is not here")?;
                read(&mut std::io::Cursor::new(bytes), section)
            }
            Self::Folder(folder) => {
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

    /// Forgets all shards.
    pub fn remove(self) -> anyhow::Result<()> {
        if let Self::Folder(folder) = self {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("{} cannot be removed", folder.display()))?;
        }
        Ok(())
    }
}

fn lock(map: &Mutex<BTreeMap<u32, Vec<u8>>>) -> std::sync::MutexGuard<'_, BTreeMap<u32, Vec<u8>>> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

fn file(folder: &Path, shard: u32) -> PathBuf {
    folder.join(format!("{shard:06}.hqs"))
}

fn pack(sections: &[Vec<u8>]) -> anyhow::Result<Vec<u8>> {
    let mut head = MAGIC.to_vec();
    head.extend(u32::try_from(sections.len())?.to_le_bytes());
    let mut body = Vec::new();
    for section in sections {
        let packed = zstd::bulk::compress(section, LEVEL)?;
        head.extend(u32::try_from(packed.len())?.to_le_bytes());
        head.extend(u32::try_from(section.len())?.to_le_bytes());
        body.extend(packed);
    }
    head.extend(body);
    let seal = digest(&head);
    head.extend(seal.as_bytes());
    Ok(head)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b))
}

fn read(file: &mut (impl Read + Seek), section: usize) -> anyhow::Result<Vec<u8>> {
    let mut start = [0; 8];
    file.read_exact(&mut start)?;
    let count = number(&start[4..]) as usize;
    if &start[..4] != MAGIC || section >= count {
        bail!("it is no shard, or has no section {section}");
    }
    let mut index = vec![0; count * 8];
    file.read_exact(&mut index)?;
    let lengths: Vec<u32> = index.chunks_exact(4).map(number).collect();
    let before: u64 = lengths[..2 * section]
        .iter()
        .step_by(2)
        .map(|n| u64::from(*n))
        .sum();
    file.seek(SeekFrom::Start(8 + index.len() as u64 + before))?;
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

    fn shard() -> Vec<Vec<u8>> {
        vec![vec![1; 100], vec![], (0..=255).collect()]
    }

    #[test]
    fn sections_come_back_from_memory_and_folder() {
        let folder = tempfile::tempdir().unwrap();
        for store in [Store::in_memory(), Store::in_folder(folder.path()).unwrap()] {
            assert!(!store.has(3, 3));
            store.put(3, &shard()).unwrap();
            assert!(store.has(3, 3));
            for (i, section) in shard().iter().enumerate() {
                assert_eq!(&store.section(3, i).unwrap(), section);
            }
            assert!(store.section(3, 3).is_err());
        }
    }

    #[test]
    fn a_damaged_or_cut_shard_counts_as_missing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_folder(folder.path()).unwrap();
        store.put(0, &shard()).unwrap();
        let path = file(folder.path(), 0);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert!(!store.has(0, 3), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(!store.has(0, 3), "cut at {at}");
        }
    }
}
