//! The answers of `scenarios` for a terminal: the list, or one scenario.

use std::fmt::Write;

use hashquake_base::format::count;
use hashquake_base::units::{DAY, date, rfc3339};

use super::table::wrap;
use crate::document::scenarios::{ListedScenario, ScenarioList};
use crate::table::Table;

/// All of them as a table.
pub fn scenarios(list: &ScenarioList, width: usize) -> String {
    let mut table = Table::new(&["scenario", "from", "days", "events", "question"]);
    for s in &list.scenarios {
        let mut kinds: Vec<&str> = s.events.iter().map(|e| e.kind).collect();
        kinds.dedup();
        table.add_row([
            s.id.clone(),
            date(s.start),
            ((s.end - s.start) / DAY).to_string(),
            kinds.join(" "),
            s.question.clone(),
        ]);
    }
    let more = "More: hashquake scenarios show NAME. A file of one's own: hashquake check FILE, and extends = \"NAME\" to change one of these.";
    format!("{}\n\n{}\n", table.to_text(width), wrap(more, width))
}

/// One of them: its question, events, sources and assumptions.
pub fn scenario(s: &ListedScenario, width: usize) -> String {
    let mut out = format!("{}\n\n{}\n\n", s.title, wrap(&s.question, width));
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
    let _ = writeln!(out, "{}", wrap(&span, width));
    for e in &s.events {
        let place = if e.regions.is_empty() {
            "everywhere".to_string()
        } else {
            e.regions.join(" ")
        };
        let source = e.source.as_deref().unwrap_or("none: all of it is assumed");
        let line = format!(
            "{}: {}, {place}. Source: {source}.",
            e.id,
            e.kind.replace('_', " ")
        );
        let _ = writeln!(out, "\n{}", wrap(&line, width));
    }
    if !s.sources.is_empty() {
        out.push_str("\nSources\n");
        for source in &s.sources {
            let _ = writeln!(out, "{}", wrap(&format!("- {source}"), width));
        }
    }
    out.push_str("\nAssumptions, which no source carries\n");
    for a in &s.assumptions {
        let default = if a.default { " (default)" } else { "" };
        let _ = writeln!(out, "- {} = {}{default}", a.key, a.value);
    }
    if s.assumptions.is_empty() {
        out.push_str("none\n");
    }
    out
}
