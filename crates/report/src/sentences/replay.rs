//! The answer of a replay in plain sentences: who predicted better, by how much, and during the event.

use hashquake_base::format::{day, decimal, moment};
use hashquake_base::units::{DAY, Seconds};
use hashquake_replay::Information;
use hashquake_replay::contest::{Contest, Outcome};
use hashquake_replay::score::{Phase, Score, ScoredModel, ScoredQuantity};
use hashquake_replay::shares::CountryShares;
use hashquake_replay::summary::{InformationSet, ReplaySummary};

/// A paragraph for each information set; an empty line parts them.
pub fn verdict(r: &ReplaySummary) -> String {
    let each: Vec<String> = r.information_sets.iter().map(|s| of_set(r, s)).collect();
    each.join("\n\n")
}

fn of_set(r: &ReplaySummary, set: &InformationSet) -> String {
    let start = match set.information {
        Information::AsKnown => known_words(r.scored_from),
        Information::GivenDates => "Given the events' dates".to_string(),
    };
    let told: Vec<String> = set.events.iter().map(|e| e.replace('-', " ")).collect();
    let events = match (told.is_empty(), r.comes_with_its_block) {
        (true, true) => "the event comes with its block".to_string(),
        (true, false) => "nothing was announced".to_string(),
        (false, _) => told.join(", "),
    };
    let mut said = vec![format!("{start} ({events}).")];
    for quantity in [
        ScoredQuantity::DailyBlocks,
        ScoredQuantity::WeeklyHashrateEhs,
        ScoredQuantity::RetargetPercent,
        ScoredQuantity::CountrySharePercent,
    ] {
        let rows = r.scores.iter();
        let rows = rows.filter(|s| s.information == set.information && s.quantity == quantity);
        said.extend(contest(&rows.collect::<Vec<_>>()));
    }
    said.extend(during(r, set.information));
    let shares = r.country_shares.iter();
    let shares = shares.filter(|s| s.information == set.information);
    said.extend(shares.map(|s| shares_sentence(&s.shares)));
    said.join(" ")
}

/// A midnight is the end of the day before.
fn known_words(start: Seconds) -> String {
    if start.rem_euclid(DAY) == 0 {
        format!("As known at the end of {}", day(start - 1))
    } else {
        format!("As known on {} UTC", moment(start))
    }
}

/// A quantity and its unit in a sentence.
fn quantity_words(quantity: ScoredQuantity) -> (&'static str, &'static str) {
    match quantity {
        ScoredQuantity::DailyBlocks => ("daily counts", "blocks"),
        ScoredQuantity::WeeklyHashrateEhs => ("weekly hashrates", "EH/s"),
        ScoredQuantity::RetargetPercent => ("retargets", "points"),
        ScoredQuantity::CountrySharePercent => ("country shares", "points"),
    }
}

/// Who won, by how much.
fn contest(rows: &[&Score]) -> Option<String> {
    let Contest {
        ours,
        best,
        outcome,
    } = Contest::of(rows)?;
    let (what, unit) = quantity_words(ours.quantity);
    let rule = model_words(best.model);
    let outcome = match outcome {
        Outcome::Level => format!("hashquake is level with {rule}"),
        Outcome::Wins(by) => {
            let below = decimal(by, 0);
            format!("hashquake wins, {below} % below the next, {rule}")
        }
        Outcome::Loses(by) => format!("hashquake loses to {rule} by {} %", decimal(by, 0)),
    };
    Some(format!(
        "On {} {what} {outcome} (CRPS {} against {} {unit}); its 90 % bands held {} %.",
        ours.n,
        decimal(ours.crps, 2),
        decimal(best.crps, 2),
        decimal(ours.coverage_percent, 0)
    ))
}

fn during(r: &ReplaySummary, information: Information) -> Option<String> {
    let row = |phase: Phase, model: ScoredModel| {
        let found = r.phases.iter().find(|p| {
            p.phase == phase && p.score.model == model && p.score.information == information
        });
        found.map(|p| &p.score)
    };
    let pair = |phase: Phase| {
        Some((
            row(phase, ScoredModel::Hashquake)?,
            row(phase, ScoredModel::RandomWalk)?,
        ))
    };
    let (ours, walk) = pair(Phase::During)?;
    let against = |ours: &Score, walk: &Score| {
        format!(
            "{} against {}",
            decimal(ours.crps, 2),
            decimal(walk.crps, 2)
        )
    };
    let before = pair(Phase::Before).map_or(String::new(), |(a, b)| {
        format!("{} in the {} days before, ", against(a, b), a.n)
    });
    Some(format!(
        "Daily counts against the random walk's: {before}{} in the {} days of the event.",
        against(ours, walk),
        ours.n
    ))
}

fn shares_sentence(s: &CountryShares) -> String {
    format!(
        "From the map of {} the mean error over its ten rows of January 2022 is {} points; {} if all had stayed, {} with China at 10 % and the rest in proportion.",
        s.map_month,
        decimal(s.hashquake_mae_points, 1),
        decimal(s.persistence_mae_points, 1),
        decimal(s.china_at_ten_mae_points, 1)
    )
}

fn model_words(model: ScoredModel) -> &'static str {
    match model {
        ScoredModel::Hashquake => "hashquake",
        ScoredModel::Persistence => "persistence",
        ScoredModel::RandomWalk => "the random walk",
        ScoredModel::Forecast => "the forecast",
    }
}
