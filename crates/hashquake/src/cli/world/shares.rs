//! `hashquake world shares` and `world history`.

use anyhow::{Context, ensure};
use hashquake_base::format::{list, percent, percent_range};
use hashquake_base::units::{Seconds, date, rfc3339};
use hashquake_world::editions;
use hashquake_world::month::Month;
use hashquake_world::region;
use hashquake_world::shares::{
    self, Calibration, RegionShare, Shares, SourceShares, calibration, provinces_printed,
    sources_at,
};
use serde::Serialize;

use super::super::input::parse_as_of;
use super::{Format, Sheet, opt, parse_at, print, with_range};

/// Horizons of the check, months.
const HORIZONS: [i32; 4] = [1, 3, 6, 12];

#[derive(clap::Args)]
#[command(after_help = "\
A share's interval holds what the map did not sample, what proxies hide, and the time without data.

Examples:
  hashquake world shares --at 2022-01
  hashquake world shares --at 2022-01-05 --as-of 2022-01-06
  hashquake world shares --at 2021-04 --region CN-XJ
  hashquake world shares --at 2024-07 --all-sources
  hashquake world shares --check
  hashquake world shares --at 2022-01 --format csv")]
pub struct Args {
    /// The moment: a month, a day or a time (UTC) [default: the map's last month]
    #[arg(long, value_name = "T", value_parser = parse_at)]
    at: Option<Seconds>,
    /// Only editions published by then (a day means its end)
    #[arg(long, value_name = "T", value_parser = parse_as_of)]
    as_of: Option<Seconds>,
    /// One region: a country, or a province of China
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Every source's printed figures side by side
    #[arg(long, conflicts_with_all = ["region", "check"])]
    all_sources: bool,
    /// How often the widened intervals held the map's own later months
    #[arg(long, conflicts_with_all = ["at", "as_of", "region"])]
    check: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake world history KZ
  hashquake world history CN-XJ --format csv")]
pub struct HistoryArgs {
    /// A country of the map, a province of China of its table, or `other`
    region: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    if args.check {
        return check(args.format);
    }
    let known = editions::months(args.as_of).with_context(|| {
        let first = editions::all().first().map_or(0, |e| e.known_at);
        format!(
            "no edition of the map was published by {}; the first is of {}: give a later --as-of",
            args.as_of.map_or(String::new(), rfc3339),
            date(first)
        )
    })?;
    let at = args.at.unwrap_or(known.last.start());
    if args.all_sources {
        return all_sources(at, args);
    }
    let shares = shares::at(at, args.as_of).context("the map has no such month")?;
    match &args.region {
        Some(code) => one(&shares, code, args),
        None => all(&shares, args),
    }
}

fn provenance(s: &Shares) -> String {
    let age = if s.months_away > 0.0 {
        format!(
            ", {:.1} months from the moment asked for: widened by {:.2} on the logit scale a root of a month, as the map's own months move",
            s.months_away, s.walk_sd_logit
        )
    } else {
        String::new()
    };
    format!(
        "Source: {}, {}, known from {}; {:.0} % of the hashrate sampled{age}.",
        s.source,
        s.month,
        date(s.known_at),
        s.coverage_percent
    )
}

/// Other sources' rows that lie outside the intervals.
fn conflicts(s: &Shares, as_of: Option<Seconds>) -> Vec<String> {
    let mut out = Vec::new();
    for source in sources_at(s.at, as_of).iter().skip(1) {
        let near = source.from.zip(source.to);
        if near.is_some_and(|(a, b)| a.distance(s.at).min(b.distance(s.at)) > 1.0) {
            continue;
        }
        for row in &source.rows {
            let Some(q) = s.row(row.region).map(|r| r.percent) else {
                continue;
            };
            if row.low_percent > q.p95 || row.high_percent < q.p05 {
                out.push(format!(
                    "{} has {} % for {} ({})",
                    source.source,
                    row.high_percent,
                    region::name(row.region),
                    period(source)
                ));
            }
        }
    }
    out
}

fn period(s: &SourceShares) -> String {
    match (s.from, s.to) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a} to {b}"),
        _ => "not dated".to_string(),
    }
}

fn all(s: &Shares, args: &Args) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        shares: &'a Shares,
        conflicts: Vec<String>,
    }
    let conflicts = conflicts(s, args.as_of);
    let mut rows: Vec<_> = s.rows.iter().collect();
    rows.sort_by(|a, b| b.percent.p50.total_cmp(&a.percent.p50));
    let table = matches!(args.format, Format::Table);
    let cells = |r: &&shares::ShareRow| {
        let mut out = vec![r.region.to_string(), r.name.to_string()];
        if table {
            let note = opt(r.note.as_deref());
            out.extend([
                percent(r.percent.p50),
                percent_range(r.percent),
                percent(r.printed_percent),
                note,
            ]);
        } else {
            let q = r.percent;
            let numbers = [
                r.printed_percent,
                q.p05,
                q.p50,
                q.p95,
                r.logit_mean,
                r.logit_sd,
            ];
            out.extend(numbers.map(|x| format!("{x:.3}")));
            out.extend([
                s.source.to_string(),
                s.month.to_string(),
                rfc3339(s.known_at),
            ]);
        }
        out
    };
    let header: &[&str] = if table {
        &["region", "name", "share", "90 % range", "printed", "note"]
    } else {
        &[
            "region",
            "name",
            "printed_percent",
            "p05_percent",
            "p50_percent",
            "p95_percent",
            "logit_mean",
            "logit_sd",
            "source",
            "month",
            "known_at",
        ]
    };
    let mut words = provenance(s);
    if !conflicts.is_empty() {
        words += &format!(" Outside these intervals: {}.", list(&conflicts));
    }
    let sheet = Sheet {
        header,
        rows: rows.iter().map(cells).collect(),
        words,
    };
    print(
        args.format,
        &Document {
            shares: s,
            conflicts,
        },
        &sheet,
    )
}

fn one(s: &Shares, code: &str, args: &Args) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        share: &'a RegionShare,
        source: &'a str,
        month: Month,
        known_at: String,
        months_away: f64,
    }
    if code != "other" {
        region::find(code)?;
    }
    let share = s.share(code)?;
    let q = share.percent;
    let document = Document {
        share: &share,
        source: s.source,
        month: s.month,
        known_at: rfc3339(s.known_at),
        months_away: s.months_away,
    };
    if let Format::Table = args.format {
        let words = format!(
            "{}: {} of the network. Basis: {}. {}",
            region::name(share.region),
            with_range(q),
            share.basis,
            provenance(s)
        );
        anstream::println!("{}", hashquake_report::text::wrap(&words));
        return Ok(());
    }
    let mut cells = vec![share.region.to_string()];
    cells.extend([q.p05, q.p50, q.p95].map(|x| format!("{x:.3}")));
    cells.extend([
        s.month.to_string(),
        rfc3339(s.known_at),
        share.basis.clone(),
    ]);
    let sheet = Sheet {
        header: &[
            "region",
            "p05_percent",
            "p50_percent",
            "p95_percent",
            "month",
            "known_at",
            "basis",
        ],
        rows: vec![cells],
        words: String::new(),
    };
    print(args.format, &document, &sheet)
}

fn all_sources(at: Seconds, args: &Args) -> anyhow::Result<()> {
    let sources = sources_at(at, args.as_of);
    let mut rows = Vec::new();
    for s in &sources {
        for r in &s.rows {
            let range = if r.low_percent < r.high_percent {
                format!("{} to {}", r.low_percent, r.high_percent)
            } else {
                r.high_percent.to_string()
            };
            let known = s.known_at.map_or("not known".to_string(), date);
            let sampled = opt(s.coverage_percent);
            let row = [
                r.region.to_string(),
                range,
                s.source.to_string(),
                period(s),
                known,
                sampled,
            ];
            rows.push(row.to_vec());
        }
    }
    let told = |s: &SourceShares| format!("{}: {}.", s.source, s.note);
    let remarks: Vec<String> = sources.iter().map(told).collect();
    let sheet = Sheet {
        header: &[
            "region",
            "percent",
            "source",
            "describes",
            "known_at",
            "sampled_percent",
        ],
        rows,
        words: format!(
            "Sources stand beside each other and are never averaged; with --as-of, what has no date is left out. {}",
            remarks.join(" ")
        ),
    };
    print(args.format, &sources, &sheet)
}

pub fn history(args: &HistoryArgs) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Row {
        month: Month,
        percent: f64,
        known_at: String,
    }
    let code = if args.region == "other" {
        "other"
    } else {
        &region::find(&args.region)?.code
    };
    let mut rows: Vec<(Month, f64, Seconds)> = shares::history(code);
    if rows.is_empty() {
        let months = editions::months(None).context("no map")?;
        for i in 0..=months.last.since(months.first) {
            let month = months.first.plus(i);
            let found = provinces_printed(month)
                .into_iter()
                .find(|(c, ..)| *c == code);
            rows.extend(found.and_then(|(_, p, known)| Some((month, p, known?))));
        }
    }
    ensure!(
        !rows.is_empty(),
        "no source gives {} by month: the map has CA, CN, DE, IE, IR, KZ, MY, RU, US and other; the split of China has CN-BJ, CN-GD, CN-GS, CN-GZ, CN-NM, CN-SC, CN-SX, CN-XJ, CN-YN and CN-ZJ",
        region::name(code)
    );
    let document: Vec<Row> = rows
        .iter()
        .map(|(month, percent, known)| Row {
            month: *month,
            percent: *percent,
            known_at: rfc3339(*known),
        })
        .collect();
    let cells = |r: &Row| {
        vec![
            r.month.to_string(),
            format!("{:.2}", r.percent),
            r.known_at[..10].to_string(),
        ]
    };
    let sheet = Sheet {
        header: &["month", "percent", "known_at"],
        rows: document.iter().map(cells).collect(),
        words: format!(
            "{}, as printed, percent of the network. Source: {}. Intervals: hashquake world shares --at MONTH.",
            region::name(code),
            shares::MAP
        ),
    };
    print(args.format, &document, &sheet)
}

fn check(format: Format) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Walk {
        edition_to: Month,
        walk_sd_logit: f64,
    }
    #[derive(Serialize)]
    struct Document {
        walk: Vec<Walk>,
        calibration: Vec<Calibration>,
    }
    let walk = |e: &editions::Edition| Walk {
        edition_to: e.data_to,
        walk_sd_logit: shares::walk_sd(e.data_to),
    };
    let document = Document {
        walk: editions::all().iter().map(walk).collect(),
        calibration: HORIZONS.iter().filter_map(|h| calibration(*h)).collect(),
    };
    let cells = |c: &Calibration| {
        vec![
            c.horizon_months.to_string(),
            c.pairs.to_string(),
            format!("{:.0}", c.walk_covered_percent),
            format!("{:.0}", c.whole_covered_percent),
            c.ban_pairs.to_string(),
            c.ban_walk_covered_percent
                .map_or(String::new(), |x| format!("{x:.0}")),
            c.ban_whole_covered_percent
                .map_or(String::new(), |x| format!("{x:.0}")),
        ]
    };
    let steps: Vec<String> = document
        .walk
        .iter()
        .map(|w| format!("{:.3} (to {})", w.walk_sd_logit, w.edition_to))
        .collect();
    let sheet = Sheet {
        header: &[
            "months_ahead",
            "pairs",
            "covered_by_walk_percent",
            "covered_by_whole_percent",
            "pairs_across_ban",
            "ban_walk_percent",
            "ban_whole_percent",
        ],
        rows: document.calibration.iter().map(cells).collect(),
        words: format!(
            "90 % intervals made from the map's earlier months against its later ones; the walk is measured on the months before each origin. One month's step on the logit scale, by edition: {}. Across China's ban of June 2021 no interval made of calm months can hold, and the walk does not pretend to.",
            list(&steps)
        ),
    };
    print(format, &document, &sheet)
}
