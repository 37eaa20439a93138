//! Which country hashes how much of the network, by month, with an interval.
//!
//! The headline source is the Cambridge mining map: 29 months, 2019-09 to 2022-01, ten rows a month. It
//! locates the machines of three or four pools by the addresses of their customers, and its months were
//! published in four editions: a month is known from the first edition that contains it on. Other sources
//! stand beside it ([`sources_at`]) and are never averaged into it.
//!
//! # The interval
//! A printed share s_i becomes e^(η_i) / Σ_j e^(η_j) with η_i ~ N(ln s_i, σ_i²) independent, so that the
//! shares of a draw sum to one (a logistic normal: Aitchison, *The Statistical Analysis of Compositional
//! Data*, 1986). σ_i² adds three errors:
//!
//! - **Coverage**: (1 − c)² · 0.5². The sample holds the fraction c of the hashrate (37 % to 2020-04, 44 % as
//!   published for 2021-08, used from 2020-05 on); the rest may be spread otherwise by a factor e^(±0.5), one
//!   sigma. The 0.5 is an assumption.
//! - **Bias** (`world/shares_bias.csv`, assumptions all): addresses of proxies inflate Germany and Ireland;
//!   China's printed zeros of July and August 2021 are what was seen, and 22.29 % came back in September. A
//!   bias counts from the day on which it was known.
//! - **Age**: w² · months, for a moment that no month of the edition contains. w is measured from the
//!   map itself ([`walk_sd`]): the 90th percentile of |Δ logit s| from month to month, over the normal's
//!   z₉₅, about 0.25. The percentile and not the mean square, so that a ban does not set the scale; and only
//!   months already published count. [`calibration`] holds the widened intervals against the months that came
//!   after.
//!
//! What is left out: errors shared by months or by neighbouring countries, and trends. A region below the
//! country is drawn as a part of its country ([`Shares::share`]), in China only and up to its ban.

mod calibration;
mod estimate;
mod logistic;
mod model;
mod part;
pub(crate) mod printed;
mod survey;

pub use calibration::{Calibration, calibration};
pub use estimate::{ShareRow, Shares};
pub use model::walk_sd;
pub use part::{NoShare, RegionShare, provinces_printed};
pub use printed::{MAP, first_month, printed};
pub use survey::{SourceShare, SourceShares, sources_at};

use crate::editions;
use crate::month::Month;
use crate::region;
use estimate::DRAWS;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::sample::quantiles_of;
use hashquake_base::units::Seconds;
use logistic::logit;

/// The headline source's shares at `at`, as known at `as_of` (all that is known when absent). `None` before
/// the map's first edition.
pub fn at(at: Seconds, as_of: Option<Seconds>) -> Option<Shares> {
    let months = editions::months(as_of)?;
    let month = Month::of(at).clamp(months.first, months.last);
    let walk = walk_sd(months.last);
    let away = month.distance(at);
    let mut shares = Shares {
        source: MAP,
        month,
        known_at: editions::known_at(month)?,
        at,
        months_away: away,
        walk_sd_logit: walk,
        coverage_percent: 100.0 * model::coverage(month),
        rows: model::rows(month, as_of, walk * walk * away),
        seasons_known: part::seasons_known(as_of),
    };
    fill(&mut shares);
    Some(shares)
}

/// The region's printed share month by month, with when each month was published.
pub fn history(code: &str) -> Vec<(Month, f64, Seconds)> {
    let Some(months) = editions::months(None) else {
        return Vec::new();
    };
    let all = (0..=months.last.since(months.first)).map(|i| months.first.plus(i));
    all.filter_map(|month| {
        let (_, percent) = printed(month).find(|(region, _)| *region == code)?;
        Some((month, percent, editions::known_at(month)?))
    })
    .collect()
}

/// Fills the quantiles of the rows by draws.
fn fill(shares: &mut Shares) {
    let mut rng = stream(0, 0, Purpose::RegionShares);
    let draws: Vec<Vec<f64>> = (0..DRAWS).map(|_| shares.draw(&mut rng)).collect();
    for (i, row) in shares.rows.iter_mut().enumerate() {
        let mut xs: Vec<f64> = draws.iter().map(|d| d[i]).collect();
        let logits = xs.iter().map(|x| logit(*x));
        let mean = logits.clone().sum::<f64>() / DRAWS as f64;
        let square = logits.map(|l| (l - mean) * (l - mean)).sum::<f64>();
        (row.logit_mean, row.logit_sd) = (mean, (square / DRAWS as f64).sqrt());
        row.percent = quantiles_of(&mut xs).map(|x| 100.0 * x);
        row.name = region::name(row.region);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::Moment;

    fn t(text: &str) -> Seconds {
        Moment::parse(text).unwrap().end()
    }

    #[test]
    fn draws_are_whole_networks_and_agree_with_the_rows() {
        let shares = at(t("2022-01-05"), None).unwrap();
        let mut rng = stream(7, 0, Purpose::RegionShares);
        let kz = shares.rows.iter().position(|r| r.region == "KZ").unwrap();
        let mut below = 0;
        for _ in 0..2000 {
            let draw = shares.draw(&mut rng);
            assert!((draw.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            below += usize::from(100.0 * draw[kz] < shares.rows[kz].percent.p05);
        }
        assert!(
            (60..=145).contains(&below),
            "{below} of 2000 below the 5 % quantile"
        );
    }

    #[test]
    fn an_edition_is_unknown_before_its_day() {
        let noon = t("2022-01-06");
        let then = at(noon, Some(noon)).unwrap();
        assert_eq!(then.month.to_string(), "2021-08");
        assert_eq!(then.row("KZ").unwrap().printed_percent, 18.10);
        let now = at(noon, None).unwrap();
        assert_eq!(now.month.to_string(), "2022-01");
        assert_eq!(now.row("KZ").unwrap().printed_percent, 13.22);
        assert!(at(noon, Some(t("2020-05-01"))).is_none());
    }

    #[test]
    fn a_share_without_data_widens_with_the_root_of_time() {
        let sd = |day: &str| at(t(day), None).unwrap().row("KZ").unwrap().logit_sd;
        let (known, one, four) = (sd("2022-01-20"), sd("2023-01-31"), sd("2026-01-31"));
        assert!(known < one && one < four);
        let walked = |total: f64| total * total - known * known;
        let ratio = walked(four) / walked(one);
        assert!(
            (ratio - 4.0).abs() < 0.6,
            "variance grew {ratio} fold in four years against one"
        );
        let before = sd("2018-09-01");
        assert!(before > sd("2019-09-15"));
    }

    #[test]
    fn a_printed_zero_is_not_the_knowledge_that_nothing_ran() {
        let shares = at(t("2021-08-15"), None).unwrap();
        let china = shares.row("CN").unwrap();
        assert_eq!(china.printed_percent, 0.0);
        assert!(china.percent.p95 > 15.0 && china.note.is_some());
        let then = at(t("2021-08-15"), Some(t("2021-12-01"))).unwrap();
        assert!(then.row("CN").unwrap().percent.p50 < china.percent.p50);
    }
}
