//! Every key that an event may have, by its kind.

use super::event::{BehindCut, CurtailmentTrigger, CutFirst, EventName};
use super::keys::ASSUMED;
use super::units::Dimension;
use super::value_type::{
    ABOVE_MINUS_ONE, FROM_ZERO, Key, Kind, PART, POSITIVE, Presence, ValueType, key,
};
use crate::words::Word;

use Dimension as D;
use Presence::{Default, Optional, Required};
use ValueType::{Distribution, Quantity};

/// Keys that every event may have.
pub const EVENT: &[Key] = &[
    key(
        "id",
        ValueType::Name,
        Required,
        "\"cut\"",
        "its name within the scenario; its draws are keyed by it",
    ),
    key(
        "start",
        ValueType::UncertainTimeSpec,
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
        ValueType::TimeSpec,
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
        ValueType::Regions,
        Optional("everywhere"),
        "[\"KZ\"]",
        "whom it touches: ISO 3166 codes; a country means all of it",
    ),
    key(
        "registered",
        ValueType::Flag,
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
        ValueType::Text,
        Optional("every number of the event is an assumption"),
        "\"coindesk.com 2022-01-06\"",
        "where its numbers come from",
    ),
    key(
        "known_at",
        ValueType::Known,
        Optional("not known"),
        "\"2022-01-06\"",
        "when that was published",
    ),
    ASSUMED,
];

const TO: Key = key(
    "to",
    ValueType::Weights,
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

const fn part(name: &'static str, presence: Presence, doc: &'static str) -> Key {
    key(
        name,
        Distribution(D::Fraction, PART),
        presence,
        "\"35 %\"",
        doc,
    )
}

/// The kinds of events with their own keys.
pub const EVENTS: &[Kind<EventName>] = &[
    Kind {
        name: EventName::InternetShutdown,
        doc: "connections are cut",
        spread: false,
        keys: &[
            part("severity", Required, "part of connections that is cut"),
            key(
                "restorations",
                ValueType::Stretches,
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
                ValueType::Word(BehindCut::NAMES),
                Default("\"idle\""),
                "\"idle\"",
                "what cut machines do: stand idle, or mine on alone behind the cut",
            ),
        ],
    },
    Kind {
        name: EventName::PowerCut,
        doc: "power fails or is cut",
        spread: false,
        keys: &[part("severity", Required, "part of the power that is gone")],
    },
    Kind {
        name: EventName::Rationing,
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
                ValueType::Word(CutFirst::NAMES),
                Required,
                "\"registered\"",
                "who is cut first",
            ),
        ],
    },
    Kind {
        name: EventName::Curtailment,
        doc: "operators stop for money or on appeal",
        spread: false,
        keys: &[
            part("share", Required, "part of the machines that takes part"),
            key(
                "trigger",
                ValueType::Word(CurtailmentTrigger::NAMES),
                Required,
                "\"price\"",
                "why: the price of electricity, or heat or cold",
            ),
        ],
    },
    Kind {
        name: EventName::Ban,
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
        name: EventName::Crackdown,
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
        name: EventName::Licensing,
        doc: "unregistered machines may register",
        spread: false,
        keys: &[
            part("share", Required, "part that does in the end"),
            HALF_LIFE,
        ],
    },
    Kind {
        name: EventName::Levy,
        doc: "a charge on each kilowatt-hour, on top of the tariff",
        spread: false,
        keys: &[RATE],
    },
    Kind {
        name: EventName::Tariff,
        doc: "a new price of electricity",
        spread: false,
        keys: &[RATE],
    },
    Kind {
        name: EventName::SaleRule,
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
                ValueType::Text,
                Required,
                "\"digital tenge\"",
                "what it is paid in",
            ),
        ],
    },
    Kind {
        name: EventName::Export,
        doc: "machines leave for good",
        spread: true,
        keys: &[part(
            "share",
            Required,
            "part of them, over the event's duration",
        )],
    },
    Kind {
        name: EventName::Migration,
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
        name: EventName::Investment,
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
        name: EventName::Unrest,
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
        name: EventName::PriceShock,
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
        name: EventName::FeeShock,
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

const _: () = assert!(
    EVENTS.len() == EventName::NAMES.len(),
    "a kind of event has no keys"
);
