//! What brings a shock about.

use crate::words::{Word, words};

words! {
    /// What brings a shock about. The list is closed: what fits none of it is [`Cause::Unknown`].
    Cause {
        /// Machines have power but no connection.
        InternetOutage = "internet_outage",
        /// The grid or those who run it cut or ration miners' supply, or the grid fails.
        PowerCut = "power_cut",
        /// Miners stop for heat or cold: on appeal, by contract or for the price of those days.
        CurtailmentWeather = "curtailment_weather",
        /// Miners stop for the price of electricity, whatever the weather.
        CurtailmentPrice = "curtailment_price",
        /// Authorities forbid mining or order it to end.
        Ban = "ban",
        /// Storm, flood or earthquake damages sites or what feeds them.
        Disaster = "disaster",
        /// Supply changes with the season and machines move.
        Season = "season",
        /// Protest, violence or war.
        Unrest = "unrest",
        /// The price of the coin falls.
        Price = "price",
        /// The subsidy halves.
        Halving = "halving",
        /// Known by its retarget alone: the epoch before a record one, whatever lay behind it.
        Adjustment = "adjustment",
        /// The sources do not say.
        Unknown = "unknown",
    }
}

impl Cause {
    /// The cause that `word` stands for.
    ///
    /// # Errors
    /// A sentence with all words there are.
    pub fn parse(word: &str) -> Result<Self, String> {
        Self::from_word(word).ok_or_else(|| {
            format!(
                "`{word}` is not a valid cause: expected one of {}",
                Self::NAMES.join(", ")
            )
        })
    }
}
