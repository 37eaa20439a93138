//! Who hashes how much of the network.

use hashquake_base::format::{decimal, list, percent, percent_range};
use hashquake_base::units::{Seconds, date};
use hashquake_world::month::Month;
use hashquake_world::region;
use hashquake_world::shares::{ShareRow, Shares, SourceShares};

use super::cells::{months, or_empty, page, with_range};
use crate::document::world::{
    Conflict, CountryShares, EditionWalk, PrintedShares, ShareHistory, ShareOfRegion, SharesCheck,
};
use crate::table::Table;
use crate::text::table::wrap;

/// Countries by their share, and what contradicts it.
pub fn shares(answer: &CountryShares, width: usize) -> String {
    let s = &answer.shares;
    let mut rows: Vec<&ShareRow> = s.rows.iter().collect();
    rows.sort_by(|a, b| b.percent.p50.total_cmp(&a.percent.p50));
    let mut table = Table::new(&["region", "name", "share", "90 % range", "printed", "note"]);
    for r in rows {
        table.add_row([
            r.region.to_string(),
            r.name.to_string(),
            percent(r.percent.p50),
            percent_range(r.percent),
            percent(r.printed_percent),
            or_empty(r.note.as_deref()),
        ]);
    }
    let mut words = Basis::of(s).sentence();
    if !answer.conflicts.is_empty() {
        let conflicts: Vec<String> = answer.conflicts.iter().map(conflict).collect();
        words += &format!(" Outside these intervals: {}.", list(&conflicts));
    }
    page(&table, &words, width)
}

fn conflict(c: &Conflict) -> String {
    format!(
        "{} has {} % for {} ({})",
        c.source,
        c.high_percent,
        region::name(c.region),
        period(c.from, c.to)
    )
}

/// One region's share in a sentence.
pub fn region(answer: &ShareOfRegion, width: usize) -> String {
    let share = &answer.share;
    let basis = Basis {
        source: answer.source,
        month: answer.month,
        known_at: answer.known_at,
        months_away: answer.months_away,
        walk_sd_logit: answer.walk_sd_logit,
        coverage_percent: answer.coverage_percent,
    };
    let words = format!(
        "{}: {} of the network. Basis: {}. {}",
        region::name(share.region),
        with_range(share.percent),
        share.basis,
        basis.sentence()
    );
    wrap(&words, width) + "\n"
}

/// What a share rests on.
struct Basis {
    source: &'static str,
    month: Month,
    known_at: Seconds,
    months_away: f64,
    walk_sd_logit: f64,
    coverage_percent: f64,
}

impl Basis {
    fn of(s: &Shares) -> Self {
        Self {
            source: s.source,
            month: s.month,
            known_at: s.known_at,
            months_away: s.months_away,
            walk_sd_logit: s.walk_sd_logit,
            coverage_percent: s.coverage_percent,
        }
    }

    fn sentence(&self) -> String {
        let age = if self.months_away > 0.0 {
            format!(
                ", {} months from the moment asked for: widened by {} on the logit scale a root of a month, as the map's own months move",
                decimal(self.months_away, 1),
                decimal(self.walk_sd_logit, 2)
            )
        } else {
            String::new()
        };
        format!(
            "Source: {}, {}, known from {}; {} % of the hashrate sampled{age}.",
            self.source,
            self.month,
            date(self.known_at),
            decimal(self.coverage_percent, 0)
        )
    }
}

/// Every source's printed figures; the source stands beside its first.
pub fn printed(answer: &PrintedShares, width: usize) -> String {
    let mut table = Table::new(&[
        "region",
        "percent",
        "source",
        "describes",
        "known at",
        "sampled, %",
    ]);
    for s in &answer.surveys {
        let mut about = [
            s.source.to_string(),
            period(s.from, s.to),
            s.known_at.map_or("not known".to_string(), date),
            or_empty(s.coverage_percent),
        ];
        for r in &s.rows {
            let range = if r.low_percent < r.high_percent {
                format!("{} to {}", r.low_percent, r.high_percent)
            } else {
                r.high_percent.to_string()
            };
            let cells = [r.region.to_string(), range];
            table.add_row(cells.into_iter().chain(core::mem::take(&mut about)));
        }
    }
    let remark = |s: &SourceShares| format!("{}: {}.", s.source, s.note);
    let remarks: Vec<String> = answer.surveys.iter().map(remark).collect();
    let words = format!(
        "Sources stand beside each other and are never averaged; with --as-of, what has no date is left out. {}",
        remarks.join(" ")
    );
    page(&table, &words, width)
}

fn period(from: Option<Month>, to: Option<Month>) -> String {
    let ends = from.zip(to);
    ends.map_or("not dated".to_string(), |(a, b)| months(a, b))
}

/// A region's printed share by month.
pub fn history(answer: &ShareHistory, width: usize) -> String {
    let mut table = Table::new(&["month", "percent", "known at"]);
    for m in &answer.months {
        table.add_row([
            m.month.to_string(),
            decimal(m.printed_percent, 2),
            date(m.known_at),
        ]);
    }
    let words = format!(
        "{}, as printed, percent of the network. Source: {}. Intervals: hashquake world shares --at MONTH.",
        region::name(&answer.region),
        answer.source
    );
    page(&table, &words, width)
}

/// How often the intervals held.
pub fn check(answer: &SharesCheck, width: usize) -> String {
    let mut table = Table::new(&[
        "months ahead",
        "pairs",
        "covered by walk, %",
        "covered by whole, %",
        "pairs across ban",
        "ban, by walk, %",
        "ban, by whole, %",
    ]);
    let whole = |x: f64| decimal(x, 0);
    for c in &answer.calibration {
        table.add_row([
            c.horizon_months.to_string(),
            c.pairs.to_string(),
            whole(c.walk_covered_percent),
            whole(c.whole_covered_percent),
            c.ban_pairs.to_string(),
            or_empty(c.ban_walk_covered_percent.map(whole)),
            or_empty(c.ban_whole_covered_percent.map(whole)),
        ]);
    }
    let step = |w: &EditionWalk| format!("{} (to {})", decimal(w.walk_sd_logit, 3), w.edition_to);
    let steps: Vec<String> = answer.walk.iter().map(step).collect();
    let words = format!(
        "90 % intervals made from the map's earlier months against its later ones; the walk is measured on the months before each origin. One month's step on the logit scale, by edition: {}. Across China's ban of June 2021 no interval made of calm months can hold, and the walk does not pretend to.",
        list(&steps)
    );
    page(&table, &words, width)
}
