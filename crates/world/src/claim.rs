//! A published sentence and how it can be held against the evidence.

use crate::cause::Cause;
use crate::region::Region;
use crate::words::{Word, words};
use hashquake_base::toml_reader::TableReader;
use hashquake_base::units::{Moment, Seconds};

/// How a claim can be tested.
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimTest {
    /// Its value is a loss of the whole network.
    NetworkLoss,
    /// Its value is the loss of these pools.
    PoolLoss(Vec<String>),
    /// The hashrate was back within so many days.
    Return {
        /// Days after the onset.
        within_days: f64,
        /// Whether the claim says the same of the price.
        price: bool,
    },
    /// All of the region's machines stopped.
    Stopped(Region),
    /// The region has the rank of the claim's value by share of hashrate, the first being 1.
    Rank(Region),
    /// The region's share of the network is the claim's value.
    Share(Region),
    /// The region's share rises (or falls) between two moments.
    ShareMoves {
        /// The region in question.
        region: Region,
        /// First moment that is compared, unix seconds.
        from: Seconds,
        /// Second moment that is compared, unix seconds.
        to: Seconds,
        /// Whether it is said to rise; else to fall.
        rises: bool,
    },
    /// A kilowatt-hour in the second region carries less carbon than in the first.
    LessCarbon {
        /// Where machines leave.
        from: Region,
        /// Where they go.
        to: Region,
    },
    /// One cause brought it about, and not another.
    Cause {
        /// The cause that is named.
        cause: Cause,
        /// Rather than this one; rather than any when absent.
        against: Option<Cause>,
    },
    /// Unrest touched no registered site of the region.
    NoSiteTouched {
        /// The region in question.
        region: Region,
        /// Part of the region's mining organisations that the speaker stands for, by its own word, percent.
        speaks_for_percent: Option<f64>,
    },
    /// The price fell by the claim's value because of it.
    PriceFall,
    /// The price closed below the claim's value for the first time since a moment.
    PriceBelow {
        /// The moment, unix seconds.
        since: Seconds,
    },
    /// Shocks become rarer.
    Rarer,
    /// The evidence reaches the question but cannot decide it.
    Beyond {
        /// What is known, in a sentence.
        known: String,
        /// Since when the last of it is.
        known_at: Moment,
        /// What would decide it, in words.
        needs: String,
    },
    /// Nothing here speaks to it; this would be needed.
    None {
        /// What would decide it, in words.
        needs: String,
    },
}

words! {
    /// What a claim is about.
    ClaimKind {
        /// A loss of hashrate.
        Loss = "loss",
        /// The price of a coin.
        Price = "price",
        /// A place among countries.
        Rank = "rank",
        /// What brought it about.
        Cause = "cause",
        /// How long it lasted.
        Duration = "duration",
        /// How often such things happen.
        Frequency = "frequency",
        /// Something else.
        Other = "other",
    }

    /// What a claimed loss was read off.
    Basis {
        /// The block count of one day against that of another.
        DayToDay = "day_to_day",
    }
}

/// A published sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Name within the case.
    pub id: String,
    /// What it is about.
    pub kind: ClaimKind,
    /// The sentence, in our words.
    pub text: String,
    /// The claimed number, in `unit`.
    pub value: Option<f64>,
    /// Unit of the claimed number.
    pub unit: Option<String>,
    /// Who made the claim.
    pub said_by: String,
    /// Where it is published.
    pub source: String,
    /// When it was published.
    pub published: Moment,
    /// How it can be tested.
    pub test: ClaimTest,
    /// What its number was read off.
    pub basis: Option<Basis>,
    /// A remark that belongs beside any verdict.
    pub remark: Option<String>,
}

impl Claim {
    /// Reads a claim's table; notes every mistake.
    pub(super) fn read(t: &TableReader<'_>) -> Option<Self> {
        let (id, kind, text) = (
            t.string("id"),
            t.choice("kind", ClaimKind::WORDS),
            t.string("text"),
        );
        let (value, unit) = (t.optional_number("value"), t.optional_string("unit"));
        let (said_by, source) = (t.string("said_by"), t.string("source"));
        let published = t.moment("published");
        let remark = t.optional_string("remark");
        let basis = t.optional_choice("basis", Basis::WORDS);
        let read = t.choice("test", &TESTS);
        let test = read.and_then(|test| (test.read)(t));
        if let Some(needed) = read.and_then(|test| test.unit)
            && (value.is_none() || unit.as_deref() != Some(needed))
        {
            let what = format!("needs a `value` with `unit = \"{needed}\"`");
            t.refuse("test", &what);
        }
        let (least, most) = PERCENT;
        if unit.as_deref() == Some("percent") && value.is_some_and(|x| !(least..=most).contains(&x))
        {
            let what = format!("is not between {least} and {most} percent");
            t.refuse("value", &what);
        }
        t.no_other_keys();
        let published = published?;
        Some(Self {
            id: id?,
            kind: kind?,
            text: text?,
            value,
            unit,
            said_by: said_by?,
            source: source?,
            published,
            test: test?,
            basis,
            remark,
        })
    }
}

/// What a claimed loss, fall or share may be; below zero is a gain.
const PERCENT: (f64, f64) = (-1_000.0, 100.0);

/// How a word of `test` is read, and the unit that its value must have.
#[derive(Clone, Copy)]
struct Test {
    unit: Option<&'static str>,
    read: fn(&TableReader<'_>) -> Option<ClaimTest>,
}

const fn test(unit: Option<&'static str>, read: fn(&TableReader<'_>) -> Option<ClaimTest>) -> Test {
    Test { unit, read }
}

const TESTS: [(&str, Test); 15] = [
    (
        "network_loss",
        test(Some("percent"), |_| Some(ClaimTest::NetworkLoss)),
    ),
    (
        "pool_loss",
        test(Some("percent"), |t| {
            Some(ClaimTest::PoolLoss(t.strings("pools")))
        }),
    ),
    ("return", test(None, read_return)),
    (
        "stopped",
        test(None, |t| region(t, "place").map(ClaimTest::Stopped)),
    ),
    (
        "rank",
        test(Some("rank"), |t| region(t, "place").map(ClaimTest::Rank)),
    ),
    (
        "share",
        test(Some("percent"), |t| {
            region(t, "place").map(ClaimTest::Share)
        }),
    ),
    ("share_moves", test(None, read_share_moves)),
    ("less_carbon", test(None, read_less_carbon)),
    ("cause", test(None, read_cause)),
    ("no_site_touched", test(None, read_no_site_touched)),
    (
        "price_fall",
        test(Some("percent"), |_| Some(ClaimTest::PriceFall)),
    ),
    (
        "price_below",
        test(Some("usd"), |t| {
            let since = t.moment("since")?.start();
            Some(ClaimTest::PriceBelow { since })
        }),
    ),
    ("rarer", test(None, |_| Some(ClaimTest::Rarer))),
    ("beyond", test(None, read_beyond)),
    (
        "none",
        test(None, |t| {
            t.string("needs").map(|needs| ClaimTest::None { needs })
        }),
    ),
];

fn region(t: &TableReader<'_>, key: &'static str) -> Option<Region> {
    t.parsed(key, Region::parse)
}

fn read_return(t: &TableReader<'_>) -> Option<ClaimTest> {
    let within_days = t.number_in("within_days", 0.0, 3650.0);
    let price = t.optional_choice("also", &[("price", true)]).is_some();
    let within_days = within_days?;
    Some(ClaimTest::Return { within_days, price })
}

fn read_share_moves(t: &TableReader<'_>) -> Option<ClaimTest> {
    let place = region(t, "place");
    let (from, to) = (t.moment("from"), t.moment("to"));
    let rises = t.choice("direction", &[("rises", true), ("falls", false)]);
    Some(ClaimTest::ShareMoves {
        region: place?,
        from: from?.start(),
        to: to?.start(),
        rises: rises?,
    })
}

fn read_less_carbon(t: &TableReader<'_>) -> Option<ClaimTest> {
    let (from, to) = (region(t, "place"), region(t, "destination"));
    Some(ClaimTest::LessCarbon {
        from: from?,
        to: to?,
    })
}

fn read_no_site_touched(t: &TableReader<'_>) -> Option<ClaimTest> {
    let region = region(t, "place");
    let speaks_for_percent = t.optional_number_in("speaks_for_percent", 0.0, 100.0);
    Some(ClaimTest::NoSiteTouched {
        region: region?,
        speaks_for_percent,
    })
}

fn read_cause(t: &TableReader<'_>) -> Option<ClaimTest> {
    let cause = t.choice("cause", Cause::WORDS);
    let against = t.optional_choice("against", Cause::WORDS);
    Some(ClaimTest::Cause {
        cause: cause?,
        against,
    })
}

fn read_beyond(t: &TableReader<'_>) -> Option<ClaimTest> {
    let (known, needs) = (t.string("known"), t.string("needs"));
    let known_at = t.moment("known_at");
    Some(ClaimTest::Beyond {
        known: known?,
        known_at: known_at?,
        needs: needs?,
    })
}
