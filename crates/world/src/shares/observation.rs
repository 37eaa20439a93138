//! What was printed of shares, by whom, and what is known of the printers: the input of [`super::composition`].

use std::sync::OnceLock;

use serde::Deserialize;

use super::printed::{first_month, printed};
use crate::editions;
use crate::month::Month;
use crate::region::{self, Code};
use crate::table;
use hashquake_base::units::Seconds;

/// How a source comes to its figures, and so how it can err.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The same method month after month: one bias of a region stays, and each figure has an error of its own.
    Series,
    /// Miners who answered, a part of the network.
    Survey,
    /// A figure without a method.
    Press,
}

/// Who prints shares. The deviations are of the logarithm (of the logit where the kind is no series) and are
/// assumptions.
#[derive(Clone, Debug, Deserialize)]
pub struct PrintedBy {
    /// Key in the tables.
    pub source: String,
    /// How it comes to its figures.
    pub kind: SourceKind,
    /// One sigma of the bias of a region that stays from figure to figure.
    pub bias_sd: f64,
    /// One sigma of the error of each figure.
    pub error_sd: f64,
    /// Its name in words.
    pub name: String,
    /// What one should know of it.
    pub note: String,
}

/// A region of the composition and how its share is taken to move.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// ISO 3166-1, or `other` for all the rest.
    #[serde(deserialize_with = "region::region_code")]
    pub region: Code,
    /// Middle of what was thought of it before any figure, percent.
    pub start_percent: f64,
    /// One sigma of the logarithm of that.
    pub start_sd: f64,
    /// One sigma of a month's step of the logarithm of its weight.
    pub walk_sd: f64,
    /// Whether its weight goes back to where it began, as that of a region which nobody counts any more.
    #[serde(deserialize_with = "yes_or_no")]
    pub reverts: bool,
}

/// A dated event that moved a region's share: where to, and how far is not known.
#[derive(Clone, Debug, Deserialize)]
pub struct ShareEvent {
    /// The first month that it shows in.
    pub month: Month,
    /// Whose share.
    #[serde(deserialize_with = "region::region_code")]
    pub region: Code,
    /// Step of the logarithm of the weight that is expected.
    pub shift: f64,
    /// One sigma of that step.
    pub sd: f64,
    /// When it was known.
    #[serde(deserialize_with = "table::known_at")]
    pub known_at: Seconds,
}

#[derive(Deserialize)]
struct Bias {
    source: String,
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    bias_sd: f64,
}

#[derive(Deserialize)]
struct Row {
    source: String,
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    from: Month,
    to: Month,
    low_percent: f64,
    high_percent: f64,
    #[serde(deserialize_with = "table::known_at")]
    known_at: Seconds,
}

/// One printed figure.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Index into [`sources`].
    pub source: usize,
    /// Indices into [`members`] of the regions whose sum was printed.
    pub of: Vec<usize>,
    /// The month in the middle of what it describes.
    pub month: Month,
    /// Fraction of the network.
    pub share: f64,
    /// Smallest difference that the print can show, as a fraction.
    pub last_digit: f64,
    /// When it was published.
    pub known_at: Seconds,
}

fn yes_or_no<'de, D: serde::Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    Ok(String::deserialize(d)? == "yes")
}

/// The regions of the composition, by code, `other` last.
pub fn members() -> &'static [Member] {
    static ALL: OnceLock<Vec<Member>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(table::SHARE_REGIONS))
}

/// Place of a region among [`members`].
pub fn member(code: &str) -> Option<usize> {
    members().iter().position(|m| m.region == code)
}

/// Who prints shares.
pub fn sources() -> &'static [PrintedBy] {
    static ALL: OnceLock<Vec<PrintedBy>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(table::SHARE_SOURCES))
}

/// The dated events that moved shares.
pub fn events() -> &'static [ShareEvent] {
    static ALL: OnceLock<Vec<ShareEvent>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(table::SHARE_EVENTS))
}

/// One sigma of the bias that `source` has of a region.
pub fn bias_sd(source: &PrintedBy, code: &str) -> f64 {
    static ALL: OnceLock<Vec<Bias>> = OnceLock::new();
    let all = ALL.get_or_init(|| table::rows(table::BIAS));
    let own = all
        .iter()
        .find(|b| b.source == source.source && b.region == code);
    own.map_or(source.bias_sd, |b| b.bias_sd)
}

/// Every printed figure, by month.
pub fn all() -> &'static [Observation] {
    static ALL: OnceLock<Vec<Observation>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut out = of_the_map();
        out.extend(table::rows::<Row>(table::OTHERS).iter().filter_map(of_row));
        out.sort_by_key(|o| o.month);
        out
    })
}

fn of_the_map() -> Vec<Observation> {
    let Some(months) = editions::months(None) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for i in 0..=months.last.since(months.first) {
        let month = first_month().plus(i);
        let named: Vec<&str> = printed(month).map(|(region, _)| region).collect();
        for (region, percent) in printed(month) {
            let rest = |m: usize| !named.contains(&members()[m].region) || m + 1 == members().len();
            let of = match member(region) {
                Some(m) if region != "other" => vec![m],
                _ => (0..members().len()).filter(|m| rest(*m)).collect(),
            };
            out.push(Observation {
                source: 0,
                of,
                month,
                share: percent / 100.0,
                last_digit: 1e-4,
                known_at: editions::known_at(month).unwrap_or(Seconds::MAX),
            });
        }
    }
    out
}

fn of_row(row: &Row) -> Option<Observation> {
    Some(Observation {
        source: sources().iter().position(|s| s.source == row.source)?,
        of: vec![member(row.region)?],
        month: row.from.plus(row.to.since(row.from) / 2),
        share: 0.005 * (row.low_percent + row.high_percent),
        last_digit: 1e-4,
        known_at: row.known_at,
    })
}
