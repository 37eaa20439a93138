//! Which country hashes how much of the network, by month, with an interval.
//!
//! All printed figures (the Cambridge map of 29 months, a survey, heat maps, the press) are observations of one
//! composition that moves by month ([`composition`]); each has the bias and the error of its source and its day of
//! publication, and what was published later than `as_of` does not count. Central values sum to 100 by
//! construction. A region below the country is drawn as a part of its country ([`Shares::share`]), in China only
//! and up to its ban.

pub mod composition;
mod estimate;
pub mod observation;
mod part;
pub(crate) mod printed;
pub mod score;
mod survey;

pub use estimate::{COMPOSITION, Nearest, ShareRow, Shares};
pub use part::{NoShare, RegionShare, provinces_printed};
pub use printed::{MAP, first_month, printed};
pub use survey::{SourceShare, SourceShares, sources_at};

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::editions;
use crate::month::Month;
use crate::region;
use composition::Solved;
use estimate::DRAWS;
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::sample::quantiles_of;
use hashquake_base::units::Seconds;
use libm::{log, sqrt};
use observation::{Observation, all, events, members, sources};

/// The shares at `at`, as known at `as_of` (all that is known when absent). `None` before the map's first edition.
pub fn at(at: Seconds, as_of: Option<Seconds>) -> Option<Shares> {
    editions::months(as_of)?;
    let known = |o: &&Observation| as_of.is_none_or(|t| o.known_at <= t);
    let used: Vec<&Observation> = all().iter().filter(known).collect();
    let month = Month::of(at);
    let newest = used.iter().map(|o| o.month).max()?;
    let nearest = |o: &&&Observation| (o.month.distance(at) * 1e6) as i64;
    let nearest = used.iter().min_by_key(nearest)?;
    let solved = solved(as_of, month.max(newest));
    let mut shares = Shares {
        source: COMPOSITION,
        month,
        figures: used.len(),
        known_at: used.iter().map(|o| o.known_at).max()?,
        at,
        nearest: Nearest {
            source: &sources()[nearest.source].name,
            month: nearest.month,
        },
        months_away: nearest.month.distance(at),
        rows: Vec::new(),
        composition: solved.at(month),
        seasons_known: part::seasons_known(as_of),
    };
    fill(&mut shares, &used);
    Some(shares)
}

/// The newest month that anything printed by `as_of` describes; `None` before the map's first edition.
pub fn newest(as_of: Option<Seconds>) -> Option<Month> {
    editions::months(as_of)?;
    let known = all()
        .iter()
        .filter(|o| as_of.is_none_or(|t| o.known_at <= t));
    known.map(|o| o.month).max()
}

/// The composition from what was known at `as_of`, up to `last`: the same figures and events are solved once.
fn solved(as_of: Option<Seconds>, last: Month) -> Arc<Solved> {
    static DONE: Mutex<BTreeMap<(usize, usize, Month), Arc<Solved>>> = Mutex::new(BTreeMap::new());
    let known = |t: Seconds| as_of.is_none_or(|now| t <= now);
    let figures = all().iter().filter(|o| known(o.known_at)).count();
    let steps = events().iter().filter(|e| known(e.known_at)).count();
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    let solve = || Arc::new(Solved::new(as_of, last, &|_| true));
    Arc::clone(done.entry((figures, steps, last)).or_insert_with(solve))
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

/// Fills the rows by draws.
fn fill(shares: &mut Shares, used: &[&Observation]) {
    let mut rng = stream(0, 0, Purpose::RegionShares);
    let draws: Vec<Vec<f64>> = (0..DRAWS).map(|_| shares.draw(&mut rng)).collect();
    let central = shares.composition.central();
    for (i, member) in members().iter().enumerate() {
        let mut xs: Vec<f64> = draws.iter().map(|d| d[i]).collect();
        let logits = xs.iter().map(|x| log(x / (1.0 - x)));
        let mean = logits.clone().sum::<f64>() / DRAWS as f64;
        let square = logits.map(|l| (l - mean) * (l - mean)).sum::<f64>();
        let alone = used.iter().filter(|o| o.of == [i]);
        let nearest = alone.min_by_key(|o| (o.month.distance(shares.at) * 1e6) as i64);
        shares.rows.push(ShareRow {
            region: member.region,
            name: region::name(member.region),
            central_percent: 100.0 * central[i],
            percent: quantiles_of(&mut xs).map(|x| 100.0 * x),
            logit_mean: mean,
            logit_sd: sqrt(square / DRAWS as f64),
            printed_percent: nearest.map(|o| 100.0 * o.share),
            printed_by: nearest.map(|o| sources()[o.source].name.as_str()),
            printed_for: nearest.map(|o| o.month),
        });
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
    fn central_values_sum_to_a_hundred_in_every_month() {
        let mut month = first_month();
        while month <= Month::parse("2026-12").unwrap() {
            let shares = at(month.start(), None).unwrap();
            let sum: f64 = shares.rows.iter().map(|r| r.central_percent).sum();
            assert!((sum - 100.0).abs() < 1e-9, "{month}: {sum}");
            month = month.plus(1);
        }
    }

    #[test]
    fn an_edition_is_unknown_before_its_day() {
        let noon = t("2022-01-06");
        let then = at(noon, Some(noon)).unwrap();
        assert_eq!(then.nearest.month.to_string(), "2021-08");
        assert_eq!(then.row("KZ").unwrap().printed_percent, Some(18.10));
        let now = at(noon, None).unwrap();
        assert_eq!(now.nearest.month.to_string(), "2022-01");
        assert_eq!(now.row("KZ").unwrap().printed_percent, Some(13.22));
        assert!(at(noon, Some(t("2020-05-01"))).is_none());
    }

    #[test]
    fn a_share_without_data_widens_with_time() {
        let known = Some(t("2022-06-01"));
        let sd = |day: &str| at(t(day), known).unwrap().row("KZ").unwrap().logit_sd;
        let (then, one, four) = (sd("2022-01-20"), sd("2023-01-31"), sd("2026-01-31"));
        assert!(then < one && one < four);
        let before = sd("2018-09-01");
        assert!(before > sd("2019-09-15"));
    }

    #[test]
    fn the_united_states_of_2025_lie_between_model_and_survey() {
        let us = at(t("2025-06-15"), None).unwrap();
        let share = us.row("US").unwrap().percent;
        assert!(share.p05 > 27.0 && share.p95 < 60.0, "{share:?}");
    }

    #[test]
    fn a_printed_zero_is_not_the_knowledge_that_nothing_ran() {
        let shares = at(t("2021-08-15"), None).unwrap();
        let china = shares.row("CN").unwrap();
        assert_eq!(china.printed_percent, Some(0.0));
        assert!(china.percent.p95 > 3.0, "{china:?}");
    }
}
