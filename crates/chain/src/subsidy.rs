//! What a block may create: 50 BTC, halved every 210,000 blocks.
//!
//! Bitcoin Core, `GetBlockSubsidy` in `src/validation.cpp`. Leaves out fees.

/// Blocks between two halvings (Bitcoin Core, `nSubsidyHalvingInterval` in `src/kernel/chainparams.cpp`).
pub const HALVING: u32 = 210_000;

const SATS_PER_BTC: u64 = 100_000_000;

/// New coins that the block at `height` may create, satoshis; rounded down to a satoshi at each halving, nothing
/// once 64 halvings are past.
///
/// ```
/// use hashquake_chain::subsidy::subsidy_sats;
/// assert_eq!(subsidy_sats(839_999), 625_000_000);
/// assert_eq!(subsidy_sats(840_000), 312_500_000);
/// ```
pub fn subsidy_sats(height: u32) -> u64 {
    let halvings = height / HALVING;
    (50 * SATS_PER_BTC).checked_shr(halvings).unwrap_or(0)
}

/// The same in bitcoins.
pub fn subsidy_btc(height: u32) -> f64 {
    subsidy_sats(height) as f64 / SATS_PER_BTC as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of coins that will ever be: Core's `validation_tests.cpp`, `subsidy_limit_test`.
    #[test]
    fn all_subsidies_add_up_to_a_little_less_than_21_million() {
        let total: u64 = (0..70)
            .map(|era| u64::from(HALVING) * subsidy_sats(era * HALVING))
            .sum();
        assert_eq!(total, 2_099_999_997_690_000);
        assert_eq!(subsidy_sats(u32::MAX), 0);
    }
}
