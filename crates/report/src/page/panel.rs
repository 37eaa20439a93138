//! Figures, tables and key numbers: the pieces that the parts of a page are made of.

use hashquake_base::format::column::moment;
use hashquake_base::units::Seconds;
use maud::{Markup, PreEscaped, html};

use crate::figure::Figure;
use crate::table::Table;

/// A figure with its caption and the numbers behind it.
pub(super) fn panel(f: &Figure, as_of: Seconds, version: &str) -> Markup {
    let source = if f.source.is_empty() {
        "as listed below"
    } else {
        &f.source
    };
    html! {
        section class="panel" id=(f.id) {
            figure {
                h3 { (f.title) }
                p class="unit" { (f.unit) }
                (PreEscaped(&f.wide)) (PreEscaped(&f.narrow))
                @if !f.key.is_empty() {
                    ol class="key" { @for statement in &f.key { li { (statement) } } }
                }
                figcaption {
                    p { (f.note) }
                    p class="source" {
                        "Source: " (source) ". As of " (moment(as_of)) " UTC. hashquake " (version) "."
                    }
                }
            }
            @if !f.table.rows.is_empty() {
                details {
                    summary { "The numbers behind this figure" }
                    (table(&f.title, &f.table))
                }
            }
        }
    }
}

/// A table in a box that scrolls sideways by itself.
pub(super) fn table(caption: &str, table: &Table) -> Markup {
    let class = |column: usize| table.is_numeric(column).then_some("n");
    let classes: Vec<Option<&str>> = (0..table.head.len()).map(class).collect();
    let class = |column: usize| classes.get(column).copied().flatten();
    html! {
        div class="scroll" role="region" tabindex="0" aria-label=(caption) {
            table {
                thead {
                    tr {
                        @for (i, name) in table.head.iter().enumerate() {
                            th scope="col" class=[class(i)] { (name) }
                        }
                    }
                }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (i, cell) in row.iter().enumerate() {
                                td class=[class(i)] { (linked(cell)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Text, as a link where all of it is an address.
pub(super) fn linked(text: &str) -> Markup {
    let address = text.starts_with("https://") || text.starts_with("http://");
    html! {
        @if address && !text.contains(char::is_whitespace) {
            a href=(text) rel="noreferrer" { (text) }
        } @else {
            (text)
        }
    }
}

/// A number in large letters: its name, its value, its range.
pub(super) type KeyNumber = (&'static str, String, String);

/// Key numbers side by side; nothing where there are none.
pub(super) fn number_list(numbers: &[KeyNumber]) -> Markup {
    html! {
        @if !numbers.is_empty() {
            dl class="numbers" {
                @for (name, value, range) in numbers {
                    div { dt { (name) } dd { b { (value) } span { (range) } } }
                }
            }
        }
    }
}
