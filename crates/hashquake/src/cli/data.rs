//! `hashquake data`: what the binary carries, verified and rebuilt.

mod build;
mod items;
mod verify;

use std::path::PathBuf;

use clap::Subcommand;
use hashquake_report::document::data::EmbeddedData;
use hashquake_report::envelope::Envelope;
use hashquake_report::text;

pub use items::DIGESTS;

use super::output::{Format, command, print, print_json, width};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake data
  hashquake data --format json
  hashquake data verify
  hashquake data verify --blocks blocks.csv.zst --boundaries epoch_headers.csv
  hashquake data verify --headers mainnet_headers_822528_830592.bin \\
      --daily daily.csv")]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// How to print the list
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Subcommand)]
enum Action {
    /// List everything embedded: source, licence, coverage, digest (the default)
    List,
    /// Recheck it: digests, every retarget since 2009, every block's rules, cases and reports
    Verify {
        /// Also hold it against a CSV (plain, gzip or zstd) of height,time,bits and perhaps pool
        #[arg(long, value_name = "FILE")]
        blocks: Option<PathBuf>,
        /// Also hold it against CSVs of epoch boundaries with height, time (or timestamp), bits
        #[arg(long, value_name = "FILE", num_args = 1..)]
        boundaries: Vec<PathBuf>,
        /// Also hold it against files of 80-byte headers, which carry their own proof of work
        #[arg(long, value_name = "FILE", num_args = 1..)]
        headers: Vec<PathBuf>,
        /// Also hold it against a CSV of blocks a UTC day: time and BlkCnt (or date and blocks)
        #[arg(long, value_name = "FILE")]
        daily: Option<PathBuf>,
    },
    /// Build the history file from tables of blocks and of epoch boundaries
    Build {
        /// CSV (plain, gzip or zstd) with height,time,bits,pool: the blocks to carry
        #[arg(long, value_name = "FILE")]
        blocks: PathBuf,
        /// CSVs with height, time (or timestamp) and bits of first and last blocks of epochs
        #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
        boundaries: Vec<PathBuf>,
        /// Where to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub fn run(args: Args) -> anyhow::Result<()> {
    match args.action {
        None | Some(Action::List) => list(args.format),
        Some(Action::Verify {
            blocks,
            boundaries,
            headers,
            daily,
        }) => {
            let history = verify::itself()?;
            if let Some(path) = &blocks {
                verify::blocks(&history, path)?;
            }
            boundaries
                .iter()
                .try_for_each(|path| verify::boundaries(&history, path))?;
            headers
                .iter()
                .try_for_each(|path| verify::headers(&history, path))?;
            daily
                .iter()
                .try_for_each(|path| verify::daily_counts(&history, path))
        }
        Some(Action::Build {
            blocks,
            boundaries,
            out,
        }) => build::history(&blocks, &boundaries, &out),
    }
}

fn list(format: Format) -> anyhow::Result<()> {
    let items = items::all()?;
    let folders = items::folders(&items);
    let answer = EmbeddedData { items, folders };
    let envelope = Envelope::new(command(), None, None, Vec::new(), answer);
    match format {
        Format::Json => print_json(&envelope),
        Format::Table => print(text::data::data(&envelope, width()).as_bytes()),
    }
}
