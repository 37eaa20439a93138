//! `hashquake atlas show`: one case as collected, with the chain's answer beside it.

use std::fmt::Write;

use hashquake_base::format::{day, moment_utc, percent, percent_range};
use hashquake_base::units::{Bracket, Moment, Quantiles, rfc3339};
use hashquake_chain::history;
use hashquake_chain::pool::pool_name;
use hashquake_explain::analogue::{Measured, measure};
use hashquake_explain::explanation::{Explanation, ShareEvidence};
use hashquake_explain::{Material, Question, explain};
use hashquake_observe::shares::parse_reports;
use hashquake_world::atlas::{self, Case, ClaimKind, Region, WindowBasis};
use serde::Serialize;

use super::{Format, Row, minus};
use crate::cli::input::find_case;
use hashquake_report::text;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake atlas show texas-2021
  hashquake atlas show my-case.toml
  hashquake atlas show kazakhstan-2022 --format json")]
pub struct Args {
    /// A case of the atlas, or the path of a case file (.toml)
    #[arg(value_name = "CASE")]
    case: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let cases = [find_case(&args.case, &mut Vec::new())?];
    let measured = measure(history::embedded(), &cases)[0];
    let explained = explanation(&cases[0])?;
    match args.format {
        Format::Table => anstream::print!("{}", page(&measured, &explained)),
        Format::Json => {
            let all = whole(&measured, &explained);
            anstream::println!("{}", serde_json::to_string_pretty(&all)?);
        }
    }
    Ok(())
}

fn explanation(case: &Case) -> anyhow::Result<Explanation> {
    let series = parse_reports("pool-reports.csv", atlas::embedded_reports().as_bytes())?.value;
    let question = Question::of_case(case);
    let material = Material {
        blocks: &history::embedded().blocks,
        series: &series,
        prices: None,
        sources: &[],
        notes: &[],
    };
    Ok(explain(&question, &material)?)
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    event: &'a str,
    place: &'a str,
    also: &'a [String],
    shares: Vec<Share<'a>>,
    together: Option<Together>,
    timeline: Vec<StatementRow<'a>>,
    statements: Vec<ClaimRow<'a>>,
}

#[derive(Serialize)]
struct Share<'a> {
    pool: &'a str,
    loss_percent: Quantiles,
    source: &'a str,
}

#[derive(Serialize)]
struct Together {
    loss_percent: Quantiles,
    log10_bayes_factor: f64,
}

#[derive(Serialize)]
struct StatementRow<'a> {
    kind: &'static str,
    audience: Option<&'a str>,
    when: Bracket,
    what: &'a str,
    source: &'a str,
    known_at: String,
}

#[derive(Serialize)]
struct ClaimRow<'a> {
    id: &'a str,
    kind: ClaimKind,
    text: &'a str,
    value: Option<f64>,
    unit: Option<&'a str>,
    said_by: &'a str,
    source: &'a str,
    published: &'a str,
    remark: Option<&'a str>,
}

fn whole<'a>(m: &Measured<'a>, e: &'a Explanation) -> Whole<'a> {
    let case = m.case;
    Whole {
        row: Row::new(m, None),
        event: &case.event,
        place: &case.place,
        also: &case.also,
        shares: e
            .evidence
            .shares
            .iter()
            .map(|s| Share {
                pool: &s.pool,
                loss_percent: s.loss_percent,
                source: &s.source,
            })
            .collect(),
        together: e.fused.as_ref().map(|f| Together {
            loss_percent: f.loss_percent,
            log10_bayes_factor: f.log10_bayes_factor,
        }),
        timeline: case
            .timeline
            .iter()
            .map(|s| StatementRow {
                kind: s.kind.word(),
                audience: s.audience.as_deref(),
                when: s.when,
                what: &s.what,
                source: &s.source,
                known_at: known(s.known_at),
            })
            .collect(),
        statements: case
            .claims
            .iter()
            .map(|c| ClaimRow {
                id: &c.id,
                kind: c.kind,
                text: &c.text,
                value: c.value,
                unit: c.unit.as_deref(),
                said_by: &c.said_by,
                source: &c.source,
                published: &c.published_text,
                remark: c.remark.as_deref(),
            })
            .collect(),
    }
}

/// A moment of publication as its author wrote it.
fn known(moment: Moment) -> String {
    match moment {
        Moment::Instant(t) => rfc3339(t),
        Moment::Day(t) => rfc3339(t)[..10].to_string(),
    }
}

fn page(m: &Measured<'_>, e: &Explanation) -> String {
    let case = m.case;
    let mut out = format!("{}\n\n", case.title);
    let mut say = |sentence: String| {
        let _ = writeln!(out, "{}\n", text::wrap(&sentence));
    };
    say(place(case));
    say(window(m));
    say(chain(m, e));
    if case.timeline.is_empty() && case.claims.is_empty() {
        say("No statements and no claims: what lay behind it is not known here.".to_string());
    }
    for s in &case.timeline {
        let (from, to) = (moment_utc(s.when.earliest), moment_utc(s.when.latest));
        let when = if from == to {
            from
        } else {
            format!("{from} to {to}")
        };
        say(format!(
            "{when}: {}. — {}, known {}",
            s.what,
            s.source,
            known(s.known_at)
        ));
    }
    for c in &case.claims {
        let remark = c.remark.as_ref().map_or(String::new(), |r| format!(" {r}"));
        say(format!(
            "“{}” ({}, {}) — {}.{remark}",
            c.text, c.said_by, c.published_text, c.source
        ));
    }
    say(format!(
        "What is true of it: hashquake explain {}.",
        case.id
    ));
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn place(case: &Case) -> String {
    let codes: Vec<&str> = case.regions.iter().map(Region::code).collect();
    let place = if codes.is_empty() {
        "no region".to_string()
    } else {
        format!("{} ({})", case.place, codes.join(", "))
    };
    let also = if case.also.is_empty() {
        String::new()
    } else {
        format!(" Also: {}.", case.also.join("; "))
    };
    format!("Cause: {}. Region: {place}.{also}", case.cause.word())
}

fn window(m: &Measured<'_>) -> String {
    let (basis, why) = match &m.case.window_basis {
        WindowBasis::Source(why) => ("source", why),
        WindowBasis::Rule(why) => ("rule", why),
    };
    let Measured { case, days, .. } = m;
    format!(
        "Window: {} to {}, {days:.1} days; by {basis}: {why}.",
        moment_utc(case.window.start),
        moment_utc(case.window.end)
    )
}

fn chain(m: &Measured<'_>, e: &Explanation) -> String {
    let mut out = match m.blocks {
        Some(b) => format!(
            "Block times alone: {} blocks, a loss of {} ({}) against both sides{}, log10 Bayes factor {}.",
            b.count,
            percent(b.loss_percent.p50),
            percent_range(b.loss_percent),
            b.against_before_percent.map_or(String::new(), |q| format!(
                " and of {} ({}) against the days before",
                percent(q.p50),
                percent_range(q)
            )),
            minus(format!("{:.1}", b.log10_bayes_factor))
        ),
        None => "Block times: the embedded chain does not hold the window.".to_string(),
    };
    let shares: Vec<String> = e.evidence.shares.iter().map(share).collect();
    if let Some(f) = e.fused.as_ref().filter(|_| !shares.is_empty()) {
        let _ = write!(
            out,
            " Pools: {}. All together: {} ({}), log10 Bayes factor {}.",
            shares.join("; "),
            percent(f.loss_percent.p50),
            percent_range(f.loss_percent),
            minus(format!("{:.1}", f.log10_bayes_factor))
        );
    }
    if let Some(r) = m.retarget {
        let sign = if r.change_percent > 0.0 { "+" } else { "" };
        let _ = write!(
            out,
            " The next retarget, on {}, was {sign}{}.",
            day(r.time),
            percent(r.change_percent)
        );
    }
    out
}

fn share(s: &ShareEvidence) -> String {
    format!(
        "{} {} ({})",
        pool_name(&s.pool),
        percent(s.loss_percent.p50),
        percent_range(s.loss_percent)
    )
}
