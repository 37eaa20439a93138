//! The hashrate with its band as a table.

use hashquake_base::format::{decimal, minute};
use hashquake_observe::band::Kind;
use hashquake_observe::clean::LOOKAHEAD;

use super::columns;
use super::table::wrap;
use crate::document::hashrate::{BandPoint, HashrateBand};
use crate::envelope::Envelope;
use crate::table::Table;

/// The band, the rules beside it or below it, and a line that says what was known.
pub fn hashrate(document: &Envelope<HashrateBand>, width: usize) -> String {
    let answer = &document.answer;
    let known = match answer.kind {
        Kind::Filtered => "knowing the blocks up to each",
        Kind::Smoothed => "knowing all blocks",
    };
    let foot = format!(
        "Hashrate {known}; blocks to {} ({}), the last {LOOKAHEAD} times provisional. hashquake {}",
        answer.last_block.height, answer.last_block.time, document.version
    );
    let tables = columns::to_text(&table(&answer.points), 1, width);
    format!("{tables}\n\n{}\n", wrap(&foot, width))
}

fn table(points: &[BandPoint]) -> Table {
    let mut head: Vec<&str> = vec!["time (UTC)", "height", "EH/s", "5 %", "95 %", "turbulent"];
    let rules = points.first().map_or(&[][..], |p| &p.reference_rules);
    head.extend(rules.iter().map(|rule| rule.name.as_str()));
    let mut table = Table::new(&head);
    for BandPoint {
        point,
        reference_rules,
    } in points
    {
        let h = point.hashrate_ehs;
        let band = [
            minute(point.time),
            point.height.to_string(),
            decimal(h.p50, 1),
            decimal(h.p05, 1),
            decimal(h.p95, 1),
            decimal(point.turbulent_probability, 3),
        ];
        let rules = reference_rules.iter();
        let rules = rules.map(|rule| decimal(rule.hashrate_ehs.unwrap_or(f64::NAN), 1));
        table.add_row(band.into_iter().chain(rules));
    }
    table
}
