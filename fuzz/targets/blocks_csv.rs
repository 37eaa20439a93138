#![no_main]
//! Any bytes as a table of blocks, packed or not: an answer or an error that names a line.

use hashquake_source::{file::read_blocks, read::read_from};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(named) = read_from(data, "blocks.csv") else {
        return;
    };
    match read_blocks(&named) {
        Ok(blocks) => assert!(!blocks.is_empty()),
        Err(e) => assert!(e.to_string().contains("blocks.csv")),
    }
});
