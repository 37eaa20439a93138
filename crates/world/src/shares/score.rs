//! The composition held against what was printed later: at each day of publication, the figures of that day are
//! predicted from what was known the day before, their source's bias and error included, beside the last figure of
//! the same region carried forward.

use libm::{exp, log};
use schemars::JsonSchema;
use serde::Serialize;

use super::composition::Solved;
use super::observation::{Observation, all, sources};
use hashquake_base::rng::{Purpose, stream};
use hashquake_base::stats::draw::normal;
use hashquake_base::stats::sample::quantiles_of;
use hashquake_base::units::{DAY, Seconds};

const DRAWS: usize = 2000;

/// How well the figures of one publication were predicted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PublicationScore {
    /// Who published.
    pub source: &'static str,
    /// When.
    #[serde(serialize_with = "hashquake_base::units::serialize_time")]
    #[schemars(with = "hashquake_base::units::Timestamp")]
    pub known_at: Seconds,
    /// Figures published.
    pub figures: usize,
    /// Of those, how many the 90 % interval of the figure to be printed held.
    pub covered: usize,
    /// Figures whose region had one before, so that it could be carried forward.
    pub compared: usize,
    /// Mean CRPS of those, points of the network's hashrate.
    pub crps_points: f64,
    /// Mean error of the last figure carried forward, points.
    pub carried_points: f64,
}

/// A row for each publication after the map's first edition, in order of time.
pub fn publications() -> Vec<PublicationScore> {
    let mut days: Vec<(Seconds, usize)> = all().iter().map(|o| (o.known_at, o.source)).collect();
    days.sort_unstable();
    days.dedup();
    days.iter()
        .skip(1)
        .map(|&(day, source)| score(day, source))
        .collect()
}

fn score(day: Seconds, source: usize) -> PublicationScore {
    let before = day - DAY;
    let now: Vec<&Observation> = all()
        .iter()
        .filter(|o| o.known_at == day && o.source == source)
        .collect();
    let last = now.iter().map(|o| o.month).max();
    let newest = all()
        .iter()
        .filter(|o| o.known_at <= before)
        .map(|o| o.month)
        .max();
    let until = last.max(newest).unwrap_or_else(super::first_month);
    let solved = Solved::new(Some(before), until, &|_| true);
    let mut out = PublicationScore {
        source: &sources()[source].name,
        known_at: day,
        figures: now.len(),
        covered: 0,
        compared: 0,
        crps_points: 0.0,
        carried_points: 0.0,
    };
    for o in now {
        let mut draws = predicted(&solved, o);
        let crps = crps(&mut draws, o.share);
        let q = quantiles_of(&mut draws);
        out.covered += usize::from(q.p05 <= o.share && o.share <= q.p95);
        let earlier = all()
            .iter()
            .filter(|p| p.known_at <= before && p.of == o.of);
        if let Some(carried) = earlier.max_by_key(|p| p.month) {
            out.compared += 1;
            out.crps_points += 100.0 * crps;
            out.carried_points += 100.0 * (carried.share - o.share).abs();
        }
    }
    let n = out.compared.max(1) as f64;
    out.crps_points /= n;
    out.carried_points /= n;
    out
}

/// Draws of the figure that will be printed.
fn predicted(solved: &Solved, o: &Observation) -> Vec<f64> {
    let seen = solved.seen(o.month, Some(o.source));
    let sd = sources()[o.source].error_sd;
    let mut rng = stream(0, 2, Purpose::RegionShares);
    let draw = |_| {
        let shares = seen.draw(&mut rng);
        let sum: f64 = o.of.iter().map(|&i| shares[i]).sum();
        let logit = log(sum / (1.0 - sum).max(1e-12)) + sd * normal(&mut rng);
        1.0 / (1.0 + exp(-logit))
    };
    (0..DRAWS).map(draw).collect()
}

/// Mean distance of the draws to `y` less half their mean distance to each other.
fn crps(draws: &mut [f64], y: f64) -> f64 {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let away = draws.iter().map(|x| (x - y).abs()).sum::<f64>() / n;
    let rank = |(i, x): (usize, &f64)| (2.0 * i as f64 + 1.0 - n) * x;
    away - draws.iter().enumerate().map(rank).sum::<f64>() / (n * n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_printed_later_is_predicted_better_than_by_the_last_print() {
        let (mut ours, mut carried, mut n, mut held, mut all) = (0.0, 0.0, 0, 0, 0);
        for p in publications() {
            println!("{p:?}");
            ours += p.crps_points * p.compared as f64;
            carried += p.carried_points * p.compared as f64;
            n += p.compared;
            held += p.covered;
            all += p.figures;
        }
        println!(
            "{} {} {n} {held} {all}",
            ours / n as f64,
            carried / n as f64
        );
        assert!(ours < 0.75 * carried);
    }
}
