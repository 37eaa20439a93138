//! The contract of `--format json`: a schema made from the types and a golden document for each verb.
//!
//! `HASHQUAKE_UPDATE=1 cargo test -p hashquake --test contracts` writes both anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hashquake_report::document::atlas::{CaseList, NearestCases, ShockRates, ShownCase};
use hashquake_report::document::check::CheckReport;
use hashquake_report::document::data::EmbeddedData;
use hashquake_report::document::detect::{DetectedShocks, DetectorPower, FalseAlarms};
use hashquake_report::document::explain::ExplainDocument;
use hashquake_report::document::forecast::ForecastAnswer;
use hashquake_report::document::hashrate::HashrateBand;
use hashquake_report::document::replay::ReplayList;
use hashquake_report::document::scenarios::ScenarioList;
use hashquake_report::document::score::Scores;
use hashquake_report::document::simulate::SimulateAnswer;
use hashquake_report::document::world::{
    CarbonIntensity, CountryShares, MachineList, NetworkMix, PlaceFacts, PrintedShares,
    ResistanceCompared, ShareHistory, ShareOfRegion, SharesCheck, TableList, TariffList,
};
use hashquake_report::envelope::Envelope;
use hashquake_sim::ensemble::sweep::SweepSummary;
use hashquake_world::fleet::Efficiency;
use schemars::schema_for;
use serde_json::Value;

/// A verb: the name of its files, the command whose answer is golden, and its schema.
struct Contract {
    name: &'static str,
    command: &'static [&'static str],
    schema: fn() -> schemars::Schema,
}

const CONTRACTS: &[Contract] = &[
    Contract {
        name: "atlas",
        command: &["atlas", "--min-loss", "20"],
        schema: || schema_for!(Envelope<CaseList>),
    },
    Contract {
        name: "atlas-nearest",
        command: &[
            "atlas", "nearest", "--loss", "20", "--days", "4", "--count", "2",
        ],
        schema: || schema_for!(Envelope<NearestCases>),
    },
    Contract {
        name: "atlas-rates",
        command: &["atlas", "rates", "--split", "2021-08-01"],
        schema: || schema_for!(Envelope<ShockRates>),
    },
    Contract {
        name: "atlas-show",
        command: &["atlas", "show", "xinjiang-2021"],
        schema: || schema_for!(Envelope<ShownCase>),
    },
    Contract {
        name: "data",
        command: &["data"],
        schema: || schema_for!(Envelope<EmbeddedData>),
    },
    Contract {
        name: "detect",
        command: &[
            "detect",
            "--as-of",
            "2021-05-01",
            "--from",
            "2021-03-01",
            "--score",
        ],
        schema: || schema_for!(Envelope<DetectedShocks>),
    },
    Contract {
        name: "detect-check",
        command: &["detect", "--check", "--years", "1"],
        schema: || schema_for!(Envelope<FalseAlarms>),
    },
    Contract {
        name: "detect-power",
        command: &[
            "detect", "--power", "--loss", "20", "--days", "3", "--runs", "20",
        ],
        schema: || schema_for!(Envelope<DetectorPower>),
    },
    Contract {
        name: "explain",
        command: &[
            "explain",
            "kazakhstan-2022",
            "--as-of",
            "2022-01-06T12:00Z",
            "--without",
            "blocks",
        ],
        schema: || schema_for!(Envelope<ExplainDocument>),
    },
    Contract {
        name: "forecast",
        command: &[
            "forecast",
            "--as-of",
            "2020-03-20",
            "--draws",
            "100",
            "--shock",
            "loss=10,from=2020-03-19,returns=exponential(3d)",
        ],
        schema: || schema_for!(Envelope<ForecastAnswer>),
    },
    Contract {
        name: "hashrate",
        command: &[
            "hashrate",
            "--as-of",
            "2020-03-01",
            "--every",
            "336",
            "--with-reference-rules",
        ],
        schema: || schema_for!(Envelope<HashrateBand>),
    },
    Contract {
        name: "score",
        command: &["score", "--from", "2020-02-01", "--to", "2020-04-15"],
        schema: || schema_for!(Envelope<Scores>),
    },
    Contract {
        name: "check",
        command: &["check", "halving-2024", "price-shock"],
        schema: || schema_for!(Envelope<CheckReport>),
    },
    Contract {
        name: "replays",
        command: &["replay"],
        schema: || schema_for!(Envelope<ReplayList>),
    },
    Contract {
        name: "scenarios",
        command: &["scenarios", "--kind", "levy"],
        schema: || schema_for!(Envelope<ScenarioList>),
    },
    Contract {
        name: "simulate",
        command: &[
            "simulate",
            "kazakhstan-35-percent-3-weeks",
            "--set",
            "end=3h",
            "--set",
            "events.cut.start=2022-01-05T01:00:00Z",
            "--runs",
            "20",
        ],
        schema: || schema_for!(Envelope<SimulateAnswer>),
    },
    Contract {
        name: "sweep",
        command: &[
            "sweep",
            "kazakhstan-35-percent-3-weeks",
            "--set",
            "end=2022-02-02",
            "--runs",
            "16",
            "--totals",
            "depth_percent",
            "--vary",
            "events.cut.severity=0.1..0.5",
            "--tornado",
        ],
        schema: || schema_for!(Envelope<SweepSummary>),
    },
    Contract {
        name: "world-carbon",
        command: &["world", "carbon", "--at", "2022-01", "--region", "KZ"],
        schema: || schema_for!(Envelope<CarbonIntensity>),
    },
    Contract {
        name: "world-compare",
        command: &["world", "compare", "2021-04", "2022-01"],
        schema: || schema_for!(Envelope<ResistanceCompared>),
    },
    Contract {
        name: "world-efficiency",
        command: &[
            "world",
            "efficiency",
            "--at",
            "2022-01-05",
            "--as-of",
            "2022-01-06",
        ],
        schema: || schema_for!(Envelope<Efficiency>),
    },
    Contract {
        name: "world-history",
        command: &["world", "history", "CN-XJ"],
        schema: || schema_for!(Envelope<ShareHistory>),
    },
    Contract {
        name: "world-list",
        command: &["world", "list"],
        schema: || schema_for!(Envelope<TableList>),
    },
    Contract {
        name: "world-machines",
        command: &["world", "machines"],
        schema: || schema_for!(Envelope<MachineList>),
    },
    Contract {
        name: "world-mix",
        command: &["world", "carbon", "--at", "2022-01"],
        schema: || schema_for!(Envelope<NetworkMix>),
    },
    Contract {
        name: "world-places",
        command: &["world", "places", "KZ", "--as-of", "2022-02-01"],
        schema: || schema_for!(Envelope<PlaceFacts>),
    },
    Contract {
        name: "world-shares",
        command: &["world", "shares", "--at", "2024-07"],
        schema: || schema_for!(Envelope<CountryShares>),
    },
    Contract {
        name: "world-shares-check",
        command: &["world", "shares", "--check"],
        schema: || schema_for!(Envelope<SharesCheck>),
    },
    Contract {
        name: "world-shares-region",
        command: &["world", "shares", "--at", "2021-04", "--region", "CN-XJ"],
        schema: || schema_for!(Envelope<ShareOfRegion>),
    },
    Contract {
        name: "world-shares-sources",
        command: &["world", "shares", "--at", "2024-07", "--all-sources"],
        schema: || schema_for!(Envelope<PrintedShares>),
    },
    Contract {
        name: "world-tariffs",
        command: &["world", "tariffs", "--at", "2022-01"],
        schema: || schema_for!(Envelope<TariffList>),
    },
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares, or writes where that is asked for.
fn hold(path: &Path, text: &str) -> Result<(), String> {
    if std::env::var_os("HASHQUAKE_UPDATE").is_some() {
        fs::write(path, text).unwrap();
        return Ok(());
    }
    let stored = fs::read_to_string(path).unwrap_or_default();
    if stored == text {
        return Ok(());
    }
    let line = stored.lines().zip(text.lines()).position(|(a, b)| a != b);
    let at = line.unwrap_or_else(|| stored.lines().count().min(text.lines().count()));
    Err(format!(
        "{} differs from line {} on:\n  stored:   {}\n  computed: {}\nHASHQUAKE_UPDATE=1 cargo test -p hashquake --test contracts writes it anew",
        path.display(),
        at + 1,
        stored.lines().nth(at).unwrap_or("(ends)"),
        text.lines().nth(at).unwrap_or("(ends)"),
    ))
}

fn answer(args: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{args:?}: {error}");
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn the_page_on_json_names_every_schema() {
    let page = fs::read_to_string(root().join("docs/json.md")).unwrap();
    for c in CONTRACTS {
        let file = format!("schema/{}.schema.json", c.name);
        assert!(page.contains(&file), "docs/json.md does not name {file}");
    }
    for entry in fs::read_dir(root().join("schema")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(page.contains(&name), "docs/json.md does not name {name}");
    }
}

/// Each key of an answer stands in the section that names its schema.
#[test]
fn the_page_on_json_says_what_every_key_is() {
    let page = fs::read_to_string(root().join("docs/json.md")).unwrap();
    let mut missing = Vec::new();
    for c in CONTRACTS {
        let file = format!("schema/{}.schema.json", c.name);
        let mut sections = page.split("\n## ");
        let Some(section) = sections.find(|text| text.contains(&file)) else {
            missing.push(file);
            continue;
        };
        let golden = format!("crates/hashquake/tests/golden/{}.json", c.name);
        let text = fs::read_to_string(root().join(golden)).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        for key in document["answer"].as_object().unwrap().keys() {
            if !section.contains(&format!("`{key}`")) {
                missing.push(format!("{}: {key}", c.name));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn schemas_are_those_of_the_types() {
    let stale: Vec<String> = CONTRACTS
        .iter()
        .filter_map(|c| {
            let schema = serde_json::to_string_pretty(&(c.schema)()).unwrap() + "\n";
            let path = root().join(format!("schema/{}.schema.json", c.name));
            hold(&path, &schema).err()
        })
        .collect();
    assert!(stale.is_empty(), "{}", stale.join("\n\n"));
}

#[test]
fn documents_are_the_golden_ones_and_keep_their_schema() {
    let folder = root().join("crates/hashquake/tests/golden");
    let mut wrong = Vec::new();
    for c in CONTRACTS {
        let text = answer(c.command);
        wrong.extend(hold(&folder.join(format!("{}.json", c.name)), &text).err());
        let schema = serde_json::to_value((c.schema)()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        wrong.extend(
            validator
                .iter_errors(&document)
                .take(5)
                .map(|e| format!("{}: {} at {}", c.name, e, e.instance_path())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_document_has_the_one_envelope() {
    for c in CONTRACTS {
        let document: Value = serde_json::from_str(&answer(c.command)).unwrap();
        let keys: Vec<&str> = document
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let expected = [
            "schema_version",
            "version",
            "command",
            "as_of",
            "seed",
            "inputs",
            "notes",
            "answer",
        ];
        let mut sorted = expected;
        sorted.sort_unstable();
        let mut found = keys.clone();
        found.sort_unstable();
        assert_eq!(found, sorted, "{}", c.name);
        for input in document["inputs"].as_array().unwrap() {
            assert_eq!(input["sha256"].as_str().unwrap().len(), 64, "{}", c.name);
        }
    }
}
