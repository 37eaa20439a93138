//! A past shock as its file gives it: when, where, why, what was observed and what was claimed.
//!
//! Every claim and every piece of evidence has a source and a `known_at`, the moment of its publication
//! (a day without a time means its end): an analysis as of a past moment reads only what was known. Where
//! the day of publication is not known, the file says so and takes the end of the last day described.
//!
//! A window comes from a source, or from a rule that stands in the file: one of the two. What block times
//! say of the window is never written down; it is computed from the chain each time.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cause::Cause;
use crate::claim::Claim;
use crate::region::Region;
use crate::words::{Word, words};
use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::toml_reader::{Reader, TableReader};
use hashquake_base::units::{Bracket, Moment, Seconds, Span};

/// A past shock.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name: `kazakhstan-2022`.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// What happened there, to be used inside a sentence: "Kazakhstan's internet shutdown".
    pub event: String,
    /// The place whose miners are in question.
    pub place: String,
    /// What brought it about, as far as the sources say.
    pub cause: Cause,
    /// The places as codes; empty where no region is meant or known.
    pub regions: Vec<Region>,
    /// Other names of it, and remarks.
    pub also: Vec<String>,
    /// When it happened, half-open, unix seconds.
    pub window: Span,
    /// Where the window comes from.
    pub window_basis: WindowBasis,
    /// Dated statements on the outage.
    pub timeline: Vec<Statement>,
    /// Losses of single pools as the press printed them.
    pub press: Vec<PressLoss>,
    /// Pools documented to have no machines in the place.
    pub zero_exposure: Vec<ZeroExposure>,
    /// Published sentences to be judged.
    pub claims: Vec<Claim>,
}

/// Why a window is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowBasis {
    /// A source gives its ends.
    Source(String),
    /// A rule gives its ends, such as "the difficulty epoch before the retarget".
    Rule(String),
}

words! {
    /// What a statement of the timeline is about.
    StatementKind {
        /// The outage begins.
        Onset = "onset",
        /// It lifts for a while or in part.
        PartialRestore = "partial_restore",
        /// It ends for its audience.
        End = "end",
        /// Context: it dates neither onset nor end.
        Note = "note",
    }
}

/// A dated statement on the outage.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What the statement is about.
    pub kind: StatementKind,
    /// Whom it is about: `data_centres`, `end_users`; everybody when absent.
    pub audience: Option<String>,
    /// The cause whose beginning or end it dates; of an onset or end without one, the case's own.
    pub cause: Option<Cause>,
    /// Earliest and latest moment of it, unix seconds.
    pub when: Bracket,
    /// What happened, in words.
    pub what: String,
    /// Where it is published.
    pub source: String,
    /// When it was published.
    pub known_at: Moment,
}

/// A pool's loss as printed.
#[derive(Clone, Debug, PartialEq)]
pub struct PressLoss {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// The loss that is printed, percent of the pool's hashrate.
    pub loss_percent: f64,
    /// Time that the printed loss is of, in words.
    pub over: String,
    /// Where it is published.
    pub source: String,
    /// When it was published.
    pub known_at: Moment,
}

/// A documented absence.
#[derive(Clone, Debug, PartialEq)]
pub struct ZeroExposure {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// Where it is published.
    pub source: String,
    /// When it was published.
    pub known_at: Moment,
}

impl Case {
    /// Reads a case; `name` stands in the error.
    ///
    /// # Errors
    /// All mistakes at once, each with its line.
    pub fn parse(name: &str, text: &str) -> Result<Self, Diagnostics> {
        let reader = Reader::default();
        let table = reader.parse(name, text);
        let case = read_case(&reader.table(&table));
        reader.finish(name, case)
    }

    /// The case with only what was published by `t`.
    pub fn as_of(&self, t: Seconds) -> Self {
        let known = |m: Moment| m.end() <= t;
        let mut case = self.clone();
        case.timeline.retain(|s| known(s.known_at));
        case.press.retain(|p| known(p.known_at));
        case.zero_exposure.retain(|z| known(z.known_at));
        case.claims.retain(|c| known(c.published));
        case
    }
}

fn read_case(root: &TableReader<'_>) -> Option<Case> {
    let (id, title, event) = (
        root.string("id"),
        root.string("title"),
        root.string("event"),
    );
    let (place, cause) = (root.string("place"), root.choice("cause", Cause::WORDS));
    let regions = root.all_parsed("region", Region::parse);
    let also = root.strings("also");
    let window = root.table("window").map(|w| read_window(&w));
    let each = |key| root.tables(key);
    let timeline: Vec<_> = each("timeline").iter().map(read_statement).collect();
    let press: Vec<_> = each("press").iter().map(read_press).collect();
    let zero: Vec<_> = each("zero_exposure")
        .iter()
        .map(read_zero_exposure)
        .collect();
    let claims: Vec<_> = each("claims").iter().map(Claim::read).collect();
    root.no_other_keys();
    refuse_doubles(root, &press, &zero, &claims);
    let (span, window_basis) = window?;
    Some(Case {
        id: id?,
        title: title?,
        event: event?,
        place: place?,
        cause: cause?,
        regions: regions?,
        also,
        window: span?,
        window_basis: window_basis?,
        timeline: timeline.into_iter().collect::<Option<_>>()?,
        press: press.into_iter().collect::<Option<_>>()?,
        zero_exposure: zero.into_iter().collect::<Option<_>>()?,
        claims: claims.into_iter().collect::<Option<_>>()?,
    })
}

/// A pool's part of the network may count only once, and a claim's name may stand only once.
fn refuse_doubles(
    root: &TableReader<'_>,
    press: &[Option<PressLoss>],
    zero: &[Option<ZeroExposure>],
    claims: &[Option<Claim>],
) {
    let said = press.iter().flatten().map(|p| &p.pool);
    let mut said: Vec<&String> = said.chain(zero.iter().flatten().map(|z| &z.pool)).collect();
    said.sort();
    for twice in said.windows(2).filter(|w| w[0] == w[1]) {
        let what = format!(
            "and `zero_exposure` speak of the pool `{}` twice; its part of the network may count only once",
            twice[0]
        );
        root.refuse("press", &what);
    }
    for (i, claim) in claims.iter().enumerate() {
        let Some(claim) = claim else { continue };
        if claims[..i].iter().flatten().any(|c| c.id == claim.id) {
            root.refuse("claims", &format!("has the id `{}` twice", claim.id));
        }
    }
}

fn read_window(w: &TableReader<'_>) -> (Option<Span>, Option<WindowBasis>) {
    let span = w.instant("start").zip(w.instant("end"));
    if span.is_some_and(|(start, end)| end <= start) {
        w.refuse("end", "is not after `start`");
    }
    let basis = match (w.optional_string("source"), w.optional_string("rule")) {
        (Some(source), None) => Some(WindowBasis::Source(source)),
        (None, Some(rule)) => Some(WindowBasis::Rule(rule)),
        (Some(_), Some(_)) => {
            w.refuse("rule", "stands beside `source`: one of them");
            None
        }
        (None, None) => {
            w.refuse("source", "is missing, or `rule` in its place");
            None
        }
    };
    w.no_other_keys();
    (span.map(|(start, end)| Span { start, end }), basis)
}

fn read_statement(t: &TableReader<'_>) -> Option<Statement> {
    let kind = t.choice("kind", StatementKind::WORDS);
    let audience = t.optional_string("audience");
    let cause = t.optional_choice("cause", Cause::WORDS);
    let (earliest, latest) = (t.instant("earliest"), t.instant("latest"));
    if earliest.zip(latest).is_some_and(|(a, b)| b < a) {
        t.refuse("latest", "lies before `earliest`");
    }
    let (what, source, known_at) = (t.string("what"), t.string("source"), t.moment("known_at"));
    t.no_other_keys();
    Some(Statement {
        kind: kind?,
        audience,
        cause,
        when: Bracket {
            earliest: earliest?,
            latest: latest?,
        },
        what: what?,
        source: source?,
        known_at: known_at?,
    })
}

fn read_press(t: &TableReader<'_>) -> Option<PressLoss> {
    let pool = t.string("pool");
    let loss_percent = t.number_in("loss_percent", -100.0, 100.0);
    let over = t.string("over");
    let (source, known_at) = (t.string("source"), t.moment("known_at"));
    t.no_other_keys();
    Some(PressLoss {
        pool: pool?,
        loss_percent: loss_percent?,
        over: over?,
        source: source?,
        known_at: known_at?,
    })
}

fn read_zero_exposure(t: &TableReader<'_>) -> Option<ZeroExposure> {
    let (pool, source, known_at) = (t.string("pool"), t.string("source"), t.moment("known_at"));
    t.no_other_keys();
    Some(ZeroExposure {
        pool: pool?,
        source: source?,
        known_at: known_at?,
    })
}
