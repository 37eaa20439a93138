//! The consensus rules against the real chain: every retarget since 2009, real headers, and each fault
//! under its own name.

#![expect(clippy::disallowed_methods, reason = "the test reads shared data")]

use std::fs;
use std::path::{Path, PathBuf};

use bitcoin::consensus::{params, serialize};
use bitcoin::constants::genesis_block;
use bitcoin::hashes::Hash;
use hashquake_chain::blocks::{Blocks, EPOCH, expected_hashes};
use hashquake_chain::hash::BlockHash;
use hashquake_chain::header::{self, HEADER, Header, Verifier};
use hashquake_chain::history::{self, Epoch, History};
use hashquake_chain::retarget::{BoundaryError, check_against_epochs, target, verify_epochs};
use hashquake_chain::rules::{Fault, Refusal, Rules, Unchecked, check_blocks};
use hashquake_chain::target::{CompactTarget, Target};
use proptest::prelude::*;

const GENESIS_RUN: &[u8] = include_bytes!("data/mainnet_headers_0_31.bin");
const EPOCH_RUN: &[u8] = include_bytes!("data/mainnet_headers_822528_824548.bin");
const EPOCH_WORK: &str = include_str!("data/epoch_work.csv");
const EPOCH_RUN_FIRST: u32 = 822_528;
/// The retarget inside `EPOCH_RUN`.
const RETARGET: u32 = 824_544;
/// A moment after all test data.
const NOW: i64 = 1_750_000_000;

/// The data that the project measures with, where it lies beside the repository.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: {folder} is not beside the repository");
    None
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let fields = |line: &str| line.split(',').map(str::to_string).collect();
    text.lines().skip(1).map(fields).collect()
}

fn compact(hex: &str) -> CompactTarget {
    CompactTarget::from_consensus(u32::from_str_radix(hex, 16).unwrap())
}

/// Changes one header of `EPOCH_RUN` and reads the run up to it.
fn tampered(height: u32, change: impl Fn(&mut [u8; HEADER])) -> Fault {
    let mut bytes = EPOCH_RUN.to_vec();
    let at = (height - EPOCH_RUN_FIRST) as usize * HEADER;
    let record = &mut bytes[at..at + HEADER];
    change(record.try_into().unwrap());
    let refusal = header::read(&bytes, EPOCH_RUN_FIRST, NOW).unwrap_err();
    assert_eq!(refusal.height, height, "{refusal}");
    refusal.fault
}

fn header_at(height: u32) -> Header<'static> {
    let at = (height - EPOCH_RUN_FIRST) as usize;
    Header(&EPOCH_RUN.as_chunks().0[at])
}

/// The verifier just before the header of `height` in `EPOCH_RUN`.
fn verifier_before(height: u32) -> Verifier {
    let mut verifier = Verifier::starting_at(EPOCH_RUN_FIRST);
    let bytes = (height - EPOCH_RUN_FIRST) as usize * HEADER;
    verifier.extend(&EPOCH_RUN[..bytes], NOW).unwrap();
    verifier
}

fn median_time_past(height: u32) -> u32 {
    let mut times: Vec<u32> = (height - 11..height).map(|h| header_at(h).time()).collect();
    times.sort_unstable();
    times[5]
}

#[test]
fn every_retarget_of_the_embedded_history_follows_from_its_epoch() {
    let History {
        blocks,
        first_epoch,
        epochs,
    } = history::embedded();
    assert_eq!(verify_epochs(epochs, *first_epoch), Ok(435));
    check_against_epochs(blocks, epochs, *first_epoch).unwrap();
}

#[test]
fn five_years_of_blocks_keep_the_rules_of_time_and_target() {
    let blocks = &history::embedded().blocks;
    let first = blocks.first_height();
    let gaps = check_blocks(blocks).unwrap();
    let expected = [
        Unchecked::Target { height: first },
        Unchecked::MedianTime {
            first,
            last: first + 10,
        },
        Unchecked::Retarget {
            height: first.next_multiple_of(EPOCH),
            epoch_start: first / EPOCH * EPOCH,
        },
    ];
    assert_eq!(gaps, expected);
}

#[test]
fn a_wrong_target_or_time_among_the_epochs_is_named() {
    let History { epochs, .. } = history::embedded();
    let mut changed: Vec<Epoch> = epochs[..20].to_vec();
    changed[16].bits = compact("1d00d86b");
    let error = verify_epochs(&changed, 0).unwrap_err();
    assert!(matches!(error, BoundaryError::Retarget { epoch: 16, .. }));
    assert!(error.to_string().contains("1d00d86a follows"), "{error}");
    changed[3].last_time = None;
    let error = verify_epochs(&changed, 0).unwrap_err();
    assert!(error.to_string().contains("last block, 8063, is missing"));

    changed[0].bits = compact("25000001");
    let error = verify_epochs(&changed, 7).unwrap_err();
    assert!(matches!(error, BoundaryError::NotATarget { epoch: 7, .. }));

    let (blocks, _) = header::read(EPOCH_RUN, EPOCH_RUN_FIRST, NOW).unwrap();
    check_against_epochs(&blocks, epochs, 0).unwrap();
    let shifted = Blocks::new(
        EPOCH_RUN_FIRST + 1,
        blocks.times().to_vec(),
        blocks.bits().to_vec(),
        None,
    );
    let error = check_against_epochs(&shifted, epochs, 0).unwrap_err();
    assert!(matches!(
        error,
        BoundaryError::Time {
            height: 824_543,
            ..
        }
    ));
}

/// Targets of every epoch of 2009–2024 as an independent wallet ships them, from the times that a third
/// project published.
#[test]
fn the_published_targets_of_every_epoch_are_reproduced() {
    let Some(folder) = shared("epoch_headers") else {
        return;
    };
    let edges = rows(&folder.join("epoch_boundary_headers_0_832608.csv"));
    let targets = rows(&folder.join("epoch_targets_0_878975.csv"));
    let time_of = |height: usize| {
        let row = edges.iter().find(|row| row[0] == height.to_string());
        row.map(|row| row[2].parse::<u32>().unwrap())
    };
    let epochs: Vec<Epoch> = (0..414)
        .map(|e| Epoch {
            first_time: time_of(e * 2016).unwrap(),
            last_time: time_of(e * 2016 + 2015),
            bits: compact(&targets[e][4]),
        })
        .collect();
    assert_eq!(verify_epochs(&epochs, 0), Ok(413));
    let embedded = &history::embedded().epochs;
    assert!(
        targets
            .iter()
            .zip(embedded)
            .all(|(row, epoch)| compact(&row[4]) == epoch.bits)
    );
    assert_eq!(targets.len(), embedded.len());
}

/// The work of the whole chain up to each of 436 blocks, to the last of its 96 bits.
#[test]
fn the_published_chain_work_is_reproduced_exactly() {
    let published: Vec<Vec<&str>> = EPOCH_WORK
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let epochs = &history::embedded().epochs;
    let work_of = |bits| target(bits).unwrap().to_work();
    let genesis = work_of(epochs[0].bits);
    let (mut total, mut total_float) = (genesis, expected_hashes(epochs[0].bits));
    for (i, row) in published.iter().enumerate() {
        let behind = work_of(epochs[i].bits);
        (1..EPOCH).for_each(|_| total = total + behind);
        let bits = compact(row[1]);
        total = total + work_of(bits);
        let published = bitcoin::Work::from_unprefixed_hex(row[2]).unwrap();
        assert_eq!(total.to_be_bytes(), published.to_be_bytes(), "{}", row[0]);
        total_float += 2015.0 * expected_hashes(epochs[i].bits) + expected_hashes(bits);
    }
    assert_eq!(published.len(), 436);
    assert!((total_float / total.to_f64() - 1.0).abs() < 1e-13);
}

#[test]
fn the_46_133_real_headers_pass() {
    let Some(folder) = shared("headers_partial") else {
        return;
    };
    let epochs = &history::embedded().epochs;
    let mut total = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let Some(heights) = name.strip_prefix("mainnet_headers_") else {
            continue;
        };
        let (first, last) = heights.split_once('_').unwrap();
        let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
        let (blocks, _) = header::read(&fs::read(&path).unwrap(), first, NOW).unwrap();
        assert_eq!(blocks.last_height(), Some(last));
        check_against_epochs(&blocks, epochs, 0).unwrap();
        total += blocks.len();
    }
    assert_eq!(total, 46_133);
}

#[test]
fn the_headers_that_we_carry_pass_and_say_what_is_open() {
    let (blocks, gaps) = header::read(GENESIS_RUN, 0, NOW).unwrap();
    assert_eq!((blocks.len(), gaps), (32, vec![]));
    let (blocks, gaps) = header::read(EPOCH_RUN, EPOCH_RUN_FIRST, NOW).unwrap();
    assert_eq!(blocks.bits()[2016], compact("1703d869"));
    let gaps: Vec<String> = gaps.iter().map(Unchecked::to_string).collect();
    assert_eq!(
        gaps,
        [
            "block 822528 was not checked against the block before it, which is not given",
            "the target of block 822528 was taken as it is: the block before it is not given",
            "the times of blocks 822528 to 822538 were not checked against the median time past: it needs the 11 blocks before each",
        ]
    );
}

#[test]
fn a_run_that_begins_inside_an_epoch_still_bounds_the_first_retarget() {
    let first = EPOCH_RUN_FIRST + 1;
    let (_, gaps) = header::read(&EPOCH_RUN[HEADER..], first, NOW).unwrap();
    let retarget = Unchecked::Retarget {
        height: RETARGET,
        epoch_start: EPOCH_RUN_FIRST,
    };
    assert!(gaps.contains(&retarget));
    let mut rules = Rules::starting_at(RETARGET - 1);
    rules.push(1_704_501_378, compact("1703e8b3"));
    let refused = |bits| rules.check(1_704_501_692, compact(bits)).unwrap_err().fault;
    assert!(rules.check(1_704_501_692, compact("1700fa2c")).is_ok());
    assert!(matches!(refused("1700fa2b"), Fault::RetargetTooFar { .. }));
    assert!(rules.check(1_704_501_692, compact("170fa2cc")).is_ok());
    assert!(matches!(refused("170fa2cd"), Fault::RetargetTooFar { .. }));
}

/// Each of the 640 bits of a header: its own field decides under which name it is refused.
#[test]
fn a_flipped_bit_anywhere_in_a_header_is_refused() {
    let height = EPOCH_RUN_FIRST + 500;
    let before = verifier_before(height);
    for bit in 0..HEADER * 8 {
        let mut record = *header_at(height).0;
        record[bit / 8] ^= 1 << (bit % 8);
        let fault = before.clone().push(Header(&record), NOW).unwrap_err().fault;
        let as_expected = match bit / 8 {
            0..4 => matches!(fault, Fault::ProofOfWork { .. } | Fault::Version { .. }),
            4..36 => matches!(fault, Fault::Link { .. }),
            36..68 | 76.. => matches!(fault, Fault::ProofOfWork { .. }),
            68..72 => matches!(
                fault,
                Fault::ProofOfWork { .. } | Fault::TooEarly { .. } | Fault::TooFarAhead { .. }
            ),
            _ => matches!(
                fault,
                Fault::TargetChanged { .. } | Fault::NotATarget { .. }
            ),
        };
        assert!(as_expected, "bit {bit}: {fault}");
    }
    assert!(before.clone().push(header_at(height), NOW).is_ok());
}

#[test]
fn a_wrong_target_at_a_retarget_is_refused() {
    let before = header_at(RETARGET - 1).bits().to_consensus();
    let fault = tampered(RETARGET, |h| {
        h[72..76].copy_from_slice(&before.to_le_bytes())
    });
    let expected = Fault::Retarget {
        bits: compact("1703e8b3"),
        expected: compact("1703d869"),
        first_time: 1_703_311_464,
        last_time: 1_704_501_378,
    };
    assert_eq!(fault, expected);
}

#[test]
fn a_time_at_the_median_is_refused_and_one_after_it_only_lacks_work() {
    let height = RETARGET + 2;
    let median = median_time_past(height);
    let with_time = |t: u32| tampered(height, |h| h[68..72].copy_from_slice(&t.to_le_bytes()));
    let early = |time| Fault::TooEarly { time, median };
    assert_eq!(with_time(median), early(median));
    assert_eq!(with_time(median - 1), early(median - 1));
    assert!(matches!(with_time(median + 1), Fault::ProofOfWork { .. }));
}

#[test]
fn a_time_over_two_hours_ahead_of_now_is_refused() {
    let height = RETARGET + 1;
    let time = header_at(height).time();
    let read = |now| verifier_before(height).push(header_at(height), now);
    let allowed = i64::from(time) - 7200;
    assert_eq!(read(allowed), Ok(()));
    let now = allowed - 1;
    let fault = Fault::TooFarAhead { time, now };
    assert_eq!(read(now), Err(Refusal { height, fault }));
}

#[test]
fn a_retired_version_is_refused() {
    let version = |v: i32| tampered(RETARGET, |h| h[..4].copy_from_slice(&v.to_le_bytes()));
    let retired = |version| Fault::Version {
        version,
        least: 4,
        since: 388_381,
    };
    assert_eq!(version(3), retired(3));
    assert_eq!(version(-4), retired(-4));
    assert!(matches!(version(4), Fault::ProofOfWork { .. }));
}

#[test]
fn a_broken_link_is_refused() {
    let height = EPOCH_RUN_FIRST + 1000;
    let expected = header_at(height - 1).hash();
    let other = header_at(height - 2).hash();
    let fault = tampered(height, |h| h[4..36].copy_from_slice(&other.to_byte_array()));
    assert_eq!(
        fault,
        Fault::Link {
            found: other,
            expected
        }
    );
    let mut missing_one = EPOCH_RUN.to_vec();
    missing_one.drain(1000 * HEADER..1001 * HEADER);
    let refusal = header::read(&missing_one, EPOCH_RUN_FIRST, NOW).unwrap_err();
    assert_eq!(refusal.height, height);
    assert!(matches!(refusal.fault, Fault::Link { .. }));
}

#[test]
fn the_first_block_of_all_has_the_easiest_target() {
    let mut bytes = GENESIS_RUN[..HEADER].to_vec();
    bytes[72..76].copy_from_slice(&0x1c00_ffff_u32.to_le_bytes());
    let fault = header::read(&bytes, 0, NOW).unwrap_err().fault;
    let expected = CompactTarget::LIMIT;
    let bits = compact("1c00ffff");
    assert_eq!(fault, Fault::TargetChanged { bits, expected });
}

#[test]
fn a_first_block_of_an_epoch_at_another_time_is_named() {
    let History { epochs, .. } = history::embedded();
    let (blocks, _) = header::read(EPOCH_RUN, EPOCH_RUN_FIRST, NOW).unwrap();
    let mut changed = epochs.clone();
    let epoch = (RETARGET / EPOCH) as usize;
    changed[epoch].first_time += 1;
    let error = check_against_epochs(&blocks, &changed, 0).unwrap_err();
    assert!(
        matches!(
            error,
            BoundaryError::Time {
                height: RETARGET,
                ..
            }
        ),
        "{error}"
    );
}

/// The genesis block of testnet names no block before it and proves its work, at mainnet's limit.
#[test]
fn the_genesis_block_of_another_chain_is_refused() {
    let other = genesis_block(&params::TESTNET3).header;
    let fault = header::read(&serialize(&other), 0, NOW).unwrap_err().fault;
    let expected = Header(GENESIS_RUN.first_chunk().unwrap()).hash();
    let hash = BlockHash::from_byte_array(other.block_hash().to_byte_array());
    assert_eq!(fault, Fault::NotGenesis { hash, expected });
}

/// Block 5 has five before it; their median is known to be the third.
#[test]
fn near_genesis_the_median_is_that_of_the_blocks_there_are() {
    let mut bytes = GENESIS_RUN[..6 * HEADER].to_vec();
    let median: [u8; 4] = GENESIS_RUN[2 * HEADER + 68..][..4].try_into().unwrap();
    bytes[5 * HEADER + 68..][..4].copy_from_slice(&median);
    let fault = header::read(&bytes, 0, NOW).unwrap_err().fault;
    let time = u32::from_le_bytes(median);
    assert_eq!(fault, Fault::TooEarly { time, median: time });
}

#[test]
fn a_cut_record_is_refused() {
    for bytes in [1, 37, 79] {
        let cut = &EPOCH_RUN[..2020 * HEADER + bytes];
        let refusal = header::read(cut, EPOCH_RUN_FIRST, NOW).unwrap_err();
        assert_eq!(
            (refusal.height, refusal.fault),
            (824_548, Fault::Cut { bytes })
        );
    }
}

#[test]
fn a_wrong_first_height_is_refused() {
    let at = |bytes, first| header::read(bytes, first, NOW).unwrap_err().fault;
    assert!(matches!(at(GENESIS_RUN, 7), Fault::Orphan));
    assert!(matches!(
        at(EPOCH_RUN, EPOCH_RUN_FIRST - 1),
        Fault::TargetChanged { .. }
    ));
    assert!(matches!(
        at(EPOCH_RUN, EPOCH_RUN_FIRST + 1),
        Fault::TargetChanged { .. }
    ));
    assert!(matches!(at(EPOCH_RUN, 0), Fault::Link { .. }));
    assert_eq!(at(EPOCH_RUN, u32::MAX - 5), Fault::TooHigh);
}

proptest! {
    #[test]
    fn bytes_that_are_no_headers_are_refused(
        garbage in prop::collection::vec(any::<u8>(), 1..500),
        first in any::<u32>(),
        now in any::<i64>(),
    ) {
        prop_assert!(header::read(&garbage, first, now).is_err());
    }
}

/// Hashes as every explorer shows them.
#[test]
fn hashes_are_those_that_the_world_knows() {
    let known = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
    let genesis = Header(GENESIS_RUN.first_chunk().unwrap());
    assert_eq!(genesis.hash().to_string(), known);
    assert_eq!(target(genesis.bits()), Some(Target::LIMIT));
    let known = "00000000000000000001b7f8d0289c6e15e5a6c9a59894b955afcf7dd8f9b1fe";
    assert_eq!(header_at(RETARGET).hash().to_string(), known);
}
