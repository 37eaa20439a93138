//! Every source's printed shares side by side. They are shown, and never averaged.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::model::coverage;
use super::printed::{MAP, printed};
use crate::editions;
use crate::month::Month;
use crate::region::{self, Code};
use crate::table;
use hashquake_base::units::{Seconds, rfc3339};

/// What one source says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SourceShares {
    /// Its name in words.
    pub source: &'static str,
    /// First month that it describes; absent where the source is not dated.
    pub from: Option<Month>,
    /// Last month that it describes.
    pub to: Option<Month>,
    /// When it was published, where that is known.
    #[serde(serialize_with = "maybe_time")]
    #[schemars(with = "Option<hashquake_base::units::Timestamp>")]
    pub known_at: Option<Seconds>,
    /// Percent of the network's hashrate that it sampled; `None` where it is not published.
    pub coverage_percent: Option<f64>,
    /// What one should know of it.
    pub note: &'static str,
    /// A row a region.
    #[serde(rename = "regions")]
    pub rows: Vec<SourceShare>,
}

/// One printed figure; low and high differ where the source gives a range.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct SourceShare {
    /// ISO 3166-1, or `other`.
    pub region: &'static str,
    /// Lower end, percent of the network.
    pub low_percent: f64,
    /// Upper end.
    pub high_percent: f64,
}

#[derive(Deserialize)]
struct Row {
    source: String,
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    from: Option<Month>,
    to: Option<Month>,
    low_percent: f64,
    high_percent: f64,
    #[serde(deserialize_with = "table::maybe_known_at")]
    known_at: Option<Seconds>,
    coverage_percent: Option<f64>,
}

/// Sources besides the map: key in the table, name, remark.
const OTHERS: [(&str, &str, &str); 3] = [
    (
        "cambridge-2025",
        "Cambridge Digital Mining Industry Report 2025 (survey)",
        "49 firms answered, most of them American; published in April 2025, day not known, the month's end is taken",
    ),
    (
        "hashrate-index",
        "Hashrate Index",
        "neither the month described nor the day of publication is known here; it contradicts the survey",
    ),
    (
        "iran-press-2021",
        "press at Iran's ban of May 2021",
        "a range of printed figures; day of publication not known here",
    ),
];

fn maybe_time<S: Serializer>(t: &Option<Seconds>, s: S) -> Result<S::Ok, S::Error> {
    match t {
        Some(t) => s.serialize_some(&rfc3339(*t)),
        None => s.serialize_none(),
    }
}

fn others() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| table::rows(table::OTHERS))
}

/// What every source says, the map's month nearest to `at` first, then the others in order of their distance
/// from `at`. With `as_of`, what was published later is left out, and so is what has no date.
pub fn sources_at(at: Seconds, as_of: Option<Seconds>) -> Vec<SourceShares> {
    let mut out: Vec<SourceShares> = map_at(at, as_of).into_iter().collect();
    let mut rest: Vec<SourceShares> = OTHERS.iter().filter_map(other).collect();
    rest.retain(|s| as_of.is_none_or(|t| s.known_at.is_some_and(|known| known <= t)));
    let distance = |s: &SourceShares| {
        let ends = s.from.zip(s.to);
        ends.map_or(f64::INFINITY, |(a, b)| a.distance(at).min(b.distance(at)))
    };
    rest.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    out.extend(rest);
    out
}

fn map_at(at: Seconds, as_of: Option<Seconds>) -> Option<SourceShares> {
    let months = editions::months(as_of)?;
    let month = Month::of(at).clamp(months.first, months.last);
    let row = |(region, percent)| SourceShare {
        region,
        low_percent: percent,
        high_percent: percent,
    };
    Some(SourceShares {
        source: MAP,
        from: Some(month),
        to: Some(month),
        known_at: editions::known_at(month),
        coverage_percent: Some(100.0 * coverage(month)),
        note: "addresses of the customers of three or four pools; proxies inflate Germany and Ireland",
        rows: printed(month).map(row).collect(),
    })
}

fn other(
    &(key, source, note): &(&'static str, &'static str, &'static str),
) -> Option<SourceShares> {
    let rows: Vec<&Row> = others().iter().filter(|r| r.source == key).collect();
    let first = rows.first()?;
    let row = |r: &&Row| SourceShare {
        region: r.region,
        low_percent: r.low_percent,
        high_percent: r.high_percent,
    };
    Some(SourceShares {
        source,
        from: first.from,
        to: first.to,
        known_at: first.known_at,
        coverage_percent: first.coverage_percent,
        note,
        rows: rows.iter().map(row).collect(),
    })
}
