//! A pool's reports, read and cleaned.

use hashquake_base::units::{Seconds, Span, parse_seconds};

/// Hashrates of a pool that can be meant, EH/s.
const EHS_MAX: f64 = 1e9;
const EHS_MIN: f64 = 1e-9;

/// A pool's reports, cleaned: in order, one a second, positive.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub(super) pool: String,
    pub(super) times: Vec<Seconds>,
    pub(super) ehs: Vec<f64>,
}

/// A table of reports that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportsError {
    /// A column is missing.
    #[error(
        "no column `{column}`; the first line must name time, pool and hashrate_ehs (it names {found})"
    )]
    Column {
        /// The missing column.
        column: &'static str,
        /// The columns that are there.
        found: String,
    },
    /// A line cannot be read.
    #[error("line {line}: {what}")]
    Line {
        /// Line number, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
}

/// Reads reports of any number of pools from CSV `time,pool,hashrate_ehs` (time in unix seconds or
/// RFC 3339), one [`Series`] a pool, pools in order of first appearance.
///
/// # Errors
/// [`ReportsError`], with the line.
pub fn parse_reports(text: &[u8]) -> Result<Vec<Series>, ReportsError> {
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let csv_error = |e: &csv::Error| ReportsError::Line {
        line: e.position().map_or(1, csv::Position::line),
        what: e.to_string(),
    };
    let headers = table.headers().map_err(|e| csv_error(&e))?.clone();
    let column = |column: &'static str| {
        headers
            .iter()
            .position(|h| h == column)
            .ok_or_else(|| ReportsError::Column {
                column,
                found: match headers.len() {
                    0 => "nothing".to_string(),
                    _ => headers.iter().collect::<Vec<_>>().join(","),
                },
            })
    };
    let (time_at, pool_at) = (column("time")?, column("pool")?);
    let ehs_at = column("hashrate_ehs")?;
    let mut rows: Vec<(String, Vec<(Seconds, f64)>)> = Vec::new();
    for row in table.records() {
        let row = row.map_err(|e| csv_error(&e))?;
        let line = row.position().map_or(0, csv::Position::line);
        let bad = |what: String| ReportsError::Line { line, what };
        let time = parse_seconds(&row[time_at]).map_err(bad)?;
        let ehs: f64 = row[ehs_at]
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
            .ok_or_else(|| bad(format!("hashrate_ehs `{}` is not a number", &row[ehs_at])))?;
        if ehs > 0.0 && !(EHS_MIN..=EHS_MAX).contains(&ehs) {
            return Err(bad(format!(
                "hashrate_ehs `{}` cannot be meant: a pool has between {EHS_MIN:e} and {EHS_MAX:e} EH/s",
                &row[ehs_at]
            )));
        }
        let pool = slug(&row[pool_at]);
        if pool.is_empty() {
            return Err(bad("the pool has no name".to_string()));
        }
        match rows.iter_mut().find(|(name, _)| *name == pool) {
            Some((_, reports)) => reports.push((time, ehs)),
            None => rows.push((pool, vec![(time, ehs)])),
        }
    }
    Ok(rows
        .into_iter()
        .map(|(pool, reports)| Series::clean(pool, reports))
        .collect())
}

/// A pool's name as the labels of blocks have it: lower case, letters and digits only.
fn slug(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
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
