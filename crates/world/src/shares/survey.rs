//! Every source's printed shares side by side. They are shown, and never averaged.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::observation::sources;
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
    /// Percent of the network's hashrate that it sampled; `null` where it is not published.
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
    let mut rest: Vec<SourceShares> = prints();
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
        coverage_percent: None,
        note: &sources()[0].note,
        rows: printed(month).map(row).collect(),
    })
}

/// The figures that one source published on one day for one stretch of months.
fn prints() -> Vec<SourceShares> {
    let mut out: Vec<SourceShares> = Vec::new();
    for r in others() {
        let Some(by) = sources().iter().find(|s| s.source == r.source) else {
            continue;
        };
        let row = SourceShare {
            region: r.region,
            low_percent: r.low_percent,
            high_percent: r.high_percent,
        };
        let same = |s: &&mut SourceShares| {
            s.source == by.name && s.known_at == r.known_at && (s.from, s.to) == (r.from, r.to)
        };
        match out.iter_mut().find(same) {
            Some(print) => print.rows.push(row),
            None => out.push(SourceShares {
                source: &by.name,
                from: r.from,
                to: r.to,
                known_at: r.known_at,
                coverage_percent: r.coverage_percent,
                note: &by.note,
                rows: vec![row],
            }),
        }
    }
    out
}
