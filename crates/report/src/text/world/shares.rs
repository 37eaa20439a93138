//! Who hashes how much of the network.

use hashquake_base::format::{decimal, list, percent, percent_range};
use hashquake_base::units::{Seconds, date};
use hashquake_world::month::Month;
use hashquake_world::region;
use hashquake_world::shares::{Nearest, ShareRow, Shares, SourceShares};

use super::cells::{months, or_empty, page, with_range};
use crate::document::world::{
    Conflict, CountryShares, PrintedShares, ShareHistory, ShareOfRegion, SharesCheck,
};
use crate::table::Table;
use crate::text::table::wrap;

/// Countries by their share, and what contradicts it.
pub fn shares(answer: &CountryShares, width: usize) -> String {
    let s = &answer.shares;
    let mut rows: Vec<&ShareRow> = s.rows.iter().collect();
    rows.sort_by(|a, b| b.central_percent.total_cmp(&a.central_percent));
    let mut table = Table::new(&["region", "name", "share", "90 % range", "printed", "by"]);
    for r in rows {
        let by = r.printed_by.zip(r.printed_for);
        table.add_row([
            r.region.to_string(),
            r.name.to_string(),
            percent(r.central_percent),
            percent_range(r.percent),
            or_empty(r.printed_percent.map(percent)),
            or_empty(by.map(|(who, month)| format!("{who}, {month}"))),
        ]);
    }
    let mut words = Basis::of(s).sentence();
    words += " Central values sum to 100; `printed` is the figure nearest in time.";
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
        figures: answer.figures,
        known_at: answer.known_at,
        nearest: answer.nearest,
        months_away: answer.months_away,
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
    figures: usize,
    known_at: Seconds,
    nearest: Nearest,
    months_away: f64,
}

impl Basis {
    fn of(s: &Shares) -> Self {
        Self {
            figures: s.figures,
            known_at: s.known_at,
            nearest: s.nearest,
            months_away: s.months_away,
        }
    }

    fn sentence(&self) -> String {
        let age = if self.months_away > 0.0 {
            let months = decimal(self.months_away, 1);
            format!(", {months} months from the moment asked for")
        } else {
            String::new()
        };
        format!(
            "From {} printed figures, the newest published on {}; the nearest is of {}, {}{age}.",
            self.figures,
            date(self.known_at),
            self.nearest.source,
            self.nearest.month
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
        "Sources stand beside each other as they printed; hashquake world shares makes one composition of them. {}",
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

/// How well figures were predicted before they were printed.
pub fn check(answer: &SharesCheck, width: usize) -> String {
    let mut table = Table::new(&[
        "published",
        "by",
        "figures",
        "held by 90 %",
        "CRPS, points",
        "carried forward",
    ]);
    let (mut figures, mut covered, mut compared) = (0, 0, 0);
    let (mut ours, mut carried) = (0.0, 0.0);
    for p in &answer.publications {
        let points = |x: f64| (p.compared > 0).then(|| decimal(x, 2));
        table.add_row([
            date(p.known_at),
            p.source.to_string(),
            p.figures.to_string(),
            p.covered.to_string(),
            or_empty(points(p.crps_points)),
            or_empty(points(p.carried_points)),
        ]);
        figures += p.figures;
        covered += p.covered;
        compared += p.compared;
        ours += p.crps_points * p.compared as f64;
        carried += p.carried_points * p.compared as f64;
    }
    let mean = |sum: f64| decimal(sum / compared.max(1) as f64, 2);
    let words = format!(
        "Each publication predicted from what was known the day before, its source's bias and error included: 90 % intervals held {covered} of {figures} figures ({} %); CRPS {} points against {} of the last figure of the same region carried forward.",
        decimal(100.0 * covered as f64 / figures.max(1) as f64, 0),
        mean(ours),
        mean(carried)
    );
    page(&table, &words, width)
}
