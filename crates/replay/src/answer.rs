//! What a replay says: the document of `replay --format json`, and its sentences.
//!
//! The names are those of a simulation's document, with the scores beside them. Series and summary are those
//! of the information set named in `information`, the first that was asked for.

use serde::Serialize;

use crate::score::{HASHQUAKE, PhaseScore, Score};
use crate::scored::{Ask, Field, Scored};
use crate::shares::CountryShares;
use crate::{Information, Replay, WALK_SD};
use hashquake_base::format::column::{day, decimal, moment};
use hashquake_base::provenance::Source;
use hashquake_base::units::{DAY, Seconds, rfc3339, serialize_time};
use hashquake_sim::Sampler;
use hashquake_sim::Simulate;
use hashquake_sim::ensemble::answer::{About, Series, SimulationSummary, prior_rows};

/// A replay, ready to be printed.
#[derive(Clone, Debug, Serialize)]
pub struct ReplaySummary {
    /// Its name.
    pub replay: &'static str,
    /// The case of the atlas.
    pub case: &'static str,
    /// The information set of series and summary.
    pub information: Information,
    /// Whole days that touch the event, the first.
    #[serde(serialize_with = "serialize_time")]
    pub event_from: Seconds,
    /// The day after the last.
    #[serde(serialize_with = "serialize_time")]
    pub event_to: Seconds,
    /// First second of what is scored.
    #[serde(serialize_with = "serialize_time")]
    pub scored_from: Seconds,
    /// First second after it; the runs go on.
    #[serde(serialize_with = "serialize_time")]
    pub scored_to: Seconds,
    /// Scores of all models, from each information set.
    pub scores: Vec<Score>,
    /// Daily counts before, during and after the event.
    pub phases: Vec<PhaseScore>,
    /// Who hashes, where that is scored.
    pub country_shares: Vec<SharesGiven>,
    /// The simulation of the first information set.
    #[serde(flatten)]
    pub simulation: SimulationSummary,
}

/// Country shares from one information set.
#[derive(Clone, Debug, Serialize)]
pub struct SharesGiven {
    /// From what.
    pub information: Information,
    /// The rows and errors.
    #[serde(flatten)]
    pub shares: CountryShares,
}

/// The document of at least one `scored` set.
///
/// # Panics
/// When nothing was scored.
pub fn document(
    replay: &Replay,
    field: &Field,
    scored: Vec<Scored>,
    ask: &Ask,
    version: &str,
    command: String,
    mut sources: Vec<Source>,
) -> ReplaySummary {
    let first = scored.first().expect("at least one information set");
    let layout = first.simulation.layout();
    sources.extend(table_sources(first));
    let columns = first.simulated.columns.iter();
    let series = columns.map(|(column, fans)| Series::new(*column, layout, fans.clone()));
    let about = About {
        version,
        command,
        scenario: first.simulation.scenario(),
        layout,
        seed: ask.seed,
        sampler: match ask.sampler {
            Sampler::Block => "block",
            Sampler::Leap => "leap",
        },
        sources,
        priors: prior_rows(&first.simulation.priors(), &first.assumed),
    };
    let mut simulation = SimulationSummary::new(about, &first.simulated.rows, series.collect());
    simulation.verdict = verdict(replay, field, &scored);
    let event = replay.event();
    let mut document = ReplaySummary {
        replay: replay.id,
        case: replay.case,
        information: first.information,
        event_from: event.start,
        event_to: event.end,
        scored_from: field.span.start,
        scored_to: field.span.end,
        scores: Vec::new(),
        phases: Vec::new(),
        country_shares: Vec::new(),
        simulation,
    };
    for one in scored {
        document.scores.extend(one.scores);
        document.phases.extend(one.phases);
        document
            .country_shares
            .extend(one.country_shares.map(|shares| SharesGiven {
                information: one.information,
                shares,
            }));
    }
    document
}

fn table_sources(scored: &Scored) -> Vec<Source> {
    let world = scored.simulation.world();
    let source = |what: &str, from: String| Source {
        what: what.to_string(),
        from,
        licence: "see hashquake data".to_string(),
    };
    let as_of = rfc3339(scored.simulation.scenario().as_of);
    vec![
        source(
            "shares of countries",
            format!("{}, as known on {as_of}", world.shares_source),
        ),
        source(
            "the network's own walk",
            format!(
                "{} % in a square root of a day: blocks of June 2020 to March 2021",
                decimal(100.0 * WALK_SD, 1)
            ),
        ),
    ]
}

/// All sentences; paragraphs are parted by an empty line.
fn verdict(replay: &Replay, field: &Field, scored: &[Scored]) -> String {
    let each: Vec<String> = scored.iter().map(|s| of_set(replay, field, s)).collect();
    each.join("\n\n")
}

fn of_set(replay: &Replay, field: &Field, s: &Scored) -> String {
    let start = match s.information {
        Information::AsKnown => known_words(field.span.start),
        Information::GivenDates => "Given the events' dates".to_string(),
    };
    let told: Vec<String> = s
        .simulation
        .scenario()
        .events
        .iter()
        .map(|e| e.id.replace('-', " "))
        .collect();
    let events = match (told.is_empty(), replay.given_dates) {
        (true, None) => "the event comes with its block".to_string(),
        (true, Some(_)) => "nothing was announced".to_string(),
        (false, _) => told.join(", "),
    };
    let mut said = vec![format!("{start} ({events}).")];
    for quantity in [
        "daily_blocks",
        "weekly_hashrate_ehs",
        "retarget_percent",
        "country_share_percent",
    ] {
        let rows: Vec<&Score> = s.scores.iter().filter(|r| r.quantity == quantity).collect();
        said.extend(contest(&rows));
    }
    said.extend(during(s));
    said.extend(s.country_shares.as_ref().map(shares_sentence));
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

/// Words, digits and unit of a quantity.
pub fn words(quantity: &str) -> (&'static str, usize, &'static str) {
    match quantity {
        "daily_blocks" => ("daily counts", 2, "blocks"),
        "weekly_hashrate_ehs" => ("weekly hashrates", 2, "EH/s"),
        "retarget_percent" => ("retargets", 2, "points"),
        _ => ("country shares", 2, "points"),
    }
}

/// Scores that differ by less are level: a few hundred draws err by as much.
const LEVEL_PERCENT: f64 = 3.0;

/// Who won, by how much.
fn contest(rows: &[&Score]) -> Option<String> {
    let ours = rows.iter().find(|r| r.model == HASHQUAKE)?;
    let others = rows.iter().filter(|r| r.model != HASHQUAKE);
    let best = others.min_by(|a, b| a.crps.total_cmp(&b.crps))?;
    let (what, digits, unit) = words(ours.quantity);
    let percent = 100.0 * (ours.crps / best.crps - 1.0);
    let rule = model_words(best.model);
    let outcome = if percent.abs() < LEVEL_PERCENT {
        format!("hashquake is level with {rule}")
    } else if percent < 0.0 {
        let below = decimal(-percent, 0);
        format!("hashquake wins, {below} % below the next, {rule}")
    } else {
        let above = decimal(percent, 0);
        format!("hashquake loses to {rule} by {above} %")
    };
    Some(format!(
        "On {} {what} {outcome} (CRPS {} against {} {unit}); its 90 % bands held {} %.",
        ours.n,
        decimal(ours.crps, digits),
        decimal(best.crps, digits),
        decimal(100.0 * ours.coverage90, 0)
    ))
}

fn during(s: &Scored) -> Option<String> {
    let row = |phase: &str, model: &str| {
        let found = s
            .phases
            .iter()
            .find(|p| p.phase == phase && p.score.model == model);
        found.map(|p| &p.score)
    };
    let pair = |phase: &'static str| Some((row(phase, HASHQUAKE)?, row(phase, "random_walk")?));
    let (ours, walk) = pair("during")?;
    let against = |ours: &Score, walk: &Score| {
        format!(
            "{} against {}",
            decimal(ours.crps, 2),
            decimal(walk.crps, 2)
        )
    };
    let before = pair("before").map_or(String::new(), |(a, b)| {
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
        decimal(s.mae_hashquake, 1),
        decimal(s.mae_persistence, 1),
        decimal(s.mae_china_at_ten, 1)
    )
}

/// A model's name in a sentence.
pub fn model_words(model: &str) -> &str {
    match model {
        "random_walk" => "the random walk",
        "forecast" => "the forecast",
        other => other,
    }
}
