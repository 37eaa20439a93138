#![no_main]
//! Any bytes as pools' reports.

use hashquake_observe::shares::parse_reports;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(e) = parse_reports("series.csv", data) {
        assert!(!e.to_string().is_empty());
    }
});
