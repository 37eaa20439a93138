//! Fan charts as letters, for a terminal: one column of letters a stretch of time.
//!
//! A column shows the scenario's 90 % band (`░`) and median (`─`), and the median without the events
//! (`·`). Left out: the counterfactual's band, the difference; the page has them.

use crate::plot::{Cells, dates, fit};
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::summary::SimulationSummary;
use hashquake_sim::output::Quantity;

/// Letters for the values on the left.
const GUTTER: usize = 7;
const COLUMNS_MIN: usize = 30;
const COLUMNS_MAX: usize = 120;
const ROWS: usize = 8;

/// Hashrate and block interval, each line at most `columns` wide (held between 30 and 120).
pub fn terminal_fans(r: &SimulationSummary, columns: usize) -> String {
    let width = columns.clamp(COLUMNS_MIN, COLUMNS_MAX) - GUTTER;
    let charts = [
        (Quantity::Hashrate, "Hashrate, EH/s", 1.0),
        (Quantity::BlockInterval, "Mean block interval, min", 60.0),
    ];
    let mut out = String::new();
    for (quantity, title, unit) in charts {
        let Some(series) = r.network(quantity) else {
            continue;
        };
        let legend = "░ 90 %, ─ median with the event, · median without";
        let head = fit(&format!("{title}:  {legend}"), width + GUTTER);
        let mut lines = vec![head];
        lines.extend(chart(series, unit, width));
        lines.push(dates((r.start, r.end), width));
        out.push_str(&lines.join("\n"));
        out.push_str("\n\n");
    }
    out
}

fn chart(series: &Series, unit: f64, width: usize) -> Vec<String> {
    let fans = &series.fans;
    let values = fans
        .iter()
        .flat_map(|f| [f.scenario.p05, f.scenario.p95, f.counterfactual.p50])
        .map(|v| v / unit);
    let mut cells = Cells::new(width, ROWS, values);
    for column in 0..width {
        let place = (column as f64 + 0.5) / width as f64 * fans.len() as f64;
        let Some(f) = fans.get(place as usize) else {
            continue;
        };
        let (s, b) = (f.scenario.map(|v| v / unit), f.counterfactual.p50 / unit);
        if !s.p50.is_nan() {
            cells.fill(column, (s.p05, s.p95), '░');
            cells.set(column as f64, b, '·');
            cells.set(column as f64, s.p50, '─');
        }
    }
    cells.lines()
}
