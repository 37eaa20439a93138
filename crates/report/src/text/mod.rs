//! Documents as text for a terminal.

mod attribution_score;
pub mod check;
mod columns;
pub mod data;
pub mod detect;
pub mod explain;
mod fans;
pub mod forecast;
pub mod hashrate;
mod impact;
mod place;
pub mod replay;
pub mod scenarios;
pub mod score;
pub mod simulate;
pub mod sweep;
pub mod table;

use comfy_table::{ContentArrangement, LineStyle, Table, presets};

const WIDTH: usize = 80;

/// A table that fits a terminal of `width` columns.
pub fn table(header: &[&str], width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    table.set_header(header);
    table
}

/// A table as wide as its rows, without lines.
pub fn plain_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    table
}

/// Breaks at spaces, to 80 letters.
pub fn wrap(text: &str) -> String {
    table::wrap(text, WIDTH)
}
