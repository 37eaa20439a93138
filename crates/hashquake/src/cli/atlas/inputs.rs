//! What the verbs of the atlas read: the embedded history and every case.

use hashquake_base::provenance::Input;
use hashquake_base::units::Seconds;
use hashquake_chain::history;

use crate::ask::{atlas_input, history_input};
use crate::cli::window;

/// The history and all cases.
pub fn all() -> Vec<Input> {
    vec![history_input(), atlas_input()]
}

/// The end of the embedded history, whose knowledge the measured losses use.
pub fn known_at() -> anyhow::Result<Seconds> {
    Ok(window::reach(&history::embedded().blocks)?.1)
}
