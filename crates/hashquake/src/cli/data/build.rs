//! The history file, made from tables of blocks and of epoch boundaries.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use hashquake_base::provenance::digest;
use hashquake_chain::blocks::EPOCH;
use hashquake_chain::history::{Epoch, History};
use hashquake_chain::retarget::verify_epochs;
use hashquake_chain::rules::check_blocks;
use hashquake_chain::tables::{parse_blocks, parse_boundaries};
use hashquake_chain::target::CompactTarget;
use hashquake_source::read::read;

use crate::cli::output::print;

/// Writes to `out`.
pub fn history(blocks: &Path, boundaries: &[PathBuf], out: &Path) -> anyhow::Result<()> {
    let named = read(blocks)?;
    let blocks = parse_blocks(&named.name, &named.bytes)?.value;
    check_blocks(&blocks).context(named.name)?;
    let last = blocks.last_height().context("no blocks")?;
    let mut known: BTreeMap<u32, (u32, CompactTarget)> = BTreeMap::new();
    for path in boundaries {
        let named = read(path)?;
        for (height, time, bits) in parse_boundaries(&named.name, &named.bytes)?.value {
            let other = known.insert(height, (time, bits));
            if other.is_some_and(|o| o != (time, bits)) {
                bail!(
                    "{}: block {height} disagrees with another boundary table",
                    path.display()
                );
            }
        }
    }
    for i in 0..blocks.len() {
        let (height, row) = (blocks.height(i), (blocks.times()[i], blocks.bits()[i]));
        if known.get(&height).is_some_and(|&other| other != row) {
            bail!("block {height} of the blocks disagrees with a boundary table");
        }
        if height % EPOCH == 0 || height % EPOCH == EPOCH - 1 {
            known.insert(height, row);
        }
    }
    let epochs = (0..=last / EPOCH).map(|e| {
        let &(first_time, bits) = known
            .get(&(e * EPOCH))
            .with_context(|| format!("no boundary table has block {}", e * EPOCH))?;
        let close = e * EPOCH + EPOCH - 1;
        let last_time = known.get(&close).filter(|_| close <= last).map(|row| row.0);
        ensure!(
            last_time.is_some() || close > last,
            "no boundary table has block {close}"
        );
        Ok(Epoch {
            first_time,
            last_time,
            bits,
        })
    });
    let epochs = epochs.collect::<anyhow::Result<Vec<_>>>()?;
    verify_epochs(&epochs, 0)?;
    let history = History {
        blocks,
        first_epoch: 0,
        epochs,
    };
    let bytes = history.encode()?;
    fs::write(out, &bytes).with_context(|| out.display().to_string())?;
    let done = format!(
        "{}: {} blocks to height {last}, {} epochs, {} bytes, sha256 {}",
        out.display(),
        history.blocks.len(),
        history.epochs.len(),
        bytes.len(),
        digest(&bytes)
    );
    print(format!("{done}\n").as_bytes())
}
