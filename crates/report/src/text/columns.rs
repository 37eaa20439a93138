//! Tables with more columns than a terminal has room for.

use crate::table::Table;

/// Spaces between two columns.
const GAP: usize = 3;

/// The table as several, one under the other, each with the first `keys` columns and as many of the others
/// as fit into `width` letters (at least one).
pub(super) fn split(table: &Table, keys: usize, width: usize) -> Vec<Table> {
    let widths: Vec<usize> = (0..table.head.len()).map(|i| letters(table, i)).collect();
    let keyed: usize = widths.iter().take(keys).map(|w| w + GAP).sum();
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for (i, column) in widths.iter().enumerate().skip(keys) {
        match parts.last_mut() {
            Some(part) if column + GAP <= room => part.push(i),
            _ => {
                parts.push(vec![i]);
                room = (width + 1).saturating_sub(keyed);
            }
        }
        room = room.saturating_sub(column + GAP);
    }
    let part = |others: &Vec<usize>| {
        let columns: Vec<usize> = (0..keys).chain(others.iter().copied()).collect();
        let cells = |row: &[String]| -> Vec<String> {
            let cell = |i: &usize| row.get(*i).cloned().unwrap_or_default();
            columns.iter().map(cell).collect()
        };
        let mut out = Table::new(&cells(&table.head));
        table.rows.iter().for_each(|row| out.add_row(cells(row)));
        out
    };
    parts.iter().map(part).collect()
}

/// The widest cell of a column, its name included.
fn letters(table: &Table, column: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.get(column));
    let all = cells.chain(table.head.get(column));
    all.map(|cell| cell.chars().count()).max().unwrap_or(0)
}

/// The parts as text, a blank line between two.
pub(super) fn to_text(table: &Table, keys: usize, width: usize) -> String {
    let parts = split(table, keys, width);
    let texts: Vec<String> = parts.iter().map(|part| part.to_text(width)).collect();
    texts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every column stands somewhere, the first in all parts, and no part is wider than it may be.
    #[test]
    fn a_wide_table_stands_in_parts() {
        let mut table = Table::new(&["rule", "2020", "2021", "2022", "2023"]);
        table.add_row([
            "MA24h",
            "+1.00 ±0.10",
            "+2.00 ±0.10",
            "+3.00 ±0.10",
            "−4.00 ±0.10",
        ]);
        let parts = split(&table, 1, 35);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].head, ["rule", "2020", "2021"]);
        assert_eq!(parts[1].rows[0], ["MA24h", "+3.00 ±0.10", "−4.00 ±0.10"]);
        let text = to_text(&table, 1, 35);
        assert!(text.lines().all(|l| l.chars().count() <= 35), "{text}");
        assert_eq!(split(&table, 1, 200).len(), 1);
        assert_eq!(split(&table, 1, 1).len(), 4);
    }
}
