//! Shocks that were detected, and what the detector sees.

use hashquake_base::format::{decimal, minute};
use hashquake_base::units::{Quantiles, Seconds, Span, date, rfc3339};
use hashquake_observe::detect::background::Background;
use hashquake_observe::detect::event::{Event, State};
use hashquake_observe::detect::power::{GRACE_DAYS, Power, SmallestLoss};
use hashquake_observe::detect::tally::Tally;

use super::columns;
use super::table::wrap;
use crate::document::detect::{DetectedShocks, DetectorPower, FalseAlarms};
use crate::envelope::Envelope;
use crate::table::Table;

/// The shocks as a table, and a line that says how many and under which rate of false alarms; or the
/// tally of cases, where that was asked for.
pub fn shocks(document: &Envelope<DetectedShocks>, width: usize) -> String {
    let answer = &document.answer;
    if let Some(found) = &answer.atlas_tally {
        let foot = format!(
            "{}, at {} false alarms a year on a {} background; atlas without the cases whose window begins with a retarget",
            days(answer.window),
            answer.false_alarms_per_year,
            answer.background.word()
        );
        let table = tally(found).to_text(width);
        return format!("{table}\n\n{}\n", wrap(&foot, width));
    }
    let count = match answer.shocks.len() {
        0 => "No shock".to_string(),
        1 => "1 shock".to_string(),
        n => format!("{n} shocks"),
    };
    let foot = format!(
        "{count} between {} and {}, {} a year, where {} a year would be false on a {} background. Blocks to {}. hashquake {}",
        date(answer.window.start),
        date(answer.window.end),
        decimal(answer.shocks_per_year, 1),
        answer.false_alarms_per_year,
        answer.background.word(),
        answer.last_block.height,
        document.version
    );
    let foot = wrap(&foot, width);
    if answer.shocks.is_empty() {
        return format!("{foot}\n");
    }
    format!(
        "{}\n\n{foot}\n",
        columns::to_text(&table(&answer.shocks), 1, width)
    )
}

fn days(window: Span) -> String {
    format!("{} to {}", date(window.start), date(window.end))
}

fn table(shocks: &[Event]) -> Table {
    let mut table = Table::new(&[
        "onset (UTC)",
        "between",
        "end",
        "between",
        "loss, %",
        "range",
        "real",
        "callable",
        "atlas",
    ]);
    for shock in shocks {
        let (end, ends) = match (shock.state, shock.end) {
            (_, None) => ("goes on".to_string(), String::new()),
            (State::BecameNormal, Some(q)) => (format!("stays ({})", date(q.p50)), String::new()),
            (_, Some(q)) => (minute(q.p50), range(q)),
        };
        let loss = shock.loss_percent;
        table.add_row([
            minute(shock.onset.p50),
            range(shock.onset),
            end,
            ends,
            decimal(loss.p50, 1),
            format!("{} to {}", decimal(loss.p05, 1), decimal(loss.p95, 1)),
            decimal(shock.probability_real, 2),
            shock.called_at.map_or("never".to_string(), minute),
            shock.case.clone().unwrap_or_default(),
        ]);
    }
    table
}

/// 90 %, to the hour; the year stands beside it.
fn range(q: Quantiles<Seconds>) -> String {
    let hour = |t: Seconds| rfc3339(t)[5..13].replace('T', " ") + "h";
    format!("{} - {}", hour(q.p05), hour(q.p95))
}

/// A tally as a table of one row.
pub(super) fn tally(t: &Tally) -> Table {
    let mut table = Table::new(&[
        "alarms a year",
        "outside the atlas",
        "atlas events",
        "found",
        "median delay, days",
    ]);
    table.add_row([
        decimal(t.alarms_per_year, 2),
        decimal(t.alarms_per_year_outside_atlas, 2),
        t.cases.to_string(),
        t.found.to_string(),
        decimal(t.delay_days_median.unwrap_or(f64::NAN), 1),
    ]);
    table
}

/// What the detector sees: a sentence, or a table of sizes and lengths.
pub fn power(document: &Envelope<DetectorPower>, width: usize) -> String {
    let answer = &document.answer;
    let (text, runs) = match (&answer.smallest_loss, answer.shocks.as_slice()) {
        (Some(smallest), _) => (wrap(&smallest_words(smallest), width), smallest.runs),
        (None, [one]) => (wrap(&power_words(one), width), one.runs),
        (None, many) => (grid(many, width), many.first().map_or(0, |p| p.runs)),
    };
    let foot = format!(
        "False alarms a year: {}; background: {}; {runs} simulated chains, seed {}. hashquake {}",
        answer.false_alarms_per_year,
        answer.background.word(),
        document.seed.unwrap_or(0),
        document.version
    );
    format!("{text}\n\n{}\n", wrap(&foot, width))
}

fn power_words(p: &Power) -> String {
    let what = if p.loss_percent > 0.0 {
        format!("A loss of {} %", p.loss_percent)
    } else {
        format!("A gain of {} %", -p.loss_percent)
    };
    let delay = p.delay_days.map_or(String::new(), |d| {
        format!(
            "; when it is, {} days after its onset (90 %: {} to {})",
            decimal(d.p50, 1),
            decimal(d.p05, 1),
            decimal(d.p95, 1)
        )
    });
    format!(
        "{what} for {} days is called with a probability of {} ± {}, at the latest {GRACE_DAYS} days after its end{delay}.",
        p.days,
        decimal(p.probability, 3),
        decimal(p.se, 3)
    )
}

fn smallest_words(s: &SmallestLoss) -> String {
    format!(
        "{} days after its onset a loss of {} % has been called with a probability of one half, one of {} % with 90 %; smaller ones are probably not visible yet.",
        decimal(s.days, 2),
        decimal(s.loss_percent_p50, 1),
        decimal(s.loss_percent_p90, 1)
    )
}

/// A row a size, a column a length: the probability, and in brackets the median delay in days.
fn grid(shocks: &[Power], width: usize) -> String {
    let rows: Vec<&[Power]> = shocks
        .chunk_by(|a, b| a.loss_percent == b.loss_percent)
        .collect();
    let lengths = rows.first().map_or(&[][..], |row| *row);
    let lengths = lengths.iter().map(|p| format!("{} d", p.days));
    let head: Vec<String> = core::iter::once("loss".to_string())
        .chain(lengths)
        .collect();
    let mut table = Table::new(&head);
    for row in rows {
        let cell = |p: &Power| match p.delay_days {
            Some(delay) => format!("{} ({})", decimal(p.probability, 3), decimal(delay.p50, 1)),
            None => decimal(p.probability, 3),
        };
        let loss = format!("{} %", row[0].loss_percent);
        table.add_row(core::iter::once(loss).chain(row.iter().map(cell)));
    }
    let title = "Probability that a loss is called before two days after its end (and the median delay, days)";
    format!("{}\n\n{}", wrap(title, width), table.to_text(width))
}

/// False alarms that were counted, beside those that were asked for.
pub fn false_alarms(document: &Envelope<FalseAlarms>, width: usize) -> String {
    let mut table = Table::new(&["background", "asked for", "online", "retrospective"]);
    for row in &document.answer.rows {
        table.add_row([
            Background::word(row.background).to_string(),
            row.false_alarms_per_year.to_string(),
            decimal(row.online, 2),
            decimal(row.retrospective, 2),
        ]);
    }
    let title = format!(
        "False alarms a year on {} fresh years without shocks, seed {}",
        document.answer.years,
        document.seed.unwrap_or(0)
    );
    format!("{}\n\n{}\n", wrap(&title, width), table.to_text(width))
}
