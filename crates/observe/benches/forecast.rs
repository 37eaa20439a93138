//! The promises: a forecast within 300 ms, the score of 2020–2024 within a minute on two cores. Measured:
//! one forecast, every retarget scored beside its rivals, every interval scored beside its rivals, and
//! the detector over the whole history; the floor of the last two is one pass of the filter
//! (`cargo bench --bench observe`).

use divan::Bencher;
use hashquake_base::units::{Moment, Span};
use hashquake_chain::history;
use hashquake_observe::detect::background::Background;
use hashquake_observe::detect::{online, thresholds};
use hashquake_observe::forecast::path::Model;
use hashquake_observe::forecast::{Question, forecast};
use hashquake_observe::retarget_score::retargets;
use hashquake_observe::score::estimators;

const ALL: Span = Span {
    start: 0,
    end: 4_000_000_000,
};

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn forecast_once(bencher: Bencher) {
    let question = Question {
        as_of: Moment::parse("2022-01-06T12:00Z").unwrap().end(),
        shock: None,
        fees_btc_per_block: 0.0,
        price_usd: None,
        draws: 3_000,
        seed: 0,
    };
    let blocks = &history::embedded().blocks;
    bencher.bench_local(|| forecast(blocks, &question, &Model::default()).unwrap());
}

#[divan::bench(sample_count = 3)]
fn score_every_retarget(bencher: Bencher) {
    let blocks = &history::embedded().blocks;
    bencher.bench_local(|| retargets(blocks, ALL, &Model::default(), 0, |_| ()));
}

#[divan::bench(sample_count = 3)]
fn score_every_interval(bencher: Bencher) {
    let blocks = &history::embedded().blocks;
    bencher.bench_local(|| estimators(blocks, ALL, |_| ()));
}

#[divan::bench(sample_count = 10)]
fn detect_over_five_years(bencher: Bencher) {
    let blocks = &history::embedded().blocks;
    let thresholds = thresholds::at(Background::Constant, 1.0).unwrap();
    bencher.bench_local(|| online(blocks, &thresholds));
}
