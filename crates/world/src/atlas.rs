//! The atlas: past shocks, one TOML file each under `atlas/`, compiled in.
//!
//! It is what was collected, not a census: what the press of the day wrote about is over-represented, and
//! an interruption that nobody described is missing.

use core::ops::Range;
use std::sync::OnceLock;

pub use crate::case::{Case, PressLoss, Statement, StatementKind, WindowBasis, ZeroExposure};
pub use crate::cause::Cause;
pub use crate::claim::{Basis, Claim, ClaimKind, ClaimTest};
pub use crate::region::Region;
use hashquake_base::diagnostics::nearest;

/// Names files of `atlas/` and carries their text.
macro_rules! files {
    ($($name:literal,)*) => {
        /// The atlas's files in order of their windows: name and text.
        pub const FILES: &[(&str, &str)] = &[$(
            ($name, include_str!(concat!("../atlas/", $name))),
        )*];
    };
}

files![
    "retarget-2020-03-26.toml",
    "price-crash-2020.toml",
    "halving-2020.toml",
    "retarget-2020-06-04.toml",
    "sichuan-wet-2020.toml",
    "retarget-2020-06-16.toml",
    "sichuan-floods-2020.toml",
    "retarget-2020-11-03.toml",
    "sichuan-dry-2020.toml",
    "yunnan-2020.toml",
    "iran-january-2021.toml",
    "texas-2021.toml",
    "retarget-2021-05-01.toml",
    "xinjiang-2021.toml",
    "inner-mongolia-2021.toml",
    "retarget-2021-05-13.toml",
    "retarget-2021-05-30.toml",
    "sichuan-rationing-2021.toml",
    "china-order-2021.toml",
    "iran-ban-2021.toml",
    "china-ban-2021.toml",
    "xinjiang-ban-2021.toml",
    "yunnan-ban-2021.toml",
    "retarget-2021-07-03.toml",
    "sichuan-ban-2021.toml",
    "china-trough-2021.toml",
    "retarget-2021-08-25.toml",
    "kazakhstan-rationing-2021.toml",
    "iran-winter-2021.toml",
    "kazakhstan-2022.toml",
    "kazakhstan-cut-2022.toml",
    "kazakhstan-blackout-2022.toml",
    "hardin-2022.toml",
    "price-june-2022.toml",
    "iran-june-2022.toml",
    "texas-heat-2022.toml",
    "retarget-2022-10-10.toml",
    "ftx-2022.toml",
    "retarget-2022-12-06.toml",
    "elliott-2022.toml",
    "texas-ice-2023.toml",
    "texas-june-2023.toml",
    "texas-august-2023.toml",
    "texas-emergency-2023.toml",
    "texas-2024.toml",
    "halving-2024.toml",
    "retreat-2024-05.toml",
    "retreat-2024-07.toml",
    "september-2024.toml",
];

/// The years in which cases were looked for.
pub const YEARS: Range<i16> = 2020..2025;

/// All cases that the binary carries, in order of their windows.
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

/// Cases named to someone who asked for one that is not there.
const NEAREST_SHOWN: usize = 3;

/// There is no such case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no case `{asked}` in the atlas{} `hashquake atlas` lists all {known}", did_you_mean(.nearest))]
pub struct NoSuchCase {
    /// What was asked for.
    pub asked: String,
    /// What comes nearest, the nearest first; at most three.
    pub nearest: Vec<String>,
    /// How many cases there are.
    pub known: usize,
}

fn did_you_mean(nearest: &[String]) -> String {
    let quoted: Vec<String> = nearest.iter().map(|n| format!("`{n}`")).collect();
    match quoted.as_slice() {
        [] => ";".to_string(),
        [one] => format!(", did you mean {one}?"),
        [most @ .., last] => format!(", did you mean {} or {last}?", most.join(", ")),
    }
}

/// The case called `id`.
///
/// # Errors
/// [`NoSuchCase`], with the nearest.
pub fn find(id: &str) -> Result<&'static Case, NoSuchCase> {
    let found = cases().iter().find(|c| c.id == id);
    found.ok_or_else(|| NoSuchCase {
        asked: id.to_string(),
        nearest: nearest_ids(id),
        known: cases().len(),
    })
}

fn nearest_ids(id: &str) -> Vec<String> {
    let mut left: Vec<&str> = cases().iter().map(|c| c.id.as_str()).collect();
    let mut out = Vec::new();
    while out.len() < NEAREST_SHOWN {
        let Some(next) = nearest(id, left.iter().copied()) else {
            break;
        };
        out.push(next.to_string());
        left.retain(|known| *known != next);
    }
    out
}

/// Reports of pools in the cases' windows, as CSV `time,pool,hashrate_ehs`.
pub fn embedded_reports() -> &'static str {
    include_str!("../atlas/pool-reports.csv")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::units::Moment;

    #[test]
    fn a_misspelt_case_is_told_the_nearest_and_where_all_are() {
        let e = find("kazakstan-2022").unwrap_err().to_string();
        assert!(e.contains("did you mean `kazakhstan-2022`"), "{e}");
        assert!(e.contains("`hashquake atlas` lists all"), "{e}");
        assert!(e.len() < 200, "{e}");
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
