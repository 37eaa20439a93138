//! The sampler that draws strides of blocks: exact, and some twenty draws an epoch instead of 2016.
//!
//! In exposure blocks are a Poisson process of rate one ([`mining`](super)), so
//!
//! - the exposure from one block to the k-th after it is Gamma(k), and independent of what was before: a
//!   stride of k plain blocks is one draw, its end is one block's exact moment;
//! - given that the k-th comes at exposure G, the k − 1 before it are k − 1 independent uniform points
//!   of (0, G) (order statistics of the Poisson process; Daley and Vere-Jones, section 2.1). When a span
//!   ends at exposure a < G, the number that came until then is Binomial(k − 1, a/G), and given that
//!   number n the remaining k − 1 − n points are again uniform on (a, G): the stride goes on with k − n
//!   blocks to come at exposure G − a, and the same argument holds for every later cut;
//! - the blocks whose header times matter, the twelve at an epoch's end and the one at its beginning,
//!   are strides of one, so that retargets see the same header times, lifts by the median time past
//!   included, as with `block`.
//!
//! So counts at any set of moments, retargets and their times have the joint distribution of `block`. The alternative,
//! a Poisson count to the next change and a Beta for the boundary when it was passed, has that distribution too,
//! but draws anew at every change of state; here an epoch's luck is drawn once, and two worlds of one
//! seed share it. Winners, when there is more than one to choose from, are drawn over the blocks of a
//! span, one by one or as a multinomial, which is their distribution given the count.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use crate::clock::Clock;
use crate::header_lag::{HeaderLag, Knots};
use crate::mining::{Leg, Miner, Stop, Winners, halving, push, rate};
use crate::time::Micros;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::binomial::{binomial, multinomial};
use hashquake_base::stats::draw::gamma;
use hashquake_base::stats::exponential::Exponential;
use hashquake_base::units::Hashrate;

/// A binomial costs about as much as so many winners drawn one by one (`cargo bench --bench sim`).
const BLOCKS_PER_CLASS: u32 = 12;

/// Draws strides of blocks.
pub struct Leap {
    luck: ChaCha8Rng,
    counting: ChaCha8Rng,
    choosing: ChaCha8Rng,
    lag: HeaderLag,
    stride: Stride,
    won: Vec<u32>,
}

/// Blocks still to come up to and with its last, and the exposure that they take.
#[derive(Clone, Copy)]
struct Stride {
    blocks: u32,
    exposure: f64,
}

impl Leap {
    /// The strides of run `run` of `seed`, whose headers lag by the distribution `knots`.
    pub fn new(seed: u64, run: u32, knots: Knots) -> Self {
        Self {
            luck: stream(seed, run, Purpose::LeapLuck),
            counting: stream(seed, run, Purpose::LeapCounts),
            choosing: stream(seed, run, Purpose::LeapWinners),
            lag: HeaderLag::new(knots, seed, run),
            stride: Stride {
                blocks: 0,
                exposure: 0.0,
            },
            won: Vec::new(),
        }
    }

    /// The stride from the clock's tip: its plain blocks, or one.
    fn next_stride(&mut self, clock: &Clock) -> Stride {
        let blocks = clock.plain_blocks().max(1);
        let exposure = if blocks == 1 {
            let word = self.luck.next_u64();
            Exponential::tables().draw(word, || self.luck.next_u64())
        } else {
            gamma(&mut self.luck, f64::from(blocks))
        };
        Stride { blocks, exposure }
    }

    /// The end of the span comes after `exposure` of the stride: the blocks found until then.
    fn cut(&mut self, exposure: f64) -> u32 {
        let Stride {
            blocks,
            exposure: whole,
        } = self.stride;
        let found = if blocks > 1 {
            binomial(&mut self.counting, blocks - 1, exposure / whole)
        } else {
            0
        };
        self.stride = Stride {
            blocks: blocks - found,
            exposure: (whole - exposure).max(f64::MIN_POSITIVE),
        };
        found
    }

    /// Shares `blocks` out among the winners: one by one when they are few, else by classes.
    fn choose(&mut self, blocks: u32, winners: &mut Winners) {
        let Winners {
            weights,
            table,
            counts,
        } = winners;
        if let [count] = counts.as_mut_slice() {
            *count += u64::from(blocks);
        } else if (blocks / BLOCKS_PER_CLASS) < counts.len() as u32 {
            for _ in 0..blocks {
                let winner = table.draw(u64::from(self.choosing.next_u32()));
                counts[winner as usize] += 1;
            }
        } else {
            self.won.resize(counts.len(), 0);
            multinomial(&mut self.choosing, blocks, weights, &mut self.won);
            for (count, &won) in counts.iter_mut().zip(&self.won) {
                *count += u64::from(won);
            }
        }
    }

    fn stride_on(
        &mut self,
        clock: &mut Clock,
        hashrate: Hashrate,
        from: Micros,
        until: Micros,
    ) -> Leg {
        let rate = rate(clock, hashrate);
        let span = (until - from).0 as f64;
        let (mut elapsed, mut found) = (0.0, 0);
        loop {
            if self.stride.blocks == 0 {
                self.stride = self.next_stride(clock);
            }
            let end = elapsed + self.stride.exposure / rate;
            if end >= span {
                let cut = self.cut((span - elapsed) * rate);
                clock.pass(cut);
                let (at, stop, blocks) = (until, Stop::End, found + cut);
                return Leg { at, blocks, stop };
            }
            elapsed = end;
            let at = Micros(from.0 + elapsed as i64);
            let blocks = std::mem::take(&mut self.stride.blocks);
            found += blocks;
            let stop = if clock.plain_blocks() > 0 {
                clock.pass(blocks);
                halving(clock)
            } else {
                push(clock, &self.lag, at)
            };
            if let Some(stop) = stop {
                return Leg {
                    at,
                    blocks: found,
                    stop,
                };
            }
        }
    }
}

impl Miner for Leap {
    fn mine(
        &mut self,
        clock: &mut Clock,
        hashrate: Hashrate,
        from: Micros,
        until: Micros,
        winners: &mut Winners,
    ) -> Leg {
        let leg = self.stride_on(clock, hashrate, from, until);
        self.choose(leg.blocks, winners);
        leg
    }
}
