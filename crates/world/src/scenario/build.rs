//! From the tree of a scenario to the [`Scenario`], with all that must hold between its keys.

use super::events::events;
use super::keys::{FEES, GROWTH, LONGEST_RUN, SCENARIO};
use super::model::{Fees, Growth, Prior, Scenario};
use super::price::price;
use super::reader::ScenarioReader;
use super::sections::{refuse_beyond_reach, section};
use super::value::TimeSpec;
use super::values::Values;
use hashquake_base::toml_reader::{Entry, join};
use hashquake_base::toml_tree::Table;
use hashquake_base::units::LAST_SECOND;
use hashquake_base::units::{DAY, Moment, Seconds, Span, rfc3339};

/// Header time of the first block.
const GENESIS: Seconds = 1_231_006_505;

/// Builds; mistakes are the reader's.
pub(super) fn scenario(reader: &mut ScenarioReader, root: &Table) -> Option<Scenario> {
    exchange(reader, root);
    let reader = &*reader;
    let others = ["exchange", "price", "fees", "growth", "events"];
    let v = Values::read(reader, root, "", &[SCENARIO], &others);
    let run = run(&v);
    let as_of = v.moment("as_of").map(Moment::end);
    let as_of = as_of.or(run.map(|r| r.start));
    let price = price(reader, root, run, as_of);
    let fees = fees(reader, root);
    let growth = growth(reader, root, run);
    let events = events(reader, root, run);
    let (id, title, question) = (v.text("id"), v.text("title"), v.text("question"));
    let decision = v.number("decision");
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
fn exchange(reader: &mut ScenarioReader, root: &Table) {
    let Some(node) = root.get("exchange") else {
        return;
    };
    let Some(table) = node.table() else {
        let path = "exchange";
        let should = "a table of rates like usd_per_kzt = 0.0023";
        reader.toml.expected(Entry { path, node }, should);
        return;
    };
    let mut rates = Vec::new();
    let sourced = table.get("source").is_some_and(|n| n.text().is_some());
    for (key, node) in table.keys.iter().filter(|(k, _)| k != "source") {
        let path = join("exchange", key);
        let Some(currency) = currency(key) else {
            let what = "is not a valid rate; write usd_per_ and the three small letters of a currency, usd_per_kzt";
            reader.toml.refuse(&node.location, &path, what);
            continue;
        };
        let entry = Entry { path: &path, node };
        let Some(usd) = reader.toml.number(entry) else {
            continue;
        };
        if usd <= 0.0 {
            reader.toml.expected(entry, "dollars for one, more than 0");
            continue;
        }
        rates.push((currency, usd));
        if !sourced {
            reader.priors.borrow_mut().push(Prior {
                value: node.to_string(),
                key: path,
                default: false,
            });
        }
    }
    reader.exchange.extend(rates);
}

/// The currency of a rate's key: `KZT` of `usd_per_kzt`.
fn currency(key: &str) -> Option<String> {
    let letters = key.strip_prefix("usd_per_")?;
    let three = letters.len() == 3 && letters.bytes().all(|b| b.is_ascii_lowercase());
    three.then(|| letters.to_uppercase())
}

fn run(v: &Values<'_>) -> Option<Span> {
    let start = v.moment("start").map(Moment::start);
    let end = v.time_spec("end");
    let (start, end) = (start?, end?);
    if start < GENESIS {
        let first = rfc3339(GENESIS);
        let what = format!("lies before the first block; expected {first} or later");
        v.refuse("start", &what);
        return None;
    }
    let end = match end {
        TimeSpec::At(t) => t,
        TimeSpec::After(seconds) => start.saturating_add(seconds.central_value() as Seconds),
    };
    if end <= start {
        v.refuse("end", "is not after `start`");
        return None;
    }
    if end - start > LONGEST_RUN {
        let days = (end - start) / DAY;
        let what = format!("lies {days} d after `start`; a run lasts ten years at most");
        v.refuse("end", &what);
        return None;
    }
    if end > LAST_SECOND {
        let last = rfc3339(LAST_SECOND);
        let what = format!("lies beyond what a chain can hold; expected {last} or earlier");
        v.refuse("end", &what);
        return None;
    }
    Some(Span { start, end })
}

fn fees(reader: &ScenarioReader, root: &Table) -> Option<Fees> {
    let none = Table::empty(root.location.clone());
    let table = section(reader, root, "fees", &none)?;
    let v = Values::read(reader, table, "fees", &[FEES], &[]);
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

fn growth(reader: &ScenarioReader, root: &Table, run: Option<Span>) -> Option<Growth> {
    let none = Table::empty(root.location.clone());
    let table = section(reader, root, "growth", &none)?;
    let v = Values::read(reader, table, "growth", &[GROWTH], &[]);
    v.record_priors();
    let (per_day, walk) = (v.distribution("trend")?, v.distribution("walk")?);
    refuse_beyond_reach(&v, run, ("trend", &per_day), ("walk", &walk));
    Some(Growth {
        per_day,
        walk_per_sqrt_day: walk,
    })
}
