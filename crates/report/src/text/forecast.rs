//! A forecast in sentences and tables.

use core::fmt::Write;

use hashquake_base::fan::Fan;
use hashquake_base::format::{decimal, minute, short_moment, signed};
use hashquake_base::units::Timestamp;
use hashquake_observe::forecast::{Forecast, Hashprice};

use super::table::wrap;
use crate::document::forecast::ForecastAnswer;
use crate::envelope::Envelope;
use crate::table::Table;

/// Days ahead whose hashrate stands in the table; the document has every day.
const DAYS_SHOWN: [usize; 5] = [1, 3, 7, 14, 28];
const QUANTILES: [&str; 5] = ["5 %", "25 %", "50 %", "75 %", "95 %"];

/// The next retarget in a sentence, then what is known of the rest.
pub fn forecast(document: &Envelope<ForecastAnswer>, width: usize) -> String {
    let f = &document.answer.forecast;
    let mut parts: Vec<String> = sentences(f).iter().map(|s| wrap(s, width)).collect();
    parts.push(retargets(f).to_text(width));
    parts.push(reference_rules(f).to_text(width));
    parts.push(next_blocks(f).to_text(width));
    parts.push(wrap(&gaps(f), width));
    parts.push(hashrates(f).to_text(width));
    parts.push(wrap(&hashprice(&f.hashprice), width));
    let sources = &document.answer.sources;
    let sources: Vec<&str> = sources.iter().map(|s| s.from.as_str()).collect();
    let foot = format!(
        "hashquake {}, as of {}, {} draws, seed {}. Sources: {}.",
        document.version,
        minute(f.as_of.0),
        f.draws,
        f.seed,
        sources.join("; ")
    );
    parts.push(wrap(&foot, width));
    parts.join("\n\n") + "\n"
}

fn sentences(f: &Forecast) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(next) = f.retargets.first() {
        out.push(format!(
            "As of {}, block {}: the difficulty will change by {} (90 %: {} to {}) at block {}, about {} (90 %: {} to {}).",
            minute(f.as_of.0),
            f.height,
            percent(next.change_percent.p50),
            percent(next.change_percent.p05),
            percent(next.change_percent.p95),
            next.height,
            time(next.date.p50),
            time(next.date.p05),
            time(next.date.p95),
        ));
    }
    out.push(format!(
        "Hashrate now {} EH/s (90 %: {} to {}); probability of a turbulent stretch {} %.",
        three_digits(f.hashrate_now_ehs.p50),
        three_digits(f.hashrate_now_ehs.p05),
        three_digits(f.hashrate_now_ehs.p95),
        decimal(100.0 * f.turbulent_probability, 0)
    ));
    if let Some(s) = &f.shock {
        out.push(format!(
            "Under the declared loss of {} % from {}; by its declared end and the blocks since, it is over with probability {} %.",
            three_digits(s.loss_percent),
            time(s.from),
            decimal(100.0 * s.returned_probability, 0)
        ));
    }
    out
}

/// A table of quantiles.
fn fans(what: &str, rows: impl Iterator<Item = (String, [String; 5])>) -> Table {
    let head: Vec<&str> = core::iter::once(what).chain(QUANTILES).collect();
    let mut table = Table::new(&head);
    rows.for_each(|(name, cells)| table.add_row(core::iter::once(name).chain(cells)));
    table
}

fn five<T: Copy>(fan: Fan<T>, show: impl Fn(T) -> String) -> [String; 5] {
    [fan.p05, fan.p25, fan.p50, fan.p75, fan.p95].map(show)
}

fn retargets(f: &Forecast) -> Table {
    let rows = f.retargets.iter().flat_map(|r| {
        let name = |what: &str| format!("block {}, {what}", r.height);
        [
            (name("change"), five(r.change_percent, percent)),
            (name("date"), five(r.date, short_time)),
        ]
    });
    fans("retarget", rows)
}

fn reference_rules(f: &Forecast) -> Table {
    let mut table = Table::new(&["next retarget", "change", "date", "supposes that"]);
    if let Some(next) = f.retargets.first() {
        table.add_row([
            "hashquake".to_string(),
            percent(next.change_percent.p50),
            time(next.date.p50),
            "the hashrate moves on as it has moved, and lost hashrate recovers".to_string(),
        ]);
    }
    for rule in &f.reference_rules {
        table.add_row([
            rule.name.name().to_string(),
            percent(rule.change_percent),
            time(rule.date),
            rule.assumes.to_string(),
        ]);
    }
    table
}

fn next_blocks(f: &Forecast) -> Table {
    let name = |blocks: u32| match blocks {
        1 => "next block".to_string(),
        n => format!("{n} blocks"),
    };
    let rows = f.next_blocks.iter();
    fans(
        "found by",
        rows.map(|n| (name(n.blocks), five(n.time, short_time))),
    )
}

fn gaps(f: &Forecast) -> String {
    let gaps = f.gaps.iter().map(|g| {
        format!(
            "over {} minutes without a block within {} hours: {}",
            g.minutes,
            g.horizon_hours,
            probability(g.probability)
        )
    });
    let gaps: Vec<String> = gaps.collect();
    format!("Probability of {}.", gaps.join("; of "))
}

fn hashrates(f: &Forecast) -> Table {
    let shown = DAYS_SHOWN.iter().filter_map(|day| f.hashrate.get(day - 1));
    let row = |at: &hashquake_observe::forecast::FutureHashrate| {
        (time(at.time), five(at.hashrate_ehs, three_digits))
    };
    fans("hashrate, EH/s", shown.map(row))
}

fn hashprice(p: &Hashprice) -> String {
    let btc = |btc: f64| format!("{btc:.8}");
    let mut text = format!(
        "Hashprice: 1 PH/s earns {} BTC a day now; on average over the next {} days {} (90 %: {} to {})",
        btc(p.now_btc_per_ph_day),
        p.days,
        btc(p.btc_per_ph_day.p50),
        btc(p.btc_per_ph_day.p05),
        btc(p.btc_per_ph_day.p95),
    );
    if let (Some(usd), Some(price)) = (p.usd_per_ph_day, p.price_usd) {
        let _ = write!(
            text,
            ", {:.2} USD ({:.2} to {:.2}) if the price stays at {price} USD",
            usd.p50, usd.p05, usd.p95
        );
    }
    if p.fees_btc_per_block > 0.0 {
        let fees = p.fees_btc_per_block;
        let _ = write!(text, ", with fees of {fees} BTC a block as stated.");
    } else {
        text.push_str(", fees not counted (--fees-btc-per-block).");
    }
    text
}

fn time(t: Timestamp) -> String {
    minute(t.0)
}

fn short_time(t: Timestamp) -> String {
    short_moment(t.0)
}

fn percent(x: f64) -> String {
    format!("{} %", signed(x, 1))
}

fn three_digits(x: f64) -> String {
    match x.abs() {
        a if a >= 100.0 => decimal(x, 0),
        a if a >= 10.0 => decimal(x, 1),
        _ => decimal(x, 2),
    }
}

fn probability(p: f64) -> String {
    match 100.0 * p {
        p if p < 0.05 => "under 0.1 %".to_string(),
        p if p < 1.0 => format!("{} %", decimal(p, 1)),
        p => format!("{} %", decimal(p, 0)),
    }
}
