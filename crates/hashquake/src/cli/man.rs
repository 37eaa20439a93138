//! `hashquake man`: manual pages, made from what the command line declares.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Command;

use super::output::print;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake man | man -l -
  hashquake man ~/.local/share/man/man1")]
pub struct Args {
    /// Write a page for each verb and sub-verb into this folder, which is made if need be
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints the main page of `command`, or writes all pages into a folder.
pub fn run(args: Args, command: Command) -> anyhow::Result<()> {
    match args.folder {
        Some(folder) => {
            let place = || folder.display().to_string();
            fs::create_dir_all(&folder).with_context(place)?;
            clap_mangen::generate_to(command, &folder).with_context(place)
        }
        None => {
            let mut out = Vec::new();
            clap_mangen::Man::new(command).render(&mut out)?;
            print(&out)
        }
    }
}
