//! Who predicted a quantity better: the simulation, or the best of the reference rules.

use crate::score::{Score, ScoredModel};

/// Scores that differ by less are level, percent: a few hundred draws err by as much.
const LEVEL_PERCENT: f64 = 3.0;

/// How the simulation stands against the best reference rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// Their scores differ by less than draws err.
    Level,
    /// Its CRPS is lower, by so many percent of the rule's.
    Wins(f64),
    /// Its CRPS is higher, by so many percent of the rule's.
    Loses(f64),
}

/// The simulation's score of a quantity, that of the best reference rule, and who won.
#[derive(Clone, Copy, Debug)]
pub struct Contest<'a> {
    /// Score of the simulation.
    pub ours: &'a Score,
    /// That of the reference rule with the lowest CRPS.
    pub best: &'a Score,
    /// Who won, and by how much.
    pub outcome: Outcome,
}

impl<'a> Contest<'a> {
    /// From the scores of one quantity by all models; `None` where the simulation or every rule is missing.
    pub fn of(scores: &[&'a Score]) -> Option<Self> {
        let is_ours = |s: &&&Score| s.model == ScoredModel::Hashquake;
        let ours = *scores.iter().find(is_ours)?;
        let others = scores.iter().filter(|s| !is_ours(s));
        let best = *others.min_by(|a, b| a.crps.total_cmp(&b.crps))?;
        let percent = 100.0 * (ours.crps / best.crps - 1.0);
        let outcome = if percent.abs() < LEVEL_PERCENT {
            Outcome::Level
        } else if percent < 0.0 {
            Outcome::Wins(-percent)
        } else {
            Outcome::Loses(percent)
        };
        Some(Self {
            ours,
            best,
            outcome,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Information;
    use crate::score::ScoredQuantity;

    fn score(model: ScoredModel, crps: f64) -> Score {
        Score {
            quantity: ScoredQuantity::DailyBlocks,
            information: Information::AsKnown,
            model,
            crps,
            coverage_percent: 90.0,
            mae: crps,
            n: 10,
        }
    }

    #[test]
    fn the_simulation_is_held_against_the_best_rule() {
        let walk = score(ScoredModel::RandomWalk, 10.0);
        let still = score(ScoredModel::Persistence, 8.0);
        let outcome = |crps: f64| {
            let ours = score(ScoredModel::Hashquake, crps);
            let contest = Contest::of(&[&walk, &ours, &still]).unwrap();
            assert_eq!(contest.best.model, ScoredModel::Persistence);
            contest.outcome
        };
        assert_eq!(outcome(6.0), Outcome::Wins(25.0));
        assert_eq!(outcome(8.1), Outcome::Level);
        assert_eq!(outcome(10.0), Outcome::Loses(25.0));
        assert!(Contest::of(&[&walk]).is_none());
    }
}
