//! The answers of `hashquake atlas`: past shocks as a table, one of them as a page, and their rates.

use hashquake_base::format::{change, day, decimal, list, moment_utc, percent, percent_range};
use hashquake_base::units::{Quantiles, date};
use hashquake_chain::pool::pool_name;
use hashquake_explain::frequency::{Counted, Rate};
use hashquake_world::atlas::{Region, WindowBasis};

use super::columns;
use super::table::wrap;
use crate::document::atlas::{
    CaseList, CollectedClaim, CollectedStatement, CountedCase, ListedCase, NO_CENSUS, NearestCases,
    PoolLoss, ShockRates, ShownCase,
};
use crate::table::Table;

const COLUMNS: [&str; 8] = [
    "case",
    "from",
    "days",
    "cause",
    "region",
    "loss",
    "90 % range",
    "log10 BF",
];

/// The cases as a table, and how to read it.
pub fn cases(answer: &CaseList, width: usize) -> String {
    let mut table = Table::new(&COLUMNS);
    answer.cases.iter().for_each(|c| table.add_row(cells(c)));
    listed(&table, 1, answer.cases_in_atlas, width)
}

/// The nearest cases as a table, each with its distance.
pub fn nearest(answer: &NearestCases, width: usize) -> String {
    let head: Vec<&str> = ["distance"].into_iter().chain(COLUMNS).collect();
    let mut table = Table::new(&head);
    for near in &answer.cases {
        let distance = decimal(near.distance, 2);
        table.add_row([distance].into_iter().chain(cells(&near.case)));
    }
    listed(&table, 2, answer.cases_in_atlas, width)
}

fn listed(table: &Table, keys: usize, total: usize, width: usize) -> String {
    let count = table.rows.len();
    if count == 0 {
        return format!("No case passes; `hashquake atlas` lists all {total}.\n");
    }
    let words = format!(
        "{count} of {total} cases. The loss is what block times alone say of the window against the days on both sides of it, computed now; a minus is a gain, and a fall that stays shows as a part of itself. {NO_CENSUS} More: hashquake atlas show CASE, hashquake explain CASE."
    );
    let table = columns::to_text(table, keys, width);
    format!("{table}\n\n{}\n", wrap(&words, width))
}

fn cells(case: &ListedCase) -> [String; 8] {
    let codes: Vec<&str> = case.regions.iter().map(Region::code).collect();
    let blocks = case.blocks;
    [
        case.id.clone(),
        date(case.window.start),
        decimal(case.window_days, 1),
        case.cause.word().to_string(),
        codes.join(" "),
        blocks.map_or(String::new(), |b| percent(b.loss_percent.p50)),
        blocks.map_or(String::new(), |b| percent_range(b.loss_percent)),
        blocks.map_or(String::new(), |b| decimal(b.log10_bayes_factor, 1)),
    ]
}

/// One case in paragraphs: place, window, what the chain says, statements and claims with their sources.
pub fn case(answer: &ShownCase, width: usize) -> String {
    let mut paragraphs = vec![
        answer.case.title.clone(),
        place(answer),
        window(&answer.case),
        chain(answer),
    ];
    if answer.timeline.is_empty() && answer.claims.is_empty() {
        let unknown = "No statements and no claims: what lay behind it is not known here.";
        paragraphs.push(unknown.to_string());
    }
    paragraphs.extend(answer.timeline.iter().map(statement));
    paragraphs.extend(answer.claims.iter().map(claim));
    let id = &answer.case.id;
    paragraphs.push(format!("What is true of it: hashquake explain {id}."));
    let wrapped: Vec<String> = paragraphs.iter().map(|p| wrap(p, width)).collect();
    wrapped.join("\n\n") + "\n"
}

fn place(answer: &ShownCase) -> String {
    let codes: Vec<&str> = answer.case.regions.iter().map(Region::code).collect();
    let place = if codes.is_empty() {
        "no region".to_string()
    } else {
        format!("{} ({})", answer.place, codes.join(", "))
    };
    let also = if answer.also.is_empty() {
        String::new()
    } else {
        format!(" Also: {}.", answer.also.join("; "))
    };
    let cause = answer.case.cause.word();
    format!("Cause: {cause}. Region: {place}.{also}")
}

fn window(case: &ListedCase) -> String {
    let (basis, why) = match &case.window_basis {
        WindowBasis::Source(why) => ("source", why),
        WindowBasis::Rule(why) => ("rule", why),
    };
    format!(
        "Window: {} to {}, {} days; by {basis}: {why}.",
        moment_utc(case.window.start),
        moment_utc(case.window.end),
        decimal(case.window_days, 1)
    )
}

fn chain(answer: &ShownCase) -> String {
    let mut out = match answer.case.blocks {
        Some(b) => format!(
            "Block times alone: {} blocks, a loss of {} against both sides{}, log10 Bayes factor {}.",
            b.count,
            with_range(b.loss_percent),
            b.against_before_percent.map_or(String::new(), |q| format!(
                " and of {} against the days before",
                with_range(q)
            )),
            decimal(b.log10_bayes_factor, 1)
        ),
        None => "Block times: the embedded chain does not hold the window.".to_string(),
    };
    if let Some(f) = answer.fused.filter(|_| !answer.shares.is_empty()) {
        let pool = |s: &PoolLoss| format!("{} {}", pool_name(&s.pool), with_range(s.loss_percent));
        let pools: Vec<String> = answer.shares.iter().map(pool).collect();
        out += &format!(
            " Pools: {}. All together: {}, log10 Bayes factor {}.",
            pools.join("; "),
            with_range(f.loss_percent),
            decimal(f.log10_bayes_factor, 1)
        );
    }
    if let Some(r) = answer.case.retarget {
        out += &format!(
            " The next retarget, on {}, was {}.",
            day(r.time),
            change(r.change_percent)
        );
    }
    out
}

/// `7.0 % (−0.2 to 13.9 %)`.
fn with_range(q: Quantiles) -> String {
    format!("{} ({})", percent(q.p50), percent_range(q))
}

fn statement(s: &CollectedStatement) -> String {
    let (from, to) = (moment_utc(s.when.earliest), moment_utc(s.when.latest));
    let when = if from == to {
        from
    } else {
        format!("{from} to {to}")
    };
    format!("{when}: {}. — {}, known {}", s.what, s.source, s.known_at)
}

fn claim(c: &CollectedClaim) -> String {
    let remark = c.remark.as_ref().map_or(String::new(), |r| format!(" {r}"));
    format!(
        "“{}” ({}, {}) — {}.{remark}",
        c.text, c.said_by, c.published, c.source
    )
}

/// Rates by year, size and cause, what was counted, and the answer in a sentence.
pub fn rates(answer: &ShockRates, width: usize) -> String {
    [
        columns::to_text(&by_year(answer), 1, width),
        by_cause(answer).to_text(width),
        wrap(&basis(answer), width),
        wrap(&answer.becoming_rarer, width),
    ]
    .join("\n\n")
        + "\n"
}

fn by_year(answer: &ShockRates) -> Table {
    let found = &answer.frequency;
    let sizes = found.sizes.iter();
    let size = |x: f64| format!("loss ≥ {} %", decimal(x, 0));
    let deep = format!("retargets ≤ {} %", decimal(answer.deep_retarget_percent, 0));
    let mut head = vec!["shocks a year".to_string()];
    head.extend(sizes.clone().map(|s| size(s.loss_at_least_percent)));
    head.push(deep);
    let mut columns: Vec<&Counted> = sizes.map(|s| &s.counted).collect();
    columns.push(&found.deep_retargets);
    let mut table = Table::new(&head);
    let mut row = |name: String, of: &dyn Fn(&Counted) -> String| {
        let cells = columns.iter().map(|c| of(c));
        table.add_row([name].into_iter().chain(cells));
    };
    for (i, year) in found.deep_retargets.years.iter().enumerate() {
        row(year.year.to_string(), &|c| cell(&c.years[i].rate));
    }
    let split = date(answer.split);
    type RateOf = fn(&Counted) -> &Rate;
    let stretches: [(String, RateOf); 3] = [
        ("all years".to_string(), |c| &c.all),
        (format!("before {split}"), |c| &c.trend.earlier),
        (format!("from {split}"), |c| &c.trend.later),
    ];
    for (name, of) in stretches {
        row(format!("{name}, number"), &|c| of(c).events.to_string());
        row(format!("{name}, a year"), &|c| {
            let per_year = of(c).per_year;
            format!("{} ({})", decimal(per_year.p50, 1), spread(per_year))
        });
    }
    row("later over earlier".into(), &|c| {
        let q = c.trend.ratio.map(|x| decimal(x, 2));
        format!("{} ({} to {})", q.p50, q.p05, q.p95)
    });
    row("chance that rarer".into(), &|c| {
        format!("{} %", decimal(100.0 * c.trend.probability_rarer, 0))
    });
    table
}

fn by_cause(answer: &ShockRates) -> Table {
    let mut table = Table::new(&["cause", "cases", "shocks", "a year"]);
    for c in &answer.frequency.causes {
        table.add_row([
            c.cause.word().to_string(),
            c.collected.to_string(),
            c.rate.events.to_string(),
            spread(c.rate.per_year),
        ]);
    }
    table
}

/// What was counted, and what that leaves out.
fn basis(answer: &ShockRates) -> String {
    let smallest = answer.frequency.sizes.first();
    let size = smallest.map_or(0.0, |s| s.loss_at_least_percent);
    let names: Vec<String> = answer.counted.iter().map(counted).collect();
    format!(
        "In brackets 90 % ranges of the rate. Of {} cases those count whose block times support a loss (log10 Bayes factor of {} or more) of at least {} % against both sides; of cases that overlap in time only the one of strongest evidence: {}. {NO_CENSUS} The retargets are all there are, but show only losses that last for weeks.",
        answer.cases,
        decimal(answer.supported_log10_bayes_factor, 0),
        decimal(size, 0),
        list(&names)
    )
}

fn counted(case: &CountedCase) -> String {
    let Some(b) = case.blocks else {
        return case.id.clone();
    };
    let before = b.against_before_percent.map_or(String::new(), |q| {
        format!(", against the days before {}", percent(q.p50))
    });
    format!("{} ({}{before})", case.id, percent(b.loss_percent.p50))
}

fn cell(rate: &Rate) -> String {
    format!("{} ({})", rate.events, spread(rate.per_year))
}

fn spread(q: Quantiles) -> String {
    format!("{} to {}", decimal(q.p05, 1), decimal(q.p95, 1))
}
