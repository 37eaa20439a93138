//! From a question and its material to the explanation.

use hashquake_base::format::{decimal, moment_utc};
use hashquake_base::units::{Seconds, Span};
use hashquake_observe::fuse::FusedAnswer;
use hashquake_observe::loss::loss_grid;
use hashquake_world::market::prices::Prices;

use crate::attribution::causes::weights::Weights;
use crate::attribution::regions::RegionsAnswer;
use crate::causes::Circumstances;
use crate::claim_assessor::ClaimAssessor;
use crate::context::AnalysisContext;
use crate::context_series::DAYS_TRIED;
use crate::explanation::attribution::PriceRow;
use crate::explanation::{
    ClaimVerdict, EvidenceBySource, Explanation, Findings, Fused, ShareEvidence,
};
use crate::findings;
use crate::impact::Impact;
use crate::loss_claims::LossEvidence;
use crate::place::{RegionInputs, joint_rows};
use crate::price_claims::PriceEvidence;
use crate::question::{ExplainError, Material, Question};
use crate::sources::tables;

/// A fall of the price is looked for over so many days before the onset.
const PRICE_DAYS: Seconds = 30;
/// A range that ends within so many points of the losses tried is cut by them.
const EDGE_POINTS: f64 = 2.0;

/// Explains a window.
///
/// # Errors
/// [`ExplainError`] when the data hold nothing of the window, or nothing beside it.
pub fn explain(q: &Question<'_>, m: &Material<'_>) -> Result<Explanation, ExplainError> {
    let context = AnalysisContext::new(q, m)?;
    let mut evidence = EvidenceBySource {
        blocks: context.block_evidence().filter(|_| !q.without.blocks),
        shares: context.share_evidence(),
        timeline: context.timeline_evidence(),
    };
    let answers = Answers::new(&context, m);
    let claims = answers.claims(&context, &evidence.shares);
    context.attach_reports(&mut evidence.shares);
    let mut explanation = answers.explanation(&context, evidence, claims);
    let notes = m.notes.iter().chain(&context.notes).cloned();
    explanation.notes = notes.chain(answers.notes()).collect();
    explanation.notes.extend(at_the_edge(&explanation));
    explanation.sources = m.sources.to_vec();
    explanation.tables = tables(&explanation, q, m);
    explanation.findings = findings::read(&explanation);
    Ok(explanation)
}

/// Every answer of the analysis, before it is written down.
struct Answers {
    fused: Option<(Fused, FusedAnswer)>,
    prices: Option<Prices>,
    /// The price around the onset, or why it is not measured.
    price: Result<Option<PriceRow>, String>,
    region_inputs: Option<RegionInputs>,
    regions: Option<RegionsAnswer>,
    impact: Option<Impact>,
    circumstances: Circumstances,
    weights: Weights,
}

impl Answers {
    fn new(context: &AnalysisContext<'_>, m: &Material<'_>) -> Self {
        let fused = context.fused();
        let onset = context.price_onset(fused.as_ref().map(|(f, _)| f));
        let prices = context.prices(m.prices);
        let price = prices.as_ref().map(|p| context.price(p, onset));
        let region_inputs = context.region_inputs();
        let regions = fused
            .as_ref()
            .zip(region_inputs.as_ref())
            .and_then(|((f, a), inputs)| context.regions(inputs, f, a));
        let impact = fused
            .as_ref()
            .and_then(|(f, a)| context.impact(f, a, region_inputs.as_ref(), regions.as_ref()));
        let change = prices
            .as_ref()
            .and_then(|p| p.change_before(onset, PRICE_DAYS));
        let circumstances = context.circumstances(change);
        Self {
            fused,
            price: price.transpose(),
            prices,
            region_inputs,
            regions,
            impact,
            weights: context.cause_weights(&circumstances),
            circumstances,
        }
    }

    fn claims(&self, context: &AnalysisContext<'_>, shares: &[ShareEvidence]) -> Vec<ClaimVerdict> {
        let losses = loss_grid();
        let assessor = ClaimAssessor {
            context,
            losses: LossEvidence {
                fused: self.fused.as_ref().map(|(f, _)| f),
                answer: self.fused.as_ref().map(|(_, a)| a),
                losses: &losses,
                shares,
            },
            region_inputs: self.region_inputs.as_ref(),
            regions: self.regions.as_ref(),
            weights: &self.weights,
            unrest: self.circumstances.unrest(),
            price: match (&self.price, &self.prices) {
                (Ok(Some(row)), Some(prices)) => {
                    Some(PriceEvidence::new(row, prices, context.as_of))
                }
                _ => None,
            },
        };
        let claims = context.case.iter().flat_map(|c| &c.claims);
        claims.map(|c| assessor.assess(c)).collect()
    }

    /// The document, without what was read, what is to be noted and what it all comes to.
    fn explanation(
        &self,
        context: &AnalysisContext<'_>,
        evidence: EvidenceBySource,
        claims: Vec<ClaimVerdict>,
    ) -> Explanation {
        let (q, window) = (context.q, context.window);
        let fused = self.fused.as_ref().map(|(f, _)| f);
        let inputs = self.region_inputs.as_ref();
        let regions = self.regions.as_ref();
        let answer = self.fused.as_ref().map(|(_, a)| a);
        let power = self
            .impact
            .as_ref()
            .map(|i| i.energy_impact.zone_power_mw.as_slice());
        Explanation {
            case: q.case.map(|c| c.id.clone()),
            title: q
                .case
                .map_or_else(|| own_title(window), |c| c.title.clone()),
            event: context.case.as_ref().map(|c| c.event.clone()),
            place: context.case.as_ref().map(|c| c.place.clone()),
            as_of: context.as_of,
            as_of_asked: q.as_of.is_some(),
            seed: q.seed,
            window,
            last_height: context.blocks.last_height().unwrap_or_default(),
            findings: Findings::none(
                context.days_to_show(fused.map_or(0.0, |f| f.loss_percent.p50 / 100.0)),
                DAYS_TRIED,
            ),
            daily: context.daily(),
            claims,
            evidence,
            pools: self
                .fused
                .as_ref()
                .map_or_else(Vec::new, |(f, a)| context.pool_rows(f, a)),
            regions: inputs.map_or_else(Vec::new, |i| i.rows(regions, power)),
            inseparable: regions.map_or_else(Vec::new, joint_rows),
            not_attributed_percent: match (regions, fused) {
                (Some(r), _) => Some(r.not_attributed.map(|x| 100.0 * x)),
                (None, f) => f.map(|f| f.loss_percent),
            },
            resilience: self
                .fused
                .as_ref()
                .and_then(|(f, a)| context.resilience(f, a, inputs)),
            energy: self.impact.as_ref().map(|i| i.energy.clone()),
            fused: fused.cloned(),
            price: self.price.as_ref().ok().cloned().flatten(),
            causes: context.cause_rows(&self.weights),
            next_retarget: context.next_retarget(),
            figures: context.figures(answer),
            sources: Vec::new(),
            tables: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn notes(&self) -> impl Iterator<Item = String> {
        let regions = self.region_inputs.iter().flat_map(|i| i.notes.clone());
        regions.chain(self.price.as_ref().err().cloned())
    }
}

/// What to say when the range of the loss is cut by the losses that are tried.
fn at_the_edge(e: &Explanation) -> Option<String> {
    let losses = loss_grid();
    let (low, high) = (losses.at(0), losses.at(losses.len() - 1));
    let range = e.fused.as_ref()?.loss_percent;
    let (below, above) = (range.p05 - 100.0 * low, 100.0 * high - range.p95);
    (below.min(above) < EDGE_POINTS).then(|| {
        format!(
            "Only gains up to {} % and losses up to {} % are tried, and the range reaches that edge: it would go on beyond it.",
            decimal(-100.0 * low, 0),
            decimal(100.0 * high, 0)
        )
    })
}

fn own_title(window: Span) -> String {
    format!("{} to {}", moment_utc(window.start), moment_utc(window.end))
}
