#![no_main]
//! Any bytes as 80-byte headers from any height: what is accepted keeps every rule that was checked.

use hashquake_chain::header;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first_chunk::<4>() else {
        return;
    };
    let first = u32::from_le_bytes(*first);
    if let Ok((blocks, _)) = header::read(bytes, first, i64::from(u32::MAX)) {
        assert_eq!(blocks.len() * 80, bytes.len());
    }
});
