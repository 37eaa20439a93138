//! What a simulation says: the document of `simulate --format json`, from folded shards.
//!
//! Names here are the contract. Series stand in the document column by column and leave it row by row,
//! one for each quantity, region and step. Numbers leave with six significant digits; NaN
//! leaves as `null`.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::assumed_parameters;
use crate::ensemble::fold::{self, Fans};
use crate::ensemble::shard::{Column, Row};
use crate::output::{Layout, Quantity, Total};
use hashquake_base::distribution::Distribution;
use hashquake_base::fan::Fan;
use hashquake_base::provenance::Source;
use hashquake_base::units::{Seconds, rfc3339, serialize_time};
use hashquake_world::scenario::{self, Scenario};

/// An ensemble of one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct SimulationSummary {
    /// Version of hashquake.
    pub version: String,
    /// The command that gives the same again.
    pub command: String,
    /// Moment whose knowledge the world at start uses.
    #[serde(serialize_with = "serialize_time")]
    pub as_of: Seconds,
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// Its question.
    pub question: String,
    /// First second of the runs.
    #[serde(serialize_with = "serialize_time")]
    pub start: Seconds,
    /// First second after them.
    #[serde(serialize_with = "serialize_time")]
    pub end: Seconds,
    /// Length of a step, seconds.
    pub step_seconds: Seconds,
    /// Number of runs, each with both arms.
    pub runs: u32,
    /// Seed of all streams.
    pub seed: u64,
    /// `leap` or `block`.
    pub sampler: String,
    /// The answer in sentences.
    pub verdict: String,
    /// Totals.
    pub summary: Vec<SummaryRow>,
    /// Retargets that all runs reach.
    pub retargets: Vec<RetargetRow>,
    /// Every column at every step.
    #[serde(serialize_with = "serialize_series")]
    pub series: Vec<Series>,
    /// Where the numbers come from.
    pub sources: Vec<Source>,
    /// What is assumed without a source.
    pub priors: Vec<PriorRow>,
    /// Codes of the regions.
    #[serde(skip)]
    pub regions: Vec<String>,
}

/// A column: quantiles at each step.
#[derive(Clone, Debug)]
pub struct Series {
    /// What.
    pub column: Column,
    /// The region's code; of the network when absent.
    pub region: Option<String>,
    /// Start of each step, unix seconds.
    pub times: Vec<Seconds>,
    /// Quantiles at each step.
    pub fans: Vec<Fans>,
}

/// A total over the run.
#[derive(Clone, Debug, Serialize)]
pub struct SummaryRow {
    /// Its name with unit.
    pub quantity: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Which.
    #[serde(skip)]
    pub total: Total,
    /// Quantiles.
    #[serde(flatten, serialize_with = "serialize_fans")]
    pub fans: Fans,
}

/// A retarget that all runs reach in both arms.
#[derive(Clone, Debug, Serialize)]
pub struct RetargetRow {
    /// First height under the new target.
    pub height: u32,
    /// Change of difficulty, percent; the difference in points.
    #[serde(serialize_with = "serialize_fans")]
    pub change_percent: Fans,
    /// Days after the start.
    #[serde(serialize_with = "serialize_fans")]
    pub days_after_start: Fans,
}

/// Something assumed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PriorRow {
    /// Its name, or the scenario's key.
    pub name: String,
    /// Its distribution or value.
    pub distribution: String,
    /// Why this one.
    pub reason: String,
}

/// What is known of a simulation beside its runs.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// Version of hashquake.
    pub version: &'a str,
    /// The command that gives the same again.
    pub command: String,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Shape of the runs.
    pub layout: &'a Layout,
    /// Seed.
    pub seed: u64,
    /// Name of the sampler.
    pub sampler: &'a str,
    /// Where the numbers come from.
    pub sources: Vec<Source>,
    /// What is assumed.
    pub priors: Vec<PriorRow>,
}

impl SimulationSummary {
    /// From rows and folded columns.
    pub fn new(about: About<'_>, rows: &[Row], series: Vec<Series>) -> Self {
        let start = about.layout.start;
        let summary = Total::ALL.map(|(total, quantity, unit)| SummaryRow {
            quantity,
            unit,
            total,
            fans: fold::total(rows, total),
        });
        let days = |f: Fan, zero: Seconds| f.map(|t| (t - zero as f64) / 86_400.0);
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
            version: about.version.to_string(),
            command: about.command,
            as_of: scenario.as_of,
            scenario: scenario.id.clone(),
            title: scenario.title.clone(),
            question: scenario.question.clone(),
            start: scenario.start,
            end: scenario.end,
            step_seconds: about.layout.step,
            runs: rows.len() as u32,
            seed: about.seed,
            sampler: about.sampler.to_string(),
            verdict: String::new(),
            // A quantity that no run has says nothing.
            summary: summary
                .into_iter()
                .filter(|s| !s.fans.counterfactual.p50.is_nan())
                .collect(),
            retargets: retargets.collect(),
            series,
            sources: about.sources,
            priors: about.priors,
            regions: about.layout.regions.clone(),
        }
    }

    /// A series of the network.
    pub fn network(&self, quantity: Quantity) -> Option<&Series> {
        let wanted = Column::Network(quantity);
        self.series.iter().find(|s| s.column == wanted)
    }

    /// A total, when the runs have it.
    pub fn total(&self, total: Total) -> Option<&Fans> {
        let row = self.summary.iter().find(|s| s.total == total);
        row.map(|s| &s.fans)
    }
}

impl Series {
    /// A folded column.
    pub fn new(column: Column, layout: &Layout, fans: Vec<Fans>) -> Self {
        let times = (0..layout.steps as Seconds).map(|k| layout.start + k * layout.step);
        Self {
            column,
            region: column.region(layout).map(str::to_string),
            times: times.collect(),
            fans,
        }
    }

    /// The step at which the median of the difference is farthest from zero.
    pub fn most_different(&self) -> Option<(Seconds, &Fans)> {
        let steps = self.times.iter().copied().zip(&self.fans);
        let known = steps.filter(|(_, f)| !f.difference.p50.is_nan());
        known.reduce(|best, next| {
            let larger = next.1.difference.p50.abs() > best.1.difference.p50.abs();
            if larger { next } else { best }
        })
    }
}

/// What the model, the world at start and the scenario assume, as rows.
pub fn prior_rows(
    model: &[assumed_parameters::Prior],
    scenario: &[scenario::Prior],
) -> Vec<PriorRow> {
    let own = scenario.iter().map(|p| PriorRow {
        name: p.key.clone(),
        distribution: p.value.clone(),
        reason: if p.default {
            "default of the scenario's key"
        } else {
            "the scenario gives no source"
        }
        .to_string(),
    });
    let model = model.iter().map(|p| PriorRow {
        name: p.name.clone(),
        distribution: format!("{}, {}", distribution_words(&p.distribution), p.unit),
        reason: p.reason.clone(),
    });
    own.chain(model).collect()
}

/// A distribution in words: `uniform 0.2 to 0.45`.
pub fn distribution_words(distribution: &Distribution) -> String {
    match distribution {
        Distribution::Point(x) => format!("{x}"),
        Distribution::Uniform { low, high } => format!("uniform {low} to {high}"),
        Distribution::Normal { mean, sd } => format!("normal {mean} ± {sd}"),
        Distribution::LogNormal { median, sigma } => {
            format!("log-normal, median {median}, sigma {sigma}")
        }
        Distribution::Triangular { low, mode, high } => format!("triangular {low}, {mode}, {high}"),
        Distribution::Choice(values) => {
            let each: Vec<String> = values
                .iter()
                .map(|(x, w)| format!("{x} (weight {w})"))
                .collect();
            format!("one of {}", each.join(", "))
        }
    }
}

/// Six significant digits are more than any run knows.
pub fn rounded(x: f64) -> f64 {
    if !x.is_finite() || x == 0.0 {
        return x;
    }
    let places = 5 - libm::floor(libm::log10(x.abs())) as i32;
    let unit = libm::pow(10.0, f64::from(places.abs()));
    if places >= 0 {
        (x * unit).round() / unit
    } else {
        (x / unit).round() * unit
    }
}

#[derive(Serialize)]
struct FansOut {
    counterfactual: Fan,
    scenario: Fan,
    difference: Fan,
}

impl From<&Fans> for FansOut {
    fn from(f: &Fans) -> Self {
        Self {
            counterfactual: f.counterfactual.map(rounded),
            scenario: f.scenario.map(rounded),
            difference: f.difference.map(rounded),
        }
    }
}

fn serialize_fans<S: Serializer>(fans: &Fans, s: S) -> Result<S::Ok, S::Error> {
    FansOut::from(fans).serialize(s)
}

fn serialize_series<S: Serializer>(series: &[Series], s: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct SeriesRow<'a> {
        quantity: &'static str,
        unit: &'static str,
        region: Option<&'a str>,
        time: String,
        #[serde(flatten)]
        fans: FansOut,
    }
    let mut rows = s.serialize_seq(None)?;
    for one in series {
        let (quantity, unit) = one.column.words();
        for (time, fans) in one.times.iter().zip(&one.fans) {
            rows.serialize_element(&SeriesRow {
                quantity,
                unit,
                region: one.region.as_deref(),
                time: rfc3339(*time),
                fans: fans.into(),
            })?;
        }
    }
    rows.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_kept_of_any_size() {
        for (x, kept) in [
            (123_456_789.0, 123_457_000.0),
            (-0.001_234_567_8, -0.001_234_57),
            (43_008.0, 43_008.0),
            (0.0, 0.0),
        ] {
            assert_eq!(rounded(x), kept);
        }
        assert!(rounded(f64::NAN).is_nan());
    }
}
