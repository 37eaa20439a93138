//! Pools by any of their names.
//!
//! Inside, a pool is the slug of the block labels (`foundryusa`). A name is looked up without regard to
//! case, spaces, punctuation and a "pool" at its end; a name that is not known stays as it is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hashquake_base::diagnostics::nearest;

use crate::pool_names::{Names, POOLS};

/// Unknown names that a note lists.
const LISTED: usize = 5;

/// Known pools by the plain form of each of their names.
static BY_NAME: LazyLock<BTreeMap<String, &'static Names>> = LazyLock::new(|| {
    let names = POOLS.iter().flat_map(|pool| {
        let all = [pool.0, pool.1].into_iter().chain(pool.2.iter().copied());
        all.map(move |name| (plain(name), pool))
    });
    names.collect()
});

/// Letters and digits in lower case, without a "pool" at the end: equal for names that differ in nothing
/// else.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let all: String = letters.flat_map(char::to_lowercase).collect();
    match all.strip_suffix("pool") {
        Some(rest) if !rest.is_empty() => rest.to_string(),
        _ => all,
    }
}

/// Whether two names are spellings of one, or names of one known pool.
pub fn is_same(a: &str, b: &str) -> bool {
    plain(a) == plain(b) || slug(a).is_some_and(|slug_of_a| slug(b) == Some(slug_of_a))
}

/// The slug of a pool by any of its names; `None` of an unknown one.
///
/// ```
/// use hashquake_chain::pool::slug;
/// for name in ["Foundry USA", "foundryusa", "FoundryUSA Pool", "Foundry USA Pool"] {
///     assert_eq!(slug(name), Some("foundryusa"));
/// }
/// assert_eq!(slug("Slush Pool"), slug("Braiins"));
/// assert_eq!(slug("a pool nobody knows"), None);
/// ```
pub fn slug(name: &str) -> Option<&'static str> {
    BY_NAME.get(&plain(name)).map(|pool| pool.0)
}

/// A pool's name for people, from any of its names; an unknown one as it is.
pub fn pool_name(pool: &str) -> String {
    let known = BY_NAME.get(&plain(pool));
    known.map_or(pool, |(_, name, _)| name).to_string()
}

/// A pool's name for labels: without what it was called later.
pub fn pool_label(pool: &str) -> String {
    let name = pool_name(pool);
    match name.split_once(" (") {
        Some((short, _)) => short.to_string(),
        None => name,
    }
}

/// The names of pools in one file, each pool under one name: the slug of a known one, the first spelling
/// of an unknown one.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// What each spelling stands for.
    read: BTreeMap<String, String>,
    /// Unknown names by their plain form.
    unknown: BTreeMap<String, String>,
}

impl Labels {
    /// The one name of the pool that is written `label`.
    pub fn read(&mut self, label: &str) -> &str {
        if !self.read.contains_key(label) {
            let name = match slug(label) {
                Some(slug) => slug.to_string(),
                None => {
                    let first = self.unknown.entry(plain(label));
                    first.or_insert_with(|| label.to_string()).clone()
                }
            };
            self.read.insert(label.to_string(), name);
        }
        &self.read[label]
    }

    /// The spellings that stand for a pool.
    pub fn spelt(&self, pool: &str) -> impl Iterator<Item = &str> {
        let same = self.read.iter().filter(move |(_, name)| *name == pool);
        same.map(|(label, _)| label.as_str())
    }

    /// What to say of unknown names, each with the nearest known one.
    pub fn note(&self) -> Option<String> {
        let known = || POOLS.iter().map(|(_, name, _)| *name);
        let listed = self.unknown.values().take(LISTED).map(|label| {
            let near = nearest(label, known());
            near.map_or(format!("`{label}`"), |n| {
                format!("`{label}` (the nearest known name is {n})")
            })
        });
        let listed: Vec<String> = listed.collect();
        if listed.is_empty() {
            return None;
        }
        let more = match self.unknown.len() - listed.len() {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        Some(format!(
            "not known by name, read as pools of their own: {}{more}",
            listed.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_pool_are_the_same_and_of_two_are_not() {
        for (a, b) in [
            ("Slush Pool", "Braiins"),
            ("foundryusa", "Foundry USA Pool"),
            ("My Own", "my-own pool"),
        ] {
            assert!(is_same(a, b), "{a}, {b}");
        }
        for (a, b) in [
            ("F2Pool", "AntPool"),
            ("F2Pool", "My Own"),
            ("My Own", "Your Own"),
        ] {
            assert!(!is_same(a, b), "{a}, {b}");
        }
    }

    #[test]
    fn no_name_stands_for_two_pools() {
        for pool in POOLS {
            for name in [pool.0, pool.1].iter().chain(pool.2) {
                assert_eq!(slug(name), Some(pool.0), "{name}");
            }
        }
        assert!(POOLS.is_sorted_by_key(|pool| pool.0));
    }

    #[test]
    fn every_label_of_the_embedded_history_is_known() {
        let pools = crate::history::embedded().blocks.pools().unwrap();
        let renamed = ["carbonnegative(unidentified)"];
        for label in pools.names() {
            let same = slug(label) == Some(label.as_str());
            assert!(same || renamed.contains(&label.as_str()), "{label}");
        }
    }

    #[test]
    fn natural_names_are_one_pool_and_unknown_ones_are_said() {
        let mut labels = Labels::default();
        for (written, pool) in [
            ("Slush Pool", "braiinspool"),
            ("SlushPool", "braiinspool"),
            ("Braiins Pool", "braiinspool"),
            ("BTC.com", "btccom"),
            ("Binance", "binancepool"),
            ("OKX pool", "okexpool"),
            ("Alpha Mine", "Alpha Mine"),
            ("alpha-mine", "Alpha Mine"),
            ("Foundry UAS", "Foundry UAS"),
        ] {
            assert_eq!(labels.read(written), pool, "{written}");
        }
        assert_eq!(labels.spelt("braiinspool").count(), 3);
        let note = labels.note().unwrap();
        assert!(
            note.contains("`Alpha Mine`") && !note.contains("alpha-mine"),
            "{note}"
        );
        assert!(
            note.contains("`Foundry UAS` (the nearest known name is Foundry USA)"),
            "{note}"
        );
    }
}
