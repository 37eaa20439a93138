//! What every page has around its parts: head, styles, the column that holds the text.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::figure::picture::{PALETTE, STYLE};

/// A whole page. `description` is what search engines and previews show.
pub(super) fn document(title: &str, description: &str, version: &str, main: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="description" content=(description);
                meta name="generator" content={ "hashquake " (version) };
                title { (title) " – hashquake" }
                style { (PreEscaped(palette())) (PreEscaped(include_str!("page.css"))) (PreEscaped(STYLE)) }
            }
            body { main { (main) } }
        }
    };
    page.into_string()
}

fn palette() -> String {
    let light: String = PALETTE
        .iter()
        .map(|(n, l, _)| format!("{n}:{l};"))
        .collect();
    let dark: String = PALETTE
        .iter()
        .map(|(n, _, d)| format!("{n}:{d};"))
        .collect();
    format!(":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n")
}
