//! Prices of a bitcoin: what is embedded, what a user gives, and what was known of either at a moment.
//!
//! A price stands at the moment when it was known, which for a bar is its END: the close of the hour from
//! 10:00 to 11:00 stands at 11:00, and a day without a time means that day's last second. So "known by t" is
//! `time <= t`, and nothing of a bar that is still open is ever seen.
//!
//! Five cases carry the daily closes from 60 days before their window to 35 after (Coin Metrics,
//! PriceUSD); Kazakhstan 2022 also the hourly ones of 1 to 10 January (Bitstamp). They are single figures,
//! quoted as facts; the whole series belong to their owners, and for other windows a user brings a file.
//!
//! Left out: volumes, other exchanges and currencies, and the spread between two sources, which is up to
//! 3 % on a bad day: hourly and daily returns are never mixed within one number.

use serde::Deserialize;

use crate::table;
use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::table_reader::{Column, Parsed, TIME, Table};
use hashquake_base::units::{DAY, Moment, Seconds, parse_seconds, rfc3339};

/// Closer than this, quotes are a finer series than one a day.
const FINE: Seconds = 6 * 3_600;
/// The last quote of a day is its close if it stands no longer than this before the day's end.
const CLOSE_AGE_MAX: Seconds = 2 * 3_600;
/// Dollars that can be meant.
const USD_MIN: f64 = 1e-6;
const USD_MAX: f64 = 1e12;

/// A price and the moment when it was known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// End of its bar, unix seconds.
    pub time: Seconds,
    /// Price of a coin, dollars.
    pub usd: f64,
}

/// Prices of one window: closes of days, and finer ones where there are any. Each in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    daily: Vec<Quote>,
    fine: Vec<Quote>,
    source: String,
}

/// Columns of a table of prices.
pub const PRICE_COLUMNS: &[Column] = &[
    Column {
        also: &[
            CLOSE_TIME,
            "timestamp",
            "unixtime",
            "unixtimestamp",
            "unix",
            "datetime",
            "date",
            "day",
        ],
        ..TIME
    },
    Column::needed(
        "price_usd",
        &["price", "priceusd", "close", "closeusd", "usd", "btcusd"],
    ),
    Column::optional("open", &["openprice", "openusd"]),
];
/// A name of the time that says what it means: the end of a bar.
const CLOSE_TIME: &str = "closetime";

/// Reads a table of prices: the time is when the price was known (a day means its end), the price is in
/// dollars. Rows may stand in any order, and twice.
///
/// # Errors
/// Every mistake with its line; two prices at one time; bars of which nothing says whether their time is
/// that of the opening or the close.
pub fn parse_prices(name: &str, bytes: &[u8]) -> Result<Parsed<Vec<Quote>>, Diagnostics> {
    let table = Table::open(name, bytes, PRICE_COLUMNS)?;
    let mut quotes: Vec<(Quote, u32)> = Vec::new();
    let mut has_instants = false;
    table.each_row(|row| {
        let (moment, usd) = (
            row.moment("time"),
            row.number_in("price_usd", USD_MIN, USD_MAX),
        );
        has_instants |= matches!(moment, Some(Moment::Instant(_)));
        if let (Some(moment), Some(usd)) = (moment, usd) {
            let time = moment.end();
            quotes.push((Quote { time, usd }, row.line() as u32));
        }
    });
    if table.has("open") && has_instants && !table.is_called("time", CLOSE_TIME) {
        table.refuse_whole(
            "its rows are bars, and their time may be that of the opening or of the close: a price is known at the close, so call the column close_time and let it say that".to_string(),
        );
    }
    quotes.sort_unstable_by_key(|(q, line)| (q.time, *line));
    for pair in quotes.windows(2) {
        let [(a, first), (b, second)] = pair else {
            continue;
        };
        if a.time == b.time && a.usd != b.usd {
            let what = format!(
                "price_usd {} at {}, but line {first} has {} there: keep one",
                b.usd,
                rfc3339(b.time),
                a.usd
            );
            table.refuse(*second as usize, "price_usd", what);
        }
    }
    if quotes.is_empty() && !table.is_wrong() {
        table.refuse_whole(
            "no prices in it: expected rows of time,price_usd, as in 2022-01-05T10:45Z,46414.22"
                .to_string(),
        );
    }
    let mut quotes: Vec<Quote> = quotes.into_iter().map(|(q, _)| q).collect();
    quotes.dedup_by_key(|q| q.time);
    table.finish(quotes)
}

/// The last of `quotes` (in order of time) that was known at `t`.
pub fn last_known(quotes: &[Quote], t: Seconds) -> Option<Quote> {
    let known = quotes.partition_point(|q| q.time <= t);
    quotes[..known].last().copied()
}

/// The UTC day that a quote closes or lies in; midnight closes the day before.
fn day_of(t: Seconds) -> Seconds {
    (t - 1).div_euclid(DAY)
}

impl Prices {
    /// From quotes in order of time, as [`parse_prices`] gives them. Quotes six hours apart or closer (by
    /// the median) are also kept as a finer series; a day's close is then its last quote, if that stands
    /// within two hours of the day's end. Sparser quotes are the days' closes themselves.
    pub fn from_quotes(quotes: Vec<Quote>, source: String) -> Self {
        let mut gaps: Vec<Seconds> = quotes.windows(2).map(|w| w[1].time - w[0].time).collect();
        gaps.sort_unstable();
        let fine = gaps.get(gaps.len() / 2).is_some_and(|gap| *gap <= FINE);
        let mut daily: Vec<Quote> = Vec::new();
        for q in &quotes {
            match daily.last_mut() {
                Some(last) if day_of(last.time) == day_of(q.time) => *last = *q,
                _ => daily.push(*q),
            }
        }
        if fine {
            daily.retain(|q| (day_of(q.time) + 1) * DAY - q.time <= CLOSE_AGE_MAX);
        }
        Self {
            daily,
            fine: if fine { quotes } else { Vec::new() },
            source,
        }
    }

    /// The embedded prices of a case of the atlas.
    pub fn embedded(case: &str) -> Option<Self> {
        let read = |text: &str| {
            parse_prices("embedded prices", text.as_bytes())
                .expect("the embedded prices are right (tests read them)")
                .value
        };
        let (_, daily) = DAILY.iter().find(|(id, _)| *id == case)?;
        let fine = HOURLY.iter().find(|(id, _)| *id == case);
        let hourly_too = if fine.is_some() {
            "; hours: Bitstamp BTC/USD by cryptodatadownload.com"
        } else {
            ""
        };
        Some(Self {
            daily: read(daily),
            fine: fine.map_or(Vec::new(), |(_, text)| read(text)),
            source: format!("days: coinmetrics.io community data, PriceUSD{hourly_too}"),
        })
    }

    /// What was known at `t`: bars closed by then.
    pub fn as_of(&self, t: Seconds) -> Self {
        let known = |quotes: &[Quote]| quotes[..quotes.partition_point(|q| q.time <= t)].to_vec();
        Self {
            daily: known(&self.daily),
            fine: known(&self.fine),
            source: self.source.clone(),
        }
    }

    /// Relative change of the last daily close at or before `t` against that of `days` earlier; `None`
    /// where either is not known.
    pub fn change_before(&self, t: Seconds, days: Seconds) -> Option<f64> {
        let close = |t: Seconds| {
            let last = last_known(&self.daily, t)?;
            (t - last.time <= 2 * DAY).then_some(last.usd)
        };
        Some(close(t)? / close(t - days * DAY)? - 1.0)
    }

    /// Closes of days, in order.
    pub fn daily(&self) -> &[Quote] {
        &self.daily
    }

    /// Closes of shorter bars, in order; empty where only days are known.
    pub fn fine(&self) -> &[Quote] {
        &self.fine
    }

    /// Where they come from.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// What a fact says of its stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// The close of a bar.
    Close,
    /// The lowest close of the days in it.
    LowestClose,
    /// The lowest trade.
    Low,
    /// The highest trade.
    High,
}

/// A single figure about a stretch of time, known at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Start, unix seconds.
    pub from: Seconds,
    /// End of the time it is of, unix seconds.
    pub to: Seconds,
    /// What it is.
    pub kind: FactKind,
    /// Price of a coin, dollars.
    pub usd: f64,
    /// Where it stands.
    pub source: String,
}

/// The embedded figures (`world/prices/facts.csv`) known at `t`: what "for the first time since September"
/// and the quoted highs and lows of January 2022 are held against.
pub fn facts(t: Seconds) -> Vec<Fact> {
    #[derive(Deserialize)]
    struct Line {
        from: String,
        to: String,
        what: FactKind,
        price_usd: f64,
        source: String,
    }
    let read = |line: Line| {
        Some(Fact {
            from: parse_seconds(&line.from).ok()?,
            to: parse_seconds(&line.to).ok()?,
            kind: line.what,
            usd: line.price_usd,
            source: line.source,
        })
    };
    let lines: Vec<Line> = table::rows(table::PRICE_FACTS);
    let all: Option<Vec<Fact>> = lines.into_iter().map(read).collect();
    let mut all = all.expect("the embedded facts are right (tests read them)");
    all.retain(|f| f.to <= t);
    all
}

const HOURLY: [(&str, &str); 1] = [("kazakhstan-2022", table::HOURLY_KAZAKHSTAN_2022)];

const DAILY: [(&str, &str); 5] = [
    ("xinjiang-2021", table::DAILY_XINJIANG_2021),
    ("sichuan-ban-2021", table::DAILY_SICHUAN_BAN_2021),
    ("kazakhstan-2022", table::DAILY_KAZAKHSTAN_2022),
    ("elliott-2022", table::DAILY_ELLIOTT_2022),
    ("texas-2024", table::DAILY_TEXAS_2024),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Parsed<Vec<Quote>>, Diagnostics> {
        parse_prices("p.csv", text.as_bytes())
    }

    #[test]
    fn closes_are_read_under_their_usual_names() {
        let plain = read("time,price_usd\n1641379500,46414.22\n").unwrap();
        for text in [
            "Close Time;PRICE\n2022-01-05T10:45Z;46,414.22\n",
            "open,high,low,close,close_time\n1,2,3,46414.22,1641379500\n",
            "timestamp\tClose (USD)\n2022-01-05 10:45:00+00:00\t46414.22\n2022-01-05 10:45 UTC\t46414.22\n",
        ] {
            assert_eq!(read(text).unwrap(), plain, "{text}");
        }
        let day = read("date,open,close\n2022-01-05,1,46414.22\n")
            .unwrap()
            .value[0];
        assert_eq!(rfc3339(day.time), "2022-01-05T23:59:59Z");
    }

    /// A bar known by its opening would be seen before it closed.
    #[test]
    fn what_has_two_readings_is_refused() {
        for (text, part) in [
            ("unix,open,close\n1641379500,1,2\n", "close_time"),
            ("time;price\n2022-01-05;46,414\n", "two readings, 46.414"),
            (
                "time,price\n05/01/2022,46414\n",
                "2022-01-05 and 2022-05-01",
            ),
            ("time,price\n1641379500000,46414\n", "milliseconds"),
            ("time,price\n2022-01-05,NaN\n", "not a valid number"),
            (
                "time,price\n2022-01-05,-9223372036854775808\n",
                "not a number between",
            ),
            (
                "time,price\n9999-01-05,1\n",
                "outside what a chain can hold",
            ),
            ("time,price\n", "no prices in it"),
        ] {
            let e = read(text).unwrap_err().to_string();
            assert!(e.contains(part), "{part}\n{e}");
        }
    }
}
