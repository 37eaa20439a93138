#![no_main]
//! Any bytes as each section of a shard.

use hashquake_sim::ensemble::bins::Counts;
use hashquake_sim::ensemble::blocks::take_arm;
use hashquake_sim::ensemble::packing::Cells;
use hashquake_sim::ensemble::shard::{read_path, read_rows};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = read_rows(data);
    let _ = read_path(data, 7);
    let mut rest = data;
    while !rest.is_empty() && take_arm(&mut rest).is_ok() {}
    let mut cells = Cells::new(data);
    let mut counts = Counts::default();
    while !cells.done() {
        counts.clear();
        if cells.add_to(&mut counts).is_err() {
            break;
        }
        let _ = counts.fan();
    }
});
