//! The tables of a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::program::{files, right, short, wrong};

#[test]
fn csv_has_the_columns_of_the_schema() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let keep = [
        "--runs",
        "16",
        "--out",
        path,
        "--tables",
        "csv",
        "--keep",
        "regions,shards",
    ];
    let first = right(&short(&keep));
    assert_eq!(first, right(&short(&keep)), "kept shards answer again");
    let schema = include_str!("../../../../schema/tables.md");
    for (name, rows) in [
        ("runs", 32),
        ("series", 28 * 11),
        ("summary", 5),
        ("paths", 16 * 2 * 28),
        ("regions", 16 * 2 * 28 * 2),
        ("retargets", 32),
    ] {
        let text = fs::read_to_string(dir.path().join(format!("{name}.csv"))).unwrap();
        let mut lines = text.lines();
        for column in lines
            .next()
            .unwrap()
            .split(',')
            .filter(|c| !c.starts_with("draw_"))
        {
            let part = schema.split(&format!("\n## `{name}`")).nth(1).unwrap();
            assert!(
                part.contains(&format!("| `{column}` |")),
                "{name}: {column}"
            );
        }
        assert!(lines.count() >= rows, "{name}");
    }
}

/// Heights follow each other, there are as many rows as the run counted, and threads leave no trace.
#[test]
fn blocks_are_kept_where_they_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let run = |threads: &str| {
        let path = dir.path().join(threads);
        let out = path.to_str().unwrap();
        let asked = ["--runs", "40", "--tables", "csv", "--threads", threads];
        let keep = ["--keep", "blocks", "--sampler", "block", "--out", out];
        right(&short(&[&asked[..], &keep].concat()));
        files(&path)
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    let table = |name: &str| -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(&one[name][..]);
        reader.deserialize().map(Result::unwrap).collect()
    };
    let series = table("series.csv").into_iter();
    let codes: BTreeSet<String> = series
        .map(|row| row["region"].clone())
        .filter(|c| !c.is_empty())
        .collect();
    let mut heights: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    for row in table("blocks.csv") {
        assert!(codes.contains(&row["region"]), "{row:?}");
        assert!(row["time"].starts_with("2022-0"), "{row:?}");
        let key = (row["run"].clone(), row["arm"].clone());
        let height = row["height"].parse().unwrap();
        heights.entry(key).or_default().push(height);
    }
    let rows = table("runs.csv");
    assert_eq!((rows.len(), heights.len()), (80, 80));
    for row in rows {
        let heights = &heights[&(row["run"].clone(), row["arm"].clone())];
        assert_eq!(heights.len().to_string(), row["blocks"]);
        assert!(heights.windows(2).all(|w| w[1] == w[0] + 1));
    }
}

#[test]
fn strides_keep_no_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let told = wrong(&short(&[
        "--keep",
        "blocks",
        "--out",
        out.to_str().unwrap(),
    ]));
    assert!(told.contains("choose the sampler `block`"), "{told}");
    assert!(!out.exists());
}

#[test]
fn the_schema_of_the_tables_is_not_stale() {
    let told = right(&["simulate", "--schema"]);
    assert_eq!(
        told,
        include_str!("../../../../schema/tables.md"),
        "write it again: hashquake simulate --schema > schema/tables.md"
    );
}
