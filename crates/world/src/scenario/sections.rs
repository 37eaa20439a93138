//! Tables of a scenario that may be absent, that come in kinds, or that carry a logarithm along.

use super::reader::ScenarioReader;
use super::value_type::{Key, Kind};
use super::values::Values;
use crate::words::Word;
use hashquake_base::distribution::Distribution;
use hashquake_base::toml_reader::Entry;
use hashquake_base::toml_tree::Table;
use hashquake_base::units::{DAY, Span};

/// Farthest that hashrate or price may be carried within a run, in logarithms: a factor of 10^15.
const REACH: f64 = 34.5;

/// The table of a section; one that is not there is empty.
pub(super) fn section<'t>(
    reader: &ScenarioReader,
    root: &'t Table,
    name: &str,
    empty: &'t Table,
) -> Option<&'t Table> {
    let Some(node) = root.get(name) else {
        return Some(empty);
    };
    if node.table().is_none() {
        reader.toml.expected(Entry { node, path: name }, "a table");
    }
    node.table()
}

/// Refuses a trend and a walk of a logarithm that could carry it farther than [`REACH`] within the run:
/// no clock could follow, and no chart could show it. A walk counts as six standard deviations wide, as
/// a bell does.
pub(super) fn refuse_beyond_reach(
    v: &Values<'_>,
    run: Option<Span>,
    (trend, per_day): (&str, &Distribution),
    (walk, per_sqrt_day): (&str, &Distribution),
) {
    let Some(run) = run else { return };
    let days = (run.end - run.start) as f64 / DAY as f64;
    let size = |distribution: &Distribution| {
        let (low, high) = distribution.range();
        low.abs().max(high.abs())
    };
    let parts = [
        (trend, size(per_day) * days),
        (walk, 6.0 * size(per_sqrt_day) * libm::sqrt(days)),
    ];
    if parts[0].1 + parts[1].1 <= REACH {
        return;
    }
    let (key, reached) = parts[usize::from(parts[1].1 > parts[0].1)];
    let what = format!(
        "can carry it by a factor of 10^{:.0} within the {days:.0} d of the run; {trend} and {walk} together should stay below 10^15",
        reached / core::f64::consts::LN_10
    );
    v.refuse(key, &what);
}

/// The kind that a table states, out of `kinds`.
pub(super) fn kind<N: Word>(
    reader: &ScenarioReader,
    table: &Table,
    path: &str,
    kinds: &'static [Kind<N>],
) -> Option<&'static Kind<N>> {
    let words: Vec<&str> = kinds.iter().map(|k| k.name.word()).collect();
    let path = format!("{path}.kind");
    let Some(node) = table.get("kind") else {
        if reader.toml.is_incomplete() {
            return None;
        }
        let what = format!("is missing; it should be one of {}", words.join(", "));
        reader.toml.refuse(&table.location, &path, &what);
        return None;
    };
    if node.text() == Some("halving") {
        reader.toml.refuse(
            &node.location,
            &path,
            "is `halving`, which comes by itself and needs no event",
        );
        return None;
    }
    let word = reader.toml.word(Entry { node, path: &path }, &words)?;
    kinds.iter().find(|k| k.name.word() == word)
}

/// Notes keys that belong to another kind, and leaves them out of the further reading.
pub(super) fn without_foreign<N: Word>(
    reader: &ScenarioReader,
    table: &Table,
    path: &str,
    own: &Kind<N>,
    common: &[Key],
    kinds: &[Kind<N>],
) -> Table {
    let named =
        |keys: &[Key], name: &str| keys.iter().any(|k| k.spellings().iter().any(|s| s == name));
    let mut rest = table.clone();
    rest.keys.retain(|(name, node)| {
        if name == "kind" || named(own.keys, name) || named(common, name) {
            return true;
        }
        let theirs: Vec<&str> = kinds
            .iter()
            .filter(|k| named(k.keys, name))
            .map(|k| k.name.word())
            .collect();
        if theirs.is_empty() {
            return true;
        }
        let what = format!(
            "is a key of {}, and this is of kind `{}`",
            theirs.join(", "),
            own.name.word()
        );
        reader
            .toml
            .refuse(&node.location, &format!("{path}.{name}"), &what);
        false
    });
    rest
}
