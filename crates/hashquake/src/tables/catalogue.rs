//! Every table with its columns: name, kind, unit, meaning.

use std::fmt::Write;

use hashquake_sim::ensemble::shard::Column;
use hashquake_sim::output::{Layout, Quantity, RegionQuantity, Total};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers to 2³².
    Count,
    /// Whole numbers to 2⁶⁴.
    Large,
    /// A moment, UTC.
    Time,
    /// Single precision.
    Single,
    /// Double precision.
    Double,
    /// Text of any length.
    Text,
}

impl Kind {
    /// Its name in the documents: Parquet's type.
    fn words(self) -> &'static str {
        match self {
            Self::Count => "uint32",
            Self::Large => "uint64",
            Self::Time => "timestamp (ms, UTC)",
            Self::Single => "float",
            Self::Double => "double",
            Self::Text => "string",
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, with the unit.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means.
    pub doc: String,
}

fn field(name: impl Into<String>, kind: Kind, doc: impl Into<String>) -> Field {
    Field {
        name: name.into(),
        kind,
        doc: doc.into(),
    }
}

/// The tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// A row a run and arm.
    Runs,
    /// A row a retarget.
    Retargets,
    /// A row a quantity, region and step.
    Series,
    /// A row a total.
    Summary,
    /// A row a run, arm and step: the network.
    Paths,
    /// A row a run, arm, step and region.
    Regions,
    /// A row a run, arm and block.
    Blocks,
    /// A row a point of a sweep and total.
    Points,
    /// A row a key and total of a sweep.
    Tornado,
    /// A row a key and total of a sweep.
    Sobol,
}

impl Table {
    /// All of them, in the order of the documents.
    pub const ALL: [Self; 10] = [
        Self::Runs,
        Self::Retargets,
        Self::Series,
        Self::Summary,
        Self::Paths,
        Self::Regions,
        Self::Blocks,
        Self::Points,
        Self::Tornado,
        Self::Sobol,
    ];

    /// Its file's name without ending.
    pub fn name(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Retargets => "retargets",
            Self::Series => "series",
            Self::Summary => "summary",
            Self::Paths => "paths",
            Self::Regions => "regions",
            Self::Blocks => "blocks",
            Self::Points => "points",
            Self::Tornado => "tornado",
            Self::Sobol => "sobol",
        }
    }

    fn doc(self) -> &'static str {
        match self {
            Self::Runs => {
                "One row a run and arm: what was drawn, and the run's totals. `draw_…` columns are as many as the scenario and the world at start draw, and the same in both arms."
            }
            Self::Retargets => "One row a retarget of each run and arm.",
            Self::Series => {
                "Quantiles over the runs, one row a quantity, region and step, network first. The difference is taken run by run, scenario minus counterfactual. Quantiles come from bins with eight significant bits: off by at most 0.4 % of themselves, exact where all runs agree and for whole numbers to 256."
            }
            Self::Summary => "Quantiles of the totals over the runs, exact.",
            Self::Paths => "The network's series run by run.",
            Self::Points => {
                "Of `sweep`: one row a point and total, with a `key_…` column for each key that varies. Means are over the runs; their ranges are 90 % ranges of the mean."
            }
            Self::Tornado => {
                "Of `sweep --tornado`: the mean paired difference between a key at its low or high end and the scenario as it stands, and the 90 % range of that mean."
            }
            Self::Sobol => {
                "Of `sweep --sobol`: indices of a total's mean, with 90 % ranges from 500 resamples of the rows."
            }
            Self::Regions => "The regions' series run by run; only with `--keep regions`.",
            Self::Blocks => {
                "Every block of every run; only with `--keep blocks`, which needs `--sampler block`."
            }
        }
    }

    /// Its columns; of `layout` come those that depend on the scenario.
    pub fn fields(self, layout: Option<&Layout>) -> Vec<Field> {
        match self {
            Self::Runs => runs(layout),
            Self::Retargets => vec![
                run(),
                arm(),
                field("number", Kind::Count, "from 1 in each run"),
                field("time", Kind::Time, "header time of its last block"),
                field("height", Kind::Count, "first height under the new target"),
                field("change_percent", Kind::Single, "change of difficulty, %"),
            ],
            Self::Series => {
                let mut fields = vec![
                    field("quantity", Kind::Text, "name with unit"),
                    field("unit", Kind::Text, "its unit"),
                    field("region", Kind::Text, "code, or empty for the network"),
                    field("time", Kind::Time, "start of the step"),
                ];
                fields.extend(quantiles());
                fields
            }
            Self::Summary => {
                let mut fields = vec![
                    field("quantity", Kind::Text, "name with unit"),
                    field("unit", Kind::Text, "its unit"),
                ];
                fields.extend(quantiles());
                fields
            }
            Self::Points => points(&[]),
            Self::Tornado => {
                let mut fields = sensitivity();
                fields.extend(ends("low"));
                fields.extend(ends("high"));
                fields
            }
            Self::Sobol => {
                let mut fields = sensitivity();
                fields.extend(three("first_order", "first-order index"));
                fields.extend(three("total_order", "total-order index"));
                fields
            }
            Self::Paths => {
                let mut fields = vec![run(), arm(), time()];
                let kept = [Quantity::Hashrate, Quantity::Power, Quantity::Hashprice];
                fields.extend(kept.map(|q| {
                    let (name, unit) = Column::Network(q).words();
                    field(name, Kind::Single, unit)
                }));
                fields
            }
            Self::Regions => {
                let mut fields = vec![run(), arm(), time()];
                fields.push(field("region", Kind::Text, "code"));
                fields.extend(
                    RegionQuantity::ALL.map(|(_, name, unit)| field(name, Kind::Single, unit)),
                );
                fields
            }
            Self::Blocks => vec![
                run(),
                arm(),
                field("height", Kind::Count, "its height"),
                field(
                    "time",
                    Kind::Time,
                    "header time, whole seconds; now and then earlier than the block before, as in real headers",
                ),
                field(
                    "bits",
                    Kind::Count,
                    "its target in the header's compact form",
                ),
                field("region", Kind::Text, "code of the region that found it"),
            ],
        }
    }
}

fn run() -> Field {
    field("run", Kind::Count, "from 0")
}

fn arm() -> Field {
    field("arm", Kind::Text, "counterfactual or scenario")
}

fn time() -> Field {
    field("time", Kind::Time, "start of the step")
}

fn runs(layout: Option<&Layout>) -> Vec<Field> {
    let seed = field("seed", Kind::Large, "seed of all streams");
    let mut fields = vec![run(), arm(), seed];
    let totals = Total::ALL.map(|(_, name, unit)| field(name, Kind::Double, unit));
    fields.extend(totals);
    let drawn = "what was drawn, in its key's base unit";
    match layout {
        Some(layout) => fields.extend(
            layout
                .draws
                .iter()
                .map(|name| field(format!("draw_{name}"), Kind::Double, drawn)),
        ),
        None => fields.push(field("draw_…", Kind::Double, drawn)),
    }
    fields
}

/// The columns of `points` with these keys.
pub fn points(keys: &[&str]) -> Vec<Field> {
    let value = "value of the key at this point, as in the file";
    let mut fields = vec![field("point", Kind::Count, "from 0")];
    match keys {
        [] => fields.push(field("key_…", Kind::Text, value)),
        keys => {
            let each = keys
                .iter()
                .map(|k| field(format!("key_{k}"), Kind::Text, value));
            fields.extend(each);
        }
    }
    fields.push(field("quantity", Kind::Text, "name of the total with unit"));
    fields.push(field("unit", Kind::Text, "its unit"));
    for arm in ["counterfactual", "scenario", "difference"] {
        fields.extend(three(&format!("{arm}_mean"), "mean over the runs"));
        let quantile = |p| field(format!("{arm}_{p}"), Kind::Double, "quantile over the runs");
        fields.extend(["p05", "p50", "p95"].map(quantile));
    }
    fields
}

fn sensitivity() -> Vec<Field> {
    vec![
        field("quantity", Kind::Text, "name of the total with unit"),
        field("of", Kind::Text, "counterfactual, scenario or difference"),
        field("key", Kind::Text, "the key that varies"),
    ]
}

/// One end of a tornado's bar.
fn ends(end: &str) -> Vec<Field> {
    let mut fields = vec![field(end, Kind::Text, "value of the key, as in the file")];
    fields.extend(three(&format!("{end}_effect"), "mean paired difference"));
    fields
}

/// A number and its 90 % range.
fn three(name: &str, doc: &str) -> [Field; 3] {
    [
        field(name, Kind::Double, doc),
        field(
            format!("{name}_p05"),
            Kind::Double,
            "5 % of its distribution",
        ),
        field(
            format!("{name}_p95"),
            Kind::Double,
            "95 % of its distribution",
        ),
    ]
}

fn quantiles() -> Vec<Field> {
    let arms = ["counterfactual", "scenario", "difference"];
    let parts = ["p05", "p25", "p50", "p75", "p95"];
    arms.into_iter()
        .flat_map(|a| {
            parts.map(|p| field(format!("{a}_{p}"), Kind::Double, "quantile, in the unit"))
        })
        .collect()
}

/// `schema/tables.md`.
pub fn document() -> String {
    let mut out = String::from(
        "# Tables of a simulation\n\nGenerated by `hashquake simulate --schema`; a test fails when it is stale. Files are Parquet (zstd), or CSV with `--tables csv`: there, moments are RFC 3339 and a missing number is empty.\n",
    );
    for table in Table::ALL {
        let _ = write!(
            out,
            "\n## `{}`\n\n{}\n\n| column | type | meaning |\n|---|---|---|\n",
            table.name(),
            table.doc()
        );
        for f in table.fields(None) {
            let _ = writeln!(out, "| `{}` | {} | {} |", f.name, f.kind.words(), f.doc);
        }
    }
    out.push_str("\n## Quantities of `series`\n\n| quantity | unit | of |\n|---|---|---|\n");
    for (_, name, unit) in Quantity::ALL {
        let _ = writeln!(out, "| `{name}` | {unit} | network |");
    }
    for (_, name, unit) in RegionQuantity::ALL {
        let _ = writeln!(out, "| `{name}` | {unit} | region |");
    }
    out
}
