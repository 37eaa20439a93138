//! The whole history of 2020–2024, filtered and smoothed, on one core; and beside it the floor: the
//! three-point kernel of both regimes over the same lattice, once a block, and nothing else.
//!
//! `cargo bench -p hashquake-observe --bench observe`

use hashquake_chain::history;
use hashquake_observe::clean::Cleaned;
use hashquake_observe::filter;
use hashquake_observe::regime::Parameters;
use hashquake_observe::smooth;

fn main() {
    divan::main();
}

fn intervals() -> Vec<f64> {
    Cleaned::new(&history::embedded().blocks).intervals()
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn filtered_2020_2024(bencher: divan::Bencher) {
    let y = intervals();
    bencher.bench(|| filter::run(divan::black_box(&y), &Parameters::default()));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn filtered_and_smoothed_2020_2024(bencher: divan::Bencher) {
    let y = intervals();
    bencher.bench(|| smooth::run(divan::black_box(&y), &Parameters::default()));
}

/// What any exact filter on this lattice must at least do: 2 × 321 cells, three of the last block's
/// values each.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn floor_three_point_kernel(bencher: divan::Bencher) {
    let blocks = intervals().len();
    let cells = 2 * Parameters::default().cells();
    bencher.bench(|| {
        let mut from = vec![1.0 / cells as f64; cells + 2];
        let mut to = from.clone();
        for _ in 0..blocks {
            for g in 0..cells {
                to[g + 1] = 0.75 * from[g + 1] + 0.125 * (from[g] + from[g + 2]);
            }
            std::mem::swap(&mut from, divan::black_box(&mut to));
        }
        from
    });
}
