//! From blocks, reports and a case to the [`Explanation`]: each witness alone, all together, the claims.

mod aftermath;
pub mod analogue;
pub mod attribute;
mod causes;
pub mod comparison;
mod court;
pub mod event_study;
pub mod explanation;
pub mod frequency;
mod fusion;
pub mod judge;
mod place;
mod price;
pub mod price_claims;
pub mod recovery;
mod scene;
mod sources;
mod surroundings;
mod witnesses;

use crate::attribute::causes::Priors;
use crate::attribute::exposure::GivenExposure;
use crate::attribute::outage::Severity;
use crate::explanation::{Evidence, Explanation, Frame, Source};
use crate::judge::Bench;
use hashquake_base::format::prose::moment;
use hashquake_base::units::{Quantiles, Seconds, Span};
use hashquake_chain::blocks::Blocks;
use hashquake_observe::loss::{LossAnswer, loss_grid};
use hashquake_observe::shares::Series;
use hashquake_world::atlas::{Case, Region};
use hashquake_world::market::prices::Prices;

use court::Court;
pub use price::UNUSUAL;
use price_claims::PriceBench;
use scene::Scene;

/// Days of daily counts on each side of the window.
const DAILY_DAYS: Seconds = 14;
const HOUR: Seconds = 3_600;
/// The longest loss that is tried when asking how long block times would need.
const DAYS_TRIED: f64 = 60.0;
/// A fall of the price is looked for over so many days before the onset.
const PRICE_DAYS: Seconds = 30;
/// A range that ends within so many points of the losses tried is cut by them.
const EDGE_POINTS: f64 = 2.0;

/// Witnesses to leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without {
    /// Block times.
    pub blocks: bool,
    /// Pools' series.
    pub shares: bool,
    /// Printed losses and documented absences.
    pub press: bool,
    /// Dated statements.
    pub timeline: bool,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// A case of the atlas, or of the user's own.
    pub case: Option<&'a Case>,
    /// The window; the case's own unless the user gave another.
    pub window: Span,
    /// The moment whose knowledge is used; the end of the data when absent.
    pub as_of: Option<Seconds>,
    /// Witnesses to leave out.
    pub without: Without,
    /// Regions that may have lost something; the case's own when empty.
    pub regions: &'a [Region],
    /// Where pools' miners stand, as far as the user knows.
    pub exposures: &'a [GivenExposure],
    /// The outage hour by hour; the case's own when empty.
    pub outage: &'a [Severity],
    /// Seed of the random streams.
    pub seed: u64,
    /// What each cause weighs before the evidence.
    pub priors: Priors,
}

impl<'a> Question<'a> {
    /// Everything about a window of one's own.
    pub fn of_window(window: Span) -> Self {
        Self {
            case: None,
            window,
            as_of: None,
            without: Without::default(),
            regions: &[],
            exposures: &[],
            outage: &[],
            seed: 0,
            priors: Priors::default(),
        }
    }

    /// Everything about a case.
    pub fn of_case(case: &'a Case) -> Self {
        Self {
            case: Some(case),
            ..Self::of_window(case.window)
        }
    }
}

/// What it is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The chain.
    pub blocks: &'a Blocks,
    /// Pools' reports.
    pub series: &'a [Series],
    /// The user's own prices, in place of the embedded ones.
    pub prices: Option<&'a Prices>,
    /// What was read.
    pub sources: &'a [Source],
    /// What could not be checked in it.
    pub notes: &'a [String],
    /// Version of the program.
    pub version: &'a str,
    /// The command that asks this, for those who cite it.
    pub command: &'a str,
}

/// Why nothing can be explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The window holds no block.
    #[error("no blocks in the window {from} to {to}: the data reach from {first} to {last}")]
    NoBlocks {
        /// Start of the window.
        from: String,
        /// Its end.
        to: String,
        /// First block time of the data.
        first: String,
        /// Last block time of the data.
        last: String,
    },
    /// The window begins after the moment.
    #[error(
        "the window begins at {from}, after the moment {as_of} of --as-of: nothing of it was known then"
    )]
    NotYet {
        /// Start of the window.
        from: String,
        /// The moment.
        as_of: String,
    },
    /// There is nothing to compare with.
    #[error(
        "no baseline: the data begin at {first} and the window at {from}; give blocks of at least a day before it or after it"
    )]
    NoBaseline {
        /// First block time of the data.
        first: String,
        /// Start of the window.
        from: String,
    },
}

/// Explains a window.
///
/// # Errors
/// [`ExplainError`] when the data hold nothing of the window, or nothing beside it.
pub fn explain(q: &Question<'_>, m: &Material<'_>) -> Result<Explanation, ExplainError> {
    let scene = Scene::new(q, m)?;
    let blocks = scene.block_evidence();
    let mut evidence = Evidence {
        blocks: blocks.filter(|_| !q.without.blocks),
        shares: scene.share_evidence(),
        timeline: scene.timeline_evidence(),
    };
    let (fused, answer) = scene.fused();
    let onset = scene.price_onset(fused.as_ref());
    let prices = scene.prices(m.prices);
    let price = prices.as_ref().map(|p| scene.price(p, onset)).transpose();
    let ground = scene.ground();
    let both = fused.as_ref().zip(answer.as_ref());
    let regions = both
        .zip(ground.as_ref())
        .and_then(|((f, a), g)| scene.regions(g, f, a));
    let aftermath =
        both.and_then(|(f, a)| scene.aftermath(f, a, ground.as_ref(), regions.as_ref()));
    let surroundings = scene.surroundings(
        prices
            .as_ref()
            .and_then(|p| p.change_before(onset, PRICE_DAYS)),
    );
    let weights = scene.cause_weights(&surroundings);
    let losses = loss_grid();
    let court = Court {
        scene: &scene,
        bench: Bench {
            fused: fused.as_ref(),
            answer: answer.as_ref(),
            losses: &losses,
            shares: &evidence.shares,
        },
        ground: ground.as_ref(),
        regions: regions.as_ref(),
        weights: &weights,
        unrest: surroundings.unrest(),
        price: match (&price, &prices) {
            (Ok(Some(row)), Some(prices)) => Some(PriceBench::new(row, prices, scene.as_of)),
            _ => None,
        },
    };
    let claims = scene
        .case
        .iter()
        .flat_map(|c| &c.claims)
        .map(|c| court.judge(c))
        .collect();
    let figures = scene.figures(answer.as_ref());
    scene.attach_reports(&mut evidence.shares);
    let mut explanation = Explanation {
        frame: Frame::default(),
        case: q.case.map(|c| c.id.clone()),
        title: q
            .case
            .map_or_else(|| own_title(scene.window), |c| c.title.clone()),
        as_of: scene.as_of,
        version: m.version.to_string(),
        command: m.command.to_string(),
        seed: q.seed,
        window: scene.window,
        last_height: scene.blocks.last_height().unwrap_or_default(),
        daily: scene.daily(),
        claims,
        evidence,
        pools: both.map_or_else(Vec::new, |(f, a)| scene.pool_rows(f, a)),
        regions: ground.as_ref().map_or_else(Vec::new, |g| {
            let power = aftermath.as_ref().map(|a| a.toll.zone_power_mw.as_slice());
            g.rows(regions.as_ref(), power)
        }),
        inseparable: regions.as_ref().map_or_else(Vec::new, place::joint_rows),
        not_attributed_percent: match (&regions, &fused) {
            (Some(r), _) => Some(r.not_attributed.map(|x| 100.0 * x)),
            (None, f) => f.as_ref().map(|f| f.loss_percent),
        },
        resilience: both.and_then(|(f, a)| scene.resilience(f, a, ground.as_ref())),
        energy: aftermath.map(|a| a.energy),
        fused,
        price: price.as_ref().ok().cloned().flatten(),
        causes: scene.cause_rows(&weights),
        next_retarget: scene.next_retarget(),
        verdict: String::new(),
        figures,
        sources: m.sources.to_vec(),
        notes: m
            .notes
            .iter()
            .cloned()
            .chain(scene.notes.iter().cloned())
            .collect(),
    };
    explanation
        .notes
        .extend(ground.into_iter().flat_map(|g| g.notes));
    explanation.notes.extend(price.err());
    explanation.notes.extend(at_the_edge(&explanation));
    let tables = sources::tables(&explanation, q, m);
    explanation.sources.extend(tables);
    let size = explanation
        .fused
        .as_ref()
        .map_or(0.0, |f| f.loss_percent.p50 / 100.0);
    explanation.frame = Frame {
        event: scene.case.as_ref().map(|c| c.event.clone()),
        place: scene.case.as_ref().map(|c| c.place.clone()),
        past: q.as_of.is_some(),
        days_to_show: scene.days_to_show(size),
        days_tried: DAYS_TRIED,
    };
    Ok(explanation)
}

/// What to say when the range of the loss is cut by the losses that are tried.
fn at_the_edge(e: &Explanation) -> Option<String> {
    let losses = loss_grid();
    let (low, high) = (losses.at(0), losses.at(losses.len() - 1));
    let range = e.fused.as_ref()?.loss_percent;
    let (below, above) = (range.p05 - 100.0 * low, 100.0 * high - range.p95);
    (below.min(above) < EDGE_POINTS).then(|| {
        format!(
            "Only gains up to {:.0} % and losses up to {:.0} % are tried, and the range reaches that edge: it would go on beyond it.",
            -100.0 * low,
            100.0 * high
        )
    })
}

fn own_title(window: Span) -> String {
    format!("{} to {}", moment(window.start), moment(window.end))
}

fn in_percent(answer: &LossAnswer) -> Quantiles {
    answer.posterior.quantiles().map(|x| 100.0 * x)
}
