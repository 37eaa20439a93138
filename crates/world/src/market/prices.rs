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

use core::fmt;

use crate::table;
use hashquake_base::units::{DAY, Moment, Seconds, parse_seconds, rfc3339};

/// Closer than this, quotes are a finer series than one a day.
const FINE: Seconds = 6 * 3_600;
/// The last quote of a day is its close if it stands no longer than this before the day's end.
const CLOSE_AGE_MAX: Seconds = 2 * 3_600;
/// Dollars that can be meant.
const USD_MAX: f64 = 1e12;
/// Mistakes that are written out; the rest are counted.
const MISTAKES_SHOWN: usize = 20;

/// A price and the moment when it was known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// End of its bar, unix seconds.
    pub time: Seconds,
    /// Dollars.
    pub usd: f64,
}

/// Prices of one window: closes of days, and finer ones where there are any. Each in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    daily: Vec<Quote>,
    fine: Vec<Quote>,
    source: String,
}

/// A table of prices that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PricesError {
    /// A column is missing.
    #[error("no column `{column}`; the first line must name time and price_usd (it names {found})")]
    Column {
        /// The missing column.
        column: &'static str,
        /// The columns that are there.
        found: String,
    },
    /// Lines cannot be read.
    #[error("rows must be time,price_usd with a time as in 2022-01-05T10:45Z: {0}")]
    Lines(Mistakes),
    /// There is no row.
    #[error("no prices: write rows of time,price_usd, as in 2022-01-05T10:45Z,46414.22")]
    Empty,
}

/// All mistakes of a table, each with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<(u64, String)>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (line, what)) in self.0.iter().take(MISTAKES_SHOWN).enumerate() {
            let gap = if i > 0 { "; " } else { "" };
            write!(f, "{gap}line {line}: {what}")?;
        }
        match self.0.len().saturating_sub(MISTAKES_SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// Reads CSV `time,price_usd`: the time is when the price was known (unix seconds, RFC 3339, or a day for
/// its end), the price is in dollars. Rows may stand in any order.
///
/// # Errors
/// [`PricesError`] with every line that is wrong.
pub fn parse_prices(text: &[u8]) -> Result<Vec<Quote>, PricesError> {
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text);
    let mut wrong = Vec::new();
    let headers = table.headers().cloned().unwrap_or_default();
    let column = |column: &'static str| {
        let found = || match headers.len() {
            0 => "nothing".to_string(),
            _ => headers.iter().collect::<Vec<_>>().join(","),
        };
        let place = headers.iter().position(|h| h == column);
        place.ok_or_else(|| PricesError::Column {
            column,
            found: found(),
        })
    };
    let (time_at, usd_at) = (column("time")?, column("price_usd")?);
    let mut quotes: Vec<(Quote, u64)> = Vec::new();
    for row in table.records() {
        let row = match row {
            Ok(row) => row,
            Err(e) => {
                let line = e.position().map_or(1, csv::Position::line);
                wrong.push((line, e.to_string()));
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: usize| row.get(at).unwrap_or_default();
        match (read_time(cell(time_at)), read_usd(cell(usd_at))) {
            (Ok(time), Ok(usd)) => quotes.push((Quote { time, usd }, line)),
            (time, usd) => wrong.extend(
                [time.err(), usd.err()]
                    .into_iter()
                    .flatten()
                    .map(|what| (line, what)),
            ),
        }
    }
    quotes.sort_by_key(|(q, line)| (q.time, *line));
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
            wrong.push((*second, what));
        }
    }
    if !wrong.is_empty() {
        wrong.sort_by_key(|(line, _)| *line);
        return Err(PricesError::Lines(Mistakes(wrong)));
    }
    let mut quotes: Vec<Quote> = quotes.into_iter().map(|(q, _)| q).collect();
    quotes.dedup_by_key(|q| q.time);
    (!quotes.is_empty())
        .then_some(quotes)
        .ok_or(PricesError::Empty)
}

fn read_time(text: &str) -> Result<Seconds, String> {
    match Moment::parse(text) {
        Ok(day @ Moment::Day(_)) => Ok(day.end()),
        _ => parse_seconds(text),
    }
}

fn read_usd(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(usd) if usd > 0.0 && usd <= USD_MAX => Ok(usd),
        Ok(usd) => Err(format!("price_usd {usd} is not over 0 and up to 1e12")),
        Err(_) => Err(format!("price_usd `{text}` is not a number")),
    }
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
            parse_prices(text.as_bytes()).expect("the embedded prices are right (tests read them)")
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// End.
    pub to: Seconds,
    /// What it is.
    pub kind: FactKind,
    /// Dollars.
    pub usd: f64,
    /// Where it stands.
    pub source: String,
}

/// The embedded figures (`world/prices/facts.csv`) known at `t`: what "for the first time since September"
/// and the quoted highs and lows of January 2022 are held against.
pub fn facts(t: Seconds) -> Vec<Fact> {
    let mut table = csv::Reader::from_reader(table::PRICE_FACTS.as_bytes());
    let read = |row: csv::StringRecord| {
        let kind = match &row[2] {
            "close" => FactKind::Close,
            "lowest_close" => FactKind::LowestClose,
            "low" => FactKind::Low,
            "high" => FactKind::High,
            _ => return None,
        };
        Some(Fact {
            from: parse_seconds(&row[0]).ok()?,
            to: parse_seconds(&row[1]).ok()?,
            kind,
            usd: row[3].parse().ok()?,
            source: row[4].to_string(),
        })
    };
    let rows = table.records().map(|row| row.ok().and_then(read));
    let all: Option<Vec<Fact>> = rows.collect();
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
