//! Whose loss it was, in the cases of the atlas.

use hashquake_core::chain::history;
use hashquake_core::observe::clean::Cleaned;
use hashquake_core::observe::fuse::{Edges, POOL_SPREAD, stretch};
use hashquake_core::observe::loss::headline;
use hashquake_core::observe::shares::{analyse, parse_reports};
use hashquake_core::units::Span;
use hashquake_core::world::atlas;
use hashquake_core::world::attribute::pools::{self, Basis, PoolAnswer};

/// Pools of a case, with Slush Pool's series, around the answer of block times.
fn of_case(id: &str) -> Vec<PoolAnswer> {
    let window = atlas::find(id).unwrap().window;
    let blocks = &history::embedded().blocks;
    let chain = Cleaned::new(blocks);
    let observed = Span {
        start: chain.times()[0],
        end: chain.times()[chain.len() - 1],
    };
    let network = headline(&chain, window, observed).unwrap().posterior;
    let whole = stretch(Edges::window(window), observed);
    let mut evidence = pools::count(blocks, &chain, window, whole);
    let series = parse_reports(atlas::embedded_reports().as_bytes()).unwrap();
    for pool in &mut evidence {
        let own = series.iter().find(|s| s.pool() == pool.name);
        pool.told = own.and_then(|s| analyse(s, window, observed.end));
    }
    pools::attribute(&evidence, &network, POOL_SPREAD)
}

fn of<'a>(answers: &'a [PoolAnswer], pool: &str) -> &'a PoolAnswer {
    answers.iter().find(|a| a.name == pool).unwrap()
}

#[test]
fn xinjiang_struck_huobi_and_poolin_and_spared_slush() {
    let pools = of_case("xinjiang-2021");
    assert!(of(&pools, "huobipool").probability_badly_hit >= 0.95);
    assert!(of(&pools, "poolin").probability_badly_hit >= 0.90);
    for name in ["antpool", "btccom", "binancepool"] {
        for loss in [of(&pools, name).loss, of(&pools, name).own_loss] {
            assert!(loss.p05 <= 0.20 && loss.p95 >= 0.25, "{name}: {loss:?}");
        }
    }
    let slush = of(&pools, "braiinspool");
    assert_eq!(slush.basis, Basis::Shares);
    assert!(slush.loss.p95 < 0.05 && slush.probability_badly_hit < 0.01);
}

#[test]
fn elliott_struck_foundry_hardest() {
    let pools = of_case("elliott-2022");
    let worst = pools::worst_hit(&pools).unwrap();
    assert_eq!(worst.name, "foundryusa");
    assert!(worst.probability_badly_hit > 0.99 && worst.own_loss.p95 > 0.6);
}
