//! What the verbs of the atlas read: the embedded history and every case.

use hashquake_base::provenance::Input;
use hashquake_base::units::Seconds;
use hashquake_chain::history;
use hashquake_world::atlas;

use crate::ask::{case_input, history_input};
use crate::cli::window;

/// The history and all cases.
pub fn all() -> Vec<Input> {
    let cases = atlas::cases().iter().map(case_input);
    std::iter::once(history_input()).chain(cases).collect()
}

/// The end of the embedded history, whose knowledge the measured losses use.
pub fn known_at() -> anyhow::Result<Seconds> {
    Ok(window::reach(&history::embedded().blocks)?.1)
}
