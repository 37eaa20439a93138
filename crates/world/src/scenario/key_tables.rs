//! The tables of keys in `docs/scenarios.md`, made from the table of keys.

use core::fmt::Write;

use super::event_keys::{EVENT, EVENTS};
use super::keys::{FEES, GROWTH, PRICES, SCENARIO};
use super::units::Dimension;
use super::value_type::{Bounds, Key, Presence, ValueType};

/// The tables of keys as Markdown.
pub fn key_tables() -> String {
    let mut out = String::from(
        "### Quantities\n\n| quantity | like | units | in a key's name |\n|---|---|---|---|\n",
    );
    for d in Dimension::ALL {
        let units: Vec<String> = d
            .units()
            .iter()
            .map(|u| u.text.replace('¤', "USD"))
            .collect();
        let suffixes: Vec<String> = d
            .units()
            .iter()
            .filter_map(|u| u.suffix.map(|s| format!("`{s}`")))
            .collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            words(d),
            d.example().replace('"', "`"),
            units.join(", "),
            suffixes.join(", ")
        );
    }
    section(&mut out, "### The scenario", "", SCENARIO);
    for kind in PRICES {
        let title = format!("### `[price]` with `kind = \"{}\"`", kind.name.word());
        section(&mut out, &title, kind.doc, kind.keys);
    }
    section(&mut out, "### `[fees]`", "", FEES);
    section(&mut out, "### `[growth]`", "", GROWTH);
    section(&mut out, "### Every `[[events]]`", "", EVENT);
    for kind in EVENTS {
        section(
            &mut out,
            &format!("### `{}`", kind.name.word()),
            kind.doc,
            kind.keys,
        );
    }
    out
}

fn words(d: Dimension) -> String {
    d.name().replace('_', " ")
}

fn section(out: &mut String, title: &str, doc: &str, keys: &[Key]) {
    let _ = writeln!(out, "\n{title}\n");
    if !doc.is_empty() {
        let mut letters = doc.chars();
        let first = letters
            .next()
            .map_or(String::new(), |c| c.to_uppercase().to_string());
        let _ = writeln!(out, "{first}{}.\n", letters.as_str());
    }
    out.push_str("| key | what it means | what stands there | when absent |\n|---|---|---|---|\n");
    for key in keys {
        let absent = match key.presence {
            Presence::Required => "required".to_string(),
            Presence::Optional(words) => words.to_string(),
            Presence::Default(text) => format!("`{text}`, an assumption"),
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {}, as `{}` | {absent} |",
            key.name,
            key.doc,
            written(key.value),
            key.example.replace('|', "\\|")
        );
    }
}

fn written(value_type: ValueType) -> String {
    let bounded = |d: Dimension, bounds: Bounds, what: &str| {
        let within = bounds.words(|x| d.show(x));
        let comma = if within.is_empty() { "" } else { ", " };
        format!("{}{what}{comma}{within}", words(d))
    };
    match value_type {
        ValueType::Distribution(d, bounds) => bounded(d, bounds, " or distribution"),
        ValueType::Quantity(d, bounds) => bounded(d, bounds, ""),
        ValueType::Moment => "time".to_string(),
        ValueType::Known => "time; a day means its end".to_string(),
        ValueType::TimeSpec => "time or duration".to_string(),
        ValueType::UncertainTimeSpec => "time, duration or distribution".to_string(),
        ValueType::Word(words) => format!("one of {}", words.join(", ")),
        ValueType::Text => "string".to_string(),
        ValueType::Texts => "strings".to_string(),
        ValueType::Name => "small letters, digits, - and _".to_string(),
        ValueType::Flag => "true or false".to_string(),
        ValueType::Regions => "codes".to_string(),
        ValueType::Weights => "weights by code".to_string(),
        ValueType::Stretches => "stretches".to_string(),
        ValueType::Closes => "times and dollars; a day means its end".to_string(),
    }
}
