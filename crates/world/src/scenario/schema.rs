//! The JSON Schema (draft 2020-12) of scenario files, made from the table of keys.
//!
//! The schema serves an editor: names, kinds, units, what is required. What holds between keys (an end after
//! its start, a distribution within bounds, regions that exist) is the reader's: `hashquake check`.

use serde_json::{Map, Value, json};

use super::distributions::Shape;
use super::event_keys::{EVENT, EVENTS};
use super::keys::{FEES, GROWTH, PRICES, SCENARIO};
use super::units::Dimension;
use super::value_type::{Bounds, Key, Kind, Presence, ValueType};
use crate::words::Word;

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
fn alternatives<N: Word>(what: &str, kinds: &'static [Kind<N>], common: &'static [Key]) -> Value {
    let words: Vec<&str> = kinds.iter().map(|k| k.name.word()).collect();
    let of = |k: &Kind<N>| {
        json!({
            "if": { "properties": { "kind": { "const": k.name.word() } }, "required": ["kind"] },
            "then": { "$ref": format!("#/$defs/{what}_{}", k.name.word()) },
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
    define_kinds(&mut out, "price", PRICES, &[]);
    define_kinds(&mut out, "event", EVENTS, EVENT);
    out
}

fn define_kinds<N: Word>(
    out: &mut Map<String, Value>,
    what: &str,
    kinds: &[Kind<N>],
    common: &[Key],
) {
    for kind in kinds {
        let mut schema = object(common, kind.keys, true);
        let word = kind.name.word();
        schema["properties"]["kind"] = json!({ "const": word, "description": kind.doc });
        schema["description"] = json!(kind.doc);
        out.insert(format!("{what}_{word}"), schema);
    }
    out.insert(format!("{what}_change"), changes(kinds, common));
}

/// Any key of any kind: what a scenario may say of a part of the one it extends.
fn changes<N>(kinds: &[Kind<N>], common: &[Key]) -> Value {
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
        .filter(|k| required && k.presence == Presence::Required)
        .map(|k| {
            let ways = k.spellings();
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
    let default = match key.presence {
        Presence::Default(text) => format!("; {text} when absent"),
        Presence::Optional(words) => format!("; absent: {words}"),
        Presence::Required => String::new(),
    };
    let described = |mut schema: Value, more: &str| {
        schema["description"] = json!(format!("{}{more}{default}", key.doc));
        schema
    };
    let mut out = vec![(key.name.to_string(), described(value(key.value), ""))];
    let (ValueType::Distribution(d, bounds) | ValueType::Quantity(d, bounds)) = key.value else {
        return out;
    };
    let kind = if matches!(key.value, ValueType::Distribution(..)) {
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

fn value(value_type: ValueType) -> Value {
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    match value_type {
        ValueType::Distribution(d, bounds) => {
            let mut schema = reference(&format!("{}_distribution", d.name()));
            limit(&mut schema, bounds, |x| x);
            schema
        }
        ValueType::Quantity(d, bounds) => {
            let mut schema = reference(d.name());
            limit(&mut schema, bounds, |x| x);
            schema
        }
        ValueType::Moment | ValueType::Known => reference("moment"),
        ValueType::TimeSpec => json!({ "anyOf": [reference("moment"), reference("duration")] }),
        ValueType::UncertainTimeSpec => {
            json!({ "anyOf": [reference("moment"), reference("duration_distribution")] })
        }
        ValueType::Word(words) => json!({ "enum": words }),
        ValueType::Text => json!({ "type": "string", "minLength": 1 }),
        ValueType::Texts => {
            json!({ "type": "array", "items": { "type": "string", "minLength": 1 } })
        }
        ValueType::Name => json!({ "type": "string", "pattern": "^[a-z0-9_-]+$" }),
        ValueType::Flag => json!({ "type": "boolean" }),
        ValueType::Regions => {
            json!({ "type": "array", "items": reference("region"), "uniqueItems": true })
        }
        ValueType::Weights => json!({
            "type": "object",
            "propertyNames": reference("region"),
            "additionalProperties": { "type": "number", "minimum": 0 },
        }),
        ValueType::Stretches => json!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "from": time_spec(),
                    "to": time_spec(),
                    "severity": { "$ref": "#/$defs/fraction", "minimum": 0, "maximum": 1 },
                },
                "required": ["from", "to", "severity"],
                "additionalProperties": false,
            },
        }),
        ValueType::Closes => json!({
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

fn time_spec() -> Value {
    value(ValueType::TimeSpec)
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
    let distributions = Shape::NAMES.iter().zip(schemas).map(|(name, schema)| {
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
