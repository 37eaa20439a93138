//! What a sweep says: a row a point and total, which key moves a total most, Sobol indices.
//!
//! Every point is an ensemble with the same random numbers, so that effects are paired differences run by
//! run. Numbers have six significant digits.

use hashquake_base::fan::Fan;
use hashquake_base::provenance::Source;
use hashquake_base::units::{Quantiles, Seconds, Timestamp, serialize_time};
use hashquake_world::scenario::Scenario;
use schemars::JsonSchema;
use serde::Serialize;

use super::fans::{Fans, rounded};
use super::fold;
use super::priors::PriorRow;
use super::sensitivity::{Indices, mean_with_range, sobol};
use super::shard::Row;
use crate::options::Sampler;
use crate::output::Total;

/// Which of a total's three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Contrast {
    /// Totals of the runs without the events.
    Counterfactual,
    /// Totals of the runs with the events.
    Scenario,
    /// Scenario minus counterfactual, run by run.
    Difference,
}

impl Contrast {
    /// As on the command line and in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Counterfactual => "counterfactual",
            Self::Scenario => "scenario",
            Self::Difference => "difference",
        }
    }

    fn value(self, row: &Row, total: Total) -> f64 {
        let [counterfactual, scenario] = row.total(total);
        match self {
            Self::Counterfactual => counterfactual,
            Self::Scenario => scenario,
            Self::Difference => scenario - counterfactual,
        }
    }
}

/// The kind of design that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Points for a table.
    Table,
    /// The scenario as it stands, then for each key its low and its high end.
    Tornado,
    /// Rows of Sobol points.
    Sobol,
}

/// A sweep of one scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SweepSummary {
    /// Name of the scenario.
    pub scenario: String,
    /// Title of the scenario.
    pub title: String,
    /// The question that the scenario asks.
    pub question: String,
    /// First second of the runs.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub start: Seconds,
    /// First second after them.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Timestamp")]
    pub end: Seconds,
    /// Runs of each point, each with both arms.
    pub runs: u32,
    /// How blocks were found.
    pub sampler: Sampler,
    /// The keys that vary.
    pub keys: Vec<String>,
    /// What tornado and Sobol indices are of.
    pub of: Contrast,
    /// A row a point and total.
    pub points: Vec<PointRow>,
    /// A row a key and total, the largest effect of each total first; empty without `--tornado`.
    pub tornado: Vec<TornadoRow>,
    /// A row a key and total; empty without `--sobol`.
    pub sobol: Vec<SobolRow>,
    /// Where the numbers come from.
    pub sources: Vec<Source>,
    /// What is assumed without a source.
    pub priors: Vec<PriorRow>,
    /// Moment whose knowledge the world at start uses, unix seconds.
    #[serde(skip)]
    pub as_of: Seconds,
    /// Seed of all streams.
    #[serde(skip)]
    pub seed: u64,
}

/// A point and a total.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PointRow {
    /// Number of the point, from 0.
    pub point: u32,
    /// Value of each of the sweep's keys, as in a file; empty where the scenario's own stands.
    pub values: Vec<String>,
    /// Name of the total, with unit.
    pub quantity: &'static str,
    /// Unit of the total.
    pub unit: &'static str,
    /// The total without the events.
    pub counterfactual: MeanAndQuantiles,
    /// The total with the events.
    pub scenario: MeanAndQuantiles,
    /// Scenario minus counterfactual, run by run.
    pub difference: MeanAndQuantiles,
}

/// A total over the runs of a point; NaN (`null`) where no run has it.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct MeanAndQuantiles {
    /// Mean over the runs.
    #[schemars(with = "Option<f64>")]
    pub mean: f64,
    /// 5 % of the mean's own distribution.
    #[schemars(with = "Option<f64>")]
    pub mean_p05: f64,
    /// 95 % of the mean's own distribution.
    #[schemars(with = "Option<f64>")]
    pub mean_p95: f64,
    /// 5 % of the runs lie below.
    #[schemars(with = "Option<f64>")]
    pub p05: f64,
    /// The median over the runs.
    #[schemars(with = "Option<f64>")]
    pub p50: f64,
    /// 95 % of the runs lie below.
    #[schemars(with = "Option<f64>")]
    pub p95: f64,
}

/// A key and a total: the mean paired difference between each end and the scenario as it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TornadoRow {
    /// Name of the total, with unit.
    pub quantity: &'static str,
    /// Unit of the total.
    pub unit: &'static str,
    /// The key that varies.
    pub key: String,
    /// Its low end, as in a file.
    pub low: String,
    /// Mean effect of the low end and its 90 % range.
    #[schemars(with = "Quantiles<Option<f64>>")]
    pub low_effect: Quantiles,
    /// Its high end, as in a file.
    pub high: String,
    /// Mean effect of the high end and its 90 % range.
    #[schemars(with = "Quantiles<Option<f64>>")]
    pub high_effect: Quantiles,
}

/// A key and a total: parts of the variance of the total's mean over the ranges.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SobolRow {
    /// Name of the total, with unit.
    pub quantity: &'static str,
    /// The key that varies.
    pub key: String,
    /// What goes when the key alone is known, with its 90 % range.
    #[schemars(with = "Quantiles<Option<f64>>")]
    pub first_order: Quantiles,
    /// What stays when all others are known, with its 90 % range.
    #[schemars(with = "Quantiles<Option<f64>>")]
    pub total_order: Quantiles,
}

/// What is asked of a sweep.
#[derive(Clone, Debug)]
pub struct SweepPlan<'a> {
    /// The scenario as it stands.
    pub scenario: &'a Scenario,
    /// The keys that vary.
    pub keys: Vec<String>,
    /// Their values at each point, in the order of the design.
    pub points: &'a [Vec<String>],
    /// The kind of design.
    pub design: Design,
    /// Totals that are printed.
    pub totals: &'a [Total],
    /// What tornado and Sobol indices are of.
    pub of: Contrast,
    /// Runs of each point.
    pub runs: u32,
    /// How blocks are found.
    pub sampler: Sampler,
    /// Seed of all streams.
    pub seed: u64,
    /// Where the numbers come from.
    pub sources: Vec<Source>,
    /// What is assumed.
    pub priors: Vec<PriorRow>,
}

impl SweepSummary {
    /// From the rows of each point, in the order of the plan's points.
    pub fn new(plan: SweepPlan<'_>, ensembles: &[Vec<Row>]) -> Self {
        let each = plan.points.iter().zip(ensembles).zip(0u32..);
        let points = each.flat_map(|((point, rows), number)| {
            let row = move |total: &Total| point_row(number, point, rows, *total);
            plan.totals.iter().map(row)
        });
        let tornado = |total: &Total| tornado_rows(&plan, ensembles, *total);
        let indices = |total: &Total| sobol_rows(&plan, ensembles, *total);
        let totals = plan.totals.iter();
        let scenario = plan.scenario;
        Self {
            points: points.collect(),
            tornado: match plan.design {
                Design::Tornado => totals.clone().flat_map(tornado).collect(),
                _ => Vec::new(),
            },
            sobol: match plan.design {
                Design::Sobol => totals.flat_map(indices).collect(),
                _ => Vec::new(),
            },
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            question: scenario.question.clone(),
            start: scenario.start,
            end: scenario.end,
            as_of: scenario.as_of,
            runs: plan.runs,
            sampler: plan.sampler,
            seed: plan.seed,
            keys: plan.keys,
            of: plan.of,
            sources: plan.sources,
            priors: plan.priors,
        }
    }
}

fn six(q: Quantiles) -> Quantiles {
    q.map(rounded)
}

fn values(rows: &[Row], total: Total, of: Contrast) -> Vec<f64> {
    let all = rows.iter().map(|row| of.value(row, total));
    all.filter(|x| !x.is_nan()).collect()
}

fn point_row(point: u32, keys: &[String], rows: &[Row], total: Total) -> PointRow {
    let (_, quantity, unit) = Total::ALL[total as usize];
    let Fans {
        counterfactual,
        scenario,
        difference,
    } = fold::total(rows, total);
    let both = |of: Contrast, f: &Fan| {
        let mean = mean_with_range(&values(rows, total, of));
        MeanAndQuantiles {
            mean: rounded(mean.p50),
            mean_p05: rounded(mean.p05),
            mean_p95: rounded(mean.p95),
            p05: rounded(f.p05),
            p50: rounded(f.p50),
            p95: rounded(f.p95),
        }
    };
    PointRow {
        point,
        values: keys.to_vec(),
        quantity,
        unit,
        counterfactual: both(Contrast::Counterfactual, &counterfactual),
        scenario: both(Contrast::Scenario, &scenario),
        difference: both(Contrast::Difference, &difference),
    }
}

/// Keys by the size of their effect, largest first.
fn tornado_rows(plan: &SweepPlan<'_>, ensembles: &[Vec<Row>], total: Total) -> Vec<TornadoRow> {
    let (_, quantity, unit) = Total::ALL[total as usize];
    let effect = |point: usize| {
        let pairs = ensembles[point].iter().zip(&ensembles[0]);
        let paired = pairs.map(|(a, b)| plan.of.value(a, total) - plan.of.value(b, total));
        six(mean_with_range(
            &paired.filter(|x| !x.is_nan()).collect::<Vec<_>>(),
        ))
    };
    let row = |(k, key): (usize, &String)| TornadoRow {
        quantity,
        unit,
        key: key.clone(),
        low: plan.points[1 + 2 * k][k].clone(),
        low_effect: effect(1 + 2 * k),
        high: plan.points[2 + 2 * k][k].clone(),
        high_effect: effect(2 + 2 * k),
    };
    let mut rows: Vec<_> = plan.keys.iter().enumerate().map(row).collect();
    let size = |r: &TornadoRow| r.low_effect.p50.abs().max(r.high_effect.p50.abs());
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    rows
}

fn sobol_rows(plan: &SweepPlan<'_>, ensembles: &[Vec<Row>], total: Total) -> Vec<SobolRow> {
    let mean = |rows: &Vec<Row>| mean_with_range(&values(rows, total, plan.of)).p50;
    let outputs: Vec<f64> = ensembles.iter().map(mean).collect();
    let found = sobol(&outputs, plan.keys.len(), plan.seed);
    let row = |(key, i): (&String, Indices)| SobolRow {
        quantity: Total::ALL[total as usize].1,
        key: key.clone(),
        first_order: six(i.first),
        total_order: six(i.total),
    };
    plan.keys.iter().zip(found).map(row).collect()
}
