//! What a scenario says once it is read. Numbers are in the base units that a field's name says.

use hashquake_base::distribution::Distribution;
use hashquake_base::units::Seconds;

/// A number that no source carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prior {
    /// Path of its key: `events.cut.backup`.
    pub key: String,
    /// Its value or distribution, as in the file.
    pub value: String,
    /// Whether it is a default that the file does not mention.
    pub default: bool,
}

/// A scenario as its file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name: `kazakhstan-35-percent-3-weeks`.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// The question that it asks.
    pub question: String,
    /// Where its numbers come from.
    pub sources: Vec<String>,
    /// First second of the run.
    pub start: Seconds,
    /// Moment whose knowledge the world at start may use.
    pub as_of: Seconds,
    /// First second after the run.
    pub end: Seconds,
    /// Seconds between two decisions of operators.
    pub decision_seconds: Seconds,
    /// What the price does.
    pub price: Price,
    /// What fees do.
    pub fees: Fees,
    /// Growth of hashrate that nobody's event explains: new machines where power is to be had.
    pub growth: Growth,
    /// What happens, in the file's order.
    pub events: Vec<Event>,
}

/// The coin's price.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// Never moves, dollars.
    Constant(f64),
    /// Given closes (time, dollars), the last one held.
    Path(Vec<(Seconds, f64)>),
    /// Geometric walk with jumps.
    JumpDiffusion {
        /// Price at the start, dollars.
        start_usd: f64,
        /// Drift of ln price a day.
        drift_per_day: Distribution,
        /// Standard deviation of ln price a day.
        volatility_per_sqrt_day: Distribution,
        /// Jumps a day.
        jumps_per_day: Distribution,
        /// Standard deviation of a jump in ln price.
        jump_sd: Distribution,
    },
    /// Blocks of returns drawn from given daily closes (time, dollars), in their order.
    Bootstrap {
        /// Closes.
        closes: Vec<(Seconds, f64)>,
        /// Mean length of a block, days.
        block_days: f64,
    },
}

/// Fees.
#[derive(Clone, Debug, PartialEq)]
pub struct Fees {
    /// Fees a block while the backlog is at rest, BTC.
    pub btc_per_block: Distribution,
    /// Part of the fees that moves with the time since the last blocks: 0 not at all, 1 like demand that
    /// never waits.
    pub backlog_response: Distribution,
}

/// Growth that no event explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// Mean growth of installed hashrate a day, a fraction.
    pub per_day: Distribution,
    /// Standard deviation of what the whole network does by itself, a square root of a day.
    pub walk_per_sqrt_day: Distribution,
}

/// Whom an event touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Codes of regions, canonical; a country means all of it; empty means everywhere.
    pub regions: Vec<String>,
    /// Only registered (`Some(true)`) or unregistered (`Some(false)`) machines.
    pub registered: Option<bool>,
    /// Only machines whose efficiency is worse than so many J/TH.
    pub worse_than_j_per_th: Option<u32>,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Name within the scenario; draws are keyed by it.
    pub id: String,
    /// What.
    pub kind: EventKind,
    /// To whom.
    pub who: Filter,
    /// Seconds after the run's start.
    pub start: Distribution,
    /// How long, seconds; for ever when absent.
    pub duration: Option<Distribution>,
    /// Time constant of the way back after the end, seconds; at once when absent.
    pub recovery: Option<Distribution>,
    /// Where its numbers come from; a prior when absent.
    pub source: Option<String>,
    /// When it was published.
    pub known_at: Option<Seconds>,
    /// Line of the file.
    pub line: usize,
}

/// What machines without a connection do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BehindCut {
    /// Stand idle.
    Idle,
    /// Mine on alone behind the cut: their work is lost to the network and their power is drawn.
    MineAlone,
}

/// Who is cut first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutFirst {
    /// Unregistered machines.
    Unregistered,
    /// Registered machines, which the grid can reach.
    Registered,
    /// All alike.
    Everyone,
}

/// What makes operators curtail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurtailmentTrigger {
    /// The price of electricity.
    Price,
    /// Heat or cold.
    Temperature,
}

/// What becomes of machines that must go.
#[derive(Clone, Debug, PartialEq)]
pub struct Destinations {
    /// Weight of each region by code; empty means by the logit of tariff, legal risk, connect rate and
    /// distance.
    pub weights: Vec<(String, f64)>,
    /// Time on the way, seconds.
    pub transit: Distribution,
    /// Part that never runs again.
    pub scrapped: Distribution,
}

/// The kinds of events and their own keys.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// Connections are cut.
    InternetShutdown {
        /// Part of connections that is cut, 0 to 1.
        severity: Distribution,
        /// Stretches of less severity: seconds after the event's start from and to, severity.
        restorations: Vec<(f64, f64, f64)>,
        /// Part of the machines with another way out at once.
        backup_share: Distribution,
        /// Time constant in which others find one, seconds; never when absent.
        backup_growth: Option<Distribution>,
        /// What cut machines do.
        behind_cut: BehindCut,
    },
    /// Power fails or is cut.
    PowerCut {
        /// Part of the power that is gone, 0 to 1.
        severity: Distribution,
    },
    /// A cap on what mining may draw in the region.
    Rationing {
        /// What it may draw together, MW.
        cap_mw: Distribution,
        /// Who is cut first.
        first: CutFirst,
    },
    /// Operators stop for money or on appeal.
    Curtailment {
        /// Part of the machines that takes part, 0 to 1.
        share: Distribution,
        /// Why.
        trigger: CurtailmentTrigger,
    },
    /// Mining is forbidden.
    Ban {
        /// Half-life of compliance, seconds.
        half_life: Distribution,
        /// Part that goes on in hiding, 0 to 1.
        underground_share: Distribution,
        /// Where the rest goes.
        to: Destinations,
    },
    /// The state seeks out unregistered machines.
    Crackdown {
        /// Part of them that is found by the end, 0 to 1.
        found_share: Distribution,
        /// Half-life of finding, seconds.
        half_life: Distribution,
        /// Part of the found that registers instead of stopping, 0 to 1.
        registers_share: Distribution,
    },
    /// Unregistered machines may register.
    Licensing {
        /// Part that does by the end, 0 to 1.
        share: Distribution,
        /// Half-life, seconds.
        half_life: Distribution,
    },
    /// A charge on each kilowatt-hour, on top of the tariff.
    Levy {
        /// Dollars a kWh.
        usd_per_kwh: Distribution,
    },
    /// A new price of electricity.
    Tariff {
        /// Dollars a kWh.
        usd_per_kwh: Distribution,
    },
    /// Coins must be sold through a local venue.
    SaleRule {
        /// Part of the coins, 0 to 1.
        share: Distribution,
        /// The venue's fee, a fraction of the proceeds.
        fee: Distribution,
        /// Discount for the venue's depth, a fraction.
        discount: Distribution,
        /// Days until the money arrives.
        settlement_days: Distribution,
        /// What a year's wait costs, a fraction.
        cost_of_capital: Distribution,
        /// What it is paid in, for people.
        settlement_asset: String,
    },
    /// Machines leave for good.
    Export {
        /// Part of them, 0 to 1, over the event's duration.
        share: Distribution,
    },
    /// Machines move.
    Migration {
        /// Part of them, 0 to 1, over the event's duration.
        share: Distribution,
        /// Where to.
        to: Destinations,
    },
    /// Money builds sites.
    Investment {
        /// Dollars.
        usd: Distribution,
        /// Dollars a MW of site, with connection.
        usd_per_mw: Distribution,
        /// Dollars a TH/s of machines.
        usd_per_th: Distribution,
        /// Efficiency of what is bought, J/TH.
        j_per_th: Distribution,
        /// Carbon of its energy source, g/kWh; the grid's when absent.
        g_per_kwh: Option<Distribution>,
        /// Part that is ever built, 0 to 1.
        realised_share: Distribution,
    },
    /// Riots in a part of the region; touches only what stands there.
    Unrest {
        /// Part of the region's machines that stands in the places, 0 to 1.
        exposed_share: Distribution,
        /// Part of those that stops, 0 to 1.
        severity: Distribution,
    },
    /// The price jumps.
    PriceShock {
        /// By this fraction, signed.
        change: Distribution,
    },
    /// Fees jump.
    FeeShock {
        /// Fees a block, BTC, on top.
        btc_per_block: Distribution,
    },
}

impl EventKind {
    /// The word of `kind` in files.
    pub fn word(&self) -> &'static str {
        match self {
            Self::InternetShutdown { .. } => "internet_shutdown",
            Self::PowerCut { .. } => "power_cut",
            Self::Rationing { .. } => "rationing",
            Self::Curtailment { .. } => "curtailment",
            Self::Ban { .. } => "ban",
            Self::Crackdown { .. } => "crackdown",
            Self::Licensing { .. } => "licensing",
            Self::Levy { .. } => "levy",
            Self::Tariff { .. } => "tariff",
            Self::SaleRule { .. } => "sale_rule",
            Self::Export { .. } => "export",
            Self::Migration { .. } => "migration",
            Self::Investment { .. } => "investment",
            Self::Unrest { .. } => "unrest",
            Self::PriceShock { .. } => "price_shock",
            Self::FeeShock { .. } => "fee_shock",
        }
    }
}
