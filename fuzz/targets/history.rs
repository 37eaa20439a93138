#![no_main]
//! Any body with its right digest behind it, so that the decoder is reached: what is accepted is written
//! again as the same bytes.

use bitcoin_hashes::Sha256;
use hashquake_chain::history::History;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    bytes.extend(Sha256::hash(data).to_byte_array());
    if let Ok(history) = History::decode(&bytes) {
        let again = History::decode(&history.encode().unwrap()).unwrap();
        assert_eq!(again, history);
    }
});
