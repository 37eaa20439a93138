//! A pool's reports, read and cleaned.

use std::collections::BTreeMap;

use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::table_reader::{Column, POOL_NAMES, Parsed, Row, TIME, Table};
use hashquake_base::units::{Seconds, Span, rfc3339};
use hashquake_base::written::parse_number;
use hashquake_chain::pool::Labels;

/// Hashrates of a pool that can be meant, EH/s.
const EHS_MAX: f64 = 1e9;
const EHS_MIN: f64 = 1e-9;
/// Names of pools that a table may hold.
const POOLS_MAX: usize = 10_000;

/// A pool's reports, cleaned: in order, one a second, positive.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub(super) pool: String,
    pub(super) times: Vec<Seconds>,
    pub(super) ehs: Vec<f64>,
}

const BARE: &str = "hashrate";

/// Columns of a table of reports; `hashrate_ehs`, or `hashrate` with a unit in each cell, must be there.
pub const REPORT_COLUMNS: &[Column] = &[
    TIME,
    Column::needed("pool", POOL_NAMES),
    Column::optional(
        "hashrate_ehs",
        &[
            "hashrateeh",
            "ehs",
            "poolhashrateehs",
            "reportedhashrateehs",
        ],
    )
    .scaled(&[
        ("hashratezhs", 1e3),
        ("hashratezh", 1e3),
        ("hashratephs", 1e-3),
        ("hashrateph", 1e-3),
        ("hashrateths", 1e-6),
        ("hashrateth", 1e-6),
        ("hashrateghs", 1e-9),
        ("hashrategh", 1e-9),
        ("poolghs", 1e-9),
        ("hashratehs", 1e-18),
    ]),
    Column::optional(BARE, &["poolhashrate", "reportedhashrate"]),
];

/// Units of a hashrate in EH/s.
const UNITS: [(&str, f64); 8] = [
    ("zh", 1e3),
    ("eh", 1.0),
    ("ph", 1e-3),
    ("th", 1e-6),
    ("gh", 1e-9),
    ("mh", 1e-12),
    ("kh", 1e-15),
    ("h", 1e-18),
];

/// A report: its time, hashrate in EH/s, line, and which spelling of the pool's name it has.
type Report = (Seconds, f64, u32, u16);

/// Reads reports of any number of pools, one [`Series`] a pool, pools in order of first appearance and by
/// any of their names. Of several reports of a pool in one second the first is kept, as long as they are
/// under one name.
///
/// # Errors
/// Every mistake with its line; two names of one pool with different hashrates at one time.
pub fn parse_reports(name: &str, bytes: &[u8]) -> Result<Parsed<Vec<Series>>, Diagnostics> {
    let table = Table::open(name, bytes, REPORT_COLUMNS)?.with_one_of(&["hashrate_ehs", BARE])?;
    let mut labels = Labels::default();
    // Each spelling, with its number and the place of its pool.
    let mut known: BTreeMap<String, (u16, usize)> = BTreeMap::new();
    let mut rows: Vec<(String, Vec<Report>)> = Vec::new();
    table.each_row(|row| {
        let (time, label, ehs) = (row.instant("time"), row.name("pool"), hashrate(row));
        let (Some(time), Some(label), Some(ehs)) = (time, label, ehs) else {
            return;
        };
        if !known.contains_key(label) {
            if known.len() == POOLS_MAX {
                let what = format!("over {POOLS_MAX} pools: is `{label}` a pool's name?");
                return row.refuse("pool", what);
            }
            let pool = labels.read(label);
            let place = rows.iter().position(|(name, _)| name == pool);
            let place = place.unwrap_or_else(|| {
                rows.push((pool.to_string(), Vec::new()));
                rows.len() - 1
            });
            known.insert(label.to_string(), (known.len() as u16, place));
        }
        let (spelling, place) = known[label];
        rows[place].1.push((time, ehs, row.line() as u32, spelling));
    });
    let mut spellings: Vec<(&u16, &String)> = known.iter().map(|(s, (i, _))| (i, s)).collect();
    spellings.sort();
    let refuse_twice = |reports: &mut Vec<Report>| {
        reports.sort_unstable_by_key(|(time, _, line, _)| (*time, *line));
        for pair in reports.windows(2) {
            let [(t, a, first, one), (u, b, second, other)] = pair else {
                continue;
            };
            if t == u && a != b && one != other {
                let (one, other) = (spellings[*one as usize].1, spellings[*other as usize].1);
                let what = format!(
                    "`{other}` is the pool `{one}` of line {first}, which has {a} EH/s at {} where this has {b}: keep one",
                    rfc3339(*t)
                );
                table.refuse(*second as usize, "pool", what);
            }
        }
    };
    rows.iter_mut()
        .for_each(|(_, reports)| refuse_twice(reports));
    if rows.is_empty() && !table.is_wrong() {
        table.refuse_whole("no reports in it: expected rows of time,pool,hashrate_ehs".to_string());
    }
    labels.note().into_iter().for_each(|n| table.note(n));
    let series = rows.into_iter().map(|(pool, reports)| {
        let reports = reports.into_iter().map(|(t, ehs, _, _)| (t, ehs));
        Series::clean(pool, reports.collect())
    });
    table.finish(series.collect())
}

/// The hashrate of a row in EH/s; nil is none.
fn hashrate(row: Row<'_>) -> Option<f64> {
    let column = if row.text(BARE).is_empty() {
        "hashrate_ehs"
    } else {
        BARE
    };
    let text = row.text(column);
    let ehs = match with_unit(text) {
        Some((number, unit)) => match parse_number(number) {
            Ok(x) => Some(x * unit),
            Err(e) => {
                row.refuse(column, format!("{column} {e}"));
                None
            }
        },
        None if column == BARE => {
            let what = format!(
                "hashrate `{text}` has no unit, is it {text} EH/s or {text} PH/s? Call the column hashrate_ehs, _phs, _ths or _hs"
            );
            row.refuse(column, what);
            None
        }
        None => row.number_in(column, 0.0, EHS_MAX),
    }?;
    if ehs == 0.0 || (EHS_MIN..=EHS_MAX).contains(&ehs) {
        return Some(ehs);
    }
    let what = format!(
        "{column} `{text}` is not the hashrate of a pool: expected {EHS_MIN:e} to {EHS_MAX:e} EH/s"
    );
    row.refuse(column, what);
    None
}

/// A number and the unit behind it, in EH/s: `12.5 EH/s`.
fn with_unit(text: &str) -> Option<(&str, f64)> {
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || c == '/');
    let unit = text[digits.len()..].to_lowercase();
    let bare = unit.trim_end_matches('s').trim_end_matches(['/', 'p']);
    let (_, worth) = UNITS.iter().find(|(name, _)| *name == bare)?;
    Some((digits.trim_end(), *worth))
}

impl Series {
    /// Sorts, drops reports that are not positive, and keeps the first of several in one second.
    pub fn clean(pool: String, mut reports: Vec<(Seconds, f64)>) -> Self {
        reports.retain(|(_, ehs)| *ehs > 0.0);
        reports.sort_by_key(|r| r.0);
        reports.dedup_by_key(|r| r.0);
        let (times, ehs) = reports.into_iter().unzip();
        Self { pool, times, ehs }
    }

    /// The pool's slug.
    pub fn pool(&self) -> &str {
        &self.pool
    }

    /// Reports as (time, EH/s), in order.
    pub fn reports(&self) -> impl Iterator<Item = (Seconds, f64)> + '_ {
        self.times.iter().copied().zip(self.ehs.iter().copied())
    }

    /// The reports within `span`.
    pub fn within(&self, span: Span) -> Self {
        let kept = self.reports().filter(|(t, _)| span.contains(*t)).collect();
        Self::clean(self.pool.clone(), kept)
    }

    pub(super) fn thinned(&self, most: usize) -> Self {
        let step = self.times.len().div_ceil(most).max(1);
        Self::clean(self.pool.clone(), self.reports().step_by(step).collect())
    }

    pub(super) fn places(&self, from: Seconds, to: Seconds) -> std::ops::Range<usize> {
        let start = self.times.partition_point(|&t| t < from);
        start..self.times.partition_point(|&t| t <= to).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parsed<Vec<Series>> {
        parse_reports("s.csv", text.as_bytes()).unwrap()
    }

    fn refused(text: &str) -> String {
        let e = parse_reports("s.csv", text.as_bytes()).unwrap_err();
        e.to_string()
    }

    /// Natural names of one pool are one series, and no pool stands twice.
    #[test]
    fn a_pool_is_one_series_under_any_of_its_names() {
        let read = read(
            "time,pool,hashrate_ehs\n1641368874,Slush Pool,9.1\n1641372474,SlushPool,9.2\n\
             1641376074,Braiins Pool,9.3\n1641368874,Foundry USA,21\n1641372474,FoundryUSA Pool,22\n",
        );
        let found: Vec<_> = read
            .value
            .iter()
            .map(|s| (s.pool(), s.times.len()))
            .collect();
        assert_eq!(found, [("braiinspool", 3), ("foundryusa", 2)]);
        assert!(read.notes.is_empty());
    }

    #[test]
    fn two_names_of_one_pool_may_not_contradict_each_other() {
        let e = refused(
            "time,pool,hashrate_ehs\n1641368874,Slush Pool,9.1\n\n1641368874,Braiins,9.2\n",
        );
        assert!(
            e.contains("line 4: `Braiins` is the pool `Slush Pool` of line 2"),
            "{e}"
        );
        let agree = "time,pool,hashrate_ehs\n1641368874,Slush Pool,9.1\n1641368874,Braiins,9.1\n";
        assert_eq!(read(agree).value[0].times.len(), 1);
        let unknown = read("time,pool,hashrate_ehs\n1641368874,Foundry UAS,9.1\n");
        assert_eq!(unknown.value[0].pool(), "Foundry UAS");
        assert!(unknown.notes[0].contains("nearest known name is Foundry USA"));
    }

    #[test]
    fn units_are_converted_and_never_guessed() {
        let ehs = |head: &str, cell: &str| {
            let text = format!("Timestamp;Miner;{head}\n2022-01-05 10:45Z;x1;{cell}\n");
            read(&text).value[0].ehs[0]
        };
        for (head, cell) in [
            ("hashrate_ehs", "12.5"),
            ("Hashrate (PH/s)", "12500"),
            ("hashrate_ths", "12,500,000"),
            ("hashrate_ghs", "1.25e10"),
            ("hashrate_hs", "12500000000000000000"),
            ("hashrate", "12.5 EH/s"),
            ("hashrate", "12500 PH"),
        ] {
            let found = ehs(head, cell);
            assert!((found / 12.5 - 1.0).abs() < 1e-12, "{head} {cell}: {found}");
        }
        let e = refused("time,pool,hashrate\n1641368874,a,12.5\n");
        assert!(e.contains("12.5 EH/s or 12.5 PH/s"), "{e}");
        for cell in [
            "-1",
            "NaN",
            "inf",
            "1e308",
            "-9223372036854775808",
            "1e-12",
            "12 furlongs",
        ] {
            let e = refused(&format!("time,pool,hashrate_ehs\n1641368874,a,{cell}\n"));
            assert!(e.contains("line 2: hashrate_ehs `"), "{e}");
        }
    }
}
