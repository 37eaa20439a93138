//! What happens in a scenario: when, to whom, and what it is, with all its numbers.

use core::fmt::Debug;

use crate::words::words;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::Seconds;

/// Lots in which leaving machines travel, each with its own delay.
pub const LOTS: usize = 8;

const TRANSIT_OF_LOTS: [&str; LOTS] = [
    "transit.1",
    "transit.2",
    "transit.3",
    "transit.4",
    "transit.5",
    "transit.6",
    "transit.7",
    "transit.8",
];

words! {
    /// The kinds of events by the words of their `kind`.
    EventName {
        /// Connections are cut.
        InternetShutdown = "internet_shutdown",
        /// Power fails or is cut.
        PowerCut = "power_cut",
        /// A cap on what mining may draw in the region.
        Rationing = "rationing",
        /// Operators stop for money or on appeal.
        Curtailment = "curtailment",
        /// Mining is forbidden.
        Ban = "ban",
        /// The state seeks out unregistered machines.
        Crackdown = "crackdown",
        /// Unregistered machines may register.
        Licensing = "licensing",
        /// A charge on each kilowatt-hour, on top of the tariff.
        Levy = "levy",
        /// A new price of electricity.
        Tariff = "tariff",
        /// Coins must be sold through a local venue.
        SaleRule = "sale_rule",
        /// Machines leave for good.
        Export = "export",
        /// Machines move between regions.
        Migration = "migration",
        /// Money builds sites.
        Investment = "investment",
        /// Riots in a part of the region.
        Unrest = "unrest",
        /// The price jumps.
        PriceShock = "price_shock",
        /// The fees of a block jump.
        FeeShock = "fee_shock",
    }

    /// What machines without a connection do.
    BehindCut {
        /// Machines that stand idle.
        Idle = "idle",
        /// Mine on alone behind the cut: their work is lost to the network and their power is drawn.
        MineAlone = "mine_alone",
    }

    /// Who is cut first.
    CutFirst {
        /// Unregistered machines.
        Unregistered = "unregistered",
        /// Registered machines, which the grid can reach.
        Registered = "registered",
        /// All machines alike.
        Everyone = "everyone",
    }

    /// What makes operators curtail.
    CurtailmentTrigger {
        /// The price of electricity.
        Price = "price",
        /// Heat or cold.
        Temperature = "temperature",
    }
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
    /// What happens.
    pub kind: EventKind,
    /// Whom it happens to.
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

/// How the machines of one run travel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Journey {
    /// Seconds on the way, of each lot.
    pub transit: [f64; LOTS],
    /// Part that never runs again, 0 to 1.
    pub scrapped: f64,
}

/// What stands for a number of an event, and with it for what is not a number.
pub trait Number: Clone + Debug + PartialEq {
    /// Stretches of another severity.
    type Stretches: Clone + Debug + PartialEq;
    /// What becomes of machines that must go.
    type Journey: Clone + Debug + PartialEq;
    /// A name for people.
    type Label: Clone + Debug + PartialEq;
}

/// In a scenario: what is uncertain.
impl Number for Distribution {
    /// Seconds after the event's start from and to, severity.
    type Stretches = Vec<(f64, f64, f64)>;
    type Journey = Destinations;
    type Label = String;
}

/// In a run: what was drawn. What is not drawn stays in the scenario.
impl Number for f64 {
    type Stretches = ();
    type Journey = Journey;
    type Label = ();
}

/// What a drawn number may be; a draw beyond it counts as the nearer end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// 0 to 1.
    Share,
    /// 0 or more.
    Positive,
    /// -1 or more.
    Change,
    /// Any finite number.
    Any,
}

impl Bound {
    /// The number within the bound that is nearest to `x`.
    pub fn keep(self, x: f64) -> f64 {
        match self {
            Self::Share => x.clamp(0.0, 1.0),
            Self::Positive => x.max(0.0),
            Self::Change => x.max(-1.0),
            Self::Any => x,
        }
    }
}

/// The kinds of events and their own keys: numbers are distributions in a scenario, and what was drawn of
/// them in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EventKind<T: Number = Distribution> {
    /// Connections are cut.
    InternetShutdown {
        /// Part of connections that is cut, 0 to 1.
        severity: T,
        /// Stretches of less severity: seconds after the event's start from and to, severity.
        restorations: T::Stretches,
        /// Part of the machines with another way out at once.
        backup_share: T,
        /// Time constant in which others find one, seconds; never when absent.
        backup_growth: Option<T>,
        /// What cut machines do.
        behind_cut: BehindCut,
    },
    /// Power fails or is cut.
    PowerCut {
        /// Part of the power that is gone, 0 to 1.
        severity: T,
    },
    /// A cap on what mining may draw in the region.
    Rationing {
        /// What it may draw together, MW.
        cap_mw: T,
        /// Who is cut first.
        first: CutFirst,
    },
    /// Operators stop for money or on appeal.
    Curtailment {
        /// Part of the machines that takes part, 0 to 1.
        share: T,
        /// What the operators react to.
        trigger: CurtailmentTrigger,
    },
    /// Mining is forbidden.
    Ban {
        /// Half-life of compliance, seconds.
        half_life: T,
        /// Part that goes on in hiding, 0 to 1.
        underground_share: T,
        /// Where the rest goes.
        to: T::Journey,
    },
    /// The state seeks out unregistered machines.
    Crackdown {
        /// Part of them that is found by the end, 0 to 1.
        found_share: T,
        /// Half-life of finding, seconds.
        half_life: T,
        /// Part of the found that registers instead of stopping, 0 to 1.
        registers_share: T,
    },
    /// Unregistered machines may register.
    Licensing {
        /// Part that does by the end, 0 to 1.
        share: T,
        /// Half-life of the part that has still to register, seconds.
        half_life: T,
    },
    /// A charge on each kilowatt-hour, on top of the tariff.
    Levy {
        /// Dollars a kWh.
        usd_per_kwh: T,
    },
    /// A new price of electricity.
    Tariff {
        /// Dollars a kWh.
        usd_per_kwh: T,
    },
    /// Coins must be sold through a local venue.
    SaleRule {
        /// Part of the coins, 0 to 1.
        share: T,
        /// The venue's fee, a fraction of the proceeds.
        fee: T,
        /// Discount for the venue's depth, a fraction.
        discount: T,
        /// Days until the money arrives.
        settlement_days: T,
        /// What a year's wait costs, a fraction.
        cost_of_capital: T,
        /// What it is paid in, for people.
        settlement_asset: T::Label,
    },
    /// Machines leave for good.
    Export {
        /// Part of them, 0 to 1, over the event's duration.
        share: T,
    },
    /// Machines move between regions.
    Migration {
        /// Part of them, 0 to 1, over the event's duration.
        share: T,
        /// Regions that the machines go to.
        to: T::Journey,
    },
    /// Money builds sites.
    Investment {
        /// Money that is spent, dollars.
        usd: T,
        /// Dollars a MW of site, with connection.
        usd_per_mw: T,
        /// Dollars a TH/s of machines.
        usd_per_th: T,
        /// Efficiency of what is bought, J/TH.
        j_per_th: T,
        /// Carbon of its energy source, g/kWh; the grid's when absent.
        g_per_kwh: Option<T>,
        /// Part that is ever built, 0 to 1.
        realised_share: T,
    },
    /// Riots in a part of the region; touches only what stands there.
    Unrest {
        /// Part of the region's machines that stands in the places, 0 to 1.
        exposed_share: T,
        /// Part of those that stops, 0 to 1.
        severity: T,
    },
    /// The price jumps.
    PriceShock {
        /// By this fraction, signed.
        change: T,
    },
    /// The fees of a block jump.
    FeeShock {
        /// Fees a block, BTC, on top.
        btc_per_block: T,
    },
}

impl<T: Number> EventKind<T> {
    /// Which kind it is.
    pub fn name(&self) -> EventName {
        match self {
            Self::InternetShutdown { .. } => EventName::InternetShutdown,
            Self::PowerCut { .. } => EventName::PowerCut,
            Self::Rationing { .. } => EventName::Rationing,
            Self::Curtailment { .. } => EventName::Curtailment,
            Self::Ban { .. } => EventName::Ban,
            Self::Crackdown { .. } => EventName::Crackdown,
            Self::Licensing { .. } => EventName::Licensing,
            Self::Levy { .. } => EventName::Levy,
            Self::Tariff { .. } => EventName::Tariff,
            Self::SaleRule { .. } => EventName::SaleRule,
            Self::Export { .. } => EventName::Export,
            Self::Migration { .. } => EventName::Migration,
            Self::Investment { .. } => EventName::Investment,
            Self::Unrest { .. } => EventName::Unrest,
            Self::PriceShock { .. } => EventName::PriceShock,
            Self::FeeShock { .. } => EventName::FeeShock,
        }
    }

    /// The word of `kind` in files.
    pub fn word(&self) -> &'static str {
        self.name().word()
    }
}

impl EventKind {
    /// The same kind with what `draw` makes of each distribution, asked by name in the order of the fields.
    pub fn drawn(
        &self,
        mut draw: impl FnMut(&'static str, &Distribution, Bound) -> f64,
    ) -> EventKind<f64> {
        match self {
            Self::InternetShutdown {
                severity,
                backup_share,
                backup_growth,
                behind_cut,
                ..
            } => EventKind::InternetShutdown {
                severity: draw("severity", severity, Bound::Share),
                restorations: (),
                backup_share: draw("backup_share", backup_share, Bound::Share),
                backup_growth: backup_growth
                    .as_ref()
                    .map(|d| draw("backup_growth", d, Bound::Positive)),
                behind_cut: *behind_cut,
            },
            Self::PowerCut { severity } => EventKind::PowerCut {
                severity: draw("severity", severity, Bound::Share),
            },
            Self::Rationing { cap_mw, first } => EventKind::Rationing {
                cap_mw: draw("cap_mw", cap_mw, Bound::Positive),
                first: *first,
            },
            Self::Curtailment { share, trigger } => EventKind::Curtailment {
                share: draw("share", share, Bound::Share),
                trigger: *trigger,
            },
            Self::Ban {
                half_life,
                underground_share,
                to,
            } => EventKind::Ban {
                half_life: draw("half_life", half_life, Bound::Positive),
                underground_share: draw("underground_share", underground_share, Bound::Share),
                to: to.drawn(&mut draw),
            },
            Self::Migration { share, to } => EventKind::Migration {
                share: draw("share", share, Bound::Share),
                to: to.drawn(&mut draw),
            },
            Self::Unrest {
                exposed_share,
                severity,
            } => EventKind::Unrest {
                exposed_share: draw("exposed_share", exposed_share, Bound::Share),
                severity: draw("severity", severity, Bound::Share),
            },
            Self::PriceShock { change } => EventKind::PriceShock {
                change: draw("change", change, Bound::Change),
            },
            Self::FeeShock { btc_per_block } => EventKind::FeeShock {
                btc_per_block: draw("btc_per_block", btc_per_block, Bound::Any),
            },
            Self::Crackdown {
                found_share,
                half_life,
                registers_share,
            } => EventKind::Crackdown {
                found_share: draw("found_share", found_share, Bound::Share),
                half_life: draw("half_life", half_life, Bound::Positive),
                registers_share: draw("registers_share", registers_share, Bound::Share),
            },
            Self::Licensing { share, half_life } => EventKind::Licensing {
                share: draw("share", share, Bound::Share),
                half_life: draw("half_life", half_life, Bound::Positive),
            },
            Self::Levy { usd_per_kwh } => EventKind::Levy {
                usd_per_kwh: draw("usd_per_kwh", usd_per_kwh, Bound::Any),
            },
            Self::Tariff { usd_per_kwh } => EventKind::Tariff {
                usd_per_kwh: draw("usd_per_kwh", usd_per_kwh, Bound::Any),
            },
            Self::SaleRule {
                share,
                fee,
                discount,
                settlement_days,
                cost_of_capital,
                ..
            } => EventKind::SaleRule {
                share: draw("share", share, Bound::Share),
                fee: draw("fee", fee, Bound::Share),
                discount: draw("discount", discount, Bound::Share),
                settlement_days: draw("settlement_days", settlement_days, Bound::Positive),
                cost_of_capital: draw("cost_of_capital", cost_of_capital, Bound::Positive),
                settlement_asset: (),
            },
            Self::Export { share } => EventKind::Export {
                share: draw("share", share, Bound::Share),
            },
            Self::Investment {
                usd,
                usd_per_mw,
                usd_per_th,
                j_per_th,
                g_per_kwh,
                realised_share,
            } => EventKind::Investment {
                usd: draw("usd", usd, Bound::Positive),
                usd_per_mw: draw("usd_per_mw", usd_per_mw, Bound::Positive),
                usd_per_th: draw("usd_per_th", usd_per_th, Bound::Positive),
                j_per_th: draw("j_per_th", j_per_th, Bound::Positive),
                g_per_kwh: g_per_kwh
                    .as_ref()
                    .map(|d| draw("g_per_kwh", d, Bound::Positive)),
                realised_share: draw("realised_share", realised_share, Bound::Share),
            },
        }
    }
}

impl Destinations {
    fn drawn(&self, draw: &mut impl FnMut(&'static str, &Distribution, Bound) -> f64) -> Journey {
        Journey {
            transit: TRANSIT_OF_LOTS.map(|name| draw(name, &self.transit, Bound::Positive)),
            scrapped: draw("scrapped", &self.scrapped, Bound::Share),
        }
    }
}
