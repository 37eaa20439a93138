//! The answer of `check` for a terminal.

use hashquake_base::format::count;

use crate::document::check::{CheckedFile, CheckedScenario};

/// A line for a scenario without a mistake; `None` for one with mistakes, which the reader's own message
/// lists.
pub fn right(file: &CheckedFile) -> Option<String> {
    let CheckedScenario {
        title,
        start,
        end,
        events,
        assumptions,
        ..
    } = file.scenario.as_ref()?;
    Some(format!(
        "ok  {}: {title}; {start} to {end}; {}, {}\n",
        file.file,
        count(*events, "event"),
        count(*assumptions, "assumption"),
    ))
}
