//! The atlas: past shocks, one TOML file each under `atlas/`, with windows, witnesses and claims.
//!
//! Every claim and every piece of evidence has a source and a `known_at`, the moment of its publication
//! (a day without a time means its end): an analysis as of a past moment reads only what was known.

use std::sync::OnceLock;

use serde::Serialize;

use crate::units::{Bracket, Moment, Seconds, Span};
use crate::world::toml_reader::{Document, Problems, TableReader, nearest};

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
    /// When, half-open.
    pub window: Span,
    /// Where the window comes from.
    pub window_source: String,
    /// Dated statements on the outage.
    pub timeline: Vec<Statement>,
    /// Losses of single pools as the press printed them.
    pub press: Vec<PressLoss>,
    /// Pools documented to have no machines in the place.
    pub zero_exposure: Vec<ZeroExposure>,
    /// Published sentences to be judged.
    pub claims: Vec<Claim>,
}

/// What a statement of the timeline tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// The outage begins.
    Onset,
    /// It lifts for a while or in part.
    PartialRestore,
    /// It ends for its audience.
    End,
    /// Context.
    Note,
}

impl StatementKind {
    const WORDS: [(&'static str, Self); 4] = [
        ("onset", Self::Onset),
        ("partial_restore", Self::PartialRestore),
        ("end", Self::End),
        ("note", Self::Note),
    ];

    /// The word of the file.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, k)| *k == self)
            .map_or("note", |(w, _)| w)
    }
}

/// A dated statement on the outage.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it tells.
    pub kind: StatementKind,
    /// Whom it is about: `data_centres`, `end_users`; everybody when absent.
    pub audience: Option<String>,
    /// When, between.
    pub when: Bracket,
    /// What happened.
    pub what: String,
    /// Source.
    pub source: String,
    /// Published.
    pub known_at: Moment,
}

/// A pool's loss as printed.
#[derive(Clone, Debug, PartialEq)]
pub struct PressLoss {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// Printed loss.
    pub loss_percent: f64,
    /// Over which time.
    pub over: String,
    /// Source.
    pub source: String,
    /// Published.
    pub known_at: Moment,
}

/// A documented absence.
#[derive(Clone, Debug, PartialEq)]
pub struct ZeroExposure {
    /// Pool, by the slug of the block labels.
    pub pool: String,
    /// Source.
    pub source: String,
    /// Published.
    pub known_at: Moment,
}

/// How a claim can be tested.
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimTest {
    /// Its value is a loss of the whole network.
    NetworkLoss,
    /// Its value is the loss of these pools.
    PoolLoss(Vec<String>),
    /// The hashrate was back within so many days.
    Return {
        /// Days.
        within_days: f64,
    },
    /// Not with block times and shares; this would be needed.
    None {
        /// What would tell.
        needs: String,
    },
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// A loss of hashrate.
    Loss,
    /// A price.
    Price,
    /// A place among countries.
    Rank,
    /// What brought it about.
    Cause,
    /// How long it lasted.
    Duration,
    /// How often such things happen.
    Frequency,
    /// Anything else.
    Other,
}

/// A published sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Name within the case.
    pub id: String,
    /// What it is about.
    pub kind: ClaimKind,
    /// The sentence, in our words.
    pub text: String,
    /// Its number.
    pub value: Option<f64>,
    /// The number's unit.
    pub unit: Option<String>,
    /// Who said it.
    pub said_by: String,
    /// Source.
    pub source: String,
    /// Published.
    pub published: Moment,
    /// Published, as written in the file.
    pub published_text: String,
    /// How it can be tested.
    pub test: ClaimTest,
    /// What its number was read off.
    pub basis: Option<Basis>,
    /// A remark that belongs beside any verdict.
    pub remark: Option<String>,
}

/// What a claimed loss was read off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The block count of one day against that of another.
    DayToDay,
}

const KINDS: [(&str, ClaimKind); 7] = [
    ("loss", ClaimKind::Loss),
    ("price", ClaimKind::Price),
    ("rank", ClaimKind::Rank),
    ("cause", ClaimKind::Cause),
    ("duration", ClaimKind::Duration),
    ("frequency", ClaimKind::Frequency),
    ("other", ClaimKind::Other),
];

#[derive(Clone, Copy)]
enum TestWord {
    NetworkLoss,
    PoolLoss,
    Return,
    None,
}

impl Case {
    /// Reads a case; `name` stands in the error.
    ///
    /// # Errors
    /// All mistakes at once, each with its line.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let document = Document::parse(text);
        let case = read_case(&document.root());
        document.finish(name, case)
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

fn read_case(root: &TableReader<'_, '_>) -> Option<Case> {
    let (id, title, event) = (
        root.string("id"),
        root.string("title"),
        root.string("event"),
    );
    let place = root.string("place");
    let window = root.table("window").map(|w| {
        let span = w.instant("start").zip(w.instant("end"));
        if span.is_some_and(|(start, end)| end <= start) {
            w.refuse("end", "is not after `start`".to_string());
        }
        let source = w.string("source");
        w.no_other_keys();
        (span.map(|(start, end)| Span { start, end }), source)
    });
    let each = |key| root.tables(key);
    let timeline: Vec<_> = each("timeline").iter().map(read_statement).collect();
    let press: Vec<_> = each("press").iter().map(read_press).collect();
    let zero: Vec<_> = each("zero_exposure")
        .iter()
        .map(read_zero_exposure)
        .collect();
    let claims: Vec<_> = each("claims").iter().map(read_claim).collect();
    root.no_other_keys();
    let said = press.iter().flatten().map(|p| &p.pool);
    let mut said: Vec<&String> = said.chain(zero.iter().flatten().map(|z| &z.pool)).collect();
    said.sort();
    for twice in said.windows(2).filter(|w| w[0] == w[1]) {
        let what = format!(
            "and `zero_exposure` speak of the pool `{}` twice; its part of the network may count only once",
            twice[0]
        );
        root.refuse("press", what);
    }
    for (i, claim) in claims.iter().enumerate() {
        let Some(claim) = claim else { continue };
        if claims[..i]
            .iter()
            .flatten()
            .any(|c: &Claim| c.id == claim.id)
        {
            root.refuse("claims", format!("has the id `{}` twice", claim.id));
        }
    }
    let (span, window_source) = window?;
    Some(Case {
        id: id?,
        title: title?,
        event: event?,
        place: place?,
        window: span?,
        window_source: window_source?,
        timeline: timeline.into_iter().collect::<Option<_>>()?,
        press: press.into_iter().collect::<Option<_>>()?,
        zero_exposure: zero.into_iter().collect::<Option<_>>()?,
        claims: claims.into_iter().collect::<Option<_>>()?,
    })
}

fn read_statement(t: &TableReader<'_, '_>) -> Option<Statement> {
    let kind = t.choice("kind", &StatementKind::WORDS);
    let audience = t.optional_string("audience");
    let (earliest, latest) = (t.instant("earliest"), t.instant("latest"));
    if earliest.zip(latest).is_some_and(|(a, b)| b < a) {
        t.refuse("latest", "lies before `earliest`".to_string());
    }
    let (what, source, known_at) = (t.string("what"), t.string("source"), t.moment("known_at"));
    t.no_other_keys();
    Some(Statement {
        kind: kind?,
        audience,
        when: Bracket {
            earliest: earliest?,
            latest: latest?,
        },
        what: what?,
        source: source?,
        known_at: known_at?,
    })
}

fn read_press(t: &TableReader<'_, '_>) -> Option<PressLoss> {
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

fn read_zero_exposure(t: &TableReader<'_, '_>) -> Option<ZeroExposure> {
    let (pool, source, known_at) = (t.string("pool"), t.string("source"), t.moment("known_at"));
    t.no_other_keys();
    Some(ZeroExposure {
        pool: pool?,
        source: source?,
        known_at: known_at?,
    })
}

fn read_claim(t: &TableReader<'_, '_>) -> Option<Claim> {
    let (id, kind, text) = (t.string("id"), t.choice("kind", &KINDS), t.string("text"));
    let (value, unit) = (t.optional_number("value"), t.optional_string("unit"));
    let (said_by, source) = (t.string("said_by"), t.string("source"));
    let published = t.moment("published");
    let published_text = t.optional_string("published");
    let remark = t.optional_string("remark");
    let basis = t.optional_choice("basis", &[("day_to_day", Basis::DayToDay)]);
    let word = t.choice(
        "test",
        &[
            ("network_loss", TestWord::NetworkLoss),
            ("pool_loss", TestWord::PoolLoss),
            ("return", TestWord::Return),
            ("none", TestWord::None),
        ],
    );
    let test = word.and_then(|word| match word {
        TestWord::NetworkLoss => Some(ClaimTest::NetworkLoss),
        TestWord::PoolLoss => Some(ClaimTest::PoolLoss(t.strings("pools"))),
        TestWord::Return => t
            .number_in("within_days", 0.0, 3650.0)
            .map(|within_days| ClaimTest::Return { within_days }),
        TestWord::None => t.string("needs").map(|needs| ClaimTest::None { needs }),
    });
    if matches!(test, Some(ClaimTest::NetworkLoss | ClaimTest::PoolLoss(_)))
        && (value.is_none() || unit.as_deref() != Some("percent"))
    {
        t.refuse(
            "test",
            "needs a `value` with `unit = \"percent\"`".to_string(),
        );
    }
    t.no_other_keys();
    let published = published?;
    Some(Claim {
        id: id?,
        kind: kind?,
        text: text?,
        value,
        unit,
        said_by: said_by?,
        source: source?,
        published,
        published_text: published_text.unwrap_or_else(|| crate::units::rfc3339(published.start())),
        test: test?,
        basis,
        remark,
    })
}

/// The atlas's files: name and text.
pub const FILES: [(&str, &str); 4] = [
    (
        "kazakhstan-2022.toml",
        include_str!("../../../../atlas/kazakhstan-2022.toml"),
    ),
    (
        "xinjiang-2021.toml",
        include_str!("../../../../atlas/xinjiang-2021.toml"),
    ),
    (
        "elliott-2022.toml",
        include_str!("../../../../atlas/elliott-2022.toml"),
    ),
    (
        "texas-2024.toml",
        include_str!("../../../../atlas/texas-2024.toml"),
    ),
];

/// All cases that the binary carries.
pub fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let read = |(name, text): &(&str, &str)| Case::parse(name, text);
        FILES
            .iter()
            .map(read)
            .collect::<Result<_, _>>()
            .expect("the atlas's own files are right")
    })
}

/// There is no such case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no case `{asked}` in the atlas{}; it has {}", .nearest.as_ref().map_or(String::new(), |n| format!(", did you mean `{n}`?")), .known.join(", "))]
pub struct NoSuchCase {
    /// What was asked for.
    pub asked: String,
    /// What comes nearest.
    pub nearest: Option<String>,
    /// All that there are.
    pub known: Vec<String>,
}

/// The case called `id`.
///
/// # Errors
/// [`NoSuchCase`], with all there are and the nearest.
pub fn find(id: &str) -> Result<&'static Case, NoSuchCase> {
    cases()
        .iter()
        .find(|c| c.id == id)
        .ok_or_else(|| NoSuchCase {
            asked: id.to_string(),
            nearest: nearest(id, cases().iter().map(|c| c.id.as_str())).map(String::from),
            known: cases().iter().map(|c| c.id.clone()).collect(),
        })
}

/// Reports of pools in the cases' windows, as CSV `time,pool,hashrate_ehs`.
pub fn embedded_reports() -> &'static str {
    include_str!("../../../../atlas/pool-reports.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_atlas_reads_and_its_files_bear_their_names() {
        for (case, (file, _)) in cases().iter().zip(FILES) {
            assert_eq!(format!("{}.toml", case.id), file);
        }
    }

    #[test]
    fn a_misspelt_case_is_told_the_right_one() {
        let e = find("kazakstan-2022").unwrap_err().to_string();
        assert!(
            e.contains("did you mean `kazakhstan-2022`?") && e.contains("texas-2024"),
            "{e}"
        );
    }

    #[test]
    fn nothing_published_later_is_known() {
        let noon = Moment::parse("2022-01-06T12:00Z").unwrap().end();
        let case = find("kazakhstan-2022").unwrap().as_of(noon);
        assert!(case.press.is_empty());
        assert!(case.claims.iter().all(|c| c.published.end() <= noon));
        assert!(case.claims.iter().any(|c| c.id == "loss-13.4"));
    }
}
