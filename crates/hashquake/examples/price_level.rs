//! Holds the event study of prices against real days: `price_level FILE [EVERY]`.
//!
//! FILE is a CSV time,price_usd of daily closes. Every EVERY-th day (default 7) is taken as an onset that
//! it was not; the p-values of the returns after it should be uniform.

use std::path::Path;

use anyhow::Context;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::units::date;
use hashquake_explain::event_study::Usual;
use hashquake_source::read::read;
use hashquake_world::market::prices::{Prices, parse_prices};

const DAYS_BEFORE: usize = 59;
const HORIZONS: [usize; 3] = [1, 7, 30];
const LEVELS: [f64; 4] = [0.01, 0.05, 0.1, 0.5];

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().context("name a CSV of time,price_usd")?;
    let every = args.next().map_or(Ok(7), |n| n.parse::<usize>())?;
    let quotes = parse_prices(&path, &read(Path::new(&path))?.bytes)?.value;
    let prices = Prices::from_quotes(quotes, path);
    let daily = prices.daily();
    let returns: Vec<f64> = daily
        .windows(2)
        .map(|w| (w[1].usd / w[0].usd).ln())
        .collect();
    let last = returns.len().saturating_sub(HORIZONS[2]);
    let mut under = [[0_usize; LEVELS.len()]; HORIZONS.len()];
    let mut onsets = 0;
    for at in (DAYS_BEFORE..last).step_by(every.max(1)) {
        let mut rng = stream(0, onsets, Purpose::PriceLevel);
        let before = &returns[at - DAYS_BEFORE..at];
        let usual = Usual::learn(before, HORIZONS[2], 2_000, &mut rng).context("flat prices")?;
        for (counts, days) in under.iter_mut().zip(HORIZONS) {
            let ln = returns[at..at + days].iter().sum();
            let against = usual.against(ln, days as f64).context("no such horizon")?;
            for (count, level) in counts.iter_mut().zip(LEVELS) {
                *count += usize::from(against.p_value < level);
            }
        }
        onsets += 1;
    }
    let from = daily.get(DAYS_BEFORE).context("too few days")?.time;
    anstream::println!("{onsets} onsets from {}, every {every} days", date(from));
    for (counts, days) in under.iter().zip(HORIZONS) {
        let part = |(count, level): (&usize, f64)| {
            format!("{:.3} under {level}", *count as f64 / f64::from(onsets))
        };
        let parts: Vec<String> = counts.iter().zip(LEVELS).map(part).collect();
        anstream::println!("{days:2} days: {}", parts.join(", "));
    }
    Ok(())
}
