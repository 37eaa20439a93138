//! Moments of the world on the command line.

use hashquake_base::units::{Moment, Seconds};
use hashquake_world::month::Month;

/// A month stands for its middle, a day for its first second.
pub fn parse_at(text: &str) -> Result<Seconds, String> {
    match (Month::parse(text), Moment::parse(text)) {
        (Ok(month), _) => Ok(month.start() + (month.end() - month.start()) / 2),
        (_, Ok(moment)) => Ok(moment.start()),
        _ => Err(format!(
            "`{text}` is neither a month nor a time: write 2022-01, 2022-01-05 or 2022-01-05T10:45:00Z"
        )),
    }
}
