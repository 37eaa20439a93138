//! What a block may create: 50 BTC, halved every 210,000 blocks.
//!
//! Bitcoin Core, `GetBlockSubsidy` in `src/validation.cpp`. Leaves out fees.

use bitcoin::Amount;

/// Blocks between two halvings (Bitcoin Core, `nSubsidyHalvingInterval` in `src/kernel/chainparams.cpp`).
pub const HALVING: u32 = 210_000;

const FIRST_SUBSIDY_SATS: u64 = 50 * 100_000_000;

/// New coins that the block at `height` may create; rounded down to a satoshi at each halving, nothing
/// once 64 halvings are past.
///
/// ```
/// use hashquake_chain::subsidy::subsidy;
/// assert_eq!(subsidy(839_999).to_sat(), 625_000_000);
/// assert_eq!(subsidy(840_000).to_sat(), 312_500_000);
/// ```
pub fn subsidy(height: u32) -> Amount {
    let sats = FIRST_SUBSIDY_SATS.checked_shr(height / HALVING);
    Amount::from_sat(sats.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of coins that will ever be: Core's `validation_tests.cpp`, `subsidy_limit_test`.
    #[test]
    fn all_subsidies_add_up_to_a_little_less_than_21_million() {
        let total: u64 = (0..70)
            .map(|era| u64::from(HALVING) * subsidy(era * HALVING).to_sat())
            .sum();
        assert_eq!(total, 2_099_999_997_690_000);
        assert_eq!(subsidy(u32::MAX), Amount::ZERO);
    }
}
