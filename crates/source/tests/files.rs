//! Files that users give, whole, changed and broken.

use std::fs;
use std::path::PathBuf;

use hashquake_chain::header::HEADER;
use hashquake_source::headers::read_headers;
use hashquake_source::read::{ReadError, read};
use tempfile::TempDir;

const GENESIS_RUN: &[u8] = include_bytes!("../../chain/tests/data/mainnet_headers_0_31.bin");
const EPOCH_RUN: &[u8] = include_bytes!("../../chain/tests/data/mainnet_headers_822528_824548.bin");
const EPOCH_RUN_FIRST: u32 = 822_528;
const NOW: i64 = 1_750_000_000;

fn written(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn refused(folder: &TempDir, name: &str, bytes: &[u8], from: Option<u32>) -> String {
    let path = written(folder, name, bytes);
    let error = read_headers(&read(&path).unwrap(), from, NOW)
        .unwrap_err()
        .to_string();
    assert!(error.contains(name), "{error}");
    error
}

#[test]
fn the_first_height_is_what_is_said_else_in_the_name_else_genesis() {
    let folder = TempDir::new().unwrap();
    let first = |name, bytes, from| {
        let path = written(&folder, name, bytes);
        read_headers(&read(&path).unwrap(), from, NOW)
            .unwrap()
            .0
            .first_height()
    };
    let epoch_run = &EPOCH_RUN[..HEADER * 30];
    assert_eq!(
        first("a.bin", epoch_run, Some(EPOCH_RUN_FIRST)),
        EPOCH_RUN_FIRST
    );
    assert_eq!(
        first("a_822528_822557.bin", epoch_run, None),
        EPOCH_RUN_FIRST
    );
    assert_eq!(
        first("b_1_2.bin", epoch_run, Some(EPOCH_RUN_FIRST)),
        EPOCH_RUN_FIRST
    );
    assert_eq!(first("headers", GENESIS_RUN, None), 0);
    let error = refused(&folder, "a.bin", epoch_run, None);
    assert!(error.contains("--headers-from"), "{error}");
    let error = refused(&folder, "a_822528_822558.bin", epoch_run, None);
    assert!(
        error.contains("822528 to 822558") && error.contains("30 headers"),
        "{error}"
    );
    refused(&folder, "a_822558_822528.bin", epoch_run, None);
    refused(&folder, "a_0_4294967295.bin", epoch_run, None);
}

#[test]
fn missing_context_is_reported_in_plain_words() {
    let folder = TempDir::new().unwrap();
    let path = written(&folder, "mainnet_headers_822528_824548.bin", EPOCH_RUN);
    let (blocks, notes) = read_headers(&read(&path).unwrap(), None, NOW).unwrap();
    assert_eq!((blocks.len(), notes.len()), (2021, 3));
    assert!(notes[2].contains("822528 to 822538 were not checked against the median"));
    let path = written(&folder, "genesis", GENESIS_RUN);
    assert_eq!(
        read_headers(&read(&path).unwrap(), None, NOW).unwrap().1,
        Vec::<String>::new()
    );
}

#[test]
fn a_bad_header_is_named_by_its_place() {
    let folder = TempDir::new().unwrap();
    let error = refused(&folder, "cut", &GENESIS_RUN[..5 * HEADER + 37], None);
    assert!(
        error.contains("header 6 (from byte 400): block 5: its record is cut: 37 of 80"),
        "{error}"
    );
    let error = refused(
        &folder,
        "h_822528_822530.bin",
        &EPOCH_RUN[..2 * HEADER + 37],
        None,
    );
    assert!(error.contains("37 of 80"), "{error}");
    let mut flipped = GENESIS_RUN.to_vec();
    flipped[3 * HEADER + 78] ^= 4;
    let error = refused(&folder, "flipped", &flipped, None);
    assert!(
        error.contains("block 3") && error.contains("does not meet its target"),
        "{error}"
    );
    let error = refused(&folder, "empty", &[], None);
    assert!(error.contains("no blocks in it"), "{error}");
    let error = refused(&folder, "letter", b"Dear sir or madam", Some(5));
    assert!(error.contains("17 of 80"), "{error}");
    let path = written(&folder, "zstd", &[0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]);
    assert!(matches!(read(&path), Err(ReadError::Damaged { .. })));
    assert!(matches!(
        read(folder.path()),
        Err(ReadError::NotAFile { .. })
    ));
}
