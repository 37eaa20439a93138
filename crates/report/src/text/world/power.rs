//! What hashing costs in electricity: joules a terahash, grams of carbon dioxide and cents a kilowatt-hour.

use hashquake_base::format::decimal;
use hashquake_base::units::date;
use hashquake_world::carbon;
use hashquake_world::fleet::Efficiency;

use super::cells::{months, or_empty, page, range};
use crate::document::world::{
    CarbonIntensity, NetworkMix, RegionTariff, RegisteredPart, TariffList,
};
use crate::table::Table;

/// The fleet's efficiency by each revision of the index, and the interval over all of them.
pub fn efficiency(e: &Efficiency, width: usize) -> String {
    let mut table = Table::new(&[
        "revision",
        "month",
        "J/TH",
        "GW",
        "EH/s",
        "months away",
        "known at",
        "source",
    ]);
    for s in &e.sources {
        table.add_row([
            s.revision.to_string(),
            s.month.to_string(),
            decimal(s.j_per_th, 1),
            decimal(s.power_gw, 2),
            decimal(s.hashrate_ehs, 1),
            decimal(s.months_away, 1),
            date(s.known_at),
            s.source.to_string(),
        ]);
    }
    let words = format!(
        "Fleet at the wall: {} J/TH ({} J/TH, 90 %); {}.",
        decimal(e.j_per_th.p50, 0),
        range(e.j_per_th, 0),
        e.note
    );
    page(&table, &words, width)
}

/// A region's carbon intensities.
pub fn carbon(answer: &CarbonIntensity, width: usize) -> String {
    let mut table = Table::new(&[
        "region",
        "kind",
        "year",
        "g/kWh",
        "90 % range",
        "known at",
        "source",
    ]);
    for f in &answer.factors {
        table.add_row([
            f.region.to_string(),
            f.kind.word().to_string(),
            f.year.to_string(),
            decimal(f.g_per_kwh.p50, 0),
            range(f.g_per_kwh, 0),
            date(f.known_at),
            f.source.to_string(),
        ]);
    }
    let words = "The ranges are assumptions: a miner need not burn its country's mean. Average asks what the grid emits, marginal what changes when a mine stops; days of publication follow a rule (the end of the year after the one described, or of the year itself for marginal factors and provinces).";
    page(&table, words, width)
}

/// The network's mix.
pub fn mix(answer: &NetworkMix, width: usize) -> String {
    let mut table = Table::new(&["electricity from", "percent", "month", "known at"]);
    let mix = &answer.mix;
    for (name, part) in parts(mix) {
        table.add_row([
            name.to_string(),
            decimal(part, 1),
            mix.month.to_string(),
            date(answer.known_at),
        ]);
    }
    let grams = match mix.g_per_kwh {
        Some(g) => format!(
            "The network's intensity is printed as {} g/kWh.",
            decimal(g, 0)
        ),
        None => "No intensity is at hand for that month.".to_string(),
    };
    let words = format!(
        "{grams} No interval was printed. Source: {}.",
        answer.source
    );
    page(&table, &words, width)
}

fn parts(mix: &carbon::Mix) -> [(&'static str, f64); 8] {
    [
        ("coal", mix.coal_percent),
        ("gas", mix.gas_percent),
        ("oil", mix.oil_percent),
        ("nuclear", mix.nuclear_percent),
        ("hydro", mix.hydro_percent),
        ("wind", mix.wind_percent),
        ("solar", mix.solar_percent),
        ("other renewable", mix.other_renewable_percent),
    ]
}

/// Prices of electricity, and the registered part of mining power.
pub fn tariffs(answer: &TariffList, width: usize) -> String {
    let mut table = Table::new(&[
        "region",
        "US cents/kWh",
        "90 % range",
        "levy, KZT/kWh",
        "describes",
        "registered",
        "source",
    ]);
    answer.regions.iter().for_each(|r| table.add_row(tariff(r)));
    let known = answer.regions.iter().filter_map(|r| r.registered.as_ref());
    let known: Vec<String> = known.map(registered).collect();
    let told = if known.is_empty() {
        "unknown here".to_string()
    } else {
        known.join("; ")
    };
    let words = format!(
        "A tariff is what was paid then; days of publication are not at hand. Registered part of mining power by megawatts: {told}."
    );
    page(&table, &words, width)
}

fn tariff(r: &RegionTariff) -> [String; 7] {
    let t = &r.tariff;
    [
        t.region.clone(),
        decimal(t.usd_cents_per_kwh.p50, 1),
        range(t.usd_cents_per_kwh, 1),
        or_empty(t.levy_kzt_per_kwh),
        or_empty(t.from.zip(t.to).map(|(a, b)| months(a, b))),
        r.registered.as_ref().map_or("unknown".to_string(), part),
        t.source.to_string(),
    ]
}

fn part(p: &RegisteredPart) -> String {
    let whole = |x: f64| decimal(x, 0);
    if p.low_percent < p.high_percent {
        format!("{} to {} %", whole(p.low_percent), whole(p.high_percent))
    } else {
        format!("{} %", whole(p.low_percent))
    }
}

fn registered(p: &RegisteredPart) -> String {
    format!(
        "{} {} to {}, known from {} ({})",
        p.region,
        p.from,
        p.to,
        date(p.known_at),
        p.source
    )
}
