//! The promise: a verdict within a second of starting. Measured: decoding the history, then the whole
//! explanation, and for scale the block answer alone.

use divan::Bencher;
use hashquake_base::units::Span;
use hashquake_chain::history::{self, History};
use hashquake_explain::{Material, Question, explain};
use hashquake_observe::clean::Cleaned;
use hashquake_observe::loss::headline;
use hashquake_observe::shares::parse_reports;
use hashquake_world::atlas;

fn main() {
    divan::main();
}

#[divan::bench]
fn decode_the_history() -> History {
    History::decode(history::embedded_bytes()).unwrap()
}

#[divan::bench]
fn explain_kazakhstan(bencher: Bencher) {
    let case = atlas::find("kazakhstan-2022").unwrap();
    let series = parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())
        .unwrap()
        .value;
    let question = Question::of_case(case);
    let mut material = Material::of_blocks(&history::embedded().blocks);
    material.series = &series;
    bencher.bench(|| explain(&question, &material).unwrap());
}

#[divan::bench]
fn block_answer_alone(bencher: Bencher) {
    let chain = Cleaned::new(&history::embedded().blocks);
    let window = atlas::find("kazakhstan-2022").unwrap().window;
    let observed = Span {
        start: chain.times()[0],
        end: chain.times()[chain.len() - 1] + 1,
    };
    bencher.bench(|| headline(&chain, window, observed).unwrap());
}
