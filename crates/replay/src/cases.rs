//! The cases that can be replayed, and what each information set may know of them.

use schemars::JsonSchema;
use serde::Serialize;

use hashquake_base::diagnostics::{Diagnostics, nearest};
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Seconds, Span, rfc3339};
use hashquake_sim::SimulationError;
use hashquake_world::atlas;
use hashquake_world::scenario::{Resolved, library, read};

/// What the whole network does by itself, sd of ln hashrate in a square root of a day: from the blocks of June
/// 2020 to March 2021, before all cases but the halving of 2020.
pub const WALK_SD: f64 = 0.012;

/// Days from an event's announcement or from the last close before it to which a start may be moved back.
const MOVED_BACK_MAX: Seconds = 60 * DAY;

/// The runs go on for so long after what is scored, so that a late retarget is reached.
pub const RUN_ON: Seconds = 28 * DAY;

/// Closes in the year before the start that a price needs.
pub(crate) const CLOSES_MIN: usize = 60;

/// Shortest time that is scored.
const SCORED_MIN: Seconds = 14 * DAY;

/// What a replay may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Information {
    /// Only what was published by the start.
    AsKnown,
    /// Dates and kinds of the events as they came.
    GivenDates,
}

impl Information {
    /// As in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::AsKnown => "as known then",
            Self::GivenDates => "given the events' dates",
        }
    }
}

/// A past shock to be replayed.
#[derive(Clone, Copy, Debug)]
pub struct Replay {
    /// Name of the replay, that of its case.
    pub id: &'static str,
    /// The case of the atlas whose window is the event.
    pub case: &'static str,
    /// Scenario as known then.
    pub as_known: &'static str,
    /// Scenario with the events' dates; `None` where the event comes by itself, with its block.
    pub given_dates: Option<&'static str>,
    /// Whether the country shares of January 2022 are scored.
    pub shares: bool,
}

/// All replays, by date.
pub const ALL: [Replay; 7] = [
    Replay {
        id: "halving-2020",
        case: "halving-2020",
        as_known: "replay-halving-2020",
        given_dates: None,
        shares: false,
    },
    Replay {
        id: "xinjiang-2021",
        case: "xinjiang-2021",
        as_known: "replay-xinjiang-2021",
        given_dates: Some("replay-xinjiang-2021-dates"),
        shares: false,
    },
    Replay {
        id: "china-2021",
        case: "china-ban-2021",
        as_known: "replay-china-2021",
        given_dates: Some("replay-china-2021-dates"),
        shares: true,
    },
    Replay {
        id: "kazakhstan-2022",
        case: "kazakhstan-2022",
        as_known: "replay-kazakhstan-2022",
        given_dates: Some("replay-kazakhstan-2022-dates"),
        shares: false,
    },
    Replay {
        id: "elliott-2022",
        case: "elliott-2022",
        as_known: "replay-elliott-2022",
        given_dates: Some("replay-elliott-2022-dates"),
        shares: false,
    },
    Replay {
        id: "texas-2024",
        case: "texas-2024",
        as_known: "replay-texas-2024",
        given_dates: Some("replay-texas-2024-dates"),
        shares: false,
    },
    Replay {
        id: "halving-2024",
        case: "halving-2024",
        as_known: "replay-halving-2024",
        given_dates: None,
        shares: false,
    },
];

/// Why there is no replay.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// No such case.
    #[error("there is no replay of `{asked}`{}; `hashquake replay` lists all", did_you_mean(.near))]
    Unknown {
        /// What was asked for.
        asked: String,
        /// What comes nearest.
        near: Option<&'static str>,
    },
    /// The event has no date to be given.
    #[error(
        "the event of {id} comes by itself, with its block: there are no dates to be given, ask for as_known"
    )]
    NoDates {
        /// Name of the replay.
        id: &'static str,
    },
    /// A start that cannot be.
    #[error(
        "{id} cannot start at {}: name a moment from {} on and before {}",
        rfc3339(*asked), rfc3339(*earliest), rfc3339(*before)
    )]
    Start {
        /// Name of the replay.
        id: &'static str,
        /// Start that was asked for, unix seconds.
        asked: Seconds,
        /// The earliest that can be.
        earliest: Seconds,
        /// The first that comes too late.
        before: Seconds,
    },
    /// The scenario has mistakes.
    #[error(transparent)]
    Scenario(#[from] Diagnostics),
    /// The world cannot be set up.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// Too few closes.
    #[error(
        "the prices hold {known} daily closes in the year before {}, the last {}: at least {CLOSES_MIN} are needed, the last of them within a week of the start",
        rfc3339(*start), last.map_or("of no day".to_string(), |t| format!("of {}", rfc3339(t)))
    )]
    Prices {
        /// Start of the replay, unix seconds.
        start: Seconds,
        /// Number of closes that are known before it.
        known: usize,
        /// The last one's time.
        last: Option<Seconds>,
    },
    /// The scenario's price and fees are later than the start.
    #[error(
        "the price that {id} carries is of {}, later than a start at {}: give the closes before it with --prices FILE",
        rfc3339(*of), rfc3339(*start)
    )]
    PriceLater {
        /// Name of the replay.
        id: &'static str,
        /// Its usual start.
        of: Seconds,
        /// Start that was asked for, unix seconds.
        start: Seconds,
    },
    /// No blocks to be scored against.
    #[error(
        "the blocks do not reach over {} to {}, so that nothing can be scored",
        rfc3339(span.start), rfc3339(span.end)
    )]
    Blocks {
        /// What was to be scored.
        span: Span,
    },
    /// The machine gives no threads.
    #[error("{0}")]
    Threads(String),
}

fn did_you_mean(near: &Option<&'static str>) -> String {
    near.map_or(String::new(), |n| format!(", did you mean `{n}`?"))
}

/// The replay called `id`.
///
/// # Errors
/// [`ReplayError::Unknown`], with the nearest.
pub fn find(id: &str) -> Result<&'static Replay, ReplayError> {
    let found = ALL.iter().find(|r| r.id == id);
    found.ok_or_else(|| ReplayError::Unknown {
        asked: id.to_string(),
        near: nearest(id, ALL.iter().map(|r| r.id)),
    })
}

impl Replay {
    /// Information sets that it has.
    pub fn informations(&self) -> Vec<Information> {
        let given = self.given_dates.map(|_| Information::GivenDates);
        core::iter::once(Information::AsKnown)
            .chain(given)
            .collect()
    }

    /// Whole days that touch the event.
    ///
    /// # Panics
    /// When the atlas lacks the case, which a test excludes.
    pub fn event(&self) -> Span {
        let window = atlas::find(self.case).expect("the atlas has it").window;
        Span {
            start: window.start.div_euclid(DAY) * DAY,
            end: (window.end + DAY - 1).div_euclid(DAY) * DAY,
        }
    }

    /// Its scenario for an information set, started at `start` when that is named: then events published later
    /// are left out of what was known.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn scenario(
        &self,
        information: Information,
        start: Option<Seconds>,
    ) -> Result<Resolved, ReplayError> {
        let id = match information {
            Information::AsKnown => self.as_known,
            Information::GivenDates => self
                .given_dates
                .ok_or(ReplayError::NoDates { id: self.id })?,
        };
        let usual = read_embedded(id, &[])?;
        let mut resolved = match start {
            Some(at) if at != usual.scenario.start => {
                self.check_start(&usual, at)?;
                read_embedded(id, &[format!("start=\"{}\"", rfc3339(at))])?
            }
            _ => usual,
        };
        let scenario = &mut resolved.scenario;
        scenario.growth.walk_per_sqrt_day = Distribution::Point(WALK_SD);
        if information == Information::AsKnown {
            let (start, as_of) = (scenario.start, scenario.as_of.min(scenario.start));
            scenario.as_of = as_of;
            let known = |at: Option<Seconds>| at.is_some_and(|t| t <= start);
            scenario.events.retain(|e| known(e.known_at));
        }
        Ok(resolved)
    }

    /// A start lies at most [`MOVED_BACK_MAX`] before the usual one, before what is scored first, and before
    /// the first event that is given.
    fn check_start(&self, usual: &Resolved, at: Seconds) -> Result<(), ReplayError> {
        let scenario = &usual.scenario;
        let event = self.event().start;
        let latest = scenario.end - SCORED_MIN;
        let before = match self.given_dates {
            Some(id) => first_event(&read_embedded(id, &[])?).unwrap_or(event),
            None => event,
        };
        let (earliest, before) = (scenario.start - MOVED_BACK_MAX, before.min(latest));
        if (earliest..before).contains(&at) {
            return Ok(());
        }
        Err(ReplayError::Start {
            id: self.id,
            asked: at,
            earliest,
            before,
        })
    }
}

/// When the first event may begin.
fn first_event(resolved: &Resolved) -> Option<Seconds> {
    let starts = resolved.scenario.events.iter().map(|e| e.start.range().0);
    starts
        .reduce(f64::min)
        .map(|s| resolved.scenario.start + s as Seconds)
}

fn read_embedded(id: &str, sets: &[String]) -> Result<Resolved, ReplayError> {
    let source = library::find(id).expect("the library carries every replay's scenarios");
    Ok(read(&source, sets, &library::load)?)
}
