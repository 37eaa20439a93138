//! Every key that a scenario may have, but those of [events](super::event_keys): one table, from which the reader, the JSON Schema and the tables of
//! `docs/scenarios.md` are made, so that they cannot differ.

use super::units::Dimension;
use super::value_type::{
    ANY, Bounds, FROM_ZERO, Key, Kind, PART, POSITIVE, Presence, ValueType, key,
};
use crate::words::{Word, words};
use hashquake_base::units::{DAY, Seconds};

/// Longest run, seconds: ten years with their leap days.
pub const LONGEST_RUN: Seconds = 3_653 * DAY;

use Dimension as D;
use Presence::{Default, Optional, Required};
use ValueType::{Distribution, Quantity};

pub(super) const ASSUMED: Key = key(
    "assumed",
    ValueType::Texts,
    Optional("none beyond the defaults"),
    "[\"recovery\"]",
    "keys of this table that `source` does not carry: assumptions",
);

/// Between two decisions lies a second at least, and a run at most.
const DECISION: Bounds = Bounds {
    low: 1.0,
    high: LONGEST_RUN as f64,
    above: false,
};

/// Keys of the scenario itself.
pub const SCENARIO: &[Key] = &[
    key(
        "id",
        ValueType::Name,
        Required,
        "\"kazakhstan-35-percent-3-weeks\"",
        "its name; not taken over by `extends`",
    ),
    key(
        "title",
        ValueType::Text,
        Required,
        "\"Kazakhstan goes dark\"",
        "a title for people; not taken over",
    ),
    key(
        "question",
        ValueType::Text,
        Required,
        "\"What happens when a third of the network stops?\"",
        "the question that it asks; not taken over",
    ),
    key(
        "extends",
        ValueType::Text,
        Optional("it stands alone"),
        "\"kazakhstan-quiet-2022\"",
        "another scenario, by its embedded name or by a path from this file, whose keys hold where this one is silent",
    ),
    key(
        "sources",
        ValueType::Texts,
        Optional("none beyond those of its events"),
        "[\"coindesk.com 2022-01-06\"]",
        "where its numbers come from; those of an extended scenario come first",
    ),
    key(
        "start",
        ValueType::Moment,
        Required,
        "\"2022-01-05T00:00Z\"",
        "first second of the run, UTC",
    ),
    key(
        "end",
        ValueType::TimeSpec,
        Required,
        "\"1 y\"",
        "first second after the run: a moment, or a length of time after `start`; at most ten years",
    ),
    key(
        "as_of",
        ValueType::Known,
        Optional("`start`"),
        "\"2022-01-05\"",
        "the world at start uses what was published by this moment",
    ),
    key(
        "decision",
        Quantity(D::Duration, DECISION),
        Default("\"24 h\""),
        "\"24 h\"",
        "time between two decisions of operators",
    ),
];

const SECTION_SOURCE: Key = key(
    "source",
    ValueType::Text,
    Optional("every number here is an assumption"),
    "\"closes of 2021\"",
    "where these numbers come from",
);

words! {
    /// The kinds of `[price]` by the words of its `kind`.
    PriceName {
        /// The price never moves.
        Constant = "constant",
        /// Given closes, the last one held.
        Path = "path",
        /// A geometric walk with jumps.
        JumpDiffusion = "jump_diffusion",
        /// Stretches of returns drawn from given closes.
        Bootstrap = "bootstrap",
    }
}

/// The kinds of `[price]`, with their keys.
pub const PRICES: &[Kind<PriceName>] = &[
    Kind {
        name: PriceName::Constant,
        doc: "never moves",
        spread: false,
        keys: &[
            key(
                "price",
                Quantity(D::Money, POSITIVE),
                Required,
                "\"43000 USD\"",
                "price of a coin",
            ),
            SECTION_SOURCE,
            ASSUMED,
        ],
    },
    Kind {
        name: PriceName::Path,
        doc: "given closes, the last one held",
        spread: false,
        keys: &[
            key(
                "closes",
                ValueType::Closes,
                Required,
                "[[\"2022-01-05T00:00Z\", 45906]]",
                "times and dollars, in order of time",
            ),
            SECTION_SOURCE,
            ASSUMED,
        ],
    },
    Kind {
        name: PriceName::JumpDiffusion,
        doc: "a geometric walk with jumps",
        spread: false,
        keys: &[
            key(
                "price",
                Quantity(D::Money, POSITIVE),
                Required,
                "\"43000 USD\"",
                "price at the start",
            ),
            key(
                "drift",
                Distribution(D::DailyRate, ANY),
                Default("\"0 /d\""),
                "\"0 /d\"",
                "drift of the logarithm",
            ),
            key(
                "volatility",
                Distribution(D::Diffusion, FROM_ZERO),
                Required,
                "\"3.5 %/sqrt(d)\"",
                "standard deviation of the logarithm between jumps",
            ),
            key(
                "jumps",
                Distribution(D::DailyRate, FROM_ZERO),
                Default("\"0 /d\""),
                "\"12 /y\"",
                "how often it jumps",
            ),
            key(
                "jump_sd",
                Distribution(D::Fraction, FROM_ZERO),
                Default("0"),
                "\"8 %\"",
                "standard deviation of a jump in the logarithm",
            ),
            SECTION_SOURCE,
            ASSUMED,
        ],
    },
    Kind {
        name: PriceName::Bootstrap,
        doc: "stretches of returns drawn from given closes",
        spread: false,
        keys: &[
            key(
                "closes",
                ValueType::Closes,
                Required,
                "[[\"2022-01-03\", 46453], [\"2022-01-04\", 45906]]",
                "times and dollars, in order of time; at least two",
            ),
            key(
                "block",
                Quantity(D::Duration, POSITIVE),
                Default("\"10 d\""),
                "\"10 d\"",
                "mean length of a stretch",
            ),
            SECTION_SOURCE,
            ASSUMED,
        ],
    },
];

const _: () = assert!(
    PRICES.len() == PriceName::NAMES.len(),
    "a kind of price has no keys"
);

/// Keys of `[fees]`.
pub const FEES: &[Key] = &[
    key(
        "per_block",
        Distribution(D::Coins, FROM_ZERO),
        Default("\"0.1 BTC\""),
        "\"0.1 BTC\"",
        "fees a block while the backlog is at rest",
    ),
    key(
        "backlog_response",
        Distribution(D::Fraction, PART),
        Default("0"),
        "0.3",
        "part of the fees that moves with the time since the last blocks: 0 not at all, 1 like demand that never waits",
    ),
    SECTION_SOURCE,
    ASSUMED,
];

/// Keys of `[growth]`.
pub const GROWTH: &[Key] = &[
    key(
        "trend",
        Distribution(D::DailyRate, ANY),
        Default("\"0 /d\""),
        "\"0.15 %/d\"",
        "mean growth of installed hashrate that no event explains",
    ),
    key(
        "walk",
        Distribution(D::Diffusion, FROM_ZERO),
        Default("\"1 %/sqrt(d)\""),
        "\"1 %/sqrt(d)\"",
        "standard deviation of what the whole network does by itself",
    ),
    SECTION_SOURCE,
    ASSUMED,
];
