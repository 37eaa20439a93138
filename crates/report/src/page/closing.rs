//! The end of a report: the next retarget, the method, the sources, how to cite.

use hashquake_base::format::{moment, percent, percent_range, short_moment};
use hashquake_base::units::rfc3339;
use hashquake_explain::explanation::{Explanation, Source};
use maud::{Markup, PreEscaped, html};

use super::panel;
use crate::document::explain::ExplainDocument;
use crate::envelope::Envelope;
use crate::table::Table;

/// The retarget that the window leads to, where it can be computed.
pub(super) fn next_retarget(e: &Explanation) -> Markup {
    html! {
        @if let Some(r) = &e.next_retarget {
            section {
                h2 { "The next retarget, as seen on " (moment(r.seen_at)) " UTC" }
                p {
                    "At height " (r.height) " the difficulty changes by " (percent(r.change_percent.p50))
                    " (90 %: " (percent_range(r.change_percent)) "), about " (moment(r.date.p50))
                    " UTC (between " (short_moment(r.date.p05)) " and " (short_moment(r.date.p95)) "); "
                    (r.blocks_so_far) " blocks of the epoch were found by then."
                }
            }
        }
    }
}

/// Formulas in short, and what was left out.
pub(super) fn method(e: &Explanation) -> Markup {
    html! {
        section {
            (PreEscaped(include_str!("method.html")))
            @if !e.notes.is_empty() {
                h3 { "Left out or not checked" }
                ul { @for note in &e.notes { li { (note) } } }
            }
        }
    }
}

/// What was read, from where, under which licence; nothing where nothing is named.
pub(super) fn sources(sources: &[Source], first_column: &str) -> Markup {
    let mut rows = Table::new(&[first_column, "From", "Licence"]);
    for s in sources {
        rows.add_row([&s.what, &s.from, &s.licence]);
    }
    section("Sources", &rows)
}

/// What an explanation read: files, and tables that are embedded.
pub(super) fn read(e: &Explanation) -> Markup {
    let tables = e.tables.iter().map(|t| Source {
        what: t.what.clone(),
        from: format!("world/{}: {}", t.name, t.source),
        licence: t.licence.clone(),
    });
    let all: Vec<Source> = e.sources.iter().cloned().chain(tables).collect();
    sources(&all, "What was read")
}

/// A table under its own heading; nothing where it has no rows.
pub(super) fn section(title: &str, table: &Table) -> Markup {
    html! {
        @if !table.rows.is_empty() {
            section { h2 { (title) } (panel::table(title, table)) }
        }
    }
}

/// Version, seed and command.
pub(super) fn cite(answer: &Envelope<ExplainDocument>) -> Markup {
    let e = &answer.answer.explanation;
    html! {
        section class="cite" {
            h2 { "How to cite" }
            p {
                "hashquake " (answer.version) ", “" (e.title) "”, as of " (rfc3339(e.as_of)) ", seed " (e.seed) "."
            }
            p { "The same version, seed and inputs give the same page:" }
            pre { code { (answer.command) } }
        }
    }
}
