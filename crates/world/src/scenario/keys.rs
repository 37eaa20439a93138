//! Every key that a scenario may have: one table, from which the reader, the JSON Schema and the tables of
//! `docs/scenarios.md` are made, so that they cannot differ.

pub use super::form::{
    ABOVE_MINUS_ONE, ANY, Bounds, FROM_ZERO, Form, Key, Kind, Need, PART, POSITIVE,
};
use super::units::Dimension;

const fn key(
    name: &'static str,
    form: Form,
    need: Need,
    example: &'static str,
    doc: &'static str,
) -> Key {
    Key {
        name,
        form,
        need,
        doc,
        example,
    }
}

use Dimension as D;
use Form::{Distribution, Quantity};
use Need::{Default, Optional, Required};

const ASSUMED: Key = key(
    "assumed",
    Form::Texts,
    Optional("none beyond the defaults"),
    "[\"recovery\"]",
    "keys of this table that `source` does not carry: assumptions",
);

/// Keys of the scenario itself.
pub const SCENARIO: &[Key] = &[
    key(
        "id",
        Form::Name,
        Required,
        "\"kazakhstan-35-percent-3-weeks\"",
        "its name; not taken over by `extends`",
    ),
    key(
        "title",
        Form::Text,
        Required,
        "\"Kazakhstan goes dark\"",
        "a title for people; not taken over",
    ),
    key(
        "question",
        Form::Text,
        Required,
        "\"What happens when a third of the network stops?\"",
        "the question that it asks; not taken over",
    ),
    key(
        "extends",
        Form::Text,
        Optional("it stands alone"),
        "\"kazakhstan-quiet-2022\"",
        "another scenario, by its embedded name or by a path from this file, whose keys hold where this one is silent",
    ),
    key(
        "sources",
        Form::Texts,
        Optional("none beyond those of its events"),
        "[\"coindesk.com 2022-01-06\"]",
        "where its numbers come from; those of an extended scenario come first",
    ),
    key(
        "start",
        Form::Moment,
        Required,
        "\"2022-01-05T00:00Z\"",
        "first second of the run, UTC",
    ),
    key(
        "end",
        Form::Mark,
        Required,
        "\"1 y\"",
        "first second after the run: a moment, or a length of time after `start`; at most ten years",
    ),
    key(
        "as_of",
        Form::Known,
        Optional("`start`"),
        "\"2022-01-05\"",
        "the world at start uses what was published by this moment",
    ),
    key(
        "decision",
        Quantity(D::Duration, POSITIVE),
        Default("\"24 h\""),
        "\"24 h\"",
        "time between two decisions of operators",
    ),
];

const SECTION_SOURCE: Key = key(
    "source",
    Form::Text,
    Optional("every number here is an assumption"),
    "\"closes of 2021\"",
    "where these numbers come from",
);

/// The forms of `[price]`.
pub const PRICES: &[Kind] = &[
    Kind {
        word: "constant",
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
        word: "path",
        doc: "given closes, the last one held",
        spread: false,
        keys: &[
            key(
                "closes",
                Form::Closes,
                Required,
                "[[\"2022-01-05T00:00Z\", 45906]]",
                "times and dollars, in order of time",
            ),
            SECTION_SOURCE,
            ASSUMED,
        ],
    },
    Kind {
        word: "jump_diffusion",
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
        word: "bootstrap",
        doc: "stretches of returns drawn from given closes",
        spread: false,
        keys: &[
            key(
                "closes",
                Form::Closes,
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

/// Keys that every event may have.
pub const EVENT: &[Key] = &[
    key(
        "id",
        Form::Name,
        Required,
        "\"cut\"",
        "its name within the scenario; its draws are keyed by it",
    ),
    key(
        "start",
        Form::MarkDistribution,
        Required,
        "\"2022-01-05T10:45Z\"",
        "a moment, or a length of time after the run's start",
    ),
    key(
        "duration",
        Distribution(D::Duration, POSITIVE),
        Optional("for ever"),
        "\"3 weeks\"",
        "how long it lasts",
    ),
    key(
        "end",
        Form::Mark,
        Optional("for ever, unless `duration` says how long"),
        "\"2022-01-26T10:45Z\"",
        "in place of `duration`: a moment, or a length of time after the run's start",
    ),
    key(
        "recovery",
        Distribution(D::Duration, FROM_ZERO),
        Optional("at once"),
        "\"2 d\"",
        "time constant of the way back after its end",
    ),
    key(
        "regions",
        Form::Regions,
        Optional("everywhere"),
        "[\"KZ\"]",
        "whom it touches: ISO 3166 codes; a country means all of it",
    ),
    key(
        "registered",
        Form::Flag,
        Optional("both"),
        "true",
        "only registered machines (true) or unregistered ones (false)",
    ),
    key(
        "worse_than",
        Quantity(D::Efficiency, POSITIVE),
        Optional("all"),
        "\"60 J/TH\"",
        "only machines that need more than this, rounded to whole J/TH",
    ),
    key(
        "source",
        Form::Text,
        Optional("every number of the event is an assumption"),
        "\"coindesk.com 2022-01-06\"",
        "where its numbers come from",
    ),
    key(
        "known_at",
        Form::Known,
        Optional("not known"),
        "\"2022-01-06\"",
        "when that was published",
    ),
    ASSUMED,
];

const TO: Key = key(
    "to",
    Form::Weights,
    Optional("by the logit of tariff, legal risk, connect rate and distance"),
    "{ US = 0.6, RU = 0.4 }",
    "where machines go: weights of regions",
);
const TRANSIT: Key = key(
    "transit",
    Distribution(D::Duration, FROM_ZERO),
    Required,
    "{ lognormal = { median = \"90 d\", sigma = 0.6 } }",
    "time on the way",
);
const SCRAPPED: Key = key(
    "scrapped",
    Distribution(D::Fraction, PART),
    Required,
    "\"10 %\"",
    "part that never runs again",
);
const RATE: Key = key(
    "rate",
    Distribution(D::EnergyPrice, FROM_ZERO),
    Required,
    "\"25 KZT/kWh\"",
    "the charge",
);
const HALF_LIFE: Key = key(
    "half_life",
    Distribution(D::Duration, POSITIVE),
    Required,
    "\"20 d\"",
    "time in which half of it is done",
);

const fn part(name: &'static str, need: Need, doc: &'static str) -> Key {
    key(name, Distribution(D::Fraction, PART), need, "\"35 %\"", doc)
}

/// The kinds of events with their own keys.
pub const EVENTS: &[Kind] = &[
    Kind {
        word: "internet_shutdown",
        doc: "connections are cut",
        spread: false,
        keys: &[
            part("severity", Required, "part of connections that is cut"),
            key(
                "restorations",
                Form::Stretches,
                Optional("none"),
                "[{ from = \"13 h\", to = \"16 h\", severity = 0.3 }]",
                "stretches of another severity: from and to as moments or as lengths of time after the event's start",
            ),
            part(
                "backup",
                Default("0"),
                "part of the machines with another way out at once",
            ),
            key(
                "backup_growth",
                Distribution(D::Duration, POSITIVE),
                Optional("nobody finds one"),
                "\"5 d\"",
                "time constant in which others find one",
            ),
            key(
                "behind_cut",
                Form::Word(&["idle", "mine_alone"]),
                Default("\"idle\""),
                "\"idle\"",
                "what cut machines do: stand idle, or mine on alone behind the cut",
            ),
        ],
    },
    Kind {
        word: "power_cut",
        doc: "power fails or is cut",
        spread: false,
        keys: &[part("severity", Required, "part of the power that is gone")],
    },
    Kind {
        word: "rationing",
        doc: "a cap on what mining may draw in the region",
        spread: false,
        keys: &[
            key(
                "cap",
                Distribution(D::Power, FROM_ZERO),
                Required,
                "\"600 MW\"",
                "what it may draw together",
            ),
            key(
                "first",
                Form::Word(&["unregistered", "registered", "everyone"]),
                Required,
                "\"registered\"",
                "who is cut first",
            ),
        ],
    },
    Kind {
        word: "curtailment",
        doc: "operators stop for money or on appeal",
        spread: false,
        keys: &[
            part("share", Required, "part of the machines that takes part"),
            key(
                "trigger",
                Form::Word(&["price", "temperature"]),
                Required,
                "\"price\"",
                "why: the price of electricity, or heat or cold",
            ),
        ],
    },
    Kind {
        word: "ban",
        doc: "mining is forbidden",
        spread: false,
        keys: &[
            HALF_LIFE,
            part("underground", Required, "part that goes on in hiding"),
            TO,
            TRANSIT,
            SCRAPPED,
        ],
    },
    Kind {
        word: "crackdown",
        doc: "the state seeks out unregistered machines",
        spread: false,
        keys: &[
            part("found", Required, "part of them that is found in the end"),
            HALF_LIFE,
            part(
                "registers",
                Required,
                "part of the found that registers instead of stopping",
            ),
        ],
    },
    Kind {
        word: "licensing",
        doc: "unregistered machines may register",
        spread: false,
        keys: &[
            part("share", Required, "part that does in the end"),
            HALF_LIFE,
        ],
    },
    Kind {
        word: "levy",
        doc: "a charge on each kilowatt-hour, on top of the tariff",
        spread: false,
        keys: &[RATE],
    },
    Kind {
        word: "tariff",
        doc: "a new price of electricity",
        spread: false,
        keys: &[RATE],
    },
    Kind {
        word: "sale_rule",
        doc: "coins must be sold through a local venue",
        spread: false,
        keys: &[
            part("share", Required, "part of the coins"),
            part("fee", Required, "the venue's fee, of the proceeds"),
            part(
                "discount",
                Required,
                "what the venue's depth costs, of the proceeds",
            ),
            key(
                "settlement",
                Distribution(D::Duration, FROM_ZERO),
                Required,
                "\"3 d\"",
                "time until the money arrives",
            ),
            key(
                "cost_of_capital",
                Distribution(D::YearlyRate, FROM_ZERO),
                Required,
                "\"20 %/y\"",
                "what waiting costs",
            ),
            key(
                "asset",
                Form::Text,
                Required,
                "\"digital tenge\"",
                "what it is paid in",
            ),
        ],
    },
    Kind {
        word: "export",
        doc: "machines leave for good",
        spread: true,
        keys: &[part(
            "share",
            Required,
            "part of them, over the event's duration",
        )],
    },
    Kind {
        word: "migration",
        doc: "machines move",
        spread: true,
        keys: &[
            part("share", Required, "part of them, over the event's duration"),
            TO,
            TRANSIT,
            SCRAPPED,
        ],
    },
    Kind {
        word: "investment",
        doc: "money builds sites, over the event's duration",
        spread: true,
        keys: &[
            key(
                "amount",
                Distribution(D::Money, FROM_ZERO),
                Required,
                "\"738 million USD\"",
                "the money",
            ),
            key(
                "site_cost",
                Distribution(D::SitePrice, POSITIVE),
                Required,
                "\"0.4 million USD/MW\"",
                "a site with its connection",
            ),
            key(
                "machine_cost",
                Distribution(D::MachinePrice, POSITIVE),
                Required,
                "\"60 USD/TH\"",
                "machines",
            ),
            key(
                "efficiency",
                Distribution(D::Efficiency, POSITIVE),
                Required,
                "\"30 J/TH\"",
                "what the machines need",
            ),
            key(
                "carbon",
                Distribution(D::Carbon, FROM_ZERO),
                Optional("the grid's"),
                "\"0 g/kWh\"",
                "carbon of its energy source",
            ),
            part("realised", Required, "part that is ever built"),
        ],
    },
    Kind {
        word: "unrest",
        doc: "riots in a part of the region; touches only what stands there",
        spread: false,
        keys: &[
            part(
                "exposed",
                Required,
                "part of the region's machines that stands in the places",
            ),
            part("severity", Required, "part of those that stops"),
        ],
    },
    Kind {
        word: "price_shock",
        doc: "the price of the coin jumps",
        spread: false,
        keys: &[key(
            "change",
            Distribution(D::Fraction, ABOVE_MINUS_ONE),
            Required,
            "\"-50 %\"",
            "by this part, signed",
        )],
    },
    Kind {
        word: "fee_shock",
        doc: "fees jump",
        spread: false,
        keys: &[key(
            "per_block",
            Distribution(D::Coins, FROM_ZERO),
            Required,
            "\"5 BTC\"",
            "fees a block on top",
        )],
    },
];
