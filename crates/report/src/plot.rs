//! The hashrate and a pool's own count as text, for a terminal: one column of letters a stretch of time.
//!
//! At most sixteen lines, no colour. A column shows the band (`░`), its median (`─`) and the days that
//! fall in it (`•`); under it the window (`├──┤`) and the dates. Left out: error bars, claims.

use crate::figure::scale::{Scale, time_ticks};
use crate::figure::{hashrate, series};
use hashquake_base::format::decimal;
use hashquake_base::units::{DAY, Seconds};
use hashquake_chain::pool::pool_label;
use hashquake_explain::explanation::Explanation;

/// Letters for the values on the left.
const GUTTER: usize = 7;
const COLUMNS_MIN: usize = 30;
const COLUMNS_MAX: usize = 120;
const ROWS: usize = 7;
const ROWS_SERIES: usize = 4;

/// The plot, each line at most `columns` wide (held between 30 and 120); empty without daily counts.
pub fn terminal_plot(e: &Explanation, columns: usize) -> String {
    if e.daily.is_empty() {
        return String::new();
    }
    let width = columns.clamp(COLUMNS_MIN, COLUMNS_MAX) - GUTTER;
    let span = hashrate::stretch(e);
    let mut lines = vec![fit(
        "Network, EH/s:  • one day’s count   ░ smoothed, 90 %   ─ median",
        width + GUTTER,
    )];
    lines.extend(network(e, span, width));
    if let Some(share) = series::published(e).next() {
        let title = format!("{}’s own reports, EH/s", pool_label(&share.pool));
        lines.push(fit(&title, width + GUTTER));
        let points: Vec<_> = share
            .reports
            .iter()
            .map(|r| (r.time, r.hashrate_ehs))
            .collect();
        let mut cells = Cells::new(width, ROWS_SERIES, points.iter().map(|p| p.1));
        let x = Scale::of_time(span, (0.0, width as f64));
        for (time, value) in points.iter().filter(|p| span.0 <= p.0 && p.0 < span.1) {
            cells.set(x.time(*time), *value, '•');
        }
        lines.extend(cells.lines());
    }
    lines.push(window(e, span, width));
    lines.push(dates(span, width));
    lines.join("\n") + "\n"
}

fn network(e: &Explanation, span: (Seconds, Seconds), width: usize) -> Vec<String> {
    let x = Scale::of_time(span, (0.0, width as f64));
    let days = e.daily.iter().map(|d| d.hashrate_ehs.ehs());
    let band = e
        .figures
        .band
        .iter()
        .flat_map(|p| [p.hashrate_ehs.p05, p.hashrate_ehs.p95]);
    let mut cells = Cells::new(width, ROWS, days.chain(band));
    for column in 0..width {
        let middle =
            span.0 as f64 + (column as f64 + 0.5) / width as f64 * (span.1 - span.0) as f64;
        let after = e.figures.band.partition_point(|p| (p.time as f64) < middle);
        let inside = after > 0 && after < e.figures.band.len();
        if let (true, Some(point)) = (inside, e.figures.band.get(after)) {
            let q = point.hashrate_ehs;
            cells.fill(column, (q.p05, q.p95), '░');
            cells.set(column as f64, q.p50, '─');
        }
    }
    for day in &e.daily {
        let mark = if day.partial { '◦' } else { '•' };
        let noon = x.time(day.start + DAY / 2);
        cells.set(noon, day.hashrate_ehs.ehs(), mark);
    }
    cells.lines()
}

/// A grid of letters with values up its side.
pub(super) struct Cells {
    rows: Vec<Vec<char>>,
    y: Scale,
}

impl Cells {
    pub(super) fn new(width: usize, rows: usize, values: impl Iterator<Item = f64>) -> Self {
        let values = values.filter(|v| v.is_finite());
        let domain = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        });
        Self {
            rows: vec![vec![' '; width]; rows],
            y: Scale::new(domain, ((rows - 1) as f64, 0.0)),
        }
    }

    fn row(&self, value: f64) -> usize {
        (self.y.clamped(value).round().max(0.0) as usize).min(self.rows.len() - 1)
    }

    pub(super) fn set(&mut self, column: f64, value: f64, letter: char) {
        let row = self.row(value);
        if let Some(cell) = self.rows[row].get_mut(column.max(0.0) as usize) {
            *cell = letter;
        }
    }

    pub(super) fn fill(&mut self, column: usize, (low, high): (f64, f64), letter: char) {
        for row in self.row(high)..=self.row(low) {
            self.rows[row][column] = letter;
        }
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let ticks = self.y.ticks(self.rows.len() - 1);
        let label = |row: usize| {
            let here = ticks.iter().find(|t| self.row(**t) == row);
            here.map(|t| decimal(*t, usize::from(t.fract().abs() > 1e-9)))
        };
        let line = |(i, row): (usize, &Vec<char>)| {
            let text: String = row.iter().collect();
            let (label, edge) = match label(i) {
                Some(label) => (label, '┤'),
                None => (String::new(), '│'),
            };
            format!("{label:>5} {edge}{text}").trim_end().to_string()
        };
        self.rows.iter().enumerate().map(line).collect()
    }
}

/// The window under the plots, with its name where there is room.
fn window(e: &Explanation, span: (Seconds, Seconds), width: usize) -> String {
    let x = Scale::of_time(span, (0.0, width as f64));
    let column = |t: Seconds| (x.clamped_time(t).max(0.0) as usize).min(width - 1);
    let (from, to) = (column(e.window.start), column(e.window.end));
    let mut line = vec![' '; width];
    for cell in &mut line[from..=to] {
        *cell = '─';
    }
    line[to] = '┤';
    line[from] = if from == to { '┃' } else { '├' };
    let name = "window";
    let at = if to - from > name.len() + 2 {
        (from + to + 1 - name.len()) / 2
    } else if to + 1 + name.len() < width {
        to + 2
    } else {
        from.saturating_sub(name.len() + 1)
    };
    for (cell, letter) in line.iter_mut().skip(at).zip(name.chars()) {
        *cell = letter;
    }
    let text: String = line.into_iter().collect();
    format!("{:GUTTER$}{text}", "").trim_end().to_string()
}

pub(super) fn dates(span: (Seconds, Seconds), width: usize) -> String {
    let x = Scale::of_time(span, (0.0, width as f64));
    let mut line = " ".repeat(GUTTER);
    let mut used = GUTTER;
    for tick in time_ticks(span, width / 14) {
        let year = tick.below.map(|y| format!(" {y}")).unwrap_or_default();
        let text = format!("{}{year}", tick.label);
        let at = GUTTER + x.time(tick.time).max(0.0) as usize;
        let length = text.chars().count();
        if at >= used && at + length <= width + GUTTER {
            line.push_str(&" ".repeat(at - used));
            line.push_str(&text);
            used = at + length;
            line.push(' ');
            used += 1;
        }
    }
    if used + 3 <= width + GUTTER {
        line.push_str("UTC");
    }
    line.trim_end().to_string()
}

pub(super) fn fit(text: &str, columns: usize) -> String {
    text.chars().take(columns).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn it_fits_the_terminal_and_sixteen_lines() {
        for e in [sample::kazakhstan(), sample::bare()] {
            for columns in [1, 40, 80, 200] {
                let plot = terminal_plot(&e, columns);
                let widest = plot.lines().map(|l| l.chars().count()).max().unwrap_or(0);
                assert!(
                    widest <= columns.clamp(COLUMNS_MIN, COLUMNS_MAX),
                    "{columns}:\n{plot}"
                );
                assert!(plot.lines().count() <= 16, "{plot}");
            }
        }
    }

    #[test]
    fn it_names_units_window_and_dates() {
        let plot = terminal_plot(&sample::kazakhstan(), 80);
        for part in ["EH/s", "window", "3 Jan 2022", "•", "░", "Slush Pool"] {
            assert!(plot.contains(part), "{part}:\n{plot}");
        }
    }
}
