//! `hashquake data`: what the binary carries, verified and rebuilt.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bitcoin::CompactTarget;
use clap::Subcommand;
use hashquake_core::chain::blocks::EPOCH;
use hashquake_core::chain::history::{Epoch, History};
use hashquake_core::chain::rules::check_blocks;
use hashquake_source::file;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Build the history file from tables of blocks and of epoch boundaries
    Build {
        /// CSV (plain or zstd) with height,time,bits,pool: the blocks to carry
        #[arg(long)]
        blocks: PathBuf,
        /// CSVs with height, time (or timestamp) and bits of first and last blocks of epochs
        #[arg(long, required = true, num_args = 1..)]
        boundaries: Vec<PathBuf>,
        /// Where to write
        #[arg(long)]
        out: PathBuf,
    },
}

pub fn run(args: Args) -> anyhow::Result<()> {
    match args.action {
        Action::Build {
            blocks,
            boundaries,
            out,
        } => build(&blocks, &boundaries, &out),
    }
}

fn build(blocks: &Path, boundaries: &[PathBuf], out: &Path) -> anyhow::Result<()> {
    let path = blocks.display().to_string();
    let blocks = file::read_blocks(blocks)?;
    check_blocks(&blocks).with_context(|| path)?;
    let last = blocks.last_height().context("no blocks")?;
    let mut known: BTreeMap<u32, (u32, CompactTarget)> = BTreeMap::new();
    for path in boundaries {
        for (height, time, bits) in file::read_boundaries(path)? {
            if let Some(&(t, b)) = known.get(&height)
                && (t, b) != (time, bits)
            {
                bail!(
                    "{}: block {height} disagrees with another boundary table",
                    path.display()
                );
            }
            known.insert(height, (time, bits));
        }
    }
    for i in 0..blocks.len() {
        let (height, row) = (blocks.height(i), (blocks.times()[i], blocks.bits()[i]));
        if let Some(&other) = known.get(&height)
            && other != row
        {
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
        anyhow::ensure!(
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
    let history = History {
        blocks,
        first_epoch: 0,
        epochs,
    };
    let bytes = history.encode()?;
    fs::write(out, &bytes).with_context(|| out.display().to_string())?;
    anstream::println!(
        "{}: {} blocks to height {last}, {} epochs, {} bytes, sha256 {}",
        out.display(),
        history.blocks.len(),
        history.epochs.len(),
        bytes.len(),
        hashquake_core::chain::history::digest(&bytes)
    );
    Ok(())
}
