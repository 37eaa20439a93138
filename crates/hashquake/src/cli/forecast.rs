//! `hashquake forecast`: the next retargets, blocks, gaps, the hashrate and the hashprice, with bands.

use std::path::{Path, PathBuf};

use anyhow::bail;
use hashquake_base::units::{DAY, Seconds, rfc3339};
use hashquake_observe::forecast::Question;
use hashquake_observe::shock::Shock;
use hashquake_report::text;
use hashquake_world::market::prices::{last_known, parse_prices};

use super::input::{Input, Loaded, parse_as_of};
use super::output::{Format, command, print, print_json, width};
use super::window;
use crate::ask::{Provenance, forecast_told};

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
  hashquake forecast --as-of 2022-01-06 \\
      --shock loss=13,from=2022-01-05T10:45Z,returns=3d
  hashquake forecast --as-of 2022-01-06 \\
      --shock 'loss=13,from=2022-01-05T10:45Z,returns=lognormal(3d,0.6)'
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
    /// Prices from a CSV (`,`, `;` or tab; plain, gzip or zstd; - for standard input) with
    /// time,price_usd; the last one known is used
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

pub fn run(args: Args) -> anyhow::Result<()> {
    let mut loaded = args.input.load(args.as_of)?;
    let (_, last) = window::reach(&loaded.blocks)?;
    let as_of = args.as_of.unwrap_or(last);
    let price = match &args.prices {
        Some(path) => Some(price_at(&mut loaded, path, as_of)?),
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
    let from = Provenance {
        command: command(),
        inputs: loaded.inputs,
        notes: loaded.notes,
    };
    let envelope = forecast_told(&loaded.blocks, &question, loaded.sources, from)?;
    match args.format {
        Format::Json => print_json(&envelope),
        Format::Table => print(text::forecast::forecast(&envelope, width()).as_bytes()),
    }
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
fn price_at(loaded: &mut Loaded, path: &Path, as_of: Seconds) -> anyhow::Result<f64> {
    let named = loaded.read(path, "price of a bitcoin")?;
    let place = &named.name;
    let quotes = loaded.take(parse_prices(place, &named.bytes)?);
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
