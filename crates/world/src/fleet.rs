//! What a terahash costs at the wall, by month: the efficiency of the whole fleet in joules a terahash.
//!
//! e = P / H, with P the mean power of a month from an edition of the Cambridge index (annualised TWh at
//! 0.05 USD/kWh over 8,766 hours, its best guess) and H the mean hashrate of the month's blocks (work over
//! seconds). Three revisions of the index differ, because each assumed other machines to be profitable; the
//! latest that was known gives the median, and the interval spans all that describe the month:
//! p05 = min e · exp(−z₉₅ σ), p95 = max e · exp(z₉₅ σ), σ² = [`REVISION_SD`]² + [`WALK_SD`]² · months away.
//!
//! What is left out: the mix of machines behind the mean, and regions whose machines are older or newer than
//! the mean. The index's own bounds (all machines the best, all barely profitable) are carried but not used as
//! an interval: they are limits of what is conceivable.

use std::sync::OnceLock;

use libm::exp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::month::Month;
use crate::table;
use hashquake_base::stats::normal::Z95;
use hashquake_base::units::{Quantiles, Seconds};

/// Root mean square of ln(2021 revision / 2023 revision) over the months they share.
pub const REVISION_SD: f64 = 0.11;

/// One month's step of ln e: the 90th percentile of |Δ ln e| over half a year, over z₉₅ √6.
pub const WALK_SD: f64 = 0.08;

/// Hours of an average year.
const HOURS_A_YEAR: f64 = 8766.0;

/// A month as one revision of the index has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FleetMonth {
    /// Month that the figures are of.
    pub month: Month,
    /// The revision, by its year.
    pub revision: i16,
    /// Mean of the annualised consumption, TWh a year.
    pub twh_a_year: f64,
    /// The index's lower bound, where it is at hand.
    pub twh_a_year_min: Option<f64>,
    /// The index's upper bound.
    pub twh_a_year_max: Option<f64>,
    /// Mean hashrate of the month's blocks.
    pub hashrate_ehs: f64,
}

impl FleetMonth {
    /// Mean power, gigawatts.
    pub fn power_gw(&self) -> f64 {
        self.twh_a_year * 1e3 / HOURS_A_YEAR
    }

    /// Joules a terahash: gigawatts over exahashes a second are nanojoules a hash.
    pub fn j_per_th(&self) -> f64 {
        1e3 * self.power_gw() / self.hashrate_ehs
    }
}

/// A revision of the index.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Revision {
    /// Year of the revision.
    pub revision: i16,
    /// When it came out; absent where each month is known when it is over.
    #[serde(deserialize_with = "table::maybe_known_at", skip_serializing)]
    known_at: Option<Seconds>,
    /// How its date is known.
    pub rule: String,
    /// Where it is from.
    pub source: String,
}

/// One revision's figure.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EfficiencySource {
    /// The revision, by its year.
    pub revision: i16,
    /// Where it is from.
    pub source: &'static str,
    /// The month that it describes.
    pub month: Month,
    /// How far that lies from the moment asked for, in months.
    pub months_away: f64,
    /// When it was known.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
    /// Mean power of the network.
    pub power_gw: f64,
    /// Mean hashrate.
    pub hashrate_ehs: f64,
    /// Joules a terahash.
    pub j_per_th: f64,
}

/// The fleet's efficiency at a moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Efficiency {
    /// Joules a terahash at the wall.
    pub j_per_th: Quantiles,
    /// Every revision that was known, the latest first.
    pub sources: Vec<EfficiencySource>,
    /// How the interval was made.
    pub note: String,
}

/// All months of all revisions.
pub fn months() -> &'static [FleetMonth] {
    static MONTHS: OnceLock<Vec<FleetMonth>> = OnceLock::new();
    MONTHS.get_or_init(|| table::rows(table::FLEET))
}

/// The revisions, the oldest first.
pub fn revisions() -> &'static [Revision] {
    static REVISIONS: OnceLock<Vec<Revision>> = OnceLock::new();
    REVISIONS.get_or_init(|| table::rows(table::REVISIONS))
}

fn known_at(revision: &Revision, month: Month) -> Seconds {
    revision
        .known_at
        .map_or(month.end(), |t| t.max(month.end()))
}

fn source_at(
    revision: &'static Revision,
    at: Seconds,
    as_of: Option<Seconds>,
) -> Option<EfficiencySource> {
    let of = months().iter().filter(|m| m.revision == revision.revision);
    let known = of.filter(|m| as_of.is_none_or(|t| known_at(revision, m.month) <= t));
    let nearest = known.min_by(|a, b| a.month.distance(at).total_cmp(&b.month.distance(at)))?;
    Some(EfficiencySource {
        revision: revision.revision,
        source: &revision.source,
        month: nearest.month,
        months_away: nearest.month.distance(at),
        known_at: known_at(revision, nearest.month),
        power_gw: nearest.power_gw(),
        hashrate_ehs: nearest.hashrate_ehs,
        j_per_th: nearest.j_per_th(),
    })
}

/// The fleet's efficiency at `at`, as known at `as_of`. `None` before the first month was known.
pub fn efficiency(at: Seconds, as_of: Option<Seconds>) -> Option<Efficiency> {
    let each = revisions().iter().rev();
    let sources: Vec<EfficiencySource> = each.filter_map(|r| source_at(r, at, as_of)).collect();
    let away = sources.iter().map(|s| s.months_away).reduce(f64::min)?;
    let near = || sources.iter().filter(|s| s.months_away <= away + 0.5);
    let headline = near().next()?;
    let low = near().map(|s| s.j_per_th).fold(f64::INFINITY, f64::min);
    let high = near().map(|s| s.j_per_th).fold(0.0, f64::max);
    let sd = (REVISION_SD * REVISION_SD + WALK_SD * WALK_SD * away).sqrt();
    let told: Vec<String> = near()
        .map(|s| {
            format!(
                "{:.0} J/TH (revision of {}, {})",
                s.j_per_th, s.revision, s.month
            )
        })
        .collect();
    let aged = if away > 0.0 {
        format!(", widened for {away:.1} months without data")
    } else {
        String::new()
    };
    let note = format!(
        "the interval spans {} and the error of a revision, {:.0} %{aged}",
        told.join(" and "),
        100.0 * REVISION_SD
    );
    Some(Efficiency {
        j_per_th: Quantiles {
            p05: low * exp(-Z95 * sd),
            p50: headline.j_per_th,
            p95: high * exp(Z95 * sd),
        },
        note,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::Moment;
    use libm::log;

    fn t(text: &str) -> Seconds {
        Moment::parse(text).unwrap().end()
    }

    fn log_of(revision: i16, month: Month) -> Option<f64> {
        let mut of = months().iter();
        let found = of.find(|m| m.revision == revision && m.month == month);
        found.map(|m| log(m.j_per_th()))
    }

    #[test]
    fn january_2022_spans_both_revisions() {
        let e = efficiency(t("2022-01-05"), None).unwrap();
        assert!(
            e.j_per_th.p05 < 62.0 && e.j_per_th.p95 > 73.0,
            "{:?}",
            e.j_per_th
        );
        let told: Vec<i64> = e.sources.iter().map(|s| s.j_per_th as i64).collect();
        assert!(told.contains(&62) && told.contains(&70), "{told:?}");
    }

    #[test]
    fn before_a_revision_came_out_it_is_not_used() {
        let then = efficiency(t("2022-01-05"), Some(t("2022-01-06"))).unwrap();
        assert!(then.sources.iter().all(|s| s.revision == 2021));
        assert!(then.note.contains("months without data"));
        assert!(efficiency(t("2022-01-05"), Some(t("2019-12-31"))).is_none());
        let later = efficiency(t("2022-01-05"), Some(t("2022-06-01"))).unwrap();
        assert_eq!(later.sources[0].revision, 2022);
    }

    #[test]
    fn the_errors_are_those_that_the_revisions_show() {
        let mut squares = Vec::new();
        for m in months().iter().filter(|m| m.revision == 2021) {
            let pair = log_of(2021, m.month).zip(log_of(2023, m.month));
            squares.extend(pair.map(|(a, b)| (a - b) * (a - b)));
        }
        let rms = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
        assert!(
            (rms - REVISION_SD).abs() < 0.01,
            "{rms} over {}",
            squares.len()
        );
        let mut steps: Vec<f64> = months()
            .iter()
            .filter(|m| m.revision == 2023)
            .filter_map(|m| log_of(2023, m.month.plus(6)).zip(log_of(2023, m.month)))
            .map(|(a, b)| (a - b).abs())
            .collect();
        steps.sort_by(f64::total_cmp);
        let p90 = steps[steps.len() * 9 / 10] / (Z95 * 6f64.sqrt());
        assert!((p90 - WALK_SD).abs() < 0.01, "{p90}");
    }
}
