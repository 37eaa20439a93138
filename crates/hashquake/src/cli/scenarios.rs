//! `hashquake scenarios`: the embedded scenarios.

use clap::{Subcommand, ValueEnum};
use hashquake_base::units::{date, rfc3339};
use hashquake_world::scenario::{Prior, Resolved, library};
use serde::Serialize;

use super::output::print;
use super::scenario_file::{count, resolve};
use hashquake_report::text;

#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  hashquake scenarios
  hashquake scenarios --kind levy
  hashquake scenarios show kazakhstan-35-percent-3-weeks
  hashquake scenarios show kazakhstan-levy-25-tenge --resolved > my-scenario.toml
  hashquake scenarios show my-scenario.toml --set events.levy.rate_usd_per_kwh=0.02
  hashquake scenarios --format json"
)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only scenarios with an event of this kind
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Subcommand)]
enum Action {
    /// One scenario: its question, events, sources and assumptions
    Show(Show),
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashquake scenarios show kazakhstan-738-million-investment
  hashquake scenarios show price-shock --set events.crash.change=-0.3 --resolved")]
struct Show {
    /// Name of an embedded scenario, or a file
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// Change a key, after everything else (may be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Print it as one TOML that extends nothing
    #[arg(long)]
    resolved: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

fn kind(word: &str) -> Result<String, String> {
    let known: Vec<&str> = hashquake_world::scenario::extends::kinds().collect();
    if known.contains(&word) {
        return Ok(word.to_string());
    }
    Err(format!(
        "`{word}` is not a valid kind of event: expected one of {}",
        known.join(", ")
    ))
}

pub fn run(args: Args) -> anyhow::Result<()> {
    if let Some(Action::Show(show)) = args.action {
        let resolved = resolve(&show.scenario, &show.set)?;
        let out = if show.resolved {
            resolved.text
        } else {
            describe(&resolved)
        };
        return print(out.as_bytes());
    }
    let all = library::all();
    let has = |r: &&Resolved| {
        let kinds = r.scenario.events.iter().map(|e| e.kind.word());
        args.kind
            .as_ref()
            .is_none_or(|k| kinds.into_iter().any(|w| w == k))
    };
    let found: Vec<&Resolved> = all.iter().filter(has).collect();
    let out = match args.format {
        Format::Table => table(&found),
        Format::Json => {
            let rows: Vec<Row<'_>> = found.iter().map(|r| Row::new(r)).collect();
            format!("{}\n", serde_json::to_string_pretty(&rows)?)
        }
    };
    print(out.as_bytes())
}

/// A scenario as the list prints it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    question: &'a str,
    start: String,
    end: String,
    as_of: String,
    events: Vec<EventRow<'a>>,
    sources: &'a [String],
    assumptions: Vec<AssumptionRow<'a>>,
}

#[derive(Serialize)]
struct EventRow<'a> {
    id: &'a str,
    kind: &'static str,
    regions: &'a [String],
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct AssumptionRow<'a> {
    key: &'a str,
    value: &'a str,
    default: bool,
}

impl<'a> Row<'a> {
    fn new(r: &'a Resolved) -> Self {
        let s = &r.scenario;
        let event = |e: &'a hashquake_world::scenario::Event| EventRow {
            id: &e.id,
            kind: e.kind.word(),
            regions: &e.who.regions,
            source: e.source.as_deref(),
        };
        let assumption = |p: &'a Prior| AssumptionRow {
            key: &p.key,
            value: &p.value,
            default: p.default,
        };
        Self {
            id: &s.id,
            title: &s.title,
            question: &s.question,
            start: rfc3339(s.start),
            end: rfc3339(s.end),
            as_of: rfc3339(s.as_of),
            events: s.events.iter().map(event).collect(),
            sources: &s.sources,
            assumptions: r.priors.iter().map(assumption).collect(),
        }
    }
}

fn table(found: &[&Resolved]) -> String {
    let mut table = text::table(&["scenario", "from", "days", "events", "question"], 120);
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    for r in found {
        let s = &r.scenario;
        let mut kinds: Vec<&str> = s.events.iter().map(|e| e.kind.word()).collect();
        kinds.dedup();
        table.add_row([
            s.id.clone(),
            date(s.start),
            ((s.end - s.start) / 86_400).to_string(),
            kinds.join(" "),
            s.question.clone(),
        ]);
    }
    format!(
        "{table}\n\n{}\n",
        text::wrap(
            "More: hashquake scenarios show NAME. A file of one's own: hashquake check FILE, and extends = \"NAME\" to change one of these."
        )
    )
}

fn describe(r: &Resolved) -> String {
    let s = &r.scenario;
    let mut out = format!("{}\n\n{}\n\n", s.title, text::wrap(&s.question));
    let span = format!(
        "From {} to {}, on what was known by {}. {}.",
        rfc3339(s.start),
        rfc3339(s.end),
        rfc3339(s.as_of),
        match s.events.len() {
            0 => "No events".to_string(),
            n => count(n, "event"),
        }
    );
    out.push_str(&format!("{}\n", text::wrap(&span)));
    for e in &s.events {
        let place = if e.who.regions.is_empty() {
            "everywhere".to_string()
        } else {
            e.who.regions.join(" ")
        };
        let source = e.source.as_deref().unwrap_or("none: all of it is assumed");
        let line = format!(
            "{}: {}, {place}. Source: {source}.",
            e.id,
            e.kind.word().replace('_', " ")
        );
        out.push_str(&format!("\n{}\n", text::wrap(&line)));
    }
    if !s.sources.is_empty() {
        out.push_str("\nSources\n");
        for source in &s.sources {
            out.push_str(&format!("{}\n", text::wrap(&format!("- {source}"))));
        }
    }
    out.push_str("\nAssumptions, which no source carries\n");
    for p in &r.priors {
        let default = if p.default { " (default)" } else { "" };
        out.push_str(&format!("- {} = {}{default}\n", p.key, p.value));
    }
    if r.priors.is_empty() {
        out.push_str("none\n");
    }
    out
}
