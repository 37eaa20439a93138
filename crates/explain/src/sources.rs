//! The world's tables that an explanation rests on, for its list of sources.

use super::question::{Material, Question};
use crate::explanation::{Explanation, TableSource};
use hashquake_world::table::{TABLES, Table};

/// What was read of `world/`, in the order of its list; a table whose answer is not in the document was
/// not. A user's own file stands in for its table.
pub(super) fn tables(e: &Explanation, q: &Question<'_>, m: &Material<'_>) -> Vec<TableSource> {
    let placed = e.regions.iter().any(|r| r.loss_percent.is_some());
    let part = e.regions.iter().any(|r| r.region.contains('-'));
    let outage = (q.outage.is_empty() && !q.without.timeline)
        .then_some(e.case.as_deref())
        .flatten()
        .map(|id| format!("outages/{}_severity.csv", id.replace('-', "_")));
    let read = |name: &str| match name {
        "map_editions.csv" | "shares_map.csv" | "shares_others.csv" | "shares_bias.csv"
        | "shares_regions.csv" | "shares_sources.csv" | "shares_events.csv" => {
            !e.regions.is_empty()
        }
        "shares_provinces.csv" | "shares_seasons.csv" => part,
        "fleet_power.csv" | "fleet_revisions.csv" | "carbon_factors.csv" | "network_mix.csv" => {
            e.energy.is_some()
        }
        "registered.csv" | "places.csv" => placed && !e.causes.is_empty(),
        "pool_groups.csv" => !e.pools.is_empty(),
        "exposures.csv" => placed,
        other => outage.as_deref() == Some(other) || m.prices.is_none() && priced(e, other),
    };
    let source = |table: &Table| TableSource {
        name: table.name.to_string(),
        what: table.what.to_string(),
        source: table.source.to_string(),
        licence: table.licence.to_string(),
    };
    TABLES.iter().filter(|t| read(t.name)).map(source).collect()
}

/// Whether a table holds the embedded prices of this case.
fn priced(e: &Explanation, table: &str) -> bool {
    let file = table.strip_prefix("prices/");
    let own = e.case.as_deref().zip(file);
    e.price.is_some() && own.is_some_and(|(case, file)| file.starts_with(case))
}
