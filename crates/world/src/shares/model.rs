//! The errors of a printed share.

use std::sync::OnceLock;

use libm::log;
use serde::Deserialize;

use super::estimate::ShareRow;
use super::logistic::logit;
use super::printed::{first_month, printed};
use crate::month::Month;
use crate::region::{self, Code};
use crate::table;
use hashquake_base::stats::normal::Z95;
use hashquake_base::stats::sample::quantile;
use hashquake_base::units::{Quantiles, Seconds};

/// One sigma of ln(unsampled share / sampled share). An assumption.
const UNSAMPLED_SD: f64 = 0.5;

/// What a printed zero is taken for, percent: half of the last printed digit.
const ZERO_PERCENT: f64 = 0.005;

/// Shares below this are left out when steps are measured, percent: their logit is rounding.
pub(super) const MEASURED_FROM_PERCENT: f64 = 0.5;

#[derive(Deserialize)]
struct Bias {
    #[serde(deserialize_with = "region::region_code")]
    region: Code,
    from: Month,
    to: Month,
    median_percent: Option<f64>,
    log_sd: f64,
    #[serde(deserialize_with = "table::known_at")]
    known_at: Seconds,
    why: String,
}

fn biases() -> &'static [Bias] {
    static BIASES: OnceLock<Vec<Bias>> = OnceLock::new();
    BIASES.get_or_init(|| table::rows(table::BIAS))
}

/// Fraction of the network's hashrate in the map's sample.
pub(super) fn coverage(month: Month) -> f64 {
    if month.year() < 2020 || (month.year() == 2020 && month.number() <= 4) {
        0.37
    } else {
        0.44
    }
}

/// Variance of ln s from what was not sampled.
pub(super) fn coverage_variance(month: Month) -> f64 {
    let sd = (1.0 - coverage(month)) * UNSAMPLED_SD;
    sd * sd
}

/// The rows of a month with centres and errors; quantiles are still to be filled.
pub(super) fn rows(month: Month, as_of: Option<Seconds>, age_variance: f64) -> Vec<ShareRow> {
    let variance = coverage_variance(month) + age_variance;
    let row = |(region, percent): (&'static str, f64)| {
        let of = biases().iter().filter(|b| {
            b.region == region
                && b.from <= month
                && month <= b.to
                && as_of.is_none_or(|t| b.known_at <= t)
        });
        let bias = of.max_by_key(|b| b.known_at);
        let median = bias.and_then(|b| b.median_percent).unwrap_or(percent);
        let extra = bias.map_or(0.0, |b| b.log_sd * b.log_sd);
        ShareRow {
            region,
            name: "",
            printed_percent: percent,
            percent: Quantiles::point(percent),
            logit_mean: 0.0,
            logit_sd: 0.0,
            note: bias.map(|b| b.why.clone()),
            center: log(median.max(ZERO_PERCENT) / 100.0),
            sd: (variance + extra).sqrt(),
        }
    };
    printed(month).map(row).collect()
}

/// One month's step on the logit scale, measured from the months up to `last`: the 90th percentile of
/// |logit s(m+1) − logit s(m)| over countries and months, divided by z₉₅. Countries below half a percent
/// are left out.
pub fn walk_sd(last: Month) -> f64 {
    let mut steps: Vec<f64> = Vec::new();
    let mut month = first_month();
    while month < last {
        let next = month.plus(1);
        for (region, before) in printed(month).filter(|(_, p)| *p >= MEASURED_FROM_PERCENT) {
            let after = printed(next).find(|(r, p)| *r == region && *p >= MEASURED_FROM_PERCENT);
            let step = after.map(|(_, after)| logit(after / 100.0) - logit(before / 100.0));
            steps.extend(step.map(f64::abs));
        }
        month = next;
    }
    steps.sort_by(f64::total_cmp);
    quantile(&steps, 0.9) / Z95
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_of_the_map_is_whole() {
        let mut month = first_month();
        let mut cells = 0;
        while month <= Month::parse("2022-01").unwrap() {
            let sum: f64 = printed(month).map(|(_, p)| p).sum();
            assert!((sum - 100.0).abs() < 0.03, "{month}: {sum}");
            cells += printed(month).count();
            month = month.plus(1);
        }
        assert_eq!(cells, 290);
    }

    #[test]
    fn the_walk_is_about_a_quarter_of_a_share_a_month_in_every_edition() {
        for last in ["2020-04", "2021-04", "2021-08", "2022-01"] {
            let w = walk_sd(Month::parse(last).unwrap());
            assert!((0.15..0.30).contains(&w), "{last}: {w}");
        }
    }
}
