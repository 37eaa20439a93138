//! What the price does, by its kind.

use super::keys::{PRICES, PriceName};
use super::model::Price;
use super::reader::ScenarioReader;
use super::sections::{kind, refuse_beyond_reach, without_foreign};
use super::values::Values;
use hashquake_base::toml_reader::Entry;
use hashquake_base::toml_tree::Table;
use hashquake_base::units::{DAY, Seconds, Span, rfc3339};

/// Reads `[price]`.
pub(super) fn price(
    reader: &ScenarioReader,
    root: &Table,
    run: Option<Span>,
    as_of: Option<Seconds>,
) -> Option<Price> {
    let Some(node) = root.get("price") else {
        if reader.toml.is_incomplete() {
            return None;
        }
        let what = "is missing; add [price] with a `kind` such as \"constant\" and its keys";
        reader.toml.refuse(&root.location, "price", what);
        return None;
    };
    let Some(table) = node.table() else {
        reader.toml.expected(
            Entry {
                node,
                path: "price",
            },
            "a table",
        );
        return None;
    };
    let kind = kind(reader, table, "price", PRICES)?;
    let table = without_foreign(reader, table, "price", kind, &[], PRICES);
    let v = Values::read(reader, &table, "price", &[kind.keys], &["kind"]);
    v.record_priors();
    match kind.name {
        PriceName::Constant => Some(Price::Constant(v.number("price")?)),
        PriceName::Path => {
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
        PriceName::JumpDiffusion => {
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
        PriceName::Bootstrap => bootstrap(&v, as_of),
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
