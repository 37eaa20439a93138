//! The answers of `hashquake atlas`: the list, the nearest cases, one case, and how often shocks come.

use hashquake_base::units::{Bracket, Moment, Quantiles, Seconds, Span, Timestamp, serialize_time};
use hashquake_explain::analogue::{Analogue, BlockAnswer, Measured, Retarget};
use hashquake_explain::explanation::Explanation;
use hashquake_explain::frequency::{DEEP_RETARGET_PERCENT, Frequency, Period, SUPPORTED};
use hashquake_world::atlas::{self, Cause, ClaimKind, Region, StatementKind, WindowBasis};
use schemars::JsonSchema;
use serde::Serialize;

use crate::sentences::frequency::becoming_rarer;

/// The atlas in a sentence that stands below every list of it.
pub const NO_CENSUS: &str = "The atlas is what was collected, not a census: it leans towards what the press of the day wrote about.";

/// Cases of the atlas.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CaseList {
    /// Cases in the atlas, those left out included.
    pub cases_in_atlas: usize,
    /// Those that were asked for, in the order that was asked for.
    pub cases: Vec<ListedCase>,
}

/// A case, and what the chain says of its window.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ListedCase {
    /// Its name, as `hashquake explain` takes it.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// What brought it about, as far as the sources say.
    pub cause: Cause,
    /// ISO 3166 codes; empty where no region is meant or known.
    pub regions: Vec<Region>,
    /// When.
    pub window: Span,
    /// Where the window comes from.
    pub window_basis: WindowBasis,
    /// Length of the window, days.
    pub window_days: f64,
    /// Published sentences that were collected.
    pub claim_count: usize,
    /// What block times alone say; `null` where the embedded chain does not hold the window.
    pub blocks: Option<BlockAnswer>,
    /// The first retarget at or after the end of the window.
    pub retarget: Option<Retarget>,
}

impl CaseList {
    /// Of cases that were measured.
    pub fn new(cases: &[Measured<'_>]) -> Self {
        Self {
            cases_in_atlas: atlas::cases().len(),
            cases: cases.iter().map(ListedCase::new).collect(),
        }
    }
}

impl ListedCase {
    /// A row.
    pub fn new(m: &Measured<'_>) -> Self {
        let case = m.case;
        Self {
            id: case.id.clone(),
            title: case.title.clone(),
            cause: case.cause,
            regions: case.regions.clone(),
            window: case.window,
            window_basis: case.window_basis.clone(),
            window_days: m.days,
            claim_count: case.claims.len(),
            blocks: m.blocks,
            retarget: m.retarget,
        }
    }
}

/// The cases most like a loss of a size and a length.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NearestCases {
    /// The loss that was asked for, percent of the network.
    pub loss_percent: f64,
    /// Its length, days.
    pub days: f64,
    /// Cases in the atlas, those left out included.
    pub cases_in_atlas: usize,
    /// The nearest first.
    pub cases: Vec<NearCase>,
}

/// A case and how far it lies from what was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NearCase {
    /// 1 is ten points of loss, or a doubling of the time.
    pub distance: f64,
    /// The case.
    #[serde(flatten)]
    pub case: ListedCase,
}

impl NearestCases {
    /// The first `count` of `found`, which is in order of distance.
    pub fn new(loss_percent: f64, days: f64, found: &[Analogue<'_>], count: usize) -> Self {
        let near = |a: &Analogue<'_>| NearCase {
            distance: a.distance,
            case: ListedCase::new(&a.measured),
        };
        Self {
            loss_percent,
            days,
            cases_in_atlas: atlas::cases().len(),
            cases: found.iter().take(count).map(near).collect(),
        }
    }
}

/// One case as it was collected, and what the chain and the pools say of it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ShownCase {
    /// As in the list.
    #[serde(flatten)]
    pub case: ListedCase,
    /// What happened, to be used inside a sentence.
    pub event: String,
    /// The place whose miners are in question.
    pub place: String,
    /// Other names of it, and remarks.
    pub also: Vec<String>,
    /// Losses of single pools.
    pub shares: Vec<PoolLoss>,
    /// All evidence together; `null` where there is none.
    pub fused: Option<FusedLoss>,
    /// Dated statements, as collected.
    pub timeline: Vec<CollectedStatement>,
    /// Published sentences, as collected; `hashquake explain` says which hold.
    pub claims: Vec<CollectedClaim>,
}

/// What a pool lost.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PoolLoss {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// Loss of the pool's own hashrate.
    pub loss_percent: Quantiles,
    /// Where it was published.
    pub source: String,
}

/// The network's loss by all evidence together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FusedLoss {
    /// Loss of the network.
    pub loss_percent: Quantiles,
    /// log₁₀ of the Bayes factor of a loss against none.
    pub log10_bayes_factor: f64,
}

/// A dated statement on an outage.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CollectedStatement {
    /// What it tells.
    pub kind: StatementKind,
    /// Whom it is about; `null` for everybody.
    pub audience: Option<String>,
    /// Between which moments.
    pub when: Bracket,
    /// What happened.
    pub what: String,
    /// Where it was published.
    pub source: String,
    /// When it was published.
    pub known_at: Moment,
}

/// A published sentence.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CollectedClaim {
    /// Its name within the case.
    pub id: String,
    /// What it is about.
    pub kind: ClaimKind,
    /// The sentence, in our words.
    pub text: String,
    /// Its number, in `unit`.
    pub value: Option<f64>,
    /// The number's unit.
    pub unit: Option<String>,
    /// Who said it.
    pub said_by: String,
    /// Where it was published.
    pub source: String,
    /// When it was published.
    pub published: Moment,
    /// A remark that belongs beside it.
    pub remark: Option<String>,
}

impl ShownCase {
    /// A case that was measured and explained.
    pub fn new(m: &Measured<'_>, e: &Explanation) -> Self {
        let case = m.case;
        let shares = e.evidence.shares.iter().map(|s| PoolLoss {
            pool: s.pool.clone(),
            loss_percent: s.loss_percent,
            source: s.source.clone(),
        });
        let timeline = case.timeline.iter().map(|s| CollectedStatement {
            kind: s.kind,
            audience: s.audience.clone(),
            when: s.when,
            what: s.what.clone(),
            source: s.source.clone(),
            known_at: s.known_at,
        });
        let claims = case.claims.iter().map(|c| CollectedClaim {
            id: c.id.clone(),
            kind: c.kind,
            text: c.text.clone(),
            value: c.value,
            unit: c.unit.clone(),
            said_by: c.said_by.clone(),
            source: c.source.clone(),
            published: c.published,
            remark: c.remark.clone(),
        });
        Self {
            case: ListedCase::new(m),
            event: case.event.clone(),
            place: case.place.clone(),
            also: case.also.clone(),
            shares: shares.collect(),
            fused: e.fused.as_ref().map(|f| FusedLoss {
                loss_percent: f.loss_percent,
                log10_bayes_factor: f.log10_bayes_factor,
            }),
            timeline: timeline.collect(),
            claims: claims.collect(),
        }
    }
}

/// How often shocks come, and whether they are becoming rarer.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ShockRates {
    /// Cases that were measured.
    pub cases: usize,
    /// The years that were counted.
    pub window: Span,
    /// Where the later part begins.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub split: Seconds,
    /// Retargets count from this change on, percent; lower ones count too.
    pub deep_retarget_percent: f64,
    /// Cases count from this log₁₀ Bayes factor of block times on.
    pub supported_log10_bayes_factor: f64,
    /// The answer in a sentence.
    pub becoming_rarer: String,
    /// What the atlas is not.
    pub note: &'static str,
    /// The cases of the smallest size, each once, with what block times say of them.
    pub counted: Vec<CountedCase>,
    /// By size, by cause, and the census of deep retargets.
    #[serde(flatten)]
    pub frequency: Frequency,
}

/// A case that counts as a shock of its own.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CountedCase {
    /// Its name.
    pub id: String,
    /// What block times alone say.
    pub blocks: Option<BlockAnswer>,
}

impl ShockRates {
    /// Of cases that were measured, over a period.
    pub fn new(measured: &[Measured<'_>], frequency: Frequency, period: &Period) -> Self {
        let smallest = frequency.sizes.first();
        let is_counted = |m: &&Measured<'_>| smallest.is_some_and(|s| s.cases.contains(&m.case.id));
        let counted = measured.iter().filter(is_counted).map(|m| CountedCase {
            id: m.case.id.clone(),
            blocks: m.blocks,
        });
        Self {
            cases: measured.len(),
            window: period.span(),
            split: period.split(),
            deep_retarget_percent: DEEP_RETARGET_PERCENT,
            supported_log10_bayes_factor: SUPPORTED,
            becoming_rarer: becoming_rarer(&frequency),
            note: NO_CENSUS,
            counted: counted.collect(),
            frequency,
        }
    }
}
