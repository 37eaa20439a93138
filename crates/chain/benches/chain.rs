//! What the rules cost beside the hash that no check can do without: both over the same real headers,
//! in one run. The promise is at most twice the double SHA-256 alone.

use bitcoin_hashes::sha256d;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use hashquake_chain::header::{self, HEADER};

const RUN: &[u8] = include_bytes!("../tests/data/mainnet_headers_822528_824548.bin");
const RUN_FIRST: u32 = 822_528;
const NOW: i64 = 1_750_000_000;

fn main() {
    divan::main();
}

/// Double SHA-256 of every header, and nothing else.
#[divan::bench]
fn double_sha256_alone(bencher: Bencher) {
    let records = RUN.as_chunks::<HEADER>().0;
    bencher.counter(ItemsCount::new(records.len())).bench(|| {
        for record in black_box(records) {
            black_box(sha256d::hash(record));
        }
    });
}

/// Link, target, median time past, clock, version and hash of every header, read into columns.
#[divan::bench]
fn headers_checked_in_full(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(RUN.len() / HEADER))
        .bench(|| header::read(black_box(RUN), RUN_FIRST, NOW).expect("real headers pass"));
}
