//! What an ensemble of one scenario says: its document, from folded shards.
//!
//! Names here are the contract of `--format json`. Series leave row by row, one for each quantity, region
//! and step; numbers leave with six significant digits, NaN as `null`.

use schemars::JsonSchema;
use serde::Serialize;

use super::fans::Fans;
use super::fold;
use super::priors::PriorRow;
use super::security::SecuritySummary;
use super::series::{Series, SeriesRow, serialize_rows};
use super::shard::{Column, Row};
use crate::options::Sampler;
use crate::output::{Layout, Quantity, RegionQuantity, Total};
use hashquake_base::fan::Fan;
use hashquake_base::provenance::Source;
use hashquake_base::units::{DAY, Seconds, Timestamp, serialize_time};
use hashquake_world::scenario::Scenario;

/// An ensemble of one scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SimulationSummary {
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
    /// Length of a step of the series, seconds.
    pub step_seconds: Seconds,
    /// Number of runs, each with both arms.
    pub runs: u32,
    /// How blocks were found.
    pub sampler: Sampler,
    /// Totals over the run; those that no run has are left out.
    pub summary: Vec<SummaryRow>,
    /// Retargets that all runs reach in both arms, in order.
    pub retargets: Vec<RetargetRow>,
    /// What an attack takes; `null` where hashrates were not kept run by run.
    pub security: Option<SecuritySummary>,
    /// Every quantity of the network and of each region at every step.
    #[serde(serialize_with = "serialize_rows")]
    #[schemars(with = "Vec<SeriesRow<'static>>")]
    pub series: Vec<Series>,
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
    /// Codes of the regions, in the order of their series.
    #[serde(skip)]
    pub regions: Vec<String>,
}

/// A total over the run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SummaryRow {
    /// Its name with unit.
    pub quantity: &'static str,
    /// Unit of the quantity.
    pub unit: &'static str,
    /// Which total it is.
    #[serde(skip)]
    pub total: Total,
    /// Quantiles over the runs.
    #[serde(flatten)]
    pub fans: Fans,
}

/// A retarget that all runs reach in both arms.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RetargetRow {
    /// First height under the new target.
    pub height: u32,
    /// Change of difficulty, percent; the difference in points.
    pub change_percent: Fans,
    /// Days after the start.
    pub days_after_start: Fans,
}

impl RetargetRow {
    /// The median moment of it with the events, of runs that begin at `start`, unix seconds.
    pub fn time(&self, start: Seconds) -> Seconds {
        start + (self.days_after_start.scenario.p50 * DAY as f64) as Seconds
    }
}

/// What is known of an ensemble beside its runs.
#[derive(Clone, Debug)]
pub struct RunDescription<'a> {
    /// Scenario that was simulated.
    pub scenario: &'a Scenario,
    /// Shape of the runs.
    pub layout: &'a Layout,
    /// Seed of all streams.
    pub seed: u64,
    /// How blocks were found.
    pub sampler: Sampler,
    /// Where the numbers come from.
    pub sources: Vec<Source>,
    /// What is assumed.
    pub priors: Vec<PriorRow>,
}

impl SimulationSummary {
    /// From rows and folded columns.
    pub fn new(about: RunDescription<'_>, rows: &[Row], series: Vec<Series>) -> Self {
        let start = about.layout.start;
        let summary = Total::ALL.map(|(total, quantity, unit)| SummaryRow {
            quantity,
            unit,
            total,
            fans: fold::total(rows, total),
        });
        let days = |f: Fan, zero: Seconds| f.map(|t| (t - zero as f64) / DAY as f64);
        let retargets = fold::retargets(rows).into_iter().map(|r| RetargetRow {
            height: r.height,
            change_percent: r.change_percent,
            days_after_start: Fans {
                counterfactual: days(r.time.counterfactual, start),
                scenario: days(r.time.scenario, start),
                difference: days(r.time.difference, 0),
            },
        });
        let scenario = about.scenario;
        Self {
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            question: scenario.question.clone(),
            start: scenario.start,
            end: scenario.end,
            step_seconds: about.layout.step,
            runs: rows.len() as u32,
            sampler: about.sampler,
            summary: summary
                .into_iter()
                .filter(|s| !s.fans.counterfactual.p50.is_nan())
                .collect(),
            retargets: retargets.collect(),
            security: None,
            series,
            sources: about.sources,
            priors: about.priors,
            as_of: scenario.as_of,
            seed: about.seed,
            regions: about.layout.regions.clone(),
        }
    }

    /// With what an attack takes, from the network's hashrate in each run, `[counterfactual, scenario][step]`,
    /// in the order of `rows`.
    #[must_use]
    pub fn with_security(
        mut self,
        hashrates: &[[Vec<f32>; 2]],
        rows: &[Row],
        layout: &Layout,
    ) -> Self {
        let hashrate = self.network(Quantity::Hashrate);
        self.security =
            hashrate.and_then(|series| SecuritySummary::new(series, hashrates, rows, layout));
        self
    }

    /// A series of the network.
    pub fn network(&self, quantity: Quantity) -> Option<&Series> {
        let wanted = Column::Network(quantity);
        self.series.iter().find(|s| s.column == wanted)
    }

    /// Whether both arms are the same at every step of every run, as far as the 90 % ranges tell.
    pub fn is_unchanged(&self) -> bool {
        let still = |f: &Fan| f.p50.is_nan() || (f.p05 == 0.0 && f.p95 == 0.0);
        let fans = self.series.iter().flat_map(|s| &s.fans);
        fans.map(|f| &f.difference).all(still)
    }

    /// Series of regions' shares whose difference is sure at its largest, the largest first, each with that
    /// step's start and quantiles.
    pub fn shares_that_differ(&self) -> Vec<(&Series, Seconds, &Fans)> {
        let share = |s: &&Series| matches!(s.column, Column::Region(RegionQuantity::Share, _));
        let most = |s| Series::most_different(s).map(|(time, fans)| (s, time, fans));
        let shares = self.series.iter().filter(share).filter_map(most);
        let mut found: Vec<_> = shares.filter(|f| f.2.difference.excludes_zero()).collect();
        let size = |f: &(&Series, Seconds, &Fans)| f.2.difference.p50.abs();
        found.sort_by(|a, b| {
            let by_region = || a.0.region.cmp(&b.0.region);
            size(b).total_cmp(&size(a)).then_with(by_region)
        });
        found
    }

    /// A total, when the runs have it.
    pub fn total(&self, total: Total) -> Option<&Fans> {
        let row = self.summary.iter().find(|s| s.total == total);
        row.map(|s| &s.fans)
    }
}
