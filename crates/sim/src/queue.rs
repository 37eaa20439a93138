//! In which order things happen that happen at once.
//!
//! ```text
//! scenario events → block → retarget → decisions → outputs
//! ```
//!
//! A scenario's event holds from its moment on, so a block of the same microsecond is found under it; a
//! retarget is the work of its block; a decision sees the block and the new target; an output sees all
//! of it. Within a rank, what was scheduled first comes first. So the order is total, and depends on
//! nothing but the schedule.
//!
//! The heap keeps its room: once it has held the most events that a run has at a time, nothing is
//! allocated.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Micros;

/// What kind of thing happens, in the order in which kinds happen at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Something in the world changes.
    Scenario,
    /// A block is found.
    Block,
    /// Its epoch ends.
    Retarget,
    /// Operators decide.
    Decision,
    /// Figures are written down.
    Output,
}

impl Rank {
    /// The end, itself outside, of the span of blocks that come before something of this rank at `at`.
    pub fn blocks_until(self, at: Micros) -> Micros {
        Micros(at.0.saturating_add(i64::from(self > Self::Block)))
    }
}

/// One entry of a [`Queue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due<E> {
    /// When.
    pub at: Micros,
    /// Of what kind.
    pub rank: Rank,
    /// How many were scheduled before it.
    order: u64,
    /// What.
    pub event: E,
}

/// Events to come, in total order.
#[derive(Clone, Debug)]
pub struct Queue<E: Ord> {
    heap: BinaryHeap<Reverse<Due<E>>>,
    scheduled: u64,
}

impl<E: Ord> Queue<E> {
    /// None yet, with room for `room`.
    pub fn with_room(room: usize) -> Self {
        Self {
            heap: BinaryHeap::with_capacity(room),
            scheduled: 0,
        }
    }

    /// Schedules `event`.
    pub fn schedule(&mut self, at: Micros, rank: Rank, event: E) {
        let order = self.scheduled;
        self.scheduled += 1;
        self.heap.push(Reverse(Due {
            at,
            rank,
            order,
            event,
        }));
    }

    /// The next one, left in its place.
    pub fn next(&self) -> Option<&Due<E>> {
        self.heap.peek().map(|Reverse(due)| due)
    }

    /// Takes the next one.
    pub fn pop(&mut self) -> Option<Due<E>> {
        self.heap.pop().map(|Reverse(due)| due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_block_belongs_behind_an_event_and_before_a_decision_of_its_moment() {
        let at = Micros(5);
        assert_eq!(Rank::Scenario.blocks_until(at), at);
        for later in [Rank::Decision, Rank::Output] {
            assert_eq!(later.blocks_until(at), Micros(6));
        }
    }

    proptest! {
        /// A stable sort by moment and rank is the order, whatever the events are.
        #[test]
        fn events_leave_by_moment_then_rank_then_turn(
            entries in prop::collection::vec((0i64..5, 0usize..3, any::<u8>()), 0..60),
        ) {
            let ranks = [Rank::Scenario, Rank::Decision, Rank::Output];
            let mut queue = Queue::with_room(8);
            let mut expected: Vec<_> =
                entries.iter().map(|&(at, rank, e)| (Micros(at), ranks[rank], e)).collect();
            for &(at, rank, event) in &expected {
                queue.schedule(at, rank, event);
            }
            expected.sort_by_key(|&(at, rank, _)| (at, rank));
            let left: Vec<_> =
                std::iter::from_fn(|| queue.pop()).map(|d| (d.at, d.rank, d.event)).collect();
            prop_assert_eq!(left, expected);
        }
    }
}
