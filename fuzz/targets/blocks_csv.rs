#![no_main]
//! Any bytes as a table of blocks, packed or not: an answer or an error that names the file.

use hashquake_chain::tables::parse_blocks;
use hashquake_source::read::read_from;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(named) = read_from(data, "blocks.csv") else {
        return;
    };
    match parse_blocks(&named.name, &named.bytes) {
        Ok(blocks) => assert!(!blocks.value.is_empty()),
        Err(e) => assert!(e.to_string().contains("blocks.csv")),
    }
});
