//! Fees (submodel 7, thin): one backlog, no feerate bands.
//!
//! ```text
//! fees a block = f · ((1 − r) + r · w) + shocks,    w = waiting time of the last blocks / 600 s
//! ```
//!
//! Payments come at their own pace; when blocks are slow, each finds more of them. Of the fees a part r moves
//! in proportion to the mean interval since the last decision: with r = 1 all demand waits and pays, and fees a
//! second stay the same whatever blocks do. What gives up and what bids higher is left out: bands of feerates
//! belong to a simulator of single payments.

/// Seconds that a block should take.
const BLOCK_SECONDS: f64 = 600.0;

/// The waiting time of the last blocks against ten minutes: `blocks` in `seconds`; one block's worth
/// when there was none.
pub fn waiting(seconds: f64, blocks: u32) -> f64 {
    seconds / (BLOCK_SECONDS * f64::from(blocks.max(1)))
}

/// BTC a block: `at_rest` while the backlog is at rest, of which the part `response` moves with `waiting`.
pub fn per_block(at_rest: f64, response: f64, waiting: f64) -> f64 {
    let response = response.clamp(0.0, 1.0);
    at_rest.max(0.0) * (1.0 - response + response * waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks twice as slow, and all demand waits: twice the fees a block, the same a second.
    #[test]
    fn demand_that_never_waits_pays_the_same_a_second() {
        let slow = per_block(0.1, 1.0, waiting(1200.0 * 72.0, 72));
        assert!((slow - 0.2).abs() < 1e-12);
        assert_eq!(per_block(0.1, 0.0, 5.0), 0.1);
        assert_eq!(waiting(6000.0, 0), 10.0);
    }
}
