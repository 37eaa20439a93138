//! Answers put together from what was computed: the same for the embedded data and for a user's own.

use hashquake_base::provenance::{Input, Source};
use hashquake_base::units::{Seconds, Span, Timestamp};
use hashquake_chain::blocks::Blocks;
use hashquake_explain::{Material, Question};
use hashquake_observe::band::{Kind, Point};
use hashquake_observe::clean::Cleaned;
use hashquake_observe::forecast;
use hashquake_observe::forecast::path::Model;
use hashquake_observe::reference_rules::{Record, ReferenceRule};
use hashquake_report::document::LastBlock;
use hashquake_report::document::explain::ExplainDocument;
use hashquake_report::document::forecast::ForecastAnswer;
use hashquake_report::document::hashrate::{BandPoint, HashrateBand, RuleHashrate};
use hashquake_report::document::simulate::SimulateAnswer;
use hashquake_report::envelope::Envelope;
use hashquake_sim::ensemble::priors::prior_rows;
use hashquake_sim::ensemble::summary::{RunDescription, SimulationSummary};
use hashquake_sim::{Sampler, Simulate, Simulation};
use hashquake_world::scenario::Resolved;

use super::inputs::explanation_inputs;
use super::sources::simulation_sources;

/// The command that gives an answer again, the files that were read for it, and what is to be said of them.
pub struct Provenance {
    /// The command.
    pub command: String,
    /// The files; those that an answer always reads are added.
    pub inputs: Vec<Input>,
    /// In which of several ways they were read, and what could not be checked.
    pub notes: Vec<String>,
}

/// What happened in a window. The notes are those of the material, and what the explanation adds.
///
/// # Errors
/// When the blocks do not reach it.
pub fn explained(
    question: &Question<'_>,
    material: &Material<'_>,
    mut from: Provenance,
) -> Result<Envelope<ExplainDocument>, hashquake_explain::ExplainError> {
    let explanation = hashquake_explain::explain(question, material)?;
    from.inputs.extend(explanation_inputs(&explanation));
    let notes = explanation.notes.clone();
    let (as_of, seed) = (Some(explanation.as_of), Some(explanation.seed));
    let answer = ExplainDocument::new(explanation);
    Ok(Envelope::new(from.command, as_of, seed, from.inputs, answer).with_notes(notes))
}

/// Points of a band to be told, and what they were computed from.
pub struct Band<'a> {
    /// The blocks that were known.
    pub blocks: &'a Blocks,
    /// The same without the noise of their clocks; at least one.
    pub cleaned: &'a Cleaned,
    /// What each point may know.
    pub kind: Kind,
    /// The stretch that was asked for.
    pub window: Span,
    /// The points.
    pub points: Vec<Point>,
    /// Rules whose word stands beside each point.
    pub rules: &'a [ReferenceRule],
    /// Where the blocks come from.
    pub sources: Vec<Source>,
}

/// The hashrate with its band, from what was known at `as_of`.
pub fn band_told(band: Band<'_>, as_of: Seconds, from: Provenance) -> Envelope<HashrateBand> {
    let Band {
        blocks, cleaned, ..
    } = band;
    let record = Record::new(blocks, cleaned);
    let said = |point: &Point| -> Vec<RuleHashrate> {
        let block = blocks.position(point.height);
        let value = |rule: &ReferenceRule| RuleHashrate {
            name: rule.name(),
            hashrate_ehs: block.and_then(|i| Some(rule.point(&record, i)?.ehs())),
        };
        band.rules.iter().map(value).collect()
    };
    let points = band.points.into_iter().map(|point| BandPoint {
        reference_rules: said(&point),
        point,
    });
    let last = cleaned.len() - 1;
    let answer = HashrateBand {
        kind: band.kind,
        window: band.window,
        last_block: LastBlock {
            height: cleaned.height(last),
            time: Timestamp(cleaned.times()[last]),
        },
        points: points.collect(),
        sources: band.sources,
    };
    let envelope = Envelope::new(from.command, Some(as_of), None, from.inputs, answer);
    envelope.with_notes(from.notes)
}

/// What comes next.
///
/// # Errors
/// When the blocks do not reach the moment, or are too few.
pub fn forecast_told(
    blocks: &Blocks,
    question: &forecast::Question,
    sources: Vec<Source>,
    from: Provenance,
) -> Result<Envelope<ForecastAnswer>, forecast::ForecastError> {
    let answer = ForecastAnswer {
        forecast: forecast::forecast(blocks, question, &Model::default())?,
        sources,
    };
    let (as_of, seed) = (Some(question.as_of), Some(question.seed));
    let envelope = Envelope::new(from.command, as_of, seed, from.inputs, answer);
    Ok(envelope.with_notes(from.notes))
}

/// What was run.
pub fn described<'a>(
    resolved: &'a Resolved,
    simulation: &'a Simulation,
    seed: u64,
    sampler: Sampler,
) -> RunDescription<'a> {
    RunDescription {
        scenario: &resolved.scenario,
        layout: simulation.layout(),
        seed,
        sampler,
        sources: simulation_sources(resolved, simulation.world()),
        priors: prior_rows(&simulation.priors(), &resolved.priors),
    }
}

/// What came of it.
pub fn simulated(summary: SimulationSummary, from: Provenance) -> Envelope<SimulateAnswer> {
    let (as_of, seed) = (Some(summary.as_of), Some(summary.seed));
    let answer = SimulateAnswer::new(summary);
    Envelope::new(from.command, as_of, seed, from.inputs, answer).with_notes(from.notes)
}
