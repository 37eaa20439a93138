//! Pools that are one pool under several names, over time.
//!
//! A pool may pass on the block templates that another built, or belong to the same owner. Its label on
//! a block then says who pays the miners, not who chose the transactions, and two such pools are no two
//! independent sources on where miners stand. The table `world/pool_groups.csv` says from
//! when to when that was observed, by whom, and when it was published; nothing is extended to years in
//! which nobody looked. An observation of templates without an end holds until a later one.
//!
//! Left out: what share of its time a pool passes templates on (similarity was between 80 and 99 %), and
//! pools that share only a custodian.

use std::sync::LazyLock;

use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::table_reader::{Column, Table};
use hashquake_base::units::{Moment, Seconds};
use hashquake_world::table as embedded;

/// Why two names are one pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The same block templates.
    Templates,
    /// The same owner.
    Owner,
}

/// One observation: `pool` was part of `group` for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The pool, by the slug of the block labels.
    pub pool: String,
    /// The pool that leads the group.
    pub group: String,
    /// Why the two count as one pool.
    pub basis: Basis,
    /// From when it was observed.
    pub from: Moment,
    /// Until when; `None` while nobody saw it end.
    pub to: Option<Moment>,
    /// Who says so.
    pub source: String,
    /// When that was published.
    pub known_at: Moment,
}

/// Reads a table pool,group,basis,from,to,source,known_at.
///
/// # Errors
/// Every mistake with its line.
pub fn parse(name: &str, text: &str) -> Result<Vec<Membership>, Diagnostics> {
    const COLUMNS: &[Column] = &[
        Column::needed("pool", &[]),
        Column::needed("group", &[]),
        Column::needed("basis", &[]),
        Column::needed("from", &[]),
        Column::needed("to", &[]),
        Column::needed("source", &[]),
        Column::needed("known_at", &[]),
    ];
    let table = Table::open(name, text.as_bytes(), COLUMNS)?;
    let mut out = Vec::new();
    table.each_row(|row| {
        let basis = match row.text("basis") {
            "templates" => Some(Basis::Templates),
            "owner" => Some(Basis::Owner),
            other => {
                let what = format!("basis `{other}` is neither templates nor owner");
                row.refuse("basis", what);
                None
            }
        };
        let to = match row.text("to") {
            "" => Some(None),
            _ => row.moment("to").map(Some),
        };
        let from = row.moment("from");
        let names = (row.name("pool"), row.name("group"), row.name("source"));
        let known_at = row.moment("known_at");
        let (Some(basis), Some(from), Some(to), Some(known_at)) = (basis, from, to, known_at)
        else {
            return;
        };
        let (Some(pool), Some(group), Some(source)) = names else {
            return;
        };
        if to.is_some_and(|to| to.end() <= from.start()) {
            row.refuse("to", "`to` must lie after `from`".to_string());
        }
        out.push(Membership {
            pool: pool.to_string(),
            group: group.to_string(),
            basis,
            from,
            to,
            source: source.to_string(),
            known_at,
        });
    });
    table.finish(out).map(|parsed| parsed.value)
}

const FILE: (&str, &str) = ("world/pool_groups.csv", embedded::POOL_GROUPS);

/// The embedded observations.
pub fn memberships() -> &'static [Membership] {
    static TABLE: LazyLock<Vec<Membership>> =
        LazyLock::new(|| parse(FILE.0, FILE.1).unwrap_or_else(|e| panic!("{e}")));
    &TABLE
}

/// The group of `pool` at `at`, from what was published by `as_of`: the pool itself when nobody had
/// observed otherwise.
///
/// ```
/// use hashquake_base::units::Moment;
/// use hashquake_explain::attribution::groups::group_of;
/// let at = |day: &str| Moment::parse(day).unwrap().end();
/// assert_eq!(group_of("poolin", at("2024-06-01"), at("2025-01-01")), "antpool");
/// assert_eq!(group_of("poolin", at("2021-04-18"), at("2025-01-01")), "poolin");
/// ```
pub fn group_of(pool: &str, at: Seconds, as_of: Seconds) -> &str {
    let holds = |m: &&Membership| {
        let within = m.from.start() <= at && m.to.is_none_or(|to| at <= to.end());
        m.pool == pool && within && m.known_at.end() <= as_of
    };
    memberships()
        .iter()
        .find(holds)
        .map_or(pool, |m| m.group.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_grouped_before_it_was_seen_or_published() {
        let at = |day: &str| Moment::parse(day).unwrap().end();
        let group = |pool, on, as_of| group_of(pool, at(on), at(as_of));
        assert_eq!(
            group("braiinspool", "2024-06-01", "2025-01-01"),
            "braiinspool"
        );
        assert_eq!(group("braiinspool", "2024-10-01", "2025-01-01"), "antpool");
        assert_eq!(
            group("braiinspool", "2024-10-01", "2024-09-01"),
            "braiinspool"
        );
        assert_eq!(group("btccom", "2020-06-01", "2022-01-01"), "antpool");
        assert_eq!(group("btccom", "2021-04-18", "2022-01-01"), "btccom");
        assert_eq!(
            group("foundryusa", "2024-10-01", "2025-01-01"),
            "foundryusa"
        );
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = "pool,group,basis,from,to,source,known_at\n\
            a,b,friendship,2024-01-01,,x,2024-01-01\n\
            a,,owner,yesterday,2024-01-01,x,2024-01-01\n";
        let e = parse("g.csv", text).unwrap_err().to_string();
        assert!(e.contains("g.csv: 3 mistakes"), "{e}");
        assert!(e.contains("line 2: basis `friendship`"), "{e}");
        assert!(e.contains("line 3: group is empty"), "{e}");
        assert!(e.contains("line 3: time `yesterday`"), "{e}");
    }
}
