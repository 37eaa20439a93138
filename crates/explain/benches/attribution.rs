//! The promise: regions within 300 ms, so that an explanation with everything stays under two seconds.
//! Measured on Kazakhstan's shutdown: every pool's loss, then the joint posterior of where it fell; and
//! for scale a single evaluation of the marked likelihood, of which a region's posterior takes some
//! 4,000 draws by 15 pools by 5 nodes.
//!
//! `cargo bench -p hashquake-explain --bench attribution`

use divan::Bencher;
use hashquake_base::stats::density::Posterior;
use hashquake_base::units::Span;
use hashquake_chain::history;
use hashquake_explain::attribution::exposure::{ExposurePrior, RegionShares, affinities};
use hashquake_explain::attribution::marks::{self, Marks, Piece};
use hashquake_explain::attribution::regions::{self, Candidate, RegionEvidence, RegionPrior};
use hashquake_explain::attribution::{outage, pools};
use hashquake_observe::clean::Cleaned;
use hashquake_observe::fuse::{Edges, POOL_SPREAD, stretch};
use hashquake_observe::loss::headline;
use hashquake_world::atlas;

fn main() {
    divan::main();
}

struct Inputs {
    chain: Cleaned,
    window: Span,
    stretch: Span,
    network: Posterior,
}

fn inputs() -> Inputs {
    let chain = Cleaned::new(&history::embedded().blocks);
    let window = atlas::find("kazakhstan-2022").unwrap().window;
    let observed = Span {
        start: chain.times()[0],
        end: chain.times()[chain.len() - 1],
    };
    Inputs {
        network: headline(&chain, window, observed).unwrap().posterior,
        stretch: stretch(Edges::window(window), observed),
        chain,
        window,
    }
}

#[divan::bench]
fn pools_of_kazakhstan(bencher: Bencher) {
    let s = inputs();
    let blocks = &history::embedded().blocks;
    bencher.bench(|| {
        let evidence = pools::count(blocks, &s.chain, s.window, s.stretch);
        pools::attribute(&evidence, &s.network, POOL_SPREAD)
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn regions_of_kazakhstan(bencher: Bencher) {
    let s = inputs();
    let blocks = &history::embedded().blocks;
    let own = |pool: &str| pool.to_string();
    let marks = Marks::count(blocks, &s.chain, s.window, s.stretch, &own);
    let shares = RegionShares {
        codes: ["US", "CN", "KZ", "CA", "RU", "IR"]
            .map(str::to_string)
            .to_vec(),
        draws: vec![vec![0.378, 0.211, 0.132, 0.065, 0.047, 0.001]],
    };
    let exposures = ExposurePrior::new(&marks.pools, &shares.codes, affinities(), &[]);
    let cuts = outage::of_case("kazakhstan-2022").unwrap();
    let severity = outage::for_miners(&cuts, "KZ").unwrap().clone();
    let candidates = [Candidate {
        region: 2,
        severity,
    }];
    let evidence = RegionEvidence {
        marks: &marks,
        reported: &[],
        network: &s.network,
        edges: Edges::window(s.window),
        candidates: &candidates,
    };
    let prior = RegionPrior {
        shares: &shares,
        exposures: &exposures,
        spread: POOL_SPREAD,
    };
    bencher.bench(|| regions::attribute(&evidence, &prior, 0).unwrap());
}

#[divan::bench]
fn floor_one_marked_likelihood(bencher: Bencher) {
    let piece = |blocks, exposure, kept| Piece {
        blocks,
        exposure,
        kept,
    };
    let pieces = [
        piece(400, 20.0, 1.0),
        piece(60, 3.0, 0.9),
        piece(9, 0.5, 0.5),
    ];
    bencher.bench(|| marks::ln_likelihood(divan::black_box(&pieces)));
}
