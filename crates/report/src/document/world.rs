//! The answers of `hashquake world`: the world's tables, each as known at a moment.

use hashquake_base::units::{Seconds, Timestamp, serialize_time};
use hashquake_explain::comparison::Comparison;
use hashquake_world::carbon::{self, Factor, Mix};
use hashquake_world::machine::Machine;
use hashquake_world::month::Month;
use hashquake_world::place::{self, Fact};
use hashquake_world::region;
use hashquake_world::registered::{self, Registered};
use hashquake_world::shares::score::{PublicationScore, publications};
use hashquake_world::shares::{MAP, Nearest, RegionShare, Shares, SourceShares, sources_at};
use hashquake_world::table::TABLES;
use hashquake_world::tariff::{self, Tariff};
use schemars::JsonSchema;
use serde::Serialize;

use crate::sentences::comparison::more_resistant;

/// The embedded tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TableList {
    /// A row each.
    pub tables: Vec<ListedTable>,
}

/// An embedded table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ListedTable {
    /// Its file within `world/`.
    pub name: &'static str,
    /// What it holds.
    pub what: &'static str,
    /// Rows below its header; `null` of a file that is not a table.
    pub rows: Option<usize>,
    /// Where it is from.
    pub source: &'static str,
    /// Under which licence.
    pub licence: &'static str,
}

impl TableList {
    /// All of them.
    pub fn of_all() -> Self {
        let row = |t: &hashquake_world::table::Table| ListedTable {
            name: t.name,
            what: t.what,
            rows: t.rows(),
            source: t.source,
            licence: t.licence,
        };
        Self {
            tables: TABLES.iter().map(row).collect(),
        }
    }
}

/// Countries' shares of the network.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CountryShares {
    /// The shares with their intervals.
    #[serde(flatten)]
    pub shares: Shares,
    /// Printed figures of other sources that lie outside these intervals.
    pub conflicts: Vec<Conflict>,
}

/// A printed figure outside an interval.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Conflict {
    /// Who printed it.
    pub source: &'static str,
    /// ISO 3166-1, or `other`.
    pub region: &'static str,
    /// Its lower end, percent of the network.
    pub low_percent: f64,
    /// Its upper end.
    pub high_percent: f64,
    /// First month that it describes; `null` where it is not dated.
    pub from: Option<Month>,
    /// Last month that it describes.
    pub to: Option<Month>,
}

impl CountryShares {
    /// The shares, held against what each source printed by `as_of`.
    pub fn new(shares: Shares, as_of: Option<Seconds>) -> Self {
        let conflicts = conflicts(&shares, as_of);
        Self { shares, conflicts }
    }
}

/// Rows of sources that describe a month near the one that was asked for.
fn conflicts(s: &Shares, as_of: Option<Seconds>) -> Vec<Conflict> {
    let mut out = Vec::new();
    for source in &sources_at(s.at, as_of) {
        let near = source.from.zip(source.to);
        if near.is_some_and(|(a, b)| a.distance(s.at).min(b.distance(s.at)) > 1.0) {
            continue;
        }
        for row in &source.rows {
            let Some(q) = s.row(row.region).map(|r| r.percent) else {
                continue;
            };
            if row.low_percent > q.p95 || row.high_percent < q.p05 {
                out.push(Conflict {
                    source: source.source,
                    region: row.region,
                    low_percent: row.low_percent,
                    high_percent: row.high_percent,
                    from: source.from,
                    to: source.to,
                });
            }
        }
    }
    out
}

/// One region's share of the network.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ShareOfRegion {
    /// The share and what it rests on.
    #[serde(flatten)]
    pub share: RegionShare,
    /// What it rests on.
    pub source: &'static str,
    /// The month that it describes.
    pub month: Month,
    /// Printed figures behind it.
    pub figures: usize,
    /// When the newest of them was published.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub known_at: Seconds,
    /// The figure nearest to the moment that was asked for.
    pub nearest: Nearest,
    /// How far the moment lies outside that figure's month, months.
    pub months_away: f64,
}

impl ShareOfRegion {
    /// A region's share, out of the composition.
    pub fn new(share: RegionShare, of: &Shares) -> Self {
        Self {
            share,
            source: of.source,
            month: of.month,
            figures: of.figures,
            known_at: of.known_at,
            nearest: of.nearest,
            months_away: of.months_away,
        }
    }
}

/// Every source's printed shares, beside each other and never averaged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PrintedShares {
    /// The map first, then the others by their distance from the moment that was asked for.
    pub surveys: Vec<SourceShares>,
}

/// How well shares were predicted before they were printed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SharesCheck {
    /// A row for each publication after the map's first edition.
    pub publications: Vec<PublicationScore>,
}

impl SharesCheck {
    /// Of all that was printed.
    pub fn of_all() -> Self {
        Self {
            publications: publications(),
        }
    }
}

/// A region's printed share, month by month.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ShareHistory {
    /// ISO 3166, or `other`.
    pub region: String,
    /// Who printed it.
    pub source: &'static str,
    /// In order of time.
    pub months: Vec<PrintedShare>,
}

/// A printed share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PrintedShare {
    /// The month that it describes.
    pub month: Month,
    /// Percent of the network.
    pub printed_percent: f64,
    /// When it was published.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub known_at: Seconds,
}

/// Machines and what they need.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MachineList {
    /// By month of release, those without one last.
    pub machines: Vec<Machine>,
}

/// A region's carbon intensities.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CarbonIntensity {
    /// One a kind and source.
    pub factors: Vec<Factor>,
}

/// What the whole network's electricity was made from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NetworkMix {
    /// Percent by source of energy, and the intensity as printed.
    #[serde(flatten)]
    pub mix: Mix,
    /// Who printed it.
    pub source: &'static str,
    /// When it was published.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub known_at: Seconds,
}

impl NetworkMix {
    /// The mix of a month as known by `as_of`; `None` where it is not.
    pub fn of(month: Month, as_of: Option<Seconds>) -> Option<Self> {
        Some(Self {
            mix: carbon::mix(month, as_of)?.clone(),
            source: carbon::MIX_SOURCE,
            known_at: carbon::mix_known_at(month)?,
        })
    }
}

/// Prices of electricity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TariffList {
    /// A row a region.
    pub regions: Vec<RegionTariff>,
}

/// What miners of a region pay, and how many are registered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RegionTariff {
    /// The price.
    #[serde(flatten)]
    pub tariff: Tariff,
    /// The registered part of mining power; `null` where it is not known.
    pub registered: Option<RegisteredPart>,
}

/// The registered part of a country's mining power.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RegisteredPart {
    /// The country.
    pub region: &'static str,
    /// Lower end, percent of the megawatts.
    pub low_percent: f64,
    /// Upper end.
    pub high_percent: f64,
    /// First month that it describes.
    pub from: Month,
    /// Last month.
    pub to: Month,
    /// When it was known.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub known_at: Seconds,
    /// Where it is from.
    pub source: &'static str,
}

impl TariffList {
    /// Of these regions at a moment.
    pub fn new(codes: &[&str], at: Seconds) -> Self {
        let part = |r: &'static Registered| RegisteredPart {
            region: r.region,
            low_percent: 100.0 * r.low,
            high_percent: 100.0 * r.high,
            from: r.from,
            to: r.to,
            known_at: r.known_at,
            source: &r.source,
        };
        let row = |code: &&str| RegionTariff {
            tariff: tariff::at(code, at),
            registered: registered::share(code).map(part),
        };
        Self {
            regions: codes.iter().map(row).collect(),
        }
    }
}

/// What is known of a region and of all that lies in it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PlaceFacts {
    /// The facts, in the table's order.
    pub facts: Vec<PlaceFact>,
    /// Countries of which any fact is known.
    pub known_countries: Vec<String>,
}

/// A fact about a place.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PlaceFact {
    /// ISO 3166-1 or -2.
    pub region: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub kind: place::Kind,
    /// First day or month, as the source has it.
    pub from: String,
    /// Last day or month.
    pub to: String,
    /// Megawatts, where told.
    pub power_mw: Option<f64>,
    /// The fact, in our words.
    pub fact: String,
    /// When it was known.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub known_at: Seconds,
    /// Where it is from.
    pub source: String,
}

impl PlaceFacts {
    /// Of these facts.
    pub fn new(facts: &[&'static Fact]) -> Self {
        let mut known: Vec<&str> = place::all().iter().map(|f| &f.region[..2]).collect();
        known.sort_unstable();
        known.dedup();
        let row = |f: &&'static Fact| PlaceFact {
            region: f.region,
            name: region::name(f.region),
            kind: f.kind,
            from: f.from.clone(),
            to: f.to.clone(),
            power_mw: f.megawatts,
            fact: f.fact.clone(),
            known_at: f.known_at,
            source: f.source.clone(),
        };
        Self {
            facts: facts.iter().map(row).collect(),
            known_countries: known.iter().map(|c| (*c).to_string()).collect(),
        }
    }
}

/// Whether mining was harder to hit in a later month than in an earlier one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ResistanceCompared {
    /// The answer in sentences.
    pub verdict: String,
    /// Both months and each measure.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// Where the shares and the pools come from.
    pub sources: Vec<&'static str>,
}

/// Where the pools of a comparison come from.
const POOLS: &str = "pool labels of the embedded blocks, UTC month (hashquake data); pools that are known to share templates or an owner count as one (world/pool_groups.csv)";

impl ResistanceCompared {
    /// With the answer in words.
    pub fn new(comparison: Comparison) -> Self {
        Self {
            verdict: more_resistant(&comparison),
            comparison,
            sources: vec![MAP, POOLS],
        }
    }
}
