//! The causes that are weighed, with their words.

use hashquake_world::cause::Cause;
use schemars::JsonSchema;
use serde::Serialize;

/// What may have brought the loss about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseName {
    /// No loss: the chance of finding blocks.
    Luck,
    /// Machines had power but no connection.
    InternetOutage,
    /// The grid, or those who run it, cut the power.
    PowerCut,
    /// Miners stopped for weather or the price of electricity.
    Curtailment,
    /// Protest, violence or war at the sites.
    Unrest,
    /// Mining was forbidden.
    Ban,
    /// The coin's price fell.
    Price,
    /// Difficulty rose or the subsidy halved.
    DifficultyOrHalving,
    /// A cause that is not in this list.
    Unknown,
}

impl CauseName {
    /// Every cause with its word in documents and on the command line.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("luck", Self::Luck),
        ("internet_outage", Self::InternetOutage),
        ("power_cut", Self::PowerCut),
        ("curtailment", Self::Curtailment),
        ("unrest", Self::Unrest),
        ("ban", Self::Ban),
        ("price", Self::Price),
        ("difficulty_or_halving", Self::DifficultyOrHalving),
        ("unknown", Self::Unknown),
    ];

    /// The word of documents.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, cause)| *cause == self)
            .map_or("unknown", |(word, _)| word)
    }

    /// Its name inside a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Luck => "luck",
            Self::InternetOutage => "the internet outage",
            Self::PowerCut => "a power cut",
            Self::Curtailment => "curtailment",
            Self::Unrest => "unrest",
            Self::Ban => "a ban",
            Self::Price => "the coin's price",
            Self::DifficultyOrHalving => "difficulty or a halving",
            Self::Unknown => "something else",
        }
    }

    /// The cause that a word of case files belongs to: storms, seasons and retargets that nobody explains
    /// are [`CauseName::Unknown`].
    pub fn of(cause: Cause) -> Self {
        match cause {
            Cause::InternetOutage => Self::InternetOutage,
            Cause::PowerCut => Self::PowerCut,
            Cause::CurtailmentWeather | Cause::CurtailmentPrice => Self::Curtailment,
            Cause::Ban => Self::Ban,
            Cause::Unrest => Self::Unrest,
            Cause::Price => Self::Price,
            Cause::Halving => Self::DifficultyOrHalving,
            Cause::Disaster | Cause::Season | Cause::Adjustment | Cause::Unknown => Self::Unknown,
        }
    }
}
