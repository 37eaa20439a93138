//! What an ensemble needs to know of a simulator.

use crate::output::{Arm, Layout, RunRecord};

/// Something that can be run over and over.
pub trait Simulate: Sync {
    /// Memory that a run needs and the next one uses again.
    type Scratch;

    /// When and of what records are taken.
    fn layout(&self) -> &Layout;

    /// Memory that runs of one thread share, empty.
    fn scratch(&self) -> Self::Scratch;

    /// One arm of one run into `record`, which has the layout's shape. Depends on nothing but the
    /// simulator, `run` and `arm`.
    fn run(&self, run: u32, arm: Arm, scratch: &mut Self::Scratch, record: &mut RunRecord);
}
