#![no_main]
//! Any text as a case of the atlas: an answer, or all its mistakes.

use hashquake_world::atlas::Case;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(mistakes) = Case::parse("case.toml", text) {
        assert!(!mistakes.list.is_empty());
    }
});
