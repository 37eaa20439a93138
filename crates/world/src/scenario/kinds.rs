//! What each kind of event says of itself, from its keys.

use super::event::{Destinations, EventKind, EventName};
use super::value::{Stretch, TimeSpec};
use super::values::Values;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Span};

/// Reads the keys of the kind `name`.
pub(super) fn read(
    name: EventName,
    v: &Values<'_>,
    run: Option<Span>,
    start: Option<&Distribution>,
    duration: Option<&Distribution>,
) -> Option<EventKind> {
    let distribution = |key: &str| v.distribution(key);
    Some(match name {
        EventName::InternetShutdown => shutdown(v, run?, start?, duration)?,
        EventName::PowerCut => EventKind::PowerCut {
            severity: distribution("severity")?,
        },
        EventName::Rationing => EventKind::Rationing {
            cap_mw: distribution("cap")?,
            first: v.word("first")?,
        },
        EventName::Curtailment => EventKind::Curtailment {
            share: distribution("share")?,
            trigger: v.word("trigger")?,
        },
        EventName::Ban => EventKind::Ban {
            half_life: distribution("half_life")?,
            underground_share: distribution("underground")?,
            to: destinations(v)?,
        },
        EventName::Crackdown => EventKind::Crackdown {
            found_share: distribution("found")?,
            half_life: distribution("half_life")?,
            registers_share: distribution("registers")?,
        },
        EventName::Licensing => EventKind::Licensing {
            share: distribution("share")?,
            half_life: distribution("half_life")?,
        },
        EventName::Levy => EventKind::Levy {
            usd_per_kwh: distribution("rate")?,
        },
        EventName::Tariff => EventKind::Tariff {
            usd_per_kwh: distribution("rate")?,
        },
        EventName::Export => EventKind::Export {
            share: distribution("share")?,
        },
        EventName::Migration => EventKind::Migration {
            share: distribution("share")?,
            to: destinations(v)?,
        },
        EventName::Unrest => EventKind::Unrest {
            exposed_share: distribution("exposed")?,
            severity: distribution("severity")?,
        },
        EventName::PriceShock => EventKind::PriceShock {
            change: distribution("change")?,
        },
        EventName::FeeShock => EventKind::FeeShock {
            btc_per_block: distribution("per_block")?,
        },
        EventName::SaleRule => sale_rule(v)?,
        EventName::Investment => investment(v)?,
    })
}

fn sale_rule(v: &Values<'_>) -> Option<EventKind> {
    Some(EventKind::SaleRule {
        share: v.distribution("share")?,
        fee: v.distribution("fee")?,
        discount: v.distribution("discount")?,
        settlement_days: in_days(v.distribution("settlement")?),
        cost_of_capital: v.distribution("cost_of_capital")?,
        settlement_asset: v.text("asset")?,
    })
}

fn investment(v: &Values<'_>) -> Option<EventKind> {
    Some(EventKind::Investment {
        usd: v.distribution("amount")?,
        usd_per_mw: v.distribution("site_cost")?,
        usd_per_th: v.distribution("machine_cost")?,
        j_per_th: v.distribution("efficiency")?,
        g_per_kwh: v.distribution("carbon"),
        realised_share: v.distribution("realised")?,
    })
}

fn destinations(v: &Values<'_>) -> Option<Destinations> {
    Some(Destinations {
        weights: v.weights("to"),
        transit: v.distribution("transit")?,
        scrapped: v.distribution("scrapped")?,
    })
}

fn shutdown(
    v: &Values<'_>,
    run: Span,
    start: &Distribution,
    duration: Option<&Distribution>,
) -> Option<EventKind> {
    let stretches = v.stretches("restorations");
    Some(EventKind::InternetShutdown {
        severity: v.distribution("severity")?,
        restorations: restorations(v, &stretches, run, start, duration),
        backup_share: v.distribution("backup")?,
        backup_growth: v.distribution("backup_growth"),
        behind_cut: v.word("behind_cut")?,
    })
}

/// Stretches in seconds after the event's start: in order, apart, within the event.
fn restorations(
    v: &Values<'_>,
    stretches: &[Stretch],
    run: Span,
    start: &Distribution,
    duration: Option<&Distribution>,
) -> Vec<(f64, f64, f64)> {
    let mut out: Vec<(f64, f64, f64)> = Vec::new();
    for s in stretches {
        let refuse = |what: &str| v.reader.toml.refuse(&s.location, &s.path, what);
        let ends = [&s.from, &s.to].map(|spec| match (spec, start) {
            (TimeSpec::After(distribution), _) => Some(distribution.central_value()),
            (TimeSpec::At(t), Distribution::Point(start)) => Some((t - run.start) as f64 - start),
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
        } else if matches!(duration, Some(Distribution::Point(d)) if to > *d) {
            refuse("ends after its event");
        } else {
            out.push((from, to, s.severity));
        }
    }
    out
}

/// A distribution of seconds as one of days.
fn in_days(distribution: Distribution) -> Distribution {
    let day = |x: f64| x / DAY as f64;
    match distribution {
        Distribution::Point(x) => Distribution::Point(day(x)),
        Distribution::Uniform { low, high } => Distribution::Uniform {
            low: day(low),
            high: day(high),
        },
        Distribution::Normal { mean, sd } => Distribution::Normal {
            mean: day(mean),
            sd: day(sd),
        },
        Distribution::LogNormal { median, sigma } => Distribution::LogNormal {
            median: day(median),
            sigma,
        },
        Distribution::Triangular { low, mode, high } => Distribution::Triangular {
            low: day(low),
            mode: day(mode),
            high: day(high),
        },
        Distribution::Choice(values) => {
            Distribution::Choice(values.into_iter().map(|(x, w)| (day(x), w)).collect())
        }
    }
}
