//! The sampler that draws every block: its time and its winner.
//!
//! One 64-bit word of ChaCha8 a block: 40 bits for the exponential, 24 for the winner; one block in
//! ninety takes more. Words come 512 at a time. What of a block's exposure is left when a span ends is
//! carried into the next, so that the k-th block has the same luck in every world of one seed.
//!
//! Nothing is allocated. The floor is ChaCha8 itself, a good 2 ns for the 8 bytes; `cargo bench --bench
//! sim` prints it beside the sampler.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use crate::clock::Clock;
use crate::header_lag::{HeaderLag, Knots};
use crate::mining::{Leg, Miner, Stop, Winners, halving, push, rate};
use crate::time::Micros;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::alias::Alias;
use hashquake_base::stats::exponential::{Exponential, SPARE_FROM};
use hashquake_base::units::Hashrate;

const WORDS: usize = 512;
const WORD: usize = 8;

/// Draws every block.
pub struct Block {
    words: Words,
    lag: HeaderLag,
    pending: Pending,
}

/// The block that comes next: the exposure that it still takes, and the bits that choose its winner.
#[derive(Clone, Copy)]
struct Pending {
    exposure: f64,
    bits: u64,
}

/// How far a run of plain blocks came.
struct Run {
    /// Microseconds since the span began.
    elapsed: f64,
    blocks: u32,
    /// Whether the span ended first.
    over: bool,
}

impl Block {
    /// The blocks of run `run` of `seed`, whose headers lag by the distribution `knots`.
    pub fn new(seed: u64, run: u32, knots: Knots) -> Self {
        let mut words = Words::new(stream(seed, run, Purpose::BlockLuck));
        let pending = draw(Exponential::tables(), &mut words);
        Self {
            words,
            lag: HeaderLag::new(knots, seed, run),
            pending,
        }
    }

    /// [`Miner::mine`] with every block's moment and winner, an index into `table`, given to `found`.
    pub fn mine_each(
        &mut self,
        clock: &mut Clock,
        hashrate: Hashrate,
        from: Micros,
        until: Micros,
        table: &Alias,
        mut found: impl FnMut(Micros, u32),
    ) -> Leg {
        let span = (until - from).0 as f64;
        let micros_per_block = 1.0 / rate(clock, hashrate);
        let mut so_far = Run {
            elapsed: 0.0,
            blocks: 0,
            over: false,
        };
        loop {
            let plain = clock.plain_blocks();
            let before = so_far.blocks;
            let limit = before + plain.max(1);
            self.run(&mut so_far, limit, span, micros_per_block, |t, bits| {
                found(Micros(from.0 + t as i64), table.draw(bits));
            });
            let blocks = so_far.blocks;
            let at = Micros(from.0 + so_far.elapsed as i64);
            let stop = if plain > 0 {
                clock.pass(blocks - before);
                halving(clock).filter(|_| !so_far.over)
            } else if so_far.over {
                None
            } else {
                push(clock, &self.lag, at)
            };
            if let Some(stop) = stop {
                return Leg { at, blocks, stop };
            }
            if so_far.over {
                let (at, stop) = (until, Stop::End);
                return Leg { at, blocks, stop };
            }
        }
    }

    /// Blocks up to `limit` in all, or to the end of the span.
    #[inline(always)]
    fn run(
        &mut self,
        so_far: &mut Run,
        limit: u32,
        span: f64,
        micros_per_block: f64,
        mut found: impl FnMut(f64, u64),
    ) {
        let tables = Exponential::tables();
        let mut pending = self.pending;
        let Run {
            mut elapsed,
            mut blocks,
            ..
        } = *so_far;
        let mut over = false;
        while blocks < limit {
            let next = elapsed + pending.exposure * micros_per_block;
            if next >= span {
                over = true;
                // Rounding may leave nothing: the block then comes at once, not never.
                let left = pending.exposure - (span - elapsed) / micros_per_block;
                pending.exposure = left.max(f64::MIN_POSITIVE);
                break;
            }
            elapsed = next;
            found(elapsed, pending.bits);
            blocks += 1;
            pending = draw(tables, &mut self.words);
        }
        self.pending = pending;
        *so_far = Run {
            elapsed,
            blocks,
            over,
        };
    }
}

impl Miner for Block {
    fn mine(
        &mut self,
        clock: &mut Clock,
        hashrate: Hashrate,
        from: Micros,
        until: Micros,
        winners: &mut Winners,
    ) -> Leg {
        let Winners { table, counts, .. } = winners;
        self.mine_each(clock, hashrate, from, until, table, |_, winner| {
            counts[winner as usize] += 1;
        })
    }
}

#[inline(always)]
fn draw(tables: &Exponential, words: &mut Words) -> Pending {
    let word = words.next();
    Pending {
        exposure: tables.draw(word, || words.next()),
        bits: word >> SPARE_FROM,
    }
}

/// A ChaCha8 stream, 512 words at a time.
struct Words {
    rng: ChaCha8Rng,
    bytes: [u8; WORDS * WORD],
    used: usize,
}

impl Words {
    fn new(rng: ChaCha8Rng) -> Self {
        Self {
            rng,
            bytes: [0; WORDS * WORD],
            used: WORDS,
        }
    }

    #[inline(always)]
    fn next(&mut self) -> u64 {
        if self.used == WORDS {
            self.refill();
        }
        let word = self.bytes.as_chunks::<WORD>().0[self.used];
        self.used += 1;
        u64::from_le_bytes(word)
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self) {
        self.rng.fill_bytes(&mut self.bytes);
        self.used = 0;
    }
}
