//! Figures, tables and key numbers: the pieces that the parts of a page are made of.

use hashquake_base::format::moment;
use hashquake_base::units::Seconds;
use maud::{Markup, PreEscaped, html};

use crate::figure::picture::Figure;
use crate::table::Table;

/// Units that stay on the line of their number.
const UNITS: [&str; 7] = ["h", "MW", "MWh", "EH/s", "BTC", "J/TH", "t"];

/// Text in which a number and its unit stay on one line.
pub(super) fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut last = "";
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 {
            let number = last.ends_with(|c: char| c.is_ascii_digit());
            let unit = word.trim_end_matches([',', '.', ';', ')']);
            let glued = number && (word.starts_with('%') || UNITS.contains(&unit));
            out.push(if glued { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
        last = word;
    }
    out
}

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
                h3 { (unbroken(&f.title)) }
                p class="unit" { (f.unit) }
                (PreEscaped(&f.wide)) (PreEscaped(&f.narrow))
                @if !f.key.is_empty() {
                    ol class="key" { @for statement in &f.key { li { (unbroken(statement)) } } }
                }
                figcaption {
                    p { (unbroken(&f.note)) }
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
            (unbroken(text))
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
                    div { dt { (name) } dd { b { (unbroken(value)) } span { (unbroken(range)) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_unit_on_its_line() {
        assert_eq!(
            unbroken("lost 3.0 to 15.9 % (90 %), 780 MW, by 5 Jan"),
            "lost 3.0 to 15.9\u{a0}% (90\u{a0}%), 780\u{a0}MW, by 5 Jan"
        );
    }
}
