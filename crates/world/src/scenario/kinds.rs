//! What each kind of event says of itself, from its keys.

use super::reader::{Mark, Stretch};
use super::values::Values;
use super::{BehindCut, CurtailmentTrigger, CutFirst, Destinations, EventKind};
use hashquake_base::distribution::Law;
use hashquake_base::units::{DAY, Span};

/// Reads the keys of the kind `word`.
pub(super) fn read(
    word: &str,
    v: &Values<'_>,
    run: Option<Span>,
    start: Option<&Law>,
    duration: Option<&Law>,
) -> Option<EventKind> {
    let law = |key: &str| v.law(key);
    Some(match word {
        "internet_shutdown" => shutdown(v, run?, start?, duration)?,
        "power_cut" => EventKind::PowerCut {
            severity: law("severity")?,
        },
        "rationing" => EventKind::Rationing {
            cap_mw: law("cap")?,
            first: match v.text("first")?.as_str() {
                "unregistered" => CutFirst::Unregistered,
                "registered" => CutFirst::Registered,
                _ => CutFirst::Everyone,
            },
        },
        "curtailment" => EventKind::Curtailment {
            share: law("share")?,
            trigger: match v.text("trigger")?.as_str() {
                "price" => CurtailmentTrigger::Price,
                _ => CurtailmentTrigger::Temperature,
            },
        },
        "ban" => EventKind::Ban {
            half_life: law("half_life")?,
            underground_share: law("underground")?,
            to: destinations(v)?,
        },
        "crackdown" => EventKind::Crackdown {
            found_share: law("found")?,
            half_life: law("half_life")?,
            registers_share: law("registers")?,
        },
        "licensing" => EventKind::Licensing {
            share: law("share")?,
            half_life: law("half_life")?,
        },
        "levy" => EventKind::Levy {
            usd_per_kwh: law("rate")?,
        },
        "tariff" => EventKind::Tariff {
            usd_per_kwh: law("rate")?,
        },
        "export" => EventKind::Export {
            share: law("share")?,
        },
        "migration" => EventKind::Migration {
            share: law("share")?,
            to: destinations(v)?,
        },
        "unrest" => EventKind::Unrest {
            exposed_share: law("exposed")?,
            severity: law("severity")?,
        },
        "price_shock" => EventKind::PriceShock {
            change: law("change")?,
        },
        "fee_shock" => EventKind::FeeShock {
            btc_per_block: law("per_block")?,
        },
        "sale_rule" => sale_rule(v)?,
        "investment" => investment(v)?,
        _ => return None,
    })
}

fn sale_rule(v: &Values<'_>) -> Option<EventKind> {
    Some(EventKind::SaleRule {
        share: v.law("share")?,
        fee: v.law("fee")?,
        discount: v.law("discount")?,
        settlement_days: in_days(v.law("settlement")?),
        cost_of_capital: v.law("cost_of_capital")?,
        settlement_asset: v.text("asset")?,
    })
}

fn investment(v: &Values<'_>) -> Option<EventKind> {
    Some(EventKind::Investment {
        usd: v.law("amount")?,
        usd_per_mw: v.law("site_cost")?,
        usd_per_th: v.law("machine_cost")?,
        j_per_th: v.law("efficiency")?,
        g_per_kwh: v.law("carbon"),
        realised_share: v.law("realised")?,
    })
}

fn destinations(v: &Values<'_>) -> Option<Destinations> {
    Some(Destinations {
        weights: v.weights("to"),
        transit: v.law("transit")?,
        scrapped: v.law("scrapped")?,
    })
}

fn shutdown(v: &Values<'_>, run: Span, start: &Law, duration: Option<&Law>) -> Option<EventKind> {
    let stretches = v.stretches("restorations");
    Some(EventKind::InternetShutdown {
        severity: v.law("severity")?,
        restorations: restorations(v, &stretches, run, start, duration),
        backup_share: v.law("backup")?,
        backup_growth: v.law("backup_growth"),
        behind_cut: match v.text("behind_cut")?.as_str() {
            "mine_alone" => BehindCut::MineAlone,
            _ => BehindCut::Idle,
        },
    })
}

/// Stretches in seconds after the event's start: in order, apart, within the event.
fn restorations(
    v: &Values<'_>,
    stretches: &[Stretch],
    run: Span,
    start: &Law,
    duration: Option<&Law>,
) -> Vec<(f64, f64, f64)> {
    let mut out: Vec<(f64, f64, f64)> = Vec::new();
    for s in stretches {
        let refuse = |what: &str| v.reader.refuse(&s.at, &s.path, what);
        let ends = [&s.from, &s.to].map(|mark| match (mark, start) {
            (Mark::After(law), _) => Some(law.middle()),
            (Mark::At(t), Law::Point(start)) => Some((t - run.start) as f64 - start),
            _ => None,
        });
        let [Some(from), Some(to)] = ends else {
            refuse(
                "has a moment beside an uncertain `start`; say lengths of time after the event's start",
            );
            continue;
        };
        let last = out.last().map_or(0.0, |o| o.1);
        if from >= to {
            refuse("ends before it begins");
        } else if from < 0.0 {
            refuse("begins before its event");
        } else if from < last {
            refuse("begins before the one above ends; stretches should stand in order and apart");
        } else if matches!(duration, Some(Law::Point(d)) if to > *d) {
            refuse("ends after its event");
        } else {
            out.push((from, to, s.severity));
        }
    }
    out
}

/// A law of seconds as one of days.
fn in_days(law: Law) -> Law {
    let day = |x: f64| x / DAY as f64;
    match law {
        Law::Point(x) => Law::Point(day(x)),
        Law::Uniform { low, high } => Law::Uniform {
            low: day(low),
            high: day(high),
        },
        Law::Normal { mean, sd } => Law::Normal {
            mean: day(mean),
            sd: day(sd),
        },
        Law::LogNormal { median, sigma } => Law::LogNormal {
            median: day(median),
            sigma,
        },
        Law::Triangular { low, mode, high } => Law::Triangular {
            low: day(low),
            mode: day(mode),
            high: day(high),
        },
        Law::Choice(values) => Law::Choice(values.into_iter().map(|(x, w)| (day(x), w)).collect()),
    }
}
