//! From the tree of a scenario to the [`Scenario`], with all that must hold between its keys.

use super::keys::{EVENT, EVENTS, FEES, GROWTH, Key, Kind, PRICES, SCENARIO};
use super::reader::{Mark, Reader, Spot};
use super::tree::{Node, Table, Value, inline};
use super::values::{Prior, Values};
use super::{Event, Fees, Filter, Growth, Price, Scenario};
use hashquake_base::diagnostics::Location;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, Moment, Seconds, Span, date, rfc3339};

/// Longest run: ten years with their leap days.
const LONGEST: Seconds = 3_653 * DAY;
/// Farthest that hashrate or price may be carried within a run, in logarithms: a factor of 10^15.
const REACH: f64 = 34.5;
/// Header time of the first block.
const GENESIS: Seconds = 1_231_006_505;

/// Builds; mistakes are the reader's.
pub(super) fn scenario(reader: &mut Reader, root: &Table) -> Option<Scenario> {
    exchange(reader, root);
    let reader = &*reader;
    let others = ["exchange", "price", "fees", "growth", "events"];
    let v = reader.values(root, "", &[SCENARIO], &others);
    let run = run(&v);
    let as_of = v.moment("as_of").map(Moment::end);
    let as_of = as_of.or(run.map(|r| r.start));
    let price = price(reader, root, run, as_of);
    let fees = fees(reader, root);
    let growth = growth(reader, root, run);
    let events = events(reader, root, run);
    let (id, title, question) = (v.text("id"), v.text("title"), v.text("question"));
    let decision = v.number("decision");
    if decision.is_some_and(|d| d < 1.0) {
        v.refuse("decision", "should be at least a second");
    }
    let (run, decision) = (run?, decision?);
    Some(Scenario {
        id: id?,
        title: title?,
        question: question?,
        sources: v.texts("sources"),
        start: run.start,
        as_of: as_of?,
        end: run.end,
        decision_seconds: decision as Seconds,
        price: price?,
        fees: fees?,
        growth: growth?,
        events: events?,
    })
}

/// `usd_per_kzt = 0.0023` and the like, read before anything that may use them.
fn exchange(reader: &mut Reader, root: &Table) {
    let Some(node) = root.get("exchange") else {
        return;
    };
    let Some(table) = node.table() else {
        let spot = Spot {
            node,
            path: "exchange",
        };
        reader.wrong(spot, "a table of rates like usd_per_kzt = 0.0023");
        return;
    };
    let mut rates = Vec::new();
    let sourced = table.get("source").is_some_and(|n| n.text().is_some());
    for (key, node) in table.keys.iter().filter(|(k, _)| k != "source") {
        let path = format!("exchange.{key}");
        let currency = key.strip_prefix("usd_per_");
        let currency =
            currency.filter(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_lowercase()));
        let Some(currency) = currency else {
            let what =
                "is no rate; write usd_per_ and the three small letters of a currency, usd_per_kzt";
            reader.refuse(&node.at, &path, what);
            continue;
        };
        match node.value {
            Value::Number(x) if x > 0.0 && x.is_finite() => {
                rates.push((currency.to_uppercase(), x));
                if !sourced {
                    reader.priors.borrow_mut().push(Prior {
                        key: path,
                        value: inline(node),
                        default: false,
                    });
                }
            }
            _ => reader.wrong(Spot { node, path: &path }, "dollars for one, more than 0"),
        }
    }
    reader.exchange.extend(rates);
}

fn run(v: &Values<'_>) -> Option<Span> {
    let start = v.moment("start").map(Moment::start);
    let end = v.mark("end");
    let (start, end) = (start?, end?);
    if start < GENESIS {
        let what = format!(
            "is {}, before the first block; it should be 2009-01-04 or later",
            date(start)
        );
        v.refuse("start", &what);
        return None;
    }
    let end = match end {
        Mark::At(t) => t,
        Mark::After(distribution) => start.saturating_add(distribution.central_value() as Seconds),
    };
    if end <= start {
        v.refuse("end", "is not after `start`");
        return None;
    }
    if end - start > LONGEST {
        let days = (end - start) / DAY;
        v.refuse(
            "end",
            &format!("lies {days} d after `start`; a run lasts ten years at most"),
        );
        return None;
    }
    Some(Span { start, end })
}

/// The table of a section; one that is not there is empty.
fn section<'t>(
    reader: &Reader,
    root: &'t Table,
    name: &str,
    empty: &'t Table,
) -> Option<&'t Table> {
    let Some(node) = root.get(name) else {
        return Some(empty);
    };
    if node.table().is_none() {
        reader.wrong(Spot { node, path: name }, "a table");
    }
    node.table()
}

fn empty(at: &Location) -> Table {
    Table {
        at: at.clone(),
        keys: Vec::new(),
    }
}

fn fees(reader: &Reader, root: &Table) -> Option<Fees> {
    let none = empty(&root.at);
    let table = section(reader, root, "fees", &none)?;
    let v = reader.values(table, "fees", &[FEES], &[]);
    v.record_priors();
    let (btc_per_block, backlog_response) = (
        v.distribution("per_block"),
        v.distribution("backlog_response"),
    );
    Some(Fees {
        btc_per_block: btc_per_block?,
        backlog_response: backlog_response?,
    })
}

fn growth(reader: &Reader, root: &Table, run: Option<Span>) -> Option<Growth> {
    let none = empty(&root.at);
    let table = section(reader, root, "growth", &none)?;
    let v = reader.values(table, "growth", &[GROWTH], &[]);
    v.record_priors();
    let (per_day, walk) = (v.distribution("trend")?, v.distribution("walk")?);
    refuse_beyond_reach(&v, run, ("trend", &per_day), ("walk", &walk));
    Some(Growth {
        per_day,
        walk_per_sqrt_day: walk,
    })
}

/// Refuses a trend and a walk of a logarithm that could carry it farther than [`REACH`] within the run:
/// no clock could follow, and no chart could show it. A walk counts as six standard deviations wide, as
/// a bell does.
fn refuse_beyond_reach(
    v: &Values<'_>,
    run: Option<Span>,
    (trend, per_day): (&str, &Distribution),
    (walk, per_sqrt_day): (&str, &Distribution),
) {
    let Some(run) = run else { return };
    let days = (run.end - run.start) as f64 / DAY as f64;
    let size = |distribution: &Distribution| {
        let (low, high) = distribution.range();
        low.abs().max(high.abs())
    };
    let parts = [
        (trend, size(per_day) * days),
        (walk, 6.0 * size(per_sqrt_day) * libm::sqrt(days)),
    ];
    if parts[0].1 + parts[1].1 <= REACH {
        return;
    }
    let (key, reached) = parts[usize::from(parts[1].1 > parts[0].1)];
    let what = format!(
        "can carry it by a factor of 10^{:.0} within the {days:.0} d of the run; {trend} and {walk} together should stay below 10^15",
        reached / core::f64::consts::LN_10
    );
    v.refuse(key, &what);
}

/// The kind that a table states, out of `kinds`.
fn kind(
    reader: &Reader,
    table: &Table,
    path: &str,
    kinds: &'static [Kind],
) -> Option<&'static Kind> {
    let words: Vec<&str> = kinds.iter().map(|k| k.word).collect();
    let path = format!("{path}.kind");
    let Some(node) = table.get("kind") else {
        if reader.incomplete.get() {
            return None;
        }
        let what = format!("is missing; it should be one of {}", words.join(", "));
        reader.refuse(&table.at, &path, &what);
        return None;
    };
    if node.text() == Some("halving") {
        reader.refuse(
            &node.at,
            &path,
            "is `halving`, which comes by itself and needs no event",
        );
        return None;
    }
    let word = reader.word(Spot { node, path: &path }, &words)?;
    kinds.iter().find(|k| k.word == word)
}

/// Notes keys that belong to another kind, and leaves them out of the further reading.
fn without_foreign(
    reader: &Reader,
    table: &Table,
    path: &str,
    own: &Kind,
    common: &[Key],
    kinds: &[Kind],
) -> Table {
    let named = |keys: &[Key], name: &str| {
        keys.iter()
            .any(|k| super::reader::spellings(k).iter().any(|s| s == name))
    };
    let mut rest = table.clone();
    rest.keys.retain(|(name, node)| {
        if name == "kind" || named(own.keys, name) || named(common, name) {
            return true;
        }
        let theirs: Vec<&str> = kinds
            .iter()
            .filter(|k| named(k.keys, name))
            .map(|k| k.word)
            .collect();
        if theirs.is_empty() {
            return true;
        }
        let what = format!(
            "is a key of {}, and this is of kind `{}`",
            theirs.join(", "),
            own.word
        );
        reader.refuse(&node.at, &format!("{path}.{name}"), &what);
        false
    });
    rest
}

fn price(
    reader: &Reader,
    root: &Table,
    run: Option<Span>,
    as_of: Option<Seconds>,
) -> Option<Price> {
    let Some(node) = root.get("price") else {
        if reader.incomplete.get() {
            return None;
        }
        let what = "is missing; add [price] with a `kind` such as \"constant\" and its keys";
        reader.refuse(&root.at, "price", what);
        return None;
    };
    let Some(table) = node.table() else {
        reader.wrong(
            Spot {
                node,
                path: "price",
            },
            "a table",
        );
        return None;
    };
    let kind = kind(reader, table, "price", PRICES)?;
    let table = without_foreign(reader, table, "price", kind, &[], PRICES);
    let v = reader.values(&table, "price", &[kind.keys], &["kind"]);
    v.record_priors();
    match kind.word {
        "constant" => Some(Price::Constant(v.number("price")?)),
        "path" => {
            let closes = v.closes("closes")?;
            if let (Some(run), Some((first, _))) = (run, closes.first())
                && *first > run.start
            {
                let what = format!(
                    "begin at {}, after the run's start; one close should stand at or before it",
                    rfc3339(*first)
                );
                v.refuse("closes", &what);
            }
            Some(Price::Path(closes))
        }
        "jump_diffusion" => {
            let (start_usd, drift) = (v.number("price"), v.distribution("drift"));
            let (volatility, jumps) = (v.distribution("volatility"), v.distribution("jumps"));
            let (drift, volatility) = (drift?, volatility?);
            refuse_beyond_reach(&v, run, ("drift", &drift), ("volatility", &volatility));
            Some(Price::JumpDiffusion {
                start_usd: start_usd?,
                drift_per_day: drift,
                volatility_per_sqrt_day: volatility,
                jumps_per_day: jumps?,
                jump_sd: v.distribution("jump_sd")?,
            })
        }
        _ => bootstrap(&v, as_of),
    }
}

fn bootstrap(v: &Values<'_>, as_of: Option<Seconds>) -> Option<Price> {
    let (closes, block) = (v.closes("closes"), v.number("block"));
    let closes = closes?;
    if closes.len() < 2 {
        v.refuse("closes", "has one close; a return needs at least two");
    }
    if let (Some(as_of), Some((last, _))) = (as_of, closes.last())
        && *last > as_of
    {
        let what = format!(
            "reach to {}, which was not known at `as_of`, {}",
            rfc3339(*last),
            rfc3339(as_of)
        );
        v.refuse("closes", &what);
    }
    Some(Price::Bootstrap {
        closes,
        block_days: block? / DAY as f64,
    })
}

fn events(reader: &Reader, root: &Table, run: Option<Span>) -> Option<Vec<Event>> {
    let Some(node) = root.get("events") else {
        return Some(Vec::new());
    };
    let Some(list) = node.list() else {
        reader.wrong(
            Spot {
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

fn event(reader: &Reader, n: usize, node: &Node, run: Option<Span>) -> Option<Event> {
    let id = node.table().and_then(|t| t.get("id")?.text());
    let path = id.map_or_else(|| format!("events[{n}]"), |id| format!("events.{id}"));
    let Some(table) = node.table() else {
        reader.wrong(Spot { node, path: &path }, "a table");
        return None;
    };
    let kind = kind(reader, table, &path, EVENTS);
    let own: &[Key] = kind.map_or(&[], |k| k.keys);
    let known = |table: &Table| match kind {
        Some(kind) => without_foreign(reader, table, &path, kind, EVENT, EVENTS),
        None => only(table, EVENT),
    };
    let table = known(table);
    let v = reader.values(&table, &path, &[EVENT, own], &["kind"]);
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
    let what =
        kind.and_then(|k| super::kinds::read(k.word, &v, run, start.as_ref(), duration.as_ref()));
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
        line: node.at.line.unwrap_or(0),
    })
}

/// The table with `keys` alone: what can be judged while the kind is not known.
fn only(table: &Table, keys: &[Key]) -> Table {
    let mut rest = table.clone();
    let written: Vec<String> = keys.iter().flat_map(super::reader::spellings).collect();
    rest.keys
        .retain(|(k, _)| k == "kind" || written.contains(k));
    rest
}

fn filter(v: &Values<'_>, kind: Option<&Kind>) -> Filter {
    let registered = v.flag("registered");
    if let (Some(true), Some(kind)) = (registered, kind)
        && matches!(kind.word, "crackdown" | "licensing")
    {
        let what = format!(
            "is true, but a {} touches only unregistered machines",
            kind.word
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
    let (mark, run) = (v.mark("start")?, run?);
    let distribution = match mark {
        Mark::At(t) => Distribution::Point((t - run.start) as f64),
        Mark::After(distribution) => distribution,
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
    let (duration, end) = (v.distribution("duration"), v.mark("end"));
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
        Mark::At(t) => (t - run.start) as f64,
        Mark::After(distribution) => distribution.central_value(),
    };
    if end <= *start {
        v.refuse("end", "is not after `start`");
        return None;
    }
    Some(Distribution::Point(end - start))
}
