//! What happens: whom each event touches, when, and for how long.

use super::event::{Event, EventName, Filter};
use super::event_keys::{EVENT, EVENTS};
use super::kinds;
use super::reader::ScenarioReader;
use super::sections::{kind, without_foreign};
use super::value::TimeSpec;
use super::value_type::{Key, Kind};
use super::values::Values;
use hashquake_base::distribution::Distribution;
use hashquake_base::toml_reader::Entry;
use hashquake_base::toml_tree::{Node, Table};
use hashquake_base::units::{Moment, Span, rfc3339};

/// Reads `[[events]]`, in the order of the file.
pub(super) fn events(
    reader: &ScenarioReader,
    root: &Table,
    run: Option<Span>,
) -> Option<Vec<Event>> {
    let Some(node) = root.get("events") else {
        return Some(Vec::new());
    };
    let Some(list) = node.list() else {
        reader.toml.expected(
            Entry {
                node,
                path: "events",
            },
            "a list of tables, each [[events]]",
        );
        return None;
    };
    let read: Vec<_> = list
        .iter()
        .enumerate()
        .map(|(n, node)| event(reader, n, node, run))
        .collect();
    read.into_iter().collect()
}

fn event(reader: &ScenarioReader, n: usize, node: &Node, run: Option<Span>) -> Option<Event> {
    let id = node.table().and_then(|t| t.get("id")?.text());
    let path = id.map_or_else(|| format!("events[{n}]"), |id| format!("events.{id}"));
    let Some(table) = node.table() else {
        reader.toml.expected(Entry { node, path: &path }, "a table");
        return None;
    };
    let kind = kind(reader, table, &path, EVENTS);
    let own: &[Key] = kind.map_or(&[], |k| k.keys);
    let known = |table: &Table| match kind {
        Some(kind) => without_foreign(reader, table, &path, kind, EVENT, EVENTS),
        None => only(table, EVENT),
    };
    let table = known(table);
    let v = Values::read(reader, &table, &path, &[EVENT, own], &["kind"]);
    v.record_priors();
    let start = start(&v, run);
    let duration = duration(&v, run, start.as_ref(), kind.is_some_and(|k| k.spread));
    let known_at = v.moment("known_at").map(Moment::end);
    let source = v.text("source");
    if known_at.is_some() && source.is_none() {
        v.refuse(
            "known_at",
            "says when a source was published; `source` should say which",
        );
    }
    let what = kind.and_then(|k| kinds::read(k.name, &v, run, start.as_ref(), duration.as_ref()));
    let who = filter(&v, kind);
    Some(Event {
        id: v.text("id")?,
        kind: what?,
        who,
        start: start?,
        duration,
        recovery: v.distribution("recovery"),
        source,
        known_at,
        line: node.location.line.unwrap_or(0),
    })
}

/// The table with `keys` alone: what can be judged while the kind is not known.
fn only(table: &Table, keys: &[Key]) -> Table {
    let mut rest = table.clone();
    let written: Vec<String> = keys.iter().flat_map(Key::spellings).collect();
    rest.keys
        .retain(|(k, _)| k == "kind" || written.contains(k));
    rest
}

fn filter(v: &Values<'_>, kind: Option<&Kind<EventName>>) -> Filter {
    let registered = v.flag("registered");
    if let (Some(true), Some(kind)) = (registered, kind)
        && matches!(kind.name, EventName::Crackdown | EventName::Licensing)
    {
        let what = format!(
            "is true, but a {} touches only unregistered machines",
            kind.name.word()
        );
        v.refuse("registered", &what);
    }
    Filter {
        regions: v.texts("regions"),
        registered,
        worse_than_j_per_th: v.number("worse_than").map(|x| x.round() as u32),
    }
}

/// Seconds after the run's start; it must lie in the run.
fn start(v: &Values<'_>, run: Option<Span>) -> Option<Distribution> {
    let (spec, run) = (v.time_spec("start")?, run?);
    let distribution = match spec {
        TimeSpec::At(t) => Distribution::Point((t - run.start) as f64),
        TimeSpec::After(distribution) => distribution,
    };
    let (earliest, _) = distribution.range();
    let inside = earliest >= 0.0 && distribution.central_value() < run.seconds() as f64;
    if !inside {
        let what = format!(
            "lies outside the run, which goes from {} to {}",
            rfc3339(run.start),
            rfc3339(run.end)
        );
        v.refuse("start", &what);
    }
    inside.then_some(distribution)
}

fn duration(
    v: &Values<'_>,
    run: Option<Span>,
    start: Option<&Distribution>,
    spread: bool,
) -> Option<Distribution> {
    let (duration, end) = (v.distribution("duration"), v.time_spec("end"));
    let Some(end) = end else {
        if spread && duration.is_none() && !v.mentions("duration") {
            v.refuse(
                "duration",
                "is missing; what this event does is spread over it",
            );
        }
        return duration;
    };
    if duration.is_some() {
        v.refuse("end", "says again what `duration` says: one of them");
        return None;
    }
    let (run, start) = (run?, start?);
    let Distribution::Point(start) = start else {
        v.refuse(
            "end",
            "cannot stand beside an uncertain `start`; say how long with `duration`",
        );
        return None;
    };
    let end = match end {
        TimeSpec::At(t) => (t - run.start) as f64,
        TimeSpec::After(distribution) => distribution.central_value(),
    };
    if end <= *start {
        v.refuse("end", "is not after `start`");
        return None;
    }
    Some(Distribution::Point(end - start))
}
