//! A scenario's distributions as numbers, once a run.
//!
//! Each distribution of each event has a stream named `event.key`, so that an event or a key more or less shifts
//! no other's numbers, and two arms of one run see the same. A draw that leaves what its key can mean
//! (a share above one, a negative duration) counts as the nearer end.

use hashquake_base::distribution::Distribution;
use hashquake_base::rng::{Purpose, keyed_stream};
use hashquake_world::scenario::{BehindCut, CutFirst, Destinations, Event, EventKind};

/// Lots in which leaving machines travel, each with its own delay.
pub const LOTS: usize = 8;

const LOT_NAMES: [&str; LOTS] = [
    "transit.1",
    "transit.2",
    "transit.3",
    "transit.4",
    "transit.5",
    "transit.6",
    "transit.7",
    "transit.8",
];

/// How machines that leave travel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Journey {
    /// Seconds on the way, of each lot.
    pub transit: [f64; LOTS],
    /// Part that never runs again.
    pub scrapped: f64,
}

/// An event's own numbers; the names are those of [`EventKind`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of EventKind")]
pub enum DrawnKind {
    InternetShutdown {
        severity: f64,
        backup_share: f64,
        backup_growth: Option<f64>,
        behind_cut: BehindCut,
    },
    PowerCut {
        severity: f64,
    },
    Rationing {
        cap_mw: f64,
        first: CutFirst,
    },
    Curtailment {
        share: f64,
    },
    Ban {
        half_life: f64,
        underground_share: f64,
        to: Journey,
    },
    Crackdown {
        found_share: f64,
        half_life: f64,
        registers_share: f64,
    },
    Licensing {
        share: f64,
        half_life: f64,
    },
    Levy {
        usd_per_kwh: f64,
    },
    Tariff {
        usd_per_kwh: f64,
    },
    SaleRule {
        share: f64,
        fee: f64,
        discount: f64,
        settlement_days: f64,
        cost_of_capital: f64,
    },
    Export {
        share: f64,
    },
    Migration {
        share: f64,
        to: Journey,
    },
    Investment {
        usd: f64,
        usd_per_mw: f64,
        usd_per_th: f64,
        j_per_th: f64,
        g_per_kwh: Option<f64>,
        realised_share: f64,
    },
    Unrest {
        exposed_share: f64,
        severity: f64,
    },
    PriceShock {
        change: f64,
    },
    FeeShock {
        btc_per_block: f64,
    },
}

/// Time constants after which less than a hundredth of an event is felt: ln 100.
pub const FELT_FOR: f64 = 4.605_170_185_988_091;

/// An event of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnEvent {
    /// Seconds after the run's start.
    pub start: f64,
    /// Seconds after the run's start; infinite when it lasts.
    pub end: f64,
    /// Time constant of the way back, seconds; zero: at once.
    pub recovery: f64,
    /// Its own numbers.
    pub kind: DrawnKind,
}

impl DrawnEvent {
    /// How much of the event is felt at `t` seconds after the run's start: all of it while it lasts,
    /// e^(−(t−end)/recovery) afterwards, and nothing once that is below a hundredth.
    pub fn intensity(&self, t: f64) -> f64 {
        if t < self.start {
            0.0
        } else if t < self.end {
            1.0
        } else if t < self.end + FELT_FOR * self.recovery {
            libm::exp((self.end - t) / self.recovery)
        } else {
            0.0
        }
    }

    /// Seconds of the event between `from` and `to`, the way back left aside.
    pub fn lasted(&self, from: f64, to: f64) -> f64 {
        (to.min(self.end) - from.max(self.start)).max(0.0)
    }
}

/// What a distribution's number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Share,
    Positive,
    Any,
}

impl Bound {
    fn keep(self, x: f64) -> f64 {
        match self {
            Self::Share => x.clamp(0.0, 1.0),
            Self::Positive => x.max(0.0),
            Self::Any => x,
        }
    }
}

/// Draws `event` for one run. Every number is told to `record` with its name and distribution.
pub fn draw_event(
    event: &Event,
    seed: u64,
    run: u32,
    mut record: impl FnMut(&str, &Distribution, f64),
) -> DrawnEvent {
    let mut one = |name: &str, distribution: &Distribution, bound: Bound| -> f64 {
        let key = format!("{}.{name}", event.id);
        let mut rng = keyed_stream(seed, run, Purpose::EventDraws, &key);
        let value = bound.keep(distribution.draw(&mut rng));
        record(&key, distribution, value);
        value
    };
    let start = one("start", &event.start, Bound::Positive);
    let long = event.duration.as_ref();
    let end = long.map_or(f64::INFINITY, |d| {
        start + one("duration", d, Bound::Positive)
    });
    let back = event.recovery.as_ref();
    let recovery = back.map_or(0.0, |r| one("recovery", r, Bound::Positive));
    let kind = draw_kind(&event.kind, &mut one);
    DrawnEvent {
        start,
        end,
        recovery,
        kind,
    }
}

fn journey(to: &Destinations, one: &mut impl FnMut(&str, &Distribution, Bound) -> f64) -> Journey {
    Journey {
        transit: LOT_NAMES.map(|name| one(name, &to.transit, Bound::Positive)),
        scrapped: one("scrapped", &to.scrapped, Bound::Share),
    }
}

fn draw_kind(
    kind: &EventKind,
    one: &mut impl FnMut(&str, &Distribution, Bound) -> f64,
) -> DrawnKind {
    match kind {
        EventKind::InternetShutdown {
            severity,
            backup_share,
            backup_growth,
            behind_cut,
            ..
        } => DrawnKind::InternetShutdown {
            severity: one("severity", severity, Bound::Share),
            backup_share: one("backup_share", backup_share, Bound::Share),
            backup_growth: (backup_growth.as_ref())
                .map(|distribution| one("backup_growth", distribution, Bound::Positive)),
            behind_cut: *behind_cut,
        },
        EventKind::PowerCut { severity } => DrawnKind::PowerCut {
            severity: one("severity", severity, Bound::Share),
        },
        EventKind::Rationing { cap_mw, first } => DrawnKind::Rationing {
            cap_mw: one("cap_mw", cap_mw, Bound::Positive),
            first: *first,
        },
        EventKind::Curtailment { share, .. } => DrawnKind::Curtailment {
            share: one("share", share, Bound::Share),
        },
        EventKind::Ban {
            half_life,
            underground_share,
            to,
        } => DrawnKind::Ban {
            half_life: one("half_life", half_life, Bound::Positive),
            underground_share: one("underground_share", underground_share, Bound::Share),
            to: journey(to, one),
        },
        EventKind::Migration { share, to } => DrawnKind::Migration {
            share: one("share", share, Bound::Share),
            to: journey(to, one),
        },
        EventKind::Unrest {
            exposed_share,
            severity,
        } => DrawnKind::Unrest {
            exposed_share: one("exposed_share", exposed_share, Bound::Share),
            severity: one("severity", severity, Bound::Share),
        },
        EventKind::PriceShock { change } => DrawnKind::PriceShock {
            change: one("change", change, Bound::Any).max(-1.0),
        },
        EventKind::FeeShock { btc_per_block } => DrawnKind::FeeShock {
            btc_per_block: one("btc_per_block", btc_per_block, Bound::Any),
        },
        _ => draw_rule(kind, one),
    }
}

/// What a state decrees, and what money builds.
fn draw_rule(
    kind: &EventKind,
    one: &mut impl FnMut(&str, &Distribution, Bound) -> f64,
) -> DrawnKind {
    match kind {
        EventKind::Crackdown {
            found_share,
            half_life,
            registers_share,
        } => DrawnKind::Crackdown {
            found_share: one("found_share", found_share, Bound::Share),
            half_life: one("half_life", half_life, Bound::Positive),
            registers_share: one("registers_share", registers_share, Bound::Share),
        },
        EventKind::Licensing { share, half_life } => DrawnKind::Licensing {
            share: one("share", share, Bound::Share),
            half_life: one("half_life", half_life, Bound::Positive),
        },
        EventKind::Levy { usd_per_kwh } => DrawnKind::Levy {
            usd_per_kwh: one("usd_per_kwh", usd_per_kwh, Bound::Any),
        },
        EventKind::Tariff { usd_per_kwh } => DrawnKind::Tariff {
            usd_per_kwh: one("usd_per_kwh", usd_per_kwh, Bound::Any),
        },
        EventKind::SaleRule {
            share,
            fee,
            discount,
            settlement_days,
            cost_of_capital,
            ..
        } => DrawnKind::SaleRule {
            share: one("share", share, Bound::Share),
            fee: one("fee", fee, Bound::Share),
            discount: one("discount", discount, Bound::Share),
            settlement_days: one("settlement_days", settlement_days, Bound::Positive),
            cost_of_capital: one("cost_of_capital", cost_of_capital, Bound::Positive),
        },
        EventKind::Export { share } => DrawnKind::Export {
            share: one("share", share, Bound::Share),
        },
        EventKind::Investment {
            usd,
            usd_per_mw,
            usd_per_th,
            j_per_th,
            g_per_kwh,
            realised_share,
        } => DrawnKind::Investment {
            usd: one("usd", usd, Bound::Positive),
            usd_per_mw: one("usd_per_mw", usd_per_mw, Bound::Positive),
            usd_per_th: one("usd_per_th", usd_per_th, Bound::Positive),
            j_per_th: one("j_per_th", j_per_th, Bound::Positive),
            g_per_kwh: (g_per_kwh.as_ref())
                .map(|distribution| one("g_per_kwh", distribution, Bound::Positive)),
            realised_share: one("realised_share", realised_share, Bound::Share),
        },
        _ => unreachable!("draw_kind has the others"),
    }
}
