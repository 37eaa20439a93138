//! The embedded monthly figures, computed again from the daily series they are means of.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use hashquake_world::fleet;
use hashquake_world::month::Month;

fn cambridge() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cbeci");
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: the Cambridge series are not beside the repository");
    None
}

/// Means of a column by month, with the number of days behind each.
fn monthly(text: &str, date_at: usize, column: &str) -> BTreeMap<Month, (f64, i64)> {
    let mut lines = text.lines();
    let at = lines
        .next()
        .unwrap()
        .split(',')
        .position(|c| c == column)
        .unwrap();
    let mut sums: BTreeMap<Month, (f64, i64)> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let sum = sums
            .entry(Month::parse(&cells[date_at][..7]).unwrap())
            .or_default();
        sum.0 += cells[at].parse::<f64>().unwrap();
        sum.1 += 1;
    }
    sums.into_iter()
        .map(|(m, (sum, n))| (m, (sum / n as f64, n)))
        .collect()
}

fn holds(revision: i16, means: &BTreeMap<Month, (f64, i64)>) -> usize {
    let of = fleet::months().iter().filter(|m| m.revision == revision);
    of.map(|m| {
        let (mean, days) = means[&m.month];
        assert_eq!(
            days * 86_400,
            m.month.end() - m.month.start(),
            "{}",
            m.month
        );
        assert!((mean - m.twh_a_year).abs() < 0.006, "{}: {mean}", m.month);
    })
    .count()
}

#[test]
fn the_fleets_power_is_the_monthly_mean_of_the_index() {
    let Some(folder) = cambridge() else { return };
    let text = fs::read_to_string(folder.join("power_bounds_TWh_2014-07_2021-06.csv")).unwrap();
    assert_eq!(holds(2021, &monthly(&text, 1, "GUESS")), 17);
    let file = fs::File::open(folder.join("annualized_consumption_TWh_by_elec_price.csv.zst"));
    let mut reader = ruzstd::decoding::StreamingDecoder::new(file.unwrap()).unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(holds(2023, &monthly(&text, 0, "0.05")), 44);
}
