//! Where the embedded data of an answer come from.

use std::collections::BTreeSet;

use hashquake_base::provenance::Source;
use hashquake_sim::start::{Figure, StartWorld};
use hashquake_world::scenario::Resolved;

/// The embedded history.
pub fn history_source() -> Source {
    Source {
        what: "block times, targets and pools, 2020-2024".to_string(),
        from: "github.com/sorukumar/bitcoin-mining-pools; targets from github.com/bitcoinj/bitcoinj and github.com/spesmilo/electrum".to_string(),
        licence: "BSD-2-Clause; Apache-2.0; MIT".to_string(),
    }
}

/// The embedded reports of pools.
pub fn reports_source() -> Source {
    Source {
        what: "Slush Pool's own hashrate with each block it found, around the atlas's cases"
            .to_string(),
        from: "github.com/jlopp/bitcoin-utils, slush_pool_history".to_string(),
        licence: "single figures, as facts with attribution".to_string(),
    }
}

/// Where the numbers of a simulation come from, each once.
pub fn simulation_sources(resolved: &Resolved, world: &StartWorld) -> Vec<Source> {
    const WORLD: &str = "as hashquake world list says";
    const CITED: &str = "single facts, cited";
    let mut list: BTreeSet<(&str, String, &str)> = BTreeSet::new();
    let mut add = |what: &'static str, figure: Option<&Figure>| {
        list.extend(
            figure
                .and_then(|f| f.source.clone())
                .map(|from| (what, from, WORLD)),
        );
    };
    add("efficiency at the start", Some(&world.j_per_th));
    for region in &world.regions {
        add("tariffs", Some(&region.tariff));
        add("carbon of electricity", Some(&region.g_per_kwh));
        add("registered share", region.registered.as_ref());
    }
    list.insert(("shares of regions", world.shares_source.clone(), WORLD));
    let events = resolved.scenario.events.iter();
    list.extend(
        events
            .filter_map(|e| e.source.clone())
            .map(|from| ("events", from, CITED)),
    );
    list.extend(
        resolved
            .scenario
            .sources
            .iter()
            .map(|s| ("scenario", s.clone(), CITED)),
    );
    let rest = list.into_iter().map(|(what, from, licence)| Source {
        what: what.to_string(),
        licence: licence.to_string(),
        from,
    });
    std::iter::once(history_source()).chain(rest).collect()
}
