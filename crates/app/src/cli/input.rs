//! Where the blocks of an analysis come from: the embedded history, or files that the user names.

use std::path::PathBuf;

use anyhow::{Context, bail};
use hashquake_core::chain::blocks::Blocks;
use hashquake_core::chain::history;
use hashquake_core::report::explanation::Source;
use hashquake_core::units::{Moment, Seconds};
use hashquake_source::file;

/// Blocks of the user's own, instead of the embedded history or behind it.
#[derive(clap::Args, Default)]
pub struct Input {
    /// Blocks from a CSV (plain or zstd) with height,time,bits and optionally pool
    #[arg(long, value_name = "FILE", conflicts_with = "headers")]
    pub blocks: Option<PathBuf>,
    /// Blocks from a file of 80-byte headers, verified by their own proof of work
    #[arg(long, value_name = "FILE")]
    pub headers: Option<PathBuf>,
    /// Height of the first record of --headers [default: from its name, …_FIRST_LAST.bin, else 0]
    #[arg(long, value_name = "HEIGHT", requires = "headers")]
    pub headers_from: Option<u32>,
    /// Put the file's blocks behind the embedded history, checked where they overlap
    #[arg(long)]
    pub append: bool,
}

/// Blocks ready for an analysis.
pub struct Loaded {
    /// The blocks.
    pub blocks: Blocks,
    /// What was read.
    pub sources: Vec<Source>,
    /// What could not be checked.
    pub notes: Vec<String>,
}

impl Input {
    /// Reads what was named, or takes the embedded history.
    pub fn load(&self) -> anyhow::Result<Loaded> {
        let embedded = history::embedded();
        let own = match (&self.blocks, &self.headers) {
            (Some(path), _) => Some((path, file::read_blocks(path)?)),
            (None, Some(path)) => bail!("{}: header files are not read yet", path.display()),
            (None, None) if self.append => {
                bail!(
                    "--append needs --blocks FILE or --headers FILE: what should stand behind the history?"
                )
            }
            (None, None) => None,
        };
        let Some((path, own)) = own else {
            let (blocks, sources) = (embedded.blocks.clone(), vec![history_source()]);
            return Ok(Loaded {
                blocks,
                sources,
                notes: Vec::new(),
            });
        };
        let mut sources = Vec::new();
        let blocks = if self.append {
            sources.push(history_source());
            embedded
                .blocks
                .join(&own)
                .with_context(|| path.display().to_string())?
        } else {
            own
        };
        let from = path.display().to_string();
        sources.push(Source {
            what: "blocks".into(),
            from,
            licence: "the user's own file".into(),
        });
        Ok(Loaded {
            blocks,
            sources,
            notes: Vec::new(),
        })
    }
}

fn history_source() -> Source {
    Source {
        what: "block times, targets and pools, 2020-2024".to_string(),
        from: "github.com/sorukumar/bitcoin-mining-pools; targets from github.com/bitcoinj/bitcoinj and github.com/spesmilo/electrum".to_string(),
        licence: "BSD-2-Clause; Apache-2.0; MIT".to_string(),
    }
}

/// A time on the command line: a day means its first second.
pub fn parse_start(text: &str) -> Result<Seconds, String> {
    Moment::parse(text).map(Moment::start)
}

/// A moment of knowledge on the command line: a day means its end.
pub fn parse_as_of(text: &str) -> Result<Seconds, String> {
    Moment::parse(text).map(Moment::end)
}
