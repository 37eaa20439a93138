//! The stretch of blocks that `--from`, `--to` and `--as-of` ask for, held against the data.

use anyhow::bail;
use hashquake_base::units::{Seconds, Span, date, rfc3339};
use hashquake_chain::blocks::Blocks;

/// Moments as they were asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// `--from`.
    pub from: Option<Seconds>,
    /// `--to`.
    pub to: Option<Seconds>,
    /// `--as-of`.
    pub as_of: Option<Seconds>,
}

/// Header times of the first block and of the latest; an error when there is none.
pub fn reach(blocks: &Blocks) -> anyhow::Result<(Seconds, Seconds)> {
    let times = blocks.times();
    match (times.first(), times.iter().max()) {
        (Some(&first), Some(&last)) => Ok((first.into(), last.into())),
        _ => bail!("there are no blocks"),
    }
}

/// Every moment that cannot be, with what would be right. `span` is what was asked for with what was not
/// filled in; the blocks run from `first` to `last`.
pub fn mistakes(asked: Asked, span: Span, (first, last): (Seconds, Seconds)) -> Vec<String> {
    let mut wrong = Vec::new();
    let data = format!(
        "the blocks run from {} to {}",
        rfc3339(first),
        rfc3339(last)
    );
    if let Some(t) = asked.as_of {
        let written = rfc3339(t);
        if t < first {
            wrong.push(format!(
                "--as-of {written} lies before the first block: {data}"
            ));
        } else if date(t) > date(last) {
            wrong.push(format!(
                "--as-of {written} lies after the last block: {data}"
            ));
        }
    }
    let outside = asked.from.is_some_and(|t| t > last) || asked.to.is_some_and(|t| t <= first);
    if span.start >= span.end && (asked.to.is_some() || !outside) {
        let end = match asked.to {
            Some(_) => "--to",
            None => "the end of the blocks,",
        };
        wrong.push(format!(
            "--from {} must lie before {end} {}",
            rfc3339(span.start),
            rfc3339(span.end)
        ));
    }
    if outside {
        let bounds = match (asked.from, asked.to) {
            (Some(from), Some(to)) => format!("between {} and {}", rfc3339(from), rfc3339(to)),
            (Some(from), None) => format!("from {} on", rfc3339(from)),
            _ => format!("before {}", rfc3339(span.end)),
        };
        wrong.push(format!("no block {bounds}: {data}"));
    }
    wrong
}

/// An error with all of them, a line each; nothing when there are none.
pub fn refuse(mistakes: &[String]) -> anyhow::Result<()> {
    if mistakes.is_empty() {
        return Ok(());
    }
    bail!("{}", mistakes.join("\nerror: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: (Seconds, Seconds) = (1_000_000, 2_000_000);

    fn told(from: Option<Seconds>, to: Option<Seconds>) -> String {
        let asked = Asked {
            from,
            to,
            as_of: None,
        };
        let span = Span {
            start: from.unwrap_or(DATA.0),
            end: to.unwrap_or(DATA.1 + 1),
        };
        mistakes(asked, span, DATA).join("; ")
    }

    #[test]
    fn a_window_is_refused_for_what_is_wrong_with_it() {
        assert_eq!(told(None, None), "");
        assert_eq!(told(Some(1_500_000), Some(1_600_000)), "");
        let turned = told(Some(1_600_000), Some(1_500_000));
        assert!(turned.contains("must lie before --to") && !turned.contains("no block"));
        let late = told(Some(253_402_128_000), None);
        assert!(
            late.starts_with("no block from 9999-12-30T00:00:00Z on") && !late.contains("--to"),
            "{late}"
        );
        assert!(told(None, Some(900_000)).contains("no block before 1970-01-11"));
        assert!(told(Some(1), Some(2)).contains("between"));
    }
}
