//! The embedded files of an answer, named as `hashquake data` names them, with their digests.

use hashquake_base::provenance::Input;
use hashquake_chain::history;
use hashquake_explain::explanation::Explanation;
use hashquake_world::atlas::{self, Case};
use hashquake_world::scenario::library;
use hashquake_world::table::{
    self, BIAS, CARBON, EDITIONS, FLEET, MAP, OTHERS, PROVINCES, REGIONS, REGISTERED, REVISIONS,
    SEASONS, SHARE_EVENTS, SHARE_REGIONS, SHARE_SOURCES, TABLES, TARIFFS,
};

/// The blocks.
pub fn history_input() -> Input {
    Input::of("history.hqh", history::embedded_bytes())
}

/// The file of a case of the atlas; that of a user's own case is the user's.
pub fn case_input(case: &Case) -> Input {
    let name = format!("{}.toml", case.id);
    let text = atlas::FILES.iter().find(|(file, _)| *file == name);
    let text = text.map_or("", |(_, text)| text);
    Input::of(format!("atlas/{name}"), text.as_bytes())
}

/// Every case, as one: the digest is that of their texts one after another, by name.
pub fn atlas_input() -> Input {
    Input::of("atlas/*.toml", one_after_another(atlas::FILES).as_bytes())
}

/// An embedded scenario.
pub fn scenario_input(id: &str, text: &str) -> Input {
    Input::of(format!("scenarios/{id}.toml"), text.as_bytes())
}

/// Every embedded scenario, as one: the digest is that of their texts one after another, by name.
pub fn scenarios_input() -> Input {
    let all = one_after_another(library::FILES);
    Input::of("scenarios/*.toml", all.as_bytes())
}

/// The reports of pools.
pub fn reports_input() -> Input {
    Input::of("pool-reports.csv", atlas::embedded_reports().as_bytes())
}

/// The tables on which an explanation rests.
pub fn explanation_inputs(e: &Explanation) -> Vec<Input> {
    let rests = |t: &&table::Table| e.tables.iter().any(|used| used.name == t.name);
    TABLES
        .iter()
        .filter(rests)
        .map(table::Table::input)
        .collect()
}

/// The tables from which the start of a simulation is made.
pub fn start_inputs() -> Vec<Input> {
    table::inputs(&[
        REGIONS,
        EDITIONS,
        MAP,
        OTHERS,
        BIAS,
        SHARE_REGIONS,
        SHARE_SOURCES,
        SHARE_EVENTS,
        PROVINCES,
        SEASONS,
        FLEET,
        REVISIONS,
        CARBON,
        TARIFFS,
        REGISTERED,
    ])
}

/// The texts of files, in order of their names.
pub fn one_after_another(files: &[(&str, &str)]) -> String {
    let mut files = files.to_vec();
    files.sort_unstable();
    files.iter().map(|(_, text)| *text).collect()
}
