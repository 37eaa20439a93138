#![no_main]
//! Any text as a scenario: an answer, or all its mistakes.

use hashquake_world::scenario::{Source, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source {
        name: "scenario.toml".to_string(),
        text: text.to_string(),
    };
    if let Err(mistakes) = read(&source, &[], &|_, _| Err("nothing to extend".to_string())) {
        assert!(!mistakes.list.is_empty());
    }
});
