//! Blocks marked by the pool that found them, and the likelihood of what is left of each pool.
//!
//! Pool p finds blocks at λ_p w, w the exposure. In pieces g of constant severity it keeps a fraction
//! f_pg. With λ_p integrated out under 1/λ,
//!
//! ```text
//! ln L_p = Σ_g n_pg ln f_pg − (Σ_g n_pg) ln(Σ_g w_g f_pg)
//! ```
//!
//! The comparison window is the piece with f = 1. Bins are three hours long, so that a restoration of three hours
//! is seen; pools with few blocks are counted as one.

use std::collections::BTreeMap;

use libm::log;

use hashquake_base::units::{Seconds, Span};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::clean::Cleaned;

/// Length of a bin.
pub const BIN: Seconds = 3 * 3_600;
/// Pools with fewer blocks in the comparison window are counted together.
pub const FEW_BLOCKS: u64 = 20;
/// The name of pools with few blocks, counted together.
pub const OTHERS: &str = "others";

/// Blocks of every pool in the comparison window and in each bin.
#[derive(Clone, Debug)]
pub struct Marks {
    /// Names: of pools, or of the groups that they were merged to.
    pub pools: Vec<String>,
    /// Blocks of each in the comparison window.
    pub before: Vec<u64>,
    /// Exposure of the comparison window, blocks per EH/s.
    pub exposure: f64,
    /// Bins in order.
    pub bins: Vec<Bin>,
}

/// A stretch of the shock.
#[derive(Clone, Debug)]
pub struct Bin {
    /// The stretch of time, unix seconds.
    pub span: Span,
    /// Its exposure.
    pub exposure: f64,
    /// Blocks of each pool.
    pub blocks: Vec<u64>,
}

impl Marks {
    /// Counts within `stretch`, in bins inside of `shock`; `merged` names the pool or group that a label
    /// is counted for. Without labels there is one pool, [`OTHERS`].
    pub fn count(
        blocks: &Blocks,
        chain: &Cleaned,
        shock: Span,
        stretch: Span,
        merged: &dyn Fn(&str) -> String,
    ) -> Self {
        let places = chain.first_at(stretch.start)..chain.first_at(stretch.end);
        let names: Vec<String> = match blocks.pools() {
            Some(labels) => {
                let short: Vec<String> = labels.names().iter().map(|n| merged(n)).collect();
                let name = |i: usize| short[labels.index()[i] as usize].clone();
                places.clone().map(name).collect()
            }
            None => vec![OTHERS.to_string(); places.len()],
        };
        let mut found: BTreeMap<&str, u64> = BTreeMap::new();
        for (name, i) in names.iter().zip(places.clone()) {
            *found.entry(name).or_default() += u64::from(!shock.contains(chain.times()[i]));
        }
        let mut pools: Vec<String> = found
            .iter()
            .filter(|(name, n)| **n >= FEW_BLOCKS && **name != OTHERS)
            .map(|(name, _)| (*name).to_string())
            .collect();
        pools.push(OTHERS.to_string());
        let place = |name: &str| {
            pools
                .iter()
                .position(|p| p == name)
                .unwrap_or(pools.len() - 1)
        };
        let mut bins: Vec<Bin> = spans(shock)
            .map(|span| Bin {
                span,
                exposure: chain.count(span).exposure,
                blocks: vec![0; pools.len()],
            })
            .collect();
        let mut before = vec![0; pools.len()];
        for (name, i) in names.iter().zip(places) {
            let t = chain.times()[i];
            let pool = place(name);
            if shock.contains(t) {
                bins[((t - shock.start) / BIN) as usize].blocks[pool] += 1;
            } else {
                before[pool] += 1;
            }
        }
        let exposure = chain.count(stretch).exposure - chain.count(shock).exposure;
        Self {
            pools,
            before,
            exposure,
            bins,
        }
    }
}

fn spans(shock: Span) -> impl Iterator<Item = Span> {
    let bins = (shock.seconds() + BIN - 1) / BIN;
    (0..bins).map(move |k| Span {
        start: shock.start + k * BIN,
        end: (shock.start + (k + 1) * BIN).min(shock.end),
    })
}

/// A piece of time in which a pool keeps the same fraction.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Blocks that the pool found.
    pub blocks: u64,
    /// Exposure.
    pub exposure: f64,
    /// Fraction of its hashrate that is left, above zero.
    pub kept: f64,
}

/// ln L of one pool, up to a constant that depends on its blocks only.
pub fn ln_likelihood(pieces: &[Piece]) -> f64 {
    let (mut ln, mut blocks, mut kept) = (0.0, 0, 0.0);
    for piece in pieces {
        if piece.blocks > 0 {
            ln += piece.blocks as f64 * log(piece.kept);
        }
        blocks += piece.blocks;
        kept += piece.exposure * piece.kept;
    }
    if blocks == 0 {
        return 0.0;
    }
    ln - blocks as f64 * log(kept)
}
