//! `hashquake world efficiency`, `world carbon` and `world tariffs`.

use anyhow::{Context, bail};
use hashquake_base::units::{Quantiles, Seconds, date, rfc3339};
use hashquake_world::carbon::{self, Factor, Mix};
use hashquake_world::fleet;
use hashquake_world::month::Month;
use hashquake_world::region;
use hashquake_world::registered::{self, Registered};
use hashquake_world::tariff::{self, Tariff};
use serde::Serialize;

use super::super::input::parse_as_of;
use super::{Format, Sheet, opt, parse_at, print};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world efficiency --at 2022-01
  hashquake world efficiency --at 2022-01-05 --as-of 2022-01-06 --format json")]
pub struct EfficiencyArgs {
    /// The moment: a month, a day or a time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Seconds,
    /// Only what was known then
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world carbon --at 2022-01
  hashquake world carbon --at 2022-01 --region KZ
  hashquake world carbon --at 2020-07 --region CN-SC --format json")]
pub struct CarbonArgs {
    /// The moment: a month, a day or a time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Seconds,
    /// A country or a part of one [default: the network's mix]
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Only what was known then
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world tariffs --at 2022-01
  hashquake world tariffs --at 2022-01 --region US-TX --format json")]
pub struct TariffArgs {
    /// The moment: a month, a day or a time (UTC)
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Seconds,
    /// A country or a part of one [default: the countries of the map]
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

fn range(q: Quantiles, digits: usize) -> String {
    format!("{:.digits$} to {:.digits$}", q.p05, q.p95)
}

pub fn efficiency(args: &EfficiencyArgs) -> anyhow::Result<()> {
    let e = fleet::efficiency(args.at, args.as_of).with_context(|| {
        let first = fleet::months().iter().map(|m| m.month).min();
        format!(
            "no month of the fleet's efficiency was known by {}; the first is {}, known when it was over",
            args.as_of.map_or(String::new(), rfc3339),
            opt(first)
        )
    })?;
    let cells = |s: &fleet::EfficiencySource| {
        vec![
            s.revision.to_string(),
            s.month.to_string(),
            format!("{:.1}", s.j_per_th),
            format!("{:.2}", s.power_gw),
            format!("{:.1}", s.hashrate_ehs),
            format!("{:.1}", s.months_away),
            date(s.known_at),
            s.source.to_string(),
        ]
    };
    let sheet = Sheet {
        header: &[
            "revision",
            "month",
            "j_per_th",
            "power_gw",
            "hashrate_ehs",
            "months_away",
            "known_at",
            "source",
        ],
        rows: e.sources.iter().map(cells).collect(),
        words: format!(
            "Fleet at the wall: {:.0} J/TH ({} J/TH, 90 %); {}.",
            e.j_per_th.p50,
            range(e.j_per_th, 0),
            e.note
        ),
    };
    print(args.format, &e, &sheet)
}

pub fn carbon(args: &CarbonArgs) -> anyhow::Result<()> {
    let Some(code) = &args.region else {
        return network(args);
    };
    let found = region::find(code)?;
    let factors = carbon::intensity(&found.code, args.at, args.as_of);
    if factors.is_empty() {
        bail!(
            "no carbon intensity is known here for {} (`{}`){}",
            found.name,
            found.code,
            args.as_of
                .map_or(String::new(), |t| format!(" by {}", rfc3339(t)))
        );
    }
    let cells = |f: &Factor| {
        vec![
            f.region.to_string(),
            f.kind.word().to_string(),
            f.year.to_string(),
            format!("{:.0}", f.g_per_kwh.p50),
            range(f.g_per_kwh, 0),
            date(f.known_at),
            f.source.to_string(),
        ]
    };
    let sheet = Sheet {
        header: &["region", "kind", "year", "g_per_kwh", "90 % range", "known_at", "source"],
        rows: factors.iter().map(cells).collect(),
        words: "The ranges are assumptions: a miner need not burn its country's mean. Average asks what the grid emits, marginal what changes when a mine stops; days of publication follow a rule (the end of the year after the one described, or of the year itself for marginal factors and provinces).".into(),
    };
    print(args.format, &factors, &sheet)
}

fn network(args: &CarbonArgs) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        mix: &'a Mix,
        source: &'a str,
        known_at: String,
    }
    let month = Month::of(args.at);
    let mix = carbon::mix(month, args.as_of).with_context(|| {
        format!("the network's mix is not known for {month}: the table has 2019-09 to 2022-01, each month from the map's edition that contains it; for a country add --region CODE")
    })?;
    let known = carbon::mix_known_at(month).map_or(String::new(), date);
    let parts = [
        ("coal", mix.coal_percent),
        ("gas", mix.gas_percent),
        ("oil", mix.oil_percent),
        ("nuclear", mix.nuclear_percent),
        ("hydro", mix.hydro_percent),
        ("wind", mix.wind_percent),
        ("solar", mix.solar_percent),
        ("other renewable", mix.other_renewable_percent),
    ];
    let cells = |(name, percent): &(&str, f64)| {
        vec![
            (*name).to_string(),
            format!("{percent:.1}"),
            month.to_string(),
            known.clone(),
        ]
    };
    let grams = mix
        .g_per_kwh
        .map_or("No intensity is at hand for that month.".to_string(), |g| {
            format!("The network's intensity is printed as {g:.0} g/kWh.")
        });
    let sheet = Sheet {
        header: &["electricity from", "percent", "month", "known_at"],
        rows: parts.iter().map(cells).collect(),
        words: format!(
            "{grams} No interval was printed. Source: {}.",
            carbon::MIX_SOURCE
        ),
    };
    let document = Document {
        mix,
        source: carbon::MIX_SOURCE,
        known_at: known.clone(),
    };
    print(args.format, &document, &sheet)
}

pub fn tariffs(args: &TariffArgs) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Row {
        #[serde(flatten)]
        tariff: Tariff,
        registered: Option<&'static Registered>,
    }
    const MAP: [&str; 9] = ["CA", "CN", "DE", "IE", "IR", "KZ", "MY", "RU", "US"];
    let codes = match &args.region {
        Some(code) => vec![region::find(code)?.code.as_str()],
        None => MAP.to_vec(),
    };
    let row = |code: &&str| Row {
        tariff: tariff::at(code, args.at),
        registered: registered::share(code),
    };
    let rows: Vec<Row> = codes.iter().map(row).collect();
    let cells = |r: &Row| {
        let t = &r.tariff;
        let registered = r.registered.map_or("unknown".to_string(), |s| {
            if s.low < s.high {
                format!("{:.0} to {:.0} %", 100.0 * s.low, 100.0 * s.high)
            } else {
                format!("{:.0} %", 100.0 * s.low)
            }
        });
        let describes = t.from.zip(t.to).map(|(a, b)| {
            if a == b {
                a.to_string()
            } else {
                format!("{a} to {b}")
            }
        });
        vec![
            t.region.clone(),
            format!("{:.1}", t.usd_cents_per_kwh.p50),
            range(t.usd_cents_per_kwh, 1),
            opt(t.levy_kzt_per_kwh),
            opt(describes),
            registered,
            t.source.to_string(),
        ]
    };
    let known = rows.iter().filter_map(|r| r.registered);
    let known: Vec<String> = known
        .map(|s| {
            format!(
                "{} {} to {}, known from {} ({})",
                s.region,
                s.from,
                s.to,
                date(s.known_at),
                s.source
            )
        })
        .collect();
    let told = if known.is_empty() {
        "unknown here".to_string()
    } else {
        known.join("; ")
    };
    let sheet = Sheet {
        header: &[
            "region",
            "us_cents_per_kwh",
            "90 % range",
            "levy_kzt",
            "describes",
            "registered",
            "source",
        ],
        rows: rows.iter().map(cells).collect(),
        words: format!(
            "A tariff is what was paid then; days of publication are not at hand. Registered part of mining power by megawatts: {told}."
        ),
    };
    print(args.format, &rows, &sheet)
}
