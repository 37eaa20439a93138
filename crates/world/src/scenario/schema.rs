//! The JSON Schema (draft 2020-12) and the tables of keys in `docs/scenarios.md`, both made from the table of keys.
//!
//! The schema serves an editor: names, kinds, units, what is required. What holds between keys (an end after
//! its start, a distribution within bounds, regions that exist) is the reader's: `hashquake check`.

use core::fmt::Write;

use serde_json::{Map, Value, json};

use super::distributions::DISTRIBUTIONS;
use super::keys::{Bounds, EVENT, EVENTS, FEES, Form, GROWTH, Key, Kind, Need, PRICES, SCENARIO};
use super::reader::spellings;
use super::units::Dimension;

/// The JSON Schema of a scenario file, indented, with a newline at its end.
pub fn json_schema() -> String {
    let sections = [
        ("exchange", exchange()),
        ("price", alternatives("price", PRICES, &[])),
        ("fees", object(FEES, &[], false)),
        ("growth", object(GROWTH, &[], false)),
        (
            "events",
            json!({ "type": "array", "description": "what happens", "items": alternatives("event", EVENTS, EVENT) }),
        ),
    ];
    let mut root = object(SCENARIO, &[], false);
    if let Some(properties) = root["properties"].as_object_mut() {
        properties.extend(sections.map(|(name, schema)| (name.to_string(), schema)));
    }
    root["required"] = json!(["id", "title", "question"]);
    root["anyOf"] = json!([
        { "required": ["extends"] },
        { "required": ["start", "end", "price"] },
    ]);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["$defs"] = Value::Object(definitions());
    root["title"] = json!("A scenario of hashquake");
    root["description"] =
        json!("A question put to the rehearsal: a start, a horizon, assumptions, events.");
    let text = serde_json::to_string_pretty(&root).unwrap_or_default();
    format!("{text}\n")
}

fn exchange() -> Value {
    json!({
        "type": "object",
        "description": "dollars for one of another currency; every currency that a value uses must stand here",
        "properties": { "source": { "type": "string", "description": "where the rates come from; absent: they are assumptions" } },
        "patternProperties": { "^usd_per_[a-z]{3}$": { "type": "number", "exclusiveMinimum": 0 } },
        "additionalProperties": false,
    })
}

/// One of several kinds, or, without a `kind`, changes of an extended scenario's.
fn alternatives(what: &str, kinds: &'static [Kind], common: &'static [Key]) -> Value {
    let words: Vec<&str> = kinds.iter().map(|k| k.word).collect();
    let of = |k: &Kind| {
        json!({
            "if": { "properties": { "kind": { "const": k.word } }, "required": ["kind"] },
            "then": { "$ref": format!("#/$defs/{what}_{}", k.word) },
        })
    };
    let mut all: Vec<Value> = kinds.iter().map(of).collect();
    all.push(json!({
        "if": { "not": { "required": ["kind"] } },
        "then": { "$ref": format!("#/$defs/{what}_change") },
    }));
    let mut schema = json!({
        "type": "object",
        "properties": { "kind": { "enum": words } },
        "allOf": all,
    });
    if !common.is_empty() {
        schema["required"] = json!(["id"]);
    }
    schema
}

fn definitions() -> Map<String, Value> {
    let mut out = Map::new();
    let mut put = |name: String, schema: Value| {
        out.insert(name, schema);
    };
    for d in Dimension::ALL {
        put(d.name().to_string(), quantity(d));
        put(
            format!("{}_distribution", d.name()),
            distribution(&format!("#/$defs/{}", d.name())),
        );
    }
    put("number".to_string(), json!({ "type": "number" }));
    put(
        "number_distribution".to_string(),
        distribution("#/$defs/number"),
    );
    put(
        "moment".to_string(),
        json!({
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2}))?$",
            "description": "a time like 2022-01-05T10:45Z, or a day",
        }),
    );
    put(
        "region".to_string(),
        json!({ "type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$" }),
    );
    for (what, kinds, common) in [("price", PRICES, &[] as &[Key]), ("event", EVENTS, EVENT)] {
        for kind in kinds {
            let mut schema = object(common, kind.keys, true);
            schema["properties"]["kind"] = json!({ "const": kind.word, "description": kind.doc });
            schema["description"] = json!(kind.doc);
            put(format!("{what}_{}", kind.word), schema);
        }
        put(format!("{what}_change"), changes(kinds, common));
    }
    out
}

/// Any key of any kind: what a scenario may say of a part of the one it extends.
fn changes(kinds: &[Kind], common: &[Key]) -> Value {
    let mut properties = Map::new();
    for key in common.iter().chain(kinds.iter().flat_map(|k| k.keys)) {
        for (name, schema) in property(key) {
            let known = properties
                .entry(name)
                .or_insert_with(|| json!({ "anyOf": [] }));
            if let Some(list) = known["anyOf"].as_array_mut()
                && !list.contains(&schema)
            {
                list.push(schema);
            }
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn object(common: &[Key], own: &[Key], required: bool) -> Value {
    let keys = || common.iter().chain(own);
    let properties: Map<String, Value> = keys().flat_map(property).collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    let must: Vec<Value> = keys()
        .filter(|k| required && k.need == Need::Required)
        .map(|k| {
            let ways = spellings(k);
            let ways = ways.iter().map(|name| json!({ "required": [name] }));
            json!({ "anyOf": ways.collect::<Vec<_>>() })
        })
        .collect();
    if !must.is_empty() {
        schema["allOf"] = json!(must);
    }
    schema
}

/// A key in each of its spellings.
fn property(key: &Key) -> Vec<(String, Value)> {
    let default = match key.need {
        Need::Default(text) => format!("; {text} when absent"),
        Need::Optional(words) => format!("; absent: {words}"),
        Need::Required => String::new(),
    };
    let described = |mut schema: Value, more: &str| {
        schema["description"] = json!(format!("{}{more}{default}", key.doc));
        schema
    };
    let mut out = vec![(key.name.to_string(), described(form(key.form), ""))];
    let (Form::Distribution(d, bounds) | Form::Quantity(d, bounds)) = key.form else {
        return out;
    };
    let kind = if matches!(key.form, Form::Distribution(..)) {
        "number_distribution"
    } else {
        "number"
    };
    for unit in d.units() {
        let Some(suffix) = unit.suffix else { continue };
        let mut schema = json!({ "$ref": format!("#/$defs/{kind}") });
        limit(&mut schema, bounds, |x| unit.from_base(x));
        let text = unit.text.replace('¤', "USD");
        out.push((
            format!("{}{suffix}", key.name),
            described(schema, &format!(", in {text}")),
        ));
    }
    out
}

/// Bounds of a bare number; they do not touch strings and tables.
fn limit(schema: &mut Value, bounds: Bounds, written: impl Fn(f64) -> f64) {
    if bounds.low.is_finite() {
        let word = if bounds.above {
            "exclusiveMinimum"
        } else {
            "minimum"
        };
        schema[word] = json!(written(bounds.low));
    }
    if bounds.high.is_finite() {
        schema["maximum"] = json!(written(bounds.high));
    }
}

fn form(form: Form) -> Value {
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    match form {
        Form::Distribution(d, bounds) => {
            let mut schema = reference(&format!("{}_distribution", d.name()));
            limit(&mut schema, bounds, |x| x);
            schema
        }
        Form::Quantity(d, bounds) => {
            let mut schema = reference(d.name());
            limit(&mut schema, bounds, |x| x);
            schema
        }
        Form::Moment | Form::Known => reference("moment"),
        Form::Mark => json!({ "anyOf": [reference("moment"), reference("duration")] }),
        Form::MarkDistribution => {
            json!({ "anyOf": [reference("moment"), reference("duration_distribution")] })
        }
        Form::Word(words) => json!({ "enum": words }),
        Form::Text => json!({ "type": "string", "minLength": 1 }),
        Form::Texts => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Form::Name => json!({ "type": "string", "pattern": "^[a-z0-9_-]+$" }),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Regions => {
            json!({ "type": "array", "items": reference("region"), "uniqueItems": true })
        }
        Form::Weights => json!({
            "type": "object",
            "propertyNames": reference("region"),
            "additionalProperties": { "type": "number", "minimum": 0 },
        }),
        Form::Stretches => json!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "from": form_of_mark(),
                    "to": form_of_mark(),
                    "severity": { "$ref": "#/$defs/fraction", "minimum": 0, "maximum": 1 },
                },
                "required": ["from", "to", "severity"],
                "additionalProperties": false,
            },
        }),
        Form::Closes => json!({
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "array",
                "prefixItems": [reference("moment"), { "type": "number", "exclusiveMinimum": 0 }],
                "minItems": 2,
                "maxItems": 2,
            },
        }),
    }
}

fn form_of_mark() -> Value {
    form(Form::Mark)
}

fn quantity(d: Dimension) -> Value {
    let escaped = |text: &str| {
        let mut out = String::new();
        for c in text.chars() {
            match c {
                '¤' => out.push_str("[A-Z]{3}"),
                c if "/()%".contains(c) => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(c),
            }
        }
        out.replace("\\%", "%").replace("\\/", "/")
    };
    let units: Vec<String> = d.units().iter().map(|u| escaped(u.text)).collect();
    let optional = if d.bare() { "?" } else { "" };
    let pattern = format!(
        "^\\s*[-+]?[0-9_]*\\.?[0-9]+\\s*(thousand|million|billion)?\\s*({}){optional}\\s*$",
        units.join("|")
    );
    let text = json!({ "type": "string", "pattern": pattern });
    let mut schema = if d.bare() {
        json!({ "anyOf": [{ "type": "number" }, text] })
    } else {
        text
    };
    schema["description"] = json!(format!("like {}", d.example()));
    schema
}

fn distribution(quantity: &str) -> Value {
    let q = || json!({ "$ref": quantity });
    let two = |a: &str, a_is: Value, b: &str, b_is: Value| {
        json!({
            "type": "object",
            "properties": { a: a_is, b: b_is },
            "required": [a, b],
            "additionalProperties": false,
        })
    };
    let list = |n: usize| {
        let items: Vec<Value> = (0..n).map(|_| q()).collect();
        json!({ "type": "array", "prefixItems": items, "minItems": n, "maxItems": n })
    };
    let positive = || json!({ "type": "number", "minimum": 0 });
    let pair =
        json!({ "type": "array", "prefixItems": [q(), positive()], "minItems": 2, "maxItems": 2 });
    let schemas = [
        two("median", q(), "sigma", positive()),
        two("mean", q(), "sd", q()),
        list(2),
        list(3),
        json!({ "type": "array", "items": pair, "minItems": 1 }),
    ];
    let distributions = DISTRIBUTIONS
        .iter()
        .zip(schemas)
        .map(|((name, _), schema)| {
            json!({
                "type": "object",
                "properties": { *name: schema },
                "required": [name],
                "additionalProperties": false,
            })
        });
    let mut all = vec![q()];
    all.extend(distributions);
    json!({ "anyOf": all })
}

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
        let title = format!("### `[price]` with `kind = \"{}\"`", kind.word);
        section(&mut out, &title, kind.doc, kind.keys);
    }
    section(&mut out, "### `[fees]`", "", FEES);
    section(&mut out, "### `[growth]`", "", GROWTH);
    section(&mut out, "### Every `[[events]]`", "", EVENT);
    for kind in EVENTS {
        section(
            &mut out,
            &format!("### `{}`", kind.word),
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
        let absent = match key.need {
            Need::Required => "required".to_string(),
            Need::Optional(words) => words.to_string(),
            Need::Default(text) => format!("`{text}`, an assumption"),
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {}, as `{}` | {absent} |",
            key.name,
            key.doc,
            written(key.form),
            key.example.replace('|', "\\|")
        );
    }
}

fn written(form: Form) -> String {
    let bounded = |d: Dimension, bounds: Bounds, what: &str| {
        let within = bounds.words(|x| d.show(x));
        let comma = if within.is_empty() { "" } else { ", " };
        format!("{}{what}{comma}{within}", words(d))
    };
    match form {
        Form::Distribution(d, bounds) => bounded(d, bounds, " or distribution"),
        Form::Quantity(d, bounds) => bounded(d, bounds, ""),
        Form::Moment => "time".to_string(),
        Form::Known => "time; a day means its end".to_string(),
        Form::Mark => "time or duration".to_string(),
        Form::MarkDistribution => "time, duration or distribution".to_string(),
        Form::Word(words) => format!("one of {}", words.join(", ")),
        Form::Text => "string".to_string(),
        Form::Texts => "strings".to_string(),
        Form::Name => "small letters, digits, - and _".to_string(),
        Form::Flag => "true or false".to_string(),
        Form::Regions => "codes".to_string(),
        Form::Weights => "weights by code".to_string(),
        Form::Stretches => "stretches".to_string(),
        Form::Closes => "times and dollars; a day means its end".to_string(),
    }
}
