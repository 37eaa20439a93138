//! Prices from a file of the user's own: CSV, plain or zstd, with time,price_usd.

use std::path::Path;

use anyhow::bail;
use hashquake_core::units::{Moment, Seconds};
use hashquake_source::file;

/// All prices in order of time. Every row must be right; a day means its end.
pub fn read(path: &Path) -> anyhow::Result<Vec<(Seconds, f64)>> {
    #[derive(serde::Deserialize)]
    struct Row {
        time: String,
        price_usd: f64,
    }
    let bytes = file::read_bytes(path)?;
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes.as_slice());
    let (mut known, mut wrong) = (Vec::new(), Vec::new());
    for (i, row) in table.deserialize::<Row>().enumerate() {
        let line = i + 2;
        let read = row.map_err(|e| e.to_string()).and_then(|row| {
            let time = match row.time.parse::<Seconds>() {
                Ok(unix) => unix,
                Err(_) => Moment::parse(&row.time)?.end(),
            };
            let positive = row.price_usd > 0.0 && row.price_usd.is_finite();
            let told = format!("price_usd {} is not over 0", row.price_usd);
            positive.then_some((time, row.price_usd)).ok_or(told)
        });
        match read {
            Ok(price) => known.push(price),
            Err(what) => wrong.push(format!("line {line}: {what}")),
        }
    }
    if !wrong.is_empty() {
        let more = wrong.len().saturating_sub(5);
        wrong.truncate(5);
        let and = if more > 0 {
            format!("; and {more} more")
        } else {
            String::new()
        };
        bail!(
            "{}: rows must be time,price_usd with a time as in 2022-01-05T10:45Z: {}{and}",
            path.display(),
            wrong.join("; ")
        );
    }
    known.sort_by_key(|p| p.0);
    Ok(known)
}
