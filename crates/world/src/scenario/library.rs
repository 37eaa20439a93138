//! The scenarios that the binary carries: one TOML file each under `scenarios/`.

use super::extends::{Resolved, Source, read};
use hashquake_base::diagnostics::nearest;

/// Names files of `scenarios/` and carries their text.
macro_rules! files {
    ($($id:literal,)*) => {
        /// Name and text of each embedded scenario, by name.
        pub const FILES: &[(&str, &str)] = &[$(
            ($id, include_str!(concat!("../../scenarios/", $id, ".toml"))),
        )*];
    };
}

files![
    "china-ban-exodus-2021",
    "china-ban-stages-2021",
    "china-quiet-2021",
    "co2-neutral-build-out",
    "export-of-equipment",
    "fee-shock",
    "halving-2024",
    "kazakhstan-35-percent-3-weeks",
    "kazakhstan-738-million-investment",
    "kazakhstan-crackdown",
    "kazakhstan-internet-2022",
    "kazakhstan-levy-1-tenge",
    "kazakhstan-levy-25-tenge",
    "kazakhstan-licensing",
    "kazakhstan-mandatory-sale-75",
    "kazakhstan-quiet-2022",
    "kazakhstan-rationing-registered-first",
    "kazakhstan-rationing-unregistered-first",
    "kazakhstan-unrest-almaty",
    "migration-to-us",
    "price-shock",
    "rationing-relaxed",
    "replay-china-2021",
    "replay-china-2021-dates",
    "replay-elliott-2022",
    "replay-elliott-2022-dates",
    "replay-halving-2020",
    "replay-halving-2024",
    "replay-kazakhstan-2022",
    "replay-kazakhstan-2022-dates",
    "replay-texas-2024",
    "replay-texas-2024-dates",
    "replay-xinjiang-2021",
    "replay-xinjiang-2021-dates",
    "tariff-rise",
    "texas-curtailment-price",
    "texas-winter-elliott",
    "xinjiang-power-cut-2021",
];

/// There is no such scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no embedded scenario `{asked}`{} `hashquake scenarios` lists all {known}", did_you_mean(.near))]
pub struct NoSuchScenario {
    /// What was asked for.
    pub asked: String,
    /// What comes nearest.
    pub near: Option<&'static str>,
    /// How many there are.
    pub known: usize,
}

fn did_you_mean(near: &Option<&'static str>) -> String {
    near.map_or(";".to_string(), |n| format!(", did you mean `{n}`?"))
}

/// The text of an embedded scenario; it is called by its name.
///
/// # Errors
/// [`NoSuchScenario`], with the nearest.
pub fn find(id: &str) -> Result<Source, NoSuchScenario> {
    let found = FILES.iter().find(|(name, _)| *name == id);
    let source = found.map(|(name, text)| Source {
        name: (*name).to_string(),
        text: (*text).to_string(),
    });
    source.ok_or_else(|| NoSuchScenario {
        asked: id.to_string(),
        near: nearest(id, FILES.iter().map(|(name, _)| *name)),
        known: FILES.len(),
    })
}

/// Finds what an embedded scenario extends: another embedded one.
///
/// # Errors
/// The sentence of [`NoSuchScenario`].
pub fn load(wanted: &str, _from: &str) -> Result<Source, String> {
    find(wanted).map_err(|e| e.to_string())
}

/// Every embedded scenario, read.
///
/// # Panics
/// When one of them has a mistake, which a test excludes.
pub fn all() -> Vec<Resolved> {
    let read = |(name, _): &(&str, &str)| read(&find(name).expect("it is listed"), &[], &load);
    let all: Result<_, _> = FILES.iter().map(read).collect();
    all.unwrap_or_else(|e| panic!("an embedded scenario is wrong: {e}"))
}
