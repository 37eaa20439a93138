//! The clock against the real chain, and a simulated chain against the rules.

#![expect(clippy::disallowed_methods, reason = "the test reads shared data")]

use std::fs;
use std::path::Path;

use hashquake_base::stats::alias::Alias;
use hashquake_chain::blocks::{Blocks, EPOCH, expected_hashes};
use hashquake_chain::clock::RecentTimes;
use hashquake_chain::history;
use hashquake_chain::rules::check_blocks;
use hashquake_sim::clock::Clock;
use hashquake_sim::header_lag::{HeaderLag, MEASURED};
use hashquake_sim::mining::block::Block;

use crate::{NEVER, START, START_HEIGHT, pace, start};

/// Tells a clock the header times at the edges of every real epoch since 2009, and shows it after each
/// epoch's first block. Header times between the edges bear on no target: the last block's stands for them.
fn through_all_epochs(mut look: impl FnMut(u32, &Clock)) {
    let mut clock = Clock::genesis();
    for epoch in &history::embedded().epochs {
        let height = clock.next_height();
        clock.push(epoch.first_time);
        look(height, &clock);
        let Some(last_time) = epoch.last_time else {
            return;
        };
        while !clock.next_height().is_multiple_of(EPOCH) {
            match clock.plain_blocks() {
                0 => _ = clock.push(last_time),
                plain => clock.pass(plain),
            }
        }
    }
}

#[test]
fn every_real_target_follows_from_the_header_times_at_the_edges_of_epochs() {
    let history = history::embedded();
    let mut epochs = 0;
    through_all_epochs(|height, clock| {
        let epoch = history.epoch_of(height).unwrap();
        assert_eq!(clock.bits(), epoch.bits, "block {height}");
        epochs += 1;
    });
    assert_eq!(epochs, 436);
}

/// Every block told with its real time, and every real time allowed by the clock.
#[test]
fn five_years_of_real_blocks_pass_one_by_one() {
    let history = history::embedded();
    let blocks = &history.blocks;
    let first = blocks.first_height() + 11;
    let mut clock = Clock::before(history, first).unwrap();
    for i in 11..blocks.len() {
        let (time, bits) = (blocks.times()[i], blocks.bits()[i]);
        assert_eq!(clock.next_height(), blocks.height(i));
        assert_eq!(clock.bits(), bits, "block {}", blocks.height(i));
        assert!(time >= clock.earliest_time(), "block {}", blocks.height(i));
        let ratio = clock.block_hashes() / expected_hashes(bits);
        assert!((ratio - 1.0).abs() < 1e-15);
        clock.push(time);
    }
}

/// Bitcoin Core, `nMinimumChainWork` in `src/kernel/chainparams.cpp`: the work of mainnet up to block
/// 804,000 (version 26) and 856,760 (version 28).
#[test]
fn the_work_of_the_chain_is_what_nodes_report() {
    for (height, work) in [
        (804_000, 0x52b2_5593_53df_4117_b734_8b64_u128),
        (856_760, 0x88e1_86b7_0e08_62c1_93ec_44d6),
    ] {
        let clock = Clock::before(history::embedded(), height + 1).unwrap();
        assert_eq!(clock.chain_work(), work, "block {height}");
    }
}

#[test]
fn work_at_every_retarget_since_2009_is_what_a_node_wrote_down() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chain/tests/data/epoch_work.csv");
    let table = fs::read_to_string(path).unwrap();
    let mut rows = table.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let work = u128::from_str_radix(fields[2], 16).unwrap();
        (fields[0].parse::<u32>().unwrap(), work)
    });
    through_all_epochs(|height, clock| {
        if height > 0 {
            assert_eq!(rows.next(), Some((height, clock.chain_work())));
        }
    });
}

/// A simulated chain with all its header times passes the check that real blocks pass: targets,
/// retargets, median time past.
#[test]
fn a_simulated_chain_keeps_the_rules_of_the_real_one() {
    let start = start();
    let hashrate = pace(&start, 600.0);
    let mut clock = start.clone();
    let mut miner = Block::new(9, 0, MEASURED);
    let lag = HeaderLag::new(MEASURED, 9, 0);
    let table = Alias::new(&[1.0]).unwrap();
    let (mut times, mut bits, mut at) = (vec![], vec![], START);
    let mut recent = RecentTimes::default();
    while times.len() < 5 * EPOCH as usize {
        let target = clock.bits();
        let leg = miner.mine_each(&mut clock, hashrate, at, NEVER, &table, |t, _| {
            let earliest = recent.median().map_or(0, |m| m + 1);
            let time = lag.header_time(START_HEIGHT + times.len() as u32, t, earliest);
            recent.push(time);
            times.push(time);
            bits.push(target);
        });
        at = leg.at;
    }
    let blocks = Blocks::new(START_HEIGHT, times, bits, None);
    let gaps = check_blocks(&blocks).unwrap();
    assert_eq!(
        gaps.len(),
        2,
        "the first target and the first eleven times only: {gaps:?}"
    );
}

#[test]
fn a_start_that_the_history_does_not_reach_is_named() {
    let history = history::embedded();
    let error = Clock::before(history, 100).unwrap_err().to_string();
    assert!(
        error.starts_with("a run cannot start at block 100: the history holds blocks 610"),
        "{error}"
    );
    assert!(Clock::before(history, u32::MAX).is_err());
}
