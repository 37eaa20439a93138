//! Moments of the world on the command line.

use hashquake_base::units::{Moment, Seconds};
use hashquake_world::month::Month;

/// A month stands for its middle, a day for its first second.
pub fn parse_at(text: &str) -> Result<Seconds, String> {
    match (Month::parse(text), Moment::parse(text).map(Moment::start)) {
        (Ok(month), _) => Ok(month.start() + (month.end() - month.start()) / 2),
        (_, Ok(t)) if (Month::FIRST.start()..Month::LAST.end()).contains(&t) => Ok(t),
        (_, Ok(_)) => Err(format!(
            "`{text}` lies outside the months {} to {}",
            Month::FIRST,
            Month::LAST
        )),
        (Err(e), _) if is_like_a_month(text) => Err(e),
        _ => Err(format!(
            "`{text}` is neither a month nor a time: write 2022-01, 2022-01-05 or 2022-01-05T10:45:00Z"
        )),
    }
}

/// Four digits, a dash, two digits.
fn is_like_a_month(text: &str) -> bool {
    let digit = |(i, b): (usize, u8)| match i {
        4 => b == b'-',
        _ => b.is_ascii_digit(),
    };
    text.len() == 7 && text.bytes().enumerate().all(digit)
}
