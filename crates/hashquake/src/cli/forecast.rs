//! `hashquake forecast`: the next retargets, blocks, gaps, the hashrate and the hashprice, with bands.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use comfy_table::CellAlignment;
use hashquake_base::fan::Fan;
use hashquake_base::provenance::Source;
use hashquake_base::units::{DAY, Seconds, Timestamp, rfc3339};
use hashquake_observe::forecast::path::Model;
use hashquake_observe::forecast::{self, Forecast, Question};
use hashquake_observe::shock::Shock;
use hashquake_source::read::read;
use hashquake_world::market::prices::{last_known, parse_prices};
use serde::Serialize;

use super::input::{Input, parse_as_of};
use hashquake_report::text;

/// A price may be so old when it is used.
const PRICE_AGE_MAX: Seconds = 7 * DAY;

#[derive(clap::Args)]
#[command(after_help = "\
Each answer is a distribution: its median, and the bands that hold 50 and 90 % of the futures drawn. No \
statistical filter can predict an outage, or its end: declare one with --shock, and the past is read and \
the future drawn under it. The lost share returns at once, at a time that is certain or uncertain; \
blocks that came since say whether it has.

  --shock loss=PERCENT,from=T,returns=never | 3d | 36h | T | exponential(3d) | lognormal(3d,0.6)

The hashprice counts the subsidy and the fees that you state, on average over the next 28 days.

Examples:
  hashquake forecast
  hashquake forecast --as-of 2021-06-25T12:00Z
  hashquake forecast --as-of 2022-01-06 --shock loss=13,from=2022-01-05T10:45Z,returns=3d
  hashquake forecast --as-of 2022-01-06 --shock 'loss=13,from=2022-01-05T10:45Z,returns=lognormal(3d,0.6)'
  hashquake forecast --headers new_headers.bin --headers-from 877000 --append
  hashquake forecast --fees-btc-per-block 0.15 --prices btcusd.csv --format json")]
pub struct Args {
    /// The moment of knowledge (UTC); a day means its end [default: the last block]
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    #[command(flatten)]
    input: Input,
    /// A declared shock: loss=25,from=2022-01-05T10:45Z,returns=3d
    #[arg(long, value_name = "SHOCK")]
    shock: Option<Shock>,
    /// Fees in every block to come
    #[arg(long, value_name = "BTC", default_value_t = 0.0, value_parser = parse_fees, allow_negative_numbers = true)]
    fees_btc_per_block: f64,
    /// Prices from a CSV (plain or zstd) with time,price_usd; the last one known is used
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Futures to draw
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    draws: u32,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    as_of: Timestamp,
    seed: u64,
    #[serde(flatten)]
    forecast: &'a Forecast,
    sources: &'a [Source],
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let loaded = args.input.load(args.as_of)?;
    let last = loaded.blocks.times().iter().max();
    let last = Seconds::from(*last.context("there are no blocks")?);
    let as_of = args.as_of.unwrap_or(last);
    let price = match &args.prices {
        Some(path) => Some(price_at(path, as_of)?),
        None => None,
    };
    let question = Question {
        as_of,
        shock: args.shock,
        fees_btc_per_block: args.fees_btc_per_block,
        price_usd: price,
        draws: args.draws,
        seed: args.seed,
    };
    let forecast = forecast::forecast(&loaded.blocks, &question, &Model::default())?;
    let mut sources = loaded.sources;
    sources.extend(args.prices.iter().map(|path| Source {
        what: "price of a bitcoin".to_string(),
        from: path.display().to_string(),
        licence: "the user's own file".to_string(),
    }));
    let printed = match args.format {
        Format::Json => {
            let document = Document {
                version: env!("CARGO_PKG_VERSION"),
                as_of: forecast.as_of,
                seed: forecast.seed,
                forecast: &forecast,
                sources: &sources,
            };
            format!("{}\n", serde_json::to_string(&document)?)
        }
        Format::Table => page(&forecast, &sources),
    };
    super::output::print(printed.as_bytes())
}

fn parse_fees(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(btc) if (0.0..=1000.0).contains(&btc) => Ok(btc),
        _ => Err(format!(
            "`{text}` is not a valid amount of fees: write BTC a block from 0 to 1000, as in 0.15"
        )),
    }
}

/// The last price known at `as_of`. Every row must be right, not only the one that is used.
fn price_at(path: &Path, as_of: Seconds) -> anyhow::Result<f64> {
    let place = path.display();
    let quotes = parse_prices(&place.to_string(), &read(path)?.bytes)?.value;
    match last_known(&quotes, as_of) {
        Some(q) if as_of - q.time <= PRICE_AGE_MAX => Ok(q.usd),
        Some(q) => bail!(
            "{place}: its last price at or before {} is of {}, over a week earlier: add newer rows",
            rfc3339(as_of),
            rfc3339(q.time)
        ),
        None => bail!(
            "{place}: no price at or before {}: add earlier rows",
            rfc3339(as_of)
        ),
    }
}

/// The forecast for a terminal.
fn page(f: &Forecast, sources: &[Source]) -> String {
    let mut out = String::new();
    let mut say = |text: String| {
        let _ = writeln!(out, "{}\n", text::wrap(&text));
    };
    let next = &f.retargets[0];
    say(format!(
        "As of {}, block {}: the difficulty will change by {} (90 %: {} to {}) at block {}, about {} (90 %: {} to {}).",
        minute(f.as_of),
        f.height,
        signed(next.change_percent.p50),
        signed(next.change_percent.p05),
        signed(next.change_percent.p95),
        next.height,
        minute(next.date.p50),
        minute(next.date.p05),
        minute(next.date.p95),
    ));
    say(format!(
        "Hashrate now {} EH/s (90 %: {} to {}); chance of a turbulent stretch {:.0} %.",
        three(f.hashrate_now_ehs.p50),
        three(f.hashrate_now_ehs.p05),
        three(f.hashrate_now_ehs.p95),
        100.0 * f.turbulent_probability
    ));
    if let Some(s) = &f.shock {
        say(format!(
            "Under the declared loss of {} % from {}; by its declared distribution and the blocks since, it is over with probability {:.0} %.",
            three(s.loss_percent),
            minute(s.from),
            100.0 * s.returned_probability
        ));
    }
    out.push_str(&retargets(f));
    out.push_str(&rivals(f));
    out.push_str(&waits(f));
    out.push_str(&hashrates(f));
    let _ = writeln!(out, "{}\n", text::wrap(&hashprice(f)));
    let from: Vec<&str> = sources.iter().map(|s| s.from.as_str()).collect();
    let foot = format!(
        "hashquake {}, as of {}, {} draws, seed {}. Sources: {}.",
        env!("CARGO_PKG_VERSION"),
        minute(f.as_of),
        f.draws,
        f.seed,
        from.join("; ")
    );
    let _ = writeln!(out, "{}", text::wrap(&foot));
    out
}

fn rows(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = text::table(head, 100);
    rows.for_each(|row| {
        table.add_row(row);
    });
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{}\n\n", table.trim_fmt())
}

fn five<T: Copy>(fan: Fan<T>, show: impl Fn(T) -> String) -> Vec<String> {
    [fan.p05, fan.p25, fan.p50, fan.p75, fan.p95]
        .map(show)
        .to_vec()
}

fn retargets(f: &Forecast) -> String {
    let lines = f.retargets.iter().flat_map(|r| {
        let head = |what: &str| vec![format!("block {}, {what}", r.height)];
        [
            [head("change"), five(r.change_percent, signed)].concat(),
            [head("date"), five(r.date, minute)].concat(),
        ]
    });
    rows(&["retarget", "5 %", "25 %", "50 %", "75 %", "95 %"], lines)
}

fn rivals(f: &Forecast) -> String {
    let next = &f.retargets[0];
    let ours = vec![
        "hashquake".to_string(),
        signed(next.change_percent.p50),
        minute(next.date.p50),
        "the hashrate moves on as it has moved, and lost hashrate recovers".to_string(),
    ];
    let theirs = f.reference_rules.iter().map(|r| {
        vec![
            r.name.name().to_string(),
            signed(r.change_percent),
            minute(r.date),
            r.assumes.to_string(),
        ]
    });
    let lines = core::iter::once(ours).chain(theirs);
    let mut table = text::table(&["next retarget", "change", "date", "supposes that"], 100);
    lines.for_each(|row| {
        table.add_row(row);
    });
    format!("{}\n\n", table.trim_fmt())
}

fn waits(f: &Forecast) -> String {
    let lines = f.next_blocks.iter().map(|n| {
        let name = match n.blocks {
            1 => "next block".to_string(),
            n => format!("{n} blocks"),
        };
        [vec![name], five(n.time, minute)].concat()
    });
    let table = rows(&["found by", "5 %", "25 %", "50 %", "75 %", "95 %"], lines);
    let gaps = f.gaps.iter().map(|g| {
        format!(
            "over {} minutes without a block within {} hours: {}",
            g.minutes,
            g.horizon_hours,
            chance(g.probability)
        )
    });
    let gaps: Vec<String> = gaps.collect();
    format!(
        "{table}{}\n\n",
        text::wrap(&format!("Chance of {}.", gaps.join("; of ")))
    )
}

fn hashrates(f: &Forecast) -> String {
    let chosen = [1, 3, 7, 14, 28].into_iter();
    let lines = chosen.filter_map(|day: usize| {
        let later = f.hashrate.get(day - 1)?;
        Some([vec![minute(later.time)], five(later.hashrate_ehs, three)].concat())
    });
    rows(
        &["hashrate, EH/s", "5 %", "25 %", "50 %", "75 %", "95 %"],
        lines,
    )
}

fn hashprice(f: &Forecast) -> String {
    let p = &f.hashprice;
    let sats = |btc: f64| format!("{:.8}", btc);
    let mut text = format!(
        "Hashprice: 1 PH/s earns {} BTC a day now; on average over the next {} days {} (90 %: {} to {})",
        sats(p.now_btc_per_ph_day),
        p.days,
        sats(p.btc_per_ph_day.p50),
        sats(p.btc_per_ph_day.p05),
        sats(p.btc_per_ph_day.p95),
    );
    if let (Some(usd), Some(price)) = (p.usd_per_ph_day, p.price_usd) {
        let _ = write!(
            text,
            ", {:.2} USD ({:.2} to {:.2}) if the price stays at {price} USD",
            usd.p50, usd.p05, usd.p95
        );
    }
    match p.fees_btc_per_block {
        0.0 => text.push_str(", fees not counted (--fees-btc-per-block)."),
        fees => {
            let _ = write!(text, ", with fees of {fees} BTC a block as stated.");
        }
    }
    text
}

fn minute(t: Timestamp) -> String {
    let text = rfc3339(t.0);
    text.get(..16)
        .map_or(text.clone(), |cut| cut.replace('T', " "))
}

fn signed(percent: f64) -> String {
    format!("{percent:+.1} %")
}

fn three(x: f64) -> String {
    match x.abs() {
        a if a >= 100.0 => format!("{x:.0}"),
        a if a >= 10.0 => format!("{x:.1}"),
        _ => format!("{x:.2}"),
    }
}

fn chance(p: f64) -> String {
    match 100.0 * p {
        p if p < 0.05 => "under 0.1 %".to_string(),
        p if p < 1.0 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}
